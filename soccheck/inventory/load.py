"""Load an inventory: a folder of YAML files, merged by top-level key, judged whole before it is used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from soccheck.errors import UsageError
from soccheck.facts import values
from soccheck.inventory.attestations import with_files
from soccheck.inventory.file_content import FileContent
from soccheck.inventory.merged import MergedFiles
from soccheck.inventory.rulesets import with_rulesets
from soccheck.model import Inventory
from soccheck.phrase import phrase
from soccheck.sources.files import Files, Folder, checked


def load(folder: Path, shown: str) -> Inventory:
    """Return the inventory in `folder`; `shown` is how its path is printed.

    Raises `UsageError` when there is no such folder and `InputError` with every fault of every file.
    """
    refuse(folder, shown)
    return replace(read(Folder(folder), shown), name=_name(folder, shown))


def _name(folder: Path, shown: str) -> str:
    return folder.resolve().name if Path(shown).name in ("", "..") else Path(shown).name


def refuse(folder: Path, shown: str) -> None:
    """Raise `UsageError` where there is no such folder, or a bundle could not say its name in UTF-8."""
    if (fault := checked(f"{shown} {_name(folder, shown)}").fault) is not None:
        raise UsageError(phrase("{file}: {what}", file=shown, what=fault.message), hint=fault.hint)
    if folder.is_file():
        hint = phrase("give the folder that it stands in")
        raise UsageError(
            phrase("{path} is a file: an inventory is a folder", path=shown), hint=hint
        )
    if not folder.is_dir():
        hint = phrase(
            "give the folder that holds the inventory's YAML files; `soccheck init` starts one"
        )
        text = phrase("{path}: not a folder", path=shown)
        if not folder.exists():
            text = phrase("{folder}: no such folder", folder=shown)
        raise UsageError(text, hint=hint)


def read(files: Files, shown: str) -> Inventory:
    """Return the inventory that `files` hold, on disk or in git.

    Raises `InputError` with every fault of every file.
    """
    merged = MergedFiles(values.clean(shown.rstrip("/")))
    for entry in files.entries():
        content = FileContent(merged.shown)
        content.read(files.read(entry), entry.name)
        merged.take(content)
    return with_files(with_rulesets(merged.inventory(), files), files)
