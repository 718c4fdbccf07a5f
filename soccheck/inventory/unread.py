"""Files beside an inventory's that look as if they belonged to it, and are not read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from soccheck.facts.values import clean
from soccheck.inventory.table import kind_of
from soccheck.model import KINDS, Location, Problem
from soccheck.phrase import Phrase, phrase
from soccheck.sources.files import is_read

_ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tar")
_BOOKS = (".xlsx", ".xls", ".xlsm", ".ods")
_NOT_READ = phrase("is not read")
_KEPT = re.compile(
    r"(.+?)(?:\.(?:bak|orig|old|save|rej|swp|tmp|[0-9]{1,8})|~| ?\([0-9]+\)| ?- ?(?:copy|bản sao)|[ ._]+)+\Z",
    re.IGNORECASE,
)
"""How editors, git and people name what they keep beside a file."""


def left_out(folder: Path, shown: str) -> list[Problem]:
    """Return a remark for each file of a folder whose assets somebody may take for listed."""
    remarks = []
    for name in sorted(_names(folder)):
        hint = None if is_read(name) else _hint(name.rpartition("/")[2])
        if hint is not None:
            remarks.append(Problem(Location(f"{shown}/{clean(name)}", 1, 1), _NOT_READ, hint))
    return remarks


def _names(folder: Path) -> Iterator[str]:
    """Yield the files of the folder itself, and those beside files that are read in folders below."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        place = Path(parent)
        if place == folder or any(is_read(name) for name in names):
            yield from ((place / name).relative_to(folder).as_posix() for name in names)


def _hint(name: str) -> Phrase | None:
    lower = name.lower()
    if lower.startswith("~$"):
        return None  # an office program's mark that the file beside it is open
    if lower.endswith(_BOOKS):
        return phrase("`soccheck export csv FILE -o FOLDER` makes tables of a workbook")
    kept = _KEPT.fullmatch(name)
    if kept and is_read(kept[1]):
        return phrase(
            "if it is kept for safety, git keeps it better; else name it {name}", name=kept[1]
        )
    bare = name[: -len(".txt")] if lower.endswith(".txt") else ""
    if bare and (is_read(bare) or bare.lower().endswith(".csv")):
        return phrase("name it {name}", name=bare)
    stem, _, ending = lower.rpartition(".")
    kind = kind_of(stem or lower)
    if lower.endswith(_ARCHIVES) and (kind in KINDS or ".yaml" in lower or ".yml" in lower):
        return phrase("unpack it: no archive is read")
    if "." not in name and kind in KINDS:
        return phrase("name it {name}", name=f"{name}.yaml")
    if ending == "json" and kind in KINDS:
        return phrase("JSON is YAML, too: name it {name}", name=f"{name[: len(stem)]}.yaml")
    if ending in ("tsv", "tab", "txt") and kind in KINDS and kind != "firewall":
        return phrase("name it {name}", name=f"{name[: len(stem)]}.csv")
    if lower.endswith(".csv"):
        return phrase("a table is named by what it lists: hosts.csv, hosts-{name}", name=name)
    return None
