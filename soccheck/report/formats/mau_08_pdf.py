"""The yearly letter as PDF."""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.i18n import Language
from soccheck.report.formats import mau_08
from soccheck.report.official import office
from soccheck.report.report import Layout, Report


def render(report: Report, language: Language, layout: Layout) -> Iterator[bytes]:
    """Yield the PDF that LibreOffice makes of the document."""
    yield office.pdf(b"".join(mau_08.render(report, language, layout)))
