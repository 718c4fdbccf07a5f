"""SARIF 2.1.0 (OASIS, errata 01), as its consumers really read it.

GitHub ignores `kind` and `suppressions`, and refuses a whole file for one result without a physical
location: so only failing findings are written unless `sarif-full` is asked for, each with a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from soccheck import __version__
from soccheck.compare.changes import FindingChange, State
from soccheck.i18n import Language
from soccheck.model import Control, Finding, Severity, Status
from soccheck.report.json_text import bundle_document, written
from soccheck.report.report import Layout, Report
from soccheck.report.wording import one_line, past, words

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
MAX_RESULTS = 25_000
"""What GitHub takes in a run; it refuses a file with more."""

_LEVELS = {
    Severity.CRITICAL: ("error", "9.5"),
    Severity.HIGH: ("error", "8.0"),
    Severity.MEDIUM: ("warning", "5.5"),
    Severity.LOW: ("note", "2.5"),
}
_KINDS = {
    Status.PASS: "pass",
    Status.FAIL: "fail",
    Status.UNKNOWN: "review",
    Status.WAIVED: "fail",
    Status.GRACE: "fail",
    Status.NOT_APPLICABLE: "notApplicable",
}


_STATES = {
    State.NEW: "new",
    State.WORSE: "updated",
    State.BETTER: "updated",
    State.UNCHANGED: "unchanged",
    State.RESOLVED: "updated",
    State.LEFT: "updated",
}
"""A finding that is met now, or does not apply, is still a result, of another kind than before."""


def render(report: Report, language: Language, layout: Layout) -> Iterator[str]:
    """Yield the failing findings, the severest first where there are too many."""
    failing = [f for f in report.assessment.findings if f.status is Status.FAIL]
    failing.sort(key=lambda finding: list(Severity).index(finding.control.severity))
    return written(_Log(report, language, full=False).document(failing))


def every(report: Report, language: Language) -> Iterator[str]:
    """Yield every finding, with its kind, its suppression and how it stands to the former side."""
    return written(_Log(report, language, full=True).document(report.assessment.findings))


class _Log:
    """Makes the log of one report."""

    def __init__(self, report: Report, language: Language, *, full: bool) -> None:
        self.report = report
        self.assessment = report.assessment
        self.language = language
        self.full = full
        self.controls = [c for policy in report.assessment.policies for c in policy.controls]
        self.index = {control.id: i for i, control in enumerate(self.controls)}

    def document(self, findings: list[Finding]) -> dict[str, Any]:
        """Return the log; its results are made as they are asked for."""
        left = 0 if self.full else max(0, len(findings) - MAX_RESULTS)
        run: dict[str, Any] = {
            "tool": {"driver": self.driver()},
            "automationDetails": {
                "id": f"soccheck/{one_line.quoted(self.assessment.inventory.folder)}/"
            },
            "invocations": [self.invocation(left)],
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {
                "SRCROOT": {"description": {"text": "The top of the repository."}}
            },
            "results": self.results(findings[:MAX_RESULTS] if left else findings),
        }
        said: dict[str, Any] = {}
        if self.report.kept is not None:
            kept = self.report.kept
            said["history"] = {"run": kept.run, "chain": kept.chain}
        if self.assessment.bundle is not None:
            said["evidence"] = bundle_document(self.assessment.bundle)
        if said:
            run["properties"] = said
        return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}

    def results(self, findings: list[Finding]) -> Iterator[dict[str, Any]]:
        """Yield the findings and, where all are wanted, those that are there no more."""
        for finding in findings:
            yield self.result(finding)
        if self.full and self.report.gate is not None:
            for change in self.report.gate.comparison.changes:
                if change.finding is None:
                    yield self.absent(change)

    def driver(self) -> dict[str, Any]:
        return {
            "name": "soccheck",
            "version": __version__,
            "semanticVersion": __version__,
            "informationUri": "https://soccheck.example/",
            "rules": [self.rule(control) for control in self.controls],
        }

    def rule(self, control: Control) -> dict[str, Any]:
        language = self.language
        level, score = _LEVELS[control.severity]
        remedy = language.text(control.remediation)
        references = words.references(control.references, language)
        title = language.text(control.title)
        return {
            "id": control.id,
            "name": "".join(word.capitalize() for word in control.id.split("-")),
            "shortDescription": {"text": title},
            "fullDescription": {"text": _sentence(title)},
            "helpUri": f"https://soccheck.example/docs/controls/{language.code}/{control.id}.md",
            "help": {"text": _sentence(f"{remedy} ({references})")},
            "defaultConfiguration": {"level": level},
            "properties": {
                "tags": ["security", "compliance", control.asset],
                "security-severity": score,
                "problem.severity": {"note": "recommendation"}.get(level, level),
            },
        }

    def invocation(self, left: int) -> dict[str, Any]:
        found: dict[str, Any] = {"executionSuccessful": True}
        if left:
            text = f"{left} failing findings are left out: a consumer takes {MAX_RESULTS} at most."
            found["toolExecutionNotifications"] = [{"level": "warning", "message": {"text": text}}]
        return found

    def result(self, finding: Finding) -> dict[str, Any]:
        """Return a finding; only one that fails has a level (2.1.0, 3.27.10)."""
        report, language = self.report, self.language
        kind = _KINDS[finding.status]
        level = _LEVELS[finding.control.severity][0] if kind == "fail" else "none"
        found: dict[str, Any] = {
            "ruleId": finding.control.id,
            "ruleIndex": self.index[finding.control.id],
            "kind": kind,
            "level": level,
            "message": {"text": _sentence(one_line.message(report, finding, language))},
            "locations": [self.location(one_line.spot(report, finding), finding.asset.id)],
            "partialFingerprints": {"controlAndAsset/v1": one_line.fingerprint(finding)},
        }
        since = past.known(report, finding)
        if since is not None:  # 3.48.3: when it was detected first
            first = f"{since.day.isoformat()}T00:00:00.000Z"
            found["provenance"] = {"firstDetectionTimeUtc": first}
        if self.full:
            if finding.excuse is not None:
                found["properties"] = {"status": finding.status.value}
                found["suppressions"] = [
                    {
                        "kind": "external",
                        "status": "accepted",
                        "justification": words.excuse(finding, language),
                    }
                ]
            if report.gate is not None:
                state = report.gate.comparison.state(finding)
                found["baselineState"] = _STATES[state]
        return found

    def absent(self, change: FindingChange) -> dict[str, Any]:
        """Return a finding that was, and is no more: at the authority, for its own lines are gone."""
        at = one_line.place(self.report, self.assessment.inventory.authority.at)
        status = change.before.status.value if change.before is not None else "unknown"
        kind = "fail" if status in ("fail", "waived", "grace") else "review"
        return {
            "ruleId": change.control,
            "kind": kind,
            "level": "warning" if kind == "fail" else "none",
            "message": {"text": f"{change.asset}: {status}, and no longer judged."},
            "locations": [self.location(at, change.asset)],
            "partialFingerprints": {
                "controlAndAsset/v1": one_line.identity(change.control, change.asset)
            },
            "baselineState": "absent",
        }

    def location(self, at: one_line.PipelinePlace, asset: str) -> dict[str, Any]:
        return {
            "physicalLocation": {
                "artifactLocation": {"uri": one_line.quoted(at.path), "uriBaseId": "SRCROOT"},
                "region": {"startLine": at.line, "startColumn": at.column},
            },
            "logicalLocations": [{"name": asset, "kind": "resource"}],
        }


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
