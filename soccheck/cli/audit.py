"""`soccheck audit`: judge an inventory by the policies and print tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from soccheck import inventory as inventories
from soccheck.assessment import Assessment
from soccheck.cli import common
from soccheck.policy import in_force
from soccheck.report import REPORTS


@click.command()
@click.argument("inventory")
@common.as_of_option
@common.policy_options
@click.option("--format", "form", type=click.Choice(list(REPORTS)), help="One report: table.")
@click.option("--output", metavar="FILE", help="Write it to a file instead of printing.")
@common.report_options
@common.language_option
def command(
    inventory: str,
    as_of: date | None,
    policy_paths: tuple[str, ...],
    only: tuple[str, ...],
    profiles: tuple[str, ...],
    form: str | None,
    output: str | None,
    reports: tuple[str, ...],
    limit: int,
    lang: str | None,
) -> int:
    """Judge INVENTORY by the policies in force and print what passes, what does not, and why."""
    language = common.language(lang)
    day = common.day(as_of)
    wanted = common.wanted_reports(reports)
    if form or output or not wanted:
        wanted.append((form or "table", output))
    policies = in_force(common.load_policies(policy_paths, only, profiles), day)
    loaded = inventories.load(Path(inventory), inventory)
    assessment = Assessment(loaded, policies, day)
    assessment.place = common.placing(inventory)
    common.write_reports(assessment, language, wanted, limit)
    return assessment.exit_code()
