"""Days and times as lists write them, in the forms a map names: nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from soccheck.facts.written import folded
from soccheck.phrase import Phrase, phrase

_HALF = r"\s*(?P<half>[AaPp]\.?[Mm]\.?|SA|CH)?"
_T = rf"(?:[ T,]+(?P<H>\d{{1,2}}):(?P<M>\d{{2}})(?::(?P<S>\d{{2}})(?:[.,]\d+)?)?{_HALF})?"
"""A time of day; Windows in Vietnamese writes SA (sáng) and CH (chiều) for AM and PM."""
_ZONE = r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_PATTERNS = {
    "yyyy-mm-dd": r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
    "yyyy/mm/dd": r"(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})",
    "yyyymmdd": r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
    "dd/mm/yyyy": r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})",
    "dd-mm-yyyy": r"(?P<d>\d{1,2})-(?P<m>\d{1,2})-(?P<y>\d{4})",
    "dd.mm.yyyy": r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})",
    "mm/dd/yyyy": r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})",
    "dd mon yyyy": r"(?P<d>\d{1,2})[ -](?P<mon>[A-Za-z]{3})[a-z]*[ -](?P<y>\d{4})",
    "mon dd, yyyy": r"(?P<mon>[A-Za-z]{3})[a-z]* (?P<d>\d{1,2}),? (?P<y>\d{4})",
    "ngày dd tháng mm năm yyyy": (
        r"(?:ngày )?(?P<d>\d{1,2})[ -](?:tháng|thg)[ .]?(?P<m>\d{1,2})"
        r"(?:,? năm|[,-])? ?(?P<y>\d{4})"
    ),
    "mm/yyyy": r"(?:tháng )?(?P<m>\d{1,2})/(?P<y>\d{4})",
}
_SEARCHED = {
    form: re.compile(rf"(?<!\d){text}{_T}(?!\d)", re.IGNORECASE) for form, text in _PATTERNS.items()
}
_COMPILED = {
    form: re.compile(rf"{text}{_T}{_ZONE}\Z", re.IGNORECASE) for form, text in _PATTERNS.items()
}
FORMS = (*_PATTERNS, "ago", "excel", "epoch", "epoch-ms")
"""Forms that a map may name. `ago` is a length of time before the file was taken: `5 minutes`, `2 ngày`."""
UNLIKE = (("dd/mm/yyyy", "mm/dd/yyyy"),)
"""Forms that no column has both of: 05/04/2022 would be either."""

_UNITS = {
    "second": 1, "sec": 1, "giây": 1, "s": 1,
    "minute": 60, "min": 60, "phút": 60,
    "hour": 3600, "giờ": 3600, "h": 3600, "tiếng": 3600,
    "day": 86400, "ngày": 86400, "d": 86400,
    "week": 604800, "tuần": 604800,
    "month": 31 * 86400, "tháng": 31 * 86400,
    "year": 366 * 86400, "năm": 366 * 86400,
}  # fmt: skip
"""Unit -> seconds; of a month and a year the longest, as what is older is worse."""
_PART = re.compile(r"(\d{1,6}|an?|một)\s*([^\W\d_]+)")
_AGO = re.compile(r"\s*(?:ago|trước|trước đây)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRule:
    """Represents the forms of a column of days, and what a month without a day stands for.

    `month` is `first` or `last` day, or nothing: then such an entry is refused. `future` says that
    a day after the file was taken is no mistake.
    """

    forms: tuple[str, ...]
    month: str | None = None
    future: bool = False


def moment(cell: object, rule: DateRule, taken: datetime) -> datetime | Phrase:
    """Return the time that a cell states, in UTC where it names a zone; or why it states none."""
    found = _moment(cell, rule, taken)
    if isinstance(found, Phrase):
        return found
    if found.year < 1990:  # 1970-01-01, 1601-01-01, 0001-01-01: how programs write "never"
        return phrase("{day} is no day anything happened", day=found.date().isoformat())
    if not rule.future and found.date() > taken.date() + timedelta(days=1):
        return phrase("{day} is after the file was taken", day=found.date().isoformat())
    return found


def _moment(cell: object, rule: DateRule, taken: datetime) -> datetime | Phrase:
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=UTC)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day, tzinfo=UTC)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _of_number(cell, rule)
    text = folded(str(cell))
    if "ago" in rule.forms and (length := _length(text)) is not None:
        try:
            return taken - timedelta(seconds=length)
        except OverflowError:
            return phrase("{text} is no length of time", text=repr(text))
    if text.isdecimal() and len(text) in (10, 13):
        return _of_number(int(text), rule)
    for form in rule.forms:
        match = _COMPILED[form].match(text) if form in _COMPILED else None
        if match:
            return _of_match(match, form, rule)
    return phrase(
        "{text} is a day in none of the forms {forms}", text=repr(text), forms=", ".join(rule.forms)
    )


def _of_number(number: float, rule: DateRule) -> datetime | Phrase:
    try:
        if "epoch-ms" in rule.forms and number > 10**11:
            return datetime.fromtimestamp(number / 1000, UTC)
        if "epoch" in rule.forms and number > 10**8:
            return datetime.fromtimestamp(number, UTC)
        if "excel" in rule.forms and 20_000 < number < 80_000:  # 1954 to 2119
            return datetime(1899, 12, 30, tzinfo=UTC) + timedelta(days=number)
    except (ValueError, OverflowError, OSError):
        pass
    return phrase("the number {number} is no day", number=number)


def _of_match(match: re.Match[str], form: str, rule: DateRule) -> datetime | Phrase:
    parts = match.groupdict()
    month = _MONTHS.get(parts["mon"].lower(), 0) if "mon" in parts else int(parts["m"])
    year, hour = int(parts["y"]), int(parts["H"] or 0)
    if parts["half"] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if parts["half"].lower()[0] in "pc" else 0)
    no_day = phrase("there is no day {value}", value=match[0])
    try:
        if form == "mm/yyyy":
            return _of_month(year, month, rule, match[0])
        when = datetime(
            year,
            month,
            int(parts["d"]),
            hour,
            int(parts["M"] or 0),
            int(parts["S"] or 0),
            tzinfo=UTC,
        )
        zone = (parts["zone"] or "").upper()
        if zone[:1] in ("+", "-") and zone:
            shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
            when = when - shift if zone[0] == "+" else when + shift
    except (ValueError, OverflowError):
        return no_day
    return when


def _of_month(year: int, month: int, rule: DateRule, text: str) -> datetime | Phrase:
    first = datetime(year, month, 1, tzinfo=UTC)
    if rule.month == "first":
        return first
    if rule.month == "last":
        after = first + timedelta(days=31)
        return after.replace(day=1) - timedelta(days=1)
    return phrase("{text} names a month, and the day is not said", text=repr(text))


def _length(text: str) -> int | None:
    """Return the seconds that `5 minutes`, `1 day 3 hours`, `2 ngày trước` name, or nothing."""
    if text in ("now", "just now", "vừa xong", "online"):
        return 0
    text = _AGO.sub("", text)
    parts = _PART.findall(text)
    if not parts or re.sub(r"[\s,]+|and|và", "", _PART.sub("", text)):
        return None
    total = 0
    for number, unit in parts:
        seconds = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s"))
        if seconds is None:
            return None
        total += seconds * (int(number) if number.isdecimal() else 1)
    return total


def searched(text: str, forms: Sequence[str]) -> list[date]:
    """Return the days, each once, that a longer text holds in one of the forms: a file's name, a title."""
    found: dict[date, None] = {}
    for form in forms:
        for match in _SEARCHED[form].finditer(text) if form in _SEARCHED else ():
            when = _of_match_in(match, form)
            if when is not None:
                found[when] = None
    return list(found)


def _of_match_in(match: re.Match[str], form: str) -> date | None:
    parts: dict[str, str] = match.groupdict()
    month = _MONTHS.get(parts["mon"].lower(), 0) if "mon" in parts else int(parts["m"])
    make: Callable[[int, int, int], date] = date
    try:
        return make(int(parts["y"]), month, int(parts["d"]))
    except (KeyError, ValueError):
        return None
