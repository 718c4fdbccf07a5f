"""What a run says of each control on each asset, as the history keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from soccheck.assess.assessment import Assessment
from soccheck.bundle import canonical_json
from soccheck.compare.unmet import UNKNOWN, unmet
from soccheck.model import Asset, Figure, Finding, Status, Waiver

ABSENT = "absent"
"""The status of a control on an asset that no run speaks of any more."""
Cell = tuple[str, str]
"""A control's id and an asset's."""
_OUTSIDE = (ABSENT, Status.NOT_APPLICABLE.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOutcome:
    """Represents what a run says of a control on an asset: a change of any of it begins a new span.

    `reason` is why it is unknown or not applicable; `excuse` a waiver's id, or the last day of grace;
    `counted` is "passed of total" of a measure, else what it achieves; `unmet` a digest of the comparisons
    by which it fails.
    """

    status: str
    result: str
    severity: str
    reason: str | None = None
    basis: str | None = None
    excuse: str | None = None
    counted: str | None = None
    unmet: str | None = None

    @property
    def is_outside(self) -> bool:
        """Return whether the control is not judged on the asset."""
        return self.status in _OUTSIDE


def gone(before: KeptOutcome) -> KeptOutcome:
    """Return what is said of a control on an asset once no run speaks of it."""
    return KeptOutcome(status=ABSENT, result=ABSENT, severity=before.severity)


def said(assessment: Assessment) -> dict[Cell, KeptOutcome]:
    """Return what an assessment says, by control and asset."""
    return {(f.control.id, f.asset.id): of_finding(f, assessment) for f in assessment.findings}


def renamed(cells: Mapping[Cell, KeptOutcome], names: Mapping[str, str]) -> dict[Cell, KeptOutcome]:
    """Return the same by the names of today; `names` has the former ones of renamed assets."""
    return {(control, names.get(asset, asset)): is_ for (control, asset), is_ in cells.items()}


def of_finding(finding: Finding, assessment: Assessment) -> KeptOutcome:
    """Return what a finding says."""
    open_ = finding.result in (Status.UNKNOWN, Status.NOT_APPLICABLE)
    basis = assessment.basis(finding)
    return KeptOutcome(
        status=finding.status.value,
        result=finding.result.value,
        severity=finding.control.severity.value,
        reason=(assessment.detail(finding).reason or None) if open_ else None,
        basis=basis.value if basis is not None else None,
        excuse=_excuse(finding.excuse),
        counted=_counted(finding),
        unmet=_unmet(finding, assessment),
    )


def _excuse(excuse: Waiver | date | None) -> str | None:
    if excuse is None:
        return None
    return excuse.id if isinstance(excuse, Waiver) else excuse.isoformat()


def _counted(finding: Finding) -> str | None:
    counted = finding.counted
    if counted is None:
        return None
    if isinstance(counted, tuple):
        return f"{counted[0]} of {counted[1]}"
    return str(counted.number / 100 if isinstance(counted, Figure) else counted)


def _unmet(finding: Finding, assessment: Assessment) -> str | None:
    """Return a digest of what a finding fails by, without what is not known beside it."""
    found = unmet(finding, assessment) if finding.result is Status.FAIL else {}
    lines = sorted(
        [*key, str(value)] for key, value in found.items() if not key[2].startswith(UNKNOWN)
    )
    if not lines:
        return None
    return canonical_json.sha256(canonical_json.dumps(lines))[:12]


def counted_of(cell: KeptOutcome) -> int | None:
    """Return how much there was to count of a measure."""
    _, of, total = (cell.counted or "").partition(" of ")
    return int(total) if of else None


def achieved(cell: KeptOutcome) -> Fraction | None:
    """Return how much of a measure is met, 0 to 1, or the points of a score that is no ratio."""
    if cell.counted is None:
        return None
    passed, of, total = cell.counted.partition(" of ")
    if not of:
        return Fraction(cell.counted)
    return Fraction(int(passed), int(total)) if int(total) else None


def organization_of(asset: Asset) -> str | None:
    """Return the organisation that answers for an asset, where the inventory says it."""
    found = asset.id if asset.kind == "organization" else asset.facts.get("organization")
    return found if isinstance(found, str) else None
