"""An asset that is called what another was: a reader takes what is said of the one for the other."""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.assess.assessment import Assessment
from soccheck.compare.attributes import CALLED
from soccheck.compare.scope import Scope, ScopedAsset
from soccheck.compare.scope_change import ScopeChange
from soccheck.facts.written import folded
from soccheck.policy.edits import Direction

Name = tuple[str, str, str]
"""The kind of an asset, the fact that names it, and the name as two are compared."""


def names_taken(assessment: Assessment, base: Scope, now: Scope) -> Iterator[ScopeChange]:
    """Yield the assets with a name that another had, which is still there and is not called so any more."""
    free: dict[Name, str] = {}
    for id_, was in base.assets.items():
        if id_ in now.assets and _called(was) != _called(now.assets[id_]):
            free |= dict.fromkeys(set(_names(was)) - set(_names(now.assets[id_])), id_)
    if not free:
        return
    kept = {
        name
        for id_, was in base.assets.items()
        if id_ in now.assets
        for name in set(_names(was)) & set(_names(now.assets[id_]))
    }
    for id_, is_ in now.assets.items():
        for name in _names(is_):
            fact = name[1]
            if name in kept or free.get(name, id_) == id_:
                continue
            asset = assessment.inventory.find(id_)
            yield ScopeChange(
                what="name_taken",
                subject=id_,
                before=free[name],
                after=is_.facts[fact],
                at=asset.where(fact) if asset is not None else is_.at,
                direction=Direction.CHANGED,
            )


def _called(asset: ScopedAsset) -> dict[str, str]:
    return {fact: asset.facts[fact] for fact in CALLED & asset.facts.keys()}


def _names(asset: ScopedAsset) -> list[Name]:
    return [(asset.kind, fact, folded(asset.facts[fact])) for fact in CALLED & asset.facts.keys()]
