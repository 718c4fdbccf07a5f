"""`soccheck export`: an inventory's assets as tables, to fill in with a spreadsheet, and back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from soccheck.bundle.atomic import write_atomic
from soccheck.cli import common, inputs
from soccheck.cli.options import language_option
from soccheck.cli.output import terminal_width
from soccheck.cli.translated import a_command, argument, option
from soccheck.cli.value_types import OneOf
from soccheck.errors import InputError, UsageError, unwritable
from soccheck.inventory import as_table
from soccheck.model import KINDS, Problem
from soccheck.phrase import phrase
from soccheck.report.columns import wrapped
from soccheck.report.listings import asset_workbook
from soccheck.sources.files import Fault, content


@a_command()
@argument("form", metavar="csv|xlsx", type=OneOf(("csv", "xlsx")))
@argument("source")
@option(
    "--output",
    "-o",
    required=True,
    metavar="FILE|FOLDER",
    help="The workbook to write, or the folder for one CSV file a kind.",
)
@option(
    "--kind",
    "kinds",
    multiple=True,
    type=OneOf(KINDS),
    help="Only assets of this kind; all unless said.",
)
@language_option
def command(form: str, source: str, output: str, kinds: tuple[str, ...], lang: str | None) -> int:
    """Write the assets of SOURCE, an inventory or a workbook written before, as tables.

    A CSV file of the inventory's folder is read as its YAML is: hosts.csv takes the place of hosts:.
    """
    language = common.language(lang)
    tables = {kind: rows for kind, rows in _tables(source).items() if kind in (kinds or KINDS)}
    if not tables:
        raise UsageError(phrase("there is nothing to export"), hint=phrase("leave --kind out"))
    if form == "xlsx":
        _written(Path(output), [asset_workbook.workbook(tables)])
        click.echo(output)
        return 0
    paths = {kind: Path(output) / f"{kind}s.csv" for kind in tables}
    inputs.refuse(paths.values())
    for kind, rows in tables.items():
        path = paths[kind]
        _written(path, [as_table.text(rows).encode()])
        click.echo(path.as_posix())
    names = ", ".join(f"{kind}s:" for kind in tables)
    said = language("put them into the inventory's folder in the place of {names}, and validate it")
    click.echo(wrapped(said.format(names=names), terminal_width(), "  "), err=True)
    return 0


def _tables(source: str) -> dict[str, as_table.Rows]:
    """Return the rows of an inventory's assets, or of a workbook's sheets, by kind."""
    if source.lower().endswith(".xlsx"):
        raw = content(Path(source), asset_workbook.MOST_BYTES)
        if isinstance(raw, Fault):
            raise InputError([Problem(source, raw.message, raw.hint)])
        return asset_workbook.read(raw, source)
    loaded = common.inventory(source)
    return {
        kind: as_table.rows(kind, assets.values())
        for kind, assets in loaded.assets.items()
        if assets and kind in KINDS
    }


def _written(path: Path, parts: Iterable[bytes]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, parts, private=False)
    except OSError as error:
        raise unwritable(str(path), error) from error
