"""Strict CSV: rows of cells with the column at which each stands in its line. RFC 4180.

One line is one row. The delimiter is the one that parts the first line: a comma, a semicolon (as
spreadsheets save where the comma is the decimal sign) or a tab.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from soccheck.errors import quoted
from soccheck.model import Location, Problem
from soccheck.phrase import phrase

DELIMITERS = (",", ";", "\t")
MOST_CELLS = 500
"""Cells of one line; no kind of asset has so many facts."""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """Represents one line: its number, its cells, and the column at which each begins."""

    line: int
    cells: Sequence[str]
    columns: Sequence[int]


def rows(text: str, path: str, problems: list[Problem]) -> Iterator[CsvRow]:
    """Yield the lines that hold something, the heading first; faults go to `problems`."""
    delimiter = ""
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        line = line.removesuffix("\r")
        if not line.strip():
            continue
        if not delimiter:
            delimiter = max(DELIMITERS, key=line.count)
        row = _row(number, line, delimiter, path)
        if isinstance(row, Problem):
            problems.append(row)
        elif any(row.cells):
            yield row


def _row(number: int, line: str, delimiter: str, path: str) -> CsvRow | Problem:
    """Return a line's row, or its fault."""
    for column, character in enumerate(line, start=1) if not line.isprintable() else ():
        if not character.isprintable() and character != delimiter and character != "\u00a0":
            text = phrase("a character that is not printed: U+{code}", code=f"{ord(character):04X}")
            return Problem(Location(path, number, column), text, phrase("delete it"))
    if line.count(delimiter) >= MOST_CELLS:
        text = phrase("more than {limit} cells", limit=MOST_CELLS)
        hint = phrase("a table has a column for each fact, and no more")
        return Problem(Location(path, number, 1), text, hint)
    if '"' not in line:
        cells = line.split(delimiter)
        columns, at = [], 1
        for cell in cells:
            columns.append(at + len(cell) - len(cell.lstrip()))
            at += len(cell) + 1
        return CsvRow(number, [cell.strip() for cell in cells], columns)
    if line.count('"') % 2:
        text = phrase("quotes open here and do not close in this line")
        hint = phrase("close them; a cell goes over one line only")
        return Problem(Location(path, number, line.index('"') + 1), text, hint)
    try:
        (cells,) = csv.reader([line], delimiter=delimiter, strict=True)
    except csv.Error as error:
        hint = phrase('write "" for a quote inside quotes')
        return Problem(
            Location(path, number, 1), phrase("not CSV: {what}", what=quoted(error)), hint
        )
    return CsvRow(number, [cell.strip() for cell in cells], _starts(line, delimiter))


def _starts(line: str, delimiter: str) -> list[int]:
    """Return the columns at which the cells of a line with quotes begin."""
    outside = re.finditer(rf'"[^"]*"|({delimiter})', line)
    return [1, *(found.end() + 1 for found in outside if found[1])]
