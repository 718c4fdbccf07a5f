"""Load an inventory: a folder of YAML files, merged by top-level key, judged whole before it is used."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from soccheck.errors import UsageError
from soccheck.facts import values
from soccheck.facts.spoken import NO, YES, plain
from soccheck.inventory.attestations import with_files
from soccheck.inventory.file_content import read_file
from soccheck.inventory.merged import MergedFiles
from soccheck.inventory.rulesets import with_rulesets
from soccheck.model import Inventory
from soccheck.phrase import Phrase, phrase
from soccheck.sources import recognise
from soccheck.sources.files import Files, Folder, checked, content
from soccheck.sources.near_path import misplaced

_REPORTS = (".html", ".xlsx", ".docx", ".pdf", ".csv", ".md", ".xml")
_CONTROL = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)+")
"""How a control is called."""


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
        raise UsageError(
            phrase("{path} is a file: an inventory is a folder", path=shown),
            hint=_file_hint(folder),
        )
    if not folder.is_dir():
        text = phrase("{path}: not a folder", path=shown)
        if not folder.exists():
            text = phrase("{folder}: no such folder", folder=shown)
        raise UsageError(text, hint=_no_folder_hint(folder, shown))


def _file_hint(file: Path) -> Phrase:
    """Return what to do with a file that was given where an inventory's folder goes."""
    ending = file.suffix.lower()
    if ending in (".xlsx", ".xlsm", ".xls", ".ods"):
        return phrase("`soccheck export csv FILE -o FOLDER` makes tables of a workbook")
    raw = content(file)
    kind = recognise.kind(raw) if isinstance(raw, bytes) else None
    if kind not in (None, "inventory"):
        return recognise.BEHIND[kind]
    if ending == ".json":
        return phrase("evidence is given behind --evidence, a former result behind --previous")
    return phrase("give the folder that it stands in: {folder}", folder=file.parent)


def _no_folder_hint(folder: Path, shown: str) -> Phrase | None:
    """Return what to do where there is no folder of a name."""
    if plain(shown) in YES | NO:
        return phrase("leave it out: an option that only switches, as --details, takes no value")
    if folder.suffix.lower() in _REPORTS:
        return phrase("a report is written by --report FORMAT={file}", file=shown)
    if _CONTROL.fullmatch(shown):
        return phrase("the inventory's folder comes first, then {control}", control=shown)
    hint = phrase(
        "give the folder that holds the inventory's YAML files; `soccheck init` starts one"
    )
    return misplaced(shown, hint)


def read(files: Files, shown: str) -> Inventory:
    """Return the inventory that `files` hold, on disk or in git.

    Raises `InputError` with every fault of every file.
    """
    merged = MergedFiles(values.clean(shown.rstrip("/")))
    for entry in files.entries():
        merged.take(read_file(merged.shown, entry.name, files.read(entry)))
    return with_files(with_rulesets(merged.inventory(), files), files)
