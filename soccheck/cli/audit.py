"""`soccheck audit`: judge an inventory by the policies and print tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from soccheck import inventory as inventories
from soccheck.assessment import Assessment
from soccheck.cli import common
from soccheck.policy import in_force
from soccheck.report import REPORTS, renderer


@click.command()
@click.argument("inventory")
@common.as_of_option
@common.policy_options
@click.option(
    "--format", "form", type=click.Choice(list(REPORTS)), default="table", show_default=True
)
@click.option("--output", metavar="FILE", help="Write to a file instead of printing.")
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=20,
    show_default=True,
    help="Rows shown for a control in table and markdown; 0 for all.",
)
@common.language_option
def command(
    inventory: str,
    as_of: date | None,
    policy_paths: tuple[str, ...],
    only: tuple[str, ...],
    profiles: tuple[str, ...],
    form: str,
    output: str | None,
    limit: int,
    lang: str | None,
) -> int:
    """Judge INVENTORY by the policies in force and print what passes, what does not, and why."""
    language = common.language(lang)
    day = common.day(as_of)
    policies = in_force(common.load_policies(policy_paths, only, profiles), day)
    loaded = inventories.load(Path(inventory), inventory)
    assessment = Assessment(loaded, policies, day)
    text = renderer(form)(
        assessment,
        language,
        width=common.width(),
        color=common.color() and output is None,
        limit=limit,
    )
    if form == "csv" and output is not None:
        text = "\ufeff" + text  # Excel takes a file without it for a local 8-bit encoding
    common.write(text, output)
    return assessment.exit_code()
