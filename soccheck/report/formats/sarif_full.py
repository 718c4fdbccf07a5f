"""SARIF of every finding, for readers who know `kind`, `suppressions` and `baselineState`."""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.i18n import Language
from soccheck.report.formats.sarif import every
from soccheck.report.report import Layout, Report


def render(report: Report, language: Language, layout: Layout) -> Iterator[str]:
    """Yield the log of every finding, waived and passing ones too."""
    return every(report, language)
