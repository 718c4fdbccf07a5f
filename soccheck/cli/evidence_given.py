"""Which evidence is whose: that of several inventories, and that of both sides of a gate."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from soccheck import audit
from soccheck.audit import GivenEvidence
from soccheck.bundle import bundle as evidence
from soccheck.errors import InputError, UsageError
from soccheck.model import Inventory, Problem
from soccheck.sources.files import Fault
from soccheck.sources.git import Repository, within

Bundle = dict[str, Any]


def read(file: str) -> Bundle:
    """Return the bundle in a file; raises what `bundle.load` raises."""
    return evidence.load(Path(file), file)


def given(file: str | None, loaded: Inventory) -> GivenEvidence:
    """Return what the bundle in a file holds for an inventory, or nothing where none is given."""
    return audit.take(read(file) if file is not None else None, loaded)


class Sides:
    """Holds the bundle of the working tree, and finds that of the commit it is compared with.

    A bundle kept in git is judged by as either side has it; one that only the working tree has, as a
    pipeline's artefact, serves both.
    """

    def __init__(self, file: str | None, repository: Repository, root: Path, commit: str) -> None:
        self.file = file
        self.repository = repository
        self.kept = within(Path(file), root) if file is not None else None
        was = repository.blob(commit, self.kept) if self.kept is not None else None
        self.was = was
        self.bundle: Bundle | None = None
        if file is not None and (was is None or os.path.lexists(file)):
            self.bundle = read(file)

    def now(self, loaded: Inventory) -> GivenEvidence:
        """Return what the working tree is judged by; nothing where the change deleted the bundle."""
        return audit.take(self.bundle, loaded)

    def former(self, loaded: Inventory | None) -> tuple[GivenEvidence, str | None]:
        """Return what the commit is judged by, and the bundle's file where the change can edit it."""
        if self.file is None or loaded is None:
            return GivenEvidence(), None
        if isinstance(self.was, Fault):
            raise InputError([Problem(self.file, self.was.message, self.was.hint)])
        if self.was is not None:
            return audit.take(evidence.loads(self.was, self.file), loaded), self.file
        assert self.bundle is not None
        # What the change makes another kind of asset was not asked as the former kind.
        kinds = {asset.id: asset.kind for asset in loaded}
        assets = self.bundle["assets"].items()
        fitting = {
            name: item for name, item in assets if kinds.get(name, item["kind"]) == item["kind"]
        }
        told = audit.take({**self.bundle, "assets": fitting}, loaded)
        if self.kept is not None and self.repository.blob("HEAD", self.kept) is not None:
            return replace(told, about=None), self.file  # the change brings it along
        return told, None


def of_each(files: Sequence[str], folders: Sequence[str]) -> dict[str, Bundle]:
    """Return the bundle of each folder; a bundle names its inventory's, under its seal."""
    found: dict[str, Bundle] = {}
    for file in files:
        bundle = read(file)
        name = _last(bundle["inventory"]["folder"])
        fitting = [folder for folder in folders if _last(folder) == name]
        if len(fitting) != 1:
            which = "several" if fitting else "none"
            text = (
                f"{file}: the evidence is of {name!r}, which {which} of these inventories is called"
            )
            raise UsageError(text, hint="audit that inventory by itself")
        if fitting[0] in found:
            hint = "join them first: soccheck evidence merge"
            raise UsageError(f"{file}: a second bundle for {fitting[0]}", hint=hint)
        found[fitting[0]] = bundle
    return found


def _last(folder: str) -> str:
    return folder.rstrip("/").rpartition("/")[2]
