"""Spreadsheets of other forms, XLS and ODS: their values by python-calamine.

Of an ODS all else is read beside them. An XLS does not tell which rows are hidden, nor a formula without a
value from an empty cell, nor 100% from 1.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from soccheck.errors import quoted
from soccheck.imports.formulas import changes, worked_out
from soccheck.imports.opendocument import Marks, marks
from soccheck.imports.table import Cell, FileForm, Line, Sheet, Unreadable
from soccheck.imports.text import plain
from soccheck.phrase import phrase
from soccheck.sources.bounds import bounded, refused

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_PERCENT = phrase(
    "it may be a part of a hundred, as others of its column are, and a full share is kept as 1: "
    "save the file as XLSX"
)
_ERROR = phrase("the cell shows an error")
_STRUCK = phrase("the entry is struck out, the whole of it or a part")


def read(raw: bytes, file: str, options: FileForm) -> list[Sheet]:
    """Return the sheets of an XLS or ODS file; raises `InputError` where it is none, or too much."""
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise refused(file, phrase("it is locked with a password"), phrase("save it without"))
    beside = marks(raw, file) if not raw.startswith(_OLE) else None
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        found = []
        for about in book.sheets_metadata:
            name = about.name
            if about.visible != SheetVisibleEnum.Visible:
                found.append(Sheet(file=file, name=name, lines=(), hidden=True))
                continue
            sheet = book.get_sheet_by_name(name)
            bounded(f"{file}, {name}", sheet.total_height, sheet.total_width)
            bounded(f"{file}, {name}", cells=sheet.total_height * sheet.total_width)
            rows = sheet.to_python(skip_empty_area=False)
            found.append(
                _of_values(file, name, rows) if beside is None else _whole(file, name, rows, beside)
            )
    except CalamineError as error:
        text = phrase("not a whole workbook: {what}", what=quoted(str(error)[:200]))
        raise refused(file, text, phrase("save it as XLSX")) from error
    return found


def _of_values(file: str, name: str, rows: Sequence[Sequence[object]]) -> Sheet:
    """Return a sheet of which nothing but its values is known."""
    shares = _shares(rows)
    lines = [
        Line(
            number=number,
            cells=tuple(
                Unreadable(_PERCENT) if at in shares and cell in (0, 1) else _value(cell)
                for at, cell in enumerate(row)
            ),
        )
        for number, row in enumerate(rows, 1)
    ]
    return Sheet(file=file, name=name, lines=lines, tells_hidden=False)


def _whole(
    file: str, name: str, rows: Sequence[Sequence[object]], sheets: Mapping[str, Marks]
) -> Sheet:
    """Return a sheet with what its cells say beside their values."""
    beside = sheets.get(name, Marks())
    clock = any(changes(text) for each in sheets.values() for text in each.formulas.values())
    lines = [
        Line(
            number=number,
            cells=tuple(
                _beside(_value(cell), (number, at), beside, clock) for at, cell in enumerate(row)
            ),
            hidden=number in beside.hidden_rows,
        )
        for number, row in enumerate(rows, 1)
    ]
    return Sheet(
        file=file,
        name=name,
        lines=lines,
        merged=tuple(beside.merged),
        hidden_columns=tuple(beside.hidden_columns),
        comments=tuple(beside.comments),
        coloured=frozenset(beside.coloured),
        ruled=tuple(beside.ruled),
    )


def _beside(value: Cell, place: tuple[int, int], beside: Marks, clock: bool) -> Cell:
    """Return a cell's value as it counts with what stands beside it."""
    if place in beside.struck:
        return Unreadable(_STRUCK)
    if place in beside.errors:
        return Unreadable(_ERROR)
    value = beside.percentages.get(place, value)
    return worked_out(value, beside.formulas.get(place), clock=clock)


def _shares(rows: Sequence[Sequence[object]]) -> set[int]:
    """Return the columns that have parts of one, which a percentage is kept as."""
    return {
        at
        for row in rows
        for at, cell in enumerate(row)
        if isinstance(cell, float) and 0 < cell < 1
    }


def _value(cell: object) -> Cell:
    if isinstance(cell, str):
        return plain(cell) or None
    if cell is None or isinstance(cell, bool | int | float | datetime | date):
        return cell
    if isinstance(cell, time | timedelta):
        return str(cell)
    return str(cell)
