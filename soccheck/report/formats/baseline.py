"""A baseline to keep in git: what was found and in which scope, keyed on control and asset."""

from __future__ import annotations

from soccheck.assess.assessment import Assessment
from soccheck.compare.former import document
from soccheck.i18n import Language
from soccheck.report.formats.json import dumped


def render(
    assessment: Assessment, language: Language, *, width: int, color: bool, limit: int
) -> str:
    """Return the baseline; sorted and without line numbers, so that only what changed differs."""
    return dumped(document(assessment))
