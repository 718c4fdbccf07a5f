"""What people write in a table that is no heading, no column and no asset."""

from __future__ import annotations

from collections.abc import Sequence

from soccheck.facts.near import near
from soccheck.facts.spoken import plain
from soccheck.facts.spoken_keys import KEYS
from soccheck.phrase import Phrase, phrase

_TOTALS = ("tong", "tong so", "tong cong", "cong", "total", "totals", "sum")
"""What begins a row that counts the rows above it."""


def no_heading(cells: Sequence[str]) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong with a first line that is a title, or that tells Excel its sign."""
    if plain(cells[0]) != "sep" and "" not in cells:
        return None
    text = phrase("{line} is no heading", line=repr(cells[0]))
    return text, phrase(
        "name every column in the first line, id first; take a title out of the file"
    )


def a_sum(name: str) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong with a row that counts the others."""
    if plain(name) not in _TOTALS:
        return None
    return phrase("{name} is no asset but a sum", name=repr(name)), phrase("take the row out")


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
