"""Compare an assessment with a former side: what is new, resolved, unchanged, or left the scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from soccheck.assess.assessment import Assessment
from soccheck.compare import former as snapshot
from soccheck.compare.former import Former, Key, Scope, Snapshot
from soccheck.model import Basis, Finding, Location, Measure, Score, Severity, Status
from soccheck.policy import edits

BAD = (Status.FAIL, Status.UNKNOWN, Status.WAIVED)
JUDGED = (*BAD, Status.PASS)


class State(StrEnum):
    """How a finding stands to its former self. SARIF: baselineState."""

    NEW = "new"
    RESOLVED = "resolved"
    UNCHANGED = "unchanged"
    LEFT = "left"


class Change(NamedTuple):
    """Represents a finding that is not what it was; `finding` is none where there is none any more."""

    control: str
    asset: str
    state: State
    before: Former | None
    finding: Finding | None


class Scoped(NamedTuple):
    """Represents one scope change: a way in which less, or something else, is judged than before.

    `what` is a code: `asset_removed`, `asset_ended`, `asset_kind`, `level_lowered`, `waiver_added`,
    `waiver_widened`, `waiver_extended`, `waiver_moved`, `control_dropped`, `control_edited`,
    `evidence_lost`, `left_scope`, `total_lowered`, `evidence_added`, `evidence_changed`,
    `evidence_removed`, `basis_weakened`. `former` says that `at` is a former place.
    """

    what: str
    subject: str
    before: str
    after: str
    at: Location | None = None
    former: bool = False
    direction: edits.Direction = edits.Direction.LOOSER


class Comparison(NamedTuple):
    """Represents what differs between two sides; `counts` is by state and status, old or new."""

    name: str
    as_of: date
    changes: tuple[Change, ...]
    scope: tuple[Scoped, ...]
    counts: Mapping[tuple[State, Status], int]
    scope_known: bool = True
    moved: Mapping[Key, State] = {}

    def of(self, state: State, *statuses: Status) -> list[Change]:
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


def compare(assessment: Assessment, base: Snapshot) -> Comparison:
    """Return what differs between `base` and the assessment; findings are keyed on control and asset."""
    changes: list[Change] = []
    shrunk: list[Scoped] = []
    counts: Counter[tuple[State, Status]] = Counter()
    counts.update((State.UNCHANGED, item.status) for item in assessment.findings)
    for key in _keys(assessment, base):
        finding, before = assessment.finding(*key), base.findings.get(key)
        state = _state(before, finding)
        shrunk += _shrunk(finding, before)
        shrunk += _weakened(assessment, finding, before)
        if state is State.UNCHANGED:
            continue
        changes.append(Change(*key, state, before, finding))
        if finding is not None:
            counts[State.UNCHANGED, finding.status] -= 1
        status = finding.status if state is State.NEW and finding else None
        counts[state, status or (before.status if before else Status.UNKNOWN)] += 1
    changes.sort(key=_order)
    return Comparison(
        name=base.name,
        as_of=base.as_of,
        changes=tuple(changes),
        scope=(*_scope_changes(assessment, base, changes), *shrunk),
        counts=+counts,
        scope_known=base.scope is not None,
        moved={(c.control, c.asset): c.state for c in changes},
    )


def _keys(assessment: Assessment, base: Snapshot) -> Iterator[Key]:
    """Yield the keys of the findings that may differ, each once."""
    seen = dict.fromkeys(base.findings)
    for policy in assessment.policies:
        for control in policy.controls:
            for asset in assessment.world.assets(control.asset, base.affected.get(control.asset)):
                seen.setdefault((control.id, asset.id))
    yield from seen


def _state(before: Former | None, now: Finding | None) -> State:
    """Return the state; a status that is bad in another way than before is new, never resolved."""
    was = before.status if before is not None else Status.NOT_APPLICABLE
    is_ = now.status if now is not None else Status.NOT_APPLICABLE
    if was is is_:
        return State.UNCHANGED
    if is_ is Status.NOT_APPLICABLE:
        return State.LEFT
    if is_ is Status.PASS and was in BAD:
        return State.RESOLVED
    return State.NEW


def _order(change: Change) -> tuple[int, int, int, str, str]:
    """Order changes: new first, the worst status first, the severest control first."""
    finding = change.finding
    status = finding.status if finding else (change.before.status if change.before else Status.PASS)
    severity = list(Severity).index(finding.control.severity) if finding else 0
    rank = JUDGED.index(status) if status in JUDGED else len(JUDGED)
    return list(State).index(change.state), rank, severity, change.control, change.asset


# -- scope -----------------------------------------------------------------------------------------


def _scope_changes(
    assessment: Assessment, base: Snapshot, changes: list[Change]
) -> Iterator[Scoped]:
    if base.scope is not None:
        now = snapshot.scope(assessment.world, assessment.policies, assessment.bundle)
        yield from _evidence(base, base.scope, now)
        yield from _assets(assessment, base.scope, now)
        yield from _waivers(base.scope, now)
        yield from _controls(base.scope, now)
    yield from _consequences(assessment, changes)


def _evidence(base: Snapshot, was: Scope, now: Scope) -> Iterator[Scoped]:
    """Yield that there is no evidence any more, or other evidence where the change brings it along."""
    before, after = (str(side.evidence or "") for side in (was, now))
    at = Location(base.bundle, 1, 1) if base.bundle is not None else None
    if was.evidence is not None and now.evidence is None:
        yield Scoped("evidence_removed", base.bundle or base.name, before, "", at, former=True)
    elif base.bundle is not None and was.evidence != now.evidence:
        what = "evidence_changed" if was.evidence is not None else "evidence_added"
        yield Scoped(what, base.bundle, before, after, at, direction=edits.Direction.CHANGED)


def _weakened(
    assessment: Assessment, finding: Finding | None, before: Former | None
) -> Iterator[Scoped]:
    """Yield a finding that was seen and is now only said: it may look better, and nobody looked."""
    if finding is None or before is None or before.basis is None:
        return
    if finding.status is Status.NOT_APPLICABLE:
        return
    basis, order = assessment.basis(finding), list(Basis)
    if basis is not None and order.index(basis) > order.index(before.basis):
        subject = f"{finding.control.id} {finding.asset.id}"
        yield Scoped("basis_weakened", subject, before.basis.value, basis.value, finding.asset.at)


def _assets(assessment: Assessment, base: Scope, now: Scope) -> Iterator[Scoped]:
    for name, was in base.assets.items():
        if (is_ := now.assets.get(name)) is None:
            ended = assessment.inventory.find(name)
            if ended is not None:
                yield Scoped("asset_ended", name, was.kind, "", ended.at)
            else:
                yield Scoped("asset_removed", name, was.kind, "", was.at, former=True)
            continue
        if is_.kind != was.kind:
            yield Scoped("asset_kind", name, was.kind, is_.kind, is_.at)
        if was.level is not None and (is_.level is None or is_.level < was.level):
            asset = assessment.inventory.find(name)
            at = asset.where("dossier.proposed_level") if asset is not None else is_.at
            yield Scoped("level_lowered", name, str(was.level), str(is_.level or ""), at)


def _waivers(base: Scope, now: Scope) -> Iterator[Scoped]:
    for name, is_ in now.waivers.items():
        was = base.waivers.get(name)
        if was is None:
            reach = ", ".join(sorted(is_.assets))
            yield Scoped("waiver_added", name, "", f"{is_.control}: {reach}", is_.at)
            continue
        if was.control != is_.control:
            yield Scoped("waiver_moved", name, was.control, is_.control, is_.at)
        more = is_.assets - was.assets
        if more:
            before = ", ".join(sorted(was.assets))
            yield Scoped("waiver_widened", name, before, "+ " + ", ".join(sorted(more)), is_.at)
        if is_.expires > was.expires or is_.granted < was.granted:
            before, after = (f"{w.granted}..{w.expires}" for w in (was, is_))
            yield Scoped("waiver_extended", name, before, after, is_.at)


def _controls(base: Scope, now: Scope) -> Iterator[Scoped]:
    for name, was in base.controls.items():
        is_ = now.controls.get(name)
        if is_ is None:
            yield Scoped("control_dropped", name, was.policy, "", was.at, former=True)
            continue
        for edit in edits.compared(was.items, is_.items):
            before, after = (
                f"{edit.item}: {text}" if text else "" for text in (edit.before, edit.after)
            )
            after = after or ("" if edit.item in was.items and edit.before else edit.item)
            yield Scoped("control_edited", name, before, after, is_.at, direction=edit.direction)


def _consequences(assessment: Assessment, changes: list[Change]) -> Iterator[Scoped]:
    """Yield the findings that went without having been met: whatever was edited to that end."""
    for change in changes:
        finding, before = change.finding, change.before
        if finding is None or before is None or before.status is Status.NOT_APPLICABLE:
            continue
        subject = f"{change.control} {change.asset}"
        detail = assessment.detail(finding)
        first = next((item for item in detail.observed if item.met is not True), None)
        at = first.where() if first is not None else finding.asset.at
        if finding.status is Status.NOT_APPLICABLE:
            yield Scoped("left_scope", subject, before.status.value, "", at)
        elif finding.result is Status.UNKNOWN and before.result in (Status.PASS, Status.FAIL):
            yield Scoped("evidence_lost", subject, before.result.value, detail.about, at)


def _shrunk(finding: Finding | None, before: Former | None) -> Iterator[Scoped]:
    """Yield a measure that counts fewer than before: a share grows, too, when its whole shrinks."""
    if finding is None or before is None or before.total is None:
        return
    total = finding.counted[1] if isinstance(finding.counted, tuple) else 0
    if total < before.total:
        subject = f"{finding.control.id} {finding.asset.id}"
        at = finding.asset.at
        require = finding.control.require
        measure = require.measure if isinstance(require, Score) else require
        if isinstance(measure, Measure) and measure.of is not None:
            at = finding.asset.where(measure.of)
        yield Scoped("total_lowered", subject, str(before.total), str(total), at)
