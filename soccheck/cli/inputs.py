"""What a command reads, by its own arguments, and the refusal to write over it: one way for all commands."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from soccheck.errors import UsageError
from soccheck.phrase import phrase
from soccheck.sources.files import is_read, is_yaml

_OUTPUTS = ("output", "outputs", "reports", "split")
"""Names of parameters that say where to; `reports` are `FORMAT=FILE`."""
_COLLECTED = "bundle_files"
"""Name of the parameter that `audit --collect` writes to, and reads otherwise."""
_CONFIG = "soccheck.yaml"
HISTORY = "history.db"
"""Name of the file that a history is known by."""
_PACKAGE = Path(__file__).parent.parent
_SHIPPED = (_PACKAGE / "policies", _PACKAGE.parent / "policies")


def refuse_named(ctx: click.Context) -> None:
    """Raise `UsageError` for an output among a command's arguments that the command reads."""
    refuse(_named(ctx), ctx)


def refuse_other_systems(outputs: Iterable[str | Path | None]) -> None:
    """Raise `UsageError` for a path as Windows has it where a file of that whole name would be made."""
    for output in outputs:
        text = str(output)
        if os.sep != "\\" and "\\" in text:
            name = text.rpartition("\\")[2] or text.strip("\\").rpartition("\\")[2]
            hint = phrase("write / between folders, or the name alone: {name}", name=name)
            raise UsageError(phrase("{path}: \\ parts no folders here", path=text), hint=hint)


def refuse(outputs: Iterable[str | Path | None], ctx: click.Context | None = None) -> None:
    """Raise `UsageError` for a file to write that the command that runs reads: it would be lost.

    Of a folder that is read, these are its YAML files and tables, and what its YAML files name.
    """
    outputs = list(outputs)
    refuse_other_systems(outputs)
    there = [Path(name) for name in outputs if name not in (None, "-") and _is_file(str(name))]
    ctx = ctx or click.get_current_context(silent=True)
    if not there or ctx is None:
        return
    read = list(_read(ctx))
    for path in there:
        if _is_history(path.resolve()) or any(_holds(given, path) for given in read):
            text = phrase("{path}: it would be lost, and the command reads it", path=path)
            raise UsageError(text, hint=phrase("give it another file"))


def _named(ctx: click.Context) -> Iterator[str]:
    for name in (*_OUTPUTS, *([_COLLECTED] if ctx.params.get("collects") else [])):
        for text in texts(ctx.params.get(name)):
            yield text.partition("=")[2] if name == "reports" else text


def _read(ctx: click.Context) -> Iterator[Path]:
    """Yield the files and folders that a command's arguments name, and what it reads unnamed."""
    yield Path(_CONFIG)
    if "policy_paths" in ctx.params:
        yield from filter(Path.is_dir, _SHIPPED)
    if "ssh_config" in ctx.params and not ctx.params.get("append"):
        # Whoever asks machines reads keys, and what is known of hosts.
        yield from Path(os.path.expanduser("~/.ssh")).glob("*")
    written = set(_OUTPUTS)
    if ctx.params.get("collects"):
        written.add(_COLLECTED)
    if ctx.params.get("append"):
        written.add("known_hosts")  # `hostkeys --append` adds to what it knows
    for name, value in ctx.params.items():
        if name not in written:
            yield from (Path(text) for text in texts(value) if _exists(text))


def _holds(given: Path, path: Path) -> bool:
    """Return whether a file is the one given, or one that is read of the folder given."""
    if not given.is_dir():
        return given.exists() and given.samefile(path)
    folder, file = given.resolve(), path.resolve()
    if not file.is_relative_to(folder):
        return False
    name = file.relative_to(folder)
    if is_read(name.as_posix()):
        return True
    # A ruleset, a signed document: the file or its folder is named where it is read.
    names = [part.as_posix().encode() for part in (name, *name.parents[:-1])]
    texts = (one.read_bytes() for one in folder.rglob("*") if is_yaml(one.name) and one.is_file())
    return any(one in text for text in texts for one in names)


def _is_history(path: Path) -> bool:
    """Return whether a file is a history's: its database, or one of the blobs beside it."""
    blobs = [folder for folder in path.parents if folder.name == "blobs"]
    return path.name.startswith(HISTORY) or any((f.parent / HISTORY).exists() for f in blobs)


def texts(value: object) -> Iterator[str]:
    """Yield the texts in the value of a parameter, which may be given several times or hold several."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from texts(item)


def _exists(text: str) -> bool:
    try:
        return bool(text) and Path(text).exists()
    except (OSError, ValueError):  # too long a name, a zero byte
        return False


def _is_file(text: str) -> bool:
    return _exists(text) and Path(text).is_file()
