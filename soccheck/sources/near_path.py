"""Which file or folder was meant by a path that leads to none."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator

from soccheck.facts.near import nearest
from soccheck.facts.spoken import tidy
from soccheck.phrase import Phrase, phrase

_MOST = 1000
"""Names of a folder that are looked at."""
_CLOSE = 0.75
"""How alike a name must be: a folder of another province is not meant."""


def misplaced(path: str, otherwise: Phrase | None) -> Phrase | None:
    """Return the hint for a path that leads to nothing: the one that was meant, else `otherwise`."""
    found = near_path(path)
    return phrase("did you mean {word}?", word=repr(found)) if found is not None else otherwise


def near_path(path: str) -> str | None:
    """Return the path of a file or folder that was meant: another program's marks, a slip, a part left out.

    Of `C:/data/an-giang` it is the part that is here; of `inventoriesan-giang` a shell took the stroke.
    """
    bare = tidy(path).replace("\\", "/")
    parts = [part for part in re.sub(r"\A[A-Za-z]:/*", "", bare).split("/") if part]
    start = "/" if bare.startswith("/") else ""
    for first in range(len(parts)):
        found = _followed(start, parts[first:])
        if found is not None and os.path.abspath(found) != os.path.abspath(path):
            return found
    if len(parts) != 1:
        return None
    below = (f"{folder}/{name}" for folder in _names("") for name in _names(folder))
    meant = [each for each in below if parts[0] in (each.replace("/", ""), each.split("/")[1])]
    return meant[0] if len(meant) == 1 else None


def _followed(start: str, parts: list[str]) -> str | None:
    """Return the path with each part as it is written in its folder, or nothing where one has none near."""
    at = start
    for part in parts:
        whole = os.path.join(at, part)
        if not os.path.exists(whole):
            close = nearest(part, _names(at), cutoff=_CLOSE)
            if close is None:
                return None
            whole = os.path.join(at, close)
        at = whole
    return at or None


def _names(folder: str) -> Iterator[str]:
    """Yield what is in a folder, some of it where there is much; nothing of what cannot be looked at."""
    with contextlib.suppress(OSError, ValueError), os.scandir(folder or ".") as entries:
        for _, entry in zip(range(_MOST), entries, strict=False):
            if not entry.name.startswith("."):
                yield entry.name
