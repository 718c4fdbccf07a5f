"""The line below a report's title: whose it is, of which period and day, and whom it covers."""

from __future__ import annotations

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
    units = assessment.inventory.assets["organization"]
    named = [words.name_of(units[name], language) for name in assessment.selection.organizations]
    return " · ".join([*parts, *named])
