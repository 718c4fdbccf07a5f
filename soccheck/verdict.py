"""Judge data by a JSON Schema 2020-12, fast: each keyword is one small function, made when it is met.

Only what the schemas of soccheck say is understood; any other keyword is an AssertionError. Which
fault it is, and in which words, `soccheck.sources.schema` asks of jsonschema.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Test = Callable[[Any], object]
"""Whether a value, as JSON has it, holds to a schema or to one keyword of it: true or not."""

_CLASSES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "number": (int, float),
    "null": (type(None),),
}


_PLAIN = (str, int, float)
"""The classes of values that are their own `key`."""
_OF_MAPPING = ("properties", "additionalProperties", "required")


def ecma(pattern: str) -> str:
    """Return a pattern of JSON Schema (ECMA-262) for Python: `$` is the end of the text and nothing else."""
    return pattern.replace("$", r"\Z")


def key(value: Any) -> Any:
    """Return a key equal for equal values of JSON: 1 is 1.0 and not true, a mapping has no order."""
    if value.__class__ is bool:
        return "boolean", value
    if value.__class__ is list:
        return "array", tuple(map(key, value))
    if value.__class__ is dict:
        return "object", frozenset((name, key(inner)) for name, inner in value.items())
    return value


class Verdict:
    """Represents a schema made ready: `test(schema)` is the test for it or for a part of it."""

    def __init__(self, root: dict[str, Any]) -> None:
        self.root = root
        self.references: dict[str, Test] = {}

    def holds(self, data: Any) -> bool:
        """Return whether data holds to the whole schema."""
        return bool(self.reference("#")(data))

    def reference(self, name: str) -> Test:
        """Return the test for a part of the schema that is referred to."""
        if name not in self.references:
            # Until it is made it goes by name: a schema may have itself inside.
            self.references[name] = lambda value: self.references[name](value)
            assert name.startswith("#"), f"not in the schema itself: {name}"
            target: Any = self.root
            for step in name.split("/")[1:]:
                target = target[step]
            self.references[name] = self.test(target)
        return self.references[name]

    def test(self, schema: Any) -> Test:
        """Return the test for a schema: its type, then the keywords that apply to that type."""
        if isinstance(schema, bool):
            return lambda value: schema
        wanted = schema.get("type", ())
        mapping = wanted == "object"
        kind = "number" if wanted == "integer" else wanted
        classes = _CLASSES.get(kind) if isinstance(kind, str) else None
        tests: list[Test] = [_whole] if wanted == "integer" else []
        for name in schema:
            if name in _SILENT or (mapping and name in _OF_MAPPING):
                continue
            assert name in KEYWORDS, f"no keyword {name!r} in soccheck.verdict"
            of, make = KEYWORDS[name]
            if of is None or of == kind:
                tests.append(make(self, schema))
            elif classes is None:
                tests.append(_guarded(_CLASSES[of], make(self, schema)))
        if mapping:
            return _mapping(self, schema, tests)
        if classes is not None:
            return _typed(classes, tests)
        tests = [_type(wanted), *tests] if wanted else tests
        return tests[0] if len(tests) == 1 else _every(tests)


def _guarded(classes: tuple[type, ...], test: Test) -> Test:
    """Return the test of a keyword that says nothing of values of other types."""
    return lambda value: value.__class__ not in classes or test(value)


def _typed(classes: tuple[type, ...], tests: Sequence[Test]) -> Test:
    """Return the tests after that of the type, in as few calls as there are."""
    if len(tests) == 0:
        return lambda value: value.__class__ in classes
    if len(tests) == 1:
        (only,) = tests
        return lambda value: value.__class__ in classes and only(value)
    if len(tests) == 2:
        first, second = tests
        return lambda value: value.__class__ in classes and first(value) and second(value)
    every = _every(tests)
    return lambda value: value.__class__ in classes and every(value)


def _every(tests: Sequence[Test]) -> Test:
    def test(value: Any) -> bool:
        for one in tests:  # noqa: SIM110  - a loop: `all` of a generator takes twice as long
            if not one(value):
                return False
        return True

    return test


def _some(tests: Sequence[Test]) -> Test:
    def test(value: Any) -> bool:
        for one in tests:  # noqa: SIM110  - as above
            if one(value):
                return True
        return False

    return test


def _whole(value: float) -> bool:
    """Return whether a number is an integer: 1.0 is."""
    return value.__class__ is int or value.is_integer()


def _type(wanted: Sequence[str]) -> Test:
    if "integer" in wanted:
        return _some([_typed(_CLASSES["number"], [_whole]), _type([*set(wanted) - {"integer"}])])
    classes = frozenset(one for name in wanted for one in _CLASSES[name])
    return lambda value: value.__class__ in classes


def _enum(wanted: Sequence[Any]) -> Test:
    allowed = frozenset(map(key, wanted))
    if all(value.__class__ in _PLAIN for value in wanted):
        return lambda value: value.__class__ in _PLAIN and value in allowed
    assert not any(isinstance(value, list | dict) for value in wanted), "only plain values"
    return lambda value: value.__class__ not in (list, dict) and key(value) in allowed


def _if(verdict: Verdict, schema: Mapping[str, Any]) -> Test:
    test = verdict.test(schema["if"])
    then, other = (verdict.test(schema.get(name, True)) for name in ("then", "else"))
    return lambda value: then(value) if test(value) else other(value)


def _not(verdict: Verdict, schema: Mapping[str, Any]) -> Test:
    test = verdict.test(schema["not"])
    return lambda value: not test(value)


def _each(test: Test) -> Test:
    """Return the test of every item of a list, or of every key of a mapping."""
    return lambda value: all(map(test, value))


def _unique(value: list[Any]) -> bool:
    try:
        if len(set(value)) == len(value):
            return True
    except TypeError:
        pass  # lists or mappings in it
    return len(set(map(key, value))) == len(value)


def _mapping(verdict: Verdict, schema: Mapping[str, Any], others: Sequence[Test] = ()) -> Test:
    """Return the test of a mapping: the keys it must have, other tests of it, and each of its values."""
    needed = frozenset(schema.get("required", ()))
    named = schema.get("properties", {})
    unnamed = verdict.test(schema.get("additionalProperties", True))
    tests: dict[str, Test] = {}

    def made(name: str) -> Test:
        if name not in named:
            return unnamed
        return tests.setdefault(name, verdict.test(named[name]))

    def test(value: Any) -> bool:
        if value.__class__ is not dict or (needed and not needed <= value.keys()):
            return False
        for other in others:
            if not other(value):
                return False
        for name, inner in value.items():  # noqa: SIM110  - as above
            if not (tests.get(name) or made(name))(inner):
                return False
        return True

    return test


def _required(wanted: Sequence[str]) -> Test:
    names = frozenset(wanted)
    return lambda value: names <= value.keys()


def _dependent(wanted: Mapping[str, Sequence[str]]) -> Test:
    return lambda value: all(
        needed in value for name, names in wanted.items() if name in value for needed in names
    )


def _at_least(least: int) -> Test:
    """Return the test of a length; whether there is anything at all, the length itself says."""
    return len if least == 1 else lambda value: len(value) >= least


@functools.cache
def _pattern(wanted: str) -> Test:
    return re.compile(ecma(wanted)).search


Keyword = tuple[str | None, Callable[[Verdict, Mapping[str, Any]], Test]]
"""The type of the values a keyword applies to (any: none), and how its test is made."""


def _of_wanted(kind: str | None, name: str, make: Callable[[Any], Test]) -> dict[str, Keyword]:
    """Return a keyword whose test is made from what stands beside it alone."""
    return {name: (kind, lambda verdict, schema: make(schema[name]))}


KEYWORDS: dict[str, Keyword] = {
    "$ref": (None, lambda verdict, schema: verdict.reference(schema["$ref"])),
    "anyOf": (None, lambda verdict, schema: _some([*map(verdict.test, schema["anyOf"])])),
    "if": (None, _if),
    "not": (None, _not),
    "items": ("array", lambda verdict, schema: _each(verdict.test(schema["items"]))),
    "properties": ("object", _mapping),
    "additionalProperties": ("object", _mapping),
    "propertyNames": (
        "object",
        lambda verdict, schema: _each(verdict.test(schema["propertyNames"])),
    ),
    **_of_wanted(None, "enum", _enum),
    **_of_wanted(None, "const", lambda wanted: _enum([wanted])),
    **_of_wanted("string", "pattern", _pattern),
    **_of_wanted("string", "minLength", _at_least),
    **_of_wanted("string", "maxLength", lambda most: lambda value: len(value) <= most),
    **_of_wanted("number", "minimum", lambda least: lambda value: value >= least),
    **_of_wanted("number", "maximum", lambda most: lambda value: value <= most),
    **_of_wanted("number", "exclusiveMinimum", lambda least: lambda value: value > least),
    **_of_wanted("array", "minItems", _at_least),
    **_of_wanted("array", "uniqueItems", lambda wanted: _unique if wanted else _every([])),
    **_of_wanted("object", "minProperties", _at_least),
    **_of_wanted("object", "required", _required),
    **_of_wanted("object", "dependentRequired", _dependent),
}
"""Keyword -> what it asks; one that is not here is not ignored."""
_SILENT = {"$schema", "$id", "$defs", "title", "description", "type", "then", "else"}
"""What says nothing by itself: the type comes first of all, `then` and `else` belong to `if`."""
