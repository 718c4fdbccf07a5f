"""Where loaders read from: a folder, or the same folder as git keeps it. A fault is a value, not raised."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from soccheck.errors import refusal
from soccheck.model import KINDS
from soccheck.phrase import Phrase, phrase

SUFFIXES = (".yaml", ".yml")
MAX_BYTES = 512 * 1024 * 1024

LEADS_OUT = phrase("the link leads out of the folder")
LEADS_OUT_HINT = phrase("copy the file into the folder: what is audited must be what is reviewed")


@dataclass(frozen=True, slots=True)
class Fault:
    """Represents why a file is not read, and what to do next."""

    message: Phrase
    hint: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Represents one file: its name below the folder, parts joined by `/`.

    `key` is git's id of the content where it is known before reading; a `fault` forbids reading.
    """

    name: str
    key: str = ""
    fault: Fault | None = None


def digest_of(files: Iterable[tuple[str, bytes]]) -> str:
    """Return the SHA-256 of named contents."""
    lines = (f"{name}\0{hashlib.sha256(raw).hexdigest()}\n" for name, raw in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


class Files(Protocol):
    """Reads the files of one folder, wherever it is kept: those of an inventory, and others by name."""

    def entries(self) -> list[Entry]:
        """Return the files in the order they are read; hidden ones are left out."""
        ...

    def named(self, path: str) -> list[Entry]:
        """Return the file at `path`, or the files in the folder `path`; links and folders are faults."""
        ...

    def read(self, entry: Entry, limit: int | None = None) -> bytes | Fault:
        """Return the content of a file, or why there is none."""
        ...


HIDDEN = Fault(phrase("the link leads into what is hidden, which is not read"), LEADS_OUT_HINT)


def is_hidden(name: str) -> bool:
    """Return whether a path, or a folder on its way, is hidden: the loaders pass it over."""
    return any(part.startswith(".") for part in PurePosixPath(name).parts)


LINK = Fault(phrase("a link is not followed here"), phrase("put the file itself there"))
FOLDER = Fault(
    phrase("a folder in a folder is not read"),
    phrase("put its files beside the others, or take it away"),
)


def at_or_in(path: str, names: Iterable[str]) -> list[str]:
    """Return the name that is `path`, or those right below it; hidden ones are left out."""
    path = path.rstrip("/")
    found = [name for name in names if name == path or name.rpartition("/")[0] == path != ""]
    return sorted(name for name in found if not name.rpartition("/")[2].startswith("."))


def checked(name: str, key: str = "") -> Entry:
    """Return the entry of a file; a name that could not be shown safely is a fault."""
    if name.isprintable():
        return Entry(name, key)
    hint = phrase("rename it: no control characters, and UTF-8")
    return Entry(name, key, Fault(phrase("its name cannot be printed"), hint))


def is_yaml(name: str) -> bool:
    """Return whether a file is YAML, by its name: a file in capitals is not passed over."""
    return name.lower().endswith(SUFFIXES)


def is_table(name: str) -> bool:
    """Return whether a file is a table of assets, by its name: `hosts.csv`, `hosts-commune.csv`."""
    stem, _, suffix = name.rpartition("/")[2].lower().rpartition(".")
    return suffix == "csv" and re.split(r"[-_. ]", stem)[0].removesuffix("s") in KINDS


def is_read(name: str) -> bool:
    """Return whether a file of an inventory is read."""
    return is_yaml(name) or is_table(name)


def too_large(size: int, limit: int | None = None) -> Fault | None:
    """Return the fault of a file with more bytes than the limit, or than any file may have."""
    limit = MAX_BYTES if limit is None else limit
    if size <= limit:
        return None
    text = phrase("the file has {size} bytes, more than {limit}", size=size, limit=limit)
    return Fault(text, phrase("split it into several files"))


class Folder:
    """Reads a folder on disk; a link is followed only where it stays inside."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self) -> list[Entry]:
        """Return the files to read below the folder, links that leave it, and folders it cannot read."""
        found: list[Entry] = []
        root = self.path.resolve()

        def unread(error: OSError) -> None:
            name = Path(error.filename).relative_to(self.path).as_posix()
            hint = phrase("make the folder readable: its assets would be left out")
            text = phrase("cannot be read: {reason}", reason=refusal(error))
            found.append(Entry(name, fault=Fault(text, hint)))

        for parent, folders, names in os.walk(self.path, onerror=unread):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in (*folders, *names):
                if not name.startswith("."):
                    path = Path(parent, name)
                    found += _entry(path, path.relative_to(self.path).as_posix(), root)
        return sorted(found, key=lambda entry: entry.name.split("/"))

    def named(self, path: str) -> list[Entry]:
        """Return the file at `path`, or the files in the folder `path`; links and folders are faults."""
        if ".." in Path(path).parts or Path(path).is_absolute():
            return []
        place = self.path / path
        steps = [
            place,
            *(p for p in place.parents if p.is_relative_to(self.path) and p != self.path),
        ]
        try:
            if any(step.is_symlink() for step in steps):
                return [Entry(path, fault=LINK)]
            found = list(place.iterdir()) if place.is_dir() else [place] * place.exists()
            names = at_or_in(path, (p.relative_to(self.path).as_posix() for p in found))
            return [self._one(name) for name in names]
        except OSError as error:
            return [Entry(path, fault=_unreadable(error))]

    def _one(self, name: str) -> Entry:
        place = self.path / name
        if place.is_symlink():
            return Entry(name, fault=LINK)
        return Entry(name, fault=FOLDER) if place.is_dir() else checked(name)

    def read(self, entry: Entry, limit: int | None = None) -> bytes | Fault:
        """Return the content of a file, or why there is none."""
        return entry.fault or content(self.path / entry.name, limit)

    def read_or_empty(self, name: str) -> bytes | Fault:
        """Return the content of a file that may not be there yet; links are those of `entries`."""
        known = {entry.name: entry for entry in self.entries()}
        if name in known:
            return self.read(known[name])
        return Fault(phrase("not a file of the inventory")) if (self.path / name).exists() else b""


def _entry(path: Path, name: str, root: Path) -> list[Entry]:
    """Return the entry of a path that is read, or must be said not to be."""
    try:
        fault = _of_link(path, root) if path.is_symlink() else None
    except OSError as error:  # a folder on the way is another user's
        fault = _unreadable(error)
    if fault is not None:
        return [Entry(name, fault=fault)]
    if is_read(name) and not path.is_dir():
        return [checked(name)]
    return []


def _of_link(path: Path, root: Path) -> Fault | None:
    """Return why a link is not followed; nothing where it leads to something of the folder."""
    # realpath, unlike resolve, gives an answer for links that lead in a circle.
    target = Path(os.path.realpath(path))
    if not target.is_relative_to(root):
        return Fault(LEADS_OUT, LEADS_OUT_HINT)
    if target.is_symlink() or not target.exists():
        return Fault(phrase("cannot be read: the link leads nowhere"), phrase("take it away"))
    return HIDDEN if is_hidden(target.relative_to(root).as_posix()) else None


def content(path: Path, limit: int | None = None) -> bytes | Fault:
    """Return the bytes of a file on disk, or why there are none."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            # A pipe or a device would be waited for, perhaps for ever.
            hint = phrase("write the data into a file of text")
            if stat.S_ISDIR(about.st_mode):
                hint = phrase("this is a folder: name the file itself")
            return Fault(phrase("not an ordinary file"), hint)
        large = too_large(about.st_size, limit)
        if large is not None:
            return large
        # /proc/kmsg and its like call themselves ordinary files: nothing is waited for.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb", 0) as file:
            return file.read() or b""
    except OSError as error:
        return _unreadable(error)


def _unreadable(error: OSError) -> Fault:
    reason = refusal(error)
    text = phrase("cannot be read: {reason}", reason=reason)
    if isinstance(error, FileNotFoundError):
        return Fault(text, phrase("see whether its name and folder are right"))
    return Fault(text, phrase("make it readable, or take it away"))


class Memory:
    """Reads files that are not on disk, by name, over those of another folder where one is given."""

    def __init__(self, contents: Mapping[str, bytes], below: Files | None = None) -> None:
        self._contents = contents
        self._below = below

    def entries(self) -> list[Entry]:
        """Return the files of both."""
        below = self._below.entries() if self._below is not None else []
        others = [entry for entry in below if entry.name not in self._contents]
        mine = [Entry(name) for name in self._contents if is_read(name)]
        return sorted([*others, *mine], key=lambda entry: entry.name.split("/"))

    def named(self, path: str) -> list[Entry]:
        """Return the file at `path`, or the files in the folder `path`; links and folders are faults."""
        below = self._below.named(path) if self._below is not None else []
        folders = {str(p) for name in self._contents for p in PurePosixPath(name).parents}
        mine = at_or_in(path, {*self._contents, *(folders - {path.rstrip("/")})})
        return [
            *(entry for entry in below if entry.name not in mine),
            *(Entry(name, fault=None if name in self._contents else FOLDER) for name in mine),
        ]

    def read(self, entry: Entry, limit: int | None = None) -> bytes | Fault:
        """Return the content of a file, or why there is none."""
        if entry.name in self._contents:
            found = self._contents[entry.name]
            return too_large(len(found), limit) or found
        if self._below is None:
            return entry.fault or Fault(phrase("no such file"))
        return self._below.read(entry, limit)
