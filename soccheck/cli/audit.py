"""`soccheck audit`: judge an inventory, or several, by the policies and print tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.bundle.atomic import destination, replaceable
from soccheck.cli import common, options_ssh
from soccheck.cli import evidence_given as bundles
from soccheck.cli.options import (
    as_of_option,
    language_option,
    policy_options,
    report_options,
    trust_options,
)
from soccheck.cli.output import (
    files_first,
    placing,
    wanted_reports,
    write_listing,
    write_reports,
)
from soccheck.errors import InputError, SoccheckError, UsageError
from soccheck.i18n import Language
from soccheck.inventory import load as inventories
from soccheck.model import Duration
from soccheck.policy.load import in_force
from soccheck.report import REPORTS
from soccheck.report.report import Report


@click.command()
@click.argument("folders", metavar="INVENTORY...", nargs=-1, required=True)
@as_of_option
@click.option("--as-stated", is_flag=True, help="Judge each as of the day its inventory states.")
@policy_options
@click.option("--format", "form", type=click.Choice(list(REPORTS)), help="One report: table.")
@click.option("--output", metavar="FILE", help="Write it to a file instead of printing.")
@report_options
@click.option(
    "--evidence",
    "bundle_files",
    multiple=True,
    metavar="FILE",
    help="Judge by this evidence as well; one for each of several inventories.",
)
@click.option(
    "--collect",
    "collects",
    is_flag=True,
    help="Ask the machines now, into the file of --evidence, then judge.  [default: evidence.json]",
)
@trust_options
@language_option
@options_ssh.options
def command(
    folders: tuple[str, ...],
    as_of: date | None,
    as_stated: bool,
    policy_paths: tuple[str, ...],
    only: tuple[str, ...],
    profiles: tuple[str, ...],
    form: str | None,
    output: str | None,
    reports: tuple[str, ...],
    limit: int,
    bundle_files: tuple[str, ...],
    collects: bool,
    signers: str | None,
    max_evidence_age: Duration | None,
    lang: str | None,
    **given: Any,
) -> int:
    """Judge INVENTORY by the policies in force and print what passes, what does not, and why.

    Several inventories give one table with a row for each authority; each may have its evidence,
    which names the inventory's folder. The options from --workers on are those of `soccheck
    collect`, for --collect.
    """
    if as_stated and as_of is not None:
        raise UsageError("--as-of and --as-stated: give one of them")
    if not collects:
        options_ssh.refuse("without --collect")
    language = common.language(lang)
    day = None if as_stated else common.day(as_of)
    demands = bundles.Demands(signers=signers, max_age=max_evidence_age)
    demands.refuse_without(bundle_files)
    if collects and signers is not None:
        hint = "collect, sign, then audit"
        raise UsageError(
            "--signers with --collect: nobody has signed what is yet to come", hint=hint
        )
    wanted = wanted_reports(reports)
    if form or output or not wanted:
        wanted.append((form or "table", output))
    if len(folders) > 1:
        if collects:
            raise UsageError("--collect is for one inventory", hint="collect them one by one")
        policies = common.load_policies(policy_paths, only, profiles)
        each = bundles.of_each(bundle_files, folders, demands)

        def judged(folder: str) -> Assessment:
            loaded = inventories.load(Path(folder), folder)
            as_of = day or loaded.stated
            told = demands.take(each.get(folder), loaded, as_of)
            return audit.judge(loaded, policies, as_of, told)

        return _several(folders, judged, wanted, language)
    if len(bundle_files) > 1:
        hint = "join them first: soccheck evidence merge"
        raise UsageError("several bundles for one inventory", hint=hint)
    bundle_file = bundle_files[0] if bundle_files else None
    loaded, policies = common.load(folders[0], policy_paths, only, profiles)
    if collects:
        from soccheck.cli import collect_run

        bundle_file = bundle_file or "evidence.json"
        if bundle_file == "-" or not replaceable(destination(Path(bundle_file))):
            hint = "name a file, there or not: what is collected into it is read again"
            raise UsageError(f"{bundle_file}: not a file", hint=hint)
        ruling = in_force(policies, day or loaded.stated)
        result = collect_run.collect(loaded, bundle_file, options_ssh.Options(**given), ruling)
        click.echo(result.summary(bundle_file, language), err=True)
        if result.interrupted:
            return result.exit_code
    on = day or loaded.stated
    read = demands.read(bundle_file) if bundle_file is not None else None
    assessment = audit.judge(loaded, policies, on, demands.take(read, loaded, on))
    report = Report(assessment=assessment, place=placing(folders[0]))
    write_reports(report, language, wanted, limit)
    return assessment.exit_code()


def _several(
    folders: Sequence[str],
    judged: Callable[[str], Assessment],
    wanted: Sequence[tuple[str, str | None]],
    language: Language,
) -> int:
    """Print a row for each authority; one that cannot be loaded is a row too, and hides no other."""
    from soccheck.report.listings import authorities, listing

    for form, _ in wanted:
        if form not in listing.FORMATS:
            hint = f"several inventories can be had as {', '.join(listing.FORMATS)}"
            raise UsageError(f"{form} is a report on one inventory", hint=hint)
    entries = []
    for folder in folders:
        try:
            entries.append(authorities.Entry(folder=folder, assessment=judged(folder)))
        except (InputError, UsageError) as error:
            entries.append(
                authorities.Entry(folder=folder, assessment=None, problems=_faults(error))
            )
    for form, output in files_first(wanted):
        write_listing(authorities.listing(entries, language), form, output)
    for entry in entries:
        if entry.problems:
            text = language("{folder} could not be loaded").format(folder=entry.folder)
            click.echo(text, err=True)
    return authorities.exit_code(entries)


def _faults(error: SoccheckError) -> tuple[str, ...]:
    if isinstance(error, InputError):
        return tuple(str(problem) for problem in error.problems)
    return (str(error),)
