"""What a unit has to do: its findings that are not met, with the day each has and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from soccheck import __version__
from soccheck.assess.assessment import Assessment
from soccheck.i18n import Language
from soccheck.model import Control, Finding, Severity, Status
from soccheck.report.due import UNMET, Due, DueKind, days
from soccheck.report.listings.listing import Listing
from soccheck.report.sheets.sheet import ReportSheet, SheetCell, day, text
from soccheck.report.unit_parts import REST, answering
from soccheck.report.wording import csv_words, evidence, findings, notes, to_write, words

VERSION = 1
_COLUMNS = (
    *("organization", "severity", "control", "asset", "status", "due", "due_kind"),
    *("title", "why", "to_do", "write", "where"),
)
_SEVERITIES = list(Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Represents one finding that is not met: the unit that answers for it, and its day if it has one."""

    unit: str
    finding: Finding
    due: Due | None


def tasks(assessment: Assessment) -> list[Task]:
    """Return what is to be done: what fails or is unknown first, then what is accepted for a time.

    Within these by severity, then by unit, by control, by status and by day.
    """
    due = days(assessment)
    found = [
        Task(
            unit=answering(finding.asset, assessment.inventory),
            finding=finding,
            due=due.get((finding.control.id, finding.asset.id)),
        )
        for finding in assessment.findings
        if finding.status in UNMET
    ]
    return sorted(found, key=_order)


def _order(task: Task) -> tuple[bool, int, str, str, int, str, str]:
    finding = task.finding
    return (
        finding.status in (Status.WAIVED, Status.GRACE),
        _SEVERITIES.index(finding.control.severity),
        task.unit,
        finding.control.id,
        UNMET.index(finding.status),
        task.due.day.isoformat() if task.due is not None else "~",
        finding.asset.id,
    )


def listing(assessment: Assessment, language: Language) -> Listing:
    """Return the list as particulars by unit and control, as a table and as a document."""
    found = tasks(assessment)
    return Listing(
        title=_title(assessment, found, language),
        notes=[*notes.narrowed(assessment, language), *evidence.of(assessment, language)],
        blocks=list(_blocks(assessment, found, language)),
        sections=[],
        columns=_COLUMNS,
        records=[_record(task, assessment, language) for task in found],
        worded={
            "organization": csv_words.units(assessment.inventory, language),
            "severity": csv_words.severities(language),
            "status": csv_words.statuses(language),
        },
        document=_document(assessment, found, language),
        sheets=[_sheet(assessment, found, language)],
    )


def _title(assessment: Assessment, found: Sequence[Task], language: Language) -> str:
    counts = [(status, sum(task.finding.status is status for task in found)) for status in UNMET]
    said = ", ".join(
        f"{language.number(count)} {words.status(status, language)}"
        for status, count in counts
        if count
    )
    return " · ".join(
        [
            words.name_of(assessment.inventory.authority, language),
            language("as of {day}").format(day=language.date(assessment.as_of)),
            said or language("nothing to do"),
        ]
    )


def called(unit: str, assessment: Assessment, language: Language) -> str:
    """Return a unit's name; of what none answers for, that it is so."""
    if unit == REST:
        return language("answered for by no unit")
    return words.name_of(assessment.inventory.assets["organization"][unit], language)


def _blocks(
    assessment: Assessment, found: Sequence[Task], language: Language
) -> Iterator[tuple[str, list[str]]]:
    """Yield a block for each control of a unit: what is asked, what to do, and each asset with its day."""
    groups: dict[tuple[str, str, bool], list[Task]] = {}
    for task in found:
        accepted = task.finding.status in (Status.WAIVED, Status.GRACE)
        groups.setdefault((task.unit, task.finding.control.id, accepted), []).append(task)
    several = len({unit for unit, _, _ in groups}) > 1
    for (unit, name, _), mine in groups.items():
        control = mine[0].finding.control
        head = f"{name} · {findings.severity(control.severity, language)}"
        if several:
            head += f" · {called(unit, assessment, language)}"
        lines = [
            language.text(control.title),
            language("to do") + f": {language.text(control.remediation)}",
        ]
        yield head, [*lines, *(_line(task, assessment, language) for task in mine)]


def _line(task: Task, assessment: Assessment, language: Language) -> str:
    finding = task.finding
    name = words.name_of(finding.asset, language)
    named = finding.asset.id if name == finding.asset.id else f"{finding.asset.id} {name}"
    said = f"{words.status(finding.status, language)} {named}"
    if task.due is not None:
        said += f" ({_due(task.due, assessment, language)})"
    why = findings.why_and_what_to_write(finding, assessment, language)
    told = "; ".join(f"{text} [{where}]" if where else text for text, where in why)
    return f"{said}: {told}" if told else said


def _due(due: Due, assessment: Assessment, language: Language) -> str:
    """Return until when, and by what."""
    shown = language.date(due.day)
    if due.kind is DueKind.WAIVER:
        return language("waived until {day}").format(day=shown)
    if due.kind is DueKind.GRACE:
        return language("time to comply until {day}").format(day=shown)
    if due.day < assessment.as_of:
        return language("was promised for {day}").format(day=shown)
    return language("promised for {day}").format(day=shown)


def _sheet(assessment: Assessment, found: Sequence[Task], language: Language) -> ReportSheet:
    columns = [
        text(language("Severity"), 12),
        text(language("Organisation"), 24),
        text(language("Control"), 16),
        text(language("Asset"), 20),
        text(language("Name"), 24),
        text(language("Status"), 14),
        day(language("Day")),
        text(language("Why"), 40),
        text(language("To do"), 40),
        text(language("Where"), 36),
    ]
    rows: list[list[SheetCell]] = []
    for task in found:
        finding = task.finding
        why = findings.why_and_what_to_write(finding, assessment, language)
        rows.append(
            [
                findings.severity(finding.control.severity, language),
                called(task.unit, assessment, language),
                finding.control.id,
                finding.asset.id,
                words.name_of(finding.asset, language),
                finding.status,
                task.due.day if task.due is not None else None,
                "\n".join(said for said, _ in why),
                language.text(finding.control.remediation),
                "\n".join(dict.fromkeys(where for _, where in why if where)),
            ]
        )
    return ReportSheet(title=language("Worklist"), columns=columns, rows=rows)


def _written(finding: Finding, assessment: Assessment) -> str:
    lacks = assessment.lacking(finding)
    return to_write.short(lacks) if lacks else ""


def _record(task: Task, assessment: Assessment, language: Language) -> list[object]:
    finding, control = task.finding, task.finding.control
    why = findings.why(finding, assessment.detail(finding), language)
    return [
        "" if task.unit == REST else task.unit,
        control.severity.value,
        control.id,
        finding.asset.id,
        finding.status.value,
        task.due.day.isoformat() if task.due is not None else "",
        task.due.kind.value if task.due is not None else "",
        language.text(control.title),
        "; ".join(said for said, _ in why),
        language.text(control.remediation),
        _written(finding, assessment),
        "; ".join(dict.fromkeys(where for _, where in why if where)) or str(finding.asset.at),
    ]


def _document(assessment: Assessment, found: Sequence[Task], language: Language) -> dict[str, Any]:
    controls: dict[str, Control] = {t.finding.control.id: t.finding.control for t in found}
    return {
        "soccheck": {"format": "worklist", "version": VERSION, "tool": __version__},
        "as_of": assessment.as_of.isoformat(),
        "controls": [
            {
                "id": control.id,
                "title": dict(control.title),
                "severity": control.severity.value,
                "remediation": dict(control.remediation),
            }
            for control in controls.values()
        ],
        "tasks": [
            {
                "organization": None if task.unit == REST else task.unit,
                "control": task.finding.control.id,
                "asset": task.finding.asset.id,
                "status": task.finding.status.value,
                "due": task.due.day.isoformat() if task.due is not None else None,
                "due_kind": task.due.kind.value if task.due is not None else None,
                "reason": assessment.detail(task.finding).reason or None,
                "write": _written(task.finding, assessment) or None,
            }
            for task in found
        ],
    }
