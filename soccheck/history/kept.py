"""An inventory and policies as they were read, kept so that the same run can be judged again years later.

What is kept is what the loaders really read: each file as a blob, and a list that names them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from soccheck.bundle import bundle as bundles
from soccheck.bundle import canonical_json
from soccheck.inventory import load as inventories
from soccheck.model import Inventory, Policy
from soccheck.policy import load as editions
from soccheck.policy.file import Written
from soccheck.sources.files import Entry, Fault, Files

Contents = dict[str, tuple[str, bytes]]
"""Blobs by SHA-256: kind and content."""
Content = Callable[[str], bytes]
"""Returns a blob by its SHA-256."""


class Recorded:
    """Reads files as another reader does, and remembers all that was read."""

    def __init__(self, below: Files) -> None:
        self._below = below
        self._entries: list[Entry] = []
        self._named: dict[str, list[Entry]] = {}
        self._read: dict[str, bytes | Fault] = {}

    def entries(self) -> list[Entry]:
        """Return the YAML files."""
        self._entries = self._below.entries()
        return self._entries

    def named(self, path: str) -> list[Entry]:
        """Return the file at `path`, or the files in the folder `path`."""
        self._named[path] = self._below.named(path)
        return self._named[path]

    def read(self, entry: Entry, limit: int | None = None) -> bytes | Fault:
        """Return the content of a file, or why there is none."""
        self._read[entry.name] = self._below.read(entry, limit)
        return self._read[entry.name]

    def kept(self, shown: str) -> tuple[str, Contents]:
        """Return the SHA-256 of the list of what was read, and the blobs: the list and the files."""
        found: Contents = {}
        document = {
            "shown": shown,
            "entries": [_entry(entry) for entry in self._entries],
            "named": {path: [_entry(e) for e in entries] for path, entries in self._named.items()},
            "read": {name: _content(raw, found) for name, raw in self._read.items()},
        }
        return _listed("inventory", document, found), found


class Replayed:
    """Reads files as they were once read."""

    def __init__(self, document: Mapping[str, Any], content: Content) -> None:
        self._document = document
        self._content = content

    def entries(self) -> list[Entry]:
        """Return the YAML files there were."""
        return [_as_entry(item) for item in self._document["entries"]]

    def named(self, path: str) -> list[Entry]:
        """Return what stood at `path`."""
        return [_as_entry(item) for item in self._document["named"].get(path, [])]

    def read(self, entry: Entry, limit: int | None = None) -> bytes | Fault:
        """Return what was read of a file."""
        return _as_content(self._document["read"][entry.name], self._content)


def inventory(name: str, content: Content) -> Inventory:
    """Return the inventory that a list names; raises what loading raises, and `BlobError`."""
    document = json.loads(content(name))
    return inventories.read(Replayed(document, content), document["shown"])


def keep_policies(
    written: Iterable[Written], profiles: Iterable[Written], only: Sequence[str]
) -> tuple[str, Contents]:
    """Return the SHA-256 of the list of policies and profiles, and the blobs: the list and the files."""
    found: Contents = {}
    document = {
        "policies": [[item.shown, _content(item.raw, found)] for item in written],
        "profiles": [[item.shown, _content(item.raw, found)] for item in profiles],
        "only": list(only),
    }
    return _listed("policies", document, found), found


def keep_bundle(bundle: dict[str, Any]) -> tuple[str, Contents]:
    """Return the SHA-256 of a bundle's bytes, and the blob."""
    raw = bundles.dumps(bundle)
    name = hashlib.sha256(raw).hexdigest()
    return name, {name: ("evidence", raw)}


def policies(name: str, content: Content) -> list[Policy]:
    """Return every edition of the policies that a list names; raises as `inventory` does."""
    document = json.loads(content(name))
    written, profiles = (
        [Written(shown, _as_content(raw, content)) for shown, raw in document[key]]
        for key in ("policies", "profiles")
    )
    return editions.among(editions.read(written, profiles), document["only"])


def files(name: str, content: Content) -> set[str]:
    """Return the SHA-256 of the files that a list names."""
    document = json.loads(content(name))
    raws = [*document.get("read", {}).values()]
    raws += [raw for key in ("policies", "profiles") for _, raw in document.get(key, [])]
    return {raw for raw in raws if isinstance(raw, str)}


def exported(name: str, content: Content) -> Iterator[tuple[str, bytes]]:
    """Yield the files that a list names; a name that leads out of its folder is not written.

    The inventory's folder keeps its name, by which evidence is known to be of it.
    """
    document = json.loads(content(name))
    folder = PurePosixPath(document.get("shown", "")).name
    pairs = [(f"{folder}/{path}", raw) for path, raw in document.get("read", {}).items()]
    for key in ("policies", "profiles"):
        named = document.get(key, [])
        pairs += [(f"{key}/{PurePosixPath(shown).name}", raw) for shown, raw in named]
    for path, raw in pairs:
        if isinstance(raw, str) and ".." not in PurePosixPath(path).parts:
            yield path.lstrip("/"), content(raw)


def _listed(kind: str, document: Mapping[str, Any], found: Contents) -> str:
    raw = canonical_json.dumps(document)
    name = hashlib.sha256(raw).hexdigest()
    found[name] = (kind, raw)
    return name


def _content(raw: bytes | Fault, found: Contents) -> str | list[str | None]:
    if isinstance(raw, Fault):
        return _fault(raw)
    name = hashlib.sha256(raw).hexdigest()
    found[name] = ("file", raw)
    return name


def _as_content(kept: Any, content: Content) -> bytes | Fault:
    return content(kept) if isinstance(kept, str) else Fault(*kept)


def _entry(entry: Entry) -> list[Any]:
    return [entry.name, _fault(entry.fault) if entry.fault is not None else None]


def _as_entry(item: Sequence[Any]) -> Entry:
    name, fault = item
    return Entry(name, fault=Fault(*fault) if fault is not None else None)


def _fault(fault: Fault) -> list[str | None]:
    return [str(fault.message), str(fault.hint) if fault.hint is not None else None]
