"""Write an entry of an inventory's section (a waiver, an attestation) into one of its files."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from soccheck.cli.output import write
from soccheck.errors import UsageError
from soccheck.inventory import load as inventories
from soccheck.inventory.entry_edit import Entry, added
from soccheck.model import Inventory, Location
from soccheck.phrase import phrase
from soccheck.sources.files import Fault, Folder, Memory


def insert(
    folder: Path, shown: str, target: str, section: str, name: str, entry: Entry
) -> Inventory:
    """Write the file with the entry in it, once the inventory has loaded with it; return that.

    Raises `UsageError` where the file cannot be added to, and `InputError` with what would be wrong.
    """
    path = folder / target
    raw = Folder(folder).read_or_empty(target)
    if isinstance(raw, Fault):
        raise UsageError(phrase("{file}: {what}", file=path, what=raw.message), hint=raw.hint)
    if not all(text.isprintable() for text in (*_texts(entry), name)):
        raise UsageError(phrase("an entry is written without control characters"))
    text = added(raw.decode("utf-8"), section, {name: entry})
    after = inventories.read(Memory({target: text.encode()}, Folder(folder)), shown)
    write([text], str(path))
    return after


def _texts(item: object) -> Iterator[str]:
    """Yield every text that stands in an entry."""
    if isinstance(item, dict):
        for key, value in item.items():
            yield from (str(key), *_texts(value))
    elif isinstance(item, list):
        for value in item:
            yield from _texts(value)
    else:
        yield str(item)


def free(stem: str, known: Collection[str]) -> str:
    """Return an id that no other entry has."""
    number = 1
    while (name := f"{stem}-{number}") in known:
        number += 1
    return name


def target(file: str | None, section: str, last: Location | None, folder: str) -> str:
    """Return the file to write to: the one named, else that of the last entry, else `SECTION.yaml`."""
    if file is None:
        return last.path.removeprefix(folder).lstrip("/") if last else f"{section}.yaml"
    if Path(file).suffix not in (".yaml", ".yml") or Path(file).is_absolute() or ".." in file:
        hint = phrase("{section}.yaml, say", section=section)
        raise UsageError(
            phrase("--file {file} is no YAML file in the folder", file=repr(file)), hint=hint
        )
    return file
