"""Which runs keep what they were judged by and said: the last of so many days, weeks, months, years."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from sqlalchemy import Connection

from soccheck.history import kept
from soccheck.history.blobs import Blobs
from soccheck.history.runs import Run, runs
from soccheck.history.settings import Keep

_PERIODS: tuple[tuple[str, Callable[[date], object]], ...] = (
    ("daily", lambda day: day),
    ("weekly", lambda day: day.isocalendar()[:2]),
    ("monthly", lambda day: (day.year, day.month)),
    ("yearly", lambda day: day.year),
)


def kept_runs(of: Iterable[Run], keep: Keep) -> set[int]:
    """Return the runs that keep their blobs: those of the rules, and the last two of each authority."""
    found: set[int] = set()
    by_authority: dict[str, list[Run]] = {}
    for run in of:
        by_authority.setdefault(run.authority, []).append(run)
    for mine in by_authority.values():
        found |= {run.id for run in mine[-2:]}
        for name, period in _PERIODS:
            last = {
                period(run.as_of): run.id for run in sorted(mine, key=lambda r: (r.as_of, r.id))
            }
            number = getattr(keep, name)
            first = 0 if number == "all" else max(0, len(last) - int(number))
            found |= set(list(last.values())[first:])
    return found


def prune(connection: Connection, blobs: Blobs, keep: Keep, moment: str) -> int:
    """Take away the blobs that only runs have which do not keep theirs; return how many.

    Runs, spans, tallies and the chain stay. A list that cannot be read keeps all that is there.
    """
    found = runs(connection)
    chosen = kept_runs(found, keep)
    needed: set[str] = set()
    for run in found:
        if run.id in chosen:
            needed |= {run.assessment, run.inventory, run.policies, *filter(None, [run.evidence])}
    lists = {name for run in found if run.id in chosen for name in (run.inventory, run.policies)}
    for name in lists:
        needed |= kept.files(name, lambda wanted: blobs.content(connection, wanted))
    return blobs.prune(connection, needed, moment)
