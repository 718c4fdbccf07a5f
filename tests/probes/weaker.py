"""Answers that say less: without a part, or with a blank or an unknown word in its place.

The kinds: `line` without a line, `cut` broken off before a line, `half` within it, `blank` without a word,
`odd` with an unknown one; of JSON `key` without a key, `item` without an entry of a list, `null`, `empty` and
`odd` with that in a value's place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

ODD = "Oddly"
_FILE = re.compile(r"/[^:\s]+(?=:)")
"""A file's name, as grep puts it before a line."""
_WORD = re.compile(r"[^\s=,]+")


def weaker(output: str) -> dict[tuple[str, str], None]:
    """Return what an answer may have lost, as pairs of a kind and a text, each once."""
    twice: list[str] = []
    try:
        data = json.loads(output, object_pairs_hook=lambda pairs: _object(pairs, twice))
    except ValueError:
        data = None
    if twice:  # written again it would be another answer, without what cannot be read
        return {("cut", output[: len(output) // 2]): None}
    if isinstance(data, dict | list):
        found = [*_of(data, data), ("cut", output[: len(output) // 2])]
    else:
        found = [*_lines(output)]
    return {pair: None for pair in found if pair[1] != output}


def _object(pairs: list[tuple[str, Any]], twice: list[str]) -> dict[str, Any]:
    """Return an object of JSON, noting keys that stand in it a second time."""
    found = dict(pairs)
    twice += found if len(found) < len(pairs) else ()
    return found


def _lines(output: str) -> Iterator[tuple[str, str]]:
    lines = output.splitlines(keepends=True)
    for number, line in enumerate(lines):
        before, after = "".join(lines[:number]), "".join(lines[number + 1 :])
        yield "line", before + after
        yield "half", before + line[: len(line) // 2]
        if number:
            yield "cut", before
        named = _FILE.match(line)
        words = [*([named] if named else []), *_WORD.finditer(line, named.end() if named else 0)]
        for word in words:
            begin, rest = before + line[: word.start()], line[word.end() :] + after
            yield "blank", begin + rest
            yield "odd", begin + ODD + rest


def _of(node: Any, whole: Any) -> Iterator[tuple[str, str]]:
    """Yield the whole with each part of a node changed in turn."""
    for key, value in [*node.items()] if isinstance(node, dict) else [*enumerate(node)]:
        nested = isinstance(value, dict | list)
        others = {"null": None, "empty": type(value)() if nested else ""}
        for kind, other in {**others, **({} if nested else {"odd": ODD})}.items():
            node[key] = other
            yield kind, json.dumps(whole)
        node[key] = value
        if nested:
            yield from _of(value, whole)
    if isinstance(node, dict):
        for key in [*node]:
            kept = dict(node)
            del node[key]
            yield "key", json.dumps(whole)
            node.clear()
            node.update(kept)
    else:
        for place, value in enumerate([*node]):
            del node[place]
            yield "item", json.dumps(whole)
            node.insert(place, value)
