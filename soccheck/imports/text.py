"""Text as spreadsheets hold it: composed, on one line, and compared without what nobody sees."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

_INVISIBLE = dict.fromkeys(
    (0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)
)  # soft hyphens, joiners, a byte order mark
_END = (".", ":", ";")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_EARLY = re.compile(rf"([ou])([{_TONES}])([aey])")
"""Hòa, thúy, Ủy: the tone on the first of two vowels, where others write hoà, thuý, Uỷ."""


def composed(text: str) -> str:
    """Return text composed (NFC), and nothing invisible in it."""
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_INVISIBLE))


def plain(text: str) -> str:
    """Return text composed, on one line, with single spaces."""
    return " ".join(composed(text).split())


def folded(text: str) -> str:
    """Return text as two are compared: in small letters, one place for a tone, without a sign at its end.

    An asterisk stays: it sends a reader to a note, which may say anything.
    """
    text = plain(text).casefold()
    if not text.isascii():
        text = _EARLY.sub(r"\1\3\2", unicodedata.normalize("NFD", text))
        text = unicodedata.normalize("NFC", text)
    return text[:-1].rstrip() if text.endswith(_END) else text


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
