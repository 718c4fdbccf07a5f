"""Workbooks (XLSX) by openpyxl: values, what formulas last gave, merged cells, hidden rows, fonts.

ECMA-376. Nothing is worked out here: a formula counts with the value the spreadsheet program left.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from soccheck.facts.written import plain
from soccheck.imports import looks
from soccheck.imports.formulas import worked_out
from soccheck.imports.table import Cell, FileForm, Line, Sheet, Unreadable
from soccheck.imports.text import column
from soccheck.phrase import phrase
from soccheck.sources import workbook as books
from soccheck.sources.bounds import MAX_COLUMNS, refused
from soccheck.sources.workbook import WorkbookForm

_TEXT = ("s", "inlineStr", "str")


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
        whole = form.structured
        with_formulas = formulas[name] if formulas is not None else None
        coloured: set[tuple[int, int]] = set()
        hidden = looks.hidden_rows(sheet) if whole else set()
        lines = list(_lines(file, name, sheet, with_formulas, form, hidden, coloured))
        found.append(
            Sheet(
                file=file,
                name=name,
                lines=lines,
                merged=looks.merged(sheet) if whole else (),
                hidden_columns=tuple(looks.hidden_columns(sheet)) if whole else (),
                comments=tuple(looks.comments(sheet)) if whole else (),
                coloured=frozenset(coloured),
                ruled=tuple(looks.ruled(sheet)) if whole else (),
                ruled_elsewhere=form.ruled_elsewhere,
            )
        )
    return found


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
            behind = formulas.cell(row=number, column=at + 1) if formulas is not None else None
            value = _counted(cell, behind, form)
            if form.old_fonts and isinstance(value, str) and not value.isascii():
                looks.no_old_font(books.fonts(cell), f"{file}, {name}, {column(at)}{number}")
            if at >= MAX_COLUMNS and value is not None:
                text = phrase("more than {limit} columns", limit=MAX_COLUMNS)
                where = phrase("{file}, row {number}", file=f"{file}, {name}", number=number)
                raise refused(where, text)
            cells.append(value)
        if form.coloured:
            colours = [books.colour(cell) for cell in row]
            coloured |= {(number, at) for at in looks.of_another_colour(colours, cells)}
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            yield Line(number=number, cells=tuple(cells), hidden=number in hidden)


def _counted(cell: Any, behind: Any, form: WorkbookForm) -> Cell:
    """Return what a cell counts with, by how it looks and by what is behind it."""
    value = _value(cell)
    if form.struck and books.struck(cell):
        return Unreadable(looks.STRUCK)
    if form.texts and cell.data_type in _TEXT and books.shows_other_text(cell.number_format):
        return Unreadable(looks.OTHER_TEXT)
    if form.percents and isinstance(value, int | float) and not isinstance(value, bool):
        value = books.percent(value, cell.number_format) or value
    return worked_out(value, _formula(behind), clock=form.clock) if behind is not None else value


def _formula(cell: Any) -> str | None:
    """Return the formula of a cell that has one."""
    return str(getattr(cell.value, "text", cell.value)) if cell.data_type == "f" else None


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
