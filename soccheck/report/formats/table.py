"""The report for a terminal: page one, or in its place the long form with every finding."""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.i18n import Language
from soccheck.report.formats import long_form, page_one
from soccheck.report.report import Layout, Report


def render(report: Report, language: Language, layout: Layout) -> Iterator[str]:
    """Yield page one; with `details` the long form, with `by` other rows."""
    if layout.by is not None:
        from soccheck.report.formats import rows_by

        return rows_by.render(report, language, layout)
    if layout.details:
        return long_form.render(report, language, layout)
    return page_one.render(report, language, layout)
