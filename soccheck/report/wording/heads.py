"""The line below a report's title: whose it is, of which period and day, and whom it covers."""

from __future__ import annotations

from soccheck.assess.assessment import Assessment
from soccheck.i18n import Language
from soccheck.report.report import Report
from soccheck.report.wording import sections, words


def line(report: Report, language: Language) -> str:
    """Return whose report it is, as of when, of which period, and to which units it is narrowed."""
    assessment = report.assessment
    parts = [
        words.name_of(assessment.inventory.authority, language),
        language("as of {day}").format(day=language.date(assessment.as_of)),
    ]
    if report.period is not None:
        parts.append(sections.of_period(report.period, language))
    named = scope(assessment, language)
    return " · ".join([*parts, named] if named else parts)


def scope(assessment: Assessment, language: Language) -> str:
    """Return what a report is on, where that is not the whole: its units, or how much of it."""
    chosen = assessment.selection
    units = assessment.inventory.assets["organization"]
    if chosen.organizations:
        return ", ".join(words.name_of(units[name], language) for name in chosen.organizations)
    if not chosen:
        return ""
    text = language("a part of the inventory, {shown} of {total} findings")
    return text.format(
        shown=language.number(len(assessment.findings)), total=language.number(assessment.whole)
    )
