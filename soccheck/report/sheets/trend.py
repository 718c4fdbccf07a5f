"""How much of each policy was met, month by month, by the runs that are kept."""

from __future__ import annotations

from soccheck.i18n import Language
from soccheck.report.report import Report
from soccheck.report.sheets.figures import per_cent
from soccheck.report.sheets.sheet import ReportSheet, SheetCell, SheetCurve, number, share, text
from soccheck.report.sheets.sheet import day as day_column


def months(report: Report, language: Language) -> ReportSheet:
    """Return a row for each policy and month; a month without a run has no figures."""
    rows: list[list[SheetCell]] = []
    curves = []
    for policy in report.assessment.policies:
        title = language.text(policy.title)
        curves.append(SheetCurve(title=title, first=len(rows), rows=len(report.trend)))
        for month in report.trend:
            passed, total = month.headlines.get(policy.id, (None, None))
            met = per_cent(*month.share(policy.id))
            rows.append([title, month.first, month.run, passed, total, met])
    columns = [
        text(language("Requirement"), 40),
        day_column(language("Month")),
        number(language("Run")),
        number(language("Passing")),
        number(language("Total")),
        share(language("Share")),
    ]
    return ReportSheet(
        title=language("Month by month"), columns=columns, rows=rows, curves=tuple(curves)
    )
