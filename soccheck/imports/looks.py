"""How a workbook's sheet looks: what is hidden in it, commented on, coloured, or looks as a rule says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from soccheck.imports.table import Cell, Merged, Ruled
from soccheck.imports.text import column
from soccheck.phrase import phrase
from soccheck.sources.bounds import refused

STRUCK = phrase("the entry is struck out, the whole of it or a part")
OTHER_TEXT = phrase("the form of the cell shows another text than it holds")

_OLD_NAME = re.compile(r"\.Vn|VNI-", re.IGNORECASE)
_OF_EMPTY = frozenset(("expression", "cellIs", "containsBlanks", "notContainsText"))
"""Types of rules that may give an empty cell a colour (ECMA-376 18.18.12); others look at a value."""


def merged(sheet: Any) -> tuple[Merged, ...]:
    """Return the cells of a sheet that were made one."""
    return tuple(
        Merged(top=m.min_row, bottom=m.max_row, left=m.min_col - 1, right=m.max_col - 1)
        for m in sheet.merged_cells.ranges
    )


def hidden_rows(sheet: Any) -> set[int]:
    """Return the numbers of rows that nobody sees: hidden, filtered out, folded up, of no height."""
    return {number for number, row in sheet.row_dimensions.items() if row.hidden or row.height == 0}


def hidden_columns(sheet: Any) -> Iterator[str]:
    """Yield the hidden columns by their letters; one entry of the file may be of several columns."""
    for letters, about in sheet.column_dimensions.items():
        if about.hidden or about.width == 0:
            first, last = about.min, about.max
            yield letters if first == last else f"{letters}:{column(last - 1)}"


def comments(sheet: Any) -> Iterator[str]:
    """Yield the cells that have a comment; of a sheet that is known to be bounded."""
    for row in sheet.iter_rows():
        yield from (cell.coordinate for cell in row if getattr(cell, "comment", None))


def ruled(sheet: Any) -> Iterator[Ruled]:
    """Yield the cells whose colour, bar or icon follows a rule (conditional formatting)."""
    for each in sheet.conditional_formatting:
        of_empty = any(rule.type in _OF_EMPTY for rule in each.rules)
        for left, top, right, bottom in (area.bounds for area in each.sqref.ranges):
            yield Ruled(top=top, bottom=bottom, left=left - 1, right=right - 1, of_empty=of_empty)


def of_another_colour(colours: Sequence[object], cells: Sequence[Cell]) -> Iterator[int]:
    """Yield where a row has another colour than where it begins."""
    begins = next((at for at, cell in enumerate(cells) if cell is not None), None)
    if begins is not None:
        yield from (at for at, colour in enumerate(colours) if colour != colours[begins])


def no_old_font(fonts: Iterable[str], place: str) -> None:
    """Raise `InputError` where a cell, or a part of it, is written in a font of TCVN3 or VNI."""
    font = next((name for name in fonts if _OLD_NAME.match(name)), None)
    if font is not None:
        text = phrase("text in the font {font}, which is no Unicode", font=font)
        hint = phrase("convert the file to Unicode first, with Unikey's toolkit for one")
        raise refused(place, text, hint)
