"""A change to an inventory's files as `git apply` and `patch -p1` take it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path


def diff(folder: str, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """Return the unified diff of files, by their path in the inventory; nothing where none differs."""
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for path, text in after.items()
        for line in difflib.unified_diff(
            before[path].splitlines(keepends=True),
            text.splitlines(keepends=True),
            f"a/{_shown(folder, path)}",
            f"b/{_shown(folder, path)}",
        )
    )


def _shown(folder: str, path: str) -> str:
    """Return a file's name from here, as git and patch look for it; else from the inventory."""
    here, root = Path.cwd(), Path(folder).resolve()
    below = here if root.is_relative_to(here) else root
    return (root / path).relative_to(below).as_posix()
