"""Strict CSV: rows of cells with the column at which each stands in its line. RFC 4180.

One line is one row. The delimiter is the one that parts the first line: a comma, a semicolon (as
spreadsheets save where the comma is the decimal sign) or a tab.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from soccheck.errors import quoted
from soccheck.model import Location, Mark, Problem
from soccheck.phrase import phrase

DELIMITERS = (",", ";", "\t")
MOST_CELLS = 500
"""Cells of one line; no kind of asset has so many facts."""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """Represents one line: its number, its text, the sign that parts it, and its cells."""

    line: int
    text: str
    delimiter: str
    cells: Sequence[str]

    @property
    def columns(self) -> list[int]:
        """Return the column at which each cell begins, worked out anew."""
        return _starts(self.text, self.delimiter)


class CellMarks(Sequence[Mark]):
    """Holds where some cells of a line stand; the columns are worked out when one is asked for."""

    __slots__ = ("_indexes", "_row")

    def __init__(self, row: CsvRow, indexes: Sequence[int]) -> None:
        self._row = row
        self._indexes = indexes

    def __len__(self) -> int:
        return len(self._indexes)

    @overload
    def __getitem__(self, at: int) -> Mark: ...

    @overload
    def __getitem__(self, at: slice) -> list[Mark]: ...

    def __getitem__(self, at: int | slice) -> Mark | list[Mark]:
        columns = self._row.columns
        if isinstance(at, slice):
            return [(self._row.line, columns[index]) for index in self._indexes[at]]
        return self._row.line, columns[self._indexes[at]]


def rows(text: str, path: str, problems: list[Problem]) -> Iterator[CsvRow]:
    """Yield the lines that hold something, the heading first; faults go to `problems`."""
    delimiter = ""
    known: dict[str, str] = {}
    lines = text.removeprefix("\ufeff").split("\n")
    width = until = 0
    for number, line in enumerate(lines, start=1):
        line = line.removesuffix("\r")
        if not line.strip() or number <= until:
            continue
        if not delimiter:
            delimiter = max(DELIMITERS, key=line.count)
        if line.count('"') % 2 and (until := _goes_on(lines, number, delimiter, width)):
            problems.append(_broken(Location(path, number, line.rindex('"') + 1), until))
            continue
        row = _row(number, line, delimiter, path, known)
        if isinstance(row, Problem):
            problems.append(row)
        elif any(row.cells):
            width = width or len(row.cells)
            yield row


_LINES = 20
"""Lines that a cell may go over, to be told as one."""


def _goes_on(lines: Sequence[str], number: int, delimiter: str, width: int) -> int:
    """Return the line in which a cell ends that is left open in line `number`; 0 where none is it."""
    for last in range(number + 1, min(number + _LINES, len(lines)) + 1):
        if lines[last - 1].count('"') % 2:
            joined = " ".join(line.strip() for line in lines[number - 1 : last])
            return last if len(next(csv.reader([joined], delimiter=delimiter))) == width else 0
    return 0


def _broken(where: Location, last: int) -> Problem:
    text = phrase("a cell goes on until line {last}", last=last)
    return Problem(where, text, phrase("write it in one line; part a list with semicolons"))


def _row(
    number: int, line: str, delimiter: str, path: str, known: dict[str, str]
) -> CsvRow | Problem:
    """Return a line's row, or its fault; a text that many rows have is held once, in `known`."""
    for column, character in enumerate(line, start=1) if not line.isprintable() else ():
        if not character.isprintable() and character != delimiter and character != "\u00a0":
            text = phrase("a character that is not printed: U+{code}", code=f"{ord(character):04X}")
            return Problem(Location(path, number, column), text, phrase("delete it"))
    if line.count(delimiter) >= MOST_CELLS:
        text = phrase("more than {limit} cells", limit=MOST_CELLS)
        hint = phrase("a table has a column for each fact, and no more")
        return Problem(Location(path, number, 1), text, hint)
    if '"' not in line:
        return CsvRow(number, line, delimiter, _held(line.split(delimiter), known))
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
    return CsvRow(number, line, delimiter, _held(cells, known))


def _held(cells: list[str], known: dict[str, str]) -> list[str]:
    return [known.setdefault(text, text) for text in map(str.strip, cells)]


def _starts(line: str, delimiter: str) -> list[int]:
    """Return the columns at which the cells of a line begin."""
    if '"' in line:
        outside = re.finditer(rf'"[^"]*"|({delimiter})', line)
        return [1, *(found.end() + 1 for found in outside if found[1])]
    columns, at = [], 1
    for cell in line.split(delimiter):
        columns.append(at + len(cell) - len(cell.lstrip()))
        at += len(cell) + 1
    return columns
