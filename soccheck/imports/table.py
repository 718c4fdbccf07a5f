"""A table as it came: sheets of lines of cells, before anybody knows what they mean; and its bounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from soccheck.errors import InputError
from soccheck.imports.text import column
from soccheck.model import Problem
from soccheck.phrase import Phrase, phrase

MAX_BYTES = 64 * 1024 * 1024
"""Bytes of a file that is imported; consoles export some megabytes."""
MAX_ROWS = 200_000
MAX_COLUMNS = 500
MAX_CELLS = 5_000_000


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Represents a cell whose value cannot be had, and why."""

    why: Phrase


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
class Sheet:
    """Represents one table of a file; `name` is empty where a file has one only.

    `tells_hidden` says whether the format would show which rows are hidden; `dropped` names the secrets
    that were left out.
    """

    file: str
    name: str
    lines: Sequence[Line]
    merged: tuple[Merged, ...] = ()
    tells_hidden: bool = True
    dropped: tuple[str, ...] = ()

    def place(self, row: int, at: int | None = None) -> str:
        """Return a row, or a cell, as people name it."""
        sheet = f"{self.file}, {self.name}" if self.name else self.file
        return f"{sheet}, row {row}" if at is None else f"{sheet}, {column(at)}{row}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileForm:
    """Represents what a map says of the file's form: its format, its delimiter, the list in it."""

    format: str = "auto"
    delimiter: str | None = None
    path: str = ""


Reader = Callable[[bytes, str, FileForm], list[Sheet]]
"""Returns the sheets of a file; raises `InputError` where it cannot be read, or would be too much."""


def refused(where: str, text: Phrase, hint: Phrase | None = None) -> InputError:
    """Return the error of a file that is not read."""
    return InputError([Problem(where, text, hint)])


def bounded(file: str, rows: int = 0, columns: int = 0, cells: int = 0) -> None:
    """Raise `InputError` where a table has more than is read."""
    if rows <= MAX_ROWS and columns <= MAX_COLUMNS and cells <= MAX_CELLS:
        return
    what, most = phrase("cells"), MAX_CELLS
    if rows > MAX_ROWS:
        what, most = phrase("rows"), MAX_ROWS
    elif columns > MAX_COLUMNS:
        what, most = phrase("columns"), MAX_COLUMNS
    text = phrase("more than {limit} {what}", limit=most, what=what)
    hint = phrase("leave out what is no part of the list, or split the file")
    raise refused(file, text, hint)
