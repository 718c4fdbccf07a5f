"""The files that soccheck writes, which say of themselves what they are, and what takes each."""

from __future__ import annotations

import re
from typing import Any

from soccheck.phrase import phrase

MADE = {
    "evidence": (phrase("this is an evidence bundle"), phrase("give it behind --evidence")),
    "assessment": (
        phrase("this is a result of `soccheck audit`"),
        phrase(
            "give it behind --previous, to `soccheck gate` behind --baseline, to `soccheck report` alone"
        ),
    ),
    "baseline": (
        phrase("this is a baseline"),
        phrase("give it to `soccheck gate` behind --baseline"),
    ),
}
_HEAD = re.compile(rb'\s*\{\s*"soccheck":\s*\{\s*"format":\s*"(assessment|baseline)"')


def by_data(data: dict[str, Any]) -> str | None:
    """Return of which kind a file is, by what it says."""
    head = data.get("soccheck")
    form = head.get("format") if isinstance(head, dict) else None
    if data.get("format") == "soccheck evidence":
        return "evidence"
    return form if form in ("assessment", "baseline") else None


def by_text(raw: bytes) -> str | None:
    """Return of which kind a file is, by how soccheck writes it: a bundle's keys are sorted."""
    if raw.startswith(b'{"assets":') and b'"format":"soccheck evidence"' in raw:
        return "evidence"
    found = _HEAD.match(raw)
    return found[1].decode() if found else None
