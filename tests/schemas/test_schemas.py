"""The published schemas: valid, complete, and what the code has; both validators agree on any file."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import soccheck
from soccheck.schemas import inventory as built
from soccheck.sources import schema, yaml
from soccheck.sources.files import content
from soccheck.sources.source import Source

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"


@pytest.mark.parametrize("name", schema.NAMES)
def test_is_a_valid_schema(name: str) -> None:
    loaded = json.loads(schema.text(name))
    assert loaded["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(loaded)
    assert jsonschema_rs.meta.is_valid(loaded)


def test_the_shipped_inventory_schema_is_the_catalogue() -> None:
    hint = "run `python -m soccheck.schemas`"
    assert schema.text("inventory") == built.dumped(), hint


def test_every_shipped_schema_is_published() -> None:
    folder = Path(soccheck.__file__).parent / "schemas"
    assert {path.name.removesuffix(".schema.json") for path in folder.glob("*.json")} == {
        *schema.NAMES
    }


@pytest.mark.parametrize("name", ["inventory", "policy"])
def test_every_property_says_what_it_is(name: str) -> None:
    loaded = json.loads(schema.text(name))
    silent = [path for path, node in _properties(loaded, "") if not _description(node, loaded)]
    # A group of facts is described in `soccheck.facts.catalogue.GROUPS`.
    assert silent == []


@pytest.mark.parametrize("name", ["inventory", "policy"])
def test_every_mapping_is_closed(name: str) -> None:
    """An unknown key is a fault everywhere, or a typing error would switch a requirement off."""
    open_ = [
        path
        for path, node in _nodes(json.loads(schema.text(name)), "")
        if node.get("type") == "object" and "additionalProperties" not in node
    ]
    assert open_ == []


def _nodes(node: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield path, node
        for key, inner in node.items():
            yield from _nodes(inner, f"{path}/{key}")
    elif isinstance(node, list):
        for i, inner in enumerate(node):
            yield from _nodes(inner, f"{path}/{i}")


def _properties(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    for at, inner in _nodes(node, path):
        if at.endswith("/properties") and not at.endswith("/properties/properties"):
            for key, value in inner.items():
                yield f"{at}/{key}", value


def _description(node: dict[str, Any], root: dict[str, Any]) -> str | None:
    while "description" not in node and "$ref" in node:
        target: Any = root
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node.get("description")


# -- the validator that judges and the one that words the faults agree ---------------------------

_FOLDERS = {
    "inventory": ["inventories", "soccheck/template", "tests/inventory"],
    "policy": ["policies", "tests/policy"],
}
CORPUS = [
    pytest.param(name, path, id=path.relative_to(ROOT).as_posix())
    for name, folders in _FOLDERS.items()
    for folder in folders
    for path in sorted((ROOT / folder).rglob("*.yaml"))
]


@pytest.mark.parametrize(("name", "path"), CORPUS)
def test_both_validators_agree_on_the_corpus(name: str, path: Path) -> None:
    source = yaml.parse(content(path), path.name)
    if source.data is None:
        return
    holds = schema._judge(name).is_valid(source.data)
    assert holds is schema._wording(name).is_valid(source.data)
    assert holds is not bool(schema.check(name, source)) or source.problems


_SMALL = {
    "inventory": yaml.parse(
        content(Path(soccheck.__file__).parent / "template" / "systems.yaml"), "s"
    ),
    "policy": yaml.parse(content(ROOT / "policies" / "antivirus.yaml"), "p"),
}
_VALUE = st.sampled_from(
    [
        True,
        False,
        0,
        1,
        -1,
        1.5,
        1.0,
        2.0,
        7,
        10**17,
        "",
        "x",
        "2024-06-30",
        "2024-06-30\n",
        "2024-06-30\0",
        "2024-02-30",
        "3d",
        "1m",
        "100%",
        "100%\n",
        "A-B",
        "a b",
        "ọ",
        [],
        [1],
        ["a", "a"],
        [1, True],
        [1, 1.0],
        [2, 2.0],
        [{"a": 1}, {"a": 1}],
        {},
        {"a": 1},
        {"en": "x", "vi": "y"},
    ]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(st.data())
def test_both_validators_agree_on_mutated_files(data: st.DataObject) -> None:
    name: str = data.draw(st.sampled_from(sorted(_SMALL)))
    tree = copy.deepcopy(_SMALL[name].data)
    for _ in data.draw(st.lists(st.none(), min_size=1, max_size=3)):
        _mutate(tree, data)
    source = Source("a.yaml")
    source.data = tree
    holds = schema._judge(name).is_valid(tree)
    problems = schema.check(name, source)
    assert holds is not bool(problems), "an invalid file has a fault, a valid one has none"
    assert holds is schema._wording(name).is_valid(tree)
    for problem in problems:
        assert problem.hint
        assert "\n" not in str(problem.message)
        assert len(str(problem.message)) < 400


def _mutate(node: Any, data: st.DataObject) -> None:
    """Change, add or take away one key somewhere below."""
    while True:
        steps: list[Any] = list(node) if isinstance(node, dict) else list(range(len(node)))
        inner = [s for s in steps if isinstance(node[s], dict | list) and node[s]]
        if inner and data.draw(st.sampled_from([True, True, True, True, False])):
            node = node[data.draw(st.sampled_from(inner))]
            continue
        what = data.draw(st.sampled_from(["change", "add", "drop"]))
        if what == "add" and isinstance(node, dict):
            node[data.draw(st.sampled_from(["x", "Bad", "a\n", "source", "measure", "if"]))] = (
                copy.deepcopy(data.draw(_VALUE))
            )
        elif what == "add":
            node.append(copy.deepcopy(data.draw(_VALUE)))
        elif steps and what == "drop":
            del node[data.draw(st.sampled_from(steps))]
        elif steps:
            node[data.draw(st.sampled_from(steps))] = copy.deepcopy(data.draw(_VALUE))
        return


# -- the words of a fault -----------------------------------------------------------------------


def _said(name: str, text: str) -> list[str]:
    source = yaml.parse(text.encode(), "a.yaml")
    assert not source.problems
    return [str(problem) for problem in schema.check(name, source)]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("system: {}", "did you mean 'systems'?"),
        ("hosts: {a: {organisation: o, role: server}}", "did you mean 'organization'?"),
        ("hosts: {a: {organization: o, role: server, antvirus: {}}}", "did you mean 'antivirus'?"),
        ("hosts: {a: {organization: o, role: srver}}", "did you mean 'server'?"),
        ("systems: {a: {organization: o, dossier: {status: aproved}}}", "did you mean 'approved'?"),
    ],
)
def test_did_you_mean(text: str, hint: str) -> None:
    said = _said("inventory", text)
    assert any(hint in line for line in said), said


def test_far_from_any_key_all_are_named() -> None:
    (line,) = _said("inventory", "authority: {stated: 2024-06-30, name: {zzz: 1}}")
    assert "hint: known here: en, illustrative, source, vi" in line


def test_a_missing_key_is_said_once() -> None:
    assert [line.splitlines()[0] for line in _said("inventory", "waivers: {w: {control: X}}")] == [
        f"a.yaml:1:11: {key!r} is missing"
        for key in ("assets", "reason", "approver", "granted", "expires")
    ]


def test_a_pattern_ends_where_the_text_ends() -> None:
    """Python's own `$` also matches before a last line break."""
    said = _said("inventory", 'organizations: {"a\\n": {type: office, tier: province}}')
    assert said, "an id with a line break is refused"
