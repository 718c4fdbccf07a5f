"""The Markdown report cut to what GitHub takes as a step summary: 1 MiB, or it shows nothing of it."""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.i18n import Language
from soccheck.report.formats import markdown
from soccheck.report.report import Layout, Report

MAX_BYTES = 1024 * 1024


def render(report: Report, language: Language, layout: Layout) -> Iterator[str]:
    """Yield the report, ended at a paragraph where it would be too long."""
    text = "".join(markdown.render(report, language, layout))
    if len(text.encode()) <= MAX_BYTES:
        yield text
        return
    said = markdown.escaped(language("The report is longer than can be shown here."))
    kept, size = [], len(said.encode()) + 2
    for part in text.split("\n\n"):
        size += len(part.encode()) + 2
        if size > MAX_BYTES:
            break
        kept.append(part)
    yield "\n\n".join([*kept, said]) + "\n"
