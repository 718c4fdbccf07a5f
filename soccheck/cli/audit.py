"""`soccheck audit`: judge an inventory by the policies and print tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from soccheck import evidence
from soccheck import inventory as inventories
from soccheck.assessment import Assessment
from soccheck.cli import collecting, common
from soccheck.policy import in_force
from soccheck.report import REPORTS


@click.command()
@click.argument("inventory")
@common.as_of_option
@common.policy_options
@click.option("--format", "form", type=click.Choice(list(REPORTS)), help="One report: table.")
@click.option("--output", metavar="FILE", help="Write it to a file instead of printing.")
@common.report_options
@click.option("--evidence", "bundle_file", metavar="FILE", help="Judge by this evidence as well.")
@click.option(
    "--collect",
    "collects",
    is_flag=True,
    help="Ask the machines now, into the file of --evidence, then judge.  [default: evidence.json]",
)
@common.language_option
@collecting.options
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
    bundle_file: str | None,
    collects: bool,
    lang: str | None,
    **given: Any,
) -> int:
    """Judge INVENTORY by the policies in force and print what passes, what does not, and why.

    The options from --workers on are those of `soccheck collect`, for --collect.
    """
    language = common.language(lang)
    day = common.day(as_of)
    wanted = common.wanted_reports(reports)
    if form or output or not wanted:
        wanted.append((form or "table", output))
    policies = in_force(common.load_policies(policy_paths, only, profiles), day)
    loaded = inventories.load(Path(inventory), inventory)
    if collects:
        bundle_file = bundle_file or "evidence.json"
        result = collecting.collect(loaded, bundle_file, collecting.Options(**given), policies)
        click.echo(result.summary(bundle_file, language), err=True)
        if result.interrupted:
            return result.exit_code
    answers, info = None, None
    if bundle_file is not None:
        bundle = evidence.load(Path(bundle_file), bundle_file)
        answers = evidence.by_asset(bundle, loaded)
        info = evidence.info(bundle, loaded)
    assessment = Assessment(loaded, policies, day, answers, info)
    assessment.place = common.placing(inventory)
    common.write_reports(assessment, language, wanted, limit)
    return assessment.exit_code()
