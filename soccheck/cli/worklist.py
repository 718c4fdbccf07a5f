"""`soccheck worklist`: what a unit has to do, by when."""

from __future__ import annotations

from datetime import date
from typing import Any

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.cli import common, narrowing, report_files, steps
from soccheck.cli import evidence_given as bundles
from soccheck.cli.options import (
    as_of_option,
    language_option,
    listing_options,
    policy_options,
    trust_options,
)
from soccheck.cli.output import terminal_width, write, write_listing
from soccheck.cli.translated import a_command, argument, option
from soccheck.errors import UsageError
from soccheck.i18n import Language
from soccheck.model import Duration, Status
from soccheck.phrase import phrase
from soccheck.report.columns import plain
from soccheck.report.due import UNMET
from soccheck.report.listings import worklist
from soccheck.report.unit_parts import unit_parts
from soccheck.report.wording import words


@a_command()
@argument("inventory")
@narrowing.options
@narrowing.asset_option
@option(
    "--split",
    nargs=2,
    metavar="organization DIR",
    help="Write a list for each unit into a folder, and one for what no unit answers for.",
)
@option("--evidence", "bundle_file", metavar="FILE", help="Judge by this evidence.")
@trust_options
@as_of_option
@policy_options
@listing_options
@language_option
def command(
    inventory: str,
    split: tuple[str, str] | None,
    bundle_file: str | None,
    signers: str | None,
    max_evidence_age: Duration | None,
    as_of: date | None,
    policy_paths: tuple[str, ...],
    only: tuple[str, ...],
    profiles: tuple[str, ...],
    form: str,
    output: str | None,
    lang: str | None,
    **given: Any,
) -> int:
    """List what INVENTORY does not meet, unit by unit: what to do, where, and by which day.

    --organization ID is the list of one unit. The worst stands first; what is accepted for a time
    comes last. Exits like audit, for what is listed.
    """
    chosen = narrowing.selection(given)
    narrowing.refuse_statuses(chosen, UNMET)
    demands = bundles.Demands(signers=signers, max_age=max_evidence_age)
    demands.refuse_without([bundle_file] if bundle_file is not None else [])
    language = common.language(lang)
    if split is not None and output is not None:
        hint = phrase("it names the folder itself, and writes every unit")
        raise UsageError(phrase("--split goes without --output"), hint=hint)
    by, folder = split or ("organization", None)
    if by != "organization":
        hint = phrase("write --split organization FOLDER")
        raise UsageError(phrase("a report is split by organization only"), hint=hint)
    loaded, policies = common.load(inventory, policy_paths, only, profiles)
    day = common.day(as_of)
    read = demands.read(bundle_file) if bundle_file is not None else None
    with steps.step(steps.JUDGING):
        whole = audit.judge(loaded, policies, day, demands.take(read, loaded, day))
    assessment = narrowing.narrowed(whole, chosen)
    if folder is None:
        write_listing(worklist.listing(assessment, language), form, output, language)
    else:
        _split(assessment, form, folder, language)
    return assessment.exit_code()


def _split(assessment: Assessment, form: str, folder: str, language: Language) -> None:
    """Write a list for each unit, and print how much stands in each, with the sums."""
    rows: list[list[str]] = []
    sums = dict.fromkeys(UNMET, 0)
    for unit, part in unit_parts(assessment).items():
        counts = dict.fromkeys(UNMET, 0)
        for finding in part.findings:
            if finding.status in counts:
                counts[finding.status] += 1
                sums[finding.status] += 1
        ((_, file),) = report_files.in_folder([form], folder, unit)
        write_listing(worklist.listing(part, language), form, file, language)
        rows.append(
            [worklist.called(unit, assessment, language), *_numbers(counts, language), str(file)]
        )
    rows.append([language("All"), *_numbers(sums, language), ""])
    header = [
        language("Organisation"),
        *(words.status(status, language) for status in UNMET),
        language("File"),
    ]
    write([plain(rows, header, terminal_width()) + "\n"], None)


def _numbers(counts: dict[Status, int], language: Language) -> list[str]:
    return [language.number(counts[status]) for status in UNMET]
