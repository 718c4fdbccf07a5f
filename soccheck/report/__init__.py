"""Reports: one file a format, each a function that writes a report piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from soccheck.i18n import Language
from soccheck.report.report import Layout, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFormat:
    """Represents a format: the module in `formats/` whose `render` writes it, and how its files end.

    `printed` says whether it is text; what is not goes to a file only.
    """

    module: str
    suffix: str
    printed: bool = True


REPORTS = {
    "table": ReportFormat(module="table", suffix=".txt"),
    "markdown": ReportFormat(module="markdown", suffix=".md"),
    "html": ReportFormat(module="html", suffix=".html"),
    "xlsx": ReportFormat(module="xlsx", suffix=".xlsx", printed=False),
    "docx": ReportFormat(module="docx", suffix=".docx", printed=False),
    "pdf": ReportFormat(module="pdf", suffix=".pdf", printed=False),
    "mau-08": ReportFormat(module="mau_08", suffix=".mau-08.docx", printed=False),
    "mau-08-pdf": ReportFormat(module="mau_08_pdf", suffix=".mau-08.pdf", printed=False),
    "csv": ReportFormat(module="csv", suffix=".csv"),
    "json": ReportFormat(module="json", suffix=".json"),
    "sarif": ReportFormat(module="sarif", suffix=".sarif"),
    "sarif-full": ReportFormat(module="sarif_full", suffix=".full.sarif"),
    "junit": ReportFormat(module="junit", suffix=".junit.xml"),
    "github": ReportFormat(module="github", suffix=".github.txt"),
    "summary": ReportFormat(module="summary", suffix=".summary.md"),
    "gitlab": ReportFormat(module="gitlab", suffix=".gitlab.json"),
    "azure": ReportFormat(module="azure", suffix=".azure.txt"),
    "openmetrics": ReportFormat(module="openmetrics", suffix=".prom"),
    "tap": ReportFormat(module="tap", suffix=".tap"),
    "baseline": ReportFormat(module="baseline", suffix=".baseline.json"),
}
"""Every format by its name; a module is imported when it is asked for."""

PRINTED = tuple(name for name, form in REPORTS.items() if form.printed)
"""The formats that are text."""


class Render(Protocol):
    """Renders a report."""

    def __call__(
        self, report: Report, language: Language, layout: Layout
    ) -> Iterator[str] | Iterator[bytes]:
        """Yield the report in pieces, text or bytes, so that a long one need not stand in memory."""


def renderer(name: str) -> Render:
    """Return the function that renders the format `name`."""
    render: Render = import_module(f"soccheck.report.formats.{REPORTS[name].module}").render
    return render
