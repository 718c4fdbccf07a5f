"""Read one file of an inventory: its sections, each held to the schema before it is believed."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any

from soccheck.facts import values
from soccheck.inventory.attestations import read_attestations
from soccheck.inventory.claims import read_claims
from soccheck.inventory.facts_of import Statements
from soccheck.inventory.groups import Giver, read_giver
from soccheck.inventory.heads import read_heads
from soccheck.inventory.table import AssetTable, kind_of
from soccheck.inventory.waivers import read_waivers
from soccheck.model import (
    KINDS,
    Asset,
    Attestation,
    Claim,
    Document,
    DocumentHead,
    Location,
    Problem,
    Value,
    Waiver,
)
from soccheck.phrase import phrase
from soccheck.sources import commas, in_vietnamese, schema, yaml
from soccheck.sources.files import Fault, is_table
from soccheck.sources.source import Source

_NAMES = (("authority", "name"), *((f"{kind}s", in_vietnamese.EACH, "name") for kind in KINDS))
"""Where an asset's name stands."""
_ROW = re.compile(rb"[^\n]*(?:,[^\n]*,|;[^\n]*;|\t[^\n]*\t)")
"""Begins a table, pasted from a spreadsheet."""
_LOCK = Fault(
    phrase("an office program keeps this file while another one is open in it"),
    phrase("close that program; if the file stays, delete it"),
)


@lru_cache(maxsize=256)
def read_file(folder: str, name: str, raw: bytes | Fault) -> FileContent:
    """Return what one file states, and its faults; nobody changes it.

    The same file is read once: most often both sides of a comparison have it.
    """
    content = FileContent(folder)
    content.read(raw, name)
    return content


class FileContent:
    """Holds what one file of an inventory states, and its faults."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.unread = False
        self.authority: Asset | None = None
        self.assets: list[Asset] = []
        self.named: list[Asset] = []  # of a file that is not read: what it would be about
        self.claims: list[Claim] = []
        self.documents: list[tuple[Document, Location]] = []
        self.used_documents: list[tuple[str, Location]] = []
        self.waivers: list[Waiver] = []
        self.attestations: list[Attestation] = []
        self.heads: dict[str, DocumentHead] = {}
        self.defaults: Giver | None = None
        self.groups: list[Giver] = []
        self.content: tuple[str, bytes] | None = None

    def read(self, raw: bytes | Fault, name: str) -> None:
        """Read the file, keeping its faults."""
        if name.rpartition("/")[2].startswith("~$"):
            raw = _LOCK
        if is_table(name) and isinstance(raw, bytes):
            self._table(raw, name)
            return
        source = yaml.parse(raw, f"{self.folder}/{values.clean(name)}")
        if source.data is None or not isinstance(source.data, dict):
            self.unread = True
            self.problems += source.problems
            if source.data is not None:
                hint = phrase("begin with a key such as systems: or hosts:")
                if isinstance(raw, bytes) and _ROW.match(raw):
                    hint = phrase(
                        "rows of a table go into a file such as hosts.csv, the keys in its first line"
                    )
                self.problems.append(Problem(source.where(), phrase("not a mapping"), hint))
            return
        assert isinstance(raw, bytes)
        self.content = (name, raw)
        faults = schema.check("inventory", source)
        ends = commas.behind_keys(faults)
        self.problems += [problem for problem in source.problems if problem.where not in ends]
        self.problems += faults
        if faults or source.problems:
            self.unread = True
            self.named = [
                Asset(kind=kind, id=name, facts=_name(node), at=source.where(f"{kind}s", name))
                for kind in KINDS
                if isinstance(section := source.data.get(f"{kind}s"), dict)
                for name, node in section.items()
            ]
            return
        in_vietnamese.read(source, _NAMES)
        self._sections(source)

    def _table(self, raw: bytes, name: str) -> None:
        """Read a table of assets; one with a fault states nothing."""
        table = AssetTable(raw, f"{self.folder}/{values.clean(name)}", kind_of(name))
        self.content = (name, raw)
        self.problems += table.problems
        self.unread = bool(table.problems)
        self.used_documents += table.used_documents
        self.assets += table.assets
        for asset in table.assets:
            self._days(asset)

    def _sections(self, source: Source) -> None:
        """Take in the sections of a file that holds to the schema."""
        data: dict[str, Any] = source.data
        for key, section in data.items():
            if key == "authority":
                self._authority(source)
            elif key == "documents":
                for name in section:
                    self._document(source, name, section[name])
            elif key == "defaults":
                self.defaults = self._giver(source, "defaults")
            elif key == "groups":
                self.groups += [self._giver(source, "groups", name) for name in section]
            elif key == "claims":
                self.claims += read_claims(source, self.problems)
            elif key == "waivers":
                self.waivers += read_waivers(source, self.problems)
            elif key == "attestations":
                self.attestations += read_attestations(source, self.problems)
            elif key == "report":
                self.heads = read_heads(source, self.problems)
            else:
                kind = key.removesuffix("s")
                marks = source.marks.get(id(section), [])
                for (name, node), mark in zip(section.items(), marks, strict=True):
                    at = source.location(mark)
                    self.assets.append(self._asset(source, kind, name, node, at))
                data[key] = None  # a large inventory need not stand twice in memory

    def _giver(self, source: Source, *path: str) -> Giver:
        """Return what the defaults, or a group, give to hosts."""
        giver, statements = read_giver(source, *path)
        self.problems += statements.problems
        self.used_documents += statements.used_documents
        return giver

    def _authority(self, source: Source) -> None:
        name, where = self.folder.rpartition("/")[2], source.where("authority")
        self.authority = self._asset(source, "authority", name, source.data["authority"], where)

    def _asset(
        self, source: Source, kind: str, name: str, node: dict[str, Any], where: Location
    ) -> Asset:
        """Return what a mapping states as an asset."""
        statements = Statements(source, kind)
        statements.take(node)
        self.problems += statements.problems
        self.used_documents += statements.used_documents
        asset = statements.asset(name, where)
        self._days(asset)
        return asset

    def _days(self, asset: Asset) -> None:
        """Note an asset that ends before it begins."""
        start, end = asset.facts.get("valid.from"), asset.facts.get("valid.to")
        if isinstance(start, date) and isinstance(end, date) and end < start:
            text = phrase("valid.to: the asset ends before it begins ({day})", day=start)
            hint = phrase("correct the days: it would never be assessed")
            self.problems.append(Problem(asset.where("valid.to"), text, hint))

    def _document(self, source: Source, name: str, node: dict[str, Any]) -> None:
        day = values.day(node["date"]) if "date" in node else None
        if "date" in node and day is None:
            where = source.where("documents", name, "date")
            self.problems.append(values.no_day(where, node["date"]))
        document = Document(
            id=name,
            title=node["title"],
            number=node.get("number"),
            date=day,
            issuer=node.get("issuer"),
        )
        self.documents.append((document, source.where("documents", name)))


def _name(node: Any) -> dict[str, Value]:
    """Return the name that a mapping states, where it is a text."""
    said = node.get("name") if isinstance(node, dict) else None
    said = said.get("vi") if isinstance(said, dict) else said
    return {"name.vi": said} if isinstance(said, str) else {}
