"""The patterns of policies: the whole value, in time linear in the text, and what is refused."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soccheck.policy.pattern import read

_ATOMS = st.sampled_from(
    [
        *("a", "b", ".", "é", "đ", " ", "1", "]", "}", "{", ",", "-", "ab"),
        *("[ab]", "[^a]", "[]a]", "[^]a]", r"[\]a]", "[a-c1]", r"[\d_]", "[à-ỹ]"),
        *(r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", r"\.", r"\x61", r"\\"),
        *("^", "$", r"\A", r"\b", r"\B", "()", "(?:)", "(?s:.)"),
    ]
)
_REPEATS = st.sampled_from(
    [
        "",
        "",
        "",
        "*",
        "+",
        "?",
        "*?",
        "+?",
        "??",
        "{2}",
        "{1,2}",
        "{,2}",
        "{1,}",
        "{,}",
        "{0}",
        "{}",
    ]
)
_OPEN = st.sampled_from(["(", "(?:", "(?-i:", "(?P<n>"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = st.tuples(_OPEN, st.lists(inner, min_size=1, max_size=3).map("|".join), _REPEATS)
    return st.lists(inner, max_size=3).map("".join) | group.map(lambda p: f"{p[0]}{p[1]}){p[2]}")


_PATTERN = st.tuples(
    st.sampled_from(["", "(?s)"]),
    st.recursive(st.tuples(_ATOMS, _REPEATS).map("".join), _larger, max_leaves=6),
).map("".join)
_TEXT = st.text("aAbB1 éÉđĐ\n.]}{,-_", max_size=5)


@settings(deadline=None, max_examples=300)
@given(_PATTERN, st.lists(_TEXT, min_size=1, max_size=6))
def test_what_python_reads_too_means_the_same(pattern: str, texts: list[str]) -> None:
    """So a pattern tried in Python is either refused here or keeps its meaning, ASCII classes aside."""
    try:
        peer, ours = re.compile(pattern, re.ASCII), read(pattern)
    except (re.error, ValueError):
        return
    for text in texts:
        if "$" in pattern and "\n" in text:
            continue  # Python's `$` is also before a last line break; here it is the end
        assert ours.matches(text) is (peer.fullmatch(text) is not None), (pattern, text)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a|a)*b",
        "(a*)*b",
        "(a+)+b",
        "((a|a?)*)*b",
        "(.*)*(.*)*b",
        "(" * 498 + "a*" + ")" * 498 + "b",
    ],
)
def test_no_pattern_runs_for_ever(pattern: str) -> None:
    ours = read(pattern)
    text = "a" * 100_000
    assert not ours.matches(text)
    assert ours.matches(f"{text}b")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(?=a)b", "invalid perl operator: (?="),
        ("(?<!a)b", "invalid perl operator: (?<"),
        (r"(a)\1", r"invalid escape sequence: \1"),
        ("(?P<n>a)(?P=n)", "invalid perl operator: (?P"),
        ("(?>a)", "invalid perl operator: (?>"),
        ("(?#note)a", "invalid perl operator: (?#"),
        ("(?x) a", "invalid perl operator: (?x"),
        ("a*+", "bad repetition operator: *+"),
        ("a{,2}", "{, is no repetition: write {0,"),
        ("a{,}", "{, is no repetition: write {0,"),
        (r"a\Z", r"invalid escape sequence: \Z"),
        ("x{1001}", "invalid repetition size: {1001}"),
        ("(?:(?:x{1000}){1000}){1000}", "invalid repetition size"),
        (r"(\pL{500}){2}", "pattern too large: "),
        ("(" * 501 + ")" * 501, "longer than 1000 characters"),
        ("a)|(b", "unexpected )"),
        ("(", "missing )"),
        ("[", "missing ]"),
    ],
)
def test_what_is_refused_and_why(pattern: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        read(pattern)


def test_vietnamese_letters_in_either_case() -> None:
    ours = read("(?i).*phòng chống mã độc ở đâu.*")
    assert ours.matches("Giải pháp PHÒNG CHỐNG MÃ ĐỘC Ở ĐÂU?")
    assert not ours.matches("Giải pháp PHONG CHONG MA DOC O DAU?")


def test_letters_of_any_script_have_a_class_of_their_own() -> None:
    assert read(r"\p{L}+").matches("điện")
    assert not read(r"\w+").matches("điện")


@pytest.mark.parametrize("said", [r"\w+", r"\D", r"a\b", r"[\s_]", "[[:alpha:]]", "[[:^digit:]]"])
def test_classes_that_leave_out_vietnamese_letters_are_known(said: str) -> None:
    assert read(said).ascii_only
    assert not read(r"[\p{L}0-9:]+").ascii_only


@pytest.mark.parametrize("said", ["Kas*", ".example|Bk*v", "điệ*n"])
def test_a_star_behind_a_letter_repeats_it(said: str) -> None:
    assert read(said).repeats_a_letter
    assert not read(r"Kas.*|\d*|[a-z]*|\p{L}*|(ab)*|a\*|[]a*]").repeats_a_letter


def test_half_a_surrogate_pair_is_no_character() -> None:
    assert read("a.b").matches("a\ud800b")
    assert not read("[a-z]+").matches("a\ud800b")
