"""GitLab Code Quality: a JSON array, of which GitLab keeps each fingerprint once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from soccheck.i18n import Language
from soccheck.model import Finding, Severity, Status
from soccheck.report.json_text import written
from soccheck.report.report import Layout, Report
from soccheck.report.wording import one_line

_SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
}


def render(report: Report, language: Language, layout: Layout) -> Iterator[str]:
    """Yield every failing and unknown finding: GitLab itself compares it with the target branch."""
    return written(
        _item(finding, report, language)
        for finding in report.assessment.findings
        if finding.status in (Status.FAIL, Status.UNKNOWN)
    )


def _item(finding: Finding, report: Report, language: Language) -> dict[str, Any]:
    at = one_line.spot(report, finding)
    failing = finding.status is Status.FAIL
    return {
        "description": one_line.message(report, finding, language),
        "check_name": finding.control.id,
        "fingerprint": one_line.fingerprint(finding),
        "severity": _SEVERITIES[finding.control.severity] if failing else "info",
        "location": {"path": at.path.removeprefix("./"), "lines": {"begin": at.line}},
    }
