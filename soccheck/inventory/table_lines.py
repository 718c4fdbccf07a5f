"""What people write in a table that is no heading, no column and no asset."""

from __future__ import annotations

import re
from collections.abc import Sequence

from soccheck.facts.near import near
from soccheck.facts.spoken import plain
from soccheck.facts.spoken_keys import KEYS
from soccheck.phrase import Phrase, phrase
from soccheck.schemas.forms import ID

_TOTALS = ("tong", "tong so", "tong cong", "cong", "total", "totals", "sum")
"""What begins a row that counts the rows above it."""
_SUBTOTALS = ("tổng ", "cộng ", "subtotal", "sub-total", "total ")
_ID = re.compile(ID)
_COLUMN = re.compile(r"\(?[0-9]{1,2}\)?(?:=.*)?|\(?[A-Za-z]\)?")
"""How forms number their columns: (1), 2, (A), (3)=(1)+(2)."""


def no_heading(cells: Sequence[str]) -> tuple[int, Phrase, Phrase] | None:
    """Return what is wrong with a first line that is a title, a comment or a sign for Excel, and where."""
    first = next((at for at, cell in enumerate(cells) if cell), 0)
    text = phrase("{line} is no heading", line=repr(cells[first]))
    if plain(cells[0]) == "sep":
        return 0, text, phrase("take the line out: it is for Excel alone")
    if cells[first].startswith("#") and cells[first] != "#":
        return first, text, _NO_COMMENTS
    if cells[0].count("|") > 1 and len(cells) == 1:
        hint = phrase("part the columns with commas or semicolons, and take lines of dashes out")
        return 0, text, hint
    if "" not in cells:
        return None
    if "id" in map(plain, cells):
        at = cells.index("")
        text = phrase("column {n} has no heading", n=at + 1)
        return at, text, phrase("name it, or take the column out")
    return (
        first,
        text,
        phrase("name every column in the first line, id first; take a title out of the file"),
    )


_NO_COMMENTS = phrase("take the line out: a table has no comments")


def a_sum(name: str) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong with a row that counts the others."""
    if plain(name) not in _TOTALS and not name.casefold().startswith(_SUBTOTALS):
        return None
    return phrase("{name} is no asset but a sum", name=repr(name)), phrase("take the row out")


def no_row(cells: Sequence[str], at: int) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong with a row that lists no asset: a title, a note, who signed, columns numbered."""
    name = cells[at]
    said = [cell for cell in cells if cell]
    if len(said) > 2 and all(_COLUMN.fullmatch(cell) for cell in said) and len(said) == len(cells):
        return phrase("this row numbers the columns"), phrase("take the row out")
    if name.startswith("#"):
        return phrase("{name} is no asset", name=repr(name)), _NO_COMMENTS
    few = len(cells) > 2 and len(said) <= 2 and " " in name
    if few and not _ID.search(name):
        text = phrase("{name} is no asset but a title or a note", name=repr(name))
        return text, phrase("take the row out")
    return None


_NUMBERING = ("stt", "tt", "so tt", "so thu tu", "no", "#")
"""How a column that numbers the rows is headed."""


def column_meant(name: str, known: Sequence[str], otherwise: Phrase) -> Phrase:
    """Return which column was meant; by its letters a name in Vietnamese is like none."""
    said = KEYS.get(plain(name))
    if plain(name) in _NUMBERING:
        return phrase("take the column out: rows have no numbers here")
    if said in known:
        return phrase("did you mean {word}?", word=repr(said))
    return near(name, known, otherwise) if name.isascii() else otherwise
