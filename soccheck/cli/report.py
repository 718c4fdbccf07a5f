"""`soccheck report`: write reports for who answers for the figures; `report read` takes one back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import click

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.assess.selection import Selection
from soccheck.cli import (
    common,
    narrowing,
    official,
    report_files,
    report_past,
    report_read,
    result_given,
    several,
    steps,
)
from soccheck.cli import evidence_given as bundles
from soccheck.cli.default_command import DefaultCommand
from soccheck.cli.options import as_of_option, language_option, policy_options, trust_options
from soccheck.cli.output import placing, refuse_printing, write_reports
from soccheck.cli.result_given import GivenResult
from soccheck.cli.translated import argument, group, option
from soccheck.cli.value_types import OneOf, Period
from soccheck.errors import UsageError
from soccheck.i18n import Language
from soccheck.phrase import phrase
from soccheck.report import REPORTS
from soccheck.report.official.editions import SENDERS
from soccheck.report.report import Layout, Report


@group("report", cls=DefaultCommand, default="write")
def command() -> None:
    """Write reports for readers: `report INVENTORY`, or take a filled one back: `report read FILE`."""


@command.command("write")
@argument("given", metavar="INVENTORY|RESULT.json...", nargs=-1, required=True)
@option(
    "--format",
    "forms",
    multiple=True,
    type=OneOf(list(REPORTS)),
    metavar="FORMAT",
    values={"formats": ", ".join(REPORTS)},
    help="Format to write; may be repeated: {formats}.  [default: html]",
)
@option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="DIR|FILE",
    help="Folder to write to, or a file for each format, in their order.",
)
@option(
    "--inventory",
    "moved",
    metavar="FOLDER",
    help="Where the inventory of RESULT.json is now, if not where it was judged.",
)
@as_of_option
@option(
    "--period",
    type=Period(),
    metavar="FIRST..LAST",
    help="Days reported on, 2025-12-15..2026-12-14; judged as of the last unless --as-of is given.",
)
@option(
    "--previous",
    metavar="RUN|FILE",
    help="The period before: a run of the history by number or day, a JSON result, or a baseline.",
)
@option(
    "--config",
    metavar="FILE",
    help="Where the history is: since when something fails, and the trend.  "
    "[default: soccheck.yaml, if there is one]",
)
@option(
    "--from",
    "sender",
    type=OneOf(SENDERS),
    default="owner",
    help="Who sends the yearly letter: the owner of the systems, its specialised unit, an operating unit.",
)
@option(
    "--head",
    "heads",
    multiple=True,
    metavar="KEY=VALUE",
    help="State what an official document begins and ends with, over the inventory's report: number=05.",
)
@option("--organization", "units", multiple=True, metavar="ID", help="Report on this unit.")
@option(
    "--split",
    nargs=2,
    metavar="organization DIR",
    help="Write a report for each unit into a folder, and one for what no unit answers for.",
)
@option("--evidence", "bundle_files", multiple=True, metavar="FILE", help="Judge by this evidence.")
@trust_options
@policy_options
@language_option
def writing(given: tuple[str, ...], lang: str | None, **options: Any) -> int:
    """Judge INVENTORY, or what RESULT.json was made of, and write reports for readers.

    Several inventories give one report with a row for each authority, as HTML, XLSX, CSV, JSON,
    Markdown or a table. Ends with the exit code of soccheck audit once everything is written.
    """
    language = common.language(lang)
    asked = _asked(options)
    if len(given) > 1:
        return _several(given, asked, language)
    result = result_given.read(given[0], asked.moved) if given[0].endswith(".json") else None
    if result is None and asked.moved is not None:
        text = phrase("{option} does nothing without a result", option="--inventory")
        raise UsageError(text, hint=phrase("name RESULT.json, or the inventory alone"))
    folder = result.folder if result is not None else given[0]
    whole, later = _judged(folder, result, asked)
    past = report_past.past(asked.previous, asked.config, whole)
    report = Report(
        assessment=whole,
        place=placing(folder),
        shipped=common.shipped_policies(),
        period=asked.period,
        previous=past.previous,
        sender=asked.sender,
        head=official.head(asked.heads),
        blank=(blanks := official.Blanks()).add,
        since=past.since,
        trend=past.trend,
        later=later,
    )
    if asked.split is not None:
        official.refuse_split(asked.forms)
        for part in report_files.split(report, asked.forms, asked.split):
            write_reports(part.report, language, part.wanted, Layout(limit=0, details=True))
        blanks.tell(language)
        return whole.exit_code()
    wanted = report_files.wanted(asked.forms, asked.outputs, report_files.stem(folder, whole.as_of))
    refuse_printing(wanted)
    chosen = narrowing.narrowed(whole, Selection(organizations=asked.units))
    narrowed = report_files.about(report, chosen)
    official.refuse_contradictions(narrowed, asked.forms)
    write_reports(narrowed, language, wanted, Layout(limit=0, details=True))
    blanks.tell(language)
    official.tell_due(narrowed, asked.forms, language)
    return chosen.exit_code()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Represents the options, found to go together."""

    forms: tuple[str, ...]
    outputs: tuple[str, ...]
    moved: str | None
    as_of: date | None
    period: tuple[date, date] | None
    previous: str | None
    config: str | None
    sender: str
    heads: tuple[str, ...]
    units: tuple[str, ...]
    split: str | None
    bundle_files: tuple[str, ...]
    demands: bundles.Demands
    policy_paths: tuple[str, ...]
    only: tuple[str, ...]
    profiles: tuple[str, ...]

    @property
    def day(self) -> date | None:
        """The day asked for."""
        return self.as_of or (self.period[1] if self.period is not None else None)


def _asked(options: dict[str, Any]) -> _Asked:
    """Return the options; raises `UsageError` for those of which one would do nothing."""
    demands = bundles.Demands(
        signers=options.pop("signers"), max_age=options.pop("max_evidence_age")
    )
    demands.refuse_without(options["bundle_files"])
    by, folder = options.pop("split") or (None, None)
    forms = tuple(dict.fromkeys(options.pop("forms"))) or ("html",)
    asked = _Asked(forms=forms, split=folder, demands=demands, **options)
    if by not in (None, "organization"):
        hint = phrase("write --split organization FOLDER")
        raise UsageError(phrase("a report is split by organization only"), hint=hint)
    if folder is not None and (asked.units or asked.outputs):
        text = phrase("--split goes with neither --organization nor --output")
        raise UsageError(text, hint=phrase("it names the folder itself, and writes every unit"))
    if asked.previous is not None and (asked.units or folder is not None):
        text = phrase("--previous is compared with a report on the whole inventory")
        raise UsageError(text, hint=phrase("leave out --organization and --split"))
    official.refuse_unheeded(
        forms,
        {
            "--from": asked.sender != SENDERS[0],
            "--head": bool(asked.heads),
            "--previous": asked.previous is not None,
            "--config": asked.config is not None and asked.previous is None,
        },
    )
    if folder is not None and "baseline" in forms:
        raise UsageError(phrase("a baseline is of the whole inventory"))
    return asked


def _judged(
    folder: str, result: GivenResult | None, asked: _Asked
) -> tuple[Assessment, Callable[[], Iterable[Assessment]]]:
    """Return the assessment of an inventory, and those of later days; that of a result is held to it."""
    if len(asked.bundle_files) > 1:
        hint = phrase("join them first: soccheck evidence merge")
        raise UsageError(phrase("several bundles for one inventory"), hint=hint)
    place = result.inventory if result is not None else folder
    loaded, policies = common.load(
        place, asked.policy_paths, asked.only, asked.profiles, shown=folder
    )
    on = common.day(asked.day) if result is None else result.as_of
    if result is not None and asked.day not in (None, on):
        hint = phrase("leave out --as-of, or name the inventory instead")
        raise UsageError(phrase("{path} was judged as of another day", path=result.file), hint=hint)
    read = asked.demands.read(asked.bundle_files[0]) if asked.bundle_files else None
    with steps.step(steps.JUDGING):
        taken = asked.demands.take(read, loaded, on)
        assessment = audit.judge(loaded, policies, on, taken)
        if result is not None:
            result_given.hold_to(result, assessment)
    return assessment, partial(audit.later, loaded, policies, on, taken)


def _several(folders: Sequence[str], asked: _Asked, language: Language) -> int:
    """Write the reports with a row for each authority; returns the weightiest of their exit codes."""
    if asked.units or asked.split or asked.previous is not None or asked.config or asked.moved:
        text = phrase("a report on several inventories is not narrowed")
        raise UsageError(text, hint=phrase("report on one inventory"))
    if asked.heads:
        text = phrase("{option} is for one inventory", option="--head")
        raise UsageError(text, hint=phrase("report on one inventory"))
    several.refuse_twice(folders)
    wanted = report_files.wanted(asked.forms, asked.outputs, "authorities")
    refuse_printing(wanted)
    several.refuse_formats(wanted, folders)
    policies = common.load_policies(asked.policy_paths, asked.only, asked.profiles)
    told = bundles.of_each(asked.bundle_files, folders, asked.demands)
    judged = several.judging(told, policies, common.day(asked.day), asked.demands)
    return several.write(several.judge(folders, judged, language), wanted, language)


@command.command("read")
@argument("file", metavar="FILE.xlsx")
@argument("inventory")
@as_of_option
@policy_options
@language_option
def reading(
    file: str,
    inventory: str,
    as_of: date | None,
    policy_paths: tuple[str, ...],
    only: tuple[str, ...],
    profiles: tuple[str, ...],
    lang: str | None,
) -> int:
    """Print what was filled into a workbook of soccheck report, as a change to INVENTORY.

    The days by which it will be mended, with who sees to it, and remarks are a unified diff: read
    it, then apply it with `git apply` or `patch -p1`. Before it stands, for each finding that is
    said to be mended, the command that attests it once somebody has signed. What cannot be
    understood is refused with its sheet and cell, and nothing is printed.
    """
    language = common.language(lang)
    report_read.refuse_swapped(file, inventory)
    loaded, policies = common.load(inventory, policy_paths, only, profiles)
    assessment = audit.judge(loaded, policies, common.day(as_of))
    found = report_read.rows(file, assessment)
    diff, left = report_read.change(found, assessment, inventory)
    for line in report_read.proposed(found, assessment, inventory):
        click.echo(line)
    click.echo(diff, nl=False)
    for line in left:
        click.echo(language("by hand: {what}").format(what=line), err=True)
    click.echo(language.plural("{n} row filled in.", "{n} rows filled in.", len(found)), err=True)
    return 0
