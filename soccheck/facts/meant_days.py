"""Which day was meant: 30/6/2024, ngày 30 tháng 6 năm 2024, 30-Jun-24, a spreadsheet's 45473."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from soccheck.facts.spoken import MONTHS, digits
from soccheck.phrase import Phrase, phrase

_EXCEL_FIRST = date(1899, 12, 30)
"""The day from which spreadsheets count (Microsoft: "the 1900 date system")."""
_DAY = re.compile(
    r"(?:ngày\s*)?([0-9]{1,2})\s*(?:[/.\-\\]|\s|tháng|[\s\-]thg\.?)\s*([0-9]{1,2})\s*(?:[/.,\-\\]|\s|năm)\s*([0-9]{4}|[0-9]{2})"
    r"(?:[ T,]+[0-9:.]+\s*(?:[AaPp][Mm]|SA|CH)?)?\Z",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(
    r"([0-9]{4})\s*[/.\-\s\\]\s*([0-9]{1,2})\s*[/.\-\s\\]\s*([0-9]{1,2})(?:[ T]+[0-9:.]+\S*)?\Z"
)
_NAMED = re.compile(
    r"([0-9]{1,2})[\s\-]+([a-z]{3,9})\.?[\s,\-]+([0-9]{4}|[0-9]{2})\Z", re.IGNORECASE
)
_NAMED_FIRST = re.compile(r"([a-z]{3,9})\.?\s+([0-9]{1,2}),?\s+([0-9]{4})\Z", re.IGNORECASE)
_QUARTERS = ("I", "II", "III", "IV", "1", "2", "3", "4")
_QUARTER = re.compile(
    r"(?:quý|q)\s*(?P<quarter>IV|I{1,3}|[1-4])\s*(?:[/\-]|năm|\s)\s*(?P<year>(?:19|20)[0-9]{2})",
    re.IGNORECASE,
)
_MONTH_NAMED = re.compile(r"([a-z]{3,9})[\s-](?:20)?([0-9]{2})", re.IGNORECASE)
"""Jan-26, as a spreadsheet shows a month and its year."""
_MONTHS = (
    re.compile(
        r"(?:(?:tháng|thg\.?|t)\s*)?(?P<month>[0-9]{1,2})\s*(?:[/.\-]|năm)\s*(?P<year>(?:19|20)[0-9]{2})",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<year>(?:19|20)[0-9]{2})\s*[/.\-]\s*(?P<month>[0-9]{1,2})"),
)


_YEARS = range(1900, 2100)
_FOR_EVER = (9999, 12, 31)
_WHICH_YEAR = phrase("which year is meant? Write its four digits, from 1900 to 2099")
_PERIOD = re.compile(
    r"(?:(?:(?:cho\s+)?(?:đến|tới)|by|until|to)\s+)?(?:(?P<end>hết|cuối|(?:the\s+)?end\s+of)|trong|vào|đầu|giữa|in|during"
    r"|(?:early|mid)(?:\s+in)?)[\s-]+(?:the\s+)?",
    re.IGNORECASE,
)
"""What tells which part of a year, a quarter or a month is meant, before it."""


def day(text: str) -> str | None:
    """Return the day that was meant as year-month-day; of 5/6/2024 the first is the day."""
    text = text.rstrip(" .,;")
    if re.fullmatch(r"[0-9]{5}\.[0-9]+", text):  # a time of day stands behind its point
        text = text.partition(".")[0]
    if text.isdecimal():
        return _of_digits(text)
    parts = _parts(text)
    return _calendar(*parts) if parts and (parts[0] in _YEARS or parts == _FOR_EVER) else None


def _parts(text: str) -> tuple[int, int, int] | None:
    """Return year, month and day, in whatever order and language they are written."""
    if re.fullmatch(r"[0-9OolI]{1,4}([/.-])[0-9OolI]{1,2}\1[0-9OolI]{1,4}", text):
        text = digits(text)
    if found := _YEAR_FIRST.match(text):
        year, month, day = found.groups()
    elif found := _DAY.match(text):
        day, month, year = found.groups()
        if int(month) > 12 >= int(day):  # a spreadsheet set to American dates
            day, month = month, day
    elif found := _NAMED.match(text):
        day, name, year = found.groups()
        month = str(MONTHS.get(name[:3].lower(), 0))
    elif found := _NAMED_FIRST.match(text):
        name, day, year = found.groups()
        month = str(MONTHS.get(name[:3].lower(), 0))
    else:
        return None
    full = int(year) + (2000 if int(year) < 100 else 0)
    return full, int(month), int(day)


def _calendar(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _last_day(year: int, month: int) -> str | None:
    valid = 1 <= month <= 12 and year > 0
    return _calendar(year, month, monthrange(year, month)[1]) if valid else None


def _of_digits(text: str) -> str | None:
    """Return the day of a spreadsheet's number of days, or of eight digits."""
    if len(text) == 5:
        return (_EXCEL_FIRST + timedelta(days=int(text))).isoformat()
    if len(text) == 8 and text[:2] in ("19", "20"):
        return _calendar(int(text[:4]), int(text[4:6]), int(text[6:]))
    if len(text) == 8:
        return _calendar(int(text[4:]), int(text[2:4]), int(text[:2]))
    return None


def no_whole_day(text: str) -> Phrase | None:
    """Return what to write where only a year or a month is given, or a day that it does not have."""
    parts = _parts(text)
    if parts == _FOR_EVER:
        return None
    if (parts and parts[0] not in _YEARS) or re.fullmatch(r"[0-9]{5,}-[0-9]{1,2}-[0-9]{1,2}", text):
        return _WHICH_YEAR
    if parts is not None and _calendar(*parts) is None:
        if parts[1] > 12 and (turned := _calendar(parts[0], parts[2], parts[1])) is not None:
            return phrase("the month stands before the day: is {day} meant?", day=turned)
        last = _last_day(*parts[:2]) if parts[2] <= 31 else None
        return phrase("which day is meant? That month ends on {day}", day=last) if last else None
    part = _PERIOD.match(text)
    told = _last_of(text[part.end() :] if part else text)
    if told is None:
        return None
    question, last = told
    return phrase("write {what}", what=last) if part and part["end"] else question.of(day=last)


def _last_of(text: str) -> tuple[Phrase, str] | None:
    """Return what to ask of a year, a quarter or a month, and its last day."""
    if re.fullmatch(r"(?:năm\s*)?(?:19|20)[0-9]{2}", text, re.IGNORECASE):
        question = phrase("which day of that year? Write it, as in {day} for its last day")
        return question, f"{text[-4:]}-12-31"
    if found := _QUARTER.fullmatch(text):
        question = phrase("which day of that quarter? Write it, as in {day} for its last day")
        last = _last_day(
            int(found["year"]), 3 * (_QUARTERS.index(found["quarter"].upper()) % 4 + 1)
        )
        return (question, last) if last else None
    if (named := _MONTH_NAMED.fullmatch(text)) and (month := MONTHS.get(named[1][:3].lower())):
        text = f"{month}/20{named[2]}"
    for pattern in _MONTHS:
        if found := pattern.fullmatch(text):
            question = phrase("which day of that month? Write it, as in {day} for its last day")
            last = _last_day(int(found["year"]), int(found["month"]))
            return (question, last) if last else None
    return None


_BESIDE = re.compile(
    r"(?:trước|sau|khoảng|(?:(?:có\s+|hết\s+|thời\s+)?hạn\s+)?(?:đến|tới)(?:\s+hết)?|từ|(?:hết|có|thời)\s+hạn|hạn|hết"
    r"|before|after|until|by|from|about)(?:\s+ngày)?\s+(?P<day>\S.*)",
    re.IGNORECASE,
)
_ENDLESS = (
    "vô thời hạn",
    "không thời hạn",
    "không xác định thời hạn",
    "vĩnh viễn",
    "trọn đời",
    "không giới hạn",
    "không hết hạn",
    "perpetual",
    "lifetime",
    "forever",
    "never",
    "unlimited",
)


def no_day(text: str) -> Phrase | None:
    """Return what to write where a day is not told exactly, or a length of time, or no end at all."""
    both = [day(part) for part in re.split(r"\s+(?:-|đến|và|and|to)\s+|\s*[;,]\s*", text)]
    if len(both) == 2 and None not in both:
        return phrase("only one day goes here: {first} or {other}?", first=both[0], other=both[1])
    if (remark := re.fullmatch(r"(.*[0-9])\s*\(.*\)", text)) and (exact := day(remark[1])):
        return phrase("write {day}, and what else there is to say behind #", day=exact)
    found = _BESIDE.fullmatch(text)
    if found is not None and (exact := day(found["day"])) is not None:
        return phrase("write {day} if that very day is meant", day=exact)
    if re.fullmatch(r"[0-9]+\s*(?:ngày|tuần|tháng|năm|days?|weeks?|months?|years?|d|w|mo|y)", text):
        return phrase("write the day on which that time ends, as in {day}", day="2026-12-31")
    if text.lower() in _ENDLESS:
        return phrase(
            "write its last day, 9999-12-31 of a licence for ever; a key that may be left out is left out"
        )
    return None
