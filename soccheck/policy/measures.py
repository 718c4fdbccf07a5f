"""Read requirements on what reports count from a policy: measures and scores, every fact in them known."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from soccheck.facts.catalogue import lookup
from soccheck.facts.fact import TYPES
from soccheck.facts.figures import exact
from soccheck.facts.kinds import ONE
from soccheck.model import Control, Measure, Problem, Score
from soccheck.phrase import phrase
from soccheck.policy.conditions import Reader

_NEEDS = {"ratio": "measure", "stated": "points", "sum": "of"}
"""Where a score's points come from -> the key that says so."""
_HAS_NO = {
    "int": phrase("{kind} has no count {name}"),
    "share": phrase("{kind} has no share {name}"),
    "number": phrase("{kind} has no number {name}"),
    "text": phrase("{kind} has no text {name}"),
}


def measure(node: dict[str, Any], kind: str, reader: Reader) -> Measure | None:
    """Return the measure of a control; every fact in it must be a count the catalogue has."""
    said = node["require"]["measure"]
    types = {"passed": "int", "of": "int", "share": "share"}
    good = [_fact(said, key, kind, types[key], reader) for key in said]
    target = _target(node, reader)
    if target is None or not all(good):
        return None
    at = reader.place(node, "require")
    return Measure(
        passed=said.get("passed"),
        of=said.get("of"),
        share=said.get("share"),
        target=target,
        at=at,
    )


def read(node: dict[str, Any], kind: str, reader: Reader) -> Score | None:
    """Return the score of a control: points by a ratio, stated, or the sum of its criteria."""
    mark = reader.mark(node["require"], "score")
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
            text = phrase("a score by {by} takes no {key}", by=by, key=key)
            if wanted:
                text = phrase("a score by {by} needs {key}", by=by, key=key)
            reader.fault(mark, text, phrase("by {by} needs {key}", by=by, key=_NEEDS[by]))
            good = False
    if "points" in said:
        good &= _fact(said, "points", kind, "number", reader)
    if "why" in said:
        good &= _fact(said, "why", kind, "text", reader)
    counted = None
    if there["measure"]:
        counted = measure(node, kind, reader)
        target = counted.target if counted else None
        good &= counted is not None
    else:
        target = _target(node, reader)
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
        at=reader.source.location(mark),
    )


def _fact(said: dict[str, Any], key: str, kind: str, type_: str, reader: Reader) -> bool:
    fact = lookup(kind, said[key])
    if fact is not None and fact.type == type_ and not fact.many:
        return True
    text = _HAS_NO[type_].of(kind=ONE[kind], name=repr(said[key]))
    hint = phrase("name a fact of type {type}", type=TYPES[type_])
    reader.fault(reader.mark(said, key), text, hint)
    return False


def _target(node: dict[str, Any], reader: Reader) -> Fraction | None:
    kind = "score" if "score" in node["require"] else "measure"
    if "target" in node:
        target = Fraction(node["target"].rstrip("%"))
        if 0 < target <= 100:
            return target
        what = phrase("anything meets it") if target == 0 else phrase("nothing meets it")
        text = phrase(
            "{key}: the target {target}: {what}", key=kind, target=node["target"], what=what
        )
        hint = phrase("state what must be reached, above 0% and up to 100%")
        reader.fault(reader.mark(node, "target"), text, hint)
        return None
    mark = reader.mark(node, "require")
    text = phrase("{key}: without a target", key=kind)
    reader.fault(mark, text, phrase("add {what}", what="target: 100%"))
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
                hint = phrase(
                    "name controls with a score, on a {asset}, of this policy", asset=control.asset
                )
                problems.append(
                    Problem(score.at, phrase("{name} is no criterion", name=name), hint)
                )
                continue
            total += part.require.maximum
            if part.require.of:
                problems.append(
                    Problem(
                        score.at,
                        phrase("{name} has criteria itself", name=name),
                        phrase("name those"),
                    )
                )
        if total > score.maximum or (score.by == "sum" and total != score.maximum):
            text = phrase(
                "its criteria are worth {total}, and it {maximum}",
                total=total,
                maximum=score.maximum,
            )
            problems.append(Problem(score.at, text, phrase("correct one of the maxima")))
    return problems
