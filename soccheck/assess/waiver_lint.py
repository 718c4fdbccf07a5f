"""What is wrong with waivers as of a day: expired, unused, too broad, for nothing there is, by nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from soccheck.assess.assessment import Assessment
from soccheck.facts.persons import is_nobody
from soccheck.model import Policy, Status, Waiver


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverRemark:
    """Represents one remark on a waiver: a code, what it is about, and whether it is only a warning.

    Codes: `expired`, `expiring`, `unused`, `not_needed`, `broad`, `no_control`, `no_asset`,
    `no_approver`, `no_reason`.
    """

    waiver: Waiver
    code: str
    about: str = ""
    warning: bool = False


def lint(
    assessment: Assessment, policies: Iterable[Policy], soon: date, broad: float
) -> Iterator[WaiverRemark]:
    """Yield what is wrong with the waivers as of the assessment's day.

    `soon` is the day before which an expiry is near; `broad` the share, in per cent, of a control's
    assets that one waiver may reach. The policies are all editions, in force or not.
    """
    known = {control.id for policy in policies for control in policy.controls}
    for waiver in assessment.inventory.waivers:
        if is_nobody(waiver.approver):
            yield WaiverRemark(waiver=waiver, code="no_approver", about=waiver.approver)
        if is_nobody(waiver.reason):
            yield WaiverRemark(waiver=waiver, code="no_reason", about=waiver.reason)
        if waiver.control not in known:
            yield WaiverRemark(waiver=waiver, code="no_control", about=waiver.control)
        if not waiver.assets:
            yield WaiverRemark(waiver=waiver, code="no_asset")
        if waiver.expires < assessment.as_of:
            yield WaiverRemark(waiver=waiver, code="expired", about=waiver.expires.isoformat())
        elif waiver.granted <= assessment.as_of:
            if waiver.expires < soon:
                yield WaiverRemark(
                    waiver=waiver, code="expiring", about=waiver.expires.isoformat(), warning=True
                )
            yield from _use(waiver, assessment, broad)


def _use(waiver: Waiver, assessment: Assessment, broad: float) -> Iterator[WaiverRemark]:
    """Yield where a waiver that holds is not needed, or reaches too far."""
    findings = [assessment.finding(waiver.control, asset) for asset in waiver.assets]
    if not any(findings):
        if waiver.assets and assessment.controls.get(waiver.control):
            yield WaiverRemark(
                waiver=waiver, code="no_asset", about=assessment.controls[waiver.control].asset
            )
        return
    idle = [f.asset.id for f in findings if f is not None and f.excuse is not waiver]
    if len(idle) == len([f for f in findings if f is not None]):
        yield WaiverRemark(waiver=waiver, code="unused")
    elif idle:
        yield WaiverRemark(waiver=waiver, code="not_needed", about=", ".join(idle))
    whole = assessment.of_control(assessment.controls[waiver.control])
    applying = [f for f in whole if f.status is not Status.NOT_APPLICABLE]
    reached = [f for f in applying if f.asset.id in waiver.assets]
    # Three assets can be most of a small control's; more than that is a policy change in disguise.
    if len(reached) > 3 and len(reached) * 100 > broad * len(applying):
        yield WaiverRemark(waiver=waiver, code="broad", about=f"{len(reached)}/{len(applying)}")
