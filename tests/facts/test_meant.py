"""What people type is told what to write, and that is of the type that was wanted."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from soccheck.facts import meant, values

TYPED: list[tuple[str, object, str]] = yaml.safe_load(
    (Path(__file__).parent / "typed.yaml").read_text(encoding="utf-8")
)


def is_of(kind: str, text: str) -> bool:
    """Return whether a text, as YAML has it, is a value of the type."""
    value = yaml.safe_load(text)
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
    assert str(meant.hint(kind, typed)) == told
    written = meant.written(kind, typed)
    if written is not None:
        assert is_of(kind, written)


@given(st.sampled_from(sorted(meant.FORMS)), st.text(max_size=30))
def test_what_is_told_to_be_written_is_of_the_type(kind: str, typed: str) -> None:
    assert str(meant.hint(kind, typed))
    written = meant.written(kind, typed)
    if written is not None and kind in values.CONVERTED:
        assert values.CONVERTED[kind](written) is not None


STATUSES = ("none", "draft", "submitted", "appraised", "approved")


@pytest.mark.parametrize(
    "typed",
    ["approved in part", "approved, pending signature", "approved (expired)", "approved?",
     "Đã phê duyệt một phần", "submitted soon", "chưa phê duyệt", "not approved"],
)  # fmt: skip
def test_what_is_not_wholly_so_is_not_read_by_its_good_word(typed: str) -> None:
    assert meant.written("enum", typed, STATUSES) is None
    assert meant.written("enum", "Đã phê duyệt", STATUSES) == "approved"


def test_a_number_that_is_not_reached_is_not_read() -> None:
    assert meant.written("enum", "chưa đạt mức 4", ("3", "4")) is None
    assert meant.written("enum", "mức 4", ("3", "4")) == "4"
