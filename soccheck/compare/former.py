"""One side of a comparison: findings by control and asset, and the scope that gave them. No line numbers."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from soccheck.assess.assessment import Assessment
from soccheck.assess.evidence import World
from soccheck.errors import InputError
from soccheck.facts import values
from soccheck.model import Basis, BundleInfo, Finding, Location, Policy, Problem, Status
from soccheck.policy import edits
from soccheck.sources import schema
from soccheck.sources.files import Fault
from soccheck.sources.yaml import Source

VERSION = 1
Key = tuple[str, str]
"""A control's id and an asset's: what a finding is known by, wherever its lines move."""


class Former(NamedTuple):
    """Represents a finding as it was; `total` is what a measure counted.

    `basis` is the weakest it stood on, where that was better than somebody's word.
    """

    status: Status
    result: Status
    total: int | None = None
    basis: Basis | None = None


class ScopedAsset(NamedTuple):
    """Represents an asset that is assessed, with its level where it is a system that has one."""

    kind: str
    level: int | None
    at: Location | None = None


class ScopedWaiver(NamedTuple):
    """Represents how far a waiver reaches."""

    control: str
    assets: frozenset[str]
    granted: date
    expires: date
    at: Location | None = None


class ScopedControl(NamedTuple):
    """Represents a control, or a policy's headline, as flat text."""

    policy: str
    items: edits.Items
    at: Location | None = None


class ScopedEvidence(NamedTuple):
    """Represents the evidence bundle that was judged by: its manifest's digest, and its last day."""

    digest: str
    ended: date

    def __str__(self) -> str:
        return f"{self.ended} {self.digest[:12]}"


class Scope(NamedTuple):
    """Represents what is judged, by what, and what is excused."""

    assets: Mapping[str, ScopedAsset]
    waivers: Mapping[str, ScopedWaiver]
    controls: Mapping[str, ScopedControl]
    evidence: ScopedEvidence | None = None


class Snapshot(NamedTuple):
    """Represents the side compared with.

    `affected` names, by kind, the assets whose findings may differ (a kind left out: all of them);
    `findings` are given for those, and every other finding is the same on both sides. `scope` is
    none where a former result does not tell. `bundle` is the file of the evidence where the change
    itself can edit it.
    """

    name: str
    as_of: date
    findings: Mapping[Key, Former]
    scope: Scope | None
    affected: Mapping[str, Container[str]] = {}
    bundle: str | None = None


def former(finding: Finding, basis: Basis | None = None) -> Former:
    """Return a finding as a later comparison sees it."""
    total = finding.counted[1] if isinstance(finding.counted, tuple) else None
    better = basis if basis is not Basis.DECLARED else None
    return Former(finding.status, finding.result, total, better)


def scope(world: World, policies: Iterable[Policy], bundle: BundleInfo | None = None) -> Scope:
    """Return the scope of a run."""
    assets = {}
    for asset in world.inventory:
        if world.exists(asset):
            level = asset.facts.get("dossier.proposed_level")
            known = level if isinstance(level, int) else None
            assets[asset.id] = ScopedAsset(asset.kind, known, asset.at)
    waivers = {
        waiver.id: ScopedWaiver(
            waiver.control, frozenset(waiver.assets), waiver.granted, waiver.expires, waiver.at
        )
        for waiver in world.inventory.waivers
    }
    controls: dict[str, ScopedControl] = {}
    for policy in policies:
        at = Location(policy.path, 1, 1)
        controls[policy.id] = ScopedControl(policy.id, edits.headline(policy), at)
        for control in policy.controls:
            controls[control.id] = ScopedControl(policy.id, edits.items(control), control.at)
    return Scope(assets, waivers, controls, of_bundle(bundle))


def of_bundle(bundle: BundleInfo | None) -> ScopedEvidence | None:
    """Return which evidence was judged by."""
    return ScopedEvidence(bundle.digest, bundle.ended.date()) if bundle is not None else None


def scope_document(found: Scope) -> dict[str, Any]:
    """Return a scope as JSON has it, in an order that edits do not disturb."""
    return {
        "assets": {
            name: {"kind": asset.kind, **({"level": asset.level} if asset.level else {})}
            for name, asset in sorted(found.assets.items())
        },
        "waivers": {
            name: {
                "control": waiver.control,
                "assets": sorted(waiver.assets),
                "granted": waiver.granted.isoformat(),
                "expires": waiver.expires.isoformat(),
            }
            for name, waiver in sorted(found.waivers.items())
        },
        "controls": {
            name: {"policy": control.policy, "items": dict(control.items)}
            for name, control in sorted(found.controls.items())
        },
        **({"evidence": _evidence_document(found.evidence)} if found.evidence else {}),
    }


def _evidence_document(found: ScopedEvidence) -> dict[str, str]:
    return {"digest": found.digest, "ended": found.ended.isoformat()}


def document(assessment: Assessment) -> dict[str, Any]:
    """Return the baseline of an assessment as JSON has it."""
    findings: dict[str, dict[str, str]] = {}
    totals: dict[str, dict[str, int]] = {}
    bases: dict[str, dict[str, str]] = {}
    for finding in sorted(assessment.findings, key=lambda f: (f.control.id, f.asset.id)):
        if finding.status is Status.NOT_APPLICABLE:
            continue
        findings.setdefault(finding.control.id, {})[finding.asset.id] = finding.status.value
        if isinstance(finding.counted, tuple):
            totals.setdefault(finding.control.id, {})[finding.asset.id] = finding.counted[1]
        basis = assessment.basis(finding)
        if basis is not None and basis is not Basis.DECLARED:
            bases.setdefault(finding.control.id, {})[finding.asset.id] = basis.value
    found = scope(assessment.world, assessment.policies, assessment.bundle)
    return {
        "soccheck": {"format": "baseline", "version": VERSION},
        "as_of": assessment.as_of.isoformat(),
        "findings": findings,
        "totals": totals,
        **({"bases": bases} if bases else {}),
        "scope": scope_document(found),
    }


def read(raw: bytes | Fault, shown: str) -> Snapshot:
    """Return what a stored baseline or a former JSON result says; raises `InputError` if it cannot be."""
    data = _parsed(raw, shown)
    head = data.get("soccheck")
    form = head.get("format") if isinstance(head, dict) else None
    name = form if form in ("assessment", "baseline") else "baseline"
    source = Source(shown)
    source.data = data
    faults = schema.check(name, source)
    if faults:
        hint = "make one with `soccheck audit INVENTORY --report baseline=FILE`"
        first = faults[0]
        raise InputError([Problem(shown, f"not a {name}: {first.message}", hint)])
    found = data.get("scope")
    day = values.day(data["as_of"])
    if day is None:
        raise InputError([Problem(shown, f"there is no day {data['as_of']}")])
    findings = _former_of_assessment(data) if name == "assessment" else _former_of_baseline(data)
    return Snapshot(shown, day, findings, _scope_of(found, shown) if found is not None else None)


def _parsed(raw: bytes | Fault, shown: str) -> dict[str, Any]:
    """Return the JSON object in a file; a key that stands twice is refused."""
    if isinstance(raw, Fault):
        raise InputError([Problem(shown, raw.message, raw.hint)])

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            raise ValueError("a key stands twice in one object")
        return made

    try:
        data = json.loads(raw, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise InputError([Problem(shown, f"not JSON: {error}")]) from error
    if not isinstance(data, dict):
        raise InputError([Problem(shown, "not a baseline: not an object")])
    return data


def _former_of_assessment(data: dict[str, Any]) -> dict[Key, Former]:
    return {
        (item["control"], item["asset"]): Former(
            Status(item["status"]),
            Status(item["result"]),
            item.get("counted", {}).get("total"),
            _better(item["basis"]),
        )
        for item in data["findings"]
    }


def _former_of_baseline(data: dict[str, Any]) -> dict[Key, Former]:
    return {
        (control, asset): Former(
            Status(status),
            Status.FAIL if status == Status.WAIVED else Status(status),  # only a failure is waived
            data["totals"].get(control, {}).get(asset),
            _better(data.get("bases", {}).get(control, {}).get(asset)),
        )
        for control, assets in data["findings"].items()
        for asset, status in assets.items()
    }


def _better(basis: str | None) -> Basis | None:
    return Basis(basis) if basis not in (None, Basis.DECLARED) else None


def _scope_of(data: dict[str, Any], shown: str) -> Scope:
    waivers = {}
    for name, item in data["waivers"].items():
        granted, expires = values.day(item["granted"]), values.day(item["expires"])
        if granted is None or expires is None:
            raise InputError([Problem(shown, f"the waiver {name!r} has a day there is not")])
        reach = frozenset(item["assets"])
        waivers[name] = ScopedWaiver(item["control"], reach, granted, expires)
    evidence = None
    if "evidence" in data:
        ended = values.day(data["evidence"]["ended"])
        if ended is None:
            raise InputError([Problem(shown, "its evidence ended on a day there is not")])
        evidence = ScopedEvidence(data["evidence"]["digest"], ended)
    return Scope(
        {name: ScopedAsset(i["kind"], i.get("level")) for name, i in data["assets"].items()},
        waivers,
        {name: ScopedControl(i["policy"], i["items"]) for name, i in data["controls"].items()},
        evidence,
    )
