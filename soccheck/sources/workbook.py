"""Workbooks (XLSX) opened: what they hold is counted before any of it is taken apart. ECMA-376.

What is opened has no macros, declares no entities, and unfolds to no more than is read.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from soccheck.phrase import phrase
from soccheck.sources import archive as archives
from soccheck.sources.bounds import bounded, refused

if TYPE_CHECKING:
    from openpyxl import Workbook

_MAX_WHOLE = 32 * 1024 * 1024
"""Bytes of sheets that have merged or hidden cells or formulas: these are read into memory whole."""
_OLD_FONT = re.compile(rb'val="((?:\.Vn|VNI-)[^"]*)"', re.IGNORECASE)
_WORDS = (b"<row", b"<c ", b"<mergeCell ", b' hidden="', b"<f>", b"<f ", b"<!DOCTYPE", b"<!ENTITY")
_STRUCK = b"<strike"
_PERCENT = re.compile(rb'numFmtId="(?:9|10)"|formatCode="[^"]*%')
"""Forms of numbers that show a part of a hundred; ECMA-376 18.8.30 numbers two of them."""
_FILLED = re.compile(rb'patternType="solid"|<(?:\w+:)?gradientFill')
_WHITE = (("rgb", "FFFFFFFF"), ("rgb", "00FFFFFF"), ("theme", 0), ("indexed", 9))


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookForm:
    """Represents what must be looked at in a workbook: merged or hidden cells, comments, formulas, fonts.

    `struck`, `percents` and `coloured` say whether some of it may be so.
    """

    structured: bool
    formulas: bool
    old_fonts: bool
    struck: bool
    percents: bool
    coloured: bool


def form(raw: bytes, file: str) -> WorkbookForm:
    """Return what a workbook's parts hold; raises `InputError` for macros, and for more than is read."""
    archive = archives.opened(raw, file)
    names = archive.namelist()
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        hint = phrase("save it as XLSX without them")
        raise refused(file, phrase("it holds macros, which are not read"), hint)
    found = [0] * len(_WORDS)
    size, struck, parted = 0, 0, 0
    for name in names:
        if not name.lower().endswith((".xml", ".rels")):
            continue
        *counts, strikes = archives.count(archive, name, file, (*_WORDS, _STRUCK))
        struck += strikes
        parted += strikes if not name.endswith("styles.xml") else 0
        if counts[6] or counts[7]:
            text = phrase("it declares entities, as no spreadsheet program writes")
            raise refused(f"{file}, {name}", text)
        if "worksheets/" in name:
            bounded(f"{file}, {name}", counts[0], cells=counts[1])
            found = [a + b for a, b in zip(found, counts, strict=True)]
            size += archive.getinfo(name).file_size
    structured = any(found[2:6]) or any("comments" in name.lower() for name in names)
    structured = structured or parted > 0  # the looks of a part of a text are read of whole sheets
    if structured and size > _MAX_WHOLE:
        text = phrase("merged or hidden cells or formulas in sheets of {size} bytes", size=size)
        hint = phrase("copy the list as values into a sheet of its own")
        raise refused(file, text, hint)
    return WorkbookForm(
        structured=structured,
        formulas=bool(found[4] + found[5]),
        old_fonts=_styled(archive, file, _OLD_FONT),
        struck=bool(struck),
        percents=_styled(archive, file, _PERCENT),
        coloured=_styled(archive, file, _FILLED),
    )


def _styled(archive: zipfile.ZipFile, file: str, what: re.Pattern[bytes]) -> bool:
    """Return whether the styles of a workbook hold something."""
    styles = [name for name in archive.namelist() if name.endswith("styles.xml")]
    return any(what.search(b"".join(archives.pieces(archive, name, file))) for name in styles)


def opened(raw: bytes, of: WorkbookForm, *, values: bool) -> Workbook:
    """Return the workbook with what formulas last gave, or else with the formulas; links are not followed.

    Read it within `whole`.
    """
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions it does not know: none holds a cell's value
        return load_workbook(
            io.BytesIO(raw),
            read_only=not of.structured,
            data_only=values,
            keep_links=False,
            rich_text=of.struck,
        )


def struck(cell: Any) -> bool:
    """Return whether somebody struck a cell out, or some of the text in it."""
    if cell.value is None:
        return False
    parts = cell.value if isinstance(cell.value, list) else ()
    return bool(cell.font.strike) or any(
        part.font.strike for part in parts if not isinstance(part, str) and part.font
    )


def percent(cell: Any) -> str | None:
    """Return what a cell shows whose number is given as a part of a hundred; nothing for others."""
    shown = cell.number_format
    if "%" not in shown:
        return None
    times = 100 if "%" in re.sub(r'"[^"]*"|\\.', "", shown) else 1
    return f"{cell.value * times:.10g}%"


def colour(cell: Any) -> tuple[object, ...] | None:
    """Return the colour a cell is filled with, as two are compared; nothing for none and for white."""
    fill = cell.fill
    if fill is None or fill.fill_type is None:  # there is no fill where the file has no cell
        return None
    if fill.fill_type != "solid":
        return (fill.fill_type,)
    of = fill.fgColor
    return None if (of.type, of.value) in _WHITE and not of.tint else (of.type, of.value, of.tint)


def rows(sheet: Any, of: WorkbookForm, place: str) -> Iterable[Any]:
    """Yield the rows of an opened workbook's sheet, the first first; raises `InputError` for too many."""
    if of.structured:
        bounded(
            place, cells=sheet.max_row * sheet.max_column
        )  # one stray cell makes it all of them
    else:
        sheet.reset_dimensions()  # what a file says of its own extent is not believed
    for number, row in enumerate(sheet.iter_rows(), 1):
        bounded(f"{place}, row {number}", number)
        yield row


@contextmanager
def whole(file: str) -> Iterator[None]:
    """Raise `InputError` in the place of what openpyxl raises where parts of a workbook do not fit."""
    torn = (KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, OSError)
    try:
        yield
    except torn as error:
        what = f"{type(error).__name__}: {error}"
        raise refused(file, phrase("not a whole workbook: {what}", what=what[:200])) from error
