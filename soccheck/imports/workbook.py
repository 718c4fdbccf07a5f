"""Workbooks (XLSX) by openpyxl: values, what formulas last gave, merged cells, hidden rows, fonts.

ECMA-376. Nothing is worked out here: a formula counts with the value the spreadsheet program left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from soccheck.imports.table import Cell, FileForm, Line, Merged, Sheet, Unreadable
from soccheck.imports.text import column, plain
from soccheck.phrase import phrase
from soccheck.sources import workbook as books
from soccheck.sources.bounds import MAX_COLUMNS, refused
from soccheck.sources.workbook import WorkbookForm

_OLD_NAME = re.compile(r"\.Vn|VNI-", re.IGNORECASE)
_NO_VALUE = phrase("a formula whose value was not saved: open the file, save it, import it again")
_STRUCK = phrase("the entry is struck out, the whole of it or a part")
_ELSEWHERE = phrase("a formula that takes its value from another file")


def read(raw: bytes, file: str, options: FileForm) -> list[Sheet]:
    """Return the sheets of a workbook; those that are hidden themselves without what they hold.

    Raises `InputError` for macros, for more than is read, and at the cell for a font of TCVN3 or VNI.
    """
    form = books.form(raw, file)
    with books.whole(file):
        return _sheets(raw, file, form)


def _sheets(raw: bytes, file: str, form: WorkbookForm) -> list[Sheet]:
    values = books.opened(raw, form, values=True)
    formulas = books.opened(raw, form, values=False) if form.formulas else None
    found = []
    for name in values.sheetnames:
        sheet: Any = values[name]
        if not hasattr(sheet, "iter_rows"):
            continue
        if sheet.sheet_state != "visible":
            found.append(Sheet(file=file, name=name, lines=(), hidden=True))
            continue
        merged: list[Merged] = []
        hidden: set[int] = set()
        columns: tuple[str, ...] = ()
        if form.structured:
            merged = [
                Merged(top=m.min_row, bottom=m.max_row, left=m.min_col - 1, right=m.max_col - 1)
                for m in sheet.merged_cells.ranges
            ]
            hidden = {number for number, row in sheet.row_dimensions.items() if row.hidden}
            columns = tuple(_hidden_columns(sheet))
        with_formulas = formulas[name] if formulas is not None else None
        coloured: set[tuple[int, int]] = set()
        lines = list(_lines(file, name, sheet, with_formulas, form, hidden, coloured))
        # Only now that the sheet is known to be bounded.
        comments = [
            cell.coordinate
            for row in (sheet.iter_rows() if form.structured else ())
            for cell in row
            if getattr(cell, "comment", None)
        ]
        found.append(
            Sheet(
                file=file,
                name=name,
                lines=lines,
                merged=tuple(merged),
                hidden_columns=columns,
                comments=tuple(comments),
                coloured=frozenset(coloured),
            )
        )
    return found


def _hidden_columns(sheet: Any) -> Iterator[str]:
    """Yield the hidden columns by their letters; one entry of the file may be of several columns."""
    for letters, about in sheet.column_dimensions.items():
        if about.hidden:
            first, last = about.min, about.max
            yield letters if first == last else f"{letters}:{column(last - 1)}"


def _lines(
    file: str,
    name: str,
    sheet: Any,
    formulas: Any,
    form: WorkbookForm,
    hidden: set[int],
    coloured: set[tuple[int, int]],
) -> Iterator[Line]:
    """Yield the rows that hold something; cells of another colour than their row go to `coloured`."""
    for number, row in enumerate(books.rows(sheet, form, f"{file}, {name}"), 1):
        cells: list[Cell] = []
        for at, cell in enumerate(row):
            value = Unreadable(_STRUCK) if form.struck and books.struck(cell) else _value(cell)
            if form.percents and type(value) in (int, float):
                value = books.percent(cell) or value
            if formulas is not None:
                value = _worked_out(value, formulas.cell(row=number, column=at + 1))
            if form.old_fonts and isinstance(value, str) and not value.isascii():
                font = cell.font.name or ""
                if _OLD_NAME.match(font):
                    text = phrase("text in the font {font}, which is no Unicode", font=font)
                    hint = phrase(
                        "convert the file to Unicode first, with Unikey's toolkit for one"
                    )
                    raise refused(f"{file}, {name}, {column(at)}{number}", text, hint)
            cells.append(value)
        if form.coloured:
            coloured |= {(number, at) for at in _of_another_colour(row, cells)}
        while cells and cells[-1] is None:
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            text = phrase("more than {limit} columns", limit=MAX_COLUMNS)
            raise refused(f"{file}, {name}, row {number}", text)
        if cells:
            yield Line(number=number, cells=tuple(cells), hidden=number in hidden)


def _of_another_colour(row: Sequence[Any], cells: Sequence[Cell]) -> Iterator[int]:
    """Yield where a row has another colour than where it begins."""
    begins = next((at for at, cell in enumerate(cells) if cell is not None), None)
    if begins is not None:
        of_row = books.colour(row[begins])
        yield from (at for at, cell in enumerate(row) if books.colour(cell) != of_row)


def _value(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "e":
        return Unreadable(phrase("the cell shows the error {error}", error=str(value)))
    if isinstance(value, str | list):  # a list of texts, where its parts look differently
        return plain(str(value)) or None
    if isinstance(value, bool | int | float):
        return value
    if hasattr(value, "year"):
        found: Cell = value
        return found
    return str(value)


def _worked_out(value: Cell, formula: Any) -> Cell:
    """Return what a cell counts with, by the formula behind it."""
    if formula.data_type != "f":
        return value
    text = str(getattr(formula.value, "text", formula.value))
    if value is None:
        return Unreadable(_NO_VALUE)
    # [1]Sheet1!A1 and ['list.xlsx']Sheet1!A1 name another workbook; text in quotes names none.
    if re.search(r"\[[^\]]+\][^\"]*!", re.sub(r'"[^"]*"', '""', text)) or "DDE(" in text.upper():
        return Unreadable(_ELSEWHERE)
    return value
