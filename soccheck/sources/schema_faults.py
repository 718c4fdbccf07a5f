"""Word what jsonschema finds wrong with a file: what, where, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from soccheck.facts import instead, meant
from soccheck.model import Problem
from soccheck.phrase import Phrase, phrase
from soccheck.sources.commas import UNKNOWN, goes_on, parted_by_comma, typed_with_commas
from soccheck.sources.schema_keys import key_meant, means
from soccheck.sources.schema_values import kind_of, meaning_of, short, values_of, wrong
from soccheck.sources.source import Source

MISSING = phrase("{key} is missing")


def worded(error: Any, source: Source, root: Any) -> Iterable[Problem]:
    """Yield what is wrong, where, and what to do: once for each key that is unknown or missing."""
    path = list(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        names = sorted(error.schema.get("properties", {}))
        known = {problem.where for problem in source.problems}
        for key in error.instance:
            if key not in names and source.where(*path, key) not in known:
                text = UNKNOWN.of(key=repr(key))
                hint = parted_by_comma(
                    key, error.instance, error.schema, path, source
                ) or key_meant(key, error.instance[key], error.schema, path, root)
                yield Problem(source.where(*path, key), text, hint)
        return
    if error.validator == "required":
        unknown = [key for key in error.instance if key not in error.schema.get("properties", {})]
        for key in error.validator_value:
            # What is misspelt is not missing, too: its own fault says which key was meant.
            if key not in error.instance and not any(means(other, key) for other in unknown):
                text = MISSING.of(key=repr(key))
                yield Problem(source.where(*path), text, _missing(error, key, root))
        return
    names_a_key = "propertyNames" in error.schema_path
    if not isinstance(error.instance, dict | list) and not names_a_key and source.refused(path):
        return  # a scalar the reader already refused is not worth a second message
    step = next((step for step in reversed(path) if isinstance(step, str)), "")
    if names_a_key:
        path.append(error.instance)
        step = ""
    above = _at(source.data, path[:-1]) if path else None
    if isinstance(above, dict) and goes_on(path[-1], above, path[:-1], source):
        return
    name = step if step.isprintable() else repr(step)
    kind = kind_of(error.schema) if isinstance(error.schema, dict) else ""
    if (told := typed_with_commas(source, path, name, kind)) is not None:
        yield from told
        return
    message, hint = wrong(error)
    if names_a_key and (other := _another_id(error.instance, source, path)) is not None:
        hint = other
    if path and isinstance(path[-1], int) and kind_of(error.schema) == "ref":
        hint = meant.each_id(error.instance) or hint
    text = phrase("{key}: {what}", key=name, what=message) if step else message
    yield Problem(source.where(*path), text, hint)


def _another_id(key: str, source: Source, path: Sequence[str | int]) -> Phrase | None:
    """Return what to do with a key that is several ids, or one that stands beside it."""
    several = re.split(r"\s*[,;]\s*", key)
    if len(several) > 1 and all(several):
        return phrase(
            "write each with its own keys: {ids}", ids=", ".join(f"{k}: ..." for k in several)
        )
    one = meant.written("ref", key)
    if one is not None and one != key and one in _at(source.data, path[:-1]):
        place = source.where(*path[:-1], one)
        return phrase("it stands at {place} as {id}: keep one", place=place, id=one)
    return None


def _at(data: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        data = data[step]
    return data


def of_a_machine(error: Any) -> Phrase:
    """Return what is wrong in a file that a program wrote: where in it, and what."""
    path: object = "/".join(str(step) for step in error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = error.schema.get("properties", {})
        strange = next((key for key in error.instance if key not in known), "")
        what = phrase("unknown key {key}", key=short(strange))
    elif error.validator == "required":
        lacking = next(key for key in error.validator_value if key not in error.instance)
        what = phrase("{key} is missing", key=repr(lacking))
    else:
        what, _ = wrong(error)
    return phrase("{place}: {what}", place=path or phrase("the file"), what=what)


def _missing(error: Any, key: str, root: Any) -> Phrase:
    """Return the key to add, with what goes there."""
    schema = error.schema.get("properties", {}).get(key, {})
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    schema = {**root.get("$defs", {}).get(name, {}), **schema}
    if schema.get("required"):
        inside = ", ".join(f"{one}: ..." for one in schema["required"])
        return phrase("add {what}", what=f"{key}: {{{inside}}}")
    return to_add(key, kind_of(schema), values_of(schema), meaning_of(schema))


def to_add(key: str, kind: str, values: Sequence[str], meaning: Phrase | None) -> Phrase:
    """Return the key to add, with what goes there; `kind` is the type as the catalogue names it."""
    if kind == "enum":
        added = phrase("{key}: one of {values}", key=key, values=", ".join(values))
    elif kind == "bool":
        added = phrase("{key}: true or false", key=key)
    elif kind in instead.EXAMPLES and kind != "text":
        added = phrase("{key}: {example}, for example", key=key, example=instead.EXAMPLES[kind])
    else:
        added = phrase("{key}:", key=key)
    if meaning is None:
        return phrase("add {what}", what=added)
    return phrase("add {what} ({meaning})", what=added, meaning=meaning)
