"""What the values of options are: each says what was meant by one that it does not take."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

import click

from soccheck.cli.translated import language_of
from soccheck.facts import instead, meant, values
from soccheck.facts.spoken import plain, tidy
from soccheck.model import Duration
from soccheck.phrase import Phrase, phrase

_BETWEEN = re.compile(r"\s*(?:\.\.+|…|\s[-–—]\s|[–—]|đến|tới|to)\s*|(?<=[0-9]{4})-(?=[0-9]{1,2}/)")
"""What people write between the first day and the last."""


def _told(said: Phrase, hint: Phrase, ctx: click.Context | None) -> str:
    language = language_of(ctx)
    return language.fault(language.say(said), hint)


_LEVELS = ("1", "2", "3", "4", "5")
_SECONDS = re.compile(r"\s*(?:s|sec|seconds?|giây)\Z")


class OneOf(click.Choice[str]):
    """One of several words, in small letters or capitals."""

    def __init__(self, choices: Iterable[str]) -> None:
        super().__init__(choices, case_sensitive=False)

    def get_invalid_choice_message(self, value: str, ctx: click.Context | None) -> str:
        """Return what click says, and the word that was meant."""
        from soccheck.cli import astray

        said = super().get_invalid_choice_message(value, ctx)
        found = astray.choice(value, self.choices)
        return language_of(ctx).fault(said, found and phrase("write {what}", what=found))


class Level(click.ParamType[int]):
    """A level of a system, 1 to 5."""

    name = "1-5"

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the level, or fail with the one that was meant by `III` or `cấp 3`."""
        if str(value) not in _LEVELS:
            said = phrase("{value} is no level, which are 1 to 5", value=repr(value))
            self.fail(_told(said, instead.hint("enum", str(value), _LEVELS), ctx), param, ctx)
        return int(value)


class Integer(click.IntRange):
    """A whole number."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number, or fail with the one that was meant by 1.000."""
        if isinstance(value, str) and not re.fullmatch(r"[+-]?[0-9]+", value):
            said = phrase("{value} is no whole number", value=repr(value))
            self.fail(_told(said, instead.hint("int", value), ctx), param, ctx)
        return super().convert(value, param, ctx)


class Number(click.FloatRange):
    """A number, which may have decimals."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number, or fail with the one that was meant by 2,5."""
        if isinstance(value, str) and not re.fullmatch(r"[+-]?[0-9]*\.?[0-9]+", value):
            said = phrase("{value} is no number", value=repr(value))
            bare = _SECONDS.sub("", value)
            self.fail(_told(said, instead.hint("number", bare), ctx), param, ctx)
        return super().convert(value, param, ctx)


class Day(click.ParamType[date]):
    """A day as year-month-day, or as offices write it."""

    name = "day"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the date, or fail with the one that was meant."""
        found = value if isinstance(value, date) else values.typed_day(value)
        if found is None:
            said = phrase("{value} is not a day", value=repr(value))
            self.fail(_told(said, _day_hint(str(value)), ctx), param, ctx)
        return found


def _day_hint(value: str) -> Phrase:
    if plain(value) in ("hom nay", "nay", "today", "now"):
        return phrase("leave the option out where today is meant, else write its day")
    hint = instead.hint("date", value)
    return phrase("write 2024-06-30 or 30/6/2024") if hint == instead.FORMS["date"] else hint


class Period(click.ParamType[tuple[date, date]]):
    """Days from one to another, both included."""

    name = "period"

    def convert(
        self,
        value: str | tuple[date, date],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[date, date]:
        """Return the first and the last day, or fail with those that were meant."""
        if isinstance(value, tuple):
            return value
        first, sign, last = value.partition("..")
        start, end = values.typed_day(first), values.typed_day(last)
        if not sign or start is None or end is None or start > end:
            said = phrase("{value} is no period", value=repr(value))
            self.fail(_told(said, _period_hint(value), ctx), param, ctx)
        return start, end


def _period_hint(value: str) -> Phrase:
    days = [meant.written("date", part) for part in _BETWEEN.split(tidy(value)) if part]
    start, end = days if len(days) == 2 else (None, None)
    if start is None or end is None:
        start, end = "2025-12-15", "2026-12-14"
    return phrase("write {what}", what=f"{min(start, end)}..{max(start, end)}")


class Length(click.ParamType[Duration]):
    """A length of time, as policies write it."""

    name = "duration"

    def convert(
        self, value: str | Duration, param: click.Parameter | None, ctx: click.Context | None
    ) -> Duration:
        """Return the length, or fail with the one that was meant."""
        found = value if isinstance(value, Duration) else values.duration(value)
        if found is None:
            said = phrase("{value} is no length of time", value=repr(value))
            self.fail(_told(said, instead.hint("length", value), ctx), param, ctx)
        return found
