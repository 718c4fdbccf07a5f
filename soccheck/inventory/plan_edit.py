"""Add plans and notes to assets in a file's text, and leave every other byte of it as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from soccheck.inventory.entry_edit import Entry, yaml_value
from soccheck.model import Asset

_KEY = re.compile(r"(\s*)(?:\"[^\"]*\"|'[^']*'|[^\s:#][^:#]*):\s*(#.*)?\r?\n?\Z")
"""A line that holds a key and nothing below it yet."""


def planned(lines: Sequence[str], asset: Asset, plans: Sequence[Entry], note: str) -> str | None:
    """Return the text to put in after the line an asset begins in; none where it is not written in lines.

    `lines` are those of the asset's file. An asset that states plans already is not added to here.
    """
    at = asset.at.line
    head = lines[at - 1] if 0 < at <= len(lines) else ""
    match = _KEY.match(head)
    below = next((line for line in lines[at:] if line.strip() and line.lstrip()[0] != "#"), "")
    indent = len(below) - len(below.lstrip(" "))
    if match is None or indent <= len(match[1]):
        return None
    pad, newline = " " * indent, "\r\n" if head.endswith("\r\n") else "\n"
    said = [f"note: {yaml_value(note)}"] if note else []
    if plans:
        said += ["plans:", *(f"  - {yaml_value(plan)}" for plan in plans)]
    return "".join(f"{pad}{line}{newline}" for line in said)


def inserted(text: str, additions: Mapping[int, str]) -> str:
    """Return a text with others after its lines, which are counted from 1."""
    lines = text.splitlines(keepends=True)
    return "".join(line + additions.get(number, "") for number, line in enumerate(lines, 1))
