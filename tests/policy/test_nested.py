"""Which way an edit inside a condition moves the whole, and that a text of two readings tells none."""

from __future__ import annotations

import pytest

from soccheck.policy.edits import Direction, compared

ANY = "any(users|gte: 10; level|in: [2, 3])"
EVERY = "every host where n|gte: 5 (m|lte: 4)"


@pytest.mark.parametrize(
    ("word", "before", "after", "direction"),
    [
        ("require", ANY, ANY.replace("10", "20"), "stricter"),
        ("require", ANY, ANY.replace("10", "5"), "looser"),
        ("require", ANY, ANY.replace("10", "20").replace("[2, 3]", "[2]"), "stricter"),
        ("require", ANY, ANY.replace("10", "20").replace("[2, 3]", "[1, 2, 3]"), "changed"),
        ("require", ANY, ANY.replace("gte: 10", "lte: 10"), "changed"),
        ("require", ANY, ANY.replace("users", "machines"), "changed"),
        ("require", ANY, "any(users|gte: 10; level|in: [2, 3]; soc: true)", "looser"),
        ("require", "any(a: 1; b: 2; c: 3)", "any(a: 1; b: 2)", "stricter"),
        ("require", "any(a: 1; all(b: 2; c: 3))", "any(a: 1; all(b: 2; c: 3; d: 4))", "stricter"),
        ("require", "not(any(age|lt: 5; b: 2))", "not(any(age|lt: 9; b: 2))", "stricter"),
        ("require", "if(users|gte: 10; a: 1)", "if(users|gte: 20; a: 1)", "looser"),
        ("require", "if(users|gte: 10; n|lte: 5)", "if(users|gte: 10; n|lte: 4)", "stricter"),
        ("require", EVERY, EVERY.replace("gte: 5", "gte: 6"), "looser"),
        ("require", EVERY, EVERY.replace("lte: 4", "lte: 3"), "stricter"),
        ("require", "some host where n|gte: 5 (m|lte: 4)", "some host where n|gte: 6 (m|lte: 4)", "stricter"),
        ("require", "every host where all(n|gte: 5; k: 1) (m: 4)",
         "every host where all(n|gte: 4; k: 1) (m: 4)", "stricter"),
        ("require", 'any(a|eq: "x; b: (y)"; n|gte: 5)', 'any(a|eq: "x; b: (y)"; n|gte: 4)', "looser"),
        ("when", ANY, ANY.replace("10", "20"), "looser"),
        ("when", ANY, ANY.replace("10", "5"), "stricter"),
        ("expects where", ANY, ANY.replace("10", "20"), "looser"),
    ],
)  # fmt: skip
def test_an_edit_inside_a_condition(word: str, before: str, after: str, direction: str) -> None:
    (edit,) = compared({f"{word} {before}": ""}, {f"{word} {after}": ""})
    assert (edit.direction.value, edit.item) == (direction, word)
    (back,) = compared({f"{word} {after}": ""}, {f"{word} {before}": ""})
    opposite = {"stricter": "looser", "looser": "stricter", "changed": "changed"}
    assert back.direction.value == opposite[direction]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ANY, "every host (a: 1)"),
        (ANY, "any(a"),
        ('any(a|eq: "x; b: 1)', 'any(a|eq: "y; b: 1)'),
        ("any(a: 1) ", "any(a: 2) "),
    ],
)
def test_one_condition_for_another_is_one_less_and_one_more(before: str, after: str) -> None:
    found = compared({f"require {before}": ""}, {f"require {after}": ""})
    assert {edit.direction for edit in found} == {Direction.LOOSER, Direction.STRICTER}


@pytest.mark.parametrize("values", [("3d", "2d"), ("259200s", "172800s"), ("1.5s", "1s")])
def test_a_length_of_time_is_less(values: tuple[str, str]) -> None:
    (edit,) = compared({"require a|lte": values[0]}, {"require a|lte": values[1]})
    assert edit.direction is Direction.STRICTER
