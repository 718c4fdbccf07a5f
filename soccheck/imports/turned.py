"""Days that a spreadsheet may have turned: 05/04 typed for the fifth of April, taken for the fourth of May.

A program set to month/day makes a day of `05/04/2026` and leaves `25/04/2026` as the text it is. So a column
that has both real days and such a text shows days that nobody may have meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from soccheck.imports.dates import DateRule
from soccheck.imports.map import ImportMap
from soccheck.imports.rows import RowKind, Table
from soccheck.imports.table import Cell
from soccheck.phrase import Phrase, phrase

_LEFT = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-]\d{4}\b")
"""Forms that spreadsheet programs make days of, where there is such a day."""

Turned = dict[int, str]
"""Column -> the cell whose text says that days beside it may have been turned."""


def turned(found: Table, by: ImportMap) -> Turned:
    """Return the columns of days whose real days may have been turned."""
    return {
        at: place for at in _of_days(found, by) if (place := _left_as_text(found, at)) is not None
    }


def doubt(cell: Cell, at: int | None, columns: Turned) -> Phrase | None:
    """Return why a day is not believed, if it may be another with its month and day turned."""
    if at not in columns or not isinstance(cell, date) or cell.day > 12 or cell.day == cell.month:
        return None
    other = date(cell.year, cell.day, cell.month).isoformat()
    return phrase(
        "{day} may be {other}, turned by the spreadsheet: {place} is a day written as text",
        day=date(cell.year, cell.month, cell.day).isoformat(),
        other=other,
        place=columns[at],
    )


def _of_days(found: Table, by: ImportMap) -> Iterable[int]:
    rules: list[tuple[tuple[str, ...], DateRule | None]] = [(r.columns, r.date) for r in by.rules]
    if by.seen is not None:
        rules.append((by.seen.columns, by.seen.date))
    places = {found.at(columns) for columns, date_ in rules if date_ is not None}
    return sorted(at for at in places if at is not None)


def _left_as_text(found: Table, at: int) -> str | None:
    for row in found.rows:
        if row.kind is not RowKind.ENTRY or at >= len(row.line.cells):
            continue
        cell = row.line.cells[at]
        match = _LEFT.match(cell) if isinstance(cell, str) else None
        if match and (int(match[1]) > 12) != (int(match[2]) > 12):
            return found.sheet.place(row.line.number, at)
    return None
