"""The words of a result: its status, the basis it stands on, how severe it is."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """What was measured (`result`: the first four) or is reported (`status`: all five). XCCDF 1.2, 6.6.4."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"
    GRACE = "grace"


WORST_FIRST = (Status.FAIL, Status.UNKNOWN, Status.WAIVED, Status.GRACE, Status.PASS)
"""A roll-up is the worst of its parts, in this order; a part that does not apply takes no part."""


class Basis(StrEnum):
    """Where evidence comes from, the strongest first."""

    OBSERVED = "observed"
    IMPORTED = "imported"
    ATTESTED = "attested"
    DECLARED = "declared"


class Severity(StrEnum):
    """How much a failing control matters, the worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
