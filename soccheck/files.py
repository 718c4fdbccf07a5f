"""Where loaders read from: a folder, or the same folder as git keeps it. A fault is a value, not raised."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

SUFFIXES = (".yaml", ".yml")
MAX_BYTES = 512 * 1024 * 1024

LEADS_OUT = "the link leads out of the folder"
LEADS_OUT_HINT = "copy the file into the folder: what is audited must be what is reviewed"


class Fault(NamedTuple):
    """Represents why a file is not read, and what to do next."""

    message: str
    hint: str | None = None


class Entry(NamedTuple):
    """Represents one YAML file: its name below the folder, parts joined by `/`.

    `key` is git's id of the content where it is known before reading; a `fault` forbids reading.
    """

    name: str
    key: str = ""
    fault: Fault | None = None


class Files(Protocol):
    """Reads the YAML files of one folder, wherever it is kept."""

    def entries(self) -> list[Entry]:
        """Return the files in the order they are read; hidden ones are left out."""
        ...

    def read(self, entry: Entry) -> bytes | Fault:
        """Return the content of a file, or why there is none."""
        ...


def checked(name: str, key: str = "") -> Entry:
    """Return the entry of a file; a name that could not be shown safely is a fault."""
    if name.isprintable():
        return Entry(name, key)
    hint = "rename it: no control characters, and UTF-8"
    return Entry(name, key, Fault("the file's name cannot be printed", hint))


def too_large(size: int) -> Fault | None:
    """Return the fault of a file with too many bytes."""
    if size <= MAX_BYTES:
        return None
    text = f"the file has {size} bytes, more than {MAX_BYTES}"
    return Fault(text, "split it into several files")


class Folder:
    """Reads a folder on disk; a link is followed only where it stays inside."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self) -> list[Entry]:
        """Return the YAML files below the folder, and every link that leads out of it."""
        found = []
        root = self.path.resolve()
        for path in sorted(self.path.rglob("*")):
            relative = path.relative_to(self.path)
            if any(part.startswith(".") for part in relative.parts):
                continue
            name = relative.as_posix()
            if path.is_symlink():
                target = _target(path)
                if target is not None and not target.is_relative_to(root):
                    found.append(Entry(name, fault=Fault(LEADS_OUT, LEADS_OUT_HINT)))
                    continue
                if target is None or not target.exists():
                    found.append(Entry(name, fault=Fault("the link leads nowhere")))
                    continue
            if path.suffix in SUFFIXES and path.is_file():
                found.append(checked(name))
        return found

    def read(self, entry: Entry) -> bytes | Fault:
        """Return the content of a file, or why there is none."""
        return entry.fault or content(self.path / entry.name)

    def read_or_empty(self, name: str) -> bytes | Fault:
        """Return the content of a file that may not be there yet; links are those of `entries`."""
        known = {entry.name: entry for entry in self.entries()}
        if name in known:
            return self.read(known[name])
        return Fault("not a file of the inventory") if (self.path / name).exists() else b""


def content(path: Path) -> bytes | Fault:
    """Return the bytes of a file on disk, or why there are none."""
    try:
        return too_large(path.stat().st_size) or path.read_bytes()
    except OSError as error:
        return Fault(f"cannot be read: {error.strerror or type(error).__name__}")


def _target(link: Path) -> Path | None:
    """Return what a link leads to; nothing where links lead in a circle."""
    try:
        return link.resolve()
    except (OSError, RuntimeError):  # Python 3.13 raises the one, older ones the other
        return None


class Memory:
    """Reads files that are not on disk, by name, over those of another folder where one is given."""

    def __init__(self, contents: Mapping[str, bytes], below: Files | None = None) -> None:
        self._contents = contents
        self._below = below

    def entries(self) -> list[Entry]:
        """Return the files of both."""
        below = self._below.entries() if self._below is not None else []
        others = [entry for entry in below if entry.name not in self._contents]
        mine = [Entry(name) for name in self._contents]
        return sorted([*others, *mine], key=lambda entry: entry.name.split("/"))

    def read(self, entry: Entry) -> bytes | Fault:
        """Return the content of a file, or why there is none."""
        if entry.name in self._contents:
            return self._contents[entry.name]
        return self._below.read(entry) if self._below is not None else Fault("no such file")
