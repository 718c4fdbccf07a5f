"""Word what jsonschema finds wrong with a file: what, where, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from soccheck.facts import instead, meant
from soccheck.facts.meant_addresses import is_range
from soccheck.facts.near import misspelt
from soccheck.model import Problem
from soccheck.phrase import Phrase, phrase, plain
from soccheck.schemas.forms import COUNT
from soccheck.sources.commas import UNKNOWN, goes_on, parted_by_comma, typed_with_commas
from soccheck.sources.schema_keys import key_meant, means
from soccheck.sources.schema_objects import entries_for, entry_for, keys_for
from soccheck.sources.schema_words import IS_NOT, KINDS, PATTERNS, SCALARS, TYPES
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
    kind = _kind(error.schema) if isinstance(error.schema, dict) else ""
    if (told := typed_with_commas(source, path, name, kind)) is not None:
        yield from told
        return
    message, hint = _wrong(error)
    if names_a_key and (other := _another_id(error.instance, source, path)) is not None:
        hint = other
    if path and isinstance(path[-1], int) and _kind(error.schema) == "ref":
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


def _kind(schema: Any) -> str:
    """Return the type of the values a schema tells, as the catalogue names it."""
    if "enum" in schema:
        return "enum"
    if schema.get("pattern") in KINDS:
        return KINDS[schema["pattern"]]
    if any(inner.get("pattern") == COUNT for inner in schema.get("anyOf", ())):
        return "count"
    return SCALARS.get(str(schema.get("type")), "")


def _values(schema: Any) -> list[str]:
    return [str(one) for one in schema.get("enum", ())]


def _wrong(error: Any) -> tuple[Phrase, Phrase]:
    """Return what is wrong with a value, and what to do."""
    value, wanted = error.instance, error.validator_value
    schema = error.schema if isinstance(error.schema, dict) else {}
    see = phrase("see `soccheck schema`")
    match error.validator:
        case "pattern" if wanted in KINDS:
            kind = KINDS[wanted]
            return IS_NOT[kind].of(value=repr(value)), instead.hint(kind, value)
        case "pattern" if wanted in PATTERNS:
            message, hint = PATTERNS[wanted]
            return message.of(value=repr(value)), _fitting(wanted, value) or hint
        case "type":
            kinds = [wanted] if isinstance(wanted, str) else wanted
            last = error.absolute_path[-1] if error.absolute_path else None
            return _type(value, kinds, schema, last)
        case "enum":
            return _enum(value, _values(schema))
        case "const":
            text = phrase("it can only be {value}", value=_short(wanted))
            beside = getattr(error.parent, "validator_value", None)
            if isinstance(beside, list) and any(one.get("type") == "integer" for one in beside):
                text = phrase("{value} is not a whole number", value=_short(value))
                return text, phrase("write a number, as in 30, or {what}", what=wanted)
            return text, phrase("write {what}, or leave the key out", what=_short(wanted))
        case "uniqueItems":
            return phrase("an item stands in it twice"), phrase("name each once")
        case "minProperties" | "minItems" | "minLength":
            hint = _meaning(schema) or phrase("write it, or leave the key out")
            return phrase("there is nothing in it"), hint
        case "minimum" | "maximum" | "exclusiveMinimum" | "maxLength" | "maxItems":
            return _beyond(error.validator, value, wanted)
        case "pattern":
            hint = _meaning(schema) or see
            text = phrase("{value} is not of the form {form}", value=_short(value), form=wanted)
            return text, hint
        case "dependentRequired":
            keys = [
                one for key in value if key in wanted for one in wanted[key] if one not in value
            ]
            text = phrase("{key} is missing", key=repr(keys[0]))
            return text, phrase("add {what}", what=", ".join(keys))
    text = phrase("{value} is not allowed here ({rule})", value=_short(value), rule=error.validator)
    return text, see


def _fitting(pattern: str, value: str) -> Phrase | None:
    """Return the text that was meant, where it fits a pattern: in capitals, a length of time."""
    for one in (value.upper(), value.lower(), meant.written("length", value)):
        if one is not None and re.search(pattern, one):
            return phrase("write {what}", what=one)
    return None


def _beyond(limit: str, value: object, wanted: object) -> tuple[Phrase, Phrase]:
    """Return what is wrong with a value beyond a limit, and what to do."""
    match limit:
        case "minimum":
            text = phrase("{value} is less than {least}", value=value, least=wanted)
            return text, phrase("write a number that is {least} or more", least=wanted)
        case "maximum":
            text = phrase("{value} is more than {most}", value=value, most=wanted)
            return text, phrase("write a number that is {most} or less", most=wanted)
        case "exclusiveMinimum":
            text = phrase("{value} is not more than {least}", value=value, least=wanted)
            return text, phrase("write a number that is more than {least}", least=wanted)
        case "maxLength":
            text = phrase("a text longer than {most} characters", most=wanted)
            return text, phrase("shorten it")
    return phrase("a list of more than {most}", most=wanted), phrase("shorten it")


def of_a_machine(error: Any) -> Phrase:
    """Return what is wrong in a file that a program wrote: where in it, and what."""
    path: object = "/".join(str(step) for step in error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = error.schema.get("properties", {})
        strange = next((key for key in error.instance if key not in known), "")
        what = phrase("unknown key {key}", key=_short(strange))
    elif error.validator == "required":
        lacking = next(key for key in error.validator_value if key not in error.instance)
        what = phrase("{key} is missing", key=repr(lacking))
    else:
        what, _ = _wrong(error)
    return phrase("{place}: {what}", place=path or phrase("the file"), what=what)


def _type(value: Any, kinds: Sequence[str], schema: Any, last: Any) -> tuple[Phrase, Phrase]:
    """Return what is wrong with a value of another type, and what to write."""
    kind = _kind(schema)
    text = phrase("{value} is not {type}", value=_short(value), type=_any_of(kinds))
    if kind in IS_NOT:
        text = IS_NOT[kind].of(value=_short(value))
    if kinds == ["array"]:
        items = schema.get("items", {})
        if isinstance(value, dict):
            return text, entries_for(value, schema)
        if _kind(items) == "ref" and (several := meant.ids(value)) is not None:
            return text, several
        listed = meant.listed(_kind(items), value, _values(items))
        if listed is None and _kind(items) == "address" and is_range(str(value)):
            return text, instead.EACH
        if (none := meant.none(value)) is not None:
            return text, none
        if listed is None and items.get("properties"):
            return text, entry_for(items)
        if listed is None:
            return text, phrase("write each by itself, in a list: [a, b]")
        return text, phrase("write {what}", what=listed)
    if kinds == ["object"]:
        return text, keys_for(value, schema, last in schema.get("properties", {}))
    if isinstance(value, list) and len(value) == 1 and not isinstance(value[0], dict | list):
        one = meant.written(kind, value[0], _values(schema)) if kind else None
        if (
            one is None
            and kind in instead.EXAMPLES
            and kind != "text"
            and value[0] not in (True, False)
        ):
            return text, instead.hint(kind, value[0])
        one = one or meant.scalar(value[0])
        return text, phrase("only one goes here: write {what}", what=one)
    if isinstance(value, list):
        return text, phrase("only one goes here: write it without [ ] and without a dash")
    if kind == "text" and isinstance(value, dict) and [*value.values()] in ([None], [""]):
        return text, phrase('quote it: "{text}"', text=f"{{{next(iter(value))}}}")
    if isinstance(value, dict) and len(kinds) > 1:  # a fact of an attestation, by its dotted name
        key, inside = next(iter(value.items()), ("...", "..."))
        return text, phrase("write {what}", what=f"{last}.{key}: {meant.scalar(inside)}")
    if isinstance(value, dict):
        return text, phrase("write the value behind the colon, and no keys below it")
    pattern = schema.get("pattern", "")
    if pattern in PATTERNS and not re.search(pattern, str(value)):
        return text, PATTERNS[pattern][1]
    if kind == "text" and isinstance(value, int | float):
        return text, phrase('quote it: "{value}"', value=_short(value))
    return text, instead.hint(kind, value, _values(schema)) if kind else phrase(
        "see `soccheck schema`"
    )


def _enum(value: Any, values: list[str]) -> tuple[Phrase, Phrase]:
    """Return what is wrong with a word that is none of those known, and which was meant."""
    text = phrase("{value} is not one of the values it can have", value=_short(value))
    if isinstance(value, str) and value in values:
        return text, phrase("write it without quotes: {value}", value=value)
    if isinstance(value, list) and len(value) == 1 and str(value[0]) in values:
        return text, phrase("only one goes here: write {what}", what=meant.scalar(value[0]))
    if isinstance(value, dict | list):
        return text, phrase("write one of {values}", values=", ".join(values))
    if meant.written("enum", value, values) is None:
        all_of = phrase("known here: {names}", names=", ".join(values))
        return text, misspelt(str(value), values, all_of)
    return text, instead.hint("enum", value, values)


def _any_of(kinds: Sequence[str]) -> Phrase:
    first, *others = (TYPES[kind] for kind in kinds)
    for other in others:
        first = phrase("{one} or {other}", one=first, other=other)
    return first


def _short(value: object) -> Phrase | str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return phrase("a mapping") if isinstance(value, dict) else phrase("a list")
    return _cut(repr(value), 80)


def _cut(text: str, length: int) -> str:
    return text if len(text) < length else f"{text[:length]}…"


def _missing(error: Any, key: str, root: Any) -> Phrase:
    """Return the key to add, with what goes there."""
    schema = error.schema.get("properties", {}).get(key, {})
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    schema = {**root.get("$defs", {}).get(name, {}), **schema}
    if schema.get("required"):
        inside = ", ".join(f"{one}: ..." for one in schema["required"])
        return phrase("add {what}", what=f"{key}: {{{inside}}}")
    return to_add(key, _kind(schema), _values(schema), _meaning(schema))


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


def _meaning(schema: Any) -> Phrase | None:
    """Return what a schema says of a value, which is translated where the catalogue has it."""
    text = schema.get("description")
    return plain(text) if text else None
