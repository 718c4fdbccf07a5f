"""Faults of machine-written files, and what neither validator may read in its own way."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema_rs
import pytest

from soccheck.sources import schema, yaml

_KNOWN = {
    *("$schema", "$id", "$defs", "$ref", "title", "description", "type", "enum", "const", "anyOf"),
    *("if", "then", "else", "not", "items", "properties", "additionalProperties", "propertyNames"),
    *("pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "minItems"),
    "maxItems",
    *("uniqueItems", "minProperties", "required", "dependentRequired"),
}
"""Keywords of the shipped schemas that both validators read alike: the corpus and its mutants tell."""


@pytest.mark.parametrize("name", schema.NAMES)
def test_a_shipped_schema_says_only_what_both_validators_read_alike(name: str) -> None:
    """An unknown keyword is ignored by both, and a pattern may mean another thing in Python."""

    def visit(node: Any, key: str) -> None:
        if isinstance(node, dict) and key in ("properties", "$defs", "dependentRequired"):
            for inner in node.values():
                visit(inner, "")
        elif isinstance(node, dict) and key not in ("const", "enum"):
            assert node.keys() <= _KNOWN
            for inner_key, inner in node.items():
                visit(inner, inner_key)
        elif isinstance(node, list) and key == "anyOf":
            for inner in node:
                visit(inner, "")
        elif key == "pattern":
            assert not re.search(r"\\[^.]|\$.", node), "said otherwise in ECMA-262"
        elif key == "$ref":
            assert node.startswith("#"), "nothing is fetched"

    visit(json.loads(schema.text(name)), "")


def test_a_fault_of_a_machine_written_file_says_where() -> None:
    (said,) = map(str, schema.faults("claims", []))
    assert said.startswith("the file: ")


def test_a_value_too_deep_to_be_shown_is_a_fault_all_the_same() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert list(map(str, schema.faults("evidence", deep))) == ["it does not hold to the schema"]


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("^a$", "a", True),
        ("^a$", "a\n", False),
        ("^[$a]+$", "a$", True),
        ("^[^$]$", "$", False),
        ("^[\\]$]$", "$", True),
        ("^\\$5$", "$5", True),
        ("^(a|b$)", "b", True),
    ],
)
def test_a_dollar_is_the_end_only_where_ecma_has_it_so(pattern: str, text: str, fits: bool) -> None:
    assert bool(re.search(schema.python_pattern(pattern), text)) is fits
    assert jsonschema_rs.is_valid({"pattern": pattern}, text) is fits


@pytest.mark.parametrize("value", ["\ud800", float("nan"), float("inf"), 10**400, 1e308])
def test_what_json_cannot_have_is_a_fault_and_no_crash(value: Any) -> None:
    bundle = {"version": value, "tool": value, value if isinstance(value, str) else "x": 1}
    assert schema.faults("evidence", bundle)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("history: {folder: h, keep: {daily: 30 ngày}}", "write a number, as in 30, or all"),
        ("health: {last_run: 2 ngày}", "write 2d"),
        ("audit: {max_evidence_age: 30}", "write 1d, 2w, 6mo or 1y"),
        (
            "notify: {mail: [{name: a, host: m, from: soc, recipients: [{to: c@d.vn}]}]}",
            "write vanthu@tinh.example, for example",
        ),
        (
            "notify: {mail: [{name: a, host: 'm.vn:25', from: a@b.vn, recipients: [{to: c@d.vn}]}]}",
            "write the name or address alone; its port goes under port:",
        ),
    ],
)
def test_settings_as_people_write_them(typed: str, told: str) -> None:
    (problem,) = schema.check("settings", yaml.parse(typed.encode(), "soccheck.yaml"))
    assert str(problem.hint) == told
