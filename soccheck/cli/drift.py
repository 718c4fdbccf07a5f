"""`soccheck drift`: list where the inventory and the machines disagree, and what would mend it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from soccheck.assess import drift, mending
from soccheck.cli import common
from soccheck.cli import evidence_given as bundles
from soccheck.cli.options import as_of_option, language_option, trust_options
from soccheck.cli.output import terminal_width
from soccheck.cli.translated import a_command, argument, option
from soccheck.facts.values import clean
from soccheck.model import Duration
from soccheck.report.columns import plain, wrapped
from soccheck.report.wording import evidence


@a_command()
@argument("inventory")
@option("--evidence", "file", required=True, metavar="FILE", help="The evidence bundle.")
@option("--yaml", "as_change", is_flag=True, help="Print the change to the YAML, as a diff.")
@trust_options
@as_of_option
@language_option
def command(
    inventory: str,
    file: str,
    as_change: bool,
    signers: str | None,
    max_evidence_age: Duration | None,
    as_of: date | None,
    lang: str | None,
) -> int:
    """List every fact that INVENTORY declares otherwise than its machines answered.

    With --yaml prints a unified diff that would make the inventory true: read it, then apply it with
    `git apply` or `patch -p1`, here or, for an inventory elsewhere, in its folder. A drift is not
    always the inventory's fault: mend the machine where it is the machine's.

    Exits 1 when there is drift, 0 when there is none.
    """
    language = common.language(lang)
    loaded = common.inventory(inventory)
    day = common.day(as_of)
    demands = bundles.Demands(signers=signers, max_age=max_evidence_age)
    told = bundles.given(file, loaded, day, demands)
    found = drift.find(loaded, told.answers, day)
    assert told.about is not None  # a bundle is required
    about = wrapped(evidence.given(told.about, day, language), terminal_width())
    click.echo(about, err=as_change)
    if as_change:
        paths = sorted({item.where.path for item in found})
        files = {
            path: Path(inventory, path.removeprefix(loaded.folder).lstrip("/")) for path in paths
        }
        texts = {path: file.read_bytes().decode() for path, file in files.items()}
        names = {path: _name(file, Path(inventory)) for path, file in files.items()}
        diff, left = mending.change(found, texts, names)
        click.echo(diff, nl=False)
        for item in left:
            text = f"{item.where}: {item.asset.id} {item.fact}: {item.said}"
            click.echo(clean(language("by hand: {what}").format(what=text)), err=True)
        return 1 if found else 0
    header = [
        language("Asset"),
        language("Fact"),
        language("Declared"),
        language("Observed"),
        language("Where"),
    ]
    rows = [
        [
            item.asset.id,
            item.fact,
            clean(drift.written(item.declared)),
            clean(item.said),
            clean(str(item.where)),
        ]
        for item in found
    ]
    if rows:
        click.echo(plain(rows, header, terminal_width()))
    click.echo(language.plural("{n} fact drifts.", "{n} facts drift.", len(found)))
    return 1 if found else 0


def _name(file: Path, inventory: Path) -> str:
    """Return the file's name from here, as git and patch look for it; else from the inventory."""
    here = Path.cwd()
    below = here if inventory.resolve().is_relative_to(here) else inventory.resolve()
    return (inventory.resolve() / file.relative_to(inventory)).relative_to(below).as_posix()
