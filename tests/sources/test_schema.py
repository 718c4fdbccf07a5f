"""The fast verdict, keyword by keyword, beside two other validators."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from soccheck.sources import schema
from soccheck.verdict import KEYWORDS, Verdict

_SCALAR = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        1,
        -1,
        1.0,
        2,
        2.0,
        1.5,
        10**20,
        "",
        "a",
        "b",
        "aa",
        "a\n",
        "\0",
        "ọ",
        "😀",
    ]
)
_JSON = st.recursive(
    _SCALAR,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=6,
)
_TYPE = st.sampled_from(["object", "array", "string", "integer", "number", "boolean", "null"])
_SIZE = st.integers(0, 2)
_NAMES = st.lists(st.sampled_from("abc"), unique=True, max_size=2)


def _schemas(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    keywords = {
        "type": _TYPE | st.lists(_TYPE, min_size=1, max_size=3, unique=True),
        "enum": st.lists(_SCALAR, min_size=1, max_size=3),
        "const": _SCALAR,
        "anyOf": st.lists(inner, min_size=1, max_size=3),
        "not": inner,
        "if": inner,
        "then": inner,
        "else": inner,
        "items": inner,
        "properties": st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
        "additionalProperties": inner,
        "propertyNames": inner,
        "pattern": st.sampled_from(["^a", "^a$", "^[ab]+$", "^.$"]),
        **dict.fromkeys(("minLength", "maxLength", "minItems", "minProperties"), _SIZE),
        **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum"), _SIZE),
        "uniqueItems": st.booleans(),
        "required": _NAMES,
        "dependentRequired": st.dictionaries(st.sampled_from("abc"), _NAMES, max_size=2),
        "$ref": st.just("#/$defs/d"),
        "description": st.just("text"),
    }
    assert KEYWORDS.keys() <= keywords.keys()
    return st.booleans() | st.fixed_dictionaries({}, optional=keywords)


_SCHEMA = st.recursive(st.booleans(), _schemas, max_leaves=8)


@settings(deadline=None, max_examples=400)
@given(_SCHEMA, _SCHEMA, st.lists(_JSON, min_size=1, max_size=8))
def test_any_schema_gives_the_verdict_of_the_others(
    root: Any, inner: Any, documents: list[Any]
) -> None:
    whole: dict[str, Any] = {"$defs": {"d": {"type": "integer"}}}
    whole |= root if isinstance(root, dict) else {"anyOf": [root, inner]}
    witness = jsonschema_rs.Draft202012Validator(whole)
    peer = Draft202012Validator(whole)
    ours = Verdict(whole)
    for document in documents:
        # Python's `$` also matches before a last line break: no match for the peer to judge.
        said = "\\n" in json.dumps(document)
        assert ours.holds(document) is witness.is_valid(document), (whole, document)
        assert said or ours.holds(document) is peer.is_valid(document), (whole, document)


def test_a_keyword_that_is_not_known_is_not_ignored() -> None:
    with pytest.raises(AssertionError, match="no keyword 'oneOf'"):
        Verdict({"oneOf": [True]}).holds(1)


def test_a_reference_out_of_the_schema_is_not_ignored() -> None:
    with pytest.raises(AssertionError, match="not in the schema itself"):
        Verdict({"$ref": "https://json-schema.org/schema"}).holds(1)


def test_a_schema_may_have_itself_inside() -> None:
    tree = Verdict({"type": "object", "additionalProperties": {"$ref": "#"}})
    assert tree.holds({"a": {"b": {}}})
    assert not tree.holds({"a": {"b": 1}})


@pytest.mark.parametrize("name", schema.NAMES)
def test_every_shipped_schema_is_understood_whole(name: str) -> None:
    """Tests are made when they are met: here all are, and every pattern means the same in Python."""
    loaded = json.loads(schema.text(name))
    verdict = Verdict(loaded)

    def visit(node: Any, key: str) -> None:
        if isinstance(node, dict) and key in ("properties", "$defs", "dependentRequired"):
            for inner in node.values():
                visit(inner, "")
        elif isinstance(node, dict):
            verdict.test(node)
            for inner_key, inner in node.items():
                visit(inner, inner_key)
        elif isinstance(node, list) and key == "anyOf":
            for inner in node:
                visit(inner, "")
        elif key == "pattern":
            assert not re.search(r"\\[^.]|\[[^]]*\$|\$.", node), "said otherwise in ECMA-262"

    visit(loaded, "")


def test_a_fault_of_a_machine_written_file_says_where() -> None:
    (said,) = schema.faults("claims", [])
    assert said.startswith("the file: ")


def test_a_value_too_deep_to_be_shown_is_a_fault_all_the_same() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert schema.faults("evidence", deep) == ["the file: it does not hold to the schema"]
