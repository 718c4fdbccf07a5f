"""SARIF of every finding, for readers who know `kind`, `suppressions` and `baselineState`."""

from __future__ import annotations

from soccheck.assess.assessment import Assessment
from soccheck.i18n import Language
from soccheck.report.formats.sarif import every


def render(
    assessment: Assessment, language: Language, *, width: int, color: bool, limit: int
) -> str:
    """Return the log of every finding, waived and passing ones too."""
    return every(assessment, language)
