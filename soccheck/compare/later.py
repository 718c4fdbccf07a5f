"""What a change makes worse on a later day, when an edition or a control comes into force."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from soccheck.assess.assessment import Assessment
from soccheck.compare.changes import Comparison, State, each
from soccheck.compare.former import Former
from soccheck.compare.renames import renamed
from soccheck.compare.scope_changes import ScopeChange
from soccheck.model import Status


def with_later(
    today: Comparison, later: Iterable[Assessment], before: Callable[[Assessment], Former]
) -> Comparison:
    """Return a comparison with what the change makes worse on later days, and that is not so today.

    Both sides will have it then, so that nobody would see it come. `later` are the assessments of those
    days, of which only the controls that begin on them need have been judged; `before` is the other side
    of one.
    """
    found = [change for then in later for change in _worse(then, before(then), today)]
    return replace(today, scope=[*today.scope, *found], later_known=True)


def _worse(then: Assessment, before: Former, today: Comparison) -> Iterator[ScopeChange]:
    for change in each(then, renamed(before, then)):
        finding = change.finding
        if (
            finding is None
            or change.state not in (State.NEW, State.WORSE)
            or (change.control, change.asset) in today.moved
        ):
            continue
        was = change.before.result if change.before is not None else None
        if finding.status is Status.FAIL:
            what = "fails_later"
        elif finding.status is Status.UNKNOWN and was in (Status.PASS, Status.FAIL):
            what = "unknown_later"
        else:
            continue
        yield ScopeChange(
            what=what,
            subject=f"{change.control} {change.asset}",
            after=str(then.as_of),
            at=finding.asset.at,
        )
