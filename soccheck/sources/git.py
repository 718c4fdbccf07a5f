"""Read a commit's files through git's plumbing: nothing is checked out, no hook or filter runs."""

from __future__ import annotations

import hashlib
import os
import posixpath
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from soccheck.errors import UsageError
from soccheck.phrase import phrase
from soccheck.sources.files import (
    FOLDER,
    HIDDEN,
    LEADS_OUT,
    LEADS_OUT_HINT,
    LINK,
    Entry,
    Fault,
    at_or_in,
    checked,
    is_hidden,
    is_read,
    too_large,
)

_MAX_LINKS = 8
_FILES = ("100644", "100755")
_LINK = "120000"
SUBMODULE = "160000"
_FOLDER = "040000"
_HEEDED = (
    *("GIT_CONFIG", "GIT_EXEC_PATH", "GIT_TRACE"),
    # how a partial clone fetches what it has not
    *("GIT_SSH", "GIT_SSL", "GIT_HTTP", "GIT_PROXY", "GIT_ASKPASS", "GIT_TERMINAL_PROMPT"),
    *("GIT_ALLOW_PROTOCOL", "GIT_NO_LAZY_FETCH"),
)
"""How the variables of git's begin that are left to it: any other may make it take another repository
than that of the folder, as hooks do, or read paths and attributes in another way."""

_AS_IT_IS = (
    *("--no-replace-objects", "-c", "core.commitGraph=false"),
    *("-c", "core.fsmonitor=false", "-c", "core.ignoreCase=false"),
    # A hook of the repository's would run where an index is written: githooks(5), post-index-change.
    *("-c", f"core.hooksPath={os.devnull}"),
    # The file of grafts that is named below is none; the advice on it would stand before what is wrong.
    *("-c", "advice.graftFileDeprecated=false"),
)
"""A replaced object (git replace) or a stale graph would show other commits than there are.

A monitor of the file system would say what changed, and a file be taken for one of another case.
"""
_SHA1 = 40
"""Digits of the name of an object; of another format, SHA-256, there are more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """Represents one object as `git cat-file --batch` gives it."""

    key: str
    kind: str
    data: bytes


class Repository:
    """Holds one `git cat-file --batch` process, which answers for every object asked of it.

    The repository is that of `folder`, whatever the environment says of another.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._git = ("git", "-C", str(folder), *_AS_IT_IS)
        kept = {
            k: v
            for k, v in environment.items()
            if not k.startswith("GIT_") or k.startswith(_HEEDED)
        }
        # In git's own words, which are looked at; and no graft gives a commit other parents.
        self._environment = {**kept, "LC_ALL": "C", "GIT_GRAFT_FILE": os.devnull}
        pipe = subprocess.PIPE
        try:
            self._process = subprocess.Popen(
                [*self._git, "cat-file", "--batch"],
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                env=self._environment,
            )
        except FileNotFoundError as error:
            hint = phrase("install git, or compare with a stored result: --baseline FILE")
            raise UsageError(phrase("git is not here"), hint=hint) from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._ask: IO[bytes] = self._process.stdin
        self._answer: IO[bytes] = self._process.stdout

    def __enter__(self) -> Repository:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def get(self, name: str, limit: int | None = None) -> Object | Fault | None:
        """Return the object `name` (`REF:path` or an id); nothing where there is none."""
        if "\n" in name or "\0" in name:
            return None
        try:
            self._ask.write(name.encode("utf-8", "surrogateescape") + b"\n")
            self._ask.flush()
            head = self._answer.readline().decode("utf-8", "replace").split()
        except BrokenPipeError:
            head = []
        if not head:
            _, said = self._process.communicate()
            raise unasked(said)
        if len(head) != 3 or not head[2].isdecimal():  # `NAME missing`, `NAME ambiguous`
            return None
        size = int(head[2])
        fault = too_large(size, limit)
        if fault is not None:
            left = size + 1
            while left > 0 and (part := self._answer.read(min(left, 1 << 20))):
                left -= len(part)
            return fault
        data = self._answer.read(size)
        self._answer.read(1)
        if not _is_whole(head[0], head[1], data):
            return Fault(phrase("git has another object by this name: git fsck"))
        return Object(key=head[0], kind=head[1], data=data)

    def run(
        self, *arguments: str, given: bytes = b"", index: Path | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Return what a command of git's answers, `given` on its standard input, and how it ended.

        It asks another `index` where one is named: the one that is about to be committed.
        """
        command = [*self._git, *arguments]
        more = {"GIT_INDEX_FILE": str(index)} if index is not None else {}
        environment = {**self._environment, **more}
        return subprocess.run(
            command, input=given, capture_output=True, check=False, env=environment
        )

    def tree(self, commit: str, path: str) -> Tree | None:
        """Return the folder `path` of a commit; nothing where it has none."""
        found = self._at(commit, path)
        if found is None or found.mode != _FOLDER:
            return None
        return Tree(self, self._listed(found.key, "-rt"))

    def blob(self, commit: str, path: str) -> bytes | Fault | None:
        """Return the content of one file of a commit; nothing where it has none."""
        item = self._at(commit, path)
        if item is None or item.mode not in _FILES:
            return None
        return _data(self.get(item.key))

    def _at(self, commit: str, path: str) -> _Item | None:
        """Return what stands at `path` in a commit, step by step as it is written.

        Raises `UsageError` where a link or a submodule is on the way: behind it other files are read.
        """
        item = _Item(mode=_FOLDER, key=commit)
        for place in (*reversed(PurePosixPath(path).parents[:-1]), PurePosixPath(path)):
            if place == PurePosixPath():
                continue
            found = self._listed(item.key).get(place.name) if item.mode == _FOLDER else None
            if found is None:
                return None
            if found.mode in (_LINK, SUBMODULE):
                kind = "a link" if found.mode == _LINK else "a submodule"
                hint = phrase(
                    "compare with a reference that has the folder or the file itself there, "
                    "or with a stored result: --baseline FILE"
                )
                raise UsageError(
                    phrase(
                        "{place} is {kind} in {commit}", place=place, kind=kind, commit=commit[:12]
                    ),
                    hint=hint,
                )
            item = found
        return item

    def _listed(self, folder: str, *options: str) -> dict[str, _Item]:
        """Return the entries of a folder or a commit by name: `mode SP type SP id TAB name NUL`."""
        done = self.run("ls-tree", "-z", "--full-tree", *options, folder)
        if done.returncode:
            raise unasked(done.stderr)
        self._check(folder, f"{folder}^{{tree}}")
        found = {}
        for line in done.stdout.split(b"\0")[:-1]:
            head, _, name = line.partition(b"\t")
            mode, _, key = head.decode("ascii").split(" ")
            found[name.decode("utf-8", "surrogateescape")] = _Item(mode=mode, key=key)
        self._check(*(item.key for item in found.values() if item.mode == _FOLDER and options))
        return found

    def _check(self, *names: str) -> None:
        """Raise `UsageError` for a commit or a folder that is not what its name says."""
        for name in names:
            if isinstance(self.get(name), Fault):
                raise unasked(f"{name} is not the object of its name".encode())


def _is_whole(key: str, kind: str, data: bytes) -> bool:
    """Return whether an object is the one of its name, which git does not look at when it reads one."""
    head = f"{kind} {len(data)}\0".encode()
    make = partial(hashlib.sha1, usedforsecurity=False) if len(key) == _SHA1 else hashlib.sha256
    return make(head + data).hexdigest() == key


def unasked(said: bytes) -> UsageError:
    """Return the error of a git that gives no answer, with its own words of why."""
    lines = said.decode("utf-8", "replace").strip().splitlines()
    # What ends it is told last: before it stand warnings, and what a server said.
    wrong = [line for line in lines if line.startswith(("fatal: ", "error: "))] or lines
    what = wrong[-1] if wrong else "it gave no answer"
    hint = phrase("run it in a git work tree")
    if "not a git repository" not in what:
        hint = phrase("fetch what this clone lacks (git fetch), or look at it: git fsck")
    return UsageError(phrase("git cannot be asked: {what}", what=what), hint=hint)


def _data(found: Object | Fault | None) -> bytes | Fault:
    """Return what is in a file that a folder lists; that there is none would be no answer."""
    if isinstance(found, Object):
        return found.data
    return found if found is not None else Fault(phrase("git has lost this file"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """Represents one entry of a folder, as `git ls-tree` gives it."""

    mode: str
    key: str


class Tree:
    """Reads one folder of a commit; implements `soccheck.sources.files.Files`."""

    def __init__(self, repository: Repository, items: Mapping[str, _Item]) -> None:
        self._repository = repository
        self._items = items

    def entries(self) -> list[Entry]:
        """Return the YAML files, links followed inside the folder, in the order a folder has."""
        found = []
        shown = [name for name in self._items if not is_hidden(name)]
        for name in sorted(shown, key=lambda name: name.split("/")):
            item = self._items[name]
            if item.mode == _LINK:
                target = self._target(name)
                if isinstance(target, Fault):
                    found.append(Entry(name, fault=target))
                elif is_read(name) and target.mode in _FILES:
                    found.append(checked(name, target.key))
            elif item.mode == SUBMODULE:
                fault = Fault(phrase("a submodule is not read"), phrase("keep files here"))
                found.append(Entry(name, fault=fault))
            elif is_read(name) and item.mode in _FILES:
                found.append(checked(name, item.key))
        return found

    def named(self, path: str) -> list[Entry]:
        """Return the file at `path`, or the files in the folder `path`; links and folders are faults."""
        found = at_or_in(path, self._items)
        return [self._one(n) for n in found if n != path.rstrip("/") or not self._is_folder(n)]

    def _is_folder(self, name: str) -> bool:
        return self._items[name].mode in (_FOLDER, SUBMODULE)

    def _one(self, name: str) -> Entry:
        if self._is_folder(name):
            return Entry(name, fault=FOLDER)
        item = self._items[name]
        return Entry(name, fault=LINK) if item.mode == _LINK else checked(name, item.key)

    def _target(self, name: str) -> _Item | Fault:
        """Return what a link leads to inside the folder, or why it is not followed."""
        for _ in range(_MAX_LINKS):
            link = self._repository.get(self._items[name].key)
            if not isinstance(link, Object):
                break
            text = link.data.decode("utf-8", "surrogateescape")
            name = posixpath.normpath(posixpath.join(posixpath.dirname(name), text))
            if name == ".." or name.startswith(("/", "../")):
                return Fault(LEADS_OUT, LEADS_OUT_HINT)
            if name not in self._items:
                break
            if self._items[name].mode != _LINK:
                return HIDDEN if is_hidden(name) else self._items[name]
        return Fault(phrase("cannot be read: the link leads nowhere"), phrase("take it away"))

    def read(self, entry: Entry, limit: int | None = None) -> bytes | Fault:
        """Return the content of a file, or why there is none."""
        if entry.fault is not None:
            return entry.fault
        return _data(self._repository.get(entry.key, limit))
