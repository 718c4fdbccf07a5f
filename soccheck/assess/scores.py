"""Judge what reports count rather than list: measures and scores, worked out exactly. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from soccheck.facts.figures import exact, is_share_of
from soccheck.model import Figure, Measure, Score, Status, Value

Counted = tuple[int, int] | Figure | Fraction | None
PointsOf = Callable[[str], Fraction | None]
"""Points of a control on the asset judged, by the control's id; none where they are not known."""


def judged(
    require: Measure | Score, facts: Mapping[str, Value], points_of: PointsOf
) -> tuple[Status, Counted]:
    """Return the result of a measure or a score and what was counted; never a guess."""
    if isinstance(require, Measure):
        counted = tallied(require, facts)
        return _reached(counted, require.target), counted
    if require.by == "ratio":
        assert require.measure is not None
        counted = tallied(require.measure, facts)
        return _reached(counted, require.target), counted
    earned = points(require, facts, points_of)
    if earned is None:
        return Status.UNKNOWN, None
    reached = earned * 100 >= require.target * require.maximum
    return (Status.PASS if reached else Status.FAIL), earned


def tallied(require: Measure, facts: Mapping[str, Value]) -> tuple[int, int] | Figure | None:
    """Return passed and total, else the stated share; counts that cannot be right are neither.

    That is more than all, nothing counted, and a share stated beside them that is not theirs.
    """
    passed, total = facts.get(require.passed or ""), facts.get(require.of or "")
    if isinstance(passed, bool) or isinstance(total, bool):
        return None  # true is not 1
    share = facts.get(require.share) if require.share else None
    if isinstance(passed, int) and isinstance(total, int):
        if not 0 <= passed <= total or total == 0:
            return None
        agrees = not isinstance(share, Figure) or is_share_of(share, passed, total)
        return (passed, total) if agrees else None
    return share if isinstance(share, Figure) else None


def _reached(counted: tuple[int, int] | Figure | None, target: Fraction) -> Status:
    """Return the result; a rough share never passes, and fails only where all is asked for."""
    if counted is None:
        return Status.UNKNOWN
    if isinstance(counted, Figure):
        if not counted.sure:
            return Status.PASS if counted.number >= target else Status.FAIL
        # Whoever writes "about 70 %" says that it is not all; how far from 70 nobody knows.
        short = counted.sure == "about" and counted.number < 100 == target
        return Status.FAIL if short else Status.UNKNOWN
    passed, total = counted
    return Status.PASS if passed * 100 >= target * total else Status.FAIL


def points(score: Score, facts: Mapping[str, Value], points_of: PointsOf) -> Fraction | None:
    """Return the points a score earns, exactly; none where they are not known or cannot be right."""
    if score.by == "ratio":
        assert score.measure is not None
        counted = tallied(score.measure, facts)
        if isinstance(counted, tuple):
            return score.maximum * Fraction(*counted)
        if isinstance(counted, Figure) and not counted.sure:
            return score.maximum * counted.number / 100
        return None
    if score.by == "sum":
        parts = [points_of(name) for name in score.of]
        known = [part for part in parts if part is not None]
        return sum(known, Fraction(0)) if len(known) == len(parts) else None
    stated = facts.get(score.points or "")
    if isinstance(stated, bool) or not isinstance(stated, int | float):
        return None
    earned = exact(stated)
    return earned if 0 <= earned <= score.maximum else None
