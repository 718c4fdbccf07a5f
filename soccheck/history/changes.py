"""What changed between two runs or results, and why: as it was found when a run was kept, or judged anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.compare.changes import FindingChange, State, compare, state_of
from soccheck.compare.former import Former, former
from soccheck.history.causes import ChangeCause, JudgedBy, Why, causes, same, taken, today
from soccheck.history.cells import ABSENT, Cell, KeptOutcome, of_finding
from soccheck.history.runs import Run
from soccheck.history.tables import ASSET, CONTROL, OUTCOME, SPAN
from soccheck.model import Severity

_STATES = {state.value: i for i, state in enumerate(State)}
_SEVERITIES = {severity.value: i for i, severity in enumerate(Severity)}
_WORST = {"fail": 0, "unknown": 1, "waived": 2, "grace": 3, "pass": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChange:
    """Represents a finding that is not what it was: `before` and `after` are statuses, or `absent`.

    `by_calendar` says that nobody did anything; `detail` names a waiver, the last day of grace, or why it
    is unknown.
    """

    control: str
    asset: str
    state: State
    before: str
    after: str
    severity: str
    cause: ChangeCause
    by_calendar: bool = False
    organization: str | None = None
    detail: str | None = None

    def order(self) -> tuple[int, int, int, str, str]:
        """Return what changes are sorted by: new first, the worst status first, the severest first."""
        severity = _SEVERITIES.get(self.severity, len(_SEVERITIES))
        worst = _WORST.get(self.after, len(_WORST))
        return _STATES[self.state.value], worst, severity, self.control, self.asset


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChanges:
    """Represents what changed from one side to another, worst first; `before` is none of a first run.

    Sides are named as reports name them, each with its day. `run` is the newer one where it was kept.
    """

    name: str
    as_of: date
    before: str | None
    before_as_of: date | None
    changes: tuple[RunChange, ...]
    run: Run | None = None
    note: str | None = None

    def of(self, *states: State) -> list[RunChange]:
        """Return the changes of some states."""
        return [change for change in self.changes if change.state in states]


def of_run(connection: Connection, run: Run, previous: Run | None) -> RunChanges:
    """Return what changed from the run before, as it was found when the run was kept."""
    found = [
        RunChange(
            control=row.control_name,
            asset=row.asset_name,
            state=State(row.state),
            before=row.was or ABSENT,
            after=row.status,
            severity=row.severity,
            cause=ChangeCause(row.cause),
            by_calendar=bool(row.by_calendar),
            organization=row.organization,
            detail=row.reason or row.excuse or row.was_excuse,
        )
        for row in connection.execute(_changed(run))
    ]
    return RunChanges(
        name=f"#{run.id}",
        as_of=run.as_of,
        before=f"#{previous.id}" if previous is not None else None,
        before_as_of=previous.as_of if previous is not None else None,
        changes=tuple(sorted(found, key=RunChange.order)),
        run=run,
        note=run.note,
    )


def _changed(run: Run) -> Select[Any]:
    """Return the query for the spans that began with a run, with what was before them."""
    was, said = SPAN.alias(), OUTCOME.alias()
    same = or_(was.c.asset == SPAN.c.asset, was.c.asset == ASSET.c.was)
    ended = and_(was.c.control == SPAN.c.control, same, was.c.last_run == run.prev_run)
    return (
        select(
            *(SPAN.c[name] for name in ("state", "cause", "by_calendar")),
            *(OUTCOME.c[name] for name in ("status", "severity", "reason", "excuse")),
            CONTROL.c.name.label("control_name"),
            ASSET.c.name.label("asset_name"),
            ASSET.c.organization,
            said.c.status.label("was"),
            said.c.excuse.label("was_excuse"),
        )
        .join(CONTROL, SPAN.c.control == CONTROL.c.id)
        .join(ASSET, SPAN.c.asset == ASSET.c.id)
        .join(OUTCOME, SPAN.c.outcome == OUTCOME.c.id)
        .join(was, ended, isouter=True)
        .join(said, was.c.outcome == said.c.id, isouter=True)
        .where(
            SPAN.c.first_run == run.id,
            SPAN.c.state.is_not(None),
            SPAN.c.state != State.UNCHANGED.value,
        )
    )


def between(
    before: JudgedBy, after: JudgedBy, names: tuple[str, str], run: Run | None = None
) -> RunChanges:
    """Return what changed between two sides, both judged now; raises what judging raises."""
    now = audit.judge(after.inventory, after.policies, after.as_of, _given(after))
    given = _given(before)
    was = audit.judge(before.inventory, before.policies, before.as_of, given)
    base = former(was, names[0])
    names_today = today(base, now)
    compared = compare(now, base).changes
    sides = _sides(compared, was, now, {new: old for old, new in names_today.items()})
    differing = {cell: pair for cell, pair in sides.items() if not same(*pair)}
    reasons = causes(differing, before, after, was, now, given, names_today)
    found = []
    for change in compared:
        cell = (change.control, change.asset)
        old, new = differing.get(cell, (None, None))
        is_ = new or old
        why = reasons.get(cell, Why(cause=ChangeCause.NOT_KNOWN))
        asset = now.inventory.find(change.asset) or was.inventory.find(change.asset)
        found.append(
            RunChange(
                control=change.control,
                asset=change.asset,
                state=change.state,
                before=change.before.status.value if change.before is not None else ABSENT,
                after=change.finding.status.value if change.finding is not None else ABSENT,
                severity=is_.severity if is_ is not None else "",
                cause=why.cause,
                by_calendar=why.by_calendar,
                organization=_organization(asset.facts.get("organization")) if asset else None,
                detail=(new.reason or new.excuse if new else None) or (old.excuse if old else None),
            )
        )
    return RunChanges(
        name=names[1],
        as_of=after.as_of,
        before=names[0],
        before_as_of=before.as_of,
        changes=tuple(sorted(found, key=RunChange.order)),
        run=run,
    )


def _sides(
    compared: Iterable[FindingChange],
    was: Assessment,
    now: Assessment,
    former_names: Mapping[str, str],
) -> dict[Cell, tuple[KeptOutcome | None, KeptOutcome | None]]:
    """Return what both sides say of what changed, by the names of today."""
    found = {}
    for change in compared:
        old = was.finding(change.control, former_names.get(change.asset, change.asset))
        found[change.control, change.asset] = (
            of_finding(old, was) if old is not None else None,
            of_finding(change.finding, now) if change.finding is not None else None,
        )
    return found


def _given(side: JudgedBy) -> audit.GivenEvidence:
    return taken(side.bundle, side.inventory, side.signer)


def _organization(value: object) -> str | None:
    return value if isinstance(value, str) else None


def of_results(before: Former, after: Former) -> RunChanges:
    """Return what changed between two results; why is not known, as a result holds no evidence."""
    found = []
    for control, asset in {**before.findings, **after.findings}:
        was = before.findings.get((control, asset))
        is_ = after.findings.get((control, asset))
        state = state_of(was, is_)
        if state is State.UNCHANGED:
            continue
        change = RunChange(
            control=control,
            asset=asset,
            state=state,
            before=was.status.value if was is not None else ABSENT,
            after=is_.status.value if is_ is not None else ABSENT,
            severity="",
            cause=ChangeCause.NOT_KNOWN,
        )
        found.append(change)
    return RunChanges(
        name=after.name,
        as_of=after.as_of,
        before=before.name,
        before_as_of=before.as_of,
        changes=tuple(sorted(found, key=RunChange.order)),
    )
