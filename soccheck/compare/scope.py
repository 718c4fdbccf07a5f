"""What is judged, by what, and what is excused: the scope that a later comparison is held to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from soccheck.assess.assessment import Assessment
from soccheck.compare import attributes
from soccheck.compare.attributes import STATED
from soccheck.compare.statement_digests import attested, claimed
from soccheck.facts.catalogue import of_kind
from soccheck.model import (
    Asset,
    BundleInfo,
    Effective,
    Inventory,
    Location,
    Policy,
    Waiver,
)
from soccheck.policy import flat

MADE_UP = ""
"""Stands for the document of what is said to be made up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopedAsset:
    """Represents an asset that is assessed, or will be: its days, its level, and what places it.

    `level` is that of a system that has one; `facts` are those of `attributes.POSITION` and `CALLED`, and
    those by which policies choose, as text. `coming` are all others of an asset that does not exist yet: no
    finding tells what became of them. `stated` are the names of all that it says, where that is told, and
    `origins` say from which document they are, by their first words, all of the asset by the empty
    word; what is made up is from none.
    """

    kind: str
    level: int | None = None
    start: date | None = None
    end: date | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    coming: Mapping[str, str] = field(default_factory=dict)
    stated: frozenset[str] | None = None
    origins: Mapping[str, str] = field(default_factory=dict)
    at: Location | None = None

    def exists(self, day: date) -> bool:
        """Return whether the asset exists on a day."""
        return Effective(start=self.start, end=self.end).holds(day)

    def comes(self, day: date) -> bool:
        """Return whether the asset begins after a day."""
        return self.start is not None and self.start > day


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopedWaiver:
    """Represents how far a waiver reaches, and who accepts what for which reason."""

    control: str
    assets: frozenset[str]
    granted: date
    expires: date
    reason: str
    approver: str
    ticket: str
    at: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopedControl:
    """Represents a control, or a policy's headline, as flat text.

    `start` is when one comes into force, `end` its last day.
    """

    id: str
    policy: str
    items: flat.Items
    start: date | None = None
    end: date | None = None
    at: Location | None = None

    @property
    def named(self) -> bool:
        """Return whether its titles are told; an older stored result kept none."""
        return any(item.startswith("title ") for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopedStatement:
    """Represents a claim, or an attestation: `digest` is the SHA-256 of all that it says."""

    digest: str
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
    """Represents what is judged, by what, and what is excused; each by its id.

    `coming` are the controls and headlines that are not in force yet, by id and first day; `ended`
    those that are no more, by id and last day: reports of a past day are made by them. None of a stored
    result that does not tell.
    """

    stated: date | None = None
    authority: ScopedAsset | None = None
    assets: Mapping[str, ScopedAsset] = field(default_factory=dict)
    waivers: Mapping[str, ScopedWaiver] = field(default_factory=dict)
    controls: Mapping[str, ScopedControl] = field(default_factory=dict)
    coming: Mapping[str, ScopedControl] = field(default_factory=dict)
    ended: Mapping[str, ScopedControl] | None = field(default_factory=dict)
    claims: Mapping[str, ScopedStatement] = field(default_factory=dict)
    attestations: Mapping[str, ScopedStatement] = field(default_factory=dict)
    evidence: ScopedEvidence | None = None

    @property
    def named(self) -> bool:
        """Return whether it tells what each control and policy was called."""
        return all(item.named for item in self.controls.values())


def scope_of(assessment: Assessment) -> Scope:
    """Return the scope of an assessment."""
    inventory = assessment.inventory
    asking = (*assessment.controls.values(), *(c for p in assessment.coming for c in p.controls))
    named = attributes.POSITION | attributes.CALLED | attributes.asked(asking)
    stated = frozenset(name.removesuffix(STATED) for name in named if name.endswith(STATED))
    assets = {}
    for asset in inventory:
        scoped = _with_files(_asset(asset, named, stated, assessment.as_of), asset, inventory)
        if scoped.end is None or scoped.end >= assessment.as_of:
            assets[asset.id] = scoped
    return Scope(
        stated=inventory.stated,
        authority=_asset(inventory.authority, named, stated, assessment.as_of),
        assets=assets,
        waivers={waiver.id: _waiver(waiver) for waiver in inventory.waivers},
        controls={item.id: item for item in _controls(assessment.policies)},
        coming={
            f"{item.id} {item.start}..": item
            for item in _controls(assessment.coming)
            if item.start is not None and item.start > assessment.as_of
        },
        ended={
            f"{item.id} ..{item.end}": item
            for item in _controls(assessment.ended)
            if item.end is not None and item.end < assessment.as_of
        },
        claims={
            c.id: ScopedStatement(digest=claimed(c, inventory), at=c.at) for c in inventory.claims
        },
        attestations={
            a.id: ScopedStatement(digest=attested(a), at=a.at) for a in inventory.attestations
        },
        evidence=evidence_of(assessment.bundle),
    )


def _waiver(waiver: Waiver) -> ScopedWaiver:
    return ScopedWaiver(
        control=waiver.control,
        assets=frozenset(waiver.assets),
        granted=waiver.granted,
        expires=waiver.expires,
        reason=waiver.reason,
        approver=waiver.approver,
        ticket=waiver.ticket or "",
        at=waiver.at,
    )


def _controls(policies: Iterable[Policy]) -> Iterator[ScopedControl]:
    """Yield the headline and the controls of each policy."""
    for policy in policies:
        start, end = policy.effective.start, policy.effective.end
        at = Location(path=policy.path, line=1, column=1)
        yield ScopedControl(
            id=policy.id,
            policy=policy.id,
            items=flat.headline(policy),
            start=start,
            end=end,
            at=at,
        )
        for control in policy.controls:
            starts = [day for day in (start, control.effective.start) if day is not None]
            ends = [day for day in (end, control.effective.end) if day is not None]
            yield ScopedControl(
                id=control.id,
                policy=policy.id,
                items=flat.items(control),
                start=max(starts, default=None),
                end=min(ends, default=None),
                at=control.at,
            )


def _asset(asset: Asset, named: frozenset[str], stated: frozenset[str], day: date) -> ScopedAsset:
    level = asset.facts.get("dossier.proposed_level")
    start, end = asset.facts.get("valid.from"), asset.facts.get("valid.to")
    begins = start if isinstance(start, date) else None
    coming: set[str] = set()
    if begins is not None and begins > day:
        coming = asset.facts.keys() - named - attributes.APART - attributes.IDLE_FACTS.keys()
    return ScopedAsset(
        kind=asset.kind,
        level=level if isinstance(level, int) else None,
        start=begins,
        end=end if isinstance(end, date) else None,
        facts=_named(asset, named, stated),
        coming={n: flat.text(asset.facts[n]) for n in sorted(coming)},
        stated=frozenset(said(asset)),
        origins={item.prefix: item.document or MADE_UP for item in asset.provenance},
        at=asset.at,
    )


def _with_files(scoped: ScopedAsset, asset: Asset, inventory: Inventory) -> ScopedAsset:
    """Return an asset whose ruleset is a folder with the files in it: one less, and less is judged."""
    path = scoped.facts.get("firewall.ruleset")
    read = inventory.configurations.get(asset.id)
    if path is None or read is None:
        return scoped
    names = sorted(name.removeprefix(f"{inventory.folder}/") for name, _ in read.texts)
    if names == [path]:
        return scoped
    return replace(scoped, facts={**scoped.facts, "firewall.ruleset": ", ".join(names)})


def said(asset: Asset) -> Iterator[str]:
    """Yield the names of what an asset says: facts, and of a list of mappings each entry's keys."""
    lists = _lists(asset.kind)
    for name in asset.facts:
        if name in lists:
            for i, entry in enumerate(asset.entries(name), 1):
                yield from (f"{name}[{i}].{key}" for key in entry)
        elif name.rpartition(".")[0] not in lists:
            yield name


@cache
def _lists(kind: str) -> frozenset[str]:
    """Return the facts of a kind that are lists of mappings."""
    return frozenset(name for name, fact in of_kind(kind).items() if fact.type == "records")


def _named(asset: Asset, named: frozenset[str], stated: frozenset[str]) -> dict[str, str]:
    """Return what an asset says of facts; of those whose being stated counts, that they are."""
    found = {name: flat.text(asset.facts[name]) for name in named & asset.facts.keys()}
    found |= {f"{n}{STATED}": "true" for n in stated & asset.facts.keys()}
    return dict(sorted(found.items()))


def evidence_of(bundle: BundleInfo | None) -> ScopedEvidence | None:
    """Return which evidence was judged by."""
    if bundle is None:
        return None
    return ScopedEvidence(digest=bundle.digest, ended=bundle.ended.date())
