"""Reports: one file a format, each a function from an assessment to text."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol

from soccheck.assess.assessment import Assessment
from soccheck.i18n import Language

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
    """Renders an assessment; `width` is in terminal columns, `limit` in rows a control (0: all)."""

    def __call__(
        self, assessment: Assessment, language: Language, *, width: int, color: bool, limit: int
    ) -> str:
        """Return the report as text."""


def renderer(name: str) -> Render:
    """Return the function that renders the format `name`."""
    render: Render = import_module(REPORTS[name]).render
    return render
