"""Assets that were renamed: the former side with the names of today, so that the same asset is compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from soccheck.assess.assessment import Assessment
from soccheck.compare.former import Former, FormerFinding
from soccheck.compare.scope import Scope, ScopedAsset, ScopedWaiver
from soccheck.compare.unmet import Unmet
from soccheck.errors import InputError
from soccheck.facts.catalogue import of_kind
from soccheck.facts.kinds import NAMES
from soccheck.inventory.former_ids import former_ids
from soccheck.model import Problem
from soccheck.phrase import phrase
from soccheck.policy import flat

Names = Mapping[str, str]
"""A former id -> the id of today."""


def renamed(base: Former, now: Assessment) -> Former:
    """Return the former side with the ids of today, for the assets that say what they were.

    Raises `InputError` where an asset says that it was one of another kind.
    """
    if base.scope is None:
        return base
    assets = _assets(base.scope, now)
    names = {**assets, **_authority(base, base.scope, now)}
    if not names:
        return base
    findings = {
        (control, names.get(asset, asset)): _named(found, names)
        for (control, asset), found in base.findings.items()
    }
    return replace(base, findings=findings, scope=_scope(base.scope, assets), renamed=assets)


def _named(finding: FormerFinding, names: Names) -> FormerFinding:
    """Return a finding whose comparisons name the ids of today."""
    if finding.unmet is None:
        return finding
    return finding._replace(unmet=partial(_unmet, finding.unmet, names))


def _unmet(unmet: Callable[[], Unmet], names: Names) -> Unmet:
    return {(names.get(a, a), fact, how): value for (a, fact, how), value in unmet().items()}


def _assets(scope: Scope, now: Assessment) -> Names:
    found: dict[str, str] = {}
    problems = []
    for asset in now.inventory:
        were = [name for name in former_ids(asset) if name in scope.assets]
        if len(were) != 1 or asset.id in scope.assets:
            continue  # nothing of it was there; or several are one now, and all but it are gone
        was = scope.assets[were[0]]
        if was.kind != asset.kind:
            where, hint = (
                asset.where("formerly"),
                phrase("an asset keeps its kind: leave formerly: out"),
            )
            text = phrase(
                "formerly: {were} was a {kind}, and this is a {kind_2}",
                were=repr(were[0]),
                kind=NAMES[was.kind],
                kind_2=NAMES[asset.kind],
            )
            problems.append(Problem(where, text, hint))
        found[were[0]] = asset.id
    if problems:
        raise InputError(problems)
    return found


def _authority(base: Former, scope: Scope, now: Assessment) -> Names:
    """Return the authority's former id: it is the name of the inventory's folder, which may move."""
    of_authority = {name for name, control in now.controls.items() if control.asset == "authority"}
    ids = {
        asset for control, asset in base.findings if control in of_authority
    } - scope.assets.keys()
    id_ = now.inventory.authority.id
    return dict.fromkeys(ids, id_) if len(ids) == 1 and ids != {id_} else {}


def _scope(scope: Scope, names: Names) -> Scope:
    return replace(
        scope,
        authority=_referring(scope.authority, names) if scope.authority is not None else None,
        assets={names.get(i, i): _referring(asset, names) for i, asset in scope.assets.items()},
        waivers={i: _reaching(waiver, names) for i, waiver in scope.waivers.items()},
    )


def _referring(asset: ScopedAsset, names: Names) -> ScopedAsset:
    """Return an asset whose references name the ids of today."""
    known = of_kind(asset.kind)
    facts, coming = (
        {
            fact: flat.renamed(value, names)
            if fact in known and known[fact].type == "ref"
            else value
            for fact, value in texts.items()
        }
        for texts in (asset.facts, asset.coming)
    )
    return replace(asset, facts=facts, coming=coming)


def _reaching(waiver: ScopedWaiver, names: Names) -> ScopedWaiver:
    return replace(waiver, assets=frozenset(names.get(item, item) for item in waiver.assets))
