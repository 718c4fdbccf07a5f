"""Appendices I to VI of the report: the lists behind its figures, and how they came about."""

from __future__ import annotations

from soccheck import __version__
from soccheck.claims.check import Agreement
from soccheck.i18n import Language
from soccheck.model import Status
from soccheck.report.official import tasks
from soccheck.report.official.paper import Paper, padded, short_day
from soccheck.report.official.rows import header, row
from soccheck.report.official.told import DocumentMatter, attached, found_and_asked, ground, remedy
from soccheck.report.overview import unit_of
from soccheck.report.report import TrendMonth
from soccheck.report.wording import claims, findings, notes, past, policies, sections
from soccheck.report.wording.words import clean, name_of

MOST = 2000
"""Rows that an appendix lists: 400 pages, which nobody reads; a workbook has all of them."""

_WITH_START = (10.3, 26.0, 17.5, 19.5, 11.0, 15.0, 24.4, 23.3, 22.0, 18.0, 22.0, 16.0, 22.0)
"""Columns of the list of systems with the day a system began, in mm; a day is not parted."""

MONTHS = 12
"""Months that a table across a page has room for."""


def write(paper: Paper, told: DocumentMatter) -> None:
    """Write all appendices."""
    _systems(paper, told)
    _not_met(paper, told)
    _by_unit(paper, told)
    _claims(paper, told)
    _waivers(paper, told)
    _method(paper, told)


def _begin(
    paper: Paper, told: DocumentMatter, numeral: str, title: str, *, across: bool = False
) -> None:
    language = told.language
    name = language("Appendix {number}").format(number=numeral)
    paper.appendix(name, title, attached(paper, told, language("Report")), landscape=across)


def _systems(paper: Paper, told: DocumentMatter) -> None:
    language = told.language
    _begin(paper, told, "I", language("Information systems under management"), across=True)
    rows: list[list[str]] = []
    for number, one in enumerate(told.annual.rows, start=1):
        since = one.system.facts.get("operation.since")
        rows.append([*row(paper, told, number, one), short_day(since) if since else "……"])
    paper.table(
        _WITH_START,
        [*header(told), language("In operation since")],
        rows,
        centred=(0, 4, 8, 10, 12),
        numbers=True,
    )


def _not_met(paper: Paper, told: DocumentMatter) -> None:
    language, assessment = told.language, told.assessment
    _begin(paper, told, "II", language("What is not met"), across=True)
    rows: list[list[str]] = []
    left = 0
    for trouble in findings.troubles(assessment, 0):
        for finding in trouble.findings:
            if finding.status is not Status.FAIL:
                continue
            left += len(rows) >= MOST
            if len(rows) >= MOST:
                continue
            found, asked = found_and_asked(told, finding)
            if since := past.told(told.report, finding, language):
                found = f"{found} ({since})"
            unit = unit_of(finding.asset, assessment)
            rows.append(
                [
                    str(len(rows) + 1),
                    finding.control.id,
                    language.text(finding.control.title),
                    name_of(finding.asset, language),
                    name_of(unit, language),
                    found,
                    asked,
                    remedy(finding.control, language) + ".",
                    tasks.due(finding) or "……",
                    ground(finding.control),
                ]
            )
    if not rows:
        paper.text(language("No requirement is known not to be met."))
        return
    head = _head(language)
    paper.table((10.3, 31, 30, 25, 24, 28.2, 21.5, 32, 22, 23), head, rows, centred=(0, 8))
    if left:
        text = language(
            "Another {n} findings that are not met stand in the workbook (xlsx) of this report."
        )
        paper.text(text.format(n=padded(left, language)))


def _head(language: Language) -> list[str]:
    return [
        language("No."),
        language("Id"),
        language("Requirement"),
        language("Asset"),
        language("Unit"),
        language("What is found"),
        language("What is asked"),
        language("What to do"),
        language("Due"),
        language("Ground"),
    ]


def _by_unit(paper: Paper, told: DocumentMatter) -> None:
    language = told.language
    _begin(paper, told, "III", language("Results by organisation"), across=True)
    title = language("By organisation")
    for section in sections.groups(told.assessment, language):
        if section.title == title and section.rows:
            columns = len(section.header)
            widths = [72.0, *([175 / (columns - 1)] * (columns - 1))]
            paper.table(widths, section.header, section.rows, centred=range(1, columns))
            break
    else:
        paper.text(language("None."))
    _by_month(paper, told)


def _by_month(paper: Paper, told: DocumentMatter) -> None:
    """Write how much was met in each of the last months, by the runs that are kept."""
    language, months = told.language, told.report.trend[-MONTHS:]
    if not months:
        return
    rows = [
        [
            language.text(policy.title),
            *(_figure(month, policy.id, language) for month in months),
        ]
        for policy in told.assessment.policies
    ]
    paper.caption(language("Month by month"))
    header = [language("Requirement"), *(past.month(month.first) for month in months)]
    widths = [67.0, *([180 / len(months)] * len(months))]
    paper.table(widths, header, rows, centred=range(1, len(header)))


def _figure(month: TrendMonth, policy: str, language: Language) -> str:
    passed, total = month.headlines.get(policy, (0, 0))
    if policy in month.unknown:
        return language("unknown")
    return f"{passed}/{total}" if total else "–"


def _claims(paper: Paper, told: DocumentMatter) -> None:
    language = told.language
    _begin(paper, told, "IV", language("Published figures that do not add up"))
    wrong = [claim for claim in told.claims if claim.agreement is Agreement.DISAGREES]
    rows: list[list[str]] = []
    for claim in wrong:
        checks = [*claim.itself, *claim.inventory]
        found = [
            claims.worded(check, language)
            for check in checks
            if check.agreement is Agreement.DISAGREES
        ]
        document = told.assessment.inventory.documents[claim.claim.document]
        source = ", ".join(part for part in (document.title, claim.claim.place) if part)
        rows.append(
            [
                str(len(rows) + 1),
                clean(claim.claim.says),
                claims.stated(claim.claim, language),
                "; ".join(found),
                clean(source),
            ]
        )
    if not rows:
        paper.text(language("None."))
        return
    head = [
        language("No."),
        language("Sentence"),
        language("Figure stated"),
        language("What does not agree"),
        language("Document"),
    ]
    paper.table((12, 48, 25, 45, 30), head, rows, centred=(0,))


def _waivers(paper: Paper, told: DocumentMatter) -> None:
    language = told.language
    _begin(paper, told, "V", language("What is accepted for a time"))
    rows: list[list[str]] = []
    for waiver in told.assessment.inventory.waivers:
        control = told.assessment.controls.get(waiver.control)
        title = language.text(control.title) if control is not None else clean(waiver.control)
        until = short_day(waiver.expires)
        if waiver.expires < told.assessment.as_of:
            until += " " + language("(expired)")
        rows.append(
            [
                clean(waiver.id),
                title,
                clean(waiver.reason),
                clean(waiver.approver),
                short_day(waiver.granted),
                until,
            ]
        )
    if not rows:
        paper.text(language("None."))
        return
    head = [
        language("Id"),
        language("What"),
        language("Reason"),
        language("Approved by"),
        language("From"),
        language("To"),
    ]
    paper.table((18, 36, 40, 22, 22, 22), head, rows, centred=(4, 5))


def _method(paper: Paper, told: DocumentMatter) -> None:
    language, assessment = told.language, told.assessment
    inventory = assessment.inventory
    _begin(paper, told, "VI", language("Method, versions of the policies, days of the evidence"))
    text = language(
        "Each requirement is judged on each subject it applies to: met, not met, unknown, in time to "
        "comply or accepted for a time; what is unknown counts neither as met nor as not met."
    )
    paper.text(text)
    figures = language("Day of the figures: {day}; day of the inventory's statements: {stated}.")
    paper.text(figures.format(day=short_day(assessment.as_of), stated=short_day(inventory.stated)))
    bundle = assessment.bundle
    if bundle is not None:
        text = language("Evidence of {day}, oldest answer of {oldest}.")
        paper.text(
            text.format(
                day=short_day(bundle.ended.date()),
                oldest=short_day(bundle.oldest),
            )
        )
    else:
        paper.text(language("No evidence collected from machines was given."))
    for note in (*policies.notes(told.report, language), *notes.notes(assessment, language)):
        paper.text(f"- {note.rstrip('.')}.")
    head = [language("Source"), language("Version"), "SHA-256"]
    rows = [[language("Inventory"), "", inventory.digest]]
    rows += [[language("Evidence"), "", bundle.digest]] if bundle is not None else []
    rows += [[language.text(p.title), p.version, p.digest] for p in assessment.policies]
    paper.table((52, 24, 84), head, rows, centred=(1,))
    paper.text(language("Made by soccheck {version}.").format(version=__version__))
