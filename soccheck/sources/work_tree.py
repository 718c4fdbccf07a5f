"""Where a path stands in the work tree of a repository, as it is written."""

from __future__ import annotations

import os.path
from pathlib import Path

from soccheck.errors import UsageError
from soccheck.phrase import phrase


def within(path: Path, root: Path) -> str | None:
    """Return a path as it is written from `root`, the top of a work tree; nothing where it is elsewhere.

    Raises `UsageError` where a link is on the way: a commit would be asked for another file.
    """
    written = Path(os.path.abspath(path))
    above = [folder for folder in (written, *written.parents) if folder.resolve() == root]
    if not above:
        return None
    name = written.relative_to(above[-1])
    if path.resolve() != root / name:
        hint = phrase("put the file itself there: what is judged must be what is reviewed")
        raise UsageError(phrase("{path} is a link, or behind one", path=path), hint=hint)
    return "" if name == Path() else name.as_posix()


def top(path: Path) -> Path | None:
    """Return the top of the work tree that holds `path`, or nothing outside of one."""
    place = path.resolve()
    for folder in (place, *place.parents):
        if (folder / ".git").exists():
            return folder
    return None
