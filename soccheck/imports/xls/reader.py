"""The older binary workbooks (XLS) by xlrd: values, what is merged, hidden, struck out.

[MS-XLS]. The same is told of them as of an XLSX; formulas and rules of colours are read of the records.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from soccheck.errors import quoted
from soccheck.facts.written import plain
from soccheck.imports import looks
from soccheck.imports.formulas import NOT_TOLD, changes, worked_out
from soccheck.imports.table import Cell, FileForm, Line, Merged, Sheet, Unreadable
from soccheck.imports.text import column
from soccheck.imports.xls.records import At, SheetRecords, counted
from soccheck.phrase import phrase
from soccheck.sources import workbook as books
from soccheck.sources.bounds import refused

_AS_XLSX = phrase("open it in a spreadsheet program and save the list alone, as XLSX")
_WITHOUT = phrase("save it without")
_SPAN = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
"""Forms of numbers that show how long something took; ECMA-376 18.8.31."""
_ADDED = re.compile(r'CALL_ADDIN\("([\w.]+)",?')
"""A function that is not Excel's own, as xlrd shows it: RANDBETWEEN for one."""
_OLDEST = 50
"""The records of Excel 95, as xlrd numbers them."""


def read(raw: bytes, file: str, options: FileForm) -> list[Sheet]:
    """Return the sheets of an XLS; those that are hidden themselves without what they hold.

    Raises `InputError` for macros, a password, more than is read, and at the cell for a font of TCVN3 or VNI.
    """
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise refused(file, phrase("it is locked with a password"), _WITHOUT)
    if "_VBA_PROJECT_CUR".encode("utf-16-le") in raw:
        hint = phrase("save it as XLSX without them")
        raise refused(file, phrase("it holds macros, which are not read"), hint)
    with _whole(file), open(os.devnull, "w", encoding="utf-8") as nowhere:
        return _sheets(raw, file, nowhere)


def _sheets(raw: bytes, file: str, nowhere: Any) -> list[Sheet]:
    import xlrd
    from xlrd.compdoc import CompDoc

    held = counted(_stream(CompDoc(raw, logfile=nowhere), file), file)
    book = xlrd.open_workbook(
        file_contents=held.stream,
        logfile=nowhere,
        formatting_info=True,
        on_demand=True,
        ragged_rows=True,
    )
    if book.biff_version < _OLDEST:
        text = phrase("not a whole workbook: {what}", what=f"BIFF {book.biff_version}")
        raise refused(file, text, _AS_XLSX)
    names = book.sheet_names()
    formulas = [_formulas(book, each) for each in held.sheets]
    clock = held.clock or any(
        text is None or changes(text) for each in formulas for text in each.values()
    )
    found = []
    for number, (name, records) in enumerate(zip(names, held.sheets, strict=True)):
        if not records.visible:
            found.append(Sheet(file=file, name=name, lines=(), hidden=True))
            continue
        reader = _Reader(
            book=book,
            sheet=book.sheet_by_index(number),
            place=f"{file}, {name}",
            formulas=formulas[number],
            clock=clock,
            stale=records.stale,
        )
        found.append(_sheet(file, name, reader, records))
        book.unload_sheet(number)
    return found


def _stream(parts: Any, file: str) -> bytes:
    """Return the stream of a compound file ([MS-CFB]) that has the workbook: of Excel 97, or of 95."""
    names = ("workbook", "book")
    torn = refused(file, phrase("not a whole workbook: {what}", what="Workbook"), _AS_XLSX)
    for entry in parts.dirlist:
        if entry.name.lower() in names and entry.tot_size < parts.min_size_std_stream:
            at, met = entry.first_SID, set[int]()
            while (
                at >= 0
            ):  # xlrd follows the sectors of a short stream without end where they go round
                if at in met:
                    raise torn
                met.add(at)
                at = parts.SSAT[at]
    for name in names:
        stream, begin, length = parts.locate_named_stream(name)
        if stream is not None:
            found: bytes = stream[begin : begin + length]
            return found
    raise torn


def _sheet(file: str, name: str, reader: _Reader, records: SheetRecords) -> Sheet:
    sheet = reader.sheet
    coloured: set[tuple[int, int]] = set()
    lines = list(_lines(reader, records.width, coloured))
    return Sheet(
        file=file,
        name=name,
        lines=lines,
        merged=tuple(
            Merged(top=top + 1, bottom=bottom, left=left, right=right - 1)
            for top, bottom, left, right in sheet.merged_cells
        ),
        hidden_columns=tuple(_hidden_columns(sheet)),
        comments=tuple(f"{column(at)}{row + 1}" for row, at in sorted(sheet.cell_note_map)),
        coloured=frozenset(coloured),
        ruled=tuple(records.ruled),
    )


def _lines(reader: _Reader, width: int, coloured: set[tuple[int, int]]) -> Iterator[Line]:
    """Yield the rows that hold something; cells of another colour than their row go to `coloured`."""
    sheet = reader.sheet
    for row in range(sheet.nrows):
        cells = [reader.counted(row, at) for at in range(sheet.row_len(row))]
        colours = [reader.colour(row, at) for at in range(width)] if cells else []
        coloured |= {(row + 1, at) for at in looks.of_another_colour(colours, cells)}
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            yield Line(number=row + 1, cells=tuple(cells), hidden=_hidden(sheet, row))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads the cells of a sheet: what each counts with, and its colour."""

    book: Any
    sheet: Any
    place: str
    formulas: Mapping[At, str | None]
    clock: bool
    stale: bool

    def counted(self, row: int, at: int) -> Cell:
        """Return what a cell counts with, by how it looks and by what is behind it."""
        import xlrd

        cell = self.sheet.cell(row, at)
        form = self._form(cell)
        value = self._value(cell, form)
        if value is not None:
            fonts = list(self._fonts(row, at, cell))
            if isinstance(value, str) and not value.isascii():
                looks.no_old_font(
                    (font.name for font in fonts), f"{self.place}, {column(at)}{row + 1}"
                )
            if any(font.struck_out for font in fonts):
                return Unreadable(looks.STRUCK)
        if cell.ctype == xlrd.XL_CELL_TEXT and books.shows_other_text(form):
            return Unreadable(looks.OTHER_TEXT)
        if (row, at) not in self.formulas:
            return value
        formula = self.formulas[row, at]
        if formula is None:
            return Unreadable(NOT_TOLD)
        return worked_out(None if self.stale else value, formula, clock=self.clock)

    def colour(self, row: int, at: int) -> object:
        """Return the colour a cell is filled with, as two are compared; nothing for none and for white."""
        if at >= self.sheet.row_len(row):
            return None
        fill = self.book.xf_list[self.sheet.cell_xf_index(row, at)].background
        if fill.fill_pattern != 1:  # 1 is solid
            return fill.fill_pattern or None
        colour = self.book.colour_map.get(fill.pattern_colour_index)
        return None if colour == (255, 255, 255) else (colour or fill.pattern_colour_index)

    def _fonts(self, row: int, at: int, cell: Any) -> Iterator[Any]:
        """Yield the fonts that a cell, and the parts of its text, are written in."""
        fonts = self.book.font_list
        yield fonts[self.book.xf_list[cell.xf_index].font_index]
        for _, font in self.sheet.rich_text_runlist_map.get((row, at), ()):
            yield fonts[font]

    def _form(self, cell: Any) -> str:
        form = self.book.format_map.get(self.book.xf_list[cell.xf_index].format_key)
        return form.format_str if form is not None else "General"

    def _value(self, cell: Any, form: str) -> Cell:
        import xlrd

        value = cell.value
        match cell.ctype:
            case xlrd.XL_CELL_TEXT:
                return plain(value) or None
            case xlrd.XL_CELL_NUMBER:
                percent = books.percent(value, form)
                return percent or (int(value) if value.is_integer() else value)
            case xlrd.XL_CELL_DATE:
                return self._day(value, form)
            case xlrd.XL_CELL_BOOLEAN:
                return bool(value)
            case xlrd.XL_CELL_ERROR:
                error = xlrd.error_text_from_code.get(value, "#")
                return Unreadable(phrase("the cell shows the error {error}", error=error))
        return None

    def _day(self, value: float, form: str) -> Cell:
        import xlrd

        try:
            if _SPAN.search(form):
                return str(timedelta(days=value))
            found: datetime = xlrd.xldate_as_datetime(value, self.book.datemode)
        except OverflowError:
            return Unreadable(phrase("the cell shows the error {error}", error="#####"))
        return str(found.time()) if 0 <= value < 1 else found


def _formulas(book: Any, records: SheetRecords) -> dict[At, str | None]:
    """Return the formulas of a sheet as text; nothing for one that is not understood."""
    from xlrd.formula import FMLA_TYPE_CELL, FMLA_TYPE_SHARED

    found: dict[At, str | None] = {}
    for at, tokens in records.formulas.items():
        kind = FMLA_TYPE_CELL
        if tokens[:1] == b"\1":  # tExp: at which cell the formula stands that several cells have
            first = struct.unpack_from("<HH", tokens, 1)
            kind = FMLA_TYPE_SHARED if first in records.shared else FMLA_TYPE_CELL
            tokens = records.shared.get(first) or records.arrays.get(first, b"")
        found[at] = _as_text(book, tokens, kind, at)
    return found


def _as_text(book: Any, tokens: bytes, kind: int, at: At) -> str | None:
    from xlrd.formula import decompile_formula

    if not tokens:
        return None
    try:
        text: str | None = decompile_formula(book, tokens, len(tokens), kind, *at)
    except _torn():
        return None
    if text is None or "<<Name" in text:
        return None
    return _ADDED.sub(r"\1(", text).replace("<<external>>", "[external]")


def _hidden(sheet: Any, row: int) -> bool:
    """Return whether nobody sees a row: it is hidden, filtered out, folded up, of no height."""
    about = sheet.rowinfo_map.get(row)
    return bool(about.hidden or not about.height if about else sheet.default_row_hidden)


def _hidden_columns(sheet: Any) -> Iterator[str]:
    """Yield the hidden columns by their letters, those beside each other together."""
    hidden = {at for at, about in sheet.colinfo_map.items() if about.hidden or not about.width}
    for first in sorted(hidden):
        if first - 1 not in hidden:
            last = next(at for at in count(first) if at + 1 not in hidden)
            yield column(first) if first == last else f"{column(first)}:{column(last)}"


def _torn() -> tuple[type[Exception], ...]:
    """Return what xlrd raises where a file is none, or torn."""
    import xlrd
    from xlrd.compdoc import CompDocError
    from xlrd.formula import FormulaError

    return (
        xlrd.XLRDError, CompDocError, FormulaError, struct.error, AssertionError, AttributeError,
        LookupError, ValueError, TypeError, ArithmeticError, NameError, OSError, NotImplementedError,
        RecursionError,
    )  # fmt: skip


@contextmanager
def _whole(file: str) -> Iterator[None]:
    """Raise `InputError` in the place of what xlrd raises."""
    try:
        yield
    except _torn() as error:
        what = f"{type(error).__name__}: {error}"
        text = phrase("not a whole workbook: {what}", what=quoted(what[:200]))
        raise refused(file, text, phrase("save it as XLSX")) from error
