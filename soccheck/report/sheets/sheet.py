"""A table with typed cells: what a workbook writes and a page shows, laid out by neither."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from soccheck.model import Status


class ColumnKind(Enum):
    """What a column holds; a `FORM` is left empty, for a reader to fill in."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    SHARE = "share"
    FORM = "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetColumn:
    """Represents a column: its head, what it holds, and its width in letters."""

    title: str
    kind: ColumnKind = ColumnKind.TEXT
    width: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLink:
    """Represents a text that leads to the table of the title `to`."""

    text: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetCurve:
    """Represents a line through the shares of some rows, over their days: `rows` from the row `first`."""

    title: str
    first: int
    rows: int


SheetCell = SheetLink | str | int | float | date | Status | None
"""What stands in a cell; a share is its per cent, to one decimal. Texts are harmless to print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSheet:
    """Represents one table, its rows made as they are asked for.

    `strong` are rows that sum up others; `on_paper` is how many columns are printed, all where it is none;
    `curves` are lines that a workbook draws of its last column over its second.
    """

    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[SheetCell]]
    strong: frozenset[int] = frozenset()
    on_paper: int | None = None
    curves: Sequence[SheetCurve] = ()


def text(title: str, width: int = 14) -> SheetColumn:
    """Return a column of texts."""
    return SheetColumn(title=title, width=width)


def number(title: str, width: int = 10) -> SheetColumn:
    """Return a column of whole numbers."""
    return SheetColumn(title=title, kind=ColumnKind.NUMBER, width=width)


def day(title: str) -> SheetColumn:
    """Return a column of dates."""
    return SheetColumn(title=title, kind=ColumnKind.DAY, width=13)


def share(title: str) -> SheetColumn:
    """Return a column of shares in per cent."""
    return SheetColumn(title=title, kind=ColumnKind.SHARE, width=10)


def form(title: str, width: int = 16) -> SheetColumn:
    """Return a column that a reader fills in."""
    return SheetColumn(title=title, kind=ColumnKind.FORM, width=width)


def of_texts(title: str, header: Sequence[str], rows: Iterable[Sequence[SheetCell]]) -> ReportSheet:
    """Return a table of texts."""
    return ReportSheet(title=title, columns=[text(head) for head in header], rows=rows)
