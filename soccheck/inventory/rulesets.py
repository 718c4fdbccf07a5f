"""The rulesets an inventory names (`firewall: {ruleset: PATH}`), read as text; they are analysed later."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from soccheck.errors import InputError, quoted
from soccheck.inventory.times import at_one_time
from soccheck.model import Asset, Basis, Configuration, Inventory, Problem
from soccheck.phrase import Phrase, phrase
from soccheck.sources.files import Entry, Fault, Files
from soccheck.sources.secrets import masked

MAX_BYTES = 64 << 20
MAX_TOTAL = 256 << 20
"""Bytes of all rulesets of an inventory: whoever proposes a change of it fills no runner's memory."""
MAX_FILES = 32
MAX_NAME = 1024
KINDS = ("firewall", "host")
_LONG = Fault(
    phrase("a name of more than {limit} characters", limit=MAX_NAME), phrase("shorten it")
)
_MANY = Fault(
    phrase("more than {limit} files", limit=MAX_FILES), phrase("give one machine's folder")
)
_FULL = Fault(
    phrase("with it, all rulesets together are too large"),
    phrase("give the rulesets alone, once each"),
)
_NONE = phrase("a file or folder of the inventory's own folder, named from there")


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesetTexts:
    """Represents what a path stands for: each file's name and text, and what is wrong with others."""

    texts: tuple[tuple[str, str], ...] = ()
    faults: tuple[tuple[str, Fault], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the files, those with a fault too."""
        return tuple(name for name, _ in (*self.texts, *self.faults))


class RulesetReader:
    """Reads rulesets, each file once however many machines share it, and no more than fits."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._left = MAX_TOTAL
        self._read: dict[str, str | Fault] = {}

    def ruleset(self, path: str) -> RulesetTexts:
        """Return the file at `path`, or the files of the folder there; nothing where neither is."""
        if len(path) > MAX_NAME:
            return RulesetTexts(faults=((f"{path[:40]}...", _LONG),))
        entries = self._files.named(path)
        if len(entries) > MAX_FILES:
            return RulesetTexts(faults=((path, _MANY),))
        found = [(entry.name, self._text(entry)) for entry in entries]
        return RulesetTexts(
            texts=tuple((name, text) for name, text in found if isinstance(text, str)),
            faults=tuple((name, fault) for name, fault in found if isinstance(fault, Fault)),
        )

    def _text(self, entry: Entry) -> str | Fault:
        if entry.name not in self._read:
            # What did not fit leaves nothing for the next: a total is exceeded only once.
            raw = self._files.read(entry, MAX_BYTES) if self._left >= 0 else _FULL
            if isinstance(raw, bytes):
                self._left -= len(raw)
            text = decoded(raw) if isinstance(raw, bytes) else raw
            self._read[entry.name] = text if self._left >= 0 else _FULL
        return self._read[entry.name]


def with_rulesets(inventory: Inventory, files: Files) -> Inventory:
    """Return the inventory with the rulesets it names; raises `InputError` for one that is not there.

    Their content is part of the inventory's digest: what is judged is what was digested.
    """
    named = [a for kind in KINDS for a in inventory.assets[kind].values() if _path(a)]
    if not named:
        return inventory
    problems: list[Problem] = []
    found: dict[str, Configuration] = {}
    digest = hashlib.sha256(inventory.digest.encode())
    reader = RulesetReader(files)
    seen: dict[str, _Seen] = {}
    owners: dict[str, list[Asset]] = {}
    for asset in named:
        path = _path(asset)
        if path not in seen:
            hint = _elsewhere(asset, path, inventory.folder, files)
            seen[path] = _seen(reader.ruleset(path), path, inventory.folder, hint)
        ruleset = seen[path]
        where = asset.where("firewall.ruleset")
        faults = [*ruleset.faults, *_shared(asset, ruleset.names, owners)]
        problems += [
            Problem(where, phrase("firewall.ruleset: {what}", what=f.message), f.hint)
            for f in faults
        ]
        for line in ruleset.digests:
            digest.update(f"{asset.id}\0{line}\n".encode())
        day = asset.facts.get("firewall.exported", inventory.stated)
        assert isinstance(day, date)
        when = datetime.combine(day, time(), UTC)
        origin = f"{inventory.folder}/{path}"
        found[asset.id] = Configuration(
            texts=ruleset.texts, basis=Basis.IMPORTED, when=when, origin=origin
        )
    if problems:
        raise InputError(problems)
    return replace(inventory, configurations=found, digest=digest.hexdigest())


def _path(asset: Asset) -> str:
    return str(asset.facts.get("firewall.ruleset") or "")


def _shared(asset: Asset, names: Iterable[str], owners: dict[str, list[Asset]]) -> Iterator[Fault]:
    """Yield the fault of each file that is the ruleset of another asset already: it belongs to one device."""
    for name in names:
        former = owners.setdefault(name, [])
        others = [other for other in former if at_one_time(asset, other)]
        former.append(asset)
        if others:
            text = phrase(
                "{file} is the ruleset of {asset} already: {place}",
                file=name,
                asset=repr(others[0].id),
                place=others[0].at,
            )
            yield Fault(text, phrase("give each device the file that was exported from it"))


_FLAGS = re.IGNORECASE | re.MULTILINE
_QUOTED = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s"';]+)"""
_REMARKS = (
    r"^[ \t]*(?:access-list[ \t]+\S+[ \t]+|(?:sequence[ \t]+)?[0-9]+[ \t]+)?remark[ \t][^\n]*"
    r"|^[ \t]*description[ \t][^\n;]*;?$"
    rf"|\b(?:comments?|description)(?:[ \t]*=[ \t]*|[ \t]+){_QUOTED}"
)
"""What a ruleset only says to its readers: to speak of passwords there is not to tell one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """Represents what is worked out once of a ruleset, whoever shares it."""

    names: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]
    digests: list[str]
    faults: list[Fault]


def _elsewhere(asset: Asset, path: str, folder: str, files: Files) -> Phrase:
    """Return how to name a ruleset that is not there: it may be named from its own file's folder."""
    file = asset.where("firewall.ruleset").path
    below = file.removeprefix(f"{folder}/").rpartition("/")[0]
    if not below or not files.named(f"{below}/{path}"):
        return _NONE
    return phrase(
        "write {what}, or give the folder {folder} as the inventory",
        what=f"{below}/{path}",
        folder=f"{folder}/{below}",
    )


def _seen(ruleset: RulesetTexts, path: str, folder: str, hint: Phrase) -> _Seen:
    texts = tuple((f"{folder}/{name}", text) for name, text in ruleset.texts)
    digests = [f"{name}\0{hashlib.sha256(text.encode()).hexdigest()}" for name, text in texts]
    faults = [
        Fault(phrase("{file}: {what}", file=name, what=fault.message), fault.hint)
        for name, fault in ruleset.faults
    ]
    if not texts and not faults:
        faults.append(
            Fault(phrase("no ruleset {path} in the inventory's folder", path=repr(path)), hint)
        )
    faults += [fault for name, text in ruleset.texts for fault in _secrets(name, text)]
    return _Seen(names=ruleset.names, texts=texts, digests=digests, faults=faults)


def _secrets(name: str, text: str) -> list[Fault]:
    """Return the fault of a file that holds a secret: an inventory is kept in git."""
    told = re.sub(_REMARKS, "", text, flags=_FLAGS)
    hidden = masked(told)
    if hidden == told:
        return []
    lines = zip(told.split("\n"), [*hidden.split("\n"), *[""] * told.count("\n")], strict=False)
    line = next(n for n, (one, other) in enumerate(lines, 1) if one != other)
    hint = phrase("put three stars in its place: secrets do not belong in an inventory")
    what = phrase("{file}: line {line} holds what looks like a secret", file=name, line=line)
    return [Fault(what, hint)]


def decoded(raw: bytes) -> str | Fault:
    """Return the text of a ruleset file: UTF-8, or UTF-16 with its mark, as PowerShell writes it."""
    if len(raw) > MAX_BYTES:
        return Fault(
            phrase("larger than {limit} MiB", limit=MAX_BYTES >> 20),
            phrase("give the ruleset alone"),
        )
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError as error:
        return Fault(phrase("not text: {what}", what=quoted(error)), phrase("save it as UTF-8"))
    return text.removeprefix("\ufeff")
