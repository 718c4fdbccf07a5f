"""What a report is told of the past: the period before, since when findings fail, and the months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from soccheck.assess.assessment import Assessment
from soccheck.cli.inputs import HISTORY
from soccheck.compare import stored
from soccheck.compare.former import Former, Key
from soccheck.errors import UsageError
from soccheck.phrase import phrase
from soccheck.report.report import FailingSince, TrendMonth
from soccheck.sources.files import content

if TYPE_CHECKING:
    from soccheck.history.runs import Run

MONTHS = 12
"""How far back a trend goes."""
_PLACES = (Path("soccheck.yaml"), Path("history", HISTORY))
"""What says without an option that there is a history: its settings, or itself where it is kept without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPast:
    """Represents what is known of the time before a report; nothing where there is no history."""

    previous: Former | None = None
    since: Mapping[Key, FailingSince] = field(default_factory=dict)
    trend: Sequence[TrendMonth] = ()


def past(previous: str | None, config: str | None, assessment: Assessment) -> ToldPast:
    """Return what a report is told: by the file or run it names, and by the history, where there is one.

    Raises `InputError` for a file that is no result, `HistoryError` for a run or a history there is not.
    """
    is_stored = previous is not None and Path(previous).is_file()
    was = stored.read(content(Path(previous)), previous) if previous and is_stored else None
    run = previous if not is_stored else None
    if run is None and config is None and not any(map(Path.is_file, _PLACES)):
        return ToldPast(previous=was)
    # SQLAlchemy is for whoever has a history.
    from soccheck.cli import history_place
    from soccheck.history import database, runs

    place = history_place.place(config)
    named = run is not None or config is not None
    if not named and not database.exists(place.settings.folder, place.url):
        return ToldPast(previous=was)
    if run is not None and not database.exists(place.settings.folder, place.url):
        text = phrase("{previous}: no such file, and no history that has such a run", previous=run)
        raise UsageError(text, hint=phrase("name a JSON result, or the history with --config"))
    with place.opened().begin() as connection:
        authority = assessment.inventory.authority.id
        if not named and not runs.runs(connection, authority):
            return ToldPast(previous=was)
        known = runs.of_authority(connection, authority, place.shown)
        if run is not None:
            was = _former(connection, runs.chosen(known, run, place.shown))
        return replace(_told(connection, known, assessment), previous=was)


def of_run(connection: Any, known: Sequence[Run], run: Run, assessment: Assessment) -> ToldPast:
    """Return what the reports of a run that was kept are told: the run before it is the period before."""
    from soccheck.history import runs

    last = runs.before(known, run)
    was = _former(connection, last) if last is not None else None
    return replace(_told(connection, known, assessment), previous=was)


def _former(connection: Any, run: Run) -> Former:
    """Return what a run said, with its headline figures."""
    from soccheck.history import runs

    headlines = {
        str(row["policy"]): (int(row["passed"]), int(row["total"]))
        for row in runs.tallies(connection, run)
    }
    return replace(runs.as_former(run, runs.said_in(connection, run)), headlines=headlines)


def _told(connection: Any, known: Sequence[Run], assessment: Assessment) -> ToldPast:
    """Return what the runs until the day of a report say; since when is known of the last run only."""
    from soccheck.history import failing, trend

    until = [run for run in known if run.as_of <= assessment.as_of]
    if not until:
        return ToldPast()
    months = trend.trend(connection, until, MONTHS, None, None).months
    found = failing.failing(connection, known, {}) if len(until) == len(known) else []
    return ToldPast(
        since={
            (item.control, item.asset): FailingSince(
                day=item.since, at_least=item.begun, unseen=item.unseen
            )
            for item in found
        },
        trend=tuple(
            TrendMonth(
                first=month.first,
                run=month.run.id if month.run is not None else None,
                headlines={name: (p.passed, p.total) for name, p in month.points.items()},
                unknown=frozenset(name for name, p in month.points.items() if p.unknown),
            )
            for month in months
        ),
    )
