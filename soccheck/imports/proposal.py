"""An import as changes of the inventory's files: a difference to be reviewed, never written."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from soccheck.errors import UsageError
from soccheck.facts.catalogue import of_kind
from soccheck.facts.values import encode
from soccheck.imports.evidence import latest
from soccheck.imports.imported import Imported, ImportedRow
from soccheck.imports.text import proposed_id
from soccheck.inventory import load as inventories
from soccheck.inventory.entry_edit import added
from soccheck.inventory.fact_edit import changed, nested
from soccheck.model import Inventory
from soccheck.phrase import Phrase, phrase, series
from soccheck.sources.files import Fault, Files, Folder, Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Represents what an import would change: the files' new texts, and what stays to be done by hand.

    `new` are ids with the places of their rows, `altered` ids; `same` is how many assets already say what
    their row says.
    """

    before: Mapping[str, str]
    after: Mapping[str, str]
    new: Mapping[str, Phrase]
    altered: tuple[str, ...]
    same: int
    by_hand: tuple[Phrase, ...]

    def difference(self) -> Iterator[str]:
        """Yield the lines of a unified difference, to be applied in the inventory's folder."""
        for name, text in self.after.items():
            was = self.before[name]
            yield from difflib.unified_diff(
                was.splitlines(keepends=True),
                text.splitlines(keepends=True),
                f"a/{name}" if was else "/dev/null",
                f"b/{name}",
            )


def propose(imported: Imported, inventory: Inventory, folder: Folder) -> Proposal:
    """Return what to change so that the inventory says what the rows say.

    Raises `InputError` where the inventory would not load with it, and `UsageError` where a file cannot
    be added to.
    """
    by, hand = imported.map, list[Phrase]()
    wanted, same = _changes(imported, hand)
    new, places = _new(imported, inventory, hand)
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    section = f"{by.kind}s"
    for name, assets in _by_file(inventory, by.kind, wanted).items():
        before[name] = _text(folder, name)
        text, left = changed(before[name], section, {key: nested(wanted[key]) for key in assets})
        for key in left:
            told = _told(wanted[key])
            hand.append(phrase("{asset}: to be changed by hand: {facts}", asset=key, facts=told))
            del wanted[key]
        if text != before[name]:
            after[name] = text
    if new:
        name = _target(inventory, by.kind)
        before.setdefault(name, _text(folder, name))
        entries = {key: nested(facts) for key, facts in new.items()}
        after[name] = added(after.get(name, before[name]), section, entries)
    _loads(folder, after, inventory)
    return Proposal(
        before=before,
        after=dict(sorted(after.items())),
        new={key: places[key] for key in new},
        altered=tuple(wanted),
        same=same,
        by_hand=tuple(hand),
    )


def _changes(imported: Imported, hand: list[Phrase]) -> tuple[dict[str, dict[str, Any]], int]:
    """Return, by asset, the facts of its row that the inventory states otherwise or not at all."""
    rows: dict[str, list[ImportedRow]] = {}
    for row in imported.entries:
        if row.asset is not None:
            rows.setdefault(row.asset.id, []).append(row)
    only_new = imported.map.proposes.only_new if imported.map.proposes else ()
    wanted: dict[str, dict[str, Any]] = {}
    same = 0
    for name, found in rows.items():
        asset, last = found[0].asset, latest(found)
        assert asset is not None
        if len(last) > 1:
            places = series(row.place for row in last)
            text = phrase("{asset}: several rows are about it: {places}", asset=name, places=places)
            hand.append(text)
            continue
        facts = {
            fact: value
            for fact, value in last[0].facts.items()
            if fact not in only_new and asset.facts.get(fact) != value
        }
        if facts:
            wanted[name] = {k: encode(v) for k, v in facts.items()}
        else:
            same += 1
    return wanted, same


def _new(
    imported: Imported, inventory: Inventory, hand: list[Phrase]
) -> tuple[dict[str, dict[str, Any]], dict[str, Phrase]]:
    """Return, by proposed id, the facts of assets that the inventory lacks, and the places of their rows."""
    by = imported.map
    if by.proposes is None:
        return {}, {}
    required = [
        name for name, fact in of_kind(by.kind).items() if fact.required and "." not in name
    ]
    found: dict[str, dict[str, Any]] = {}
    first: dict[str, ImportedRow] = {}
    for row in imported.entries:
        if row.asset is not None or row.perhaps:
            continue
        key = by.proposes.prefix + proposed_id(row.called)
        facts = {**by.proposes.facts, **row.facts}
        lacking = [name for name in required if name not in facts]
        at = phrase("{place}, {name}", place=row.place, name=repr(row.called))
        if not proposed_id(row.called):
            hand.append(phrase("{row}: no id can be made of its name", row=at))
        elif key in first:
            other = first[key].place
            hand.append(
                phrase("{row}: it has the id of {other}: {id}", row=at, other=other, id=key)
            )
        elif inventory.find(key) is not None:
            hand.append(phrase("{row}: it may be {id}, which is called otherwise", row=at, id=key))
        elif lacking:
            told = ", ".join(lacking)
            hand.append(phrase("{row}: not proposed, as it lacks {facts}", row=at, facts=told))
        else:
            first[key] = row
            found[key] = {name: encode(value) for name, value in facts.items()}
    return found, {key: row.place for key, row in first.items()}


def _by_file(inventory: Inventory, kind: str, wanted: Mapping[str, Any]) -> dict[str, list[str]]:
    files: dict[str, list[str]] = {}
    for name in wanted:
        path = inventory.assets[kind][name].at.path
        files.setdefault(_inside(path, inventory), []).append(name)
    return files


def _inside(path: str, inventory: Inventory) -> str:
    return path.removeprefix(inventory.folder).lstrip("/")


def _target(inventory: Inventory, kind: str) -> str:
    known = list(inventory.assets.get(kind, {}).values())
    return _inside(known[-1].at.path, inventory) if known else f"{kind}s.yaml"


def _text(folder: Folder, name: str) -> str:
    raw = folder.read_or_empty(name)
    if isinstance(raw, Fault):
        raise UsageError(phrase("{file}: {what}", file=name, what=raw.message), hint=raw.hint)
    return raw.decode("utf-8")


def _loads(folder: Files, after: Mapping[str, str], inventory: Inventory) -> None:
    """Raise `InputError` where the inventory would not load with the changes."""
    texts = {name: text.encode() for name, text in after.items()}
    inventories.read(Memory(texts, folder), inventory.folder)


def _told(facts: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in facts.items())
