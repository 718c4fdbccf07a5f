"""Text in columns: what fits a line, and what stands in which row."""

from __future__ import annotations

import wcwidth
from hypothesis import given
from hypothesis import strategies as st

from soccheck.report.columns import table, wrapped
from soccheck.report.wording.sections import Section

_CELL = st.text(st.sampled_from("aờ信🛡 -._/\u0300"), max_size=30).map(lambda s: " ".join(s.split()))


@given(st.lists(st.tuples(_CELL, _CELL, st.integers(0, 9999).map(str)), min_size=1, max_size=4))
def test_any_cells_fit_and_nothing_is_lost(rows: list[tuple[str, str, str]]) -> None:
    text = table(
        Section(
            title="Title",
            header=["Name", "Title of it", "Count"],
            rows=rows,
            numbers=frozenset({2}),
        ),
        60,
    )
    assert all(wcwidth.wcswidth(line) <= 60 for line in text.splitlines())
    for cells in zip(*rows, strict=True):
        for letter in "aờ信🛡":
            assert text.count(letter) >= "".join(cells).count(letter)


@given(st.text(st.sampled_from("abờ信🛡 \u0300"), max_size=60), st.integers(10, 40))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    lines = wrapped(text, width, "  ").split("\n")
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert wcwidth.wcswidth(line) <= width or len(line.split()) <= 1


def test_numbers_stand_to_the_right_and_texts_to_the_left() -> None:
    rows = [["信 ờ", "5"], ["a", "1,234"]]
    lines = table(
        Section(title="T", header=["x", "how many"], rows=rows, numbers=frozenset({1})), 11
    ).splitlines()
    assert lines[:2] == ["T", "="]
    assert lines[2:4] == ["x       how", "       many"]
    assert lines[4:] == ["----  -----", "信 ờ      5", "a     1,234"]


def test_an_empty_cell_keeps_its_line() -> None:
    """Above and below others, in columns of texts and of numbers."""
    rows = [["", "a", "1"], ["b", "", ""], ["c d", "", "22"], ["", "e", ""]]
    lines = table(
        Section(title="", header=["x", "y", "z"], rows=rows, numbers=frozenset({2})),
        8,
        titled=False,
    )
    assert lines.splitlines()[2:] == ["   a   1", "b", "c     22", "d", "   e"]


def test_a_reason_stays_in_its_row() -> None:
    """Whatever stands above it: tabulate 0.10 strips the empty lines that a cell begins with."""
    rows = [["7.1.2", "1", ""], ["7.1.3", "1", ""], ["7.1.4", "0.4118", "7/17 lost of it"]]
    lines = table(
        Section(title="", header=["No", "Points", "Reason"], rows=rows, numbers=frozenset({1})),
        22,
        titled=False,
    )
    assert lines.splitlines()[2:] == [
        "7.1.2       1",
        "7.1.3       1",
        "7.1.4  0.4118  7/17",
        "               lost of",
        "               it",
    ]
