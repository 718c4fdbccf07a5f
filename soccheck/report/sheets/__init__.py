"""The tables of a report for readers: which there are, and in what order."""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.i18n import Language
from soccheck.report.report import Report
from soccheck.report.sheets import figures, lists, trend, unmet, yearly
from soccheck.report.sheets.sheet import ReportSheet


def sheets(report: Report, language: Language) -> Iterator[ReportSheet]:
    """Yield the tables of a report: figures first, then what is behind them."""
    yield figures.summary(report, language)
    yield from yearly.systems(report, language)
    yield figures.systems(report.assessment, language)
    yield figures.units(report.assessment, language)
    yield unmet.failing(report, language)
    yield unmet.unknown(report, language)
    yield lists.accepted(report.assessment, language)
    yield lists.claims(report.assessment, language)
    yield lists.evidence(report.assessment, language)
    yield lists.policies(report, language)
    if report.trend:
        yield trend.months(report, language)
