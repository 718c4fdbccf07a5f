"""Assets as a workbook, a sheet a kind, and a workbook that was filled in read back as the same rows."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from soccheck.errors import InputError
from soccheck.inventory.as_table import Rows
from soccheck.model import KINDS, Problem
from soccheck.phrase import phrase
from soccheck.sources import workbook as books
from soccheck.sources.workbook import WorkbookForm

MOST_BYTES = 64 * 2**20
"""Bytes of a workbook that is read back."""
WIDEST = 60


def workbook(tables: Mapping[str, Rows]) -> bytes:
    """Return a workbook with a sheet a kind; every cell is text, and none a formula or a link."""
    import xlsxwriter

    held = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(held, options) as book:
        text = book.add_format({"num_format": "@"})
        head = book.add_format({"num_format": "@", "bold": True})
        for kind, rows in tables.items():
            sheet = book.add_worksheet(f"{kind}s")
            sheet.freeze_panes(1, 1)
            sheet.autofilter(0, 0, max(1, len(rows) - 1), len(rows[0]) - 1)
            for column, cells in enumerate(zip(*rows, strict=True)):
                sheet.set_column(column, column, min(WIDEST, 2 + max(map(len, cells))), text)
            for line, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell:
                        sheet.write_string(line, column, cell, text if line else head)
    return held.getvalue()


def read(raw: bytes, shown: str) -> dict[str, Rows]:
    """Return the rows of a workbook's sheets, by kind; raises `InputError` for what cannot be one.

    A sheet of another name is refused, and so is a formula: what it shows was not written here.
    """
    form = books.form(raw, shown)
    with books.whole(shown):
        return _tables(raw, form, shown)


def _tables(raw: bytes, form: WorkbookForm, shown: str) -> dict[str, Rows]:
    problems: list[Problem] = []
    found = {}
    for sheet in books.opened(raw, form, values=False).worksheets:
        kind = sheet.title.removesuffix("s")
        if kind not in KINDS:
            hint = phrase("sheets are named {names}", names=", ".join(f"{kind}s" for kind in KINDS))
            text = phrase("no kind of asset has the name of this sheet")
            problems.append(Problem(f"{shown}: {sheet.title}", text, hint))
            continue
        rows = [row for row in _rows(sheet, form, f"{shown}: {sheet.title}", problems) if any(row)]
        if rows:
            width = max(len(row) for row in rows)
            found[kind] = [row + [""] * (width - len(row)) for row in rows]
    if problems:
        raise InputError(problems)
    return found


def _rows(
    sheet: Any, form: WorkbookForm, shown: str, problems: list[Problem]
) -> Iterator[list[str]]:
    for row in books.rows(sheet, form, shown):
        cells = []
        for cell in row:
            value = cell.value
            if cell.data_type == "f":
                text = phrase("{cell} is a formula", cell=cell.coordinate)
                problems.append(Problem(shown, text, phrase("write what it comes to")))
            if form.struck and books.struck(cell):
                text = phrase("{cell} is struck out", cell=cell.coordinate)
                problems.append(Problem(shown, text, phrase("empty it, or take the line away")))
            cells.append(_text(value))
        yield cells


def _text(value: object) -> str:
    """Return what a cell holds as the export wrote it; spreadsheets make days and numbers of some."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime) and value.time().isoformat() == "00:00:00":
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
