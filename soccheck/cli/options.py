"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from soccheck.cli.translated import option
from soccheck.cli.value_types import Day, Integer, Length, OneOf
from soccheck.i18n import LANGUAGES
from soccheck.report import REPORTS
from soccheck.report.listings.listing import FORMATS

F = TypeVar("F", bound=Callable[..., Any])


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
        type=OneOf(LANGUAGES),
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


def within_option(function: F) -> F:
    """Add --within, for lists of what ends some day."""
    return option(
        "--within",
        type=Length(),
        metavar="DURATION",
        default="30d",
        show_default=True,
        help="How near an end is said.",
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
            type=Integer(0),
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
        option("--format", "form", type=OneOf(FORMATS), default="table", show_default=True),
        option("--output", "-o", metavar="FILE", help="Write to a file instead of printing."),
    ]
    for add in reversed(options):
        function = add(function)
    return function
