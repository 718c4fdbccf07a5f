"""JSON Schema 2020-12 is the contract of every file: whether one holds to it, and what is wrong with it.

`jsonschema-rs` says yes or no, many times faster than `jsonschema`, which words the faults of a file that
does not hold. `tests/schemas/` holds both to the same answer on every file of the corpus.
"""

from __future__ import annotations

import contextlib
import functools
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema_rs

from soccheck.model import Problem
from soccheck.phrase import Phrase, phrase
from soccheck.sources import made
from soccheck.sources.schema_faults import of_a_machine, worded
from soccheck.sources.source import Source
from soccheck.sources.yaml import MAX_FAULTS

NAMES = (
    *("inventory", "policy", "assessment", "evidence", "baseline", "cases"),
    *("authorities", "claims", "comparison", "import-map", "settings"),
    *("changes", "failing", "trend"),
)
"""The published schemas, as `soccheck schema NAME` prints them."""
_DIFFER = phrase("it does not hold to the schema")
_WRITTEN = {
    "inventory": (
        phrase("this is part of an inventory"),
        phrase("keep it in the inventory's folder, and nowhere else"),
    ),
    "policy": (
        phrase("this is a policy"),
        phrase("keep it in a folder of its own, and name that: --policies FOLDER"),
    ),
    "import-map": (
        phrase("this is a map for imports"),
        phrase("keep it in a folder of its own, and name it: soccheck import MAP FILES"),
    ),
    "cases": (
        phrase("these are a policy's test cases"),
        phrase("keep them in a folder of their own: soccheck policy test FOLDER"),
    ),
    "settings": (
        phrase("these are soccheck's settings"),
        phrase("keep them beside the inventory's folder, as soccheck.yaml"),
    ),
}
"""The files that people write: what each is, and where it goes."""
CALLED = {kind: what for kind, (what, _) in (_WRITTEN | made.MADE).items()}
"""Kind of a file -> what it is."""


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


_END = re.compile(r"(\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|\$", re.DOTALL)
"""A `$` that is the end of the text, not one that is escaped or stands in brackets."""


def python_pattern(pattern: str) -> str:
    """Return a pattern of ECMA-262 as Python has it: `$` is the end, not the last line break before it."""
    return _END.sub(lambda found: found[1] or r"\Z", pattern)


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterable[Any]:
    """Yield an error as JSON Schema has it, whose patterns are those of ECMA-262."""
    from jsonschema import ValidationError

    if isinstance(instance, str) and not re.search(python_pattern(pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def check(name: str, source: Source) -> list[Problem]:
    """Return every fault of `source` against the schema `name`, each once and where it stands."""
    if _holds(name, source.data):
        return []
    if (other := _another_kind(name, source.data)) is not None:
        return [Problem(source.where(), *_WRITTEN[other])]
    # Each fault takes time and a line of the log: a hostile file has no end of them.
    errors = sorted(
        islice(_leaves(_wording(name).iter_errors(source.data)), MAX_FAULTS), key=_order
    )
    root = json.loads(text(name))
    found = list(islice((p for error in errors for p in worded(error, source, root)), MAX_FAULTS))
    if not errors:
        # Should the two ever differ, the stricter one is right.
        found.append(Problem(source.where(), _DIFFER, phrase("see `soccheck schema`")))
    if len(found) == MAX_FAULTS:
        many = phrase("more than {limit} faults: the others are not listed", limit=MAX_FAULTS)
        found.append(Problem(source.where(), many, phrase("correct these first")))
    return list(dict.fromkeys(found))


def _another_kind(name: str, data: Any) -> str | None:
    """Return of which kind a file is that has no key of the kind `name`, and only those of another."""
    if not isinstance(data, dict) or not data.keys().isdisjoint(_keys(name)[0]):
        return None
    return _written(data)


def kind_of(data: Any) -> str | None:
    """Return of which kind data is, by the keys at its top or by what it says of itself."""
    return (made.by_data(data) or _written(data)) if isinstance(data, dict) else None


def _written(data: Mapping[str, Any]) -> str | None:
    """Return of which kind a file is that a person wrote, by the keys at its top."""
    kinds = ((kind, *_keys(kind)) for kind in _WRITTEN) if data else ()
    return next((kind for kind, all_of, needed in kinds if needed <= data.keys() <= all_of), None)


@functools.cache
def _keys(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the keys that a file of a kind may have at its top, and those it must have."""
    schema = json.loads(text(name))
    return frozenset(schema["properties"]), frozenset(schema.get("required", ()))


def faults(name: str, data: Any, most: int = 20) -> list[Phrase]:
    """Return the first faults of machine-written `data` against the schema `name`, each with its path."""
    if _holds(name, data):
        return []
    found: list[Phrase] = []
    with contextlib.suppress(RecursionError):  # a message shows a value whole, however deep it is
        found += map(of_a_machine, islice(_wording(name).iter_errors(data), most))
    return found or [_DIFFER]


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
