"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

from soccheck.cli.translated import language_of, option
from soccheck.facts import values
from soccheck.i18n import LANGUAGES
from soccheck.model import Duration
from soccheck.report import REPORTS
from soccheck.report.listings.listing import FORMATS

F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """A day as year-month-day."""

    name = "day"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the date, or fail with what was expected."""
        found = value if isinstance(value, date) else values.typed_day(value)
        if found is None:
            language = language_of(ctx)
            text = language("{value} is not a day; write 2024-06-30 or 30/6/2024")
            self.fail(text.format(value=repr(value)), param, ctx)
        return found


class Period(click.ParamType[tuple[date, date]]):
    """Days from one to another, both included."""

    name = "period"

    def convert(
        self,
        value: str | tuple[date, date],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[date, date]:
        """Return the first and the last day, or fail with what was expected."""
        if isinstance(value, tuple):
            return value
        first, sign, last = value.partition("..")
        start, end = values.typed_day(first), values.typed_day(last)
        if not sign or start is None or end is None or start > end:
            language = language_of(ctx)
            said = language("{value} is no period; write 2025-12-15..2026-12-14")
            self.fail(said.format(value=repr(value)), param, ctx)
        return start, end


class Length(click.ParamType[Duration]):
    """A length of time, as policies write it."""

    name = "duration"

    def convert(
        self, value: str | Duration, param: click.Parameter | None, ctx: click.Context | None
    ) -> Duration:
        """Return the length, or fail with what was expected."""
        found = value if isinstance(value, Duration) else values.duration(value)
        if found is None:
            language = language_of(ctx)
            text = language("{value} is no length of time; write 3d, 2w, 6mo or 1y")
            self.fail(text.format(value=repr(value)), param, ctx)
        return found


def trust_options(function: F) -> F:
    """Add --signers and --max-evidence-age."""
    options = [
        option(
            "--signers",
            metavar="FILE",
            help="Judge only by evidence that one of these allowed signers signed, in FILE.sig of the "
            "bundle; see ssh-keygen(1).",
        ),
        option(
            "--max-evidence-age",
            "max_evidence_age",
            type=Length(),
            metavar="DURATION",
            help="Judge only by evidence without an older answer on the as-of day: 30d, 6mo.",
        ),
    ]
    for add in reversed(options):
        function = add(function)
    return function


def language_option(function: F) -> F:
    """Add --lang."""
    return option(
        "--lang",
        type=click.Choice(LANGUAGES),
        help="Language of the output; else that of SOCCHECK_LANG, or of the locale.",
    )(function)


def as_of_option(function: F) -> F:
    """Add --as-of."""
    return option(
        "--as-of",
        type=Day(),
        metavar="YYYY-MM-DD",
        help="Judge as of this day, by what was in force then; today unless said.",
    )(function)


def policy_options(function: F) -> F:
    """Add --policies, --policy and --profile."""
    options = [
        option(
            "--policies",
            "policy_paths",
            multiple=True,
            metavar="PATH",
            help="Policy file or folder instead of the shipped ones; may be repeated.",
        ),
        option(
            "--policy",
            "only",
            multiple=True,
            metavar="ID",
            help="Judge by this policy only; may be repeated.",
        ),
        option(
            "--profile",
            "profiles",
            multiple=True,
            metavar="NAME|FILE",
            help="Tailor a policy by a profile; may be repeated.",
        ),
    ]
    for add in reversed(options):
        function = add(function)
    return function


def report_options(function: F) -> F:
    """Add --report, --details and --limit."""
    options = [
        option(
            "--report",
            "reports",
            multiple=True,
            metavar="FORMAT[=FILE]",
            values={"formats": ", ".join(REPORTS)},
            help="Write this report; may be repeated. Formats: {formats}.",
        ),
        option(
            "--details",
            is_flag=True,
            help="Every finding with why, where and what to do, in place of one page.",
        ),
        option(
            "--limit",
            type=click.IntRange(0),
            help="Rows shown: of the worst on page one, for a control with --details and in "
            "markdown; 0 for all.  [default: 5 and 20]",
        ),
    ]
    for add in reversed(options):
        function = add(function)
    return function


def listing_options(function: F) -> F:
    """Add --format and --output."""
    options = [
        option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True),
        option("--output", metavar="FILE", help="Write to a file instead of printing."),
    ]
    for add in reversed(options):
        function = add(function)
    return function
