"""The list of systems that the yearly letter has, as a table with typed cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from soccheck.errors import UsageError
from soccheck.i18n import Language
from soccheck.report.report import Report
from soccheck.report.sheets.sheet import ReportSheet, SheetCell, day, number, text
from soccheck.report.wording import words

_WIDTHS = (6, 32, 24, 24, 10, 20, 28, 28, 14, 20, 14, 20)


def systems(report: Report, language: Language) -> Iterator[ReportSheet]:
    """Yield the list; none for a period that no rules on yearly reports are known for."""
    # Beside the list these modules write documents, with a library that only they need.
    from soccheck.report.official import annual, editions, rows
    from soccheck.report.official.told import DocumentMatter, head_of, period_of

    try:
        asked, today = period_of(report), report.assessment.as_of
        period = replace(asked, end=max(asked.start, min(asked.end, today)))
        told = DocumentMatter(
            report=report,
            language=language,
            head=head_of(report, "report"),
            edition=editions.edition(period.end),
            annual=annual.of_selection(report.assessment, period),
        )
    except UsageError:
        return
    found = []
    for place, one in enumerate(told.annual.rows, 1):
        cells: list[SheetCell] = [*map(words.clean, rows.cells(told, place, one))]
        cells[0] = place
        cells[4] = one.level if one.level is not None else cells[4]
        for index, stated in ((8, one.approval_expected), (10, one.implementation_expected)):
            cells[index] = stated if cells[index] and stated is not None else cells[index]
        found.append(cells)
    kinds = {0: number, 4: number, 8: day, 10: day}
    columns = [
        replace(kinds.get(index, text)(title), width=width)
        for index, (title, width) in enumerate(zip(rows.header(told), _WIDTHS, strict=True))
    ]
    yield ReportSheet(title=language("Form 08"), columns=columns, rows=found)
