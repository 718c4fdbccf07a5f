"""Drift: where the inventory says one thing and the machines another, and the change that mends it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from soccheck.assess.answers import latest, unlike
from soccheck.facts.catalogue import FACTS
from soccheck.model import (
    Asset,
    Basis,
    Condition,
    Evidence,
    EvidenceByAsset,
    Figure,
    Group,
    Inventory,
    Leaf,
    Location,
    Measure,
    Policy,
    Quantifier,
    Score,
    Value,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Represents one fact that is declared otherwise than it was observed.

    `answers` are the latest; of several that contradict each other none is what was observed.
    """

    asset: Asset
    fact: str
    declared: Value
    answers: tuple[Evidence, ...]

    @property
    def observed(self) -> Value | None:
        """Return the value observed, or nothing where the answers contradict each other."""
        first = self.answers[0].value
        return None if any(unlike(a.value, first) for a in self.answers) else first

    @property
    def said(self) -> str:
        """Return what was observed as YAML has it; of answers that contradict each other all."""
        values = [written(a.value) for a in self.answers if a.value is not None]
        return " / ".join(dict.fromkeys(values))

    @property
    def where(self) -> Location:
        """Return where it is declared."""
        return self.asset.where(self.fact)


def find(
    inventory: Inventory,
    evidence: EvidenceByAsset,
    as_of: date,
    facts: Collection[str] | None = None,
) -> list[Drift]:
    """Return every drift, in inventory order; `facts` limits it to some.

    The latest answer up to the as-of day counts: that a machine could not be asked since contradicts
    nobody, and takes nothing back. An age differs from day to day and is no drift.
    """
    found = []
    for asset in inventory:
        answers = evidence.get(asset.id, {})
        for fact, declared in asset.facts.items():
            known = FACTS.get((asset.kind, fact))
            if fact not in answers or known is None or known.type == "duration":
                continue
            if facts is not None and fact not in facts:
                continue
            past = [
                a for a in answers[fact] if a.basis is Basis.OBSERVED and a.when.date() <= as_of
            ]
            told = [a for a in past if a.problem is None]
            last = latest(told, [a for a in past if a.problem is not None]) if told else None
            if last is None or last.unread is not None:
                continue
            if last.contradict or unlike(declared, last.said[-1].value):
                found.append(Drift(asset=asset, fact=fact, declared=declared, answers=last.said))
    return found


def counted(drifts: Iterable[Drift]) -> list[tuple[str, str, str, int]]:
    """Return (fact, declared, observed, assets), the commonest first; other than yes and no as texts.

    Values that are not words of a fixed choice are summed up as "another value".
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    for drift in drifts:
        known = FACTS[drift.asset.kind, drift.fact]
        if known.type in ("bool", "enum") and not known.many:
            pair = (written(drift.declared), drift.said)
        else:
            pair = ("", "")
        counts[drift.fact, *pair] += 1
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(*key, count) for key, count in rows]


def used(policies: Iterable[Policy]) -> set[str]:
    """Return every fact the policies' controls name."""
    found: set[str] = set()
    for policy in policies:
        for control in policy.controls:
            if control.when is not None:
                found |= _named(control.when)
            if isinstance(control.require, Measure):
                found |= _counts(control.require)
            elif isinstance(control.require, Score):
                score = control.require
                found |= {fact for fact in (score.points, score.why) if fact}
                found |= _counts(score.measure) if score.measure else set()
            else:
                found |= _named(control.require)
    return found


def _counts(measure: Measure) -> set[str]:
    return {fact for fact in (measure.passed, measure.of) if fact}


def _named(condition: Condition) -> set[str]:
    if isinstance(condition, Leaf):
        return {condition.fact} | ({condition.other} if condition.other else set())
    if isinstance(condition, Group):
        return set[str]().union(*(_named(part) for part in condition.parts))
    assert isinstance(condition, Quantifier)
    inner = _named(condition.when) if condition.when else set()
    return inner | _named(condition.require)


def written(value: Value) -> str:
    """Return a value as YAML has it on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(written(item) for item in value) + "]"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{int(value.total_seconds()) // 60}min"
    if isinstance(value, int | float | Figure):
        return str(value)
    if re.fullmatch(r"[A-Za-z][\w./-]*", value) and value.lower() not in _SPOKEN:
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


_SPOKEN = ("true", "false", "yes", "no", "on", "off", "null", "y", "n")
