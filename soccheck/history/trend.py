"""How much was met, month by month: the last run of each month, and a gap where there was none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from soccheck.history.cells import ABSENT
from soccheck.history.runs import Run
from soccheck.history.tables import ASSET, AUTHORITY, CONTROL, OUTCOME, SPAN, TALLY

_OUTSIDE = (ABSENT, "not_applicable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Represents passed of total in the last run of a month; `total` 0 says that nothing was assessed.

    `unknown` says that nobody knew anything of it: then it has no share.
    """

    passed: int
    total: int
    unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """Represents a month: its last run, and the figure of each series; nothing where there was no run."""

    first: date
    run: Run | None
    points: Mapping[str, Point]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Represents figures by month: headlines of policies, or findings by organisation or level."""

    by: str
    policy: str | None
    series: tuple[str, ...]
    months: tuple[Month, ...]


def trend(
    connection: Connection, runs: Sequence[Run], months: int, policy: str | None, by: str | None
) -> Trend:
    """Return the figures of the last `months` months, that of the last run included.

    By policy they are its headline's; by `organization` or `level` they count findings that pass among
    those that apply, placed where the asset is placed now.
    """
    last = {(run.as_of.year, run.as_of.month): run for run in sorted(runs, key=_moment)}
    firsts = _months(max(run.as_of for run in runs), months)
    first_run = min(run.as_of for run in runs)
    firsts = [day for day in firsts if (day.year, day.month) >= (first_run.year, first_run.month)]
    chosen = [last.get((day.year, day.month)) for day in firsts]
    wanted = [run for run in chosen if run is not None]
    if by is None:
        points = _headlines(connection, wanted, policy)
    else:
        points = _findings(connection, wanted, policy, by)
    found = [
        Month(first=day, run=run, points=points.get(run.id, {}) if run is not None else {})
        for day, run in zip(firsts, chosen, strict=True)
    ]
    series = dict.fromkeys(name for month in found for name in sorted(month.points))
    return Trend(by=by or "policy", policy=policy, series=tuple(series), months=tuple(found))


def _moment(run: Run) -> tuple[date, int]:
    return run.as_of, run.id


def _months(last: date, count: int) -> list[date]:
    """Return the first days of the months up to that of `last`."""
    number = last.year * 12 + last.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(number - count + 1, number + 1) if n >= 12]


def _headlines(
    connection: Connection, runs: Iterable[Run], policy: str | None
) -> dict[int, dict[str, Point]]:
    asked = select(TALLY).where(TALLY.c.run.in_([run.id for run in runs]))
    if policy is not None:
        asked = asked.where(TALLY.c.policy == policy)
    found: dict[int, dict[str, Point]] = {}
    for row in connection.execute(asked):
        # What is known of a headline stands on a basis; its counts are of the whole subject.
        unknown = bool(row.total) and not row.passed and not row.bases
        point = Point(passed=row.passed, total=row.total, unknown=unknown)
        found.setdefault(row.run, {})[row.policy] = point
    return found


def _findings(
    connection: Connection, runs: Sequence[Run], policy: str | None, by: str
) -> dict[int, dict[str, Point]]:
    """Return the findings that pass among those that apply, by the run and where the asset is placed."""
    if not runs:
        return {}
    placed = ASSET.c.organization if by == "organization" else ASSET.c.level
    asked = (
        select(SPAN.c.first_run, SPAN.c.last_run, OUTCOME.c.status, placed.label("placed"))
        .select_from(SPAN)
        .join(OUTCOME, SPAN.c.outcome == OUTCOME.c.id)
        .join(CONTROL, SPAN.c.control == CONTROL.c.id)
        .join(ASSET, SPAN.c.asset == ASSET.c.id)
        .join(AUTHORITY, ASSET.c.authority == AUTHORITY.c.id)
        .where(AUTHORITY.c.name == runs[0].authority, OUTCOME.c.status.not_in(_OUTSIDE))
    )
    if policy is not None:
        asked = asked.where(CONTROL.c.policy == policy)
    counts: dict[int, dict[str, Counter[str]]] = {run.id: {} for run in runs}
    for row in connection.execute(asked):
        if row.placed is not None:
            _count(row, counts)
    return {
        run: {name: _point(found) for name, found in by_place.items()}
        for run, by_place in counts.items()
    }


def _point(found: Counter[str]) -> Point:
    return Point(
        passed=found["pass"], total=found.total(), unknown=found["unknown"] == found.total()
    )


def _count(row: Any, counts: Mapping[int, dict[str, Counter[str]]]) -> None:
    for run, by_place in counts.items():
        if row.first_run <= run and (row.last_run is None or row.last_run >= run):
            by_place.setdefault(str(row.placed), Counter())[row.status] += 1
