"""Measures and scores: requirements on what reports count, read from a policy and worked out exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from soccheck.facts import lookup
from soccheck.figures import exact
from soccheck.model import Control, Figure, Measure, Problem, Score, Status, Value
from soccheck.values import article
from soccheck.yamlio import Source

Step = str | int
Counted = tuple[int, int] | Figure | Fraction | None
PointsOf = Callable[[str], Fraction | None]
"""Points of a control on the asset judged, by the control's id; none where they are not known."""

_NEEDS = {"ratio": "measure", "stated": "points", "sum": "of"}
"""Where a score's points come from -> the key that says so."""


def measure(
    node: dict[str, Any],
    kind: str,
    source: Source,
    path: tuple[Step, ...],
    problems: list[Problem],
) -> Measure | None:
    """Return the measure of a control; every fact in it must be a count the catalogue has."""
    where = (*path, "require", "measure")
    said = node["require"]["measure"]
    types = {"passed": "int", "of": "int", "share": "share"}
    good = [_fact(said, key, kind, types[key], source, where, problems) for key in said]
    target = _target(node, source, path, problems)
    if target is None or not all(good):
        return None
    at = source.where(*path, "require")
    return Measure(
        passed=said.get("passed"),
        of=said.get("of"),
        share=said.get("share"),
        target=target,
        at=at,
    )


def read(
    node: dict[str, Any],
    kind: str,
    source: Source,
    path: tuple[Step, ...],
    problems: list[Problem],
) -> Score | None:
    """Return the score of a control: points by a ratio, stated, or the sum of its criteria."""
    where = (*path, "require", "score")
    said, by = node["require"]["score"], node["require"]["score"]["by"]
    good = True
    there = {
        "measure": "measure" in node["require"],
        "points": "points" in said,
        "of": "of" in said,
    }
    for key in ("measure", "points", "of"):
        wanted = key == _NEEDS[by]
        # What a stated score is made of may be named as well.
        if there[key] != wanted and not (key == "of" and by == "stated"):
            text = f"a score by {by} {'needs' if wanted else 'takes no'} {key}"
            problems.append(Problem(source.where(*where), text, f"by {by} needs {_NEEDS[by]}"))
            good = False
    if "points" in said:
        good &= _fact(said, "points", kind, "number", source, where, problems)
    if "why" in said:
        good &= _fact(said, "why", kind, "text", source, where, problems)
    counted = None
    if there["measure"]:
        counted = measure(node, kind, source, path, problems)
        target = counted.target if counted else None
        good &= counted is not None
    else:
        target = _target(node, source, path, problems)
    if target is None or not good:
        return None
    return Score(
        maximum=exact(said["max"]),
        by=by,
        measure=counted,
        points=said.get("points"),
        of=tuple(said.get("of", ())),
        why=said.get("why"),
        target=target,
        at=source.where(*where),
    )


def _fact(
    said: Mapping[str, Any],
    key: str,
    kind: str,
    type_: str,
    source: Source,
    path: tuple[Step, ...],
    problems: list[Problem],
) -> bool:
    fact = lookup(kind, said[key])
    if fact is not None and fact.type == type_ and not fact.many:
        return True
    noun = {"int": "count", "share": "share", "number": "number", "text": "text"}[type_]
    text = f"{article(kind)} has no {noun} {said[key]!r}"
    problems.append(Problem(source.where(*path, key), text, f"name a fact of type {type_}"))
    return False


def _target(
    node: dict[str, Any], source: Source, path: tuple[Step, ...], problems: list[Problem]
) -> Fraction | None:
    if "target" in node:
        return Fraction(node["target"].rstrip("%"))
    kind = "score" if "score" in node["require"] else "measure"
    where = source.where(*path, "require")
    problems.append(Problem(where, f"a {kind} without a target", "add target: 100%"))
    return None


def faults(controls: Iterable[Control]) -> list[Problem]:
    """Return the scores whose criteria are no scores on the same kind, weigh too much, or go round."""
    known = {control.id: control for control in controls}
    problems = []
    for control in known.values():
        score = control.require
        if not isinstance(score, Score) or not score.of:
            continue
        total = Fraction(0)
        for name in score.of:
            part = known.get(name)
            if part is None or not isinstance(part.require, Score) or part.asset != control.asset:
                hint = f"name controls with a score, on a {control.asset}, of this policy"
                problems.append(Problem(score.at, f"{name} is no criterion", hint))
                continue
            total += part.require.maximum
            if part.require.of:
                problems.append(Problem(score.at, f"{name} has criteria itself", "name those"))
        if total > score.maximum or (score.by == "sum" and total != score.maximum):
            text = f"its criteria are worth {total}, and it {score.maximum}"
            problems.append(Problem(score.at, text, "correct one of the maxima"))
    return problems


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
    """Return passed and total, else the stated share; more than all, or nothing counted, is neither."""
    passed, total = facts.get(require.passed or ""), facts.get(require.of or "")
    if isinstance(passed, bool) or isinstance(total, bool):
        return None  # true is not 1
    if isinstance(passed, int) and isinstance(total, int):
        return (passed, total) if total > 0 and 0 <= passed <= total else None
    share = facts.get(require.share) if require.share else None
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
