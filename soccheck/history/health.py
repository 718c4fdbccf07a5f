"""Whether runs happen, and machines answer: what a watchdog asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from soccheck.history.runs import Run
from soccheck.history.tables import AUTHORITY, FAULT, RUN
from soccheck.model import Duration

GOOD = (0, 1, 3)
"""Exit codes of a run that judged."""
_CLOCKS = 3600
"""Seconds by which the clocks of two machines may differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """Represents a machine that did not answer in the last run: since which day, and why."""

    asset: str
    since: date
    days: int
    code: str
    over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Represents when the last good run ended, and the silent machines; what is over its limit is told.

    `age` is in seconds, below 0 where a clock went back since. `asked` says whether machines were: by a
    run without evidence none is known to be silent.
    """

    run: Run
    age: float
    late: bool
    asked: bool
    silent: tuple[Silent, ...]

    @property
    def exit_code(self) -> int:
        """Return 1 where a limit is passed, else 0."""
        return 1 if self.late or any(item.over for item in self.silent) else 0


def health(
    connection: Connection,
    runs: Sequence[Run],
    now: datetime,
    last_run: Duration,
    silent: Duration,
) -> Health:
    """Return the health of an authority's runs at a moment; limits are lengths of time."""
    good = [run for run in runs if run.exit_code in GOOD]
    last = good[-1] if good else runs[-1]
    age = (now - last.ended_at).total_seconds()
    return Health(
        run=last,
        age=age,
        late=not good or age < -_CLOCKS or _is_over(last_run, last.ended_at, now),
        asked=runs[-1].evidence is not None,
        silent=tuple(_silent(connection, runs, silent)),
    )


def _is_over(limit: Duration, since: datetime, now: datetime) -> bool:
    length = limit.exact()
    return limit.after(since.date()) < now.date() if length is None else now - since > length


def _silent(connection: Connection, runs: Sequence[Run], limit: Duration) -> list[Silent]:
    """Return the machines that the last run could not ask, the longest silent first."""
    asked = (
        select(FAULT.c.run, FAULT.c.asset, FAULT.c.code)
        .join(RUN, FAULT.c.run == RUN.c.id)
        .join(AUTHORITY, RUN.c.authority == AUTHORITY.c.id)
        .where(AUTHORITY.c.name == runs[-1].authority)
    )
    codes: dict[int, dict[str, str]] = {}
    for row in connection.execute(asked):
        codes.setdefault(row.run, {}).setdefault(row.asset, row.code)
    last = runs[-1]
    found = []
    for asset, code in codes.get(last.id, {}).items():
        since = last.as_of
        for run in reversed(runs):
            if asset not in codes.get(run.id, {}):
                break
            since = run.as_of
        over = limit.after(since) < last.as_of
        days = (last.as_of - since).days
        found.append(Silent(asset=asset, since=since, days=days, code=code, over=over))
    return sorted(found, key=lambda item: (-item.days, item.asset))
