"""Change facts of assets in a file's text, and leave every other byte of it as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from soccheck.inventory.entry_edit import yaml_value
from soccheck.sources import yaml
from soccheck.sources.source import Source

Tree = dict[str, Any]
"""Facts as the YAML of an asset nests them."""
_Edit = tuple[int, int, str]
"""Where text is replaced: offset, length, and what stands there then."""
_OLD = re.compile(
    r"""(:[ ]+)("(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*'|[^\s,{}\[\]#"'&*!|>][^,{}\[\]#\n]*?)"""
    r"""(?=[ ]*(?:[,}\]\r\n]|[ ]#|\Z))"""
)
"""A value on the line of its key, and what ends it."""


def nested(facts: Mapping[str, Any]) -> Tree:
    """Return facts by dotted name as a tree of mappings."""
    tree: Tree = {}
    for name, value in facts.items():
        *steps, last = name.split(".")
        node = tree
        for step in steps:
            node = node.setdefault(step, {})
        node[last] = value
    return tree


def changed(text: str, section: str, wanted: Mapping[str, Tree]) -> tuple[str, list[str]]:
    """Return `text` with what is wanted of assets, by id, and the ids where that has to be done by hand.

    An asset is changed whole or not at all; what stands beside what is wanted stays.
    """
    whole = _edited(text, section, wanted)
    if whole is not None:
        return whole, []
    left = []
    for name, tree in wanted.items():
        after = _edited(text, section, {name: tree})
        if after is None:
            left.append(name)
        else:
            text = after
    return text, left


def _edited(text: str, section: str, wanted: Mapping[str, Tree]) -> str | None:
    """Return the text with all of it, or nothing where it would not say just that."""
    source = yaml.parse(text.encode(), "")
    if source.problems:
        return None
    expected = json.loads(
        json.dumps(source.data)
    )  # what an alias shares is copied: it is another asset
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    edits: list[_Edit] = []
    for name, tree in wanted.items():
        found = list(
            _edits(text, starts, source, (section, name), source.data[section][name], tree)
        )
        if None in found:
            return None
        edits += [edit for edit in found if edit is not None]
        _merge(expected[section][name], tree)
    for offset, length, new in sorted(edits, reverse=True):
        text = text[:offset] + new + text[offset + length :]
    after = yaml.parse(text.encode(), "")
    return text if not after.problems and after.data == expected else None


def _merge(into: Tree, tree: Tree) -> None:
    for key, value in tree.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value


def _edits(
    text: str, starts: list[int], source: Source, path: tuple[str, ...], there: Tree, tree: Tree
) -> Iterator[_Edit | None]:
    """Yield what to edit so that a mapping says what the tree says; nothing where that is not seen."""
    for key, value in tree.items():
        if key not in there:
            yield _inserted(text, starts, source, path, there, f"{key}: {yaml_value(value)}")
        elif isinstance(value, dict) and isinstance(there[key], dict):
            yield from _edits(text, starts, source, (*path, key), there[key], value)
        elif there[key] != value:
            yield _replaced(text, starts, source, (*path, key), yaml_value(value))


def _replaced(
    text: str, starts: list[int], source: Source, path: tuple[str, ...], new: str
) -> _Edit | None:
    at = source.where(*path)
    offset = starts[at.line - 1] + at.column - 1
    key = re.compile(rf"""(?:"{re.escape(path[-1])}"|{re.escape(path[-1])})(?=:)""").match(
        text, offset
    )
    match = _OLD.match(text, key.end()) if key else None
    return (match.start(2), len(match[2]), new) if match else None


def _inserted(
    text: str, starts: list[int], source: Source, path: tuple[str, ...], there: Tree, new: str
) -> _Edit | None:
    """Return the edit that adds a key: before the first of a mapping in braces, after the last in lines."""
    if not there:
        return None
    head, first = source.where(*path), source.where(*path, next(iter(there)))
    offset = starts[first.line - 1] + first.column - 1
    if text[starts[head.line - 1] + head.column - 1 : offset].rstrip().endswith("{"):
        return offset, 0, f"{new}, "
    last = source.where(*path, list(there)[-1]).line
    while last < len(starts) - 1:
        line = text[starts[last] : starts[last + 1]]
        if line.strip() and len(line) - len(line.lstrip(" ")) < first.column:
            break
        last += 1
    while last > 1 and not text[starts[last - 1] : starts[last]].strip():
        last -= 1
    before = "" if text[: starts[last]].endswith("\n") else "\n"
    return min(starts[last], len(text)), 0, f"{before}{' ' * (first.column - 1)}{new}\n"
