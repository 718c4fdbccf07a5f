"""Where an inventory was in a commit that does not have its folder: one that was moved is recognised."""

from __future__ import annotations

import os.path
from pathlib import Path, PurePosixPath

from soccheck.errors import UsageError
from soccheck.model import KINDS, Inventory
from soccheck.phrase import phrase
from soccheck.sources import yaml
from soccheck.sources.git import Repository, Tree

_SECTIONS = frozenset(
    (
        *("authority", "documents", "claims", "waivers", "attestations"),
        *("report", "defaults", "groups", *(f"{kind}s" for kind in KINDS)),
    )
)


def was_in(repository: Repository, commit: str, root: Path, loaded: Inventory) -> str | None:
    """Return the folder that a commit has an inventory in which is in another folder now.

    Nothing where no inventory is gone: then this one is new. Raises `UsageError` where it is not clear
    which folder it was: of a part of it nobody would see what is missing.
    """
    tree = repository.tree(commit, "")
    assert tree is not None
    stated = _stated(tree)
    authorities = [name for name, keys in stated.items() if "authority" in keys]
    gone = [name for name in authorities if not os.path.lexists(root / name)]
    if not gone:
        return None
    held = loaded.authority.at.path.removeprefix(f"{loaded.folder}/")
    others = {_folder(name) for name in authorities if name not in gone}
    were = [name for name in gone if name == held or name.endswith(f"/{held}")]
    if len(were) == 1:
        folder = were[0].removesuffix(held).rstrip("/")
        # Several files may state facts of the authority: all that are gone were in that folder.
        is_whole = all(_in(name, folder) for name in gone)
        if is_whole and all(_in(n, folder) or any(_in(n, o) for o in others) for n in stated):
            return folder
    hint = phrase(
        "say where it was: --base-inventory FOLDER; no longer there: {names}", names=", ".join(gone)
    )
    raise UsageError(
        phrase("{folder} was moved, and it is not clear from where", folder=loaded.folder),
        hint=hint,
    )


def _stated(tree: Tree) -> dict[str, frozenset[str]]:
    """Return the sections of every file that could be one of an inventory."""
    found = {}
    for entry in tree.entries():
        data = yaml.parse(tree.read(entry), entry.name).data
        if isinstance(data, dict) and data and _SECTIONS.issuperset(data):
            found[entry.name] = frozenset(map(str, data))
    return found


def _folder(name: str) -> str:
    folder = PurePosixPath(name).parent.as_posix()
    return "" if folder == "." else folder


def _in(name: str, folder: str) -> bool:
    """Return whether a file is in a folder, or in one below it."""
    return not folder or name.startswith(f"{folder}/")
