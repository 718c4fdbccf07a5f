"""Which evidence is whose: that of several inventories, and that of both sides of a gate."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from soccheck import audit
from soccheck.audit import GivenEvidence
from soccheck.bundle import bundle as evidence
from soccheck.bundle import signing
from soccheck.cli import steps
from soccheck.errors import InputError, UsageError
from soccheck.model import Duration, Inventory, Problem
from soccheck.phrase import phrase
from soccheck.sources.files import Fault
from soccheck.sources.git import Repository
from soccheck.sources.work_tree import within

Bundle = dict[str, Any]
_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Represents a bundle that was read: its file, and who signed it where that was asked."""

    file: str
    bundle: Bundle
    signer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """Represents what a bundle must be to be judged by: signed by one of `signers`, and not too old."""

    signers: str | None = None
    max_age: Duration | None = None

    def __post_init__(self) -> None:
        """Raise `UsageError` for an age in hours, which days cannot tell: a whole day's answers would do."""
        if self.max_age is not None and self.max_age.seconds % _DAY:
            text = phrase("{length}: an answer's age is told in whole days", length=self.max_age)
            raise UsageError(text, hint=phrase("write 1d, 2w, 6mo or 1y"))

    def read(self, file: str) -> Told:
        """Return the bundle in a file, FILE.sig verified where signers are named.

        Raises what `bundle.load` and `signing.verify` raise.
        """
        signer = None
        with steps.step(steps.READING_EVIDENCE):
            bundle = evidence.load(Path(file), file)
            if self.signers is not None:
                signer = signing.verify(bundle, Path(f"{file}.sig"), Path(self.signers))
        return Told(file=file, bundle=bundle, signer=signer)

    def take(self, told: Told | None, loaded: Inventory, day: date) -> GivenEvidence:
        """Return what a bundle holds for an inventory; nothing where none is given.

        Raises `InputError` when an answer is older than it may be on the day.
        """
        if told is None:
            return GivenEvidence()
        self.refuse_older(told, day)
        return audit.take(told.bundle, loaded, told.signer)

    def refuse_older(self, told: Told, day: date) -> None:
        """Raise `InputError` when an answer of a bundle is older than it may be on the day."""
        oldest = evidence.oldest(told.bundle)
        if self.max_age is not None and oldest < self.max_age.oldest(day):
            text = phrase(
                "its oldest answer is of {oldest}, more than {max_age} before {day}",
                oldest=oldest,
                max_age=self.max_age,
                day=day,
            )
            raise InputError([Problem(told.file, text, phrase("collect again"))])

    def refuse_without(self, files: Sequence[str]) -> None:
        """Raise `UsageError` where something is demanded of a bundle that is not given."""
        names = (("--signers", self.signers), ("--max-evidence-age", self.max_age))
        for name, value in names:
            if value is not None and not files:
                text = phrase("{option} does nothing {why}", option=name, why=_WITHOUT)
                raise UsageError(text, hint=phrase("name the bundle"))


_WITHOUT = phrase("without --evidence")


def given(file: str | None, loaded: Inventory, day: date, demands: Demands) -> GivenEvidence:
    """Return what the bundle in a file holds for an inventory, or nothing where none is given.

    Raises `UsageError` where something is demanded of a bundle that is not there, and what `Demands` does.
    """
    demands.refuse_without([file] if file is not None else [])
    return demands.take(demands.read(file) if file is not None else None, loaded, day)


class Sides:
    """Holds the bundle of the working tree, and finds that of the commit it is compared with.

    A bundle kept in git is judged by as either side has it; one that only the working tree has, as a
    pipeline's artefact, serves both. What is demanded is demanded of both, by the signers of the commit.
    """

    def __init__(
        self,
        file: str | None,
        demands: Demands,
        repository: Repository,
        root: Path,
        commit: str,
    ) -> None:
        self.file = file
        self.demands = demands
        self.repository = repository
        self.commit = commit
        self.signers = _signers(demands.signers, repository, root, commit)
        self.kept = within(Path(file), root) if file is not None else None
        self.was = repository.blob(commit, self.kept) if self.kept is not None else None
        self.told: Told | None = None
        if file is not None:
            if self.was is not None and not os.path.lexists(file):
                hint = phrase("put it back, or leave out --evidence in a change of its own")
                text = phrase("{file} is deleted, and the base is judged by it", file=file)
                raise UsageError(text, hint=hint)
            bundle = evidence.load(Path(file), file)
            signed = signing.contents(Path(f"{file}.sig")) if self.signers is not None else None
            self.told = self._told(file, bundle, signed)

    def now(self, loaded: Inventory, day: date) -> GivenEvidence:
        """Return what the working tree is judged by."""
        return self.demands.take(self.told, loaded, day)

    def former(self, loaded: Inventory | None, day: date) -> tuple[GivenEvidence, str | None]:
        """Return what the commit is judged by, and the bundle's file where the change can edit it."""
        if self.file is None or loaded is None:
            return GivenEvidence(), None
        if isinstance(self.was, Fault):
            raise InputError([Problem(self.file, self.was.message, self.was.hint)])
        if self.was is not None:
            signed = self.repository.blob(self.commit, f"{self.kept}.sig")
            if self.signers is not None and not isinstance(signed, bytes):
                hint = phrase("sign it in a change of its own, which is not held to --signers")
                raise InputError([Problem(f"{self.file}.sig", phrase("it has no such file"), hint)])
            told = self._told(self.file, evidence.loads(self.was, self.file), signed)
            return self.demands.take(told, loaded, day), self.file
        assert self.told is not None
        # What the change makes another kind of asset was not asked as the former kind.
        kinds = {asset.id: asset.kind for asset in loaded}
        assets = self.told.bundle["assets"].items()
        fitting = {
            name: item for name, item in assets if kinds.get(name, item["kind"]) == item["kind"]
        }
        given = audit.take({**self.told.bundle, "assets": fitting}, loaded)
        if self.kept is not None and self.repository.blob("HEAD", self.kept) is not None:
            return replace(given, about=None), self.file  # the change brings it along
        return given, None

    def _told(self, file: str, bundle: Bundle, signed: bytes | Fault | None) -> Told:
        """Return a bundle of either side, its signature verified where signers are named."""
        signer = None
        if self.signers is not None:
            assert isinstance(signed, bytes)
            names = f"{file}.sig", str(self.demands.signers)
            signer = signing.verify_bytes(bundle, signed, self.signers, *names)
        return Told(file=file, bundle=bundle, signer=signer)


def _signers(file: str | None, repository: Repository, root: Path, commit: str) -> bytes | None:
    """Return the allowed signers as the commit has them: a change must not choose who vouches for it."""
    if file is None:
        return None
    name = within(Path(file), root)
    if name is None:
        return signing.contents(Path(file))
    found = repository.blob(commit, name)
    if isinstance(found, Fault):
        raise UsageError(phrase("{file}: {what}", file=file, what=found.message), hint=found.hint)
    if found is not None:
        return found
    if repository.blob("HEAD", name) is not None:
        hint = phrase("let it in by a change of its own, which brings no evidence")
        raise UsageError(
            phrase("{file} is new: whom to trust is not for the change to say", file=file),
            hint=hint,
        )
    return signing.contents(Path(file))


def of_each(files: Sequence[str], folders: Sequence[str], demands: Demands) -> dict[str, Told]:
    """Return the bundle of each folder; a bundle names its inventory's, under its seal."""
    found: dict[str, Told] = {}
    for file in files:
        told = demands.read(file)
        name = _last(told.bundle["inventory"]["folder"])
        fitting = [folder for folder in folders if _last(folder) == name]
        if len(fitting) != 1:
            text = phrase(
                "{file}: the evidence is of {name}, which none of these inventories is called",
                file=file,
                name=repr(name),
            )
            if fitting:
                text = phrase(
                    "{file}: the evidence is of {name}, which several of these inventories is called",
                    file=file,
                    name=repr(name),
                )
            raise UsageError(text, hint=phrase("audit that inventory by itself"))
        if fitting[0] in found:
            hint = phrase("join them first: soccheck evidence merge")
            text = phrase("{file}: a second bundle for {folder}", file=file, folder=fitting[0])
            raise UsageError(text, hint=hint)
        found[fitting[0]] = told
    return found


def _last(folder: str) -> str:
    return folder.rstrip("/").rpartition("/")[2]
