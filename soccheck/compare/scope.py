"""What is judged, by what, and what is excused: the scope that a later comparison is held to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from soccheck.assess.assessment import Assessment
from soccheck.errors import InputError
from soccheck.facts import values
from soccheck.model import BundleInfo, Location, Problem
from soccheck.policy import edits


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopedAsset:
    """Represents an asset that is assessed, with its level where it is a system that has one."""

    kind: str
    level: int | None
    at: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopedWaiver:
    """Represents how far a waiver reaches."""

    control: str
    assets: frozenset[str]
    granted: date
    expires: date
    at: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopedControl:
    """Represents a control, or a policy's headline, as flat text."""

    policy: str
    items: edits.Items
    at: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopedEvidence:
    """Represents the evidence bundle that was judged by: its manifest's digest, and its last day."""

    digest: str
    ended: date

    def __str__(self) -> str:
        return f"{self.ended} {self.digest[:12]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Represents what is judged, by what, and what is excused; each by its id."""

    assets: Mapping[str, ScopedAsset] = field(default_factory=dict)
    waivers: Mapping[str, ScopedWaiver] = field(default_factory=dict)
    controls: Mapping[str, ScopedControl] = field(default_factory=dict)
    evidence: ScopedEvidence | None = None


def scope_of(assessment: Assessment) -> Scope:
    """Return the scope of an assessment."""
    world = assessment.world
    assets = {}
    for asset in world.inventory:
        if world.exists(asset):
            level = asset.facts.get("dossier.proposed_level")
            known = level if isinstance(level, int) else None
            assets[asset.id] = ScopedAsset(kind=asset.kind, level=known, at=asset.at)
    waivers = {
        waiver.id: ScopedWaiver(
            control=waiver.control,
            assets=frozenset(waiver.assets),
            granted=waiver.granted,
            expires=waiver.expires,
            at=waiver.at,
        )
        for waiver in world.inventory.waivers
    }
    controls: dict[str, ScopedControl] = {}
    for policy in assessment.policies:
        at = Location(path=policy.path, line=1, column=1)
        controls[policy.id] = ScopedControl(policy=policy.id, items=edits.headline(policy), at=at)
        for control in policy.controls:
            controls[control.id] = ScopedControl(
                policy=policy.id, items=edits.items(control), at=control.at
            )
    evidence = evidence_of(assessment.bundle)
    return Scope(assets=assets, waivers=waivers, controls=controls, evidence=evidence)


def evidence_of(bundle: BundleInfo | None) -> ScopedEvidence | None:
    """Return which evidence was judged by."""
    if bundle is None:
        return None
    return ScopedEvidence(digest=bundle.digest, ended=bundle.ended.date())


def document(scope: Scope) -> dict[str, Any]:
    """Return a scope as JSON has it, in an order that edits do not disturb."""
    found: dict[str, Any] = {
        "assets": {
            name: {"kind": asset.kind, **({"level": asset.level} if asset.level else {})}
            for name, asset in sorted(scope.assets.items())
        },
        "waivers": {
            name: {
                "control": waiver.control,
                "assets": sorted(waiver.assets),
                "granted": waiver.granted.isoformat(),
                "expires": waiver.expires.isoformat(),
            }
            for name, waiver in sorted(scope.waivers.items())
        },
        "controls": {
            name: {"policy": control.policy, "items": dict(control.items)}
            for name, control in sorted(scope.controls.items())
        },
    }
    if scope.evidence is not None:
        found["evidence"] = {
            "digest": scope.evidence.digest,
            "ended": scope.evidence.ended.isoformat(),
        }
    return found


def read(data: dict[str, Any], shown: str) -> Scope:
    """Return the scope that a stored result tells; raises `InputError` for a day there is not."""
    waivers = {}
    for name, item in data["waivers"].items():
        granted, expires = values.day(item["granted"]), values.day(item["expires"])
        if granted is None or expires is None:
            raise InputError([Problem(shown, f"the waiver {name!r} has a day there is not")])
        waivers[name] = ScopedWaiver(
            control=item["control"],
            assets=frozenset(item["assets"]),
            granted=granted,
            expires=expires,
        )
    evidence = None
    if "evidence" in data:
        ended = values.day(data["evidence"]["ended"])
        if ended is None:
            raise InputError([Problem(shown, "its evidence ended on a day there is not")])
        evidence = ScopedEvidence(digest=data["evidence"]["digest"], ended=ended)
    assets = data["assets"].items()
    controls = data["controls"].items()
    return Scope(
        assets={n: ScopedAsset(kind=item["kind"], level=item.get("level")) for n, item in assets},
        waivers=waivers,
        controls={n: ScopedControl(policy=i["policy"], items=i["items"]) for n, i in controls},
        evidence=evidence,
    )
