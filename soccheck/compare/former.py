"""The side compared with: findings by control and asset, and the scope that gave them. No line numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from soccheck.assess.assessment import Assessment
from soccheck.compare.scope import Scope, scope_of
from soccheck.compare.unmet import Unmet, unmet
from soccheck.model import Basis, Figure, Finding, Status

Key = tuple[str, str]
"""A control's id and an asset's: what a finding is known by, wherever its lines move."""


class FormerFinding(NamedTuple):
    """Represents a finding as it was; `total` is what a measure counted.

    `achieved` is how much of it was met, or the points of a score. `basis` is the weakest it stood
    on, where that was better than somebody's word. `unmet` gives the comparisons by which it failed
    or was unknown, where they are told: few are asked for. `open_told` says that what is not known
    beside what fails is among them.
    """

    status: Status
    result: Status
    total: int | None = None
    achieved: Fraction | None = None
    basis: Basis | None = None
    unmet: Callable[[], Unmet] | None = None
    open_told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """Represents the side compared with.

    `scope` is none where a former result does not tell. `bundle` is the file of the evidence where
    the change itself can edit it. `empty` says that it has no such inventory, so that everything is
    new; `folder` is where the inventory was, if it was elsewhere; `lacking` are the paths of policies
    that it does not have. `headlines` are passed and total by policy, of a result that tells them.
    `later` are the findings of the later days on which controls begin; none where only its
    own day is told of. `same` says that what is judged is the same on both sides, to the byte.
    `renamed` are the ids of today by the former ones that it has no more. `judged` is the side itself,
    where it was judged anew.
    """

    name: str
    as_of: date
    findings: Mapping[Key, FormerFinding]
    scope: Scope | None
    bundle: str | None = None
    empty: bool = False
    folder: str | None = None
    lacking: tuple[str, ...] = ()
    headlines: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    later: Mapping[date, Mapping[Key, FormerFinding]] | None = None
    same: bool = False
    renamed: Mapping[str, str] = field(default_factory=dict)
    judged: Assessment | None = None

    def on(self, day: date) -> Former:
        """Return the side on a later day: of each control what was found when it last began."""
        begun = sorted(first for first in self.later or {} if first <= day)
        found = dict(self.findings)
        for first in begun:
            found |= (self.later or {})[first]
        return replace(self, as_of=day, findings=found)


def former(assessment: Assessment, name: str, bundle: str | None = None) -> Former:
    """Return an assessment as the side a later one is compared with."""
    return Former(
        name=name,
        as_of=assessment.as_of,
        findings=Findings(assessment),
        scope=scope_of(assessment),
        bundle=bundle,
        judged=assessment,
    )


class Findings(Mapping[Key, FormerFinding]):
    """Gives the findings of an assessment as a later one is compared with, each when it is asked for."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment

    def __getitem__(self, key: Key) -> FormerFinding:
        finding = self.assessment.finding(*key)
        if finding is None:
            raise KeyError(key)
        return _former_finding(finding, self.assessment)

    def __iter__(self) -> Iterator[Key]:
        return ((finding.control.id, finding.asset.id) for finding in self.assessment.findings)

    def __len__(self) -> int:
        return len(self.assessment.findings)


def _former_finding(finding: Finding, assessment: Assessment) -> FormerFinding:
    return FormerFinding(
        status=finding.status,
        result=finding.result,
        total=finding.counted[1] if isinstance(finding.counted, tuple) else None,
        achieved=achieved(finding),
        basis=better(assessment.basis(finding)),
        unmet=partial(unmet, finding, assessment),
        open_told=True,
    )


def achieved(finding: Finding) -> Fraction | None:
    """Return how much of a measure is met, 0 to 1, or the points of a score that is no ratio."""
    counted = finding.counted
    if isinstance(counted, tuple):
        return Fraction(*counted) if counted[1] else None
    return counted.number / 100 if isinstance(counted, Figure) else counted


def better(basis: Basis | None) -> Basis | None:
    """Return a basis that is better than somebody's word."""
    return basis if basis is not Basis.DECLARED else None
