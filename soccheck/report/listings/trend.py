"""How much was met month by month, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from soccheck.history.trend import Point, Trend
from soccheck.i18n import Language
from soccheck.model import Text
from soccheck.report.listings.listing import Listing
from soccheck.report.wording import policies
from soccheck.report.wording.sections import Section

VERSION = 1
_BARS = "▁▂▃▄▅▆▇█"
_GAP = "·"
_SIDE_BY_SIDE = 4
"""Series in one table: more do not fit a line of 80 columns."""


def listing(
    found: Trend, titles: Mapping[str, Text], language: Language, *, sparks: bool
) -> Listing:
    """Return a trend as tables, a row a month, and as a document; `sparks` draws a line of it first."""
    lines = (
        [
            f"{policies.called(name, titles, language)}  {spark(found, name)}"
            for name in found.series
        ]
        if sparks
        else []
    )
    parts = [
        found.series[i : i + _SIDE_BY_SIDE] for i in range(0, len(found.series), _SIDE_BY_SIDE)
    ]
    columns = ("month", "run", "as_of", "series", "passed", "total", "unknown")
    return Listing(
        title=_title(found, titles, language),
        notes=[] if found.by == "policy" else [_note(language)],
        blocks=[(language("month by month, · where there was no run or nothing was known"), lines)]
        if lines
        else [],
        sections=[_section(found, part, titles, language) for part in parts],
        columns=columns,
        records=list(_records(found)),
        document=document(found),
    )


def _title(found: Trend, titles: Mapping[str, Text], language: Language) -> str:
    by = {
        "policy": language("headline of each policy"),
        "organization": language("findings that pass, by organisation"),
        "level": language("findings that pass, by level of the system"),
    }[found.by]
    if found.policy is None:
        return by
    return f"{policies.called(found.policy, titles, language)}: {by}"


def _note(language: Language) -> str:
    return language("Each asset counts where the last run places it.")


def _section(
    found: Trend, series: Sequence[str], titles: Mapping[str, Text], language: Language
) -> Section:
    header = [
        language("month"),
        language("run"),
        *(policies.called(name, titles, language) for name in series),
    ]
    rows = []
    for month in found.months:
        run = f"#{month.run.id}" if month.run is not None else "–"
        cells = [_cell(month.points.get(name), language) for name in series]
        rows.append([f"{month.first:%m/%Y}", run, *cells])
    numbers = frozenset(range(2, len(header)))
    return Section(title="", header=header, rows=rows, numbers=numbers)


def _cell(point: Point | None, language: Language) -> str:
    if point is None:
        return "–"
    share = language("unknown") if point.unknown else language.share(point.passed, point.total)
    return f"{language.number(point.passed)}/{language.number(point.total)} {share}"


def spark(found: Trend, name: str) -> str:
    """Return a series as a line of bars, from none to all."""
    return "".join(_bar(month.points.get(name)) for month in found.months)


def _bar(point: Point | None) -> str:
    if point is None or point.unknown or not point.total:
        return _GAP
    return _BARS[point.passed * (len(_BARS) - 1) // point.total]


def _records(found: Trend) -> Any:
    for month in found.months:
        head = [
            f"{month.first:%Y-%m}",
            month.run.id if month.run is not None else None,
            month.run.as_of.isoformat() if month.run is not None else None,
        ]
        for name in found.series:
            point = month.points.get(name)
            if point is None:
                yield [*head, name, None, None, None]
            else:
                yield [*head, name, point.passed, point.total, str(point.unknown).lower()]


def document(found: Trend) -> dict[str, Any]:
    """Return a trend as JSON has it; a month without a run has no figures."""
    return {
        "soccheck": {"format": "trend", "version": VERSION},
        "by": found.by,
        "policy": found.policy,
        "months": [
            {
                "month": f"{month.first:%Y-%m}",
                "run": month.run.id if month.run is not None else None,
                "figures": _figures(month.points),
            }
            for month in found.months
        ],
    }


def _figures(points: Mapping[str, Point]) -> dict[str, dict[str, int | bool]]:
    return {
        name: {"passed": p.passed, "total": p.total, "unknown": p.unknown}
        for name, p in points.items()
    }
