"""The patterns of policies: what Python's `re.fullmatch` means, in time linear in the text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soccheck.patterns import MAX_STATES, Pattern

_ATOMS = st.sampled_from(
    [
        *("a", "b", ".", "é", "đ", " ", "1", "]", "}", "{", ",", "-", "ab"),
        *("[ab]", "[^a]", "[]a]", "[^]a]", r"[\]a]", "[a-c1]", r"[\d_]", "[à-ỹ]"),
        *(r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", r"\.", r"\x61", r"\u0111", r"\\"),
        *("^", "$", r"\A", r"\Z", r"\b", "()", "(?:)", "(?i:A)", "(?s:.)"),
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
_OPEN = st.sampled_from(["(", "(?:", "(?i:", "(?-i:", "(?P<n>"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = st.tuples(_OPEN, st.lists(inner, min_size=1, max_size=3).map("|".join), _REPEATS)
    return st.lists(inner, max_size=3).map("".join) | group.map(lambda p: f"{p[0]}{p[1]}){p[2]}")


_PATTERN = st.tuples(
    st.sampled_from(["", "(?i)", "(?s)", "(?is)"]),
    st.recursive(st.tuples(_ATOMS, _REPEATS).map("".join), _larger, max_leaves=6),
).map("".join)
_TEXT = st.text("aAbB1 éÉđĐ\n.]}{,-_", max_size=5)


@settings(deadline=None, max_examples=600)
@given(_PATTERN, st.lists(_TEXT, min_size=1, max_size=6))
def test_it_means_what_python_means(pattern: str, texts: list[str]) -> None:
    try:
        peer = re.compile(pattern)
    except re.error:
        with pytest.raises(re.error):
            Pattern(pattern)
        return
    ours = Pattern(pattern)
    for text in texts:
        if "$" in pattern and "\n" in text:
            continue  # Python's `$` is also before a last line break; here it is the end
        assert ours.fullmatch(text) is (peer.fullmatch(text) is not None), (pattern, text)


@pytest.mark.parametrize("pattern", ["(a|a)*b", "(a*)*b", "(a+)+b", "((a|a?)*)*b", "(.*)*(.*)*b"])
def test_the_steps_are_linear_in_the_text(pattern: str) -> None:
    ours = Pattern(pattern)
    text = "a" * 10_000
    steps = sum(map(len, ours.steps(text)))
    assert len(text) <= steps <= len(ours.states) * (len(text) + 1)
    assert not ours.fullmatch(text)
    assert ours.fullmatch(f"{text}b")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(?=a)b", "no look-around"),
        ("(?<!a)b", "no look-around"),
        (r"(a)\1", "no back-references"),
        ("(?P<n>a)(?P=n)", "no back-references"),
        ("(a)(?(1)b|c)", "no look-around"),
        ("(?>a)", "no look-around"),
        ("(?#note)a", "no other"),
        ("a*+", "leave out the last +"),
        ("(?x) a", "only i and s"),
        ("(?a:x)", "only i and s"),
        ("(?:(?:x{1000}){1000}){1000}", "too large"),
        ("(?:(?:(?:){1000}){1000}){1000}", "too large"),
        ("(?:(?:x{0}){1000}){1000}", "too large"),
        (f"x{{{MAX_STATES}}}", "too large"),
        ("x{1000}{1000}", "multiple repeat"),
        ("x{99999999999999999999}", "repeated too often"),
        ("(" * 60 + ")" * 60, "nested deeper"),
        ("(" * 9000 + ")" * 9000, "nested too deep"),
        ("a)|(b", "unbalanced parenthesis"),
        ("(", "missing )"),
    ],
)
def test_what_is_refused_and_why(pattern: str, said: str) -> None:
    with pytest.raises(re.error, match=re.escape(said)):
        Pattern(pattern)


def test_vietnamese_letters_in_either_case() -> None:
    ours = Pattern("(?i).*phòng chống mã độc ở đâu.*")
    assert ours.fullmatch("Giải pháp PHÒNG CHỐNG MÃ ĐỘC Ở ĐÂU?")
    assert not ours.fullmatch("Giải pháp PHONG CHONG MA DOC O DAU?")
