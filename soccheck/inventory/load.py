"""Load an inventory: a folder of YAML files, merged by top-level key, judged whole before it is used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from soccheck.errors import InputError, UsageError
from soccheck.facts import values
from soccheck.facts.catalogue import FACTS
from soccheck.inventory import relations
from soccheck.inventory.claims import claim_faults, read_claims
from soccheck.inventory.facts_of import Statements
from soccheck.inventory.rulesets import with_rulesets
from soccheck.inventory.waivers import read_waivers, with_selected
from soccheck.model import (
    KINDS,
    Asset,
    Claim,
    Document,
    Inventory,
    Location,
    Problem,
    Provenance,
    Waiver,
    by_place,
)
from soccheck.sources import schema, yaml
from soccheck.sources.files import Fault, Files, Folder, digest_of
from soccheck.sources.source import Source


def load(folder: Path, shown: str) -> Inventory:
    """Return the inventory in `folder`; `shown` is how its path is printed.

    Raises `UsageError` when there is no such folder and `InputError` with every fault of every file.
    """
    if not shown or not folder.is_dir():  # an empty name, of an unset variable, is no folder
        hint = "give the folder that holds the inventory's YAML files; `soccheck init` starts one"
        raise UsageError(f"{shown or repr(shown)}: no such folder", hint=hint)
    return read(Folder(folder), shown)


def read(files: Files, shown: str) -> Inventory:
    """Return the inventory that `files` hold, on disk or in git.

    Raises `InputError` with every fault of every file.
    """
    build = _Build(values.clean(shown.rstrip("/")))
    for entry in files.entries():
        part = _Part(build.shown)
        part.file(files.read(entry), entry.name)
        build.take(part)
    inventory = build.finish()
    if any("firewall.ruleset" in asset.facts for asset in build.ids.values()):
        return with_rulesets(inventory, files)
    return inventory


class _Part:
    """Holds what one file states, and its faults."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.unread = False
        self.authority: Asset | None = None
        self.assets: list[Asset] = []
        self.claims: list[Claim] = []
        self.documents: list[tuple[Document, Location]] = []
        self.used_documents: list[tuple[str, Location]] = []
        self.waivers: list[Waiver] = []
        self.content: tuple[str, bytes] | None = None

    def file(self, raw: bytes | Fault, name: str) -> None:
        """Read one file, keeping its faults."""
        source = yaml.parse(raw, f"{self.folder}/{values.clean(name)}")
        self.problems += source.problems
        if source.data is None or not isinstance(source.data, dict):
            self.unread = True
            if source.data is not None:
                hint = "begin with a key such as systems: or hosts:"
                self.problems.append(Problem(source.where(), "not a mapping", hint))
            return
        assert isinstance(raw, bytes)
        self.content = (name, raw)
        faults = schema.check("inventory", source)
        self.problems += faults
        if faults or source.problems:
            self.unread = True
            return
        self.sections(source)

    def sections(self, source: Source) -> None:
        """Take in the sections of a file that holds to the schema."""
        data: dict[str, Any] = source.data
        for key, section in data.items():
            if key == "authority":
                self.one_authority(source)
            elif key == "documents":
                for name in section:
                    self.document(source, name, section[name])
            elif key == "claims":
                self.claims += read_claims(source, self.problems)
            elif key == "waivers":
                self.waivers += read_waivers(source, self.problems)
            else:
                kind = key.removesuffix("s")
                marks = source.marks.get(id(section), [])
                for (name, node), mark in zip(section.items(), marks, strict=True):
                    at = source.location(mark)
                    self.assets.append(self.flat(source, kind, name, node, at))
                data[key] = None  # a large inventory need not stand twice in memory

    def one_authority(self, source: Source) -> None:
        name, where = self.folder.rpartition("/")[2], source.where("authority")
        self.authority = self.flat(source, "authority", name, source.data["authority"], where)

    def flat(
        self, source: Source, kind: str, name: str, node: dict[str, Any], where: Location
    ) -> Asset:
        """Return what a mapping states as an asset."""
        statements = Statements(source, kind)
        statements.take(node)
        self.problems += statements.problems
        self.used_documents += statements.used_documents
        asset = statements.asset(name, where)
        start, end = asset.facts.get("valid.from"), asset.facts.get("valid.to")
        if isinstance(start, date) and isinstance(end, date) and end < start:
            text = f"valid.to: the asset ends before it begins ({start})"
            hint = "correct the days: it would never be assessed"
            self.problems.append(Problem(asset.where("valid.to"), text, hint))
        return asset

    def document(self, source: Source, name: str, node: dict[str, Any]) -> None:
        day = values.day(node["date"]) if "date" in node else None
        if "date" in node and day is None:
            self.problems.append(
                _no_such_day(source.where("documents", name, "date"), node["date"])
            )
        document = Document(
            id=name,
            title=node["title"],
            number=node.get("number"),
            date=day,
            issuer=node.get("issuer"),
        )
        self.documents.append((document, source.where("documents", name)))


class _Build:
    """Merges what the files state, then makes an inventory of it or raises every fault."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.problems: list[Problem] = []
        self.unread = False
        self.authority: Asset | None = None
        self.assets: dict[str, dict[str, Asset]] = {kind: {} for kind in KINDS}
        self.ids: dict[str, Asset] = {}
        self.documents: dict[str, Document] = {}
        self.claims: list[Claim] = []
        self.used_documents: list[tuple[str, Location]] = []
        self.waivers: list[Waiver] = []
        self.contents: list[tuple[str, bytes]] = []
        self.files = 0

    def take(self, part: _Part) -> None:
        """Take in what one file states; a thing stated twice is a fault."""
        self.files += 1
        self.problems += part.problems
        self.unread = self.unread or part.unread
        self.contents += [part.content] if part.content else []
        self.used_documents += part.used_documents
        if part.authority is not None:
            self.one_authority(part.authority)
        self.claims += part.claims
        for document, where in part.documents:
            if document.id in self.documents:
                text = f"a second document {document.id!r}"
                self.problems.append(Problem(where, text, "rename one"))
            self.documents[document.id] = document
        for waiver in part.waivers:
            self.waiver(waiver)
        for asset in part.assets:
            first = self.ids.setdefault(asset.id, asset)
            if first is asset:
                self.assets[asset.kind][asset.id] = asset
                continue
            text = f"a second asset {asset.id!r}: the first is the {first.kind} at {first.at}"
            self.problems.append(Problem(asset.at, text, "every asset has an id of its own"))

    def one_authority(self, new: Asset) -> None:
        """Take in what a file says of the authority; several files may, each fact in one of them."""
        old = self.authority
        if old is None:
            self.authority = new
            return
        for name in new.facts.keys() & old.facts.keys():
            text = f"authority: {name} is stated a second time: the first is at {old.where(name)}"
            self.problems.append(Problem(new.where(name), text, "state it in one file"))
        self.authority = replace(
            old,
            facts={**old.facts, **new.facts},
            marks=(*old.marks, *new.marks),
            provenance=(*_own_statements(old), *_own_statements(new)),
            elsewhere={**(old.elsewhere or {}), **{name: new.where(name) for name in new.facts}},
        )

    def waiver(self, waiver: Waiver) -> None:
        """Take in a waiver; two of one id would leave a reader guessing which of them works."""
        for other in self.waivers:
            if other.id == waiver.id:
                text = f"a second waiver {waiver.id!r}: the first is at {other.at}"
                self.problems.append(Problem(waiver.at, text, "every waiver has an id of its own"))
                return
        self.waivers.append(waiver)

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
        if self.authority is not None and "stated" not in self.authority.facts:
            hint = f"add stated: ({FACTS['authority', 'stated'].meaning})"
            self.problems.append(Problem(self.authority.at, "'stated' is missing", hint))
        if not self.unread and self.authority is not None:
            for claim in self.claims:
                self.used_documents.append((claim.document, claim.at))
                self.problems += claim_faults(claim, self.ids)
            self.problems += relations.check(self.authority, self.ids, self.assets["organization"])
            for name, where in self.used_documents:
                if name not in self.documents:
                    hint = (
                        f"list it under documents:, which has {', '.join(self.documents) or 'none'}"
                    )
                    self.problems.append(Problem(where, f"no document {name!r}", hint))
            for waiver in self.waivers:
                for name in waiver.assets:
                    if name not in self.ids and name != self.authority.id:
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
            stated=stated,  # type: ignore[arg-type]  # the catalogue makes it a date
            assets={"authority": {self.authority.id: self.authority}, **self.assets},
            documents=self.documents,
            waivers=tuple(with_selected(w, self.ids.values()) for w in self.waivers),
            claims=tuple(self.claims),
            digest=digest_of(self.contents),
            related=relations.Related(self.assets),
        )


def _own_statements(section: Asset) -> Iterable[Provenance]:
    """Yield who says so for one file's section of the authority: it covers no other file's facts."""
    heads = {name.partition(".")[0] for name in section.facts}
    for item in section.provenance:
        if item.prefix:
            yield item
        else:
            yield from (replace(item, prefix=head) for head in sorted(heads))


def _no_such_day(where: Location, text: str) -> Problem:
    return Problem(where, f"there is no day {text}", "write a date as year-month-day: 2024-06-30")
