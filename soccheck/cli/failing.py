"""`soccheck failing`: what fails, since when, and what is over the time its policy gives."""

from __future__ import annotations

import functools

from soccheck.cli import common, history_place, narrowing
from soccheck.cli.options import language_option, listing_options
from soccheck.cli.output import write_listing
from soccheck.cli.translated import a_command, option
from soccheck.cli.value_types import Length
from soccheck.errors import UsageError
from soccheck.history import failing, kept, runs
from soccheck.model import Duration
from soccheck.phrase import phrase
from soccheck.policy import load as editions
from soccheck.policy.sla import allowed
from soccheck.report.listings import failing as listings


@a_command()
@option("--older-than", type=Length(), metavar="DURATION", help="For longer than this: 90d, 6mo.")
@option("--sla", is_flag=True, help="Only what is over the time that its policy gives.")
@option("--organization", metavar="ID", help="Of this organisation's assets only.")
@history_place.options
@listing_options
@language_option
def command(
    older_than: Duration | None,
    sla: bool,
    organization: str | None,
    config: str | None,
    authority: str | None,
    form: str,
    output: str | None,
    lang: str | None,
) -> int:
    """List what fails in the last run, or failed when it was last seen, the longest first.

    A day on which a machine did not answer does not begin it anew: failing since 12/03, unseen since
    02/04. A policy gives time by severity in its parameters sla_critical, sla_high, sla_medium and
    sla_low. Exits with 1 where something is listed, else with 0.
    """
    place = history_place.place(config)
    language = common.language(lang or place.settings.language)
    database = place.opened()
    with database.begin() as connection:
        known = runs.of_authority(connection, authority, place.shown)
        last = known[-1]
        content = functools.partial(database.blobs.content, connection)
        if organization is not None:
            there = kept.inventory(last.inventory, content).assets["organization"]
            narrowing.refuse_unknown("--organization", organization, there)
        policies = kept.policies(last.policies, content)
        times = allowed(editions.in_force(policies, last.as_of))
        found = failing.failing(connection, known, times, organization)
    if sla and not times:
        hint = phrase("give it in a profile: parameters: {{sla_high: 30d}}")
        raise UsageError(phrase("no policy says in what time a failure must be mended"), hint=hint)
    if older_than is not None:
        found = [item for item in found if older_than.after(item.since) < last.as_of]
    if sla:
        found = [item for item in found if item.over is not None and item.over > 0]
    write_listing(listings.listing(found, last, language), form, output, language)
    return 1 if found else 0
