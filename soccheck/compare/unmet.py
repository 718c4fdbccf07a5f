"""What of a finding is not met, or not known, and whether more of it, or less well, than before."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from soccheck.assess.assessment import Assessment
from soccheck.assess.trace import Compared
from soccheck.facts import services
from soccheck.model import Finding, Leaf, Status, Value

Comparison = tuple[str, str, str]
"""An asset, its fact, and the comparison that fails."""

Unmet = Mapping[Comparison, Value | None]
"""The comparisons that fail, each with the value that was found; and those that are not known."""

UNKNOWN = "unknown|"
"""What stands before a comparison that is not known."""


def unmet(finding: Finding, assessment: Assessment) -> dict[Comparison, Value | None]:
    """Return the comparisons by which a finding fails, and those that are not known.

    A measure's counts are compared by themselves.
    """
    if finding.result not in (Status.FAIL, Status.UNKNOWN):
        return {}
    # What is wrong with an unknown finding is that it is not known, not what was found.
    is_failing = finding.result is Status.FAIL
    return {key: value if is_failing else None for key, value, _ in _compared(finding, assessment)}


class Differences(NamedTuple):
    """Represents how what is not met differs from what was not: whether there is more of it, or less well.

    `opened` is what is not known beside what fails, and was not so before: an asset, and its fact.
    """

    more: bool = False
    opened: tuple[tuple[str, str], ...] = ()


def differences(before: Unmet, finding: Finding, assessment: Assessment) -> Differences:
    """Return how what a finding is not met by, or not known by, differs from what it was."""
    if finding.result is Status.UNKNOWN:
        return Differences(more=_is_less_known(before, finding, assessment))
    more, opened = False, []
    for key, value, item in _compared(finding, assessment):
        if item.met is None and key not in before:
            opened.append(key[:2])
        elif item.met is False and not more:
            more = key not in before or _is_further(item.leaf, item.negated, before[key], value)
    return Differences(more=more, opened=tuple(opened))


def _is_less_known(before: Unmet, finding: Finding, assessment: Assessment) -> bool:
    """Return whether an unknown finding is unknown by more; an empty former side tells nothing of it.

    That a comparison is known to fail is no less than that it was not known.
    """
    return bool(before) and any(
        not {(asset, fact, how), (asset, fact, f"{UNKNOWN}{how.removeprefix(UNKNOWN)}")}
        & before.keys()
        for asset, fact, how in unmet(finding, assessment)
    )


def _compared(
    finding: Finding, assessment: Assessment
) -> Iterator[tuple[Comparison, Value | None, Compared]]:
    """Yield what is not met or not known, with its value; what is so of several entries is counted."""
    seen: set[Comparison] = set()
    for asset, fact, value, item in assessment.unmet(finding):
        key = counted((asset, fact, _written(item)), seen)
        seen.add(key)
        yield key, value, item


def counted(comparison: Comparison, seen: Container[Comparison]) -> Comparison:
    """Return a comparison with its number among those of the same fact: the entries of a list."""
    asset, fact, how = key = comparison
    number = 1
    while key in seen:
        number += 1
        key = (asset, fact, f"{how} #{number}")
    return key


def _written(item: Compared) -> str:
    """Return a comparison as it is known by; one that is not known says so."""
    words = (*(["not"] if item.negated else []), *item.leaf.transforms, item.leaf.operator)
    return ("" if item.met is False else UNKNOWN) + "|".join(words)


def _is_further(leaf: Leaf, negated: bool, before: Value | None, now: Value | None) -> bool:
    """Return whether a value is further from what is required than another that is not either."""
    if negated and leaf.operator == "contains_any" and isinstance(leaf.value, tuple):
        unwanted = set(leaf.value)
        there, was_there = (v if isinstance(v, tuple) else () for v in (now, before))
        return bool(unwanted & set(there) - set(was_there))
    if leaf.operator in ("none_of", "contains_all") and isinstance(leaf.value, tuple):
        return bool(_wanting(leaf, now) - _wanting(leaf, before))
    if leaf.operator not in ("lt", "lte", "gt", "gte"):
        return False
    was, is_ = (_quantity(leaf, value) for value in (before, now))
    if was is None or is_ is None:
        return False
    # An older day is a larger age.
    larger_is_worse = (leaf.operator in ("lt", "lte")) != ("age" in leaf.transforms)
    return is_ > was if larger_is_worse != negated else is_ < was


def _wanting(leaf: Leaf, value: Value | None) -> set[Value]:
    """Return the items of a list that must not be there, or those that lack."""
    items = value if isinstance(value, tuple) else ()
    assert isinstance(leaf.value, tuple)
    if leaf.operator == "contains_all":
        return set(leaf.value) - set(items)
    return set(services.among(map(str, items), leaf.value))


def _quantity(leaf: Leaf, value: Value | None) -> float | None:
    """Return a value as a number, so far as its transforms are of one; a day as its ordinal."""
    if isinstance(value, tuple):
        if "count" in leaf.transforms:
            return len(value)
        numbers = [item for item in value if isinstance(item, int | float)]
        if not numbers or not {"max", "min"} & set(leaf.transforms):
            return None
        return max(numbers) if "max" in leaf.transforms else min(numbers)
    if isinstance(value, date):
        return value.toordinal()
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
