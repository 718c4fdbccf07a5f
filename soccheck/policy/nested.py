"""A condition's one line of text, read again: which way an edit inside of it moves the whole."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

_JOIN = re.compile(r"(all|any|not|if)\(")
_QUANTIFIER = re.compile(r"(every|some) ([\w.]+) (where )?")
_LEAF = re.compile(r"([\w.|]+): ")

Limit = Callable[[str, str, str], str]
"""Says which way a comparison moves, by its operator and its values on both sides."""

STRICTER, LOOSER, CHANGED = "stricter", "looser", "changed"
_OPPOSITE = {STRICTER: LOOSER, LOOSER: STRICTER, CHANGED: CHANGED}


class _Node(NamedTuple):
    """Represents a comparison (`word` is its key, `value` what is compared with), or what joins several."""

    word: str
    value: str = ""
    parts: tuple[_Node, ...] = ()


def direction(before: str, after: str, limit: Limit) -> str:
    """Return which way an edit moves a condition that must hold; `changed` where it does not tell."""
    one, other = _read(before), _read(after)
    if one is None or other is None:
        return CHANGED
    return _joined(_moved(one, other, limit))


def are_alike(before: str, after: str, *, wholly: bool) -> bool:
    """Return whether two conditions are joined in the same way; `wholly`, whether only values differ."""
    one, other = _read(before), _read(after)
    if one is None or other is None:
        return False
    return _shape(one) == _shape(other) if wholly else one.word == other.word


def _shape(node: _Node) -> _Node:
    return _Node(node.word, parts=tuple(map(_shape, node.parts)))


def _joined(found: Iterator[str]) -> str:
    ways = set(found)
    return ways.pop() if len(ways) == 1 else CHANGED


def _moved(one: _Node, other: _Node, limit: Limit) -> Iterator[str]:
    """Yield which way each part that differs moves the whole."""
    if one == other:
        return
    if one.word != other.word:
        yield CHANGED
    elif not one.parts:
        yield limit(one.word.rpartition("|")[2], one.value, other.value)
    elif len(one.parts) == len(other.parts):
        for i, (part, now) in enumerate(zip(one.parts, other.parts, strict=True)):
            ways = _moved(part, now, limit)
            yield from (map(_OPPOSITE.__getitem__, ways) if _is_turned(one, i) else ways)
    else:
        yield _more(one, other)


def _is_turned(node: _Node, i: int) -> bool:
    """Return whether what makes a part harder to meet makes the whole easier."""
    is_premise = i == 0 and len(node.parts) == 2
    return node.word == "not" or (node.word.startswith(("if", "every ")) and is_premise)


def _more(one: _Node, other: _Node) -> str:
    """Return which way one part more, or one less, moves what joins them."""
    if one.word not in ("all", "any"):
        return CHANGED
    fewer, more = (frozenset(node.parts) for node in (one, other))
    if fewer < more:
        return STRICTER if one.word == "all" else LOOSER
    return (LOOSER if one.word == "all" else STRICTER) if more < fewer else CHANGED


def _read(text: str) -> _Node | None:
    """Return what `flat.condition` wrote; nothing for a text that can be read in two ways."""
    try:
        node, end = _node(text, 0)
    except ValueError:
        return None
    return node if end == len(text) else None


def _node(text: str, at: int) -> tuple[_Node, int]:
    if (found := _JOIN.match(text, at)) is not None:
        parts, end = _parts(text, found.end())
        return _Node(found[1], parts=parts), end
    if (found := _QUANTIFIER.match(text, at)) is not None:
        at, parts = found.end(), ()
        if found[3]:
            when, at = _node(text, at)
            parts, at = (when,), _after(text, at, " ")
        require, at = _node(text, _after(text, at, "("))
        return _Node(f"{found[1]} {found[2]}", parts=(*parts, require)), _after(text, at, ")")
    return _leaf(text, at)


def _parts(text: str, at: int) -> tuple[tuple[_Node, ...], int]:
    found = []
    while True:
        part, at = _node(text, at)
        found.append(part)
        if text.startswith(")", at):
            return tuple(found), at + 1
        at = _after(text, at, "; ")


def _leaf(text: str, at: int) -> tuple[_Node, int]:
    found = _LEAF.match(text, at)
    if found is None:
        raise ValueError(text)
    start = found.end()
    if text.startswith('"', start):
        value, end = json.JSONDecoder().raw_decode(text, start)
        return _Node(found[1], value=value), end
    ends = [i for mark in (";", ")", " (") if (i := text.find(mark, start)) >= 0]
    end = min(ends, default=len(text))
    return _Node(found[1], value=text[start:end]), end


def _after(text: str, at: int, mark: str) -> int:
    if not text.startswith(mark, at):
        raise ValueError(text)
    return at + len(mark)
