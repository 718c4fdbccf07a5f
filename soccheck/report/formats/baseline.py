"""A baseline to keep in git: what was found and in which scope, keyed on control and asset."""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.compare.stored import document
from soccheck.i18n import Language
from soccheck.report.json_text import written
from soccheck.report.report import Layout, Report


def render(report: Report, language: Language, layout: Layout) -> Iterator[str]:
    """Yield the baseline; sorted and without line numbers, so that only what changed differs."""
    return written(document(report.assessment, report.later and report.later()))
