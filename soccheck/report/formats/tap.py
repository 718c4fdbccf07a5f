"""TAP, the Test Anything Protocol: one test a finding, those excused as TODO, those out of scope skipped."""

from __future__ import annotations

import json
from collections.abc import Iterator

from soccheck.i18n import Language
from soccheck.model import Finding, Status
from soccheck.report.report import Layout, Report
from soccheck.report.wording import evidence, findings, one_line, words


def render(report: Report, language: Language, layout: Layout) -> Iterator[str]:
    """Yield TAP 13; nothing assessed is a plan of none with its reason, which a harness fails."""
    judged = report.assessment.findings
    yield "TAP version 13\n"
    if not judged:
        yield "1..0 # SKIP " + language("nothing assessed") + "\n"
        return
    yield f"1..{len(judged)}\n"
    yield from (f"# {_escaped(text)}\n" for text in evidence.of(report.assessment, language))
    for number, finding in enumerate(judged, 1):
        yield "\n".join(_test(number, finding, report, language)) + "\n"


def _test(number: int, finding: Finding, report: Report, language: Language) -> list[str]:
    good = finding.status in (Status.PASS, Status.NOT_APPLICABLE)
    title = _escaped(f"{finding.control.id} {finding.asset.id} {_title(finding, language)}")
    text = f"{'ok' if good else 'not ok'} {number} - {title}"
    if finding.status is Status.NOT_APPLICABLE:
        return [f"{text} # SKIP {words.status(finding.status, language)}"]
    if finding.excuse is not None:
        return [f"{text} # TODO {_escaped(words.excuse(finding, language))}"]
    if good:
        return [text]
    at = one_line.spot(report, finding)
    detail = report.assessment.detail(finding)
    why = "; ".join(said for said, _ in findings.why(finding, detail, language))
    facts = {
        "status": finding.status.value,
        "severity": finding.control.severity.value,
        "at": f"{at.path}:{at.line}:{at.column}",
        "why": why,
    }
    # JSON strings are YAML: nothing a name holds can end the block.
    block = [f"  {key}: {json.dumps(value, ensure_ascii=False)}" for key, value in facts.items()]
    return [text, "  ---", *block, "  ..."]


def _title(finding: Finding, language: Language) -> str:
    return language.text(finding.control.title)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("#", "\\#").replace("\n", " ")
