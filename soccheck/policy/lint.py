"""What is doubtful in a policy that loads: an author should mend it, or know it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from soccheck.model import Basis, Control, Group, Leaf, Location, Policy, Quantifier
from soccheck.policy.file import File, Written
from soccheck.policy.pattern import Pattern
from soccheck.policy.vacuous import is_vacuous


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRemark:
    """Represents one remark on a policy: a code, what it is about, and whether it is only a warning.

    Codes: `unused_parameter`, `idle_control`, `gap`, `grace_over`, `ageless`, `unverified`, `ascii_pattern`,
    `repeated_letter`, `vacuous`.
    """

    where: Location
    code: str
    about: str = ""
    warning: bool = False
    day: date | None = None


def lint(
    written: Iterable[Written], policies: Iterable[Policy], as_of: date
) -> Iterator[PolicyRemark]:
    """Yield the remarks on policies and on the files (profiles too) that they were read from."""
    loaded = list(policies)
    used = set()
    for item in written:
        used |= set(_parameters(File(item, []).data))
    for policy in loaded:
        yield from _controls(policy, as_of)
        for name, parameter in policy.parameters.items():
            if name not in used:
                yield PolicyRemark(where=parameter.at, code="unused_parameter", about=name)
    yield from _gaps(loaded)


def _parameters(node: Any) -> Iterator[str]:
    """Yield the names of the `$parameters` that a file's data speaks of."""
    if isinstance(node, str) and node.startswith("$"):
        yield node[1:]
    elif isinstance(node, dict):
        for value in node.values():
            yield from _parameters(value)
    elif isinstance(node, list):
        for value in node:
            yield from _parameters(value)


def _controls(policy: Policy, as_of: date) -> Iterator[PolicyRemark]:
    for control in policy.controls:
        effective = control.effective
        if policy.effective.start and effective.end and effective.end < policy.effective.start:
            yield PolicyRemark(where=control.at, code="idle_control", about=control.id)
        if policy.effective.end and effective.start and effective.start > policy.effective.end:
            yield PolicyRemark(where=control.at, code="idle_control", about=control.id)
        if control.grace is not None and control.grace.until and control.grace.until < as_of:
            until = control.grace.until
            yield PolicyRemark(
                where=control.at, code="grace_over", about=control.id, warning=True, day=until
            )
        if is_vacuous(control):
            yield PolicyRemark(where=control.at, code="vacuous", about=control.id)
        if control.max_age is None and _ages(control):
            yield PolicyRemark(where=control.at, code="ageless", about=control.id, warning=True)
        if all(reference.verified == "unverified" for reference in control.references):
            yield PolicyRemark(where=control.at, code="unverified", about=control.id, warning=True)
        for leaf in _comparisons(control):
            if not isinstance(leaf.value, Pattern):
                continue
            if leaf.value.ascii_only:
                yield PolicyRemark(
                    where=leaf.at, code="ascii_pattern", about=leaf.fact, warning=True
                )
            if leaf.value.repeats_a_letter:
                yield PolicyRemark(where=leaf.at, code="repeated_letter", about=leaf.fact)


def _ages(control: Control) -> bool:
    """Return whether evidence of the control is gathered on some day, and not only stated."""
    asked = control.asset in ("host", "firewall") and Basis.OBSERVED in control.accept
    return asked or bool(control.accept and Basis.DECLARED not in control.accept)


def _comparisons(control: Control) -> Iterator[Leaf]:
    """Yield the comparisons of a control's scope and of its requirement."""
    grace = control.grace.when if control.grace is not None else None
    left: list[object] = [control.when, control.require, grace]
    while left:
        match left.pop():
            case Leaf() as leaf:
                yield leaf
            case Group(parts=parts):
                left += parts
            case Quantifier(when=when, require=require):
                left += [when, require]


def _gaps(policies: list[Policy]) -> Iterator[PolicyRemark]:
    """Yield the days between two editions of a policy on which none is in force."""
    by_id: dict[str, list[Policy]] = {}
    for policy in policies:
        by_id.setdefault(policy.id, []).append(policy)
    for editions in by_id.values():
        editions.sort(key=lambda policy: policy.effective.start or date.min)
        for one, other in pairwise(editions):
            end, start = one.effective.end, other.effective.start
            if end is not None and start is not None and start - end > timedelta(days=1):
                yield PolicyRemark(
                    where=Location(other.path, 1, 1), code="gap", about=f"{end} .. {start}"
                )
