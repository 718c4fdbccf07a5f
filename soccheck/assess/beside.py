"""What is told beside a headline, so that its figure cannot hide it."""

from __future__ import annotations

from soccheck.assess.assessment import Assessment
from soccheck.assess.compile import compile_condition
from soccheck.model import Asset, Control, Policy, Status


def among(assessment: Assessment, policy: Policy) -> tuple[int, int] | None:
    """Return passed and total of the units that the headline's other reader counts."""
    other = policy.headline.among
    if other is None:
        return None
    world = assessment.world
    fits = compile_condition(other.when, world, world.scope)
    statuses = [
        status
        for asset, status in assessment.headline(policy).members
        if fits(world.scope(asset), asset) is not False
    ]
    return statuses.count(Status.PASS), len(statuses)


def having(
    assessment: Assessment, policy: Policy, status: Status
) -> list[tuple[Control, list[Asset]]]:
    """Return the controls beside the headline that have a status on units passing it, and those units."""
    passing = [a for a, status in assessment.headline(policy).members if status is Status.PASS]
    found = []
    for control in policy.controls:
        if control.id not in policy.headline.beside:
            continue
        units = [asset for asset in passing if _has(assessment, control, asset, status)]
        found += [(control, units)] if units else []
    return found


def _has(assessment: Assessment, control: Control, asset: Asset, status: Status) -> bool:
    finding = assessment.finding(control.id, asset.id)
    return finding is not None and finding.status is status


def failing_alone(assessment: Assessment, policy: Policy) -> list[Asset]:
    """Return the assets that fail a control of the headline and belong to nothing it counts.

    They are told beside it: taking a machine out of its system must not mend the figure in silence.
    """
    counted = {
        part.asset.id
        for _, asset, controls in assessment.headline_parts(policy)
        for part in assessment.parts(asset, controls)
    }
    found = {
        finding.asset.id: finding.asset
        for name in policy.headline.controls
        if name in assessment.controls  # one that begins later judges nothing yet
        for finding in assessment.of_control(assessment.controls[name])
        if finding.status is Status.FAIL and finding.asset.id not in counted
    }
    return list(found.values())
