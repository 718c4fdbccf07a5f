"""Spreadsheets of other forms, XLS and ODS, by python-calamine: values only.

These do not tell which rows are hidden, nor a formula without a value from an empty cell, nor 100% from 1.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from soccheck.errors import quoted
from soccheck.imports.table import Cell, FileForm, Line, Sheet, Unreadable
from soccheck.imports.text import plain
from soccheck.phrase import phrase
from soccheck.sources import archive as archives
from soccheck.sources.bounds import bounded, refused

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_REPEATED = re.compile(rb'number-(rows|columns)-repeated="([0-9]+)"')
_WHOLE_PERCENT = re.compile(
    rb'<table:table-cell\b(?=[^>]*value-type="percentage")(?=[^>]*office:value="[01](?:\.0*)?")[^>]*'
)
_PERCENT = phrase(
    "it may be a part of a hundred, as others of its column are: a full share is kept as 1"
)
_WITHIN = {b"rows": 100_000, b"columns": 500}


def read(raw: bytes, file: str, options: FileForm) -> list[Sheet]:
    """Return the sheets of an XLS or ODS file; raises `InputError` where it is none, or too much."""
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise refused(file, phrase("it is locked with a password"), phrase("save it without"))
    if not raw.startswith(_OLE):
        _not_repeated(raw, file)
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
            shares = _shares(rows)
            lines = [
                Line(
                    number=number,
                    cells=tuple(_value(cell, at in shares) for at, cell in enumerate(row)),
                )
                for number, row in enumerate(rows, 1)
            ]
            found.append(Sheet(file=file, name=name, lines=lines, tells_hidden=False))
    except CalamineError as error:
        text = phrase("not a whole workbook: {what}", what=quoted(str(error)[:200]))
        raise refused(file, text, phrase("save it as XLSX")) from error
    return found


def _not_repeated(raw: bytes, file: str) -> None:
    """Raise `InputError` where one cell of an ODS stands for more of them than a sheet is read of.

    What is empty may be repeated to the sheet's end: that is how programs write it.
    """
    archive = archives.opened(raw, file)
    if "content.xml" not in archive.namelist():
        raise refused(file, phrase("not a whole workbook: {what}", what="content.xml"))
    content = b"".join(archives.pieces(archive, "content.xml", file))
    if _WHOLE_PERCENT.search(content):
        text = phrase("a percentage, which cannot be told from a number in this form of file")
        raise refused(file, text, phrase("save it as XLSX"))
    for row in re.finditer(rb"<table:table-row\b.*?(?:</table:table-row>|/>)", content, re.DOTALL):
        if b"office:value" not in row[0] and b"<text:p" not in row[0]:
            continue
        for tag in re.findall(
            rb"<table:(?:table-row|table-cell|covered-table-cell)\b[^>]*", row[0]
        ):
            repeated = _REPEATED.search(tag)
            full = tag.startswith(b"<table:table-row") or b"office:value" in tag
            if repeated and full and int(repeated[2]) > _WITHIN[repeated[1]]:
                text = phrase("one cell stands for {count} of them", count=repeated[2].decode())
                raise refused(file, text)


def _shares(rows: Sequence[Sequence[object]]) -> set[int]:
    """Return the columns that have parts of one, which a percentage is kept as."""
    return {
        at
        for row in rows
        for at, cell in enumerate(row)
        if isinstance(cell, float) and 0 < cell < 1
    }


def _value(cell: object, share: bool) -> Cell:
    if share and cell in (0, 1):
        return Unreadable(_PERCENT)
    if isinstance(cell, str):
        return plain(cell) or None
    if cell is None or isinstance(cell, bool | int | float | datetime | date):
        return cell
    if isinstance(cell, time | timedelta):
        return str(cell)
    return str(cell)
