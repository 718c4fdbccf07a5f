"""What falls due after the as-of day: waivers, times to comply, expected days, attestations, editions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from soccheck.assess.assessment import Assessment
from soccheck.assess.compile import records
from soccheck.model import Asset, Finding, Status, Waiver

UNMET = (Status.FAIL, Status.UNKNOWN, Status.WAIVED, Status.GRACE)


class DueKind(StrEnum):
    """What ends, or begins, on a day."""

    WAIVER = "waiver"
    GRACE = "grace"
    EXPECTED = "expected"
    ATTESTATION = "attestation"
    EDITION = "edition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Represents a day that matters, and to whom.

    `about` is the id of the waiver, the attestation, the policy or the control concerned; for a day that
    only the asset states, its fact. `assets` are those it matters to: all where it is an edition.
    """

    day: date
    kind: DueKind
    about: str
    assets: tuple[Asset, ...]


_EXPECTED = (
    ("dossier.expected", "dossier.status", "approved"),
    ("implementation.expected", "implementation.status", "full"),
)
"""A day somebody promised, and the fact whose value says that it is done."""


def dues(assessment: Assessment) -> tuple[Due, ...]:
    """Return what falls due on the as-of day or later for the findings reported, the nearest first.

    A promised day in the past is told as well, as it was not kept: what it is for is still not done.
    """
    by_key: dict[tuple[date, DueKind, str], dict[str, Asset]] = {}
    for day, kind, about, asset in (
        *_excused(assessment.findings),
        *_expected(assessment),
        *_attested(assessment),
    ):
        by_key.setdefault((day, kind, about), {})[asset.id] = asset
    found = [
        Due(day=day, kind=kind, about=about, assets=tuple(assets.values()))
        for (day, kind, about), assets in by_key.items()
    ]
    found += [
        Due(day=policy.effective.start, kind=DueKind.EDITION, about=policy.id, assets=())
        for policy in assessment.coming
        if policy.effective.start is not None and policy.effective.start > assessment.as_of
    ]
    return tuple(sorted(found, key=lambda due: (due.day, list(DueKind).index(due.kind), due.about)))


def days(assessment: Assessment) -> dict[tuple[str, str], Due]:
    """Return the nearest day of each finding that is not met and has one, by control and asset.

    A day promised for a fact is that of the findings which its value keeps from being met.
    """
    found: dict[tuple[str, str], Due] = {}
    facts = {fact: done for fact, done, _ in _EXPECTED}
    promised: dict[tuple[str, str], list[Due]] = {}
    for day, kind, about, asset in _expected(assessment):
        due = Due(day=day, kind=kind, about=about, assets=(asset,))
        promised.setdefault((facts.get(about, about), asset.id), []).append(due)
    for finding in assessment.findings:
        if finding.status not in UNMET:
            continue
        key = finding.control.id, finding.asset.id
        mine = [
            Due(day=day, kind=kind, about=about, assets=(asset,))
            for day, kind, about, asset in _excused([finding])
        ]
        mine += promised.get(key, [])
        for seen in assessment.detail(finding).observed if promised else ():
            mine += promised.get((seen.fact, seen.asset.id), []) if seen.met is not True else []
        if mine:
            found[key] = min(mine, key=lambda due: due.day)
    return found


_Told = tuple[date, DueKind, str, Asset]


def _excused(findings: Iterable[Finding]) -> Iterator[_Told]:
    for finding in findings:
        excuse = finding.excuse
        if isinstance(excuse, Waiver):
            yield excuse.expires, DueKind.WAIVER, excuse.id, finding.asset
        elif excuse is not None:
            yield excuse, DueKind.GRACE, finding.control.id, finding.asset


def _expected(assessment: Assessment) -> Iterator[_Told]:
    """Yield the promised days of what is not done."""
    unmet = {
        (finding.control.id, finding.asset.id)
        for finding in assessment.findings
        if finding.status in UNMET
    }
    concerned = {finding.asset.id: finding.asset for finding in assessment.findings}
    for asset in concerned.values():
        for fact, done, value in _EXPECTED:
            day = asset.facts.get(fact)
            if isinstance(day, date) and asset.facts.get(done) != value:
                yield day, DueKind.EXPECTED, fact, asset
        for plan in records(asset.facts, "plans") or ():
            day, control = plan["plans.expected"], str(plan["plans.control"])
            if isinstance(day, date) and (control, asset.id) in unmet:
                yield day, DueKind.EXPECTED, control, asset


def _attested(assessment: Assessment) -> Iterator[_Told]:
    """Yield the last days of the attestations that hold."""
    concerned = {finding.asset.id: finding.asset for finding in assessment.findings}
    for item in assessment.inventory.attestations:
        if item.start <= assessment.as_of <= item.end and item.changed is None:
            for name in item.assets:
                if name in concerned:
                    yield item.end, DueKind.ATTESTATION, item.id, concerned[name]
