"""`soccheck gate`: compare with a git reference or a baseline, and stop what makes compliance worse."""

from __future__ import annotations

import os
from datetime import date

from soccheck.cli import common, gate_asked, gate_settings, gate_sides, narrowing, steps
from soccheck.cli.evidence_given import Demands
from soccheck.cli.options import (
    as_of_option,
    language_option,
    policy_options,
    report_options,
    trust_options,
)
from soccheck.cli.output import layout_of, placing, wanted_reports, write_reports
from soccheck.cli.translated import a_command, argument, option
from soccheck.cli.value_types import OneOf
from soccheck.compare import gate
from soccheck.compare.fail_on import rules
from soccheck.errors import UsageError
from soccheck.model import Duration
from soccheck.phrase import phrase
from soccheck.report.report import Report


def _is_pipeline() -> bool:
    """Return whether this is a build: GitHub, GitLab and most others set CI, Azure Pipelines TF_BUILD."""
    return any(os.environ.get(name, "").lower() in ("true", "1") for name in ("CI", "TF_BUILD"))


@a_command()
@argument("inventory")
@option(
    "--base",
    metavar="REF",
    help="Git reference to compare with; HEAD unless said.",
)
@option(
    "--merge-base/--no-merge-base",
    default=True,
    help="Compare with the commit at which HEAD left REF, as git diff REF...HEAD does (the default), "
    "or with REF itself.",
)
@option(
    "--base-inventory",
    metavar="FOLDER",
    help="Where the inventory was at REF, if it was moved and that is not seen by itself.",
)
@option(
    "--baseline",
    metavar="FILE",
    help="Stored baseline or former JSON result to compare with; with --base, as REF has it.",
)
@option(
    "--evidence",
    "bundle",
    metavar="FILE",
    help="Judge by this evidence as well; the other side by what it has of FILE, else by the same.",
)
@option(
    "--fail-on",
    "fail_on",
    multiple=True,
    metavar="WHAT",
    help="What stops a change, any of: fail, unknown, waived, critical, high, medium, low, new, "
    "scope, expired-waiver. A plus joins words: new+high. Default: new,scope, a new failing finding or "
    "a scope change.",
)
@option(
    "--allow",
    type=OneOf(("unknown",)),
    help="Let pass what becomes unknown: for those who fix step by step.",
)
@option(
    "--config",
    metavar="FILE",
    help="Settings of the runs, which say by what is judged where no option does.  [default: soccheck.yaml "
    "here, or from INVENTORY up to the top of the repository]",
)
@narrowing.refused
@trust_options
@as_of_option
@policy_options
@report_options
@language_option
def command(
    inventory: str,
    base: str | None,
    merge_base: bool,
    base_inventory: str | None,
    baseline: str | None,
    bundle: str | None,
    fail_on: tuple[str, ...],
    allow: str | None,
    config: str | None,
    signers: str | None,
    max_evidence_age: Duration | None,
    as_of: date | None,
    policy_paths: tuple[str, ...],
    only: tuple[str, ...],
    profiles: tuple[str, ...],
    reports: tuple[str, ...],
    details: bool,
    limit: int | None,
    lang: str | None,
) -> int:
    """Say what a change to INVENTORY or the policies makes new, resolves, or takes out of scope.

    The whole change is judged: what narrows a report, such as --control, is refused here.

    Exits with 1 where --fail-on finds something, else with 3 for a new unknown finding or nothing
    assessed, else with 0: old debts do not stop new work.
    """
    language = common.language(lang)
    stopping = rules(fail_on)
    wanted = wanted_reports(reports) or [("table", None)]
    layout = layout_of(wanted, details=details, limit=limit)
    Demands(signers=signers, max_age=max_evidence_age).refuse_without(
        [bundle] if bundle is not None else []
    )
    options = {
        "policies": policy_paths,
        "profiles": profiles,
        "only": only,
        "evidence": bundle,
        "signers": signers,
        "max_evidence_age": max_evidence_age,
    }
    settings = gate_settings.load(config, inventory, options)
    if baseline is not None and base is None and (base_inventory is not None or not merge_base):
        option_ = "--base-inventory" if base_inventory is not None else "--no-merge-base"
        text = phrase("{option} does nothing for --baseline without --base", option=option_)
        raise UsageError(text, hint=phrase("leave it out, or name the reference by --base"))
    judged_by = settings.judged_by
    asked = gate_asked.Asked(
        inventory=inventory,
        files=common.policy_files(judged_by.policies, judged_by.profiles),
        only=judged_by.only,
        day=common.day(as_of),
        settings=settings,
        baseline=baseline,
        base=base,
        merge_base=merge_base,
        base_inventory=base_inventory,
        pipeline=_is_pipeline(),
    )
    with steps.step(steps.COMPARING):
        sides = gate_sides.compared(asked)
        result = gate.judge(sides.now, sides.comparison, stopping, allow == "unknown")
    report = Report(
        assessment=sides.now,
        gate=result,
        place=placing(inventory),
        shipped=common.shipped_policies(),
        later=sides.later,
    )
    write_reports(report, language, wanted, layout)
    return result.code
