"""Files that were copied: two that state the same."""

from __future__ import annotations

import re

from soccheck.phrase import Phrase, phrase

_COPIED = re.compile(
    r"\([0-9]+\)|[-_ ](?:copy|sao chép|bản sao|backup|old|cũ|mới|new|final|cuối|v[0-9]{1,2}"
    r"|desktop-\w+|laptop-\w+|[0-9]{2,8})(?=\b|_)|conflict|^copy|^bản sao",
    re.IGNORECASE,
)
"""How browsers, file managers and people name a copy."""


def copied(*paths: str) -> str | None:
    """Return the first path whose name is a copy's."""
    return next((path for path in paths if _COPIED.search(path.rpartition("/")[2])), None)


def copy(*paths: str) -> Phrase:
    """Return what to do where two files state the same: one of them is a copy, by its name or not."""
    if path := copied(*paths):
        return phrase("{file} looks like a copy: take it out of the folder", file=path)
    return phrase("if one file is a copy, take it out of the folder; else state each thing once")
