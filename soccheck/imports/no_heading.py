"""Why a list has not the headings of a map: letters that were lost, one misspelt, others altogether."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from soccheck.errors import InputError
from soccheck.facts.near import nearest
from soccheck.imports.map import ImportMap
from soccheck.imports.table import Sheet
from soccheck.imports.text import as_heading, shown
from soccheck.phrase import Phrase, phrase
from soccheck.sources.bounds import refused
from soccheck.sources.garbled import garbled

_WITHIN = 60
_ALIKE = 0.8
"""How alike a heading and one of the map are, where one is taken for the other misspelt."""


def no_heading(file: str, sheets: Sequence[Sheet], given: ImportMap) -> InputError:
    """Return the fault of a file none of whose sheets has the headings that a map needs."""
    titles = [(place, text) for sheet in sheets for place, text in _texts(sheet)]
    for place, text in titles:
        if (lost := garbled(text)) is not None:
            return refused(place, *lost)
    there = {as_heading(text) for _, text in titles}
    lacking = [names for names in given.required if there.isdisjoint(names)] or given.required
    wanted = "; ".join(" | ".join(names) for names in lacking)
    said = phrase("no row has these headings: {names}", names=wanted)
    for place, text in titles:
        close = nearest(text, [name for names in lacking for name in names], _ALIKE)
        if close is not None:
            hint = phrase("{text} may be {name}: name it so", text=repr(text), name=repr(close))
            return refused(place, said, hint)
    seen = ", ".join(sheet.name for sheet in sheets if sheet.name)
    hint = phrase(
        "sheets: {names}; `soccheck import suggest` shows the headings", names=seen or "1"
    )
    return refused(file, said, hint)


def _texts(sheet: Sheet) -> Iterator[tuple[Phrase, str]]:
    """Yield what stands in the first rows, with its place."""
    for line in sheet.lines[:_WITHIN]:
        for at, cell in enumerate(line.cells):
            if isinstance(cell, str):
                yield sheet.place(line.number, at), shown(cell)
