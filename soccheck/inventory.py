"""Load an inventory: a folder of YAML files, merged by top-level key, judged whole before it is used."""

from __future__ import annotations

import hashlib
import os
from datetime import date
from pathlib import Path
from typing import Any

from soccheck import relations, schema, values, yamlio
from soccheck.errors import InputError, UsageError
from soccheck.facts import STATEMENT, Fact, of_kind
from soccheck.model import (
    KINDS,
    Asset,
    Document,
    Inventory,
    Location,
    Problem,
    Provenance,
    Value,
    Waiver,
    by_place,
)
from soccheck.waivers import read_waivers

Plan = dict[str, Any]
"""Keys of a mapping -> the fact it states, or the plan of the mapping (or list of mappings) below."""


def load(folder: Path, shown: str) -> Inventory:
    """Return the inventory in `folder`; `shown` is how its path is printed.

    Raises `UsageError` when there is no such folder and `InputError` with every fault of every file.
    """
    if not shown or not folder.is_dir():  # an empty name, of an unset variable, is no folder
        hint = "give the folder that holds the inventory's YAML files; `soccheck init` starts one"
        raise UsageError(f"{shown or repr(shown)}: no such folder", hint=hint)
    build = _Build(values.clean(shown.rstrip("/")))
    for path in _files(folder, build):
        build.file(path, f"{build.shown}/{values.clean(path.relative_to(folder).as_posix())}")
    return build.finish()


def _files(folder: Path, build: _Build) -> list[Path]:
    """Return the YAML files below `folder`; a link that leaves it is a fault, hidden ones are not read."""
    found = []
    root = folder.resolve()

    def unread(error: OSError) -> None:
        relative = Path(error.filename).relative_to(folder).as_posix()
        text = f"cannot be read: {error.strerror}"
        build.problem(relative, text, "make the folder readable: its assets would be left out")

    for parent, folders, files in os.walk(folder, onerror=unread):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in (*folders, *files):
            path = Path(parent, name)
            if name.startswith("."):
                continue
            if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(root):
                hint = "copy the file into the folder: what is audited must be what is reviewed"
                relative = path.relative_to(folder).as_posix()
                build.problem(relative, "the link leads out of the inventory", hint)
            elif name.lower().endswith((".yaml", ".yml")) and name in files:
                found.append(path)
    return sorted(found)


class _Build:
    """Collects assets and faults file by file, then makes an inventory of them or raises them all."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.problems: list[Problem] = []
        self.unread = False
        self.authority: Asset | None = None
        self.assets: dict[str, dict[str, Asset]] = {kind: {} for kind in KINDS}
        self.ids: dict[str, Asset] = {}
        self.documents: dict[str, Document] = {}
        self.used_documents: list[tuple[str, Location]] = []
        self.waivers: list[Waiver] = []
        self.digest = hashlib.sha256()
        self.files = 0

    def problem(self, relative: str, message: str, hint: str) -> None:
        """Keep a fault of a file or folder as a whole."""
        where = Location(f"{self.shown}/{values.clean(relative)}", 1, 1)
        self.problems.append(Problem(where, message, hint))

    def file(self, path: Path, shown: str) -> None:
        """Read one file, keeping its faults."""
        source = yamlio.read(path, shown)
        self.files += 1
        self.problems += source.problems
        if source.data is None or not isinstance(source.data, dict):
            self.unread = True
            if source.data is not None:
                hint = "begin with a key such as systems: or hosts:"
                self.problems.append(Problem(source.where(), "not a mapping", hint))
            return
        name = shown.removeprefix(self.shown)
        self.digest.update(f"{name}\0{path.stat().st_size}\0".encode())
        self.digest.update(path.read_bytes())
        faults = schema.check("inventory", source)
        self.problems += faults
        if faults or source.problems:
            self.unread = True
            return
        self.sections(source)

    def sections(self, source: yamlio.Source) -> None:
        """Take in the sections of a file that holds to the schema."""
        data: dict[str, Any] = source.data
        for key, section in data.items():
            if key == "authority":
                self.one_authority(source)
            elif key == "documents":
                for name in section:
                    self.document(source, name, section[name])
            elif key == "waivers":
                self.waivers += read_waivers(source, self.problems)
            else:
                kind = key.removesuffix("s")
                marks = source.marks.get(id(section), [])
                for (name, node), mark in zip(section.items(), marks, strict=True):
                    self.asset(source, kind, name, node, source.location(mark))
                data[key] = None  # a large inventory need not stand twice in memory

    def one_authority(self, source: yamlio.Source) -> None:
        where = source.where("authority")
        if self.authority is not None:
            text = f"a second authority: the first is at {self.authority.at}"
            self.problems.append(Problem(where, text, "an inventory is one authority's"))
            return
        flat = _Flat(source, of_kind("authority"), self)
        flat.mapping(source.data["authority"], _PLANS["authority"], "")
        self.authority = flat.asset("authority", Path(self.shown).name, where)

    def document(self, source: yamlio.Source, name: str, node: dict[str, Any]) -> None:
        where = source.where("documents", name)
        if name in self.documents:
            self.problems.append(Problem(where, f"a second document {name!r}", "rename one"))
        day = values.day(node["date"]) if "date" in node else None
        if "date" in node and day is None:
            self.problems.append(
                _no_such_day(source.where("documents", name, "date"), node["date"])
            )
        self.documents[name] = Document(
            id=name,
            title=node["title"],
            number=node.get("number"),
            date=day,
            issuer=node.get("issuer"),
        )

    def asset(
        self, source: yamlio.Source, kind: str, name: str, node: dict[str, Any], where: Location
    ) -> None:
        flat = _Flat(source, _FACTS[kind], self)
        flat.mapping(node, _PLANS[kind], "")
        asset = flat.asset(kind, name, where)
        start, end = flat.facts.get("valid.from"), flat.facts.get("valid.to")
        if isinstance(start, date) and isinstance(end, date) and end < start:
            text = f"valid.to: the asset ends before it begins ({start})"
            hint = "correct the days: it would never be assessed"
            self.problems.append(Problem(asset.where("valid.to"), text, hint))
        first = self.ids.setdefault(name, asset)
        if first is not asset:
            text = f"a second asset {name!r}: the first is the {first.kind} at {first.at}"
            self.problems.append(Problem(where, text, "every asset has an id of its own"))
            return
        self.assets[kind][name] = asset

    def finish(self) -> Inventory:
        """Return the inventory, or raise every fault found."""
        if not self.files:
            where = Location(self.shown, 1, 1)
            hint = "an inventory is a folder of .yaml files; `soccheck init` starts one"
            self.problems.append(Problem(where, "no inventory here: no YAML file", hint))
        elif self.authority is None and not self.unread:
            where = Location(self.shown, 1, 1)
            hint = "say whose inventory it is: authority: {name: {vi: ...}, stated: 2026-01-31}"
            self.problems.append(Problem(where, "no file has the key authority", hint))
        if not self.unread and self.authority is not None:
            self.problems += relations.check(self.authority, self.ids, self.assets["organization"])
            for name, where in self.used_documents:
                if name not in self.documents:
                    hint = (
                        f"list it under documents:, which has {', '.join(self.documents) or 'none'}"
                    )
                    self.problems.append(Problem(where, f"no document {name!r}", hint))
            first: dict[str, Waiver] = {}
            for waiver in self.waivers:
                if first.setdefault(waiver.id, waiver) is not waiver:
                    text = f"a second waiver {waiver.id!r}: the first is at {first[waiver.id].at}"
                    hint = "every waiver has an id of its own"
                    self.problems.append(Problem(waiver.at, text, hint))
                for name in waiver.assets:
                    if name not in self.ids:
                        hint = relations.suggestion(name, self.ids)
                        text = f"the waiver {waiver.id!r} names no asset: {name!r}"
                        self.problems.append(Problem(waiver.at, text, hint))
        if self.problems or self.authority is None:
            self.problems.sort(key=by_place)
            raise InputError(self.problems)
        stated = self.authority.facts["stated"]
        return Inventory(
            folder=self.shown,
            authority=self.authority,
            stated=stated,  # type: ignore[arg-type]  # the schema requires a date
            assets=self.assets,
            documents=self.documents,
            waivers=tuple(self.waivers),
            digest=self.digest.hexdigest(),
            related=relations.Related(self.assets),
        )


def _no_such_day(where: Location, text: str) -> Problem:
    return Problem(where, f"there is no day {text}", "write a date as year-month-day: 2024-06-30")


def _plan(facts: dict[str, Fact], prefix: str = "") -> Plan:
    plan: Plan = {}
    for name, fact in facts.items():
        head, _, tail = name.removeprefix(prefix).partition(".")
        if tail:
            if head not in plan or isinstance(plan[head], Fact):
                below = {n: f for n, f in facts.items() if n.startswith(f"{prefix}{head}.")}
                nested = _plan(below, f"{prefix}{head}.")
                plan[head] = (plan[head], nested) if head in plan else nested
        else:
            plan[head] = fact
    return plan


_FACTS = {kind: of_kind(kind) for kind in KINDS}
_PLANS = {kind: _plan(of_kind(kind)) for kind in ("authority", *KINDS)}


class _Flat:
    """Flattens one asset's YAML to facts, with their places and who says so."""

    __slots__ = ("build", "facts", "known", "marks", "provenance", "source")

    def __init__(self, source: yamlio.Source, known: dict[str, Fact], build: _Build) -> None:
        self.source = source
        self.build = build
        self.known = known
        self.facts: dict[str, Value] = {}
        self.marks: list[int] = []
        self.provenance: list[Provenance] = []

    def asset(self, kind: str, name: str, where: Location) -> Asset:
        return Asset(
            kind=kind,
            id=name,
            facts=self.facts,
            at=where,
            marks=tuple(self.marks),
            provenance=tuple(self.provenance),
        )

    def mapping(self, node: dict[str, Any], plan: Plan, prefix: str) -> None:
        """Take in what a mapping states."""
        facts, marks = self.facts, self.marks
        for (key, value), mark in zip(
            node.items(), self.source.marks.get(id(node), ()), strict=True
        ):
            entry: Any = plan.get(key)
            if entry.__class__ is Fact:
                if entry.many or entry.type in values.CONVERTED:
                    value = self.converted(entry, value, mark)
                    if value is None:
                        continue
                facts[prefix + key] = value
                marks.append(mark)
            elif entry.__class__ is dict:
                self.mapping(value, entry, f"{prefix}{key}.")
            elif key not in STATEMENT:
                self.records(entry[0], entry[1], value, mark)
        if "source" in node or "illustrative" in node:
            self.statement(node, prefix)

    def records(self, fact: Fact, plan: Plan, items: list[dict[str, Any]], mark: int) -> None:
        """Take in a list of mappings: each key below is the list of its values."""
        columns: dict[str, list[Value]] = {}
        for item, at in zip(items, self.source.marks.get(id(items), ()), strict=True):
            for key, value in item.items():
                if key in STATEMENT:
                    continue
                entry: Fact = plan[key]
                converted = self.converted(entry, value, at)
                if converted is not None:
                    columns.setdefault(entry.name, []).append(converted)
        self.facts[fact.name] = tuple(range(len(items)))
        self.marks.append(mark)
        for name in (entry.name for entry in plan.values()):
            self.facts[name] = tuple(columns.get(name, ()))
            self.marks.append(mark)

    def converted(self, fact: Fact, value: Any, mark: int) -> Value | None:
        """Return a value as the catalogue types it; a fault is noted and nothing returned."""
        convert = values.CONVERTED.get(fact.type)
        items = value if fact.many else [value]
        if convert is not None:
            items, texts = [convert(item) for item in items], items
            for item, text in zip(items, texts, strict=True):
                if item is None:
                    where = self.source.location(mark)
                    self.build.problems.append(values.fault(where, fact, text))
                    return None
        return tuple(items) if fact.many else items[0]

    def statement(self, node: dict[str, Any], prefix: str) -> None:
        """Keep who says so for everything below `prefix`, or for the keys a source names."""
        if node.get("illustrative"):
            self.provenance.append(Provenance(prefix.rstrip("."), None, None, True))
        source = node.get("source")
        if source is None:
            return
        place = source.get("section")
        if "page" in source:
            place = f"{place}, p. {source['page']}" if place else f"p. {source['page']}"
        where = self.source.location(self.source.marks[id(node)][list(node).index("source")])
        self.build.used_documents.append((source["document"], where))
        for key in source.get("of", [""]):
            if key and key not in node:
                hint = f"name keys that stand beside it: {', '.join(k for k in node if k not in STATEMENT)}"
                self.build.problems.append(Problem(where, f"source: of: no key {key!r}", hint))
            name = f"{prefix}{key}".rstrip(".")
            self.provenance.append(Provenance(name, source["document"], place, False))
