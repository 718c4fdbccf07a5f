"""`soccheck audit`: judge an inventory, or several, by the policies and print tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from soccheck import audit
from soccheck.bundle.atomic import destination, replaceable
from soccheck.cli import common, narrowing, options_ssh, several, steps
from soccheck.cli import evidence_given as bundles
from soccheck.cli.options import (
    as_of_option,
    language_option,
    policy_options,
    report_options,
    trust_options,
)
from soccheck.cli.output import (
    layout_of,
    placing,
    refuse_printing,
    wanted_reports,
    write_reports,
)
from soccheck.cli.translated import a_command, argument, option
from soccheck.cli.value_types import OneOf
from soccheck.compare import stored
from soccheck.errors import UsageError
from soccheck.i18n import Language
from soccheck.model import Duration, Inventory, Policy
from soccheck.phrase import phrase
from soccheck.policy.load import in_force
from soccheck.report import REPORTS
from soccheck.report.report import Report
from soccheck.sources.files import content


@a_command()
@argument("folders", metavar="INVENTORY...", nargs=-1, required=True)
@as_of_option
@option("--as-stated", is_flag=True, help="Judge each as of the day its inventory states.")
@policy_options
@option(
    "--format",
    "form",
    type=OneOf(list(REPORTS)),
    metavar="FORMAT",
    help="One report, of the formats below; a table unless said.",
)
@option("--output", "-o", metavar="FILE", help="Write it to a file instead of printing.")
@report_options
@option(
    "--by",
    type=OneOf(("control", "asset", "organization")),
    help="A row each of these in place of the subjects, the worst first.",
)
@option(
    "--previous",
    metavar="FILE",
    help="Say what changed since then: a JSON result of soccheck audit, or a baseline.",
)
@option(
    "--evidence",
    "bundle_files",
    multiple=True,
    metavar="FILE",
    help="Judge by this evidence as well; one for each of several inventories.",
)
@option(
    "--collect",
    "collects",
    is_flag=True,
    help="Ask the machines now, into the file of --evidence, then judge.  [default: evidence.json]",
)
@trust_options
@narrowing.options
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
    details: bool,
    limit: int | None,
    by: str | None,
    previous: str | None,
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
    collect`, for --collect. A report is narrowed by --organization, --asset, --system, --level and
    --control, and so is its exit code; --severity, --status and --basis only say what is shown.
    """
    chosen = narrowing.selection(given)
    _refuse_together(folders, as_of, as_stated, bundle_files, collects, signers)
    language = common.language(lang)
    demands = bundles.Demands(signers=signers, max_age=max_evidence_age)
    demands.refuse_without(bundle_files)
    wanted = wanted_reports(reports)
    if form or output or not wanted:
        wanted.append((form or "table", output))
        refuse_printing(wanted)
    layout = layout_of(wanted, details=details, limit=limit, by=by, previous=previous)
    day = None if as_stated else common.day(as_of)
    if chosen:
        _refuse_narrowed(folders, [form for form, _ in wanted], previous)
    if len(folders) > 1:
        _refuse_alone(folders, by=by, previous=previous, limit=limit, details=details or None)
        several.refuse_twice(folders)
        several.refuse_formats(wanted, folders)
        policies = common.load_policies(policy_paths, only, profiles)
        given_bundles = bundles.of_each(bundle_files, folders, demands)
        several.tell_shared(given_bundles, language)
        judged = several.judging(given_bundles, policies, day, demands)
        return several.write(several.judge(folders, judged, language), wanted, language)
    loaded, policies = common.load(folders[0], policy_paths, only, profiles)
    on = day or loaded.stated
    bundle_file = bundle_files[0] if bundle_files else None
    if collects:
        bundle_file = bundle_file or "evidence.json"
        code = _collect(loaded, bundle_file, in_force(policies, on), given, language)
        if code is not None:
            return code
    read = demands.read(bundle_file) if bundle_file is not None else None
    with steps.step(steps.JUDGING):
        taken = demands.take(read, loaded, on)
        whole = audit.judge(loaded, policies, on, taken)
    assessment = narrowing.narrowed(whole, chosen)
    report = Report(
        assessment=assessment,
        place=placing(folders[0]),
        shipped=common.shipped_policies(),
        previous=stored.read(content(Path(previous)), previous) if previous is not None else None,
        later=partial(audit.later, loaded, policies, on, taken),
    )
    write_reports(report, language, wanted, layout)
    return assessment.exit_code()


def _refuse_together(
    folders: Sequence[str],
    as_of: date | None,
    as_stated: bool,
    bundle_files: Sequence[str],
    collects: bool,
    signers: str | None,
) -> None:
    """Raise `UsageError` for options of which one would do nothing, or what nobody meant."""
    if as_stated and as_of is not None:
        raise UsageError(phrase("--as-of and --as-stated: give one of them"))
    if not collects:
        options_ssh.refuse(phrase("without --collect"), also=("assets",))
    if collects and signers is not None:
        hint = phrase("collect, sign, then audit")
        raise UsageError(
            phrase("--signers with --collect: nobody has signed what is yet to come"), hint=hint
        )
    if collects and len(folders) > 1:
        hint = phrase("collect them one by one")
        raise UsageError(phrase("--collect is for one inventory"), hint=hint)
    if len(folders) == 1 and len(bundle_files) > 1:
        hint = phrase("join them first: soccheck evidence merge")
        raise UsageError(phrase("several bundles for one inventory"), hint=hint)


def _refuse_alone(folders: Sequence[str], **given: object) -> None:
    """Raise `UsageError` for an option that does nothing on several inventories."""
    for name, value in given.items():
        if value is not None:
            several.refuse_missing(folders)
            text = phrase("{option} is for one inventory", option=f"--{name}")
            raise UsageError(text, hint=phrase("audit one inventory"))


def _refuse_narrowed(folders: Sequence[str], forms: Sequence[str], previous: str | None) -> None:
    """Raise `UsageError` for what cannot be narrowed, or would later be taken for the whole."""
    if previous is not None:
        text = phrase("--previous is compared with a report on the whole inventory")
        raise UsageError(text, hint=phrase("leave out what narrows it"))
    if len(folders) > 1:
        several.refuse_missing(folders)
        hint = phrase("audit one inventory")
        raise UsageError(phrase("a report on several inventories is not narrowed"), hint=hint)
    if "baseline" in forms:
        hint = phrase("write it without --organization, --asset, --severity and the like")
        raise UsageError(phrase("a baseline is of the whole inventory"), hint=hint)


def _collect(
    loaded: Inventory,
    file: str,
    ruling: Sequence[Policy],
    given: dict[str, Any],
    language: Language,
) -> int | None:
    """Ask the machines, the answers into a file; return the exit code where that was interrupted."""
    from soccheck.cli import collect_run

    if file == "-" or not replaceable(destination(Path(file))):
        hint = phrase("name a file, there or not: what is collected into it is read again")
        raise UsageError(phrase("{path}: not a file", path=file), hint=hint)
    result = collect_run.collect(loaded, file, options_ssh.Options(**given), language, ruling)
    collect_run.tell(result.summary(file, language), result)
    return result.exit_code if result.interrupted else None
