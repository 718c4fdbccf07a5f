"""Laws of the reader: for any data, any text, any bytes."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st

from soccheck.model import Location
from soccheck.sources import yaml
from soccheck.sources.garbled import garbled

# What YAML cannot carry raw, or the reader refuses on purpose: controls, breaks of 1.1 only, lost letters.
_TEXT = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc", "Zl", "Zp"],
        exclude_characters="\ufeff\ufffe\uffff",
        include_characters="\n\t",
    ),
    max_size=12,
).filter(lambda text: garbled(text) is None)
_KEY = _TEXT.filter(lambda key: len(key) < 100)
_NUMBER = st.integers(-(10**16), 10**17) | st.integers(-9999, 9999).map(
    lambda n: (n * 10 + 1) / 100
)
_TREE: st.SearchStrategy[Any] = st.recursive(
    st.booleans() | _NUMBER | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEY, inner, max_size=4),
    max_leaves=25,
)


def _secret(tree: Any) -> bool:
    return bool(yaml.parse(_dumped(tree), "a.yaml").problems) and bool(
        re.search("secret|passw|token|pwd|community|credential|key", json.dumps(tree))
    )


def _dumped(tree: Any) -> bytes:
    return json.dumps(tree, ensure_ascii=False, indent=1).encode()


@given(_TREE)
def test_json_reads_back_equal(tree: Any) -> None:
    source = yaml.parse(_dumped(tree), "a.yaml")
    if _secret(tree):
        return
    assert source.problems == []
    assert source.data == tree
    assert repr(source.data) == repr(tree)


@given(st.dictionaries(_KEY, _TREE, max_size=5), st.booleans())
def test_every_key_stands_where_it_is_said_to(tree: dict[str, Any], indented: bool) -> None:
    text = json.dumps(tree, ensure_ascii=False, indent=2 if indented else None)
    source = yaml.parse(text.encode(), "a.yaml")
    if source.problems:
        assert _secret(tree)
        return
    lines = text.split("\n")
    for path, node in _walk(source.data, ()):
        where = source.where(*path)
        rest = lines[where.line - 1][where.column - 1 :]
        step = path[-1]
        wanted = json.dumps(step if isinstance(step, str) else node, ensure_ascii=False)
        if isinstance(step, str) or not isinstance(node, dict | list):
            assert rest.startswith(wanted)
        else:
            assert rest[0] in "[{"


def _walk(node: Any, path: tuple[str | int, ...]) -> list[tuple[tuple[str | int, ...], Any]]:
    steps: Any = node.items() if isinstance(node, dict) else ()
    steps = enumerate(node) if isinstance(node, list) else steps
    found = []
    for step, inner in steps:
        found += [((*path, step), inner), *_walk(inner, (*path, step))]
    return found


@given(st.binary(max_size=200))
def test_any_bytes_give_data_or_faults(raw: bytes) -> None:
    _reads(raw)


_YAMLISH = st.lists(
    st.sampled_from(
        [
            *(
                "a",
                "b",
                "no",
                "0600",
                "1.10",
                "22:30",
                "x:",
                "?",
                ":",
                "-",
                "[",
                "]",
                "{",
                "}",
                ",",
            ),
            *("&", "*", "&a", "*a", "!", "!!str", "|", ">", "'", '"', "#", "%", "@", "`", "---"),
            *("...", "<<", "<<:", "~", "\\", "password:", "\n", "\n  ", "\n    ", " ", ": ", "- "),
            *("\t", "\u2028", "\x85", "\ufeff", "é"),
        ]
    ),
    max_size=40,
).map("".join)


@given(_YAMLISH)
def test_any_text_gives_data_or_faults(text: str) -> None:
    _reads(text.encode())


def _reads(raw: bytes) -> None:
    source = yaml.parse(raw, "a.yaml")
    assert source.data is not None or source.problems
    lines = raw.count(b"\n") + raw.count(b"\r") + 2
    for problem in source.problems:
        assert isinstance(problem.where, Location)
        assert 1 <= problem.where.line <= lines
        assert problem.where.column >= 1
        assert problem.message
        assert problem.hint
        assert str(problem).replace("\n  hint: ", "").isprintable()
    if not source.problems:
        json.dumps(source.data)
        for path, _ in _walk(source.data, ()):
            assert source.where(*path).path == "a.yaml"


# The core schema of YAML 1.2.2, 10.3.2.
_CORE = {
    "null": re.compile(r"null|Null|NULL|~|"),
    "bool": re.compile(r"true|True|TRUE|false|False|FALSE"),
    "int": re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"),
    "float": re.compile(
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
    ),
}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@given(
    st.text("0123456789_.:eE+-xobnafTtyYN~=<", min_size=1, max_size=9)
    | st.text("019_.:e+-xT %/dhwmy", min_size=1, max_size=9)
    | st.from_regex(r"[-+]?[0-9_]{1,3}[.:]?[0-9_]{0,3}(e[-+]?[0-9])?(:[0-9]{1,2})?", fullmatch=True)
    | st.sampled_from(["yes", "No", "ON", "off", "True", "NULL", "null", "y", "N", "<<", "="])
)
def test_what_two_versions_of_yaml_read_differently_is_a_fault(text: str) -> None:
    """A plain scalar that is accepted has one meaning in YAML 1.1 (PyYAML) and in the core of 1.2."""
    source = yaml.parse(f"k: {text}".encode(), "a.yaml")
    if source.problems:
        return
    text = text.strip(" \t")  # which are no part of a plain scalar
    value = source.data["k"]
    tags = {name for name, pattern in _CORE.items() if pattern.fullmatch(text)}
    if isinstance(value, str):
        assert not tags, "a number, or true, in YAML 1.2"
    else:
        assert tags
    if _DATE.fullmatch(text):
        assert value == text  # a date stays text: its fact has the type
        return
    try:
        old = pyyaml.safe_load(f"k: {text}")["k"]
    except (pyyaml.YAMLError, ValueError):
        return
    assert old == value
    assert type(old) is type(value)


@given(_YAMLISH, st.sampled_from(["[", "{a: ", "- ", "[{b: "]), st.integers(1, 4))
def test_what_ends_a_file_ends_it_however_deep_the_rest_is(text: str, nest: str, n: int) -> None:
    """The parser reads ahead and has limits of its own: no word of a fault hangs on its version."""
    said = []
    for depth in (60 * n, 2000):
        source = yaml.parse(f"{text}\n---\na: {nest * depth}".encode(), "a.yaml")
        said.append([str(problem) for problem in source.problems])
    assert said[0] == said[1]
    assert not any("maximum nesting depth" in line for line in said[1])
