"""Which key was meant by one that a schema does not know: beside it, or elsewhere in the same asset."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from soccheck.facts.near import near, nearest
from soccheck.facts.spoken import plain
from soccheck.facts.spoken_keys import COUNTED, KEYS
from soccheck.phrase import Phrase, phrase


def key_meant(key: str, value: object, schema: Any, path: Sequence[str | int], root: Any) -> Phrase:
    """Return the key that was meant, beside it or elsewhere in the same asset."""
    names = list(schema.get("properties", {}))
    if _BLANK.search(key):
        return NO_BREAK
    if found := _BULLET.match(key):
        return phrase(
            "write {what}, indented, and no {bullet} before it",
            what=f"{key[found.end() :]}: ...",
            bullet=found[1],
        )
    if not path and isinstance(value, dict) and (section := _section_of(value, root)):
        return phrase(
            "an asset stands below its section: write {section}: above it, and indent it",
            section=section,
        )
    if {"family", "name"} <= set(names) and plain(key) in ("version", "phien ban", "release"):
        return phrase('write it behind the name: name: "{text}"', text=f"... {value}")
    for name in names:
        for inner in schema["properties"][name].get("properties", ()):
            if plain(key).replace(" ", "_") == f"{name}_{inner}":
                return phrase("write {what}", what=_nested(f"{name}.{inner}"))
    if KEYS.get(plain(key), plain(key)) == "name" and "product" in names:
        return phrase("did you mean {word}?", word=repr("product"))
    head, _, tail = key.partition(".")
    if tail and head in names:
        return phrase("write {what}", what=_nested(key))
    head, _, tail = key.partition(":")
    if tail and head in names:
        return phrase("write {what}, with a blank after the colon", what=f"{head}: {tail}")
    head, _, tail = (part.strip() for part in key.partition("="))
    if tail and head in names:
        return phrase("write {what}", what=f"{head}: {tail}")
    for name in names:
        if _spoken(key, name):
            return phrase("did you mean {word}?", word=repr(name))
    spoken = KEYS.get(plain(key), "")
    otherwise = _elsewhere(key, value, spoken, path, root)
    if not path and otherwise is not None:
        return otherwise
    otherwise = otherwise or phrase("known here: {names}", names=", ".join(sorted(names)))
    return near(key, names, otherwise)


NO_BREAK = phrase("a blank that does not break stands in it: write plain blanks in its place")
_BULLET = re.compile(r"([•*·▪\u2010-\u2015])\s*(?=\w)")
"""What office programs put before the entries of a list."""
_BLANK = re.compile("\\A[\u00a0\u2000-\u200a\u202f\u3000]|:[\u00a0\u2000-\u200a\u202f\u3000]")
"""A blank of an office program where YAML asks for a plain one: before a key, or behind its colon."""


def _section_of(value: dict[str, Any], root: Any) -> str | None:
    """Return the section whose assets have all of these keys, where it is one alone."""
    fitting = [
        name
        for name, section in root.get("properties", {}).items()
        if isinstance(asset := section.get("additionalProperties"), dict)
        and set(value) <= set(asset.get("properties", {}))
        and set(asset.get("required", ())) <= set(value)
    ]
    return fitting[0] if value and len(fitting) == 1 else None


def means(key: str, name: str) -> bool:
    """Return whether an unknown key was surely meant as the key `name`."""
    return (
        _spoken(key, name)
        or re.match(rf"{name}(?::| *=)", key) is not None
        or nearest(key, [name]) == name
    )


def _spoken(key: str, name: str) -> bool:
    word = KEYS.get(plain(key), "")
    return bool(word) and word.removesuffix("s") == name.removesuffix("s")


def _nested(dotted: str) -> str:
    """Return a dotted name as YAML has it on one line: `dossier: {status: ...}`."""
    head, _, tail = dotted.partition(".")
    return f"{head}: {{{_nested(tail)}}}" if tail else f"{head}: ..."


def _elsewhere(
    key: str, value: object, spoken: str, path: Sequence[str | int], root: Any
) -> Phrase | None:
    """Return where in the same asset, or at the top of the file, a key belongs."""
    sections = root.get("properties", {})
    if not path:
        of_all = sections.get("authority", {}).get("properties", {})
        if key in of_all:
            return phrase("write {what}", what=_nested(f"authority.{key}"))
        return None
    of_asset = sections.get(path[0], {})
    if isinstance(of_asset.get("additionalProperties"), dict):
        of_asset = of_asset["additionalProperties"]
    places = list(_places(of_asset))
    if not isinstance(value, dict) and plain(key) in COUNTED and _TOTAL in places:
        return phrase("write {what}", what=_nested(_TOTAL))
    inside = "".join(f"{step}." for step in path[1 if path[0] == "authority" else 2 :])
    ending = [place for place in places if place.endswith(f".{key}")]
    if len(ending) > 1 or (inside and ending[:1] != [f"{inside}{key}"]):
        ending = []  # os: {version: ...} is not antivirus: {version: ...}
    for place in places:
        if place in (key, spoken) or place in ending:
            beside = place.removeprefix(inside)
            if inside and beside != place and "." not in beside:
                return phrase("did you mean {word}?", word=repr(beside))
            if "." in place:
                return phrase("write {what}", what=_nested(place))
            return phrase(
                "write {key} with less indentation, beside the asset's other keys", key=place
            )
    for name in (key, spoken):
        if name in sections and isinstance(value, dict):
            return phrase("write {key}: at the beginning of a line, it is a section", key=name)
    return None


_TOTAL = "workstations.total"


def _places(schema: Any, prefix: str = "") -> Iterable[str]:
    """Yield the dotted name of each key of a schema, the outer ones first."""
    properties = schema.get("properties", {})
    yield from (f"{prefix}{name}" for name in properties)
    for name, inner in properties.items():
        yield from _places(inner, f"{prefix}{name}.")
