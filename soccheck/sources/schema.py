"""JSON Schema 2020-12 is the contract of every file: whether one holds to it, and what is wrong with it.

`jsonschema-rs` says yes or no, many times faster than `jsonschema`, which words the faults of a file that
does not hold. `tests/schemas/` holds both to the same answer on every file of the corpus.
"""

from __future__ import annotations

import contextlib
import difflib
import functools
import json
import re
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema_rs

from soccheck.model import Problem
from soccheck.schemas.inventory import DAY, DURATION, ID
from soccheck.sources.source import Source
from soccheck.sources.yaml import MAX_FAULTS

NAMES = (
    *("inventory", "policy", "assessment", "evidence", "baseline", "cases"),
    *("authorities", "claims", "comparison"),
)
"""The published schemas, as `soccheck schema NAME` prints them."""
_DIFFER = "it does not hold to the schema"


def text(name: str) -> str:
    """Return the published schema `name` as it ships."""
    path = Path(__file__).parents[1] / "schemas" / f"{name}.schema.json"
    return path.read_text(encoding="utf-8")


@functools.cache
def _judge(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads(text(name)))


def _holds(name: str, data: Any) -> bool:
    """Return whether data holds to the schema `name`; what JSON cannot have does not."""
    try:
        return _judge(name).is_valid(data)
    except ValueError:  # half a surrogate pair: text that no file can hold
        return False


@functools.cache
def _wording(name: str) -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    wording = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
    return wording(json.loads(text(name)))


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterable[Any]:
    """Yield an error as JSON Schema has it (ECMA-262): `$` is the end, not the last line break before it."""
    from jsonschema import ValidationError

    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def check(name: str, source: Source) -> list[Problem]:
    """Return every fault of `source` against the schema `name`, each once and where it stands."""
    if _holds(name, source.data):
        return []
    # Each fault takes time and a line of the log: a hostile file has no end of them.
    errors = sorted(
        islice(_leaves(_wording(name).iter_errors(source.data)), MAX_FAULTS), key=_order
    )
    found = list(islice((p for error in errors for p in _worded(error, source)), MAX_FAULTS))
    if not errors:
        # Should the two ever differ, the stricter one is right.
        found.append(Problem(source.where(), _DIFFER, "see `soccheck schema`"))
    if len(found) == MAX_FAULTS:
        text = f"more than {MAX_FAULTS} faults: the others are not listed"
        found.append(Problem(source.where(), text, "correct these first"))
    return list(dict.fromkeys(found))


def faults(name: str, data: Any, most: int = 20) -> list[str]:
    """Return the first faults of machine-written `data` against the schema `name`, each with its path."""
    if _holds(name, data):
        return []
    found = []
    with contextlib.suppress(RecursionError):  # a message shows a value whole, however deep it is
        for error in islice(_wording(name).iter_errors(data), most):
            path = "/".join(str(step) for step in error.absolute_path) or "the file"
            found.append(f"{path}: {error.message[:300]}")
    return found or [f"the file: {_DIFFER}"]


def _order(error: Any) -> list[tuple[int, str]]:
    return [(step, "") if isinstance(step, int) else (0, str(step)) for step in error.absolute_path]


def _leaves(errors: Iterable[Any]) -> Iterable[Any]:
    """Yield the errors that say most: inside an `anyOf` those of the branch that came closest."""
    for error in errors:
        if error.validator in ("anyOf", "oneOf") and error.context:
            branches: dict[Any, list[Any]] = {}
            for inner in error.context:
                branches.setdefault(inner.schema_path[0], []).append(inner)
            yield from _leaves(branches[min(branches, key=lambda i: _distance(branches[i], error))])
        else:
            yield error


def _distance(branch: Sequence[Any], outer: Any) -> tuple[bool, bool, int]:
    """Return how far a branch is from what was written: another type, no key of its own, its faults."""
    another = any(_is_type(inner, outer) for inner in branch)
    required = [e for e in branch if e.validator == "required" and e.instance is outer.instance]
    own = {key for inner in required for key in inner.validator_value}
    return another, bool(own) and own.isdisjoint(outer.instance), len(branch)


def _is_type(inner: Any, outer: Any) -> bool:
    return inner.validator == "type" and len(inner.absolute_path) == len(outer.absolute_path)


_PATTERNS = {
    DAY: ("is no day", "write a date as year-month-day: 2024-06-30"),
    DURATION: ("is no length of time", "write 90min, 12h, 3d, 2w, 6mo or 1y"),
    ID: (
        "cannot be an id",
        "small letters, digits, '-', '_' and '.', beginning with a letter or a digit",
    ),
    r"^[0-9A-Fa-f:.]+$": ("is no address", "write 203.0.113.10 or 2001:db8::10"),
    r"^[0-9A-Fa-f:.]+/[0-9]+$": (
        "is no address range",
        "write 203.0.113.0/24 or 2001:db8::/32, host bits zero",
    ),
    "^([0-9]|[1-9][0-9]|100)(\\.[0-9]+)?%$": ("is no share", "write a per cent: 100% or 99.5%"),
    "^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$": (
        "cannot be a control's id",
        "capital letters and digits in words joined by '-': AV-REALTIME",
    ),
    "^[a-z0-9][a-z0-9-]*$": (
        "cannot be a policy's id",
        "small letters, digits and '-', beginning with a letter or a digit",
    ),
    "^[a-z][a-z0-9_]*$": (
        "cannot be a parameter's name",
        "small letters, digits and '_', beginning with a letter",
    ),
}
"""What a pattern means, in words; the others are worded by jsonschema and the description."""
_TYPES = {
    "object": "a mapping (key: value)",
    "array": "a list ([a, b])",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


def _worded(error: Any, source: Source) -> Iterable[Problem]:
    """Yield what is wrong, where, and what to do: once for each key that is unknown or missing."""
    path = list(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        names = sorted(error.schema.get("properties", {}))
        said = {problem.where for problem in source.problems}
        for key in error.instance:
            if key not in names and source.where(*path, key) not in said:
                yield Problem(source.where(*path, key), f"unknown key {key!r}", _guess(key, names))
        return
    if error.validator == "required":
        for key in error.validator_value:
            if key not in error.instance:
                yield Problem(source.where(*path), f"{key!r} is missing", _meaning(error, key))
        return
    names_a_key = "propertyNames" in error.schema_path
    if not isinstance(error.instance, dict | list) and not names_a_key and source.refused(path):
        return  # a scalar the reader already refused is not worth a second message
    step = next((step for step in reversed(path) if isinstance(step, str)), "")
    name = f"{step if step.isprintable() else repr(step)}: " if step else ""
    if names_a_key:
        path.append(error.instance)
        name = ""
    message, hint = _said(error)
    yield Problem(source.where(*path), f"{name}{message}", hint or "see `soccheck schema`")


def _said(error: Any) -> tuple[str, str | None]:
    """Return what is wrong with a value, and what to do where more than the schema says is known."""
    value, wanted = error.instance, error.validator_value
    hint = error.schema.get("description") if isinstance(error.schema, dict) else None
    match error.validator:
        case "pattern" if wanted in _PATTERNS:
            message, hint = _PATTERNS[wanted]
            return f"{value!r} {message}", hint
        case "type":
            kinds = [wanted] if isinstance(wanted, str) else wanted
            if kinds == ["string"] and isinstance(value, int | float):
                hint = f'quote it: "{value}"'
            return f"{_short(value)} is not {' or '.join(_TYPES[kind] for kind in kinds)}", hint
        case "enum":
            values = [str(one) for one in wanted]
            hint = _guess(str(value), values)
            if isinstance(value, str) and value in values:
                hint = f"write it without quotes: {value}"
            return f"{_short(value)} is not one of the values it can have", hint
        case "const":
            return "it can only be true", "write true, or leave the key out"
        case "uniqueItems":
            return "an item stands in it twice", "name each once"
        case "minProperties" | "minItems" | "minLength":
            return "there is nothing in it", hint
    message = error.message
    return message if len(message) < 300 else f"{message[:300]}…", hint


def _short(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = repr(value)
    return text if len(text) < 80 else f"{text[:80]}…"


def _meaning(error: Any, key: str) -> str:
    found: str | None = error.schema.get("properties", {}).get(key, {}).get("description")
    return f"add {key}: ({found})" if found else f"add {key}:"


def _guess(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known here: {', '.join(known)}"
