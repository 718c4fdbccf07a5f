"""Commas typed inside a value: `[10,1,2,3]` is four numbers, and `{share: 97,5%}` has a key `5%`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from soccheck.facts import meant
from soccheck.model import Location, Problem
from soccheck.phrase import Phrase, phrase
from soccheck.sources.source import Source
from soccheck.sources.yaml_traps import NO_COLON

UNKNOWN = phrase("unknown key {key}")


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


def parted_by_comma(
    key: str, beside: Mapping[str, Any], schema: Any, path: Sequence[str | int], source: Source
) -> Phrase | None:
    """Return what to write where a comma made a key of the end of the value before it, in braces."""
    return _of_a_number(key, beside) or _of_a_text(key, beside, schema, path, source)


def _of_a_number(key: str, beside: Mapping[str, Any]) -> Phrase | None:
    names = list(beside)
    position = names.index(key)
    if not position or not _DIGIT.match(key) or beside[key] not in (None, ""):
        return None
    before = names[position - 1]
    if type(beside[before]) not in (int, float):
        return None
    if isinstance(beside[before], float):
        return _PARTED[0]
    if before.startswith(("ipv4", "ipv6", "found_ipv")):  # ports
        return _PARTED[1].of(what=f"{before}: [{beside[before]}, {key}]")
    typed = f"{beside[before]},{key}"
    kind = "share" if key.endswith("%") else "number"
    told = None if _THOUSANDS.match(key) else meant.written(kind, typed)
    return _PARTED[0] if told is None else _PARTED[1].of(what=f"{before}: {told}")


def _of_a_text(
    key: str, beside: Mapping[str, Any], schema: Any, path: Sequence[str | int], source: Source
) -> Phrase | None:
    bare = _bare(beside, path, source)
    names = list(beside)
    start = names.index(key)
    if key not in bare:
        return None
    while start and names[start] in bare:
        start -= 1
    first = names[start]
    if not isinstance(beside[first], str) or not beside[first]:
        return None
    others = list(itertools.takewhile(bare.__contains__, names[start + 1 :]))
    typed = ", ".join((beside[first], *others))
    if schema.get("properties", {}).get(first, {}).get("type") == "array":
        return _PARTED[1].of(what=f"{first}: [{typed}]")
    return _PARTED[1].of(what=f'{first}: "{typed}"')


def behind_keys(faults: Iterable[Problem]) -> frozenset[Location]:
    """Return where the keys end that are told to be unknown: nothing is missing behind what is no key."""
    found = []
    for fault in faults:
        at = fault.where
        if isinstance(at, Location) and fault.message.text == UNKNOWN.text:
            shown = str(dict(fault.message.values)["key"])
            found.append(Location(at.path, at.line, at.column + len(shown) - len("''")))
    return frozenset(found)


def goes_on(key: str, beside: Mapping[str, Any], path: Sequence[str | int], source: Source) -> bool:
    """Return whether a comma took the end of a key's value away: that end has a fault of its own."""
    names = list(beside)
    following = names[names.index(key) + 1 :][:1]
    if any(_of_a_number(name, beside) is not None for name in following):
        return True
    return isinstance(beside[key], str) and not _bare(beside, path, source).isdisjoint(following)


def _bare(beside: Mapping[str, Any], path: Sequence[str | int], source: Source) -> frozenset[str]:
    """Return the keys that have no colon behind them: they are the ends of texts, `{systems: a, b}`."""
    at = {
        (place.line, place.column)
        for problem in source.problems
        if problem.message.text == NO_COLON[0].text and isinstance(place := problem.where, Location)
    }
    found = []
    for key in beside if at else ():
        if ":" in key or "=" in key:
            continue  # it is a key, whose colon lacks its blank
        place = source.where(*path, key)
        if any((place.line, place.column + len(key) + blank) in at for blank in (0, 1)):
            found.append(key)
    return frozenset(found)


_PARTED = (
    phrase("a comma parts two keys here: write the number before it without one"),
    phrase("a comma parts two keys here: write {what}"),
)
_DIGIT = re.compile("[0-9]")
_THOUSANDS = re.compile(r"[0-9]{3}\Z")
