"""Spreadsheets of OpenDocument (ODS): their values by python-calamine, all else read beside them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from soccheck.errors import quoted
from soccheck.facts.written import plain
from soccheck.imports.formulas import changes, worked_out
from soccheck.imports.looks import OTHER_TEXT, STRUCK
from soccheck.imports.opendocument import Marks, marks
from soccheck.imports.table import Cell, FileForm, Line, Sheet, Unreadable
from soccheck.phrase import phrase
from soccheck.sources.bounds import bounded, refused

_ERROR = phrase("the cell shows an error")


def read(raw: bytes, file: str, options: FileForm) -> list[Sheet]:
    """Return the sheets of an ODS file; raises `InputError` where it is none, or too much."""
    beside = marks(raw, file)
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
            found.append(_whole(file, name, rows, beside))
    except CalamineError as error:
        text = phrase("not a whole workbook: {what}", what=quoted(str(error)[:200]))
        raise refused(file, text, phrase("save it as XLSX")) from error
    return found


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
        return Unreadable(STRUCK)
    if place in beside.other_texts:
        return Unreadable(OTHER_TEXT)
    if place in beside.errors:
        return Unreadable(_ERROR)
    value = beside.percentages.get(place, value)
    return worked_out(value, beside.formulas.get(place), clock=clock)


def _value(cell: object) -> Cell:
    if isinstance(cell, str):
        return plain(cell) or None
    if cell is None or isinstance(cell, bool | int | float | datetime | date):
        return cell
    if isinstance(cell, time | timedelta):
        return str(cell)
    return str(cell)
