"""Comparisons of days, which come out otherwise on another day: ages, and spans of the year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from soccheck.assess.evidence import Facts
from soccheck.model import Duration, Leaf, Value, YearlySpan
from soccheck.policy.operators import OPERATORS, TRANSFORMS


def of_the_calendar(leaf: Leaf) -> bool:
    """Return whether a comparison comes out otherwise on another day."""
    return "age" in leaf.transforms or isinstance(leaf.value, YearlySpan)


def day_test(leaf: Leaf, as_of: date, latest: date) -> Callable[[Value | None, Facts], bool | None]:
    """Return the comparison of a day with a day: its age, or whether it lies in a yearly span."""
    if not isinstance(leaf.value, YearlySpan):
        return _age_test(leaf, as_of, latest)
    compare, span = OPERATORS[leaf.operator].test, leaf.value.over(as_of)
    steps = [TRANSFORMS[word].apply for word in leaf.transforms]

    def test(value: Value | None, facts: Facts) -> bool | None:
        for step in steps:
            value = None if value is None else step(value)
        return compare(value, span) if isinstance(value, date) and value <= latest else None

    return test


def _age_test(
    leaf: Leaf, as_of: date, latest: date
) -> Callable[[Value | None, Facts], bool | None]:
    """Return the comparison of an age on a day: months are calendar months before that day.

    What lies after `latest` has no age.
    """
    length = leaf.value
    assert isinstance(length, Duration)
    limit = length.oldest(as_of)
    # An age at most a year old is a day no earlier than a year ago: the sides change places.
    compare = OPERATORS[leaf.operator].test
    steps = [TRANSFORMS[word].apply for word in leaf.transforms if word != "age"]

    def test(value: Value | None, facts: Facts) -> bool | None:
        for step in steps:
            value = None if value is None else step(value)
        if not isinstance(value, date) or value > latest:
            return None  # what had not happened yet has no age
        return compare(limit, value)

    return test
