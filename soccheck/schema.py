"""JSON Schema 2020-12 is the contract of every file; this judges by it fast and words the faults.

`jsonschema-rs` gives the verdict, `jsonschema` the message. `tests/test_schema.py` holds both to
the same verdict on every file of the corpus.
"""

from __future__ import annotations

import difflib
import functools
import importlib.resources
import json
from collections.abc import Iterable
from typing import Any

from soccheck.model import Problem
from soccheck.yamlio import Source

NAMES = ("inventory", "policy", "assessment", "evidence")
"""The published schemas, as `soccheck schema NAME` prints them."""


def text(name: str) -> str:
    """Return the published schema `name` as it ships."""
    resource = importlib.resources.files("soccheck") / "schemas" / f"{name}.schema.json"
    return resource.read_text(encoding="utf-8")


@functools.cache
def _fast(name: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(json.loads(text(name)))


@functools.cache
def _exact(name: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(text(name)))


def check(name: str, source: Source) -> list[Problem]:
    """Return every fault of `source` against the schema `name`, each where it stands."""
    if _fast(name).is_valid(source.data):
        return []
    errors = sorted(_leaves(_exact(name).iter_errors(source.data)), key=_order)
    return [problem for error in errors for problem in _worded(error, source)]


def faults(name: str, data: Any, most: int = 20) -> list[str]:
    """Return the first faults of machine-written `data` against the schema `name`, each with its path."""
    found = []
    for error in _fast(name).iter_errors(data):
        path = "/".join(str(step) for step in error.instance_path) or "the file"
        found.append(f"{path}: {error.message[:300]}")
        if len(found) == most:
            break
    return found


def _order(error: Any) -> list[str]:
    return [str(step) for step in error.absolute_path]


def _leaves(errors: Iterable[Any]) -> Iterable[Any]:
    """Yield the errors that say most: inside an `anyOf` those of the branch that came closest."""
    for error in errors:
        if error.validator in ("anyOf", "oneOf") and error.context:
            branches: dict[Any, list[Any]] = {}
            for inner in error.context:
                branches.setdefault(inner.schema_path[0], []).append(inner)
            wrong_type = {k for k, v in branches.items() if any(_is_type(e, error) for e in v)}
            fitting = [v for k, v in branches.items() if k not in wrong_type]
            if len(fitting) == 1:
                yield from _leaves(fitting[0])
                continue
        yield error


def _is_type(inner: Any, outer: Any) -> bool:
    return inner.validator == "type" and len(inner.absolute_path) == len(outer.absolute_path)


def _worded(error: Any, source: Source) -> Iterable[Problem]:
    path = list(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = sorted(error.schema.get("properties", {}))
        for key in error.instance:
            if key not in known:
                yield Problem(source.where(*path, key), f"unknown key {key!r}", _guess(key, known))
        return
    if error.validator == "propertyNames":
        yield Problem(
            source.where(*path, error.instance),
            f"{error.instance!r} cannot be an id",
            "small letters, digits, '-', '_' and '.', beginning with a letter or a digit",
        )
        return
    if error.validator == "required":
        for key in error.validator_value:
            if key not in error.instance:
                yield Problem(source.where(*path), f"{key!r} is missing", _meaning(error, key))
        return
    hint = error.schema.get("description") if isinstance(error.schema, dict) else None
    if error.validator == "enum" and isinstance(error.instance, str):
        hint = _guess(error.instance, [str(value) for value in error.validator_value])
    name = str(path[-1]) if path else "the file"
    message = error.message if len(error.message) < 300 else f"{error.message[:300]}…"
    yield Problem(source.where(*path), f"{name}: {message}", hint)


def _meaning(error: Any, key: str) -> str | None:
    found: str | None = error.schema.get("properties", {}).get(key, {}).get("description")
    return found


def _guess(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known here: {', '.join(known)}"
