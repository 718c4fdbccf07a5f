"""Days whose day and month may be turned: 05/04 typed for the fifth of April, taken for the fourth of May.

A program set to month/day makes a day of `05/04/2026` and leaves `25/04/2026` as the text it is. So a column
that has both real days and such a text shows days that nobody may have meant. And where one text can only be
month/day in a column of day/month, two hands or programs wrote it: no other text of it is sure. Nor is one
with AM or PM, which a program set to month/day writes, while no text of the column can only be day/month.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from soccheck.imports.dates import DateRule
from soccheck.imports.map import ImportMap
from soccheck.imports.rows import RowKind, Table
from soccheck.imports.table import Cell
from soccheck.phrase import Phrase, phrase

_WRITTEN = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-]\d{4}\b")
"""Forms that spreadsheet programs make days of, where there is such a day."""
_HALF = re.compile(r"\d\s*[AP]\.?M\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """Represents which cell shows that a column's real days may be turned, and which that its texts may."""

    days: Phrase | None
    texts: Phrase | None


def turned(found: Table, by: ImportMap) -> dict[int, Turned]:
    """Return the columns of days that may be turned."""
    return {at: _of_column(found, at, rule) for at, rule in _of_days(found, by)}


def doubt(cell: Cell, at: int | None, columns: Mapping[int, Turned]) -> Phrase | None:
    """Return why a day is not believed, if it may be another with its month and day turned."""
    of = columns.get(at) if at is not None else None
    if of is None:
        return None
    if isinstance(cell, str):
        numbers = _WRITTEN.match(cell)
        one, two = map(int, numbers.groups()) if numbers else (0, 0)
        if of.texts is None or one == two or max(one, two) > 12:
            return None
        return phrase(
            "{day} may be day/month or month/day: {place} may be written in the other order",
            day=repr(cell),
            place=of.texts,
        )
    if of.days is None or not isinstance(cell, date) or cell.day > 12 or cell.day == cell.month:
        return None
    return phrase(
        "{day} may be {other}, turned by the spreadsheet: {place} is a day written as text",
        day=date(cell.year, cell.month, cell.day).isoformat(),
        other=date(cell.year, cell.day, cell.month).isoformat(),
        place=of.days,
    )


def _of_days(found: Table, by: ImportMap) -> Iterator[tuple[int, DateRule]]:
    rules: list[tuple[tuple[str, ...], DateRule | None]] = [(r.columns, r.date) for r in by.rules]
    if by.seen is not None:
        rules.append((by.seen.columns, by.seen.date))
    for columns, rule in rules:
        at = found.at(columns)
        if rule is not None and at is not None:
            yield at, rule


def _of_column(found: Table, at: int, rule: DateRule) -> Turned:
    """Return the first cells of a column that are days of one order only, and of not the rule's order."""
    days = texts = half = None
    sure = False
    other = 0 if "mm/dd/yyyy" in rule.forms else 1
    for row in found.rows:
        if row.kind is not RowKind.ENTRY or at >= len(row.line.cells):
            continue
        cell = row.line.cells[at]
        match = _WRITTEN.match(cell) if isinstance(cell, str) else None
        over = [int(number) > 12 for number in match.groups()] if match else [False, False]
        if match and half is None and _HALF.search(str(cell)):
            half = found.sheet.place(row.line.number, at)
        if over[0] != over[1]:
            sure = sure or over[1 - other]
            place = found.sheet.place(row.line.number, at)
            days = days or place
            texts = texts or (place if over[other] else None)
    if other == 1 and not sure:
        texts = texts or half
    return Turned(days=days, texts=texts)
