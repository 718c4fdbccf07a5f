"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

from soccheck.cli.common import LANGUAGE
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
        found = value if isinstance(value, date) else values.day(value)
        if found is None:
            self.fail(f"{value!r} is not a day; write year-month-day: 2024-06-30", param, ctx)
        return found


class Length(click.ParamType[Duration]):
    """A length of time, as policies write it."""

    name = "duration"

    def convert(
        self, value: str | Duration, param: click.Parameter | None, ctx: click.Context | None
    ) -> Duration:
        """Return the length, or fail with what was expected."""
        found = value if isinstance(value, Duration) else values.duration(value)
        if found is None:
            self.fail(f"{value!r} is no length of time; write 3d, 2w, 6mo or 1y", param, ctx)
        return found


def trust_options(function: F) -> F:
    """Add --signers and --max-evidence-age."""
    options = [
        click.option(
            "--signers",
            metavar="FILE",
            help="Judge only by evidence that one of these allowed signers signed, in FILE.sig of the "
            "bundle; see ssh-keygen(1).",
        ),
        click.option(
            "--max-evidence-age",
            "max_evidence_age",
            type=Length(),
            metavar="DURATION",
            help="Judge only by evidence without an older answer on the as-of day: 30d, 6mo.",
        ),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def _remembered(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
    """Keep the language for what is said of a command that fails."""
    ctx.meta[LANGUAGE] = value
    return value


def language_option(function: F) -> F:
    """Add --lang."""
    return click.option(
        "--lang",
        is_eager=True,
        callback=_remembered,
        type=click.Choice(LANGUAGES),
        help="Language of the output; else that of the locale.",
    )(function)


def as_of_option(function: F) -> F:
    """Add --as-of."""
    return click.option(
        "--as-of",
        type=Day(),
        metavar="YYYY-MM-DD",
        help="Judge as of this day, by what was in force then; today unless said.",
    )(function)


def policy_options(function: F) -> F:
    """Add --policies, --policy and --profile."""
    options = [
        click.option(
            "--policies",
            "policy_paths",
            multiple=True,
            metavar="PATH",
            help="Policy file or folder instead of the shipped ones; may be repeated.",
        ),
        click.option(
            "--policy",
            "only",
            multiple=True,
            metavar="ID",
            help="Judge by this policy only; may be repeated.",
        ),
        click.option(
            "--profile",
            "profiles",
            multiple=True,
            metavar="NAME|FILE",
            help="Tailor a policy by a profile; may be repeated.",
        ),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def report_options(function: F) -> F:
    """Add --report and --limit."""
    options = [
        click.option(
            "--report",
            "reports",
            multiple=True,
            metavar="FORMAT[=FILE]",
            help=f"Write this report; may be repeated. Formats: {', '.join(REPORTS)}.",
        ),
        click.option(
            "--limit",
            type=click.IntRange(0),
            default=20,
            show_default=True,
            help="Rows shown for a control in table and markdown; 0 for all.",
        ),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def listing_options(function: F) -> F:
    """Add --format and --output."""
    options = [
        click.option(
            "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True
        ),
        click.option("--output", metavar="FILE", help="Write to a file instead of printing."),
    ]
    for option in reversed(options):
        function = option(function)
    return function
