"""What a cell counts with whose value a formula gave: what was saved, if it still says what it said then."""

from __future__ import annotations

import re

from soccheck.imports.table import Cell, Unreadable
from soccheck.phrase import phrase

NO_VALUE = phrase("a formula whose value was not saved: open the file, save it, import it again")
_ELSEWHERE = phrase("a formula that takes its value from another file, or from what a text names")
_OF_ITSELF = phrase(
    "a formula that changes by itself, by the clock or at random: put in the value it should have"
)
_OF_OTHERS = phrase(
    "a formula over cells, in a workbook whose formulas change by the clock: paste it as a value"
)
NOT_TOLD = phrase("a formula that is not understood: paste it as a value, or save the file as XLSX")
_CLOCK = re.compile(r"\b(?:TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY)\(", re.IGNORECASE)
_OUTSIDE = re.compile(r"\[[^\]]+\].*!|\bfile:|\b(?:DDE|WEBSERVICE|RTD|INDIRECT)\(", re.IGNORECASE)
"""[1]Sheet1!A1 and ['list.xlsx']Sheet1!A1 name another workbook, as ['file:///list.ods'#$Sheet1.A1] does."""
_CELLS = re.compile(
    r"\$?[A-Z]{1,3}\$?[0-9]|\b(?!(?:TRUE|FALSE)\b)[^\W\d]\w*(?![\w(])", re.IGNORECASE
)
"""A cell, or a name that stands for cells."""


def worked_out(value: Cell, formula: str | None, *, clock: bool) -> Cell:
    """Return what a cell counts with, by the formula behind it; `clock`: some of its workbook change."""
    if formula is None:
        return value
    if value is None:
        return Unreadable(NO_VALUE)
    text = re.sub(r'"[^"]*"', '""', formula)  # texts in quotes name nothing
    if _OUTSIDE.search(text):
        return Unreadable(_ELSEWHERE)
    if changes(text):
        return Unreadable(_OF_ITSELF)
    return Unreadable(_OF_OTHERS) if clock and _CELLS.search(text) else value


def changes(formula: str) -> bool:
    """Return whether the value of a formula changes by itself."""
    return _CLOCK.search(formula) is not None
