"""Addresses typed with commas for their dots: `[10,1,2,3]` is a list of four numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from soccheck.facts import meant
from soccheck.model import Problem
from soccheck.phrase import phrase
from soccheck.sources.source import Source


def typed_with_commas(
    source: Source, path: Sequence[str | int], key: str, kind: str
) -> list[Problem] | None:
    """Return one fault for the numbers of an address, at the first of them; none if that is no such list."""
    position = path[-1] if path else ""
    if kind not in ("address", "prefix") or not isinstance(position, int):
        return None
    values: Any = source.data
    for step in path[:-1]:
        values = values[step]
    first = position
    while first > 0 and type(values[first - 1]) is int:
        first -= 1
    last = first
    while last < len(values) and type(values[last]) is int:
        last += 1
    if kind == "prefix" and last < len(values):
        last += 1  # 0/24 is a text
    parts = [str(value) for value in values[first:last]]
    if not first <= position < last or len(parts) % 4:
        return None
    if position > first:
        return []
    each = [meant.written(kind, ".".join(parts[n : n + 4])) for n in range(0, len(parts), 4)]
    text = phrase("{key}: {what} with commas is no address", key=key, what=",".join(parts))
    hint = phrase("write it with dots, as in {what}", what="203.0.113.10")
    if None not in each:
        hint = phrase("write {what}", what=", ".join(one for one in each if one is not None))
    return [Problem(source.where(*path), text, hint)]
