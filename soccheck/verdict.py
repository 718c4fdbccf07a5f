"""Judge data by a JSON Schema 2020-12, fast: each keyword is one small function, made when it is met.

Only what the schemas of soccheck say is understood; any other keyword is an AssertionError. Which
fault it is, and in which words, `soccheck.schema` asks of jsonschema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

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
        names = [name for name in schema if name not in _SILENT]
        if "properties" in schema:
            names = [name for name in names if name != "additionalProperties"]  # judged with them
        wanted = schema.get("type", ())
        classes = _CLASSES.get(wanted) if isinstance(wanted, str) else None
        tests = []
        for name in names:
            assert name in KEYWORDS, f"no keyword {name!r} in soccheck.verdict"
            keyword = KEYWORDS[name]
            if classes is None and keyword.kind:
                tests.append(_guarded(_CLASSES[keyword.kind], keyword.make(self, schema)))
            elif classes is None or keyword.kind in (wanted, None):
                tests.append(keyword.make(self, schema))
        if classes is None:
            tests = [_type(wanted), *tests] if wanted else tests
            return tests[0] if len(tests) == 1 else _every(tests)
        return _typed(classes, tests)


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


def _type(wanted: str | Sequence[str]) -> Test:
    if wanted == "integer":
        return lambda value: (
            value.__class__ is int or (value.__class__ is float and value.is_integer())
        )
    if "integer" in wanted:
        return _some([_type(name) for name in wanted])
    names = [wanted] if isinstance(wanted, str) else wanted
    classes = frozenset(one for name in names for one in _CLASSES[name])
    return lambda value: value.__class__ in classes


def _enum(wanted: Sequence[Any]) -> Test:
    allowed = frozenset(map(key, wanted))
    if all(isinstance(value, str) for value in wanted):
        return lambda value: value.__class__ is str and value in allowed
    assert not any(isinstance(value, list | dict) for value in wanted), "only plain values"
    return lambda value: not isinstance(value, list | dict) and key(value) in allowed


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


class _Properties(dict[str, Test]):
    """The test of each key met so far, and `others` for a key that the schema does not name."""

    def __init__(self, verdict: Verdict, schema: Mapping[str, Any]) -> None:
        self.verdict = verdict
        self.named = schema.get("properties", {})
        self.others = verdict.test(schema.get("additionalProperties", True))

    def __missing__(self, name: str) -> Test:
        if name not in self.named:
            return self.others
        self[name] = self.verdict.test(self.named[name])
        return self[name]


def _properties(verdict: Verdict, schema: Mapping[str, Any]) -> Test:
    tests = _Properties(verdict, schema)

    def test(value: dict[str, Any]) -> bool:
        for name, inner in value.items():  # noqa: SIM110  - as above
            if not tests[name](inner):
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


class Keyword(NamedTuple):
    """Represents a keyword: the type of the values it applies to (any: none), and how its test is made."""

    kind: str | None
    make: Callable[[Verdict, Mapping[str, Any]], Test]


def _of_wanted(kind: str | None, name: str, make: Callable[[Any], Test]) -> dict[str, Keyword]:
    """Return a keyword whose test is made from what stands beside it alone."""
    return {name: Keyword(kind, lambda verdict, schema: make(schema[name]))}


KEYWORDS: dict[str, Keyword] = {
    "$ref": Keyword(None, lambda verdict, schema: verdict.reference(schema["$ref"])),
    "anyOf": Keyword(None, lambda verdict, schema: _some([*map(verdict.test, schema["anyOf"])])),
    "if": Keyword(None, _if),
    "not": Keyword(None, _not),
    "items": Keyword("array", lambda verdict, schema: _each(verdict.test(schema["items"]))),
    "properties": Keyword("object", _properties),
    "additionalProperties": Keyword("object", _properties),
    "propertyNames": Keyword(
        "object", lambda verdict, schema: _each(verdict.test(schema["propertyNames"]))
    ),
    **_of_wanted(None, "enum", _enum),
    **_of_wanted(None, "const", lambda wanted: _enum([wanted])),
    **_of_wanted("string", "pattern", lambda wanted: re.compile(ecma(wanted)).search),
    **_of_wanted("string", "minLength", lambda least: lambda value: len(value) >= least),
    **_of_wanted("string", "maxLength", lambda most: lambda value: len(value) <= most),
    **_of_wanted("number", "minimum", lambda least: lambda value: value >= least),
    **_of_wanted("number", "maximum", lambda most: lambda value: value <= most),
    **_of_wanted("number", "exclusiveMinimum", lambda least: lambda value: value > least),
    **_of_wanted("array", "minItems", lambda least: lambda value: len(value) >= least),
    **_of_wanted("array", "uniqueItems", lambda wanted: _unique if wanted else _every([])),
    **_of_wanted("object", "minProperties", lambda least: lambda value: len(value) >= least),
    **_of_wanted("object", "required", _required),
    **_of_wanted("object", "dependentRequired", _dependent),
}
"""Keyword -> what it asks; one that is not here is not ignored."""
_SILENT = {"$schema", "$id", "$defs", "title", "description", "type", "then", "else"}
"""What says nothing by itself: the type comes first of all, `then` and `else` belong to `if`."""
