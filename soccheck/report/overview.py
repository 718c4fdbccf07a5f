"""What page one says, as values: the verdict, a row a subject, the worst, who must act, what falls due.

Pure and language-free; reports only lay it out. Every count is of the findings that are reported.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from soccheck.assess import beside
from soccheck.assess.assessment import Assessment
from soccheck.assess.tally import Tally
from soccheck.compare.changes import Comparison, State
from soccheck.model import Asset, BundleInfo, Finding, Policy, Severity, Status
from soccheck.report.causes import Unknowns, unknowns
from soccheck.report.due import Due, dues

_SEVERITIES = list(Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectRow:
    """Represents one policy's row: its label's tally, and all findings on its subject by status.

    `others` of those that fail are in no unit that the label's tally counts: of another control, or of a
    machine that belongs to none of its units. `lacking` are units of the label that are unknown with no
    finding to say so; they are in no count of findings. `among` is the tally of the units another reader
    counts, passed and total, where they are fewer.
    """

    policy: Policy
    tally: Tally
    among: tuple[int, int] | None
    statuses: Mapping[Status, int]
    others: int
    lacking: tuple[Asset, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Represents a unit that must act: its findings by status, and the nearest day that falls due for it.

    `severity` is that of its worst failing finding; `lacking` is of how many of its assets no finding says
    that they are unknown.
    """

    unit: Asset
    statuses: Mapping[Status, int]
    severity: Severity | None
    nearest: date | None
    lacking: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Represents what the figures stand on: how many of the machines answered, when, signed by whom.

    `machines` are the inventory's hosts and firewalls. `day` is that of the newest answer, `oldest` that
    of the oldest; there is none without a bundle. `stated` is the day the inventory describes.
    """

    stated: date
    machines: int
    answered: int
    day: date | None
    oldest: date | None
    bundle: BundleInfo | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTotals:
    """Represents what differs from the side compared with: how many findings, by their status.

    `new` and `worse` have the status of now, `resolved` and `left` that of then.
    """

    name: str
    as_of: date
    new: Mapping[Status, int]
    worse: Mapping[Status, int]
    resolved: Mapping[Status, int]
    left: Mapping[Status, int]
    scope: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Represents page one.

    `code` is the exit code. `statuses` adds the subjects' up: it counts findings, as the gate and every list
    does. `severities` are the failing findings by severity. `worst` are all failing findings, the worst
    first, then by unit. `lacking` are the units that are unknown with no finding to say so.
    """

    code: int
    statuses: Mapping[Status, int]
    severities: Mapping[Severity, int]
    subjects: tuple[SubjectRow, ...]
    worst: tuple[Finding, ...]
    duties: tuple[Duty, ...]
    dues: tuple[Due, ...]
    unknowns: tuple[Unknowns, ...]
    grounds: Grounds
    change: ChangeTotals | None
    lacking: tuple[Asset, ...] = ()


def unit_of(asset: Asset, assessment: Assessment) -> Asset:
    """Return the organisation that answers for an asset, or the asset itself."""
    units = assessment.inventory.assets["organization"]
    return units.get(str(asset.facts.get("organization", "")), asset)


def severest_first(findings: Iterable[Finding], assessment: Assessment) -> list[Finding]:
    """Return findings by severity, then by unit, then by control and asset."""
    return sorted(
        findings,
        key=lambda f: (
            _SEVERITIES.index(f.control.severity),
            unit_of(f.asset, assessment).id,
            f.control.id,
            f.asset.id,
        ),
    )


def overview(assessment: Assessment, comparison: Comparison | None = None) -> Overview:
    """Return page one of an assessment and, where it was compared with a former side, of the change."""
    lacking = {policy.id: _lacking(assessment, policy) for policy in assessment.policies}
    by_policy: dict[str, list[Finding]] = {policy.id: [] for policy in assessment.policies}
    for finding in assessment.findings:
        by_policy[finding.policy.id].append(finding)
    subjects = tuple(
        _subject(assessment, policy, by_policy[policy.id], lacking[policy.id])
        for policy in assessment.policies
    )
    failing = [f for f in assessment.findings if f.status is Status.FAIL]
    missing = [asset for assets in lacking.values() for asset in assets]
    due = dues(assessment)
    return Overview(
        code=assessment.exit_code(),
        statuses=sum((Counter(subject.statuses) for subject in subjects), Counter[Status]()),
        severities=Counter(finding.control.severity for finding in failing),
        subjects=subjects,
        worst=tuple(severest_first(failing, assessment)),
        duties=_duties(assessment, missing, due),
        dues=due,
        unknowns=unknowns(
            assessment, (f for f in assessment.findings if f.status is Status.UNKNOWN)
        ),
        grounds=grounds_of(assessment),
        change=change_totals(comparison) if comparison is not None else None,
        lacking=tuple(missing),
    )


def _lacking(assessment: Assessment, policy: Policy) -> tuple[Asset, ...]:
    """Return the units of a headline of which no finding says that they are unknown, where that is shown."""
    chosen = assessment.selection
    shown = not chosen.statuses or Status.UNKNOWN in chosen.statuses
    if chosen.controls or chosen.severities or chosen.bases or not shown:
        return ()
    return assessment.headline(policy).lacking


def _subject(
    assessment: Assessment, policy: Policy, findings: Iterable[Finding], lacking: tuple[Asset, ...]
) -> SubjectRow:
    alone = {asset.id for asset in beside.failing_alone(assessment, policy)}
    statuses: Counter[Status] = Counter()
    others = 0
    for finding in findings:
        statuses[finding.status] += 1
        counted = finding.control.id in policy.headline.controls and finding.asset.id not in alone
        others += finding.status is Status.FAIL and not counted
    tally, among = assessment.headline(policy), beside.among(assessment, policy)
    return SubjectRow(
        policy=policy,
        tally=tally,
        among=among if among is not None and among[1] != tally.total else None,
        statuses=statuses,
        others=others,
        lacking=lacking,
    )


def _duties(
    assessment: Assessment, lacking: Iterable[Asset], due: Iterable[Due]
) -> tuple[Duty, ...]:
    """Return the units with something to do, the most failing first, then the most unknown."""
    units: dict[str, Asset] = {}
    statuses: defaultdict[str, Counter[Status]] = defaultdict(Counter)
    severities: dict[str, Severity] = {}
    for finding in assessment.findings:
        unit = unit_of(finding.asset, assessment)
        units[unit.id] = unit
        statuses[unit.id][finding.status] += 1
        if finding.status is Status.FAIL:
            known = severities.setdefault(unit.id, finding.control.severity)
            severities[unit.id] = min(known, finding.control.severity, key=_SEVERITIES.index)
    missing = Counter[str]()
    for asset in lacking:
        unit = unit_of(asset, assessment)
        units[unit.id] = unit
        statuses[unit.id].update()
        missing[unit.id] += 1
    nearest: dict[str, date] = {}
    for item in due:
        for asset in item.assets:
            nearest.setdefault(unit_of(asset, assessment).id, item.day)
    duties = [
        Duty(
            unit=units[name],
            statuses=counts,
            severity=severities.get(name),
            nearest=nearest.get(name),
            lacking=missing[name],
        )
        for name, counts in statuses.items()
        if counts[Status.FAIL] or counts[Status.UNKNOWN] or name in nearest or missing[name]
    ]
    return tuple(
        sorted(
            duties,
            key=lambda duty: (
                -duty.statuses.get(Status.FAIL, 0),
                -duty.statuses.get(Status.UNKNOWN, 0),
                duty.unit.id,
            ),
        )
    )


def grounds_of(assessment: Assessment) -> Grounds:
    """Return what the figures of an assessment stand on."""
    bundle = assessment.bundle
    machines = sum(len(assessment.world.assets(kind)) for kind in ("host", "firewall"))
    return Grounds(
        stated=assessment.inventory.stated,
        machines=machines if bundle is None else bundle.machines,
        answered=0 if bundle is None else bundle.answered,
        day=None if bundle is None else bundle.ended.date(),
        oldest=None if bundle is None else bundle.oldest,
        bundle=bundle,
    )


def change_totals(comparison: Comparison) -> ChangeTotals:
    """Return how many findings differ from the side compared with, by status."""

    def counted(state: State) -> dict[Status, int]:
        return {
            status: count
            for (one, status), count in comparison.counts.items()
            if one is state and count
        }

    return ChangeTotals(
        name=comparison.name,
        as_of=comparison.as_of,
        new=counted(State.NEW),
        worse=counted(State.WORSE),
        resolved=counted(State.RESOLVED),
        left=counted(State.LEFT),
        scope=len(comparison.scope),
    )
