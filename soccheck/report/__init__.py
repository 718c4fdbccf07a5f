"""Reports: one file a format, each a function that writes a report piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Protocol

from soccheck.i18n import Language
from soccheck.report.report import Layout, Report

REPORTS = {
    "table": "soccheck.report.formats.table",
    "markdown": "soccheck.report.formats.markdown",
    "csv": "soccheck.report.formats.csv",
    "json": "soccheck.report.formats.json",
    "sarif": "soccheck.report.formats.sarif",
    "sarif-full": "soccheck.report.formats.sarif_full",
    "junit": "soccheck.report.formats.junit",
    "github": "soccheck.report.formats.github",
    "summary": "soccheck.report.formats.summary",
    "gitlab": "soccheck.report.formats.gitlab",
    "azure": "soccheck.report.formats.azure",
    "tap": "soccheck.report.formats.tap",
    "baseline": "soccheck.report.formats.baseline",
}
"""Format name -> the module whose `render` writes it; imported when it is asked for."""


class Render(Protocol):
    """Renders a report."""

    def __call__(self, report: Report, language: Language, layout: Layout) -> Iterator[str]:
        """Yield the report's text in pieces, so that a long one need not stand in memory."""


def renderer(name: str) -> Render:
    """Return the function that renders the format `name`."""
    render: Render = import_module(REPORTS[name]).render
    return render
