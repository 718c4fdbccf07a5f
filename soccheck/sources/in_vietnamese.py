"""A plain text where one in two languages is wanted is Vietnamese: `name: Sở Y tế`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from soccheck.sources.source import Source

Place = tuple[str, ...]
"""The keys that lead to a text; `*` is every key or item."""

EACH = "*"


def read(source: Source, places: Iterable[Place]) -> None:
    """Write `{vi: text}` for every plain text at the places; where it stands is kept."""
    for place in places:
        _within(source, source.data, place)


def _within(source: Source, node: Any, place: Place) -> None:
    step, *rest = place
    if isinstance(node, list) and step == EACH:
        for item in node if rest else ():
            _within(source, item, tuple(rest))
    if not isinstance(node, dict):
        return
    for i, key in enumerate(node):
        value = node[key]
        if step not in (key, EACH):
            continue
        if rest:
            _within(source, value, tuple(rest))
        elif isinstance(value, str) and value:
            node[key] = text = {"vi": value}
            source.marks[id(text)] = [source.marks[id(node)][i]]
