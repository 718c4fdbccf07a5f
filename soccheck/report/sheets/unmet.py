"""What is not met, and what nobody knows: each finding with its evidence, what to do, and room to answer."""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.assess.assessment import Assessment
from soccheck.i18n import Language
from soccheck.model import Finding, Severity, Status
from soccheck.report.report import Report
from soccheck.report.sheets.figures import unit_name
from soccheck.report.sheets.sheet import ReportSheet, SheetCell, form, text
from soccheck.report.sheets.sheet import day as day_column
from soccheck.report.wording import findings, past, words


def state_words(language: Language) -> dict[str, str]:
    """Return the words for how far a finding is mended, by state."""
    return {
        "open": language("not begun"),
        "doing": language("under way"),
        "done": language("mended"),
    }


def forms(language: Language) -> list[str]:
    """Return the heads of the columns a reader fills in: who, by when, how far, a remark."""
    return [
        language("Unit in charge"),
        language("Deadline"),
        language("State of work"),
        language("Remark"),
    ]


def keys(language: Language) -> list[str]:
    """Return the heads of the columns that say which finding a row is: its control and its asset."""
    return [language("Control"), language("Asset")]


def failing(report: Report, language: Language) -> ReportSheet:
    """Return every failing finding, the worst first."""
    return _sheet(language("Failing"), Status.FAIL, report, language)


def unknown(report: Report, language: Language) -> ReportSheet:
    """Return every unknown finding, with what to write to settle it."""
    return _sheet(language("Unknown findings"), Status.UNKNOWN, report, language)


def _sheet(title: str, status: Status, report: Report, language: Language) -> ReportSheet:
    key_control, key_asset = keys(language)
    unit, deadline, state, remark = forms(language)
    columns = [
        text(key_control, 15),
        text(key_asset, 16),
        text(language("Requirement"), 26),
        text(language("Name"), 20),
        text(language("Organisation"), 20),
        text(language("Severity"), 11),
        *([day_column(language("Failing since"))] if report.since else []),
        text(language("Why"), 36),
        text(language("To do"), 32),
        form(unit, 16),
        form(deadline, 12),
        form(state, 14),
        form(remark, 18),
        text(language("Where"), 40),
        text(language("Reference"), 40),
    ]
    rows = _rows(status, report, language)
    return ReportSheet(title=title, columns=columns, rows=rows, on_paper=len(columns) - 2)


def worst_first(assessment: Assessment, status: Status) -> list[Finding]:
    """Return the findings of a status, those of the severest controls first."""
    order = list(Severity)
    found = [finding for finding in assessment.findings if finding.status is status]
    return sorted(found, key=lambda finding: order.index(finding.control.severity))


def _rows(status: Status, report: Report, language: Language) -> Iterator[list[SheetCell]]:
    assessment = report.assessment
    texts: dict[str, tuple[str, str, str, str]] = {}
    for finding in worst_first(assessment, status):
        control, asset = finding.control, finding.asset
        if control.id not in texts:
            texts[control.id] = (
                language.text(control.title),
                findings.severity(control.severity, language),
                language.text(control.remediation),
                words.references(control.references, language),
            )
        title, severity, to_do, references = texts[control.id]
        why = findings.why_and_what_to_write(finding, assessment, language)
        yield [
            control.id,
            asset.id,
            title,
            words.name_of(asset, language),
            unit_name(asset, assessment, language),
            severity,
            *([past.since(report, finding, language)] if report.since else []),
            "\n".join(said for said, _ in why),
            to_do,
            *("" for _ in forms(language)),
            "\n".join(dict.fromkeys(where for _, where in why if where)),
            references,
        ]
