"""Load an inventory: a folder of YAML files, merged by top-level key, judged whole before it is used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from soccheck.errors import InputError, UsageError
from soccheck.facts import values
from soccheck.facts.catalogue import FACTS
from soccheck.inventory import counts, places, relations
from soccheck.inventory.attestations import typed, with_files
from soccheck.inventory.claims import claim_faults
from soccheck.inventory.file_content import FileContent
from soccheck.inventory.rulesets import with_rulesets
from soccheck.inventory.waivers import with_selected
from soccheck.model import (
    KINDS,
    Asset,
    Attestation,
    Claim,
    Document,
    Inventory,
    Location,
    Problem,
    Provenance,
    Waiver,
    by_place,
)
from soccheck.sources.files import Files, Folder, digest_of


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
    merged = _Merged(values.clean(shown.rstrip("/")))
    for entry in files.entries():
        content = FileContent(merged.shown)
        content.read(files.read(entry), entry.name)
        merged.take(content)
    return with_files(with_rulesets(merged.inventory(), files), files)


class _Merged:
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
        self.attestations: list[Attestation] = []
        self.contents: list[tuple[str, bytes]] = []
        self.files = 0

    def take(self, content: FileContent) -> None:
        """Take in what one file states; a thing stated twice is a fault."""
        self.files += 1
        self.problems += content.problems
        self.unread = self.unread or content.unread
        self.contents += [content.content] if content.content else []
        self.used_documents += content.used_documents
        self.claims += content.claims
        if content.authority is not None:
            self._authority(content.authority)
        for document, where in content.documents:
            if document.id in self.documents:
                text = f"a second document {document.id!r}"
                self.problems.append(Problem(where, text, "rename one"))
            self.documents[document.id] = document
        for waiver in content.waivers:
            self._waiver(waiver)
        for attestation in content.attestations:
            self._attestation(attestation)
        for asset in content.assets:
            self._asset(asset)

    def _asset(self, asset: Asset) -> None:
        first = self.ids.setdefault(asset.id, asset)
        if first is asset:
            self.assets[asset.kind][asset.id] = asset
            return
        text = f"a second asset {asset.id!r}: the first is the {first.kind} at {first.at}"
        self.problems.append(Problem(asset.at, text, "every asset has an id of its own"))

    def _authority(self, new: Asset) -> None:
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

    def _waiver(self, waiver: Waiver) -> None:
        """Take in a waiver; two of one id would leave a reader guessing which of them works."""
        for other in self.waivers:
            if other.id == waiver.id:
                text = f"a second waiver {waiver.id!r}: the first is at {other.at}"
                self.problems.append(Problem(waiver.at, text, "every waiver has an id of its own"))
                return
        self.waivers.append(waiver)

    def _attestation(self, attestation: Attestation) -> None:
        """Take in an attestation; two of one id would leave a reader guessing which was signed."""
        for other in self.attestations:
            if other.id == attestation.id:
                text = f"a second attestation {other.id!r}: the first is at {other.at}"
                hint = "every attestation has an id of its own"
                self.problems.append(Problem(attestation.at, text, hint))
                return
        self.attestations.append(attestation)

    def inventory(self) -> Inventory:
        """Return the inventory; raises `InputError` with every fault found."""
        self._missing()
        if not self.unread and self.authority is not None:
            self._dangling(self.authority)
        if self.problems or self.authority is None:
            self.problems.sort(key=by_place)
            raise InputError(self.problems)
        stated = self.authority.facts["stated"]
        assert isinstance(stated, date)
        return Inventory(
            folder=self.shown,
            authority=self.authority,
            stated=stated,
            assets={"authority": {self.authority.id: self.authority}, **self.assets},
            documents=self.documents,
            waivers=tuple(with_selected(w, self.ids.values()) for w in self.waivers),
            attestations=tuple(self.attestations),
            claims=tuple(self.claims),
            digest=digest_of(self.contents),
            related=relations.Related(self.assets),
        )

    def _missing(self) -> None:
        """Note what every inventory must have and this one lacks."""
        where = Location(self.shown, 1, 1)
        if not self.files:
            hint = "an inventory is a folder of .yaml files; `soccheck init` starts one"
            self.problems.append(Problem(where, "no inventory here: no YAML file", hint))
        elif self.authority is None and not self.unread:
            hint = "say whose inventory it is: authority: {name: {vi: ...}, stated: 2026-01-31}"
            self.problems.append(Problem(where, "no file has the key authority", hint))
        elif self.authority is not None and "stated" not in self.authority.facts:
            hint = f"add stated: ({FACTS['authority', 'stated'].meaning})"
            self.problems.append(Problem(self.authority.at, "'stated' is missing", hint))

    def _dangling(self, authority: Asset) -> None:
        """Note every reference to an asset or a document that no file lists."""
        used_documents = list(self.used_documents)
        for claim in self.claims:
            used_documents.append((claim.document, claim.at))
            self.problems += claim_faults(claim, self.ids)
        self.problems += counts.check(self.ids.values())
        self.problems += places.check(self.ids.values())
        self.problems += relations.check(authority, self.ids, self.assets["organization"])
        listed = ", ".join(self.documents) or "none"
        for name, where in used_documents:
            if name not in self.documents:
                hint = f"list it under documents:, which has {listed}"
                self.problems.append(Problem(where, f"no document {name!r}", hint))
        everything = {**self.ids, authority.id: authority}
        self.attestations = [typed(a, everything, self.problems) for a in self.attestations]
        for waiver in self.waivers:
            for name in waiver.assets:
                if name not in self.ids and name != authority.id:
                    hint = relations.suggestion(name, self.ids)
                    text = f"the waiver {waiver.id!r} names no asset: {name!r}"
                    self.problems.append(Problem(waiver.at, text, hint))


def _own_statements(section: Asset) -> Iterable[Provenance]:
    """Yield who says so for one file's section of the authority: it covers no other file's facts."""
    heads = {name.partition(".")[0] for name in section.facts}
    for item in section.provenance:
        if item.prefix:
            yield item
        else:
            yield from (replace(item, prefix=head) for head in sorted(heads))
