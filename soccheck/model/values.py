"""Values that facts, claims and policies are made of, and where they stand."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

from soccheck.phrase import Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Represents a figure as a report states it: its number, its precision, and how sure it is.

    `places` are the decimals it is stated to; `unit` is `%`, `x` (times) or nothing; `sure` is `about` or
    `over` where the report gives it only roughly.
    """

    number: Fraction
    places: int = 0
    unit: str = ""
    sure: str = ""

    @property
    def half(self) -> Fraction:
        """The most the figure may be off by: half a unit of its last decimal; a whole number is exact."""
        return Fraction(1, 2 * 10**self.places) if self.places or self.unit else Fraction(0)

    def __str__(self) -> str:
        scaled = round(self.number * 10**self.places)
        whole, rest = divmod(abs(scaled), 10**self.places)
        text = f"{'-' if scaled < 0 else ''}{whole}"
        if self.places:
            text += f".{rest:0{self.places}d}"
        text = f"x{text}" if self.unit == "x" else f"{text}{self.unit}"
        return f"{self.sure} {text}".lstrip()


Value = bool | int | float | str | date | timedelta | Figure | tuple["Value", ...]
"""What a fact can be. A fact that is not stated has no value at all; there is no null."""

VIETNAM = timezone(timedelta(hours=7))
"""The clock whose days are judged, wherever it is asked: Vietnam has one, without summer time."""

Text = Mapping[str, str]
"""A text by language: `{"en": ..., "vi": ...}`."""


def local(text: str) -> datetime:
    """Return a time of ISO 8601, with its zone, by the clock whose days are judged; raises `ValueError`."""
    try:
        return datetime.fromisoformat(text).astimezone(VIETNAM)
    except OverflowError as error:  # the last hours of the year 9999
        raise ValueError(text) from error


Mark = tuple[int, int]
"""A line and a column, both counted from 1, in a file that is named elsewhere."""


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """Represents a place in a file a user wrote: path, line and column, both counted from 1."""

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Represents one fault in what a user wrote: where, what, and what to do next."""

    where: Location | Phrase | str
    message: Phrase
    hint: Phrase | None = None

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}"
        return f"{text}\n  hint: {self.hint}" if self.hint else text


def by_place(problem: Problem) -> Location:
    """Order problems as a reader goes through the files."""
    where = problem.where
    return where if isinstance(where, Location) else Location(str(where), 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """Represents a length of time as the law states it: months are calendar months, not 30 days."""

    months: int = 0
    days: int = 0
    seconds: int = 0

    def before(self, day: date) -> date:
        """Return the day this length of time before `day`; the 31st becomes a shorter month's last day.

        Where the calendar has no such day it is the calendar's first or last.
        """
        year, month = divmod(day.year * 12 + day.month - 1 - self.months, 12)
        try:
            _, length = monthrange(year, month + 1)
            start = date(year, month + 1, min(day.day, length))
            return start - timedelta(days=self.days, seconds=self.seconds)
        except (ValueError, OverflowError):
            return date.min if self.months + self.days + self.seconds > 0 else date.max

    def after(self, day: date) -> date:
        """Return the day this length of time after `day`, by the same rule."""
        back = Duration(months=-self.months, days=-self.days, seconds=-self.seconds)
        return back.before(day)

    def oldest(self, day: date) -> date:
        """Return the earliest day that is no older than this on `day`.

        A year after 28 February 2023 has passed on 29 February 2024: the earliest is 1 March.
        """
        start = self.before(day)
        return start + timedelta(days=1) if self.after(start) < day else start

    def exact(self) -> timedelta | None:
        """Return the length in days and seconds, or nothing when it holds calendar months."""
        return None if self.months else timedelta(days=self.days, seconds=self.seconds)

    def __str__(self) -> str:
        if self.months:
            years, months = divmod(self.months, 12)
            return f"{years}y" if not months else f"{self.months}mo"
        if self.days:
            return f"{self.days}d"
        hours, rest = divmod(self.seconds, 3600)
        return f"{hours}h" if not rest else f"{self.seconds // 60}min"


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlySpan:
    """Represents days that come every year, the first and the last included, each a month and a day."""

    first: tuple[int, int]
    last: tuple[int, int]

    def over(self, day: date) -> tuple[date, date]:
        """Return the first and the last day of the latest such span that is over on `day`."""
        end = date(day.year, *self.last)
        if end >= day:
            end = end.replace(year=day.year - 1)
        start = date(end.year - (self.first > self.last), *self.first)
        return start, end

    def __str__(self) -> str:
        ends = (f"{month:02}-{day:02}" for month, day in (self.first, self.last))
        return "..".join(ends)
