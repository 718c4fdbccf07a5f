"""Lines of a page: how the share that is met went from month to month, a gap where nobody looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from soccheck.i18n import Language
from soccheck.model import Policy
from soccheck.report.report import Report
from soccheck.report.sheets.figures import per_cent
from soccheck.report.wording import past

WIDE, HIGH = 100.0, 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """Represents a month's share: where it stands in the picture."""

    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Represents a line with what it says in words; `pieces` are the runs of months without a gap."""

    title: str
    figure: str
    said: str
    pieces: Sequence[Sequence[CurvePoint]]


def headlines(report: Report, language: Language) -> list[Curve]:
    """Return a line for the headline of each policy that any month has a figure of."""
    curves = [_curve(policy, report, language) for policy in report.assessment.policies]
    return [curve for curve in curves if curve.pieces]


def _curve(policy: Policy, report: Report, language: Language) -> Curve:
    pieces: list[list[CurvePoint]] = []
    said: list[str] = []
    step = WIDE / max(len(report.trend) - 1, 1)
    gap = True
    for index, month in enumerate(report.trend):
        passed, total = month.headlines.get(policy.id, (0, 0))
        share = per_cent(*month.share(policy.id))
        if share is None:
            gap = True
            if total:
                unknown = language("all {n} unknown").format(n=language.number(total))
                said.append(f"{past.month(month.first)}: {unknown}")
            continue
        if gap:
            pieces.append([])
        gap = False
        y = round(HIGH - HIGH * share / 100, 2)
        pieces[-1].append(CurvePoint(x=round(index * step, 2), y=y))
        figure = f"{language.number(passed)}/{language.number(total)}"
        said.append(f"{past.month(month.first)}: {figure} ({language.share(passed, total)})")
    return Curve(
        title=language.text(policy.title),
        figure=said[-1] if said else "",
        said="; ".join(said),
        pieces=pieces,
    )
