"""The journal of a collection: an entry a line, written as machines answer, so that nothing is lost.

It lies beside the bundle until that is whole; each run begins with a line that says who it is. A line that
a crash tore is passed over; its machine is asked again.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeAlias

from soccheck.bundle import bundle as evidence
from soccheck.bundle import canonical_json as canonical
from soccheck.bundle.atomic import remove_leftovers
from soccheck.collect.journal_file import held, last_run, remove
from soccheck.errors import SoccheckError, refusal, unwritable
from soccheck.phrase import phrase

Json = dict[str, Any]
Teller: TypeAlias = Callable[..., None]
"""Takes in what somebody should know, and what to do next where that is said, as phrases."""
SUFFIX = ".partial"
ASIDE = ".aside"


class _Place(NamedTuple):
    """Represents where a line of the journal is, and its SHA-256: a disk may give back another."""

    start: int
    length: int
    digest: str

    @classmethod
    def of(cls, start: int, line: bytes) -> _Place:
        """Return the place of a line."""
        return cls(start, len(line), canonical.sha256(line))


class Journal:
    """Holds the open journal: where each asset's latest line is, its digest, and what it was asked by.

    `keeps` says of an entry of a former run whether it still counts; `tell` takes in what became of one.
    """

    def __init__(
        self,
        bundle: Path | None,
        head: Json,
        *,
        shown: str,
        resume: bool,
        keeps: Callable[[str, Json], bool],
        tell: Teller,
    ) -> None:
        self.path = None if bundle is None else bundle.with_name(bundle.name + SUFFIX)
        self.shown = shown + SUFFIX
        self._head = head
        self._keeps = keeps
        self._tell = tell
        self._places: dict[str, _Place] = {}
        self._probes: dict[str, frozenset[str]] = {}
        self.digests: dict[str, str] = {}
        self.failed: dict[str, str] = {}
        self.dropped: set[str] = set()
        self.later: set[str] = set()
        self._fresh = False
        self.started: str = head["started"]
        self.ended = self.started
        try:
            self._file = self._opened(shown, resume=resume)
            self._append(canonical.dumps(head))
        except OSError as error:
            raise self._cannot(error) from error

    # -- what a former run left --------------------------------------------------------------------

    def _opened(self, shown: str, *, resume: bool) -> BinaryIO:
        """Return the journal's file, at its end; what a run that died left is taken up or set aside."""
        if self.path is None:
            file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115  -- closed by `close`
            return file
        file = held(self.path, shown)
        # Of a run that was killed as it wrote the bundle.
        remove_leftovers(self.path.with_name(self.path.name.removesuffix(SUFFIX)))
        if not file.seek(0, os.SEEK_END):
            self._fresh = True
            return file
        by = last_run(file)
        if resume and self._take_up(file):
            count = len(self._places)
            text = phrase("{file}: {n} answers of an interrupted run are taken up: {run}")
            self._tell(text.of(file=self.shown, n=count, run=by))
            return file
        aside = _free(self.path.with_name(self.path.name + ASIDE))
        self.path.rename(aside)
        file.close()
        text = phrase("{file}: left by a run that did not end: {run}; set aside as {aside}")
        hint = phrase("give it its name again and use --resume to complete that run instead")
        self._tell(text.of(file=self.shown, run=by, aside=self._beside(aside)), hint)
        self._fresh = True
        return held(self.path, shown)

    def _take_up(self, file: BinaryIO) -> bool:
        """Note the entries there are, and cut off a torn line; return whether it is a journal at all."""
        file.seek(0)
        started, place = "", 0
        try:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                if line.startswith(b"{"):
                    moment = str(json.loads(line)["started"])
                    if evidence.moment(datetime.fromisoformat(moment)) != moment:
                        raise ValueError(moment)
                    started = started or moment
                else:
                    name, entry = json.loads(line)
                    # What another release wrote, or a disk altered, would make the bundle unreadable.
                    if canonical.dumps([name, entry]) + b"\n" == line and evidence.is_sound(
                        name, entry, self._head
                    ):
                        self._former(name, entry, _Place.of(place, line))
                place += len(line)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            started = ""
        if not started:
            self._forget(list(self._places))
            return False
        file.truncate(place)
        self.started = min(started, self.started)
        return True

    def _former(self, name: str, entry: Json, place: _Place) -> None:
        if self._is_later(name, entry):
            return
        if self._keeps(name, entry):
            self._note(name, entry, place)
            self.dropped.discard(name)
        else:
            self._forget([name])
            self.dropped.add(name)

    def add_former(self, name: str, entry: Json) -> None:
        """Take in an entry of the bundle there was, unless it counts no longer or there is a later one."""
        if name in self._places or name in self.dropped or self._is_later(name, entry):
            return
        if self._keeps(name, entry):
            self.add(name, entry)
        else:
            self.dropped.add(name)

    def _is_later(self, name: str, entry: Json) -> bool:
        """Return whether a former answer is of a time to come: the clock was set back; it is asked anew."""
        later = bool(entry["ended"] > self._head["started"])
        if later:
            self.later.add(name)
        return later

    # -- entries -----------------------------------------------------------------------------------

    def add(self, name: str, entry: Json) -> None:
        """Write an asset's entry; a later one of the same asset replaces it."""
        try:
            place = self._append(canonical.dumps([name, entry]))
        except OSError as error:
            raise self._cannot(error) from error
        self._note(name, entry, place)

    def _note(self, name: str, entry: Json, place: _Place) -> None:
        self._places[name] = place
        records = entry["probes"].items()
        times = (entry, *entry["probes"].values())
        self.started = min(self.started, *(part["started"] for part in times))
        self.ended = max(self.ended, *(part["ended"] for part in times))
        self._probes[name] = frozenset(probe for probe, record in records if record["answers"])
        self.digests[name] = evidence.asset_digest(entry)
        problem = evidence.failed(entry)
        if problem is not None:
            self.failed[name] = problem["code"]
        else:
            self.failed.pop(name, None)

    def _forget(self, names: Iterable[str]) -> None:
        for name in names:
            for noted in (self._places, self._probes, self.digests, self.failed):
                noted.pop(name, None)

    def _append(self, text: bytes) -> _Place:
        line = text + b"\n"
        place = _Place.of(self._file.seek(0, os.SEEK_END), line)
        self._file.write(line)
        self._file.flush()
        return place

    def answers(self, name: str, probes: Collection[str] = ()) -> bool:
        """Return whether the asset has answered, and was asked by all of `probes`."""
        return name not in self.failed and self._probes.get(name, frozenset()).issuperset(probes)

    def probes(self, name: str) -> frozenset[str]:
        """Return by which probes the asset was asked."""
        return self._probes.get(name, frozenset())

    @property
    def known(self) -> set[str]:
        """Return the assets there is an entry of."""
        return set(self._places)

    # -- the end -----------------------------------------------------------------------------------

    def seal(self, write: Callable[[Iterable[bytes]], None], head: Json) -> None:
        """Have the whole bundle written, then take the journal away."""
        manifest = evidence.manifest_of(head, self.digests)
        try:
            write(evidence.parts(head, self._entries(), manifest))
            if self.path is not None:
                remove(self._file, self.path)  # before it is let go of, or another run finds it
        except OSError as error:
            raise self._cannot(error) from error
        self.close()

    def _entries(self) -> Iterator[tuple[str, bytes]]:
        for name in sorted(self._places):
            place = self._places[name]
            self._file.seek(place.start)
            line = self._file.read(place.length)
            if place != _Place.of(place.start, line):
                hint = phrase("collect again; an older bundle is as it was")
                raise SoccheckError(
                    phrase("{file}: something else wrote into it", file=self.shown), hint=hint
                )
            # The line is `["name",{entry}]` in canonical form, so the entry's bytes are in it.
            start = len(canonical.dumps(name)) + 2
            yield name, line[start:-2]

    def flush(self) -> None:
        """Bring to disk what was written; a failure to is met again, and told, when it is sealed."""
        with contextlib.suppress(OSError, ValueError):
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file, which lets go of it; it stays where it is, unless nothing came into it."""
        if self._fresh and not self._places and self.path is not None and not self._file.closed:
            remove(self._file, self.path)
        # What could not be written is tried once more by closing, and has been told where it failed first.
        with contextlib.suppress(OSError):
            self._file.close()

    def _cannot(self, error: OSError) -> SoccheckError:
        if self.path is None:
            reason = refusal(error)
            return SoccheckError(phrase("the bundle cannot be written: {why}", why=reason))
        hint = phrase("make room, then go on with --resume; an older bundle is as it was")
        return unwritable(self.shown, error, hint)

    def _beside(self, path: Path) -> str:
        """Return how a file beside the journal is printed."""
        assert self.path is not None
        return self.shown.removesuffix(self.path.name) + path.name


def _free(path: Path) -> Path:
    """Return the path, or the first of it with a number that is not there: nothing set aside is lost."""
    for number in itertools.count(2):
        if not os.path.lexists(path):
            return path
        path = path.with_name(f"{path.name.removesuffix(f'-{number - 1}')}-{number}")
    raise AssertionError("numbers do not end")
