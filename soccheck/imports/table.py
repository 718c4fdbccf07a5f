"""A table as it came: sheets of lines of cells, before anybody knows what they mean; and its bounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from soccheck.imports.text import column
from soccheck.phrase import Phrase, echo, phrase

MAX_BYTES = 64 * 1024 * 1024
"""Bytes of a file that is imported; consoles export some megabytes."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Represents a cell whose value cannot be had, and why."""

    why: Phrase

    def __str__(self) -> str:
        return str(self.why)


Cell = str | int | float | bool | date | datetime | tuple[str, ...] | Unreadable | None
"""What a cell holds; text composed and on one line (`imports.text.plain`), never empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Represents a row: its number in the file, counted from 1, its cells, and whether it is hidden."""

    number: int
    cells: tuple[Cell, ...]
    hidden: bool = False

    @property
    def filled(self) -> list[int]:
        """Return the columns, counted from 0, that hold something."""
        return [number for number, cell in enumerate(self.cells) if cell is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Represents cells that were made one: rows as they are numbered, columns from 0, both ends included."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """Represents cells that look as a rule says; rows and columns as those of `Merged`.

    `of_empty` says that an empty cell may have a colour, too.
    """

    top: int
    bottom: int
    left: int
    right: int
    of_empty: bool

    def has(self, row: int, at: int) -> bool:
        """Return whether a cell is among them."""
        return self.top <= row <= self.bottom and self.left <= at <= self.right

    def __str__(self) -> str:
        first, last = f"{column(self.left)}{self.top}", f"{column(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Represents one table of a file; `name` is empty where a file has one only.

    `dropped` names the secrets that were left out; `hidden_columns` and `comments` say by letters and cells
    where such are. `coloured` are cells, by row and column, of another colour than their row; `ruled` those
    that look as a rule says, as others may (`ruled_elsewhere`) that the file does not tell. Of a `hidden`
    sheet no line is read. Of one that is not `kept`, as it may hold anything, only what a map reads stays
    with the evidence.
    """

    file: str
    name: str
    lines: Sequence[Line]
    merged: tuple[Merged, ...] = ()
    dropped: tuple[str, ...] = ()
    hidden_columns: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    coloured: frozenset[tuple[int, int]] = frozenset()
    ruled: tuple[Ruled, ...] = ()
    ruled_elsewhere: bool = False
    hidden: bool = False
    kept: bool = True

    def place(self, row: int, at: int | None = None) -> Phrase:
        """Return a row, or a cell, as people name it."""
        sheet = f"{self.file}, {self.name}" if self.name else self.file
        if at is None:
            return phrase("{file}, row {number}", file=sheet, number=row)
        return echo(f"{sheet}, {column(at)}{row}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileForm:
    """Represents what a map says of the file's form: its format, its delimiter, the list in it."""

    format: str = "auto"
    delimiter: str | None = None
    path: str = ""


Reader = Callable[[bytes, str, FileForm], list[Sheet]]
"""Returns the sheets of a file; raises `InputError` where it cannot be read, or would be too much."""
