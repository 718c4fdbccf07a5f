"""`soccheck explain`: say why a control has its result on an asset, or on all."""

from __future__ import annotations

import shlex
from datetime import date
from pathlib import Path

from soccheck import audit
from soccheck.cli import common
from soccheck.cli import evidence_given as bundles
from soccheck.cli.options import as_of_option, language_option, policy_options, trust_options
from soccheck.cli.output import terminal_width, write
from soccheck.cli.translated import a_command, argument, option
from soccheck.errors import UsageError
from soccheck.facts.near import near, nearest
from soccheck.model import Duration
from soccheck.phrase import phrase
from soccheck.policy.load import in_force
from soccheck.report.listings.explanation import render


@a_command()
@argument("inventory")
@argument("control")
@argument("asset", required=False)
@as_of_option
@policy_options
@option("--evidence", "bundle_file", metavar="FILE", help="Judge by this evidence as well.")
@trust_options
@language_option
def command(
    inventory: str,
    control: str,
    asset: str | None,
    as_of: date | None,
    policy_paths: tuple[str, ...],
    only: tuple[str, ...],
    profiles: tuple[str, ...],
    bundle_file: str | None,
    signers: str | None,
    max_evidence_age: Duration | None,
    lang: str | None,
) -> int:
    """Say why CONTROL has its result on ASSET, or on every asset it is about.

    Prints the requirement, the evidence with its basis and place, the reference and what to do.
    Exits like audit, for the findings shown.
    """
    language = common.language(lang)
    if Path(control).is_dir() and not Path(inventory).exists():
        hint = phrase(
            "the folder comes first: soccheck explain {folder} {control}",
            folder=shlex.quote(control),
            control=shlex.quote(inventory),
        )
        raise UsageError(phrase("{folder}: no such folder", folder=inventory or "''"), hint=hint)
    day = common.day(as_of)
    loaded, editions = common.load(inventory, policy_paths, only, profiles)
    policies = {c.id: policy for policy in in_force(editions, day) for c in policy.controls}
    controls = {c.id: c for policy in policies.values() for c in policy.controls}
    if control not in controls:
        text = phrase(
            "no control {id} is in force on {day}", id=repr(control), day=language.date(day)
        )
        hint = near(control, controls, phrase("`soccheck policy show POLICY` lists them"))
        if (swapped := nearest(asset or "", controls, cutoff=1)) is not None:
            line = shlex.join([inventory, swapped, control])
            hint = phrase("the control comes first: soccheck explain {line}", line=line)
        elif control in {policy.id for policy in editions}:
            hint = phrase(
                "{policy} is a policy; `soccheck policy show {policy}` lists its controls",
                policy=control,
            )
        elif loaded.find(control) is not None:
            hint = phrase(
                "the control comes first, then the asset: soccheck explain {line}",
                line=f"{shlex.quote(inventory)} AV-REALTIME {shlex.quote(control)}",
            )
        raise UsageError(text, hint=hint)
    demands = bundles.Demands(signers=signers, max_age=max_evidence_age)
    told = bundles.given(bundle_file, loaded, day, demands)
    assessment = audit.judge(loaded, [policies[control]], day, told)
    findings = assessment.of_control(controls[control])
    if asset is not None:
        found = assessment.finding(control, asset)
        if found is None and loaded.find(asset) is None:
            hint = near(asset, [f.asset.id for f in findings])
            raise UsageError(phrase("no asset {id}", id=repr(asset)), hint=hint)
        if found is None:
            text = phrase("no finding of {control} on {asset}", control=control, asset=repr(asset))
            kind = controls[control].asset
            hint = phrase("{control} is about each {kind}", control=control, kind=kind)
            raise UsageError(text, hint=hint)
        findings = [found]
    write(render(assessment, controls[control], findings, language, terminal_width()), None)
    return assessment.exit_code(findings)
