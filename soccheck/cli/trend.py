"""`soccheck trend`: a month a row, how much was met."""

from __future__ import annotations

import sys

from soccheck.cli import common, history_place
from soccheck.cli.options import language_option, listing_options
from soccheck.cli.output import write_listing
from soccheck.cli.translated import a_command, argument, option
from soccheck.cli.value_types import Length, OneOf
from soccheck.errors import UsageError
from soccheck.facts.near import near
from soccheck.history import runs, trend
from soccheck.model import Duration
from soccheck.phrase import phrase
from soccheck.report.listings import trend as listings


@a_command()
@argument("policy", required=False)
@option(
    "--by",
    type=OneOf(("organization", "level")),
    help="Count findings by who answers for the asset, or by the level of the system.",
)
@option(
    "--last",
    type=Length(),
    default="12mo",
    show_default=True,
    metavar="DURATION",
    help="How far back: months or years.",
)
@history_place.options
@listing_options
@language_option
def command(
    policy: str | None,
    by: str | None,
    last: Duration,
    config: str | None,
    authority: str | None,
    form: str,
    output: str | None,
    lang: str | None,
) -> int:
    """Show, a month a row, how much of each policy, or of POLICY, was met in its last run.

    A month without a run is a gap. On a terminal each series is drawn as a line, too. Exits with 0.
    """
    place = history_place.place(config)
    language = common.language(lang or place.settings.language)
    if not last.months or last.days or last.seconds:
        raise UsageError(phrase("--last counts months or years: 12mo, 2y"))
    database = place.opened()
    with database.begin() as connection:
        known = runs.of_authority(connection, authority, place.shown)
        found = trend.trend(connection, known, last.months, policy, by)
        there = trend.trend(connection, known, last.months, None, None).series
        titles = runs.titles(connection, database.blobs, known[-1]) if known else {}
    if policy is not None and policy not in there:
        text = phrase("no run judged by a policy {name}", name=repr(policy))
        raise UsageError(text, hint=near(policy, there))
    sparks = output is None and sys.stdout.isatty()
    write_listing(listings.listing(found, titles, language, sparks=sparks), form, output, language)
    return 0
