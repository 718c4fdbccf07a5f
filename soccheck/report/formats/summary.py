"""The Markdown report cut to what GitHub takes as a step summary: 1 MiB, or it shows nothing of it."""

from __future__ import annotations

from soccheck.assess.assessment import Assessment
from soccheck.i18n import Language
from soccheck.report.formats import markdown

MAX_BYTES = 1024 * 1024


def render(
    assessment: Assessment, language: Language, *, width: int, color: bool, limit: int
) -> str:
    """Return the report, ended at a paragraph where it would be too long."""
    text = markdown.render(assessment, language, width=width, color=color, limit=limit)
    if len(text.encode()) <= MAX_BYTES:
        return text
    said = markdown.escaped(language("The report is longer than can be shown here."))
    kept, size = [], len(said.encode()) + 2
    for part in text.split("\n\n"):
        size += len(part.encode()) + 2
        if size > MAX_BYTES:
            break
        kept.append(part)
    return "\n\n".join([*kept, said]) + "\n"
