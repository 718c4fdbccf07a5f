"""What a change makes worse on a later day, when an edition or a control comes into force."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from soccheck.assess.assessment import Assessment
from soccheck.compare.changes import Comparison, State, state_between
from soccheck.compare.former import Former
from soccheck.compare.renames import renamed
from soccheck.compare.scope_change import ScopeChange
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
    base = renamed(before, then)
    for finding in then.findings:
        key = finding.control.id, finding.asset.id
        if finding.status not in (Status.FAIL, Status.UNKNOWN) or key in today.moved:
            continue
        was = base.findings.get(key)
        is_unknown = finding.status is Status.UNKNOWN
        if is_unknown and (was is None or was.result not in (Status.PASS, Status.FAIL)):
            continue
        if state_between(then, was, finding) not in (State.NEW, State.WORSE):
            continue
        yield ScopeChange(
            what="unknown_later" if is_unknown else "fails_later",
            subject=" ".join(key),
            after=str(then.as_of),
            at=finding.asset.at,
        )
