"""From which day to which something holds that a person decided: a waiver, an attestation."""

from __future__ import annotations

from datetime import date
from typing import Any

from soccheck.facts import values
from soccheck.model import Problem
from soccheck.phrase import phrase
from soccheck.sources.source import Source


def read_term(
    source: Source, path: tuple[str, str], keys: tuple[str, str], problems: list[Problem]
) -> tuple[date, date] | None:
    """Return the first and the last day of the entry at a path; none, and faults, where a day is none."""
    node: dict[str, Any] = source.data[path[0]][path[1]]
    start, end = (_day(source, (*path, key), node[key], problems) for key in keys)
    if start is None or end is None:
        return None
    where = source.where(*path, keys[1])
    if end < start:
        text = phrase("it ends before it begins ({day})", day=start)
        problems.append(Problem(where, text, phrase("correct the days: it would never hold")))
    if end.year == date.max.year:
        text = phrase("it would hold for ever: somebody must look at it again")
        problems.append(Problem(where, text, phrase("write the last day on which it holds")))
    return start, end


def _day(source: Source, path: tuple[str, ...], raw: Any, problems: list[Problem]) -> date | None:
    day = values.day(raw)
    if day is None:
        problems.append(values.no_day(source.where(*path), raw))
    return day
