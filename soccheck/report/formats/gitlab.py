"""GitLab Code Quality: a JSON array, of which GitLab keeps each fingerprint once."""

from __future__ import annotations

from soccheck.assess.assessment import Assessment
from soccheck.i18n import Language
from soccheck.model import Severity, Status
from soccheck.report.formats.json import dumped
from soccheck.report.wording import one_line as line

_SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
}


def render(
    assessment: Assessment, language: Language, *, width: int, color: bool, limit: int
) -> str:
    """Return every failing and unknown finding: GitLab itself compares it with the target branch."""
    items = []
    for finding in assessment.findings:
        if finding.status not in (Status.FAIL, Status.UNKNOWN):
            continue
        at = line.spot(assessment, finding)
        failing = finding.status is Status.FAIL
        items.append(
            {
                "description": line.message(assessment, finding, language),
                "check_name": finding.control.id,
                "fingerprint": line.fingerprint(finding),
                "severity": _SEVERITIES[finding.control.severity] if failing else "info",
                "location": {"path": at.path.removeprefix("./"), "lines": {"begin": at.line}},
            }
        )
    return dumped(items)
