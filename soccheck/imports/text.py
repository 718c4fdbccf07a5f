"""Text as spreadsheets hold it: composed, on one line, and compared without what nobody sees."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

_INVISIBLE = dict.fromkeys(
    (0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)
)  # soft hyphens, joiners, a byte order mark
_END = " *:.;"


def composed(text: str) -> str:
    """Return text composed (NFC), and nothing invisible in it."""
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_INVISIBLE))


def plain(text: str) -> str:
    """Return text composed, on one line, with single spaces."""
    return " ".join(composed(text).split())


def folded(text: str) -> str:
    """Return text as two are compared: in small letters, without the signs that headings end in."""
    text = plain(text).casefold()
    # What is folded may be no longer composed: ẞ and the like.
    return (text if text.isascii() else unicodedata.normalize("NFC", text)).rstrip(_END)


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
