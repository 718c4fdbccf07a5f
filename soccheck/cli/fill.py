"""`soccheck fill`: what is asked for and not stated, as lines to fill in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.cli import common, narrowing
from soccheck.cli import evidence_given as bundles
from soccheck.cli.file_diff import diff
from soccheck.cli.options import as_of_option, language_option, policy_options, trust_options
from soccheck.cli.output import write
from soccheck.cli.translated import a_command, argument, option
from soccheck.facts.examples import required_of
from soccheck.facts.values import clean
from soccheck.i18n import Language
from soccheck.inventory.skeleton_edit import commented
from soccheck.model import Asset, Duration, Status
from soccheck.report.wording import evidence, to_write


@a_command()
@argument("inventory")
@narrowing.options
@narrowing.asset_option
@option("--evidence", "bundle_file", metavar="FILE", help="Judge by this evidence as well.")
@trust_options
@option("--output", "-o", metavar="FILE", help="Write to a file instead of printing.")
@as_of_option
@policy_options
@language_option
def command(
    inventory: str,
    bundle_file: str | None,
    signers: str | None,
    max_evidence_age: Duration | None,
    output: str | None,
    as_of: date | None,
    policy_paths: tuple[str, ...],
    only: tuple[str, ...],
    profiles: tuple[str, ...],
    lang: str | None,
    **given: Any,
) -> int:
    """Print, as a change to INVENTORY, a line to fill in for every key asked for and not stated.

    Apply it with `git apply`. The lines begin with `#: ` and state nothing: take that away and write
    what is so, by the form and the example behind it. A value left as {} is refused; a key that the
    asset has in braces already is written into these. Exits with 0.
    """
    chosen = narrowing.selection(given)
    narrowing.refuse_statuses(chosen, [Status.UNKNOWN])
    language = common.language(lang)
    loaded, policies = common.load(inventory, policy_paths, only, profiles)
    day = common.day(as_of)
    demands = bundles.Demands(signers=signers, max_age=max_evidence_age)
    whole = audit.judge(loaded, policies, day, bundles.given(bundle_file, loaded, day, demands))
    for text in evidence.of(whole, language):
        click.echo(text, err=True)
    assessment = narrowing.narrowed(whole, chosen)
    asked, new = _asked(assessment, language)
    before, after, left = _edited(asked, assessment, inventory, language)
    write([diff(inventory, before, after)], output)
    for line in (*(_by_hand(*asked[asset.id]) for asset in left), *new):
        click.echo(language("by hand: {what}").format(what=line), err=True)
    count = sum(len(facts) for asset, facts in asked.values() if asset not in left)
    click.echo(language.plural("{n} line to fill in.", "{n} lines to fill in.", count), err=True)
    return 0


_Asked = dict[str, tuple[Asset, dict[str, str]]]


def _asked(assessment: Assessment, language: Language) -> tuple[_Asked, list[str]]:
    """Return what each asset does not state, with what to remark, and what is to be listed first."""
    controls: dict[tuple[str, str], dict[str, None]] = {}
    assets: dict[str, Asset] = {}
    new: dict[tuple[str, str], dict[str, None]] = {}
    for finding in assessment.findings:
        if finding.status is not Status.UNKNOWN:
            continue
        lacks = assessment.lacking(finding)
        for lack in lacks:
            if lack.asset is None:
                names = new.setdefault((lack.owner.id, lack.kind), {})
                names.update(dict.fromkeys((*required_of(lack.kind), *lack.facts)))
                continue
            assets[lack.asset.id] = lack.asset
            for name in lack.facts:
                if name not in lack.asset.facts:
                    controls.setdefault((lack.asset.id, name), {})[finding.control.id] = None
    asked: _Asked = {}
    for (id_, name), by in controls.items():
        asset = assets[id_]
        remark = to_write.remark(asset.kind, name, list(by), language)
        asked.setdefault(id_, (asset, {}))[1][name] = remark
    by_hand = [
        clean(f"{owner}: {kind}s: {', '.join(names)}") for (owner, kind), names in new.items()
    ]
    return asked, by_hand


def _edited(
    asked: _Asked, assessment: Assessment, folder: str, language: Language
) -> tuple[Mapping[str, str], Mapping[str, str], list[Asset]]:
    """Return the files before and after, and the assets that no line could be written for."""
    sections: dict[tuple[str, str | None], dict[str, dict[str, str]]] = {}
    for id_, (asset, facts) in asked.items():
        path = asset.at.path.removeprefix(assessment.inventory.folder).lstrip("/")
        section = None if asset.kind == "authority" else f"{asset.kind}s"
        sections.setdefault((path, section), {})[id_] = facts
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    left = []
    lead = language("asked for, not stated")
    for (path, section), wanted in sections.items():
        if not path.endswith((".yaml", ".yml")):
            left += [asked[id_][0] for id_ in wanted]
            continue
        if path not in before:
            before[path] = after[path] = Path(folder, path).read_bytes().decode()
        after[path], others = commented(after[path], section, wanted, lead)
        left += [asked[id_][0] for id_ in others]
    return before, after, left


def _by_hand(asset: Asset, facts: Mapping[str, str]) -> str:
    return clean(f"{asset.at}: {asset.id}: {', '.join(facts)}")
