"""`soccheck docs`: print a control's page, or write the pages of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from soccheck.cli import common
from soccheck.cli.options import language_option
from soccheck.cli.output import write
from soccheck.cli.translated import a_command, argument, option
from soccheck.errors import UsageError
from soccheck.facts.near import near
from soccheck.i18n import LANGUAGES, Language
from soccheck.model import Policy
from soccheck.phrase import phrase
from soccheck.report.listings.control_page import Edition, render
from soccheck.sources import yaml
from soccheck.sources.files import content


@a_command("docs")
@argument("control", required=False)
@option("--policies", "policy_paths", multiple=True, metavar="PATH",
              help="Policy file or folder instead of the shipped ones; may be repeated.")  # fmt: skip
@option("--cases", metavar="FOLDER", help="Cases to show, as `soccheck policy test` takes them.")
@option("--write", "folder", metavar="FOLDER", help="Write every page there, by language.")
@language_option
def command(
    control: str | None,
    policy_paths: tuple[str, ...],
    cases: str | None,
    folder: str | None,
    lang: str | None,
) -> int:
    """Print the page of CONTROL: what it asks, by what law, what to write, what shows it, what to do."""
    pages = _pages(common.load_policies(policy_paths), Path(cases) if cases else None)
    if (control is None) == (folder is None):
        raise UsageError(
            phrase("give a control, or a folder to --write to"),
            hint=phrase("soccheck docs AV-REALTIME"),
        )
    if folder is not None:
        for code in LANGUAGES:
            for name, editions in pages.items():
                target = Path(folder) / code / f"{name}.md"
                target.parent.mkdir(parents=True, exist_ok=True)
                write(render(editions, Language(code)), str(target))
        return 0
    if control not in pages:
        hint = near(str(control), pages, phrase("`soccheck policy show POLICY` lists them"))
        if control in {edition.policy.id for editions in pages.values() for edition in editions}:
            hint = phrase(
                "{policy} is a policy; `soccheck policy show {policy}` lists its controls",
                policy=control,
            )
        raise UsageError(phrase("no control {control}", control=repr(control)), hint=hint)
    write(render(pages[control], common.language(lang)), None)
    return 0


def _pages(policies: list[Policy], cases: Path | None) -> dict[str, list[Edition]]:
    """Return the editions of each control, the earliest first."""
    found: dict[str, list[Edition]] = {}
    for policy in policies:
        for control in policy.controls:
            told = tuple(_cases(cases, policy, control.id)) if cases is not None else ()
            item = Edition(policy=policy, control=control, cases=told)
            found.setdefault(control.id, []).append(item)
    return found


def _cases(folder: Path, policy: Policy, control: str) -> Iterator[Mapping[str, Any]]:
    """Yield the cases of a control, from `EDITION/CONTROL.yaml`."""
    for name in (policy.id, f"{policy.id}-{policy.version}"):
        path = folder / name / f"{control}.yaml"
        if path.is_file():
            source = yaml.parse(content(path), str(path), nulls=True)
            if isinstance(source.data, dict):
                yield from source.data.get("cases", ())
