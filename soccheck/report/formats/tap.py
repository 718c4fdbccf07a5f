"""TAP, the Test Anything Protocol: one test a finding, waived ones as TODO, those out of scope skipped."""

from __future__ import annotations

import json

from soccheck.assess.assessment import Assessment
from soccheck.i18n import Language
from soccheck.model import Finding, Status
from soccheck.report.wording import one_line as line
from soccheck.report.wording import sections, words


def render(
    assessment: Assessment, language: Language, *, width: int, color: bool, limit: int
) -> str:
    """Return TAP 13; nothing assessed is a plan of none with its reason, which a harness fails."""
    total = len(assessment.findings)
    if not total:
        return "TAP version 13\n1..0 # SKIP " + language("nothing assessed") + "\n"
    lines = ["TAP version 13", f"1..{total}"]
    for number, finding in enumerate(assessment.findings, 1):
        lines += _test(number, finding, assessment, language)
    return "\n".join(lines) + "\n"


def _test(number: int, finding: Finding, assessment: Assessment, language: Language) -> list[str]:
    good = finding.status in (Status.PASS, Status.NOT_APPLICABLE)
    title = _escaped(f"{finding.control.id} {finding.asset.id} {_title(finding, language)}")
    text = f"{'ok' if good else 'not ok'} {number} - {title}"
    if finding.status is Status.NOT_APPLICABLE:
        return [f"{text} # SKIP {words.status(finding.status, language)}"]
    if finding.status is Status.WAIVED:
        return [f"{text} # TODO {_escaped(words.excuse(finding, language))}"]
    if good:
        return [text]
    at = line.spot(assessment, finding)
    why = "; ".join(said for said, _ in sections.why(assessment, finding, language))
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
