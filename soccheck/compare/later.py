"""What a change makes worse on a later day, when an edition or a control comes into force."""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.assess.assessment import Assessment
from soccheck.compare.changes import Comparison, State, each
from soccheck.compare.former import Former
from soccheck.compare.renames import renamed
from soccheck.compare.scope_changes import ScopeChange
from soccheck.model import Status


def fails_later(then: Assessment, before: Former, today: Comparison) -> Iterator[ScopeChange]:
    """Yield the findings of a later day that a change makes worse, and that are not so today.

    Both sides will have them then, so that nobody would see them come. Of both, only the controls
    that begin on that day need have been judged.
    """
    for change in each(then, renamed(before, then)):
        if (
            change.state in (State.NEW, State.WORSE)
            and change.finding is not None
            and change.finding.status is Status.FAIL
            and (change.control, change.asset) not in today.moved
        ):
            yield ScopeChange(
                what="fails_later",
                subject=f"{change.control} {change.asset}",
                after=str(then.as_of),
                at=change.finding.asset.at,
            )
