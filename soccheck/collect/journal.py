"""The journal of a collection: an entry a line, written as machines answer, so that nothing is lost.

It lies beside the bundle until that is whole. A line that a crash tore is passed over; its machine is
asked again.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from soccheck.bundle import bundle as evidence
from soccheck.bundle import canonical_json as canonical
from soccheck.errors import SoccheckError, UsageError

Json = dict[str, Any]
SUFFIX = ".partial"


class Journal:
    """Holds the open journal: where each asset's latest line is, and its digest."""

    def __init__(self, bundle: Path, head: Json, *, resume: bool, shown: str) -> None:
        self.path = bundle.parent / (bundle.name + SUFFIX)
        self.shown = shown + SUFFIX
        self._places: dict[str, tuple[int, int]] = {}
        self.digests: dict[str, str] = {}
        self.failed: dict[str, str] = {}
        self.started: str = head["started"]
        self._head = head
        # Said before a machine is asked: at the end it would be too late.
        if bundle.exists() and not bundle.is_file():
            hint = "name a file, there or not: the bundle takes its place when it is whole"
            raise UsageError(f"{shown}: not a file", hint=hint)
        if self.path.exists() and not resume:
            hint = "--resume completes that run; delete the file to begin afresh"
            raise UsageError(f"{self.shown}: an interrupted run left its journal", hint=hint)
        try:
            self._file = self.path.open("a+b" if resume else "x+b")
            self.path.chmod(0o600)
            self._begin()
        except OSError as error:
            raise self._cannot(error) from error

    def _begin(self) -> None:
        self._file.seek(0)
        first = self._file.readline()
        if not first.endswith(b"\n"):
            self._file.truncate(0)
            self._append(canonical.dumps(self._head))
            return
        try:
            known = json.loads(first)
            started = str(known["started"])
            digest = known["inventory"]["digest"]
        except (ValueError, KeyError, TypeError) as error:
            raise self._strange() from error
        if digest != self._head["inventory"]["digest"]:
            hint = "delete it to begin afresh: its machines may not be today's"
            raise UsageError(f"{self.shown}: of another state of the inventory", hint=hint)
        self.started = started
        while True:
            place = self._file.tell()
            line = self._file.readline()
            if not line.endswith(b"\n"):
                self._file.truncate(place)
                return
            try:
                name, entry = json.loads(line)
                self._note(name, entry, place, len(line))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise self._strange() from error

    def _strange(self) -> UsageError:
        hint = "delete it to begin afresh"
        return UsageError(f"{self.shown}: not the journal of a collection", hint=hint)

    def _note(self, name: str, entry: Json, place: int, length: int) -> None:
        self._places[name] = place, length
        self.digests[name] = evidence.asset_digest(entry)
        problem = evidence.failed(entry)
        if problem is not None:
            self.failed[name] = problem["code"]
        else:
            self.failed.pop(name, None)

    def add(self, name: str, entry: Json) -> None:
        """Write an asset's entry; a later one of the same asset replaces it."""
        try:
            place, length = self._append(canonical.dumps([name, entry]))
        except OSError as error:
            raise self._cannot(error) from error
        self._note(name, entry, place, length)

    def _append(self, line: bytes) -> tuple[int, int]:
        place = self._file.seek(0, os.SEEK_END)
        self._file.write(line + b"\n")
        self._file.flush()
        return place, len(line) + 1

    @property
    def answered(self) -> set[str]:
        """Return the assets that need not be asked again."""
        return set(self._places) - set(self.failed)

    @property
    def known(self) -> set[str]:
        """Return the assets there is an entry of."""
        return set(self._places)

    def seal(self, bundle: Path, head: Json) -> None:
        """Write the whole bundle beside and rename it, then take the journal away."""
        manifest = evidence.manifest_of(head, self.digests)
        try:
            canonical.write_atomic(bundle, evidence.parts(head, self._entries(), manifest))
        except OSError as error:
            raise self._cannot(error) from error
        self.close()
        self.path.unlink(missing_ok=True)

    def _entries(self) -> Iterator[tuple[str, bytes]]:
        for name in sorted(self._places):
            place, length = self._places[name]
            self._file.seek(place)
            line = self._file.read(length)
            # The line is `["name",{entry}]` in canonical form, so the entry's bytes are in it.
            start = len(canonical.dumps(name)) + 2
            yield name, line[start:-2]

    def flush(self) -> None:
        """Bring to disk what was written; a failure to is met again, and told, when it is sealed."""
        with contextlib.suppress(OSError, ValueError):
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file; it stays where it is."""
        self._file.close()

    def _cannot(self, error: OSError) -> SoccheckError:
        hint = "make room, then go on with --resume; an older bundle is as it was"
        return SoccheckError(f"{self.shown}: cannot be written: {error.strerror}", hint=hint)
