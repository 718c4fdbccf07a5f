"""Values as facts are typed: text to date, duration, address, prefix; and how they are printed."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from soccheck.facts import figures, instead, online, services
from soccheck.facts.fact import Fact
from soccheck.facts.meant_addresses import machine
from soccheck.model import Duration, Figure, Location, Problem, Value, YearlySpan
from soccheck.phrase import phrase

# What a pipeline's runner takes for a command: GitHub at the start of a line, `##[` and `##vso[`
# (GitHub, Azure) anywhere in it. An IPv6 address keeps its colons: a command has a letter past f.
_COMMAND = r"(?i)::(?=[a-z-]*[g-z-])|##(?=\[|vso\[)"


def clean(text: str) -> str:
    """Return text with control, escape and direction characters visible, and no runner's command.

    CWE-150: what a name holds must reach a reader as it is, and nothing else as a command.
    """
    if not text.isprintable():
        text = "".join(
            c if c.isprintable() or unicodedata.category(c) == "Zs" else f"\\u{ord(c):04x}"
            for c in text
        )
    if "::" in text or "##" in text:
        text = re.sub(_COMMAND, lambda match: " ".join(match[0]), text)
    return text


_DURATION = re.compile(r"([0-9]{1,6})(min|h|d|w|mo|y)\Z")
_UNITS = {
    "min": (0, 0, 60),
    "h": (0, 0, 3600),
    "d": (0, 1, 0),
    "w": (0, 7, 0),
    "mo": (1, 0, 0),
    "y": (12, 0, 0),
}


def day(text: str) -> date | None:
    """Return the date `text` names as year-month-day, or nothing."""
    try:  # fromisoformat also takes 20240630 and 2024-W26-7
        return date.fromisoformat(text) if text[4:8:3] == "--" else None
    except ValueError:
        return None


_OFFICE_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})\Z")


_YEARS = range(1900, 2100)


def written_day(text: str) -> date | None:
    """Return the date that a person wrote; none of a year that nobody means: 2569 of another calendar, 2206.

    The last day of all is meant by what has no end.
    """
    found = day(text)
    return found if found and (found.year in _YEARS or found == date.max) else None


def typed_day(text: str) -> date | None:
    """Return the date that a person typed: as year-month-day, or as offices do, 30/6/2024."""
    found = _OFFICE_DAY.match(text)
    if found is None:
        return written_day(text)
    number, month, year = map(int, found.groups())
    return written_day(f"{year:04d}-{month:02d}-{number:02d}")


_YEARLY = re.compile(r"([0-9]{2})-([0-9]{2})\.\.([0-9]{2})-([0-9]{2})\Z")


def yearly(text: str) -> YearlySpan | None:
    """Return the days of every year that `text` names, `12-15..12-24`, or nothing."""
    match = _YEARLY.match(text)
    if match is None:
        return None
    first, last = (int(match[1]), int(match[2])), (int(match[3]), int(match[4]))
    try:
        for month_and_day in (first, last):
            date(2023, *month_and_day)  # a day that not every year has is none
    except ValueError:
        return None
    return YearlySpan(first=first, last=last)


def duration(text: str) -> Duration | None:
    """Return the length of time `text` names (`3d`, `12mo`, `90min`), or nothing; `m` is no unit."""
    match = _DURATION.match(text)
    if match is None:
        return None
    number = int(match[1])
    months, days, seconds = _UNITS[match[2]]
    return Duration(months=months * number, days=days * number, seconds=seconds * number)


def _span(text: str) -> timedelta | None:
    length = duration(text)
    return length.exact() if length else None


def _address(text: str) -> str | None:
    return machine(text)


def _prefix(text: str) -> str | None:
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        return None


def share(text: str) -> Figure | None:
    """Return the per cent `text` states, `97.4%` or `about 70%`, or nothing; a comma is not YAML's."""
    try:
        figure = figures.read(text)
    except ValueError:
        return None
    return figure if figure.unit == "%" and 0 <= figure.number <= 100 and "," not in text else None


def _count(value: object) -> int | Figure | None:
    if isinstance(value, int):
        return value
    try:
        return figures.read(str(value), integer=True)
    except ValueError:
        return None


CONVERTED: dict[str, Callable[[Any], Any]] = {
    "date": day,
    "duration": _span,
    "address": _address,
    "prefix": _prefix,
    "share": share,
    "count": _count,
    "service": services.checked,
    "host_name": online.host_name,
    "url": online.url,
    "mail": online.mail,
}
"""Types that YAML does not have -> how their text is read; nothing comes back for a faulty one."""

_SAID = {
    "date": phrase("there is no day {value}"),
    "duration": phrase("{value} is no length of time"),
    "address": phrase("{value} is the address of no machine"),
    "prefix": phrase("{value} is no address range"),
    "share": phrase("{value} is no share"),
    "service": phrase("{value} is no service"),
    "count": phrase("{value} is no count"),
    "host_name": phrase("{value} is no host name"),
    "url": phrase("{value} is no address of a page"),
    "mail": phrase("{value} is no mail address"),
}


def fault(where: Location, fact: Fact, value: object) -> Problem:
    """Return the fault of a value that its fact's type does not hold."""
    text = phrase("{fact}: {what}", fact=fact.name, what=_SAID[fact.type].of(value=value))
    return Problem(where, text, instead.hint(fact.type, value))


def no_day(where: Location, value: object) -> Problem:
    """Return the fault of a day that the calendar does not have."""
    return Problem(where, _SAID["date"].of(value=value), instead.hint("date", value))


def encode(value: Value) -> Any:
    """Return a fact's value as an evidence bundle writes it: days as year-month-day, durations in seconds."""
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    if isinstance(value, Figure):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


_LONGEST = 10**11  # seconds: three thousand years, within what timedelta holds
_JSON_TYPES: dict[str, tuple[type, ...]] = {
    "bool": (bool,),
    "int": (int,),
    "number": (int, float),
    "duration": (int,),
    "count": (int, str),
}


def decode(fact: Fact, raw: Any) -> Value | None:
    """Return a value of an evidence bundle as the catalogue types it; nothing when it is not of the type."""
    if fact.many:
        if not isinstance(raw, list):
            return None
        items = [_decode_one(fact, item) for item in raw]
        return None if None in items else tuple(item for item in items if item is not None)
    return _decode_one(fact, raw)


def stated(fact: Fact, raw: Any) -> Value | None:
    """Return a value of an inventory's YAML as the catalogue types it; nothing when it is not of the type."""
    if fact.many:
        if not isinstance(raw, list):
            return None
        items = [_stated_one(fact, item) for item in raw]
        return None if None in items else tuple(item for item in items if item is not None)
    return _stated_one(fact, raw)


def _stated_one(fact: Fact, raw: Any) -> Value | None:
    if fact.type == "duration":
        return _span(raw) if isinstance(raw, str) else None
    if raw == "" or (type(raw) in (int, float) and raw < 0):
        return None
    if fact.type == "date":
        return written_day(raw) if isinstance(raw, str) else None
    return _decode_one(fact, raw)


def _decode_one(fact: Fact, raw: Any) -> Value | None:
    if type(raw) not in _JSON_TYPES.get(fact.type, (str,)):
        return None
    if fact.type == "duration":
        return timedelta(seconds=raw) if 0 <= raw < _LONGEST else None
    if fact.type == "enum":
        return str(raw) if raw in fact.values else None
    if fact.type == "int" and fact.values and str(raw) not in fact.values:
        return None
    if fact.most is not None and raw > fact.most:
        return None
    convert = CONVERTED.get(fact.type)
    value: Value | None = convert(raw) if convert is not None else raw
    return value
