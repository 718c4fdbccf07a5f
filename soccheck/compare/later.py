"""What a change makes worse on a later day, when an edition or a control comes into force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from soccheck.assess.assessment import Assessment
from soccheck.compare.changes import Comparison, State, compare
from soccheck.compare.former import Former
from soccheck.compare.scope import scope_of
from soccheck.compare.scope_changes import ScopeChange
from soccheck.model import Status


def days(assessment: Assessment) -> list[date]:
    """Return the days on which something comes into force, the first one first."""
    starts = {item.start for item in scope_of(assessment).coming.values()}
    return sorted(day for day in starts if day is not None)


def fails_later(then: Assessment, before: Former, today: Comparison) -> Iterator[ScopeChange]:
    """Yield the findings of a later day that a change makes worse, and that are not so today.

    Both sides will have them then, so that nobody would see them come.
    """
    comparison = compare(then, before)
    worse = (*comparison.of(State.NEW, Status.FAIL), *comparison.of(State.WORSE, Status.FAIL))
    for change in worse:
        if change.finding is not None and (change.control, change.asset) not in today.moved:
            yield ScopeChange(
                what="fails_later",
                subject=f"{change.control} {change.asset}",
                after=str(then.as_of),
                at=change.finding.asset.at,
            )
