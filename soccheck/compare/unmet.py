"""What of a finding is not met, or not known, and whether more of it, or less well, than before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from soccheck.assess.assessment import Assessment
from soccheck.facts import services
from soccheck.model import Finding, Leaf, Measure, Score, Status, Value

Comparison = tuple[str, str, str]
"""An asset, its fact, and the comparison that fails."""

Unmet = Mapping[Comparison, Value | None]
"""The comparisons that fail, each with the value that was found; and those that are not known."""

UNKNOWN = "unknown|"
"""What stands before a comparison that is not known."""


def unmet(finding: Finding, assessment: Assessment) -> dict[Comparison, Value | None]:
    """Return the comparisons by which a finding fails; a measure's counts are compared by themselves."""
    if finding.result is not Status.FAIL or isinstance(finding.control.require, Measure | Score):
        return {}
    return {
        (item.asset.id, item.fact, _written(item.leaf, item.negated)): item.chosen.value
        for item in assessment.detail(finding).observed
        if item.met is False and not item.context and item.leaf is not None
    }


def lacking(finding: Finding, assessment: Assessment) -> dict[Comparison, Value | None]:
    """Return the comparisons by which a finding fails, or leave it unknown."""
    if finding.result is not Status.UNKNOWN:
        return unmet(finding, assessment)
    return dict.fromkeys(_open(finding, assessment))


def _open(finding: Finding, assessment: Assessment) -> Iterator[Comparison]:
    """Yield what an unknown finding is not known by; a comparison that fails is named without a word."""
    for item in assessment.detail(finding).observed:
        if item.met is not True and not item.context and item.leaf is not None:
            how = _written(item.leaf, item.negated)
            yield item.asset.id, item.fact, f"{UNKNOWN if item.met is None else ''}{how}"


def _is_less_known(before: Unmet, finding: Finding, assessment: Assessment) -> bool:
    """Return whether an unknown finding is unknown by more; an empty former side tells nothing of it.

    That a comparison is known to fail is no less than that it was not known.
    """
    return bool(before) and any(
        (asset, fact, how) not in before and (asset, fact, f"{UNKNOWN}{how}") not in before
        for asset, fact, how in _open(finding, assessment)
    )


def is_more(before: Unmet, finding: Finding, assessment: Assessment) -> bool:
    """Return whether a finding that is not met still is by more comparisons, or by more in one."""
    if finding.result is Status.UNKNOWN:
        return _is_less_known(before, finding, assessment)
    if finding.result is not Status.FAIL or isinstance(finding.control.require, Measure | Score):
        return False
    for item in assessment.detail(finding).observed:
        if item.met is not False or item.context or item.leaf is None:
            continue
        key = (item.asset.id, item.fact, _written(item.leaf, item.negated))
        if key not in before:
            return True
        if _is_further(item.leaf, item.negated, before[key], item.chosen.value):
            return True
    return False


def _written(leaf: Leaf, negated: bool) -> str:
    return "|".join((*(["not"] if negated else []), *leaf.transforms, leaf.operator))


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
