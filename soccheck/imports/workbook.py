"""Workbooks (XLSX) by openpyxl: values, what formulas last gave, merged cells, hidden rows, fonts.

ECMA-376. Nothing is worked out here: a formula counts with the value the spreadsheet program left.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from soccheck.imports import archive as archives
from soccheck.imports.table import (
    MAX_COLUMNS,
    MAX_ROWS,
    Cell,
    FileForm,
    Line,
    Merged,
    Sheet,
    Unreadable,
    refused,
)
from soccheck.imports.text import column, plain
from soccheck.phrase import phrase

if TYPE_CHECKING:
    from openpyxl import Workbook

_SAVE = phrase("save it as XLSX without them")
_MAX_WHOLE = 32 * 1024 * 1024
"""Bytes of sheets that have merged or hidden cells or formulas: these are read into memory whole."""
_OLD_FONT = re.compile(rb'val="((?:\.Vn|VNI-)[^"]*)"', re.IGNORECASE)
_OLD_NAME = re.compile(r"\.Vn|VNI-", re.IGNORECASE)
_NO_VALUE = phrase("a formula whose value was not saved: open the file, save it, import it again")
_ELSEWHERE = phrase("a formula that takes its value from another file")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """Represents what must be looked at in a workbook."""

    structured: bool
    formulas: bool
    old_fonts: bool


def read(raw: bytes, file: str, options: FileForm) -> list[Sheet]:
    """Return the sheets of a workbook that are not hidden themselves.

    Raises `InputError` for macros, for more than is read, and at the cell for a font of TCVN3 or VNI.
    """
    archive = archives.opened(raw, file)
    form = _form(archive, file)
    try:
        return _sheets(raw, file, form)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError) as error:
        what = f"{type(error).__name__}: {error}"
        raise refused(file, phrase("not a whole workbook: {what}", what=what[:200])) from error


def _form(archive: zipfile.ZipFile, file: str) -> _Form:
    """Return what a workbook's parts hold, counted before any is taken apart."""
    names = archive.namelist()
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise refused(file, phrase("it holds macros, which are not read"), _SAVE)
    words = [
        b"<row",
        b"<c ",
        b"<mergeCell ",
        b' hidden="',
        b"<f>",
        b"<f ",
        b"<!DOCTYPE",
        b"<!ENTITY",
    ]
    found = [0] * len(words)
    size = 0
    for name in names:
        if not name.lower().endswith((".xml", ".rels")):
            continue
        counts = archives.count(archive, name, file, words)
        if counts[6] or counts[7]:
            text = phrase("it declares entities, as no spreadsheet program writes")
            raise refused(f"{file}, {name}", text)
        if "worksheets/" in name:
            archives.not_too_many(f"{file}, {name}", counts[0], counts[1])
            found = [a + b for a, b in zip(found, counts, strict=True)]
            size += archive.getinfo(name).file_size
    structured = any(found[2:6])
    if structured and size > _MAX_WHOLE:
        text = phrase("merged or hidden cells or formulas in sheets of {size} bytes", size=size)
        hint = phrase("copy the list as values into a sheet of its own")
        raise refused(file, text, hint)
    styles = [name for name in names if name.endswith("styles.xml")]
    old = any(_OLD_FONT.search(b"".join(archives.pieces(archive, name, file))) for name in styles)
    return _Form(structured=structured, formulas=bool(found[4] + found[5]), old_fonts=old)


def _sheets(raw: bytes, file: str, form: _Form) -> list[Sheet]:
    values = _book(raw, form, values=True)
    formulas = _book(raw, form, values=False) if form.formulas else None
    found = []
    for name in values.sheetnames:
        sheet: Any = values[name]
        if sheet.sheet_state != "visible" or not hasattr(sheet, "iter_rows"):
            continue
        if not form.structured:
            sheet.reset_dimensions()  # what a file says of its own extent is not believed
        merged: list[Merged] = []
        hidden: set[int] = set()
        if form.structured:
            merged = [
                Merged(top=m.min_row, bottom=m.max_row, left=m.min_col - 1, right=m.max_col - 1)
                for m in sheet.merged_cells.ranges
            ]
            hidden = {number for number, row in sheet.row_dimensions.items() if row.hidden}
        with_formulas = formulas[name] if formulas is not None else None
        lines = list(_lines(file, name, sheet, with_formulas, form, hidden))
        found.append(Sheet(file=file, name=name, lines=lines, merged=tuple(merged)))
    return found


def _book(raw: bytes, form: _Form, *, values: bool) -> Workbook:
    import io

    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions it does not know: none holds a cell's value
        return load_workbook(
            io.BytesIO(raw), read_only=not form.structured, data_only=values, keep_links=False
        )


def _lines(
    file: str, name: str, sheet: Any, formulas: Any, form: _Form, hidden: set[int]
) -> Iterator[Line]:
    for number, row in enumerate(_rows(file, name, sheet), 1):
        cells: list[Cell] = []
        for at, cell in enumerate(row):
            value = _value(cell)
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
        while cells and cells[-1] is None:
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            text = phrase("more than {limit} columns", limit=MAX_COLUMNS)
            raise refused(f"{file}, {name}, row {number}", text)
        if cells:
            yield Line(number=number, cells=tuple(cells), hidden=number in hidden)


def _rows(file: str, name: str, sheet: Any) -> Iterable[Any]:
    for number, row in enumerate(sheet.iter_rows(), 1):
        if number > MAX_ROWS:
            text = phrase("more than {limit} {what}", limit=MAX_ROWS, what=phrase("rows"))
            raise refused(f"{file}, {name}, row {number}", text)
        yield row


def _value(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "e":
        return Unreadable(phrase("the cell shows the error {error}", error=str(value)))
    if isinstance(value, str):
        return plain(value) or None
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
