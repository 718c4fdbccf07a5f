"""Compare an assessment with a former side: what is new, resolved, unchanged, or left the scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from soccheck.assess.assessment import Assessment
from soccheck.compare.former import Former, FormerFinding, Key, achieved
from soccheck.compare.renames import renamed
from soccheck.compare.scope_change import ScopeChange
from soccheck.compare.scope_changes import of_scope
from soccheck.compare.standing import excused_worse, left_unmet, more_unknown, of_finding, weaker
from soccheck.compare.unmet import Differences, differences
from soccheck.model import Finding, Severity, Status

BAD = (Status.FAIL, Status.UNKNOWN, Status.WAIVED, Status.GRACE)
JUDGED = (*BAD, Status.PASS)


class State(StrEnum):
    """How a finding stands to its former self. SARIF: baselineState.

    `worse` is one that is met no more than before and less of it: 1 of 61 after 52; `better` one that
    is not met either, and more of it.
    """

    NEW = "new"
    WORSE = "worse"
    BETTER = "better"
    RESOLVED = "resolved"
    UNCHANGED = "unchanged"
    LEFT = "left"


class FindingChange(NamedTuple):
    """Represents how a finding stands to what it was; `finding` is none where there is none any more.

    `opened` names what became unknown of one that fails: assets and their facts.
    """

    control: str
    asset: str
    state: State
    before: FormerFinding | None
    finding: Finding | None
    opened: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Represents what differs between two sides; `counts` is by state and status, old or new.

    `moved` names the state of each finding that is not what it was; `before` counts the former
    side's findings. `empty` says that the former side has no such inventory, `folder` where it was, and
    `renamed` what assets of today were called then.
    `later_known` says that controls that begin later are compared as well, `ended_known` that those no
    longer in force are, `titles_known` that what they are called is, `open_known` that what is not
    known beside what fails is. `same`: there was nothing to compare.
    """

    name: str
    as_of: date
    changes: Sequence[FindingChange]
    scope: Sequence[ScopeChange]
    counts: Mapping[tuple[State, Status], int]
    before: Mapping[Status, int]
    scope_known: bool = True
    moved: Mapping[Key, State] = field(default_factory=dict)
    empty: bool = False
    folder: str | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)
    same: bool = False
    later_known: bool = True
    ended_known: bool = True
    titles_known: bool = True
    open_known: bool = True

    def of(self, state: State, *statuses: Status) -> list[FindingChange]:
        """Return the changes of a state, and of these statuses where any are named."""
        return [
            change
            for change in self.changes
            if change.state is state
            and (not statuses or (change.finding is not None and change.finding.status in statuses))
        ]

    def state(self, finding: Finding) -> State:
        """Return how a finding of the newer side stands to its former self."""
        return self.moved.get((finding.control.id, finding.asset.id), State.UNCHANGED)


def compare(assessment: Assessment, base: Former) -> Comparison:
    """Return what differs between `base` and the assessment; findings are keyed on control and asset.

    An asset that was renamed is compared with what it was; `renamed` tells what is refused.
    """
    base = renamed(base, assessment)
    changes: list[FindingChange] = []
    consequences: list[ScopeChange] = []
    counts: Counter[tuple[State, Status]] = Counter()
    were: Counter[Status] = Counter()
    open_known = True
    for change in each(assessment, base):
        finding, before, state = change.finding, change.before, change.state
        if before is not None:
            were[before.status] += 1
            open_known = open_known and (before.open_told or before.result is not Status.FAIL)
        if finding is not None and before is not None:
            consequences += of_finding(assessment, finding, before)
            consequences += excused_worse(finding, before, worse=state is State.WORSE)
            if base.scope is not None and change.opened and before.open_told:
                consequences += more_unknown(assessment, finding, change.opened, base.scope.assets)
        if finding is not None and state not in (State.RESOLVED, State.LEFT):
            counts[state, finding.status] += 1
        elif before is not None and state is not State.UNCHANGED:
            counts[state, before.status] += 1
        if state is not State.UNCHANGED:
            changes.append(change)
    changes.sort(key=_order)
    left = [
        found
        for change in changes
        if change.finding is not None and change.before is not None
        for found in left_unmet(assessment, change.finding, change.before)
    ]
    return Comparison(
        name=base.name,
        as_of=base.as_of,
        changes=changes,
        scope=[*of_scope(assessment, base), *left, *consequences],
        counts=counts,
        before=were,
        scope_known=base.scope is not None,
        moved={(change.control, change.asset): change.state for change in changes},
        empty=base.empty,
        folder=base.folder,
        renamed=base.renamed,
        same=base.same,
        later_known=base.empty or not assessment.coming,
        open_known=open_known,
        titles_known=base.scope is None or base.scope.named,
        ended_known=base.scope is None or base.scope.ended is not None or not assessment.ended,
    )


def each(assessment: Assessment, base: Former) -> Iterator[FindingChange]:
    """Yield how every finding of either side stands to the other; `base` has the ids of today."""
    mine = {(finding.control.id, finding.asset.id): finding for finding in assessment.findings}
    for key in dict.fromkeys((*base.findings, *mine)):
        finding, before = mine.get(key), base.findings.get(key)
        differing = _differing(assessment, before, finding)
        yield FindingChange(
            control=key[0],
            asset=key[1],
            state=_state(assessment, before, finding, more=differing.more),
            before=before,
            finding=finding,
            opened=differing.opened,
        )


def state_between(
    assessment: Assessment, before: FormerFinding | None, now: Finding | None
) -> State:
    """Return the state of one finding."""
    return _state(assessment, before, now, more=_differing(assessment, before, now).more)


def _differing(
    assessment: Assessment, before: FormerFinding | None, now: Finding | None
) -> Differences:
    """Return how what is not met differs, of a finding that was not met either, so far as that is told."""
    if now is None or before is None or before.unmet is None:
        return Differences()
    if now.result is not before.result or now.result not in (Status.FAIL, Status.UNKNOWN):
        return Differences()
    return differences(before.unmet(), now, assessment)


def _state(
    assessment: Assessment, before: FormerFinding | None, now: Finding | None, *, more: bool
) -> State:
    """Return the state; a status that is bad in another way than before is new, never resolved.

    One that fails by `more` is worse: by another port, another host, an older day.
    """
    was = before.status if before is not None else Status.NOT_APPLICABLE
    is_ = now.status if now is not None else Status.NOT_APPLICABLE
    if before is None or now is None:
        return State.UNCHANGED if was is is_ else _moved(was, is_)
    if was is not is_:
        found = _moved(was, is_)
        # What was seen to fail is not mended by somebody's word.
        is_said = found is State.RESOLVED and weaker(assessment, now, before) is not None
        return State.UNCHANGED if is_said else found
    if more:
        return State.WORSE
    return _by_share(is_, before.achieved, achieved(now))


def state_of(before: FormerFinding | None, now: FormerFinding | None) -> State:
    """Return the state by what a stored result tells: the statuses, and what is achieved."""
    was = before.status if before is not None else Status.NOT_APPLICABLE
    is_ = now.status if now is not None else Status.NOT_APPLICABLE
    if was is not is_:
        return _moved(was, is_)
    if before is None or now is None:
        return State.UNCHANGED
    return _by_share(is_, before.achieved, now.achieved)


def _moved(was: Status, is_: Status) -> State:
    """Return the state of a finding whose status is another now."""
    if is_ is Status.NOT_APPLICABLE:
        return State.LEFT
    return State.RESOLVED if is_ is Status.PASS and was in BAD else State.NEW


def _by_share(status: Status, was: Fraction | None, share: Fraction | None) -> State:
    """Return the state of a finding of the same status, by how much of it is met."""
    if status not in BAD or was is None or share is None or was == share:
        return State.UNCHANGED
    return State.WORSE if share < was else State.BETTER


def _order(change: FindingChange) -> tuple[int, int, int, str, str]:
    """Order changes: new first, the worst status first, the severest control first."""
    finding = change.finding
    status = finding.status if finding else (change.before.status if change.before else Status.PASS)
    severity = list(Severity).index(finding.control.severity) if finding else 0
    rank = JUDGED.index(status) if status in JUDGED else len(JUDGED)
    return list(State).index(change.state), rank, severity, change.control, change.asset
