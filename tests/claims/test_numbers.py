"""Every number the five reports print is accounted for: by the claim that states it, or by why it is none.

`tests/claims/reports/numbers/*.yaml` hold every sentence of a report that has a number, in its order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import pytest

from soccheck.facts import figures
from soccheck.model import Claim, Part
from tests.claims.test_reports import DATA, NAMES, loaded, report
from tests.kit import read_yaml

WORD = re.compile(r"\S*\d\S*|\b(?:hai|ba|bốn|sáu|bảy|tám|chín|mười)\b(?= giai đoạn)")
IN_WORDS = {"bốn": "4"}
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
REASONS = {
    "(date)": "a day, a month, a year, a time or how long something lasts",
    "(document)": "the number of a document, of a clause or of a programme",
    "(section)": "the number of a section, a criterion, a footnote, a photograph or an item of a list",
    "(name)": "part of a name: a level, a version, a technology",
    "(ordinal)": "its place in an order: the sixth meeting, the first time",
    "(plan)": "what is still to be reached, not what was",
    "(class)": "the bounds of a class",
}


class Stated(NamedTuple):
    """Represents a number as the report writes it, where it stands in it, and what accounts for it."""

    number: str
    start: int
    end: int
    by: str


def accounted(name: str) -> Iterator[Stated]:
    text, position = report(name), 0
    entries: list[dict[str, Any]] = read_yaml(
        (DATA / "numbers" / f"{name}.yaml").read_text(encoding="utf-8")
    )
    for entry in entries:
        position = text.index(entry["says"], position)
        words = list(WORD.finditer(entry["says"]))
        assert len(words) == len(entry["numbers"]), entry["says"]
        for word, pair in zip(words, entry["numbers"], strict=True):
            ((number, by),) = pair.items()
            assert number in word[0], entry["says"]
            start = position + word.start() + word[0].index(number)
            yield Stated(number, start, start + len(number), by)
        position += len(entry["says"])


def held(claim: Claim) -> set[Fraction]:
    """Return every number a claim holds, down to the parts of its parts."""
    numbers = {abs(figure.number) for figure in claim.figures.values()}
    below: list[Part] = [claim.whole] if claim.whole else []
    while below:
        part = below.pop()
        numbers.add(part.figure.number)
        below += part.parts
    return numbers


def readings(number: str) -> set[Fraction]:
    """Return what a number can mean: 1.348 is a thousand and more, or one and a bit."""
    found = set()
    for integer in (True, False):
        try:
            found.add(figures.read(number, integer=integer).number)
        except ValueError:
            continue
    return found


@pytest.mark.parametrize("name", NAMES)
def test_no_number_is_left_out(name: str) -> None:
    stated = [word[0] for word in WORD.finditer(report(name))]
    listed = [item.number for item in accounted(name)]
    assert len(stated) == len(listed)
    assert [number in word for word, number in zip(stated, listed, strict=True)] == (
        [True] * len(stated)
    )


@pytest.mark.parametrize("name", NAMES)
def test_each_is_stated_by_its_claims_in_that_sentence_or_says_why_not(name: str) -> None:
    text = report(name)
    claims = {claim.id: claim for claim in loaded(name).claims}
    for item in accounted(name):
        if item.by in REASONS:
            continue
        numbers: set[Fraction] = set()
        for claim in (claims[one] for one in item.by.split()):
            places = [match.span() for match in re.finditer(re.escape(claim.says), text)]
            assert any(a <= item.start and item.end <= b for a, b in places), (claim.id, item)
            numbers |= held(claim)
        for number in NUMBER.findall(IN_WORDS.get(item.number, item.number)):
            assert readings(number) & numbers, (item, number)


@pytest.mark.parametrize("name", NAMES)
def test_no_claim_states_what_the_report_does_not(name: str) -> None:
    by = {one for item in accounted(name) if item.by not in REASONS for one in item.by.split()}
    assert by == {claim.id for claim in loaded(name).claims}


def test_every_reason_is_given_somewhere() -> None:
    given = {item.by for name in NAMES for item in accounted(name)}
    assert given.issuperset(REASONS)
