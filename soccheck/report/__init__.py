"""Reports: one file a format, each a function from an assessment to text."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol

from soccheck.assessment import Assessment
from soccheck.i18n import Language

REPORTS = {
    "table": "soccheck.report.table",
    "markdown": "soccheck.report.markdown",
    "csv": "soccheck.report.csv",
    "json": "soccheck.report.json",
    "sarif": "soccheck.report.sarif",
    "sarif-full": "soccheck.report.sarif_full",
    "junit": "soccheck.report.junit",
    "github": "soccheck.report.github",
    "summary": "soccheck.report.summary",
    "gitlab": "soccheck.report.gitlab",
    "azure": "soccheck.report.azure",
    "tap": "soccheck.report.tap",
    "baseline": "soccheck.report.baseline",
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
