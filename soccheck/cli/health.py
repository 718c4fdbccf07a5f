"""`soccheck health`: for a watchdog: when the last good run was, and which machines are silent."""

from __future__ import annotations

import click

from soccheck.cli import common, history_place
from soccheck.cli.options import language_option
from soccheck.cli.translated import a_command, option
from soccheck.cli.value_types import Length, OneOf
from soccheck.errors import UsageError
from soccheck.history import health, runs
from soccheck.model import Duration
from soccheck.phrase import phrase
from soccheck.report import json_text
from soccheck.report.listings import kept_runs

_LAST_RUN = Duration(days=2)
_SILENT = Duration(days=7)


@a_command()
@option(
    "--last-run",
    type=Length(),
    metavar="DURATION",
    help="Limit of the last good run's age.  [default: 2d]",
)
@option(
    "--silent",
    type=Length(),
    metavar="DURATION",
    help="Limit of a machine's silence.  [default: 7d]",
)
@option(
    "--format",
    "form",
    type=OneOf(("text", "json")),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
@option("--nagios", is_flag=True, help="One line as Nagios plugins print it, and their exit codes.")
@history_place.options
@language_option
def command(
    last_run: Duration | None,
    silent: Duration | None,
    form: str,
    nagios: bool,
    config: str | None,
    authority: str | None,
    lang: str | None,
) -> int:
    """Say when the last good run was, and which machines have been silent for how long.

    Exits with 1 where a limit is passed, else with 0; with --nagios with 2 (critical) and 0.
    """
    if nagios and form != "text":
        raise UsageError(phrase("--nagios has a form of its own: leave out --format"))
    place = history_place.place(config)
    language = common.language(lang or place.settings.language)
    settings = place.settings
    with place.opened().begin() as connection:
        known = runs.of_authority(connection, authority, place.shown)
        found = health.health(
            connection,
            known,
            history_place.now(),
            last_run or settings.last_run or _LAST_RUN,
            silent or settings.silent or _SILENT,
        )
    if nagios:
        click.echo(kept_runs.nagios(found, language))
        return 2 if found.exit_code else 0
    if form == "json":
        click.echo("".join(json_text.written(kept_runs.health_document(found))), nl=False)
        return found.exit_code
    for line in kept_runs.health_lines(found, language):
        click.echo(line)
    return found.exit_code
