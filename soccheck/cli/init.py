"""`soccheck init`: start a new inventory from a template."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from soccheck.cli import common, inputs, shipped
from soccheck.cli.options import language_option
from soccheck.cli.translated import a_command, argument, option
from soccheck.errors import UsageError, unwritable
from soccheck.facts.near import near
from soccheck.i18n import Language
from soccheck.phrase import phrase

_TEMPLATE = Path(__file__).parent.parent / "template"
_SETTINGS = Path(__file__).with_name("soccheck.example.yaml")


@a_command()
@argument("folder", required=False)
@option("--config", metavar="FILE", help="Write an example of soccheck.yaml, too, or alone.")
@option("--sample", metavar="NAME", help="Copy a sample inventory, an-giang say, instead.")
@language_option
def command(folder: str | None, config: str | None, sample: str | None, lang: str | None) -> int:
    """Write a new inventory into FOLDER, which must not hold anything yet."""
    if folder is None and config is None:
        raise UsageError(
            phrase("name a folder for the inventory, or --config FILE"),
            hint=phrase("write {what}", what="soccheck init inventories/an-giang"),
        )
    inputs.refuse_other_systems(path for path in (folder, config) if path is not None)
    if config is not None:
        _write_settings(Path(config))
    return _write_inventory(folder, sample, common.language(lang)) if folder is not None else 0


def _write_settings(path: Path) -> None:
    """Write the example of soccheck.yaml where nothing is yet."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(_SETTINGS.read_text(encoding="utf-8"))
    except FileExistsError as error:
        hint = phrase("nothing was written; give a new file")
        text = phrase("{folder}: there is something already", folder=str(path))
        raise UsageError(text, hint=hint) from error
    except OSError as error:
        raise unwritable(str(path), error) from error
    click.echo(path.as_posix())


def _write_inventory(folder: str, sample: str | None, language: Language) -> int:
    target = Path(folder)
    source = _TEMPLATE
    if sample is not None:
        samples = {p.name: p for p in shipped.folder("inventories").iterdir() if p.is_dir()}
        if sample not in samples:
            hint = phrase("there are {names}", names=", ".join(sorted(samples)))
            text = phrase("no sample {name}", name=repr(sample))
            raise UsageError(text, hint=near(sample, samples, hint))
        source = samples[sample]
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        hint = phrase("nothing was written; give a new folder, or an empty one")
        raise UsageError(phrase("{folder}: there is something already", folder=folder), hint=hint)
    try:
        for path in sorted(path for path in source.rglob("*") if path.is_file()):
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)
    except OSError as error:
        raise unwritable(folder, error) from error
    for path in sorted(path for path in target.rglob("*") if path.is_file()):
        click.echo(path.as_posix())
    ending = language("now: edit them, then run `soccheck validate {folder}`")
    click.echo(ending.format(folder=folder))
    return 0
