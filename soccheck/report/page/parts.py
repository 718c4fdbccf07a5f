"""The parts of a page below its first screen, each with its tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from soccheck.assess.assessment import Assessment
from soccheck.claims.check import Agreement
from soccheck.compare.changes import Comparison, FindingChange, State, compare
from soccheck.i18n import Language
from soccheck.model import Status
from soccheck.report.overview import Overview
from soccheck.report.report import Report
from soccheck.report.sheets import acting, figures, lists, trend, unmet
from soccheck.report.sheets.sheet import ReportSheet, SheetCell, of_texts, text
from soccheck.report.sheets.sheet import day as day_column
from soccheck.report.wording import changes, findings, past, sections, words


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePart:
    """Represents a part of a page: its anchor, its title, what it says, and its tables."""

    id: str
    title: str
    lines: Sequence[str] = ()
    tables: Sequence[ReportSheet] = ()


def of_report(report: Report, seen: Overview, language: Language) -> list[PagePart]:
    """Return the parts of a report, those with nothing to say left out but for what is not met."""
    assessment = report.assessment
    return [
        *_change(report, language),
        *_some("duties", acting.duties(seen, language)),
        *_some("dues", acting.dues(seen, language)),
        PagePart(
            id="matrix",
            title=language("Units and requirements"),
            tables=[figures.units(assessment, language)],
        ),
        _unmet(report, language),
        *_drift(assessment, language),
        *_some("accepted", lists.accepted(assessment, language)),
        *_claims(assessment, language),
        PagePart(
            id="figures",
            title=language("Figures by requirement"),
            tables=[figures.summary(report, language), *_more_figures(assessment, language)],
        ),
        *([_trend(report, language)] if report.trend else []),
        PagePart(
            id="method",
            title=language("Method, policies and law"),
            lines=list(_method(report, language)),
            tables=[lists.policies(report, language)],
        ),
    ]


def _some(name: str, table: ReportSheet) -> list[PagePart]:
    """Return a part with a table that has rows, or none."""
    rows = list(table.rows)
    if not rows:
        return []
    kept = ReportSheet(title=table.title, columns=table.columns, rows=rows, strong=table.strong)
    return [PagePart(id=name, title=table.title, tables=[kept])]


def _more_figures(assessment: Assessment, language: Language) -> list[ReportSheet]:
    table = figures.systems(assessment, language)
    return [table] if assessment.world.assets("system") else []


def _change(report: Report, language: Language) -> list[PagePart]:
    """Return what changed since the period before, and what the gate says where it judged a change."""
    gate = report.gate
    if gate is None and report.previous is None:
        return []
    lines = []
    if gate is not None:
        comparison = gate.comparison
        lines.append(changes.judgement(gate, language))
        for said, where in changes.scope(gate, language):
            lines.append(f"{said} ({where})" if where else said)
    else:
        assert report.previous is not None
        comparison = compare(report.assessment, report.previous)
    lines = [
        changes.against(comparison, language),
        *changes.notes(comparison, language),
        *lines,
    ]
    counted = changes.counted(comparison, language)
    tables = [of_texts(counted.title, counted.header, counted.rows)]
    rows = list(_changed(comparison, report.assessment, language))
    if rows:
        columns = [
            language("Change"),
            language("Control"),
            language("Requirement"),
            language("Asset"),
            language("Name"),
            language("Before"),
            language("Now"),
        ]
        tables.append(of_texts(language("What changed"), columns, rows))
    return [PagePart(id="change", title=language("Change"), lines=lines, tables=tables)]


def _changed(
    comparison: Comparison, assessment: Assessment, language: Language
) -> Iterator[list[SheetCell]]:
    """Yield a row for each finding that is not met any more, fails no more, or left the scope.

    What was unknown and is met stands in the counts alone: nothing was mended.
    """
    new = [change for change in comparison.of(State.NEW) if _status(change) is not Status.PASS]
    mended = [
        change
        for change in comparison.of(State.RESOLVED)
        if change.before is not None and change.before.status is Status.FAIL
    ]
    parts = [
        (language("New"), new),
        (language("Worse"), comparison.of(State.WORSE)),
        (language("Resolved"), mended),
        (language("Left the scope"), comparison.of(State.LEFT)),
    ]
    for name, found in parts:
        for change in found:
            control, before, finding = (
                assessment.controls.get(change.control),
                change.before,
                change.finding,
            )
            yield [
                name,
                words.clean(change.control),
                language.text(control.title) if control is not None else "",
                words.clean(change.asset),
                words.name_of(finding.asset, language) if finding is not None else "",
                words.status(before.status, language) if before is not None else "",
                finding.status if finding is not None else "",
            ]


def _status(change: FindingChange) -> Status | None:
    return change.finding.status if change.finding is not None else None


def _trend(report: Report, language: Language) -> PagePart:
    table = trend.months(report, language)
    return PagePart(id="trend", title=table.title, tables=[table])


def _unmet(report: Report, language: Language) -> PagePart:
    """Return what fails and what is unknown: what to do by control, then each finding."""
    assessment = report.assessment
    title = language("Failing and unknown")
    troubles = findings.troubles(assessment, 0)
    if not troubles:
        return PagePart(id="unmet", title=title, lines=[language("Nothing fails or is unknown.")])
    rows: list[Sequence[SheetCell]] = [
        [
            trouble.control.id,
            language.text(trouble.control.title),
            findings.trouble_line(trouble, language),
            findings.severity(trouble.control.severity, language),
            language.text(trouble.control.remediation),
            words.references(trouble.control.references, language),
        ]
        for trouble in troubles
    ]
    columns = [
        language("Control"),
        language("Requirement"),
        language("Findings"),
        language("Severity"),
        language("To do"),
        language("Reference"),
    ]
    by_control = ReportSheet(title=language("What to do"), columns=[*map(text, columns)], rows=rows)
    return PagePart(id="unmet", title=title, tables=[by_control, _each(report, language)])


def _each(report: Report, language: Language) -> ReportSheet:
    columns = [
        text(language("Status")),
        text(language("Severity")),
        text(language("Control")),
        text(language("Asset")),
        text(language("Name")),
        text(language("Organisation")),
        text(language("Why")),
        *([day_column(language("Failing since"))] if report.since else []),
        text(language("Where")),
    ]
    return ReportSheet(
        title=language("Each finding with its evidence"),
        columns=columns,
        rows=_rows(report, language),
    )


def _rows(report: Report, language: Language) -> Iterator[list[SheetCell]]:
    assessment = report.assessment
    for status in (Status.FAIL, Status.UNKNOWN):
        for finding in unmet.worst_first(assessment, status):
            why = findings.why_and_what_to_write(finding, assessment, language)
            yield [
                finding.status,
                findings.severity(finding.control.severity, language),
                finding.control.id,
                finding.asset.id,
                words.name_of(finding.asset, language),
                figures.unit_name(finding.asset, assessment, language),
                "\n".join(said for said, _ in why),
                *([past.since(report, finding, language)] if report.since else []),
                "\n".join(dict.fromkeys(where for _, where in why if where)),
            ]


def _drift(assessment: Assessment, language: Language) -> list[PagePart]:
    return [
        PagePart(
            id="drift",
            title=section.title,
            tables=[of_texts(section.title, section.header, section.rows)],
        )
        for section in sections.drift_table(assessment, language)
    ]


def _claims(assessment: Assessment, language: Language) -> list[PagePart]:
    """Return the stated figures; how many there are of those that do not add up is said first."""
    checked = lists.claims_checked(assessment)
    if not checked:
        return []
    wrong = sum(item.agreement is Agreement.DISAGREES for item in checked)
    line = language.plural("{n} does not add up", "{n} do not add up", wrong)
    table = lists.claims(assessment, language)
    return [PagePart(id="claims", title=table.title, lines=[line], tables=[table])]


def _method(report: Report, language: Language) -> Iterator[str]:
    """Yield how the figures came about, and from what."""
    assessment = report.assessment
    yield language(
        "Each control is judged on each asset in its scope: met, not met, unknown, or outside its "
        "scope. What could not be judged is unknown, and never counted as met."
    )
    yield sections.title(assessment, language)
    text_ = language("Inventory {folder}, SHA-256 {digest}.")
    inventory = assessment.inventory
    yield text_.format(folder=words.clean(inventory.folder), digest=inventory.digest)
    if assessment.bundle is not None:
        text_ = language("Evidence, SHA-256 {digest}.")
        yield text_.format(digest=assessment.bundle.digest)
