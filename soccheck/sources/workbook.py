"""Workbooks (XLSX) opened: what they hold is counted before any of it is taken apart. ECMA-376.

What is opened has no macros, declares no entities, and unfolds to no more than is read.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from soccheck.phrase import phrase
from soccheck.sources import archive as archives
from soccheck.sources.bounds import bounded, refused

if TYPE_CHECKING:
    from openpyxl import Workbook

_AS_XLSX = phrase("open it in the program it is of, and save the list as XLSX or CSV")
_MAX_WHOLE = 32 * 1024 * 1024
"""Bytes of sheets that have merged or hidden cells or formulas: these are read into memory whole."""
_WORDS = {
    "entities": (b"<!DOCTYPE", b"<!ENTITY"),
    "rows": (b"<row", b":row "),
    "cells": (b"<c ", b":c "),
    "formulas": (b"<f>", b"<f ", b":f>", b":f "),
    "clock": (b"TODAY(", b"NOW(", b"RAND(", b"RANDBETWEEN(", b"RANDARRAY("),
    "looks": (b"mergeCell ", b' hidden="', b' ht="0"', b' width="0"', b"conditionalFormatting "),
    "ruled elsewhere": (b"x14:conditionalFormatting ",),
    "struck": (b"<strike", b":strike"),
    "old fonts": (b'val=".Vn', b'val=".VN', b'val=".vn', b'val="VNI-', b'val="Vni-', b'val="vni-'),
    "strict": (b"purl.oclc.org/ooxml/spreadsheetml",),
}
"""What is counted in a part, also where a program gives each element a prefix: `<x:row`."""
_PERCENT = re.compile(rb'numFmtId="(?:9|10)"|formatCode="[^"]*%')
"""Forms of numbers that show a part of a hundred; ECMA-376 18.8.30 numbers two of them."""
_TEXTS = re.compile(rb'formatCode="[^"]*(?:@|;[^"]*;[^"]*;)')
"""Forms of numbers with a section for texts; ECMA-376 18.8.31."""
_FILLED = re.compile(rb'patternType="solid"|<(?:\w+:)?gradientFill')
_WHITE = (("rgb", "FFFFFFFF"), ("rgb", "00FFFFFF"), ("theme", 0), ("indexed", 9))


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookForm:
    """Represents what must be looked at in a workbook: merged or hidden cells, comments, formulas, fonts.

    `parted` says whether parts of a text may look differently, `clock` whether formulas change by themselves,
    `ruled_elsewhere` whether rules give colours to cells that are not told; `struck`, `percents`, `texts` and
    `coloured` whether some of it may be so.
    """

    structured: bool
    formulas: bool
    parted: bool
    old_fonts: bool
    struck: bool
    percents: bool
    texts: bool
    clock: bool
    ruled_elsewhere: bool
    coloured: bool


def form(raw: bytes, file: str) -> WorkbookForm:
    """Return what a workbook's parts hold; raises `InputError` for macros, and for more than is read."""
    archive = archives.opened(raw, file)
    _no_other(archive.namelist(), file)
    sheets, strings, others = _parts(archive, file)
    # The looks of a part of a text are read of whole sheets, as what is merged, hidden or worked out is.
    parted = (sheets + strings)["struck"] + (sheets + strings)["old fonts"] > 0
    structured = parted or sheets["looks"] + sheets["formulas"] > 0
    structured = structured or any("comments" in name.lower() for name in archive.namelist())
    if structured and sheets["size"] > _MAX_WHOLE:
        text = phrase(
            "merged or hidden cells or formulas in sheets of {size} bytes", size=sheets["size"]
        )
        hint = phrase("copy the list as values into a sheet of its own")
        raise refused(file, text, hint)
    everywhere = sheets + strings + others
    return WorkbookForm(
        structured=structured,
        formulas=sheets["formulas"] > 0,
        parted=parted,
        old_fonts=everywhere["old fonts"] > 0,
        struck=everywhere["struck"] > 0,
        percents=_styled(archive, file, _PERCENT),
        texts=_styled(archive, file, _TEXTS),
        clock=(sheets + others)["clock"] > 0,
        ruled_elsewhere=sheets["ruled elsewhere"] > 0,
        coloured=_styled(archive, file, _FILLED),
    )


def _no_other(names: Sequence[str], file: str) -> None:
    """Raise `InputError` where an archive is no workbook, or is one of a form that is not read."""
    if "xl/workbook.bin" in names:
        raise refused(file, phrase("a workbook in binary form (XLSB)"), _AS_XLSX)
    documents = any(name.startswith(("word/", "ppt/")) for name in names)
    if documents or "[Content_Types].xml" not in names:
        raise refused(file, phrase("an archive (ZIP) that is no workbook"), _AS_XLSX)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        hint = phrase("save it as XLSX without them")
        raise refused(file, phrase("it holds macros, which are not read"), hint)


def _parts(archive: zipfile.ZipFile, file: str) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Return how often words of each kind stand in the sheets, the shared texts and all other parts."""
    sheets, strings, others = Counter[str](), Counter[str](), Counter[str]()
    for name in archive.namelist():
        if not name.lower().endswith((".xml", ".rels")):
            continue
        counts = _counted(archive, name, file)
        if counts["entities"]:
            text = phrase("it declares entities, as no spreadsheet program writes")
            raise refused(f"{file}, {name}", text)
        if counts["strict"]:
            text = phrase("a workbook in the form “Strict Open XML”")
            raise refused(f"{file}, {name}", text, phrase("save it as a plain workbook (XLSX)"))
        if counts["rows"] or "worksheets/" in name:
            bounded(f"{file}, {name}", counts["rows"], cells=counts["cells"])
            sheets += counts
            sheets["size"] += archive.getinfo(name).file_size
        elif name.endswith("sharedStrings.xml"):
            strings += counts
        else:
            others += counts
    return sheets, strings, others


def _counted(archive: zipfile.ZipFile, name: str, file: str) -> Counter[str]:
    """Return how often a part has words of each kind."""
    words = {word: kind for kind, of_kind in _WORDS.items() for word in of_kind}
    found = Counter[str]()
    for kind, count in zip(
        words.values(), archives.count(archive, name, file, list(words)), strict=True
    ):
        found[kind] += count
    return found


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
            rich_text=of.parted,
        )


def struck(cell: Any) -> bool:
    """Return whether somebody struck a cell out, or some of the text in it."""
    if cell.value is None:
        return False
    parts = cell.value if isinstance(cell.value, list) else ()
    return bool(cell.font.strike) or any(
        part.font.strike for part in parts if not isinstance(part, str) and part.font
    )


def fonts(cell: Any) -> Iterator[str]:
    """Yield the names of the fonts that a cell, or a part of its text, is written in."""
    yield cell.font.name or ""
    for part in cell.value if isinstance(cell.value, list) else ():
        if not isinstance(part, str) and part.font:
            yield part.font.rFont or ""


def percent(value: float, form: str) -> str | None:
    """Return what a cell shows whose form gives its number as a part of a hundred; nothing for others."""
    if "%" not in form:
        return None
    times = 100 if "%" in re.sub(r'"[^"]*"|\\.', "", form) else 1
    return f"{value * times:.10g}%"


def shows_other_text(form: str) -> bool:
    """Return whether the form of a cell makes another text of the text that it holds, or hides it."""
    sections = re.sub(r'"[^"]*"|\\.', lambda found: "x" * len(found[0]), form).split(";")
    of_text = sections[3] if len(sections) > 3 else next((s for s in sections if "@" in s), "@")
    return re.sub(r"[_*].|\[[^\]]*\]|\s", "", of_text) not in ("@", "General")


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
        bounded(phrase("{file}, row {number}", file=place, number=number), number)
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
