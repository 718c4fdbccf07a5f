"""What to write where keys are wanted and something else stands: one word, a number, a list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from soccheck.facts import instead, meant, spoken
from soccheck.facts.catalogue import STATEMENT
from soccheck.phrase import Phrase, phrase
from soccheck.sources.schema_keys import NO_BREAK

_SHOWN = 12
_PAIR = re.compile(r"([\w.-]+)\s*(?:=|[-=]>|→|:=|: |\uff1a)\s*(\S.*)")
"""A key and its value as other languages have them, or in quotes as a whole."""


def few(names: Iterable[str]) -> str:
    """Return names in a row, of many the first ones."""
    known = list(names)
    return ", ".join(known if len(known) <= _SHOWN + 1 else [*known[:_SHOWN], "..."])


def keys_for(value: Any, schema: Any, inner: bool) -> Phrase:
    """Return what to write where keys are wanted; `inner` if it is one of those keys itself."""
    names = [name for name in schema.get("properties", {}) if name not in STATEMENT]
    write = phrase("write {what}")
    if inner:
        return phrase("this is a key of what stands above it: indent it further than that")
    if value and isinstance(value, list) and "measure" in names and isinstance(value[0], str):
        return phrase("write each with its value: {what}", what=f"{{{value[0]}: true}}")
    if isinstance(value, list) and names:
        return phrase("write its keys below it, without dashes: {keys}", keys=few(names))
    each = schema.get("additionalProperties")
    if isinstance(value, list) and isinstance(each, dict) and "anyOf" in each:  # of an attestation
        first = next((one for one in value if isinstance(one, str)), "backup.offsite")
        return phrase("write each with its value: {what}", what=f"{first}: true")
    if isinstance(value, list):
        return phrase("write each with its id before it and without the dash, as in web-1: ...")
    if names and _switch(schema) is None and meant.none(value) is not None:
        return phrase("leave the key out where there is none, or where it is not known")
    if "total" in names and isinstance(value, int) and not isinstance(value, bool):
        return write.of(what=f"{{total: {value}}}")
    if isinstance(value, str) and (told := _of_a_text(value, names, schema)) is not None:
        return told if isinstance(told, Phrase) else write.of(what=told)
    if set(names) >= {"vi", "en"}:
        return write.of(what=f"{{vi: {meant.quoted(str(value))}}}")
    return phrase("write its keys below it: {keys}", keys=few(names) or "id: ...")


_SWITCHES = ("installed", "active", "enabled", "in_place", "established", "allowed", "used")


def _switch(schema: Any) -> str | None:
    """Return the key of a group that says whether there is what the group is about."""
    inside = schema.get("properties", {})
    return next((k for k in _SWITCHES if inside.get(k, {}).get("type") == "boolean"), None)


def _of_a_text(value: str, names: list[str], schema: Any) -> Phrase | str | None:
    """Return what a word means as keys, or what to do about it."""
    if re.match(r"[\w.-]+:[\u00a0\u2000-\u200a\u202f\u3000]", value):
        return NO_BREAK
    if spoken.plain(value) in spoken.NOT_KNOWN:
        return instead.hint("int", value)
    if (line := _PAIR.fullmatch(value)) and line[1] in names:
        return f"{line[1]}: {line[2]}"
    word, key = meant.written("bool", value), _switch(schema)
    if word is not None and key is not None:
        return f"{{{key}: {word}}}"
    if "number" in names and (paper := _paper(value, dated="date" in names)) is not None:
        return paper
    if "folder" in names:
        return f"{{folder: {meant.quoted(value)}}}"
    if "product" in names:
        return f"{{product: {meant.quoted(value)}}}"
    if set(names) >= {"family", "name"}:
        return f"{{name: {meant.quoted(value)}}}"
    return None


def _paper(value: str, *, dated: bool) -> str | None:
    """Return a document told in one text, `15/QĐ-UBND ngày 20/12/2023`, by its number and its day."""
    number, _, said = re.sub(
        r"\A(?:(?:quyết định|qđ) )?(?:số:? )?", "", value, flags=re.I
    ).partition(" ngày ")
    day = meant.written("date", said) if said else None
    if not re.fullmatch(r"[0-9]+(?:/[0-9]{4})?/[\w-]+", number) or (said and day is None):
        return None
    told = f", date: {day}" if day and dated else ""
    return f"{{number: {meant.quoted(number)}{told}}}"


def entries_for(value: dict[str, Any], schema: Any) -> Phrase:
    """Return what to write where a list is wanted, and the keys of one entry or of several stand."""
    inside = schema.get("items", {}).get("properties", {})
    first = next(iter(value), "")
    if first in inside:
        return phrase(
            "write a dash before the first key of each entry, - {key}: ..., and the others below that key",
            key=first,
        )
    wanted = schema.get("items", {}).get("type")
    if wanted == "string" and not any(isinstance(one, dict | list) for one in value.values()):
        items = ", ".join(meant.scalar(one) for one in value.values())
        return phrase("write the values alone: [{items}]", items=items)
    return phrase("write a dash before each: - ...")


def entry_for(entry: dict[str, Any]) -> Phrase:
    """Return what to write where a list of entries is wanted, and one word stands."""
    keys = ", ".join(f"{key}: ..." for key in entry.get("required") or entry["properties"])
    return phrase("write each entry with its keys: [{{{keys}}}]", keys=keys)
