"""Files beside an inventory's that look as if they belonged to it, and are not read."""

from __future__ import annotations

from collections.abc import Iterable

from soccheck.model import Location, Problem
from soccheck.phrase import Phrase, phrase
from soccheck.sources.files import is_read

_BOOKS = (".xlsx", ".xls", ".xlsm", ".ods")
_NOT_READ = phrase("is not read")


def left_out(names: Iterable[str], folder: str) -> list[Problem]:
    """Return a remark for each file whose assets somebody may take for listed."""
    remarks = []
    for name in sorted(names):
        hint = None if is_read(name) else _hint(name)
        if hint is not None:
            remarks.append(Problem(Location(f"{folder}/{name}", 1, 1), _NOT_READ, hint))
    return remarks


def _hint(name: str) -> Phrase | None:
    lower = name.lower()
    if lower.endswith(_BOOKS):
        return phrase("`soccheck export csv FILE -o FOLDER` makes tables of a workbook")
    bare = name[: -len(".txt")] if lower.endswith(".txt") else ""
    if bare and (is_read(bare) or bare.lower().endswith(".csv")):
        return phrase("name it {name}", name=bare)
    if lower.endswith(".csv"):
        return phrase("a table is named by what it lists: hosts.csv, hosts-{name}", name=name)
    return None
