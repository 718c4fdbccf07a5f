"""`soccheck import`: lists of others, read by a map, into evidence or into the inventory."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from soccheck import __version__
from soccheck.cli import common, steps
from soccheck.cli.default_command import is_slip
from soccheck.cli.import_account import account, exit_code, known_by, proposed
from soccheck.cli.options import language_option
from soccheck.cli.output import kept_private, terminal_width
from soccheck.cli.translated import SpokenGroup, argument, group, option
from soccheck.cli.value_types import Day, Integer, OneOf
from soccheck.errors import InputError, UsageError
from soccheck.facts.values import clean
from soccheck.imports import map_file as maps
from soccheck.imports.imported import Imported, ImportFile
from soccheck.imports.map import for_inventory, targets
from soccheck.imports.read import read
from soccheck.imports.table import MAX_BYTES
from soccheck.inventory import load as inventories
from soccheck.model import Problem
from soccheck.phrase import phrase
from soccheck.report.columns import wrapped
from soccheck.report.wording import labels
from soccheck.sources.files import Fault, Folder, checked, content

_OPTION = {"evidence": "-o", "inventory": "--to"}
"""What a map is used for -> the option that says so."""


class _Import(SpokenGroup):
    """Takes the name of a map where no subcommand is named."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the subcommand, or `run` with all arguments."""
        name = args[0]
        if name in self.commands or (name not in maps.shipped() and is_slip(name, self.commands)):
            return super().resolve_command(ctx, args)
        return "run", self.commands["run"], args


@group("import", cls=_Import, options_metavar="MAP FILE... --inventory INVENTORY [OPTIONS]")
def command() -> None:
    """Read spreadsheets and exports of consoles, FILE..., by MAP: a shipped map, or a YAML file.

    \b
    soccheck import MAP FILE... --inventory INVENTORY -o evidence.json
    soccheck import MAP FILE... --inventory INVENTORY --to inventory
    soccheck import suggest FILE
    soccheck import maps
    """


@command.command("run", hidden=True)
@argument("name", metavar="MAP")
@argument("files", nargs=-1, required=True, metavar="FILE...")
@option("--inventory", required=True, metavar="FOLDER", help="Whose assets the rows are.")
@option("--output", "-o", metavar="FILE", help="Write the evidence bundle there.")
@option(
    "--to",
    "target",
    type=OneOf(["inventory"]),
    help="Print what to change in the inventory.",
)
@option("--taken", type=Day(), metavar="YYYY-MM-DD", help="Day the list was taken.")
@option(
    "--limit",
    type=Integer(0),
    default=20,
    show_default=True,
    help="Lines of a list; 0: all.",
)
@language_option
def run(name: str, files: tuple[str, ...], lang: str | None, **given: Any) -> int:
    """Read FILE... by MAP; exits with 3 where some row could not be placed or understood."""
    language = common.language(lang)
    if (given["output"] is None) == (given["target"] is None):
        hint = phrase("-o evidence.json, or --to inventory")
        raise UsageError(phrase("say where to import to"), hint=hint)
    by = maps.load(name)
    by, left = for_inventory(by) if given["target"] else (by, ())
    with steps.step(steps.READING):
        loaded = inventories.load(Path(given["inventory"]), given["inventory"])
    with steps.step(phrase("Reading {file}…", file=", ".join(files))):
        found = read([_file(file) for file in files], by, loaded, given["taken"], _today())
    if given["target"] is None:
        _write_evidence(found, loaded, given["output"])
        lines, code = list(account(found, language, given["limit"])), exit_code(found)
    else:
        from soccheck.imports.proposal import propose

        proposal = propose(found, loaded, Folder(Path(given["inventory"])))
        click.echo("".join(proposal.difference()), nl=False)
        new = set(proposal.new.values())
        lines = list(account(found, language, given["limit"], new))
        lines += proposed(proposal, language, given["limit"], left)
        code = 3 if proposal.by_hand else exit_code(found, new)
    for line in lines:
        click.echo(wrapped(line, terminal_width(), "    "), err=True)
    return code


def _today() -> date:
    return common.day(None)


def _file(path: str) -> ImportFile:
    raw = checked(path).fault or content(Path(path), MAX_BYTES)
    if isinstance(raw, Fault):
        raise InputError([Problem(path, raw.message, raw.hint)])
    return ImportFile(shown=path, name=Path(path).name, raw=raw)


def _write_evidence(found: Imported, loaded: Any, output: str) -> None:
    from soccheck.bundle import bundle as bundles
    from soccheck.imports.evidence import bundle

    made = bundle(found, loaded, f"soccheck {__version__}")
    kept_private([bundles.dumps(made)], output)


@command.command("maps")
@language_option
def listing(lang: str | None) -> int:
    """List the shipped maps, and how sure their columns are."""
    language = common.language(lang)
    for name in maps.shipped():
        by = maps.load(name)
        about = [
            labels.kinds(by.kind, language),
            " ".join(_OPTION[to] for to in targets(by)),
            known_by(by.verified, language),
        ]
        # A name is copied: it stands whole, on a line that no table breaks.
        click.echo(name)
        for text in (language.text(by.title), "; ".join(about)):
            click.echo(wrapped(f"  {text}", terminal_width(), "    "))
    return 0


@command.command("suggest")
@argument("file")
@language_option
def suggesting(file: str, lang: str | None) -> int:
    """Print a map for FILE, a list never seen, and say what could not be placed."""
    from soccheck.imports.suggest import suggest

    language = common.language(lang)
    given = _file(file)
    found = suggest(given.raw, file, given.name)
    for line in found.lines:
        click.echo(language.say(line))
    lines = [
        language("{placed} headings were recognised; read the map before you use it").format(
            placed=language.number(found.placed)
        )
    ]
    if found.fitting:
        text = language("these shipped maps know this list as it is: {names}")
        lines.append(text.format(names=", ".join(found.fitting)))
    if found.unplaced:
        lines.append(language("not placed:"))
        lines += [f"  {clean(language.say(item))}" for item in found.unplaced]
    for line in lines:
        click.echo(wrapped(line, terminal_width(), "    "), err=True)
    return 3 if found.unplaced else 0
