"""JSON that is written piece by piece is the JSON that is written at once."""

from __future__ import annotations

import json
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from soccheck.report.json_text import written

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.sampled_from('aờ信\\"\n\t'), max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3)
    ),
    max_leaves=12,
)


def streamed(data: object) -> object:
    """Return the data with its lists made iterators, whose items are as they are."""
    if isinstance(data, dict):
        return {key: streamed(value) for key, value in data.items()}
    return iter(data) if isinstance(data, list) else data


@given(_VALUES)
def test_pieces_make_what_is_written_at_once(data: object) -> None:
    assert "".join(written(data)) == json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    assert json.loads("".join(written({"runs": [streamed(data)]}))) == {"runs": [data]}


@given(st.lists(_VALUES, min_size=1))
def test_an_item_that_is_asked_for_has_a_line_of_its_own(items: list[object]) -> None:
    lines = "".join(written({"items": iter(items)})).splitlines()
    assert (lines[:2], lines[-2:]) == (["{", ' "items": ['], [" ]", "}"])
    assert [json.loads(line.removesuffix(",")) for line in lines[2:-2]] == items


def test_an_item_is_asked_for_when_it_is_written() -> None:
    asked: list[int] = []

    def items() -> Iterator[int]:
        for number in range(3):
            asked.append(number)
            yield number

    pieces = written({"head": 1, "items": items(), "tail": 2})
    assert next(piece for piece in pieces if "0" in piece)
    assert asked == [0]
    assert '"tail": ' in "".join(pieces)
    assert asked == [0, 1, 2]


def test_no_text_speaks_to_a_terminal_or_to_a_pipeline() -> None:
    hostile = {
        "##[error]": ["\x7f\x9b", "\u202e", "##vso[x]", "\U000e0041\uffff"],
        "items": iter(["\ufeff##"]),
    }
    text = "".join(written(hostile))
    assert text.isascii()
    assert "##" not in text
    assert json.loads(text)["items"] == ["\ufeff##"]
    assert json.loads(text)["##[error]"][-1] == "\U000e0041\uffff"
