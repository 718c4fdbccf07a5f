"""What people type is told what to write, and that is of the type that was wanted."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soccheck.facts import instead, meant, values
from tests.kit import read_yaml

TYPED: list[tuple[str, object, str]] = read_yaml(
    (Path(__file__).parent / "typed.yaml").read_text(encoding="utf-8")
)


def is_of(kind: str, text: str) -> bool:
    """Return whether a text, as YAML has it, is a value of the type."""
    value = read_yaml(text)
    if kind == "bool":
        return isinstance(value, bool)
    if kind in ("int", "number"):
        return isinstance(value, int if kind == "int" else int | float) and value >= 0
    if kind == "length":
        return values.duration(text) is not None
    if kind == "ref":
        return isinstance(value, str)
    return values.CONVERTED[kind](value if kind == "count" else text) is not None


@pytest.mark.parametrize(("kind", "typed", "told"), TYPED)
def test_typed(kind: str, typed: object, told: str) -> None:
    assert str(instead.hint(kind, typed)) == told
    written = meant.written(kind, typed)
    if written is not None:
        assert is_of(kind, written)


@given(st.sampled_from(sorted(instead.FORMS)), st.text(max_size=30))
def test_what_is_told_to_be_written_is_of_the_type(kind: str, typed: str) -> None:
    assert str(instead.hint(kind, typed))
    written = meant.written(kind, typed)
    if written is not None and kind in values.CONVERTED:
        assert values.CONVERTED[kind](written) is not None
