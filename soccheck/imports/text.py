"""Text as spreadsheets hold it: headings, names without marks, columns, and what a cell shows."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

from soccheck.facts.written import folded


def as_heading(text: str) -> str:
    """Return a heading as two are compared: without the signs that headings end in."""
    return folded(text).rstrip(" *:.;")


def bare(text: str) -> str:
    """Return text in small letters without Vietnamese marks."""
    apart = unicodedata.normalize("NFD", folded(text).replace("đ", "d"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def proposed_id(text: str) -> str:
    """Return the id that a name gives: letters and digits without marks, joined by hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", bare(text)))


def column(number: int) -> str:
    """Return the letters of a column that is counted from 0: A, Z, AA."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def number_of(letters: str) -> int:
    """Return the number, counted from 0, of a column by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def shown(value: object) -> str:
    """Return what a cell shows: whole numbers without a point, days as year-month-day."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat(*([" "] if isinstance(value, datetime) else []))
    if isinstance(value, tuple):
        return "; ".join(shown(item) for item in value)
    return str(value)
