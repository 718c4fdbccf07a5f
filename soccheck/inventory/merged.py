"""What the files of an inventory state, merged by top-level key, and the faults of all of them."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from soccheck.errors import InputError
from soccheck.inventory import (
    acting,
    admin_ranges,
    contradictions,
    counts,
    former_ids,
    groups,
    places,
    relations,
    twice,
)
from soccheck.inventory.attestations import typed
from soccheck.inventory.claims import claim_faults
from soccheck.inventory.copies import copied, copy
from soccheck.inventory.file_content import FileContent
from soccheck.inventory.heads import head_faults
from soccheck.inventory.ids_meant import with_ids
from soccheck.inventory.waivers import with_selected
from soccheck.model import (
    KINDS,
    Asset,
    Attestation,
    Claim,
    Document,
    DocumentHead,
    Inventory,
    Location,
    Problem,
    Provenance,
    Waiver,
    by_place,
)
from soccheck.phrase import Phrase, phrase
from soccheck.sources.files import digest_of
from soccheck.sources.schema_faults import MISSING

_SHOWN = 5
"""Ids that a fault names."""
_Decided = TypeVar("_Decided", Waiver, Attestation)
_SECOND_WAIVER = (
    phrase("a second waiver {id}: the first is at {place}"),
    phrase("every waiver has an id of its own"),
)
_SECOND_ATTESTATION = (
    phrase("a second attestation {id}: the first is at {place}"),
    phrase("every attestation has an id of its own"),
)


class MergedFiles:
    """Merges what the files state, then makes an inventory of it or raises every fault."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.problems: list[Problem] = []
        self.unread = False
        self.authority: Asset | None = None
        self.assets: dict[str, dict[str, Asset]] = {kind: {} for kind in KINDS}
        self.ids: dict[str, Asset] = {}
        self.twice: dict[tuple[str, str], list[Asset]] = {}
        self.named: list[Asset] = []
        self.documents: dict[str, Document] = {}
        self.claims: list[Claim] = []
        self.used_documents: list[tuple[str, Location]] = []
        self.waivers: list[Waiver] = []
        self.attestations: list[Attestation] = []
        self.heads: dict[str, DocumentHead] = {}
        self.groups: dict[str, groups.Giver] = {}
        self.defaults: groups.Giver | None = None
        self.contents: list[tuple[str, bytes]] = []
        self.files = 0
        self.inventories: dict[str, None] = {}

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
                text = phrase("a second document {id}", id=repr(document.id))
                self.problems.append(Problem(where, text, phrase("rename one")))
            self.documents[document.id] = document
        for waiver in content.waivers:
            self._decided(self.waivers, waiver, *_SECOND_WAIVER)
        for attestation in content.attestations:
            self._decided(self.attestations, attestation, *_SECOND_ATTESTATION)
        for asset in content.assets:
            self._asset(asset)
        self.named += content.named
        self._givers(content)
        if content.heads and self.heads:
            text = phrase("a second report: the first is at {place}", place=self.heads["report"].at)
            hint = copy(content.heads["report"].at.path, self.heads["report"].at.path)
            self.problems.append(Problem(content.heads["report"].at, text, hint))
        self.heads = self.heads or content.heads

    def _givers(self, content: FileContent) -> None:
        """Take in what a file says of many hosts at once."""
        if content.defaults is not None and self.defaults is not None:
            where, text = content.defaults.asset.at, phrase("a second defaults:")
            hint = phrase("the first is at {place}: keep one", place=self.defaults.asset.at)
            self.problems.append(Problem(where, text, hint))
        self.defaults = content.defaults or self.defaults
        for group in content.groups:
            if group.name in self.groups:
                first = self.groups[group.name].asset.at
                text = phrase("a second group {name}", name=repr(group.name))
                hint = phrase("the first is at {place}: keep one", place=first)
                self.problems.append(Problem(group.asset.at, text, hint))
            self.groups[group.name] = group

    def _asset(self, asset: Asset) -> None:
        first = self.ids.setdefault(asset.id, asset)
        if first is asset:
            self.assets[asset.kind][asset.id] = asset
        else:
            self.twice.setdefault((asset.at.path, first.at.path), []).append(asset)

    def _named_twice(self) -> None:
        """Note the assets of files with faults that another file has: nothing of them is missing then."""
        places = set()
        for asset in self.named:
            first = self.ids.setdefault(asset.id, asset)
            if first is not asset:
                self.twice.setdefault((asset.at.path, first.at.path), []).append(asset)
                places.add(asset.at)
        self.problems = [
            p for p in self.problems if p.where not in places or p.message.text != MISSING.text
        ]

    def _second(self, assets: Sequence[Asset]) -> Problem:
        """Return the fault of assets that another file has already: a copy of it has them all."""
        asset = assets[0]
        first = self.ids[asset.id]
        if len(assets) > 1:
            text = phrase(
                "{n} assets of this file stand in {other} already: {ids}",
                n=len(assets),
                other=first.at.path,
                ids=", ".join(
                    [repr(a.id) for a in assets[:_SHOWN]] + ["..."] * (len(assets) > _SHOWN)
                ),
            )
            return Problem(asset.at, text, copy(asset.at.path, first.at.path))
        text = phrase(
            "a second asset {id}: the first stands among the {kinds} at {place}",
            id=repr(asset.id),
            kinds=f"{first.kind}s",
            place=first.at,
        )
        if copied(asset.at.path, first.at.path) and asset.at.path != first.at.path:
            return Problem(asset.at, text, copy(asset.at.path, first.at.path))
        hint = phrase("write its keys where it stands first, or give it an id of its own")
        return Problem(asset.at, text, hint)

    def _authority(self, new: Asset) -> None:
        """Take in what a file says of the authority; several files may, each fact in one of them."""
        old = self.authority
        if old is None:
            self.authority = new
            return
        twice = [name for name in new.facts if name in old.facts]
        folders = [one.at.path.rpartition("/")[0] for one in (old, new)]
        if "stated" in twice and folders[0] != folders[1]:
            self.inventories |= dict.fromkeys(folders)
        if twice:
            text = phrase(
                "authority: {facts} stands here a second time: the first is at {place}",
                facts=", ".join(twice),
                place=old.where(twice[0]),
            )
            hint = copy(new.at.path, old.where(twice[0]).path)
            self.problems.append(Problem(new.where(twice[0]), text, hint))
        self.authority = replace(
            old,
            facts={**old.facts, **new.facts},
            marks=(*old.marks, *new.marks),
            provenance=(*_own_statements(old), *_own_statements(new)),
            elsewhere={**(old.elsewhere or {}), **{name: new.where(name) for name in new.facts}},
        )

    def _decided(self, kept: list[_Decided], new: _Decided, second: Phrase, hint: Phrase) -> None:
        """Take in what was decided; two of one id would leave a reader guessing which of them holds."""
        first = next((one for one in kept if one.id == new.id), None)
        if first is None:
            kept.append(new)
            return
        text = second.of(id=repr(first.id), place=first.at)
        self.problems.append(Problem(new.at, text, hint))

    def inventory(self) -> Inventory:
        """Return the inventory; raises `InputError` with every fault found."""
        if self.inventories:
            raise InputError([self._several()])
        self._named_twice()
        self.problems += [self._second(assets) for assets in self.twice.values()]
        self._missing()
        if not self.unread:
            hosts, faults = groups.applied(self.assets["host"], self.groups, self.defaults)
            self.assets["host"] = hosts
            self.ids |= hosts
            self.problems += faults
        if not self.unread and self.authority is not None:
            self._dangling(self.authority)
        if self.problems or self.authority is None:
            found = list(
                dict.fromkeys(with_ids(self.problems, self.ids.values()))
            )  # of a group once
            found.sort(key=by_place)
            raise InputError(found)
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
            heads=self.heads,
        )

    def _several(self) -> Problem:
        """Return the fault of a folder in which several inventories stand, each in a folder of its own."""
        names = [*self.inventories][:_SHOWN] + ["..."] * (len(self.inventories) > _SHOWN)
        text = phrase(
            "several inventories stand below this folder: {names}", names=", ".join(names)
        )
        hint = phrase("give each by itself: {names}", names=shlex.join(names))
        return Problem(Location(self.shown, 1, 1), text, hint)

    def _missing(self) -> None:
        """Note what every inventory must have and this one lacks."""
        where = Location(self.shown, 1, 1)
        if not self.files:
            hint = phrase("an inventory is a folder of .yaml files; `soccheck init` starts one")
            text = phrase("no inventory here: no YAML file")
            self.problems.append(Problem(where, text, hint))
        elif self.authority is None and not self.unread:
            hint = phrase(
                "say whose inventory it is: {what}",
                what="authority: {name: {vi: ...}, stated: 2026-01-31}",
            )
            text = phrase("no file has the key authority")
            self.problems.append(Problem(where, text, hint))
        elif self.authority is not None and "stated" not in self.authority.facts:
            hint = phrase("add the day all statements hold for, as in stated: 2026-01-31")
            text = MISSING.of(key="'stated'")
            self.problems.append(Problem(self.authority.at, text, hint))

    def _dangling(self, authority: Asset) -> None:
        """Note every reference to an asset or a document that no file lists."""
        used_documents = list(self.used_documents)
        for claim in self.claims:
            used_documents.append((claim.document, claim.at))
            self.problems += claim_faults(claim, self.ids)
        self.problems += counts.check(self.ids.values())
        self.problems += contradictions.check(authority, self.ids.values())
        self.problems += acting.check(authority, self.ids)
        self.problems += places.check(self.ids.values())
        self.problems += admin_ranges.check(self.ids)
        self.problems += former_ids.check(self.ids)
        self.problems += twice.check(self.ids.values())
        self.problems += head_faults(self.heads, self.ids)
        self.problems += relations.check(authority, self.ids, self.assets["organization"])
        listed = ", ".join(self.documents) or "none"
        for name, where in used_documents:
            if name not in self.documents:
                hint = phrase("list it under documents:, which has {names}", names=listed)
                text = phrase("no document {id}", id=repr(name))
                self.problems.append(Problem(where, text, hint))
        everything = {**self.ids, authority.id: authority}
        self.attestations = [typed(a, everything, self.problems) for a in self.attestations]
        for waiver in self.waivers:
            for name in waiver.assets:
                if name not in self.ids and name != authority.id:
                    hint = relations.suggestion(name, self.ids)
                    text = phrase(
                        "the waiver {id} names no asset: {asset}",
                        id=repr(waiver.id),
                        asset=repr(name),
                    )
                    self.problems.append(Problem(waiver.at, text, hint))


def _own_statements(section: Asset) -> Iterable[Provenance]:
    """Yield who says so for one file's section of the authority: it covers no other file's facts."""
    heads = {name.partition(".")[0] for name in section.facts}
    for item in section.provenance:
        if item.prefix:
            yield item
        else:
            yield from (replace(item, prefix=head) for head in sorted(heads))
