"""Why a finding is not what it was: found by judging the former side step by step towards this one.

First on the new day, by the editions of the old; then by the editions of the new day, the new policies,
the new evidence, the new waivers, the new inventory. The step at which a finding last became another is
its cause. Nothing is guessed: what the steps do not lead to is `not_known`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from soccheck import audit
from soccheck.assess.answers import SILENT
from soccheck.assess.assessment import Assessment
from soccheck.assess.evidence import BASES
from soccheck.audit import GivenEvidence
from soccheck.bundle import bundle as bundles
from soccheck.compare.former import Former
from soccheck.compare.renames import renamed
from soccheck.history.cells import Cell, KeptOutcome, of_finding
from soccheck.model import Basis, Inventory, Policy, Status
from soccheck.policy import load as editions


class ChangeCause(StrEnum):
    """Why a finding is not what it was in the run before."""

    FIRST = "first"
    AGED = "aged"
    WAIVER = "waiver"
    GRACE = "grace"
    POLICY = "policy"
    EVIDENCE = "evidence"
    SILENT = "silent"
    INVENTORY = "inventory"
    SCOPE = "scope"
    TOOL = "tool"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedBy:
    """Represents all that a run was judged by; two of one digest are the same.

    `policies` are all editions, `bundle` the evidence as it was read, `signer` who signed it.
    """

    inventory: Inventory
    policies: tuple[Policy, ...]
    as_of: date
    inventory_digest: str
    policies_digest: str
    evidence_digest: str | None = None
    bundle: dict[str, Any] | None = None
    signer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Represents the cause of a change, and whether it came by the calendar alone: nobody did anything."""

    cause: ChangeCause
    by_calendar: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """Represents the former side with one thing more of the new one, and what it says."""

    cause: ChangeCause
    assessment: Assessment
    names: Mapping[str, str]
    by_calendar: bool = False

    def said(self, cell: Cell) -> KeptOutcome | None:
        """Return what is said of a control on an asset, by its name of today."""
        control, asset = cell
        found = self.assessment.finding(control, self.names.get(asset, asset))
        return of_finding(found, self.assessment) if found is not None else None


def causes(
    changed: Mapping[Cell, tuple[KeptOutcome | None, KeptOutcome | None]],
    before: JudgedBy,
    after: JudgedBy,
    was: Assessment,
    now: Assessment,
    given: GivenEvidence,
    names: Mapping[str, str],
) -> dict[Cell, Why]:
    """Return why each changed finding is not what it was; `changed` has both, by the names of today.

    `was` is what the side `before` comes to, of the changed controls at least, by the evidence `given`;
    `now` is that of `after`. `names` are the assets that were renamed: the former id -> the id of today.
    Raises what taking a bundle raises.
    """
    if not changed:
        return {}
    controls = frozenset(control for control, _ in changed)
    former_names = {new: old for old, new in names.items()}
    steps = list(_steps(before, after, was, now, controls, given, former_names))
    silent = _fallen_silent(before.bundle, after.bundle)
    return {cell: _why(cell, *sides, steps, silent) for cell, sides in changed.items()}


def _steps(
    before: JudgedBy,
    after: JudgedBy,
    was: Assessment,
    now: Assessment,
    controls: frozenset[str],
    given: GivenEvidence,
    former_names: Mapping[str, str],
) -> Iterator[_Step]:
    """Yield the former side, then with each thing of the new one that is another."""
    inventory, old_day, day = before.inventory, before.as_of, after.as_of
    old = editions.of_controls(before.policies, controls)
    new = editions.of_controls(after.policies, controls)

    def step(cause: ChangeCause, assessment: Assessment, *, by_calendar: bool = False) -> _Step:
        return _Step(
            cause=cause, assessment=assessment, names=former_names, by_calendar=by_calendar
        )

    yield step(ChangeCause.TOOL, was)
    if day != old_day:
        aged = audit.judge(inventory, old, day, given, in_force_on=old_day)
        yield step(ChangeCause.AGED, aged, by_calendar=True)
        if editions.in_force(old, old_day) != editions.in_force(old, day):
            yield step(
                ChangeCause.POLICY, audit.judge(inventory, old, day, given), by_calendar=True
            )
    if before.policies_digest != after.policies_digest:
        yield step(ChangeCause.POLICY, audit.judge(inventory, new, day, given))
    if before.evidence_digest != after.evidence_digest:
        given = taken(after.bundle, inventory, after.signer)
        yield step(ChangeCause.EVIDENCE, audit.judge(inventory, new, day, given))
    if before.inventory_digest != after.inventory_digest:
        if _waivers(inventory) != _waivers(after.inventory):
            excused = replace(inventory, waivers=after.inventory.waivers)
            yield step(ChangeCause.WAIVER, audit.judge(excused, new, day, given))
        yield _Step(cause=ChangeCause.INVENTORY, assessment=now, names={})


def taken(bundle: dict[str, Any] | None, inventory: Inventory, signer: str | None) -> GivenEvidence:
    """Return what a bundle holds for an inventory that it may not have been collected for.

    What has become another kind of asset was not asked as the former kind.
    """
    if bundle is None:
        return GivenEvidence()
    kinds = {asset.id: asset.kind for asset in inventory}
    fitting = {
        name: entry
        for name, entry in bundle["assets"].items()
        if kinds.get(name, entry["kind"]) == entry["kind"]
    }
    return audit.take({**bundle, "assets": fitting}, inventory, signer)


def today(base: Former, now: Assessment) -> dict[str, str]:
    """Return the assets that were renamed: the former id -> the id of today."""
    pairs = zip(base.findings, renamed(base, now).findings, strict=True)
    return {old: new for (_, old), (_, new) in pairs if old != new}


def _waivers(inventory: Inventory) -> list[tuple[object, ...]]:
    """Return what the waivers say, wherever they stand."""
    return sorted(
        (w.id, w.control, w.assets, w.reason, w.approver, w.granted, w.expires, w.ticket or "")
        for w in inventory.waivers
    )


def _fallen_silent(before: dict[str, Any] | None, after: dict[str, Any] | None) -> frozenset[str]:
    """Return the machines that answered before and do not now."""
    answered, answering = _answering(before), _answering(after)
    return answered - answering


def _answering(bundle: dict[str, Any] | None) -> frozenset[str]:
    entries = bundle["assets"].items() if bundle is not None else ()
    return frozenset(name for name, entry in entries if bundles.failed(entry) is None)


def _why(
    cell: Cell,
    before: KeptOutcome | None,
    after: KeptOutcome | None,
    steps: Iterable[_Step],
    silent: frozenset[str],
) -> Why:
    """Return the cause of the step at which a finding last became another."""
    last, found = before, Why(cause=ChangeCause.NOT_KNOWN)
    for step in steps:
        is_ = step.said(cell)
        if not same(last, is_):
            cause = _refined(cell, step, last, is_, silent)
            found, last = Why(cause=cause, by_calendar=step.by_calendar), is_
    return found if same(last, after) else Why(cause=ChangeCause.NOT_KNOWN)


def same(one: KeptOutcome | None, other: KeptOutcome | None) -> bool:
    """Return whether two sides say the same; no finding is as good as one that does not apply."""
    outside = [item is None or item.is_outside for item in (one, other)]
    return all(outside) or one == other


def _refined(
    cell: Cell,
    step: _Step,
    was: KeptOutcome | None,
    is_: KeptOutcome | None,
    silent: frozenset[str],
) -> ChangeCause:
    """Return the cause that a step stands for, of this finding."""
    if (
        step.cause in (ChangeCause.AGED, ChangeCause.POLICY)
        and was
        and is_
        and was.result == is_.result
    ):
        excused = {was.status, is_.status} if was.status != is_.status else set()
        if Status.WAIVED.value in excused and step.cause is ChangeCause.AGED:
            return ChangeCause.WAIVER
        if Status.GRACE.value in excused:
            return ChangeCause.GRACE
    if (
        step.cause is ChangeCause.EVIDENCE
        and is_ is not None
        and _is_silent(cell, step, was, is_, silent)
    ):
        return ChangeCause.SILENT
    if step.cause is ChangeCause.INVENTORY:
        outside = {item is None or item.is_outside for item in (was, is_)}
        return ChangeCause.SCOPE if len(outside) == 2 else ChangeCause.INVENTORY
    return step.cause


def _is_silent(
    cell: Cell, step: _Step, was: KeptOutcome | None, is_: KeptOutcome, silent: frozenset[str]
) -> bool:
    """Return whether a finding lost what it stood on because a machine did not answer."""
    unknown = is_.result == Status.UNKNOWN.value
    if unknown and is_.reason in SILENT:
        return True
    if not unknown and not _weaker(was, is_):
        return False
    control, asset = cell
    finding = step.assessment.finding(control, step.names.get(asset, asset))
    assert finding is not None
    seen = {item.asset.id for item in step.assessment.detail(finding).observed}
    return bool(silent & {finding.asset.id, *seen})


def _weaker(was: KeptOutcome | None, is_: KeptOutcome) -> bool:
    if was is None or was.basis is None or is_.basis is None:
        return False
    return BASES.index(Basis(is_.basis)) > BASES.index(Basis(was.basis))


def changed(
    before: Mapping[Cell, KeptOutcome], after: Mapping[Cell, KeptOutcome]
) -> dict[Cell, tuple[KeptOutcome | None, KeptOutcome | None]]:
    """Return what is not said as it was: both sides, by control and asset, by the names of today."""
    found: dict[Cell, tuple[KeptOutcome | None, KeptOutcome | None]] = {}
    for cell in {**before, **after}:
        was, is_ = before.get(cell), after.get(cell)
        if was != is_ and not same(was, is_):
            found[cell] = was, is_
    return found
