"""The gate: whether a change may pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from soccheck.assess.assessment import Assessment
from soccheck.compare.changes import BAD, Comparison, State
from soccheck.compare.fail_on import StopRule
from soccheck.model import Finding, Inventory, Status, Waiver
from soccheck.policy.edits import Direction

_UNKNOWN = ("evidence_lost", "unknown_later", "more_unknown")
"""The scope changes by which something becomes unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """Represents the judgement on a change: the exit code, and what each rule that fits found.

    `findings` are those to show: the new ones that are not met, and all that a rule fits.
    """

    code: int
    stopped: Mapping[str, int]
    findings: tuple[Finding, ...]
    comparison: Comparison


def judge(
    assessment: Assessment,
    comparison: Comparison,
    wanted: Sequence[StopRule],
    allow_unknown: bool = False,
) -> GateResult:
    """Return 1 where a rule fits, else 3 for a new unknown finding or nothing assessed, else 0.

    With `allow_unknown` a finding that becomes unknown is neither: what is wrong may first be taken
    away, and be stated later.
    """
    stopped: dict[str, int] = {}
    shown: list[Finding] = []
    new_unknown = False
    for finding in assessment.findings:
        if finding.status not in BAD:
            continue
        is_new = comparison.state(finding) in (State.NEW, State.WORSE)
        fitting = [rule for rule in wanted if rule.fits(finding, is_new)]
        for rule in fitting:
            stopped[rule.text] = stopped.get(rule.text, 0) + 1
        if is_new or fitting:
            shown.append(finding)
        new_unknown = new_unknown or (is_new and finding.status is Status.UNKNOWN)
    for rule in wanted:
        count = _count(rule, assessment, comparison, allow_unknown)
        if count:
            stopped[rule.text] = count
    nothing = all(f.status is Status.NOT_APPLICABLE for f in assessment.findings)
    strangers = assessment.bundle is not None and bool(assessment.bundle.strangers)
    incomplete = (new_unknown and not allow_unknown) or nothing or strangers
    code = 1 if stopped else 3 if incomplete else 0
    return GateResult(code=code, stopped=stopped, findings=tuple(shown), comparison=comparison)


def _count(
    rule: StopRule, assessment: Assessment, comparison: Comparison, allow_unknown: bool
) -> int:
    """Return how much there is of what a rule stops that is no finding."""
    if rule.kind == "scope":
        looser = sum(
            change.direction is not Direction.STRICTER
            and not (allow_unknown and change.what in _UNKNOWN)
            for change in comparison.scope
        )
        # What cannot be told is not taken for unchanged.
        return looser + (not comparison.scope_known)
    if rule.kind == "expired-waiver":
        return len(expired(assessment.inventory, assessment.as_of))
    return 0


def expired(inventory: Inventory, day: date) -> list[Waiver]:
    """Return the waivers that ran out before `day`."""
    return [waiver for waiver in inventory.waivers if waiver.expires < day]
