"""Word what is wrong with one value that does not hold to its schema, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from soccheck.facts import instead, meant
from soccheck.facts.meant_addresses import is_range
from soccheck.facts.near import misspelt
from soccheck.phrase import Phrase, phrase, plain
from soccheck.schemas.forms import COUNT
from soccheck.sources.schema_objects import entries_for, entry_for, keys_for
from soccheck.sources.schema_words import IS_NOT, KINDS, PATTERNS, SCALARS, TYPES


def kind_of(schema: Any) -> str:
    """Return the type of the values a schema tells, as the catalogue names it."""
    if "enum" in schema:
        return "enum"
    if schema.get("pattern") in KINDS:
        return KINDS[schema["pattern"]]
    if any(inner.get("pattern") == COUNT for inner in schema.get("anyOf", ())):
        return "count"
    return SCALARS.get(str(schema.get("type")), "")


def values_of(schema: Any) -> list[str]:
    """Return the values that a schema lists."""
    return [str(one) for one in schema.get("enum", ())]


def wrong(error: Any) -> tuple[Phrase, Phrase]:
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
            return _enum(value, values_of(schema))
        case "const":
            text = phrase("it can only be {value}", value=short(wanted))
            beside = getattr(error.parent, "validator_value", None)
            if isinstance(beside, list) and any(one.get("type") == "integer" for one in beside):
                text = phrase("{value} is not a whole number", value=short(value))
                return text, phrase("write a number, as in 30, or {what}", what=wanted)
            return text, phrase("write {what}, or leave the key out", what=short(wanted))
        case "uniqueItems":
            return phrase("an item stands in it twice"), phrase("name each once")
        case "minProperties" | "minItems" | "minLength":
            hint = meaning_of(schema) or phrase("write it, or leave the key out")
            return phrase("there is nothing in it"), hint
        case "minimum" | "maximum" | "exclusiveMinimum" | "maxLength" | "maxItems":
            return _beyond(error.validator, value, wanted)
        case "pattern":
            hint = meaning_of(schema) or see
            text = phrase("{value} is not of the form {form}", value=short(value), form=wanted)
            return text, hint
        case "dependentRequired":
            keys = [
                one for key in value if key in wanted for one in wanted[key] if one not in value
            ]
            text = phrase("{key} is missing", key=repr(keys[0]))
            return text, phrase("add {what}", what=", ".join(keys))
    text = phrase("{value} is not allowed here ({rule})", value=short(value), rule=error.validator)
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


def _type(value: Any, kinds: Sequence[str], schema: Any, last: Any) -> tuple[Phrase, Phrase]:
    """Return what is wrong with a value of another type, and what to write."""
    kind = kind_of(schema)
    text = phrase("{value} is not {type}", value=short(value), type=_any_of(kinds))
    if isinstance(last, int) and (told := _in_a_list(kind, value)) is not None:
        return text, told
    if kind in IS_NOT:
        text = IS_NOT[kind].of(value=short(value))
    if kinds == ["array"]:
        items = schema.get("items", {})
        if isinstance(value, dict):
            return text, entries_for(value, schema)
        if kind_of(items) == "ref" and (several := meant.ids(value)) is not None:
            return text, several
        listed = meant.listed(kind_of(items), value, values_of(items))
        if listed is None and kind_of(items) == "address" and is_range(str(value)):
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
        one = meant.written(kind, value[0], values_of(schema)) if kind else None
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
        return text, phrase('quote it: "{value}"', value=short(value))
    return text, instead.hint(kind, value, values_of(schema)) if kind else phrase(
        "see `soccheck schema`"
    )


def _in_a_list(kind: str, value: Any) -> Phrase | None:
    """Return what to write where one entry of a list is several numbers, or a word for none."""
    if kind != "int" or not isinstance(value, str):
        return None
    several = meant.listed(kind, value)
    if several is not None and "," in several:
        return phrase("write {what}", what=several)
    return meant.none(value)


def _enum(value: Any, values: list[str]) -> tuple[Phrase, Phrase]:
    """Return what is wrong with a word that is none of those known, and which was meant."""
    text = phrase("{value} is not one of the values it can have", value=short(value))
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


def short(value: object) -> Phrase | str:
    """Return a value as a sentence can hold it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return phrase("a mapping") if isinstance(value, dict) else phrase("a list")
    return _cut(repr(value), 80)


def _cut(text: str, length: int) -> str:
    return text if len(text) < length else f"{text[:length]}…"


def meaning_of(schema: Any) -> Phrase | None:
    """Return what a schema says of a value, which is translated where the catalogue has it."""
    text = schema.get("description")
    return plain(text) if text else None
