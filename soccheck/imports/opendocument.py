"""What cells of an OpenDocument spreadsheet say beside their values, which python-calamine does not tell.

OASIS OpenDocument 1.3, part 3; LibreOffice's rules of colours (calcext) besides. Values are read elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from soccheck.imports.table import Merged, Ruled
from soccheck.imports.text import column, number_of
from soccheck.phrase import phrase
from soccheck.sources import archive as archives
from soccheck.sources import xml
from soccheck.sources.bounds import MAX_COLUMNS, refused

_MOST_ROWS = 100_000
"""Rows that one row with something in it may stand for."""
_MOST_MARKS = 1_000_000
"""Cells that may say something beside their value, as a formula, a colour or a percentage does."""
_BESIDE = frozenset(("table:formula", "table:number-rows-spanned", "table:number-columns-spanned"))
_RANGE = re.compile(r"\.\$?([A-Z]{1,3})\$?(\d+)(?::[^ :]*?\.\$?([A-Z]{1,3})\$?(\d+))?")
_NO_COLOUR = (None, "transparent", "#ffffff")

At = tuple[int, int]
"""A cell: its row, counted from 1, and its column, counted from 0."""


@dataclass(slots=True, kw_only=True)
class Marks:
    """Holds what was found of one sheet: by cell what it shows or counts by, and what is hidden or merged."""

    percentages: dict[At, str] = field(default_factory=dict)
    formulas: dict[At, str] = field(default_factory=dict)
    errors: set[At] = field(default_factory=set)
    struck: set[At] = field(default_factory=set)
    other_texts: set[At] = field(default_factory=set)
    coloured: set[At] = field(default_factory=set)
    comments: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[str] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    ruled: list[Ruled] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class _Row:
    """Holds a row as it is read: what its cells are filled with, and where it begins."""

    times: int
    style: str
    colours: list[tuple[int, str | None]] = field(default_factory=list)
    begins: str | None = None
    filled: bool = False


@dataclass(slots=True, kw_only=True)
class _Cell:
    """Holds a cell as it is read: where it begins, for how many it stands, its style and what it has."""

    at: int
    times: int
    attributes: Mapping[str, str]
    style: str
    text: bool = False
    struck: bool = False
    comment: bool = False
    in_comment: bool = False
    shows: list[str] = field(default_factory=list)


def marks(raw: bytes, file: str) -> dict[str, Marks]:
    """Return what cells say beside their values, by the name of their sheet.

    Raises `InputError` where the file is none, or one cell stands for more of them than a sheet is read of.
    """
    archive = archives.opened(raw, file)
    if "content.xml" not in archive.namelist():
        raise refused(file, phrase("not a whole workbook: {what}", what="content.xml"))
    manifest = "META-INF/manifest.xml"
    if manifest in archive.namelist() and b"encryption-data" in b"".join(
        archives.pieces(archive, manifest, file)
    ):
        raise refused(file, phrase("it is locked with a password"), phrase("save it without"))
    reader = _Content(file)
    for name in ("styles.xml", "content.xml"):
        if name in archive.namelist():
            try:
                xml.handled(b"".join(archives.pieces(archive, name, file)), reader)
            except xml.NoXmlError as error:
                raise refused(f"{file}, {name}:{error.line}", error.said) from error
    return reader.sheets


class _Content(ContentHandler):
    """Walks the styles and the cells of a document, element by element."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.sheets: dict[str, Marks] = {}
        self.style = ""
        self.struck: set[str] = set()
        self.colours: dict[str, str] = {}
        self.defaults: list[tuple[int, str]] = []
        self.marks = Marks()
        self.column = self.line = self.marked = 0
        self.folded: list[bool] = []
        self.row: _Row | None = None
        self.cell: _Cell | None = None

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802  -- SAX's name
        """Take in an element as it begins."""
        given = dict(attrs.items())
        match name:
            case "style:style":
                self._style(given)
            case "style:text-properties":
                if given.get("style:text-line-through-style", "none") != "none":
                    self.struck.add(self.style)
            case "style:table-cell-properties" if "fo:background-color" in given:
                self.colours[self.style] = given["fo:background-color"].lower()
            case "table:table":
                self.marks = self.sheets.setdefault(given.get("table:name", ""), Marks())
                self.defaults, self.column, self.line = [], 0, 0
            case "table:table-column":
                self._column(given)
            case "table:table-row-group":
                self.folded.append(given.get("table:display") == "false")
            case "table:table-row":
                times = int(given.get("table:number-rows-repeated", 1))
                self.row = _Row(times=times, style=given.get("table:default-cell-style-name", ""))
                hidden = any(self.folded) or given.get("table:visibility", "visible") != "visible"
                if hidden and times <= _MOST_ROWS:
                    self.marks.hidden_rows |= {self.line + n + 1 for n in range(times)}
                self.column = 0
            case "table:table-cell" | "table:covered-table-cell" if self.row is not None:
                self.cell = _Cell(
                    at=self.column,
                    times=int(given.get("table:number-columns-repeated", 1)),
                    attributes=given,
                    style=given.get("table:style-name") or self.row.style or self._default(),
                )
            case "calcext:conditional-format":
                self.marks.ruled += _ranges(given.get("calcext:target-range-address", ""))
            case _ if self.cell is not None:
                self._inside(name, given)

    def endElement(self, name: str) -> None:  # noqa: N802  -- SAX's name
        """Take in a cell, and a row, as it ends."""
        if name == "office:annotation" and self.cell is not None:
            self.cell.in_comment = False
        elif name in ("table:table-cell", "table:covered-table-cell") and self.cell is not None:
            self._ended(self.cell)
            self.column, self.cell = self.cell.at + self.cell.times, None
        elif name == "table:table-row" and self.row is not None:
            if self.row.begins is not None or self.row.filled:
                self._coloured(self.row)
            self.line, self.row = self.line + self.row.times, None
        elif name == "table:table-row-group":
            self.folded.pop()

    def characters(self, content: str) -> None:
        """Take in what a cell shows; what its comment says is none of it."""
        if self.cell is not None and not self.cell.in_comment:
            self.cell.shows.append(content)

    def _style(self, given: Mapping[str, str]) -> None:
        self.style = given.get("style:name", "")
        parent = given.get("style:parent-style-name")
        if parent in self.struck:
            self.struck.add(self.style)
        if parent in self.colours:
            self.colours[self.style] = self.colours[parent]

    def _column(self, given: Mapping[str, str]) -> None:
        """Take in a column, or as many as one stands for."""
        times = int(given.get("table:number-columns-repeated", 1))
        first, self.column = self.column, self.column + times
        self.defaults.append((self.column, given.get("table:default-cell-style-name", "")))
        if given.get("table:visibility", "visible") != "visible" and first < MAX_COLUMNS:
            letters = column(first)
            self.marks.hidden_columns.append(
                letters if times == 1 else f"{letters}:{column(self.column - 1)}"
            )

    def _default(self) -> str:
        return next((style for end, style in self.defaults if self.column < end), "")

    def _inside(self, name: str, given: Mapping[str, str]) -> None:
        """Take in what stands within a cell."""
        assert self.cell is not None
        if name == "office:annotation":
            self.cell.comment = self.cell.in_comment = True
        elif name == "text:p":
            self.cell.text = True
        elif name == "text:span" and given.get("text:style-name") in self.struck:
            self.cell.struck = True

    def _ended(self, cell: _Cell) -> None:
        """Keep what a cell says beside its value, for each that it stands for."""
        row, given = self.row, cell.attributes
        assert row is not None
        colour = self.colours.get(cell.style)
        colour = None if colour in _NO_COLOUR else colour
        row.colours += [
            (at, colour) for at in range(cell.at, min(cell.at + cell.times, MAX_COLUMNS))
        ]
        if cell.comment:
            self.marks.comments.append(f"{column(cell.at)}{self.line + 1}")
        if not (cell.text or "office:value-type" in given):
            return
        if row.times > _MOST_ROWS or cell.times > MAX_COLUMNS:
            count = max(row.times, cell.times)
            raise refused(self.file, phrase("one cell stands for {count} of them", count=count))
        if not row.filled:
            row.begins, row.filled = colour, True
        struck = cell.struck or cell.style in self.struck
        kinds = given.get("office:value-type"), given.get("calcext:value-type")
        other = _shows_other_text(cell)
        if (
            other
            or struck
            or kinds[0] == "percentage"
            or kinds[1] == "error"
            or _BESIDE & given.keys()
        ):
            for place in self._places(cell):
                self._say(place, cell, struck=struck, other=other)

    def _places(self, cell: _Cell) -> Iterator[At]:
        assert self.row is not None
        self._mark(self.row.times * cell.times)
        for line in range(self.line + 1, self.line + 1 + self.row.times):
            yield from ((line, at) for at in range(cell.at, cell.at + cell.times))

    def _mark(self, count: int) -> None:
        """Count what is kept; raises `InputError` where it is more than is read."""
        self.marked += count
        if self.marked > _MOST_MARKS:
            raise refused(self.file, phrase("more than {limit} cells", limit=_MOST_MARKS))

    def _say(self, place: At, cell: _Cell, *, struck: bool, other: bool) -> None:
        given = cell.attributes
        if struck:
            self.marks.struck.add(place)
        if other:
            self.marks.other_texts.add(place)
        if given.get("calcext:value-type") == "error":
            self.marks.errors.add(place)
        if given.get("office:value-type") == "percentage":
            times = float(given.get("office:value", "nan"))
            self.marks.percentages[place] = f"{times * 100:.10g}%"
        if "table:formula" in given:
            self.marks.formulas[place] = given["table:formula"]
        down = int(given.get("table:number-rows-spanned", 1))
        across = int(given.get("table:number-columns-spanned", 1))
        if down > 1 or across > 1:
            top, left = place
            area = Merged(top=top, bottom=top + down - 1, left=left, right=left + across - 1)
            self.marks.merged.append(area)

    def _coloured(self, row: _Row) -> None:
        """Keep where a row has another colour than where it begins."""
        others = [at for at, colour in row.colours if colour != row.begins]
        self._mark(row.times * len(others))
        for line in range(self.line + 1, self.line + 1 + (row.times if others else 0)):
            self.marks.coloured |= {(line, at) for at in others}


def _shows_other_text(cell: _Cell) -> bool:
    """Return whether a cell shows another text than it holds, by its form; blanks aside."""
    holds = cell.attributes.get("office:string-value")
    return holds is not None and "".join(holds.split()) != "".join("".join(cell.shows).split())


def _ranges(addresses: str) -> Iterator[Ruled]:
    """Yield the cells that a rule of colours is for: `Sheet.D2:Sheet.D4`."""
    for left, top, right, bottom in _RANGE.findall(addresses):
        first = number_of(left)
        yield Ruled(
            top=int(top),
            bottom=int(bottom or top),
            left=first,
            right=number_of(right) if right else first,
            of_empty=True,
        )
