"""JUnit XML in the dialect of Jenkins' xunit plugin (junit-10.xsd) and of pytest's xunit2.

A failure is a failing finding, an error an unknown one; what is waived, in time to comply or not
applicable is skipped, with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from soccheck.i18n import Language
from soccheck.model import Finding, Status
from soccheck.report.report import Layout, Report
from soccheck.report.wording import evidence, one_line, words

# XML 1.0, production 2: no other character can stand in a document, escaped or not.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """Return text with the characters that XML cannot hold replaced."""
    return _ILLEGAL.sub("\ufffd", text)


def render(report: Report, language: Language, layout: Layout) -> Iterator[str]:
    """Yield a suite an organisation, a case a finding."""
    units: dict[str, list[Finding]] = {}
    for finding in report.assessment.findings:
        unit = str(finding.asset.facts.get("organization", finding.asset.id))
        units.setdefault(unit, []).append(finding)
    root = Element("testsuites", name="soccheck")
    about = evidence.of(report.assessment, language)
    for unit, findings in units.items():
        asset = report.assessment.inventory.assets["organization"].get(unit)
        name = words.name_of(asset, language) if asset is not None else unit
        suite = SubElement(root, "testsuite", _counts(findings), name=legal(name))
        facts = SubElement(suite, "properties")
        SubElement(facts, "property", name="as_of", value=report.assessment.as_of.isoformat())
        SubElement(facts, "property", name="organization", value=legal(unit))
        for text in about:
            SubElement(facts, "property", name="evidence", value=legal(text))
        for finding in findings:
            _case(suite, finding, report, language)
    if not units:
        suite = SubElement(root, "testsuite", _counts([]) | {"errors": "1", "tests": "1"}, name="-")
        case = SubElement(suite, "testcase", name="assessed", classname="soccheck", time="0")
        SubElement(case, "error", message=language("nothing assessed"), type="unknown")
    indent(root, " ")
    yield '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _counts(findings: list[Finding]) -> dict[str, str]:
    statuses = [finding.status for finding in findings]
    skipped = sum(map(statuses.count, (Status.WAIVED, Status.GRACE, Status.NOT_APPLICABLE)))
    return {
        "tests": str(len(findings)),
        "failures": str(statuses.count(Status.FAIL)),
        "errors": str(statuses.count(Status.UNKNOWN)),
        "skipped": str(skipped),
        "time": "0",
    }


def _case(suite: Element, finding: Finding, report: Report, language: Language) -> None:
    title = f"{finding.control.id} {language.text(finding.control.title)}"
    case = SubElement(
        suite, "testcase", name=legal(title), classname=legal(finding.asset.id), time="0"
    )
    if finding.status is Status.PASS:
        return
    if finding.status is Status.NOT_APPLICABLE:
        SubElement(case, "skipped", message=words.status(finding.status, language))
        return
    if finding.excuse is not None:
        SubElement(case, "skipped", message=legal(words.excuse(finding, language)))
        return
    at = one_line.spot(report, finding)
    tag = "failure" if finding.status is Status.FAIL else "error"
    message = legal(one_line.message(report, finding, language))
    kind = finding.control.severity.value if tag == "failure" else "unknown"
    detail = SubElement(case, tag, message=message, type=kind)
    references = words.references(finding.control.references, language)
    remedy = language.text(finding.control.remediation)
    detail.text = legal(f"{at.path}:{at.line}:{at.column}\n{remedy}\n{references}")
