"""The ways in which a finding stands on less than before, whatever its status."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from soccheck.assess.assessment import Assessment
from soccheck.compare.former import FormerFinding
from soccheck.compare.scope_change import ScopeChange
from soccheck.model import Basis, Finding, Measure, Score, Status


def of_finding(
    assessment: Assessment, finding: Finding, before: FormerFinding
) -> Iterator[ScopeChange]:
    """Yield how a finding stands on less than before, whatever its status."""
    yield from _shrunk(finding, before)
    yield from _weakened(assessment, finding, before)


def _shrunk(finding: Finding, before: FormerFinding) -> Iterator[ScopeChange]:
    """Yield a measure that counts fewer than before: a share grows, too, when its whole shrinks."""
    total = finding.counted[1] if isinstance(finding.counted, tuple) else 0
    if before.total is None or total >= before.total:
        return
    require = finding.control.require
    measure = require.measure if isinstance(require, Score) else require
    of = measure.of if isinstance(measure, Measure) else None
    yield ScopeChange(
        what="total_lowered",
        subject=f"{finding.control.id} {finding.asset.id}",
        before=str(before.total),
        after=str(total),
        at=finding.asset.where(of) if of is not None else finding.asset.at,
    )


def _weakened(
    assessment: Assessment, finding: Finding, before: FormerFinding
) -> Iterator[ScopeChange]:
    """Yield a finding that was seen and is now only said: it may look better, and nobody looked."""
    basis = weaker(assessment, finding, before)
    if before.basis is not None and basis is not None:
        yield ScopeChange(
            what="basis_weakened",
            subject=f"{finding.control.id} {finding.asset.id}",
            before=before.basis.value,
            after=basis.value,
            at=finding.asset.at,
        )


def more_unknown(
    assessment: Assessment,
    finding: Finding,
    opened: Iterable[tuple[str, str]],
    were: Container[str],
) -> Iterator[ScopeChange]:
    """Yield what became unknown of a finding that fails by something else: mended, it would be unknown.

    `were` are the assets that there were: what is not known of a new one was never known.
    """
    for name, fact in opened:
        asset = assessment.inventory.find(name)
        if name in were:
            yield ScopeChange(
                what="more_unknown",
                subject=f"{finding.control.id} {finding.asset.id}",
                after=fact if name == finding.asset.id else f"{name} {fact}",
                at=asset.where(fact) if asset is not None else finding.asset.at,
            )


def excused_worse(finding: Finding, before: FormerFinding, *, worse: bool) -> Iterator[ScopeChange]:
    """Yield a finding that is excused and fails by more, or that was met within the time of the law.

    What was accepted is what it was when it was; the law gives time to comply, not to comply no more.
    """
    lapsed = finding.status is Status.GRACE and before.status is Status.PASS
    if lapsed or (worse and finding.status in (Status.WAIVED, Status.GRACE)):
        yield ScopeChange(
            what="excused_worse",
            subject=f"{finding.control.id} {finding.asset.id}",
            at=finding.asset.at,
        )


def weaker(assessment: Assessment, finding: Finding, before: FormerFinding) -> Basis | None:
    """Return the basis a finding stands on, where it is weaker than what it stood on before."""
    if before.basis is None or finding.status is Status.NOT_APPLICABLE:
        return None
    basis, order = assessment.basis(finding), list(Basis)
    if basis is None or order.index(basis) <= order.index(before.basis):
        return None
    return basis


def left_unmet(
    assessment: Assessment, finding: Finding, before: FormerFinding
) -> Iterator[ScopeChange]:
    """Yield a finding that went without having been met: whatever was edited to that end."""
    if before.status is Status.NOT_APPLICABLE:
        return
    subject = f"{finding.control.id} {finding.asset.id}"
    detail = assessment.detail(finding)
    first = next((item for item in detail.observed if item.met is not True), None)
    at = first.where() if first is not None else finding.asset.at
    if finding.status is Status.NOT_APPLICABLE:
        yield ScopeChange(what="left_scope", subject=subject, before=before.status.value, at=at)
    elif finding.result is Status.UNKNOWN and before.result in (Status.PASS, Status.FAIL):
        yield ScopeChange(
            what="evidence_lost",
            subject=subject,
            before=before.result.value,
            after=detail.about,
            at=at,
        )
