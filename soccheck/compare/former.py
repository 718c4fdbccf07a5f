"""The side compared with: findings by control and asset, and the scope that gave them. No line numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

from soccheck.assess.assessment import Assessment
from soccheck.compare import scope_document, unmet_document
from soccheck.compare.scope import Scope, scope_of
from soccheck.compare.unmet import Unmet, unmet
from soccheck.errors import InputError, quoted
from soccheck.facts import values
from soccheck.model import Basis, Figure, Finding, Problem, Status
from soccheck.phrase import phrase
from soccheck.sources import schema
from soccheck.sources.files import Fault
from soccheck.sources.source import Source

VERSION = 7
_OPEN_TOLD = 7
"""The first version that tells what is not known beside what fails."""
_MAKE = phrase("make one with `soccheck audit INVENTORY --report baseline=FILE`")
_EXCUSED = (Status.WAIVED, Status.GRACE)
Key = tuple[str, str]
"""A control's id and an asset's: what a finding is known by, wherever its lines move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerFinding:
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
    `renamed` are the ids of today by the former ones that it has no more.
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
        basis=_better(assessment.basis(finding)),
        unmet=partial(unmet, finding, assessment),
        open_told=True,
    )


def achieved(finding: Finding) -> Fraction | None:
    """Return how much of a measure is met, 0 to 1, or the points of a score that is no ratio."""
    counted = finding.counted
    if isinstance(counted, tuple):
        return Fraction(*counted) if counted[1] else None
    return counted.number / 100 if isinstance(counted, Figure) else counted


def _better(basis: Basis | None) -> Basis | None:
    """Return a basis that is better than somebody's word."""
    return basis if basis is not Basis.DECLARED else None


def document(assessment: Assessment, later: Iterable[Assessment] | None = None) -> dict[str, Any]:
    """Return the baseline of an assessment as JSON has it, with those of `later` days."""
    found = {
        "soccheck": {"format": "baseline", "version": VERSION},
        "as_of": assessment.as_of.isoformat(),
        **_outcomes(assessment),
        "scope": scope_document.document(scope_of(assessment)),
    }
    if later is not None:
        found["later"] = {then.as_of.isoformat(): _outcomes(then) for then in later}
    return found


def _outcomes(assessment: Assessment) -> dict[str, Any]:
    """Return what was found, keyed on control and asset."""
    findings: dict[str, dict[str, str]] = {}
    totals: dict[str, dict[str, int]] = {}
    shares: dict[str, dict[str, str]] = {}
    bases: dict[str, dict[str, str]] = {}
    fails: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for finding in sorted(assessment.findings, key=lambda f: (f.control.id, f.asset.id)):
        if finding.status is Status.NOT_APPLICABLE:
            continue
        findings.setdefault(finding.control.id, {})[finding.asset.id] = finding.status.value
        if isinstance(finding.counted, tuple):
            totals.setdefault(finding.control.id, {})[finding.asset.id] = finding.counted[1]
        share = achieved(finding)
        if share is not None:
            shares.setdefault(finding.control.id, {})[finding.asset.id] = str(share)
        basis = _better(assessment.basis(finding))
        if basis is not None:
            bases.setdefault(finding.control.id, {})[finding.asset.id] = basis.value
        if by := unmet(finding, assessment):
            fails.setdefault(finding.control.id, {})[finding.asset.id] = unmet_document.document(by)
    return {
        "findings": findings,
        "totals": totals,
        "achieved": shares,
        **({"bases": bases} if bases else {}),
        "unmet": fails,
    }


def read(raw: bytes | Fault, shown: str) -> Former:
    """Return what a stored baseline or a former JSON result says; raises `InputError` if it cannot be."""
    data = _parsed(raw, shown)
    head = data.get("soccheck")
    form = head.get("format") if isinstance(head, dict) else None
    name = form if form in ("assessment", "baseline") else "baseline"
    source = Source(shown)
    source.data = data
    faults = schema.check(name, source)
    if faults:
        first = faults[0]
        raise InputError(
            [
                Problem(
                    shown,
                    phrase("not a {name}: {message}", name=name, message=first.message),
                    _MAKE,
                )
            ]
        )
    if "narrowed" in data:
        text = phrase("a report that was narrowed says nothing of all that it leaves out")
        raise InputError(
            [Problem(shown, text, phrase("compare with a result of the whole inventory"))]
        )
    day, version = values.day(data["as_of"]), data["soccheck"]["version"]
    if day is None:
        raise InputError([Problem(shown, phrase("there is no day {data}", data=data["as_of"]))])
    return Former(
        name=shown,
        as_of=day,
        findings=_of_assessment(data) if name == "assessment" else _of_baseline(data, version),
        scope=scope_document.read(data["scope"], shown) if "scope" in data else None,
        headlines={
            policy["id"]: (policy["headline"]["passed"], policy["headline"]["total"])
            for policy in data.get("policies", ())
        },
        later=_read_later(data["later"], version, shown) if "later" in data else None,
    )


def _read_later(
    data: dict[str, Any], version: int, shown: str
) -> dict[date, dict[Key, FormerFinding]]:
    found = {}
    for text, outcomes in data.items():
        day = values.day(text)
        if day is None:
            raise InputError([Problem(shown, phrase("there is no day {data}", data=text))])
        found[day] = _of_baseline(outcomes, version)
    return found


def _parsed(raw: bytes | Fault, shown: str) -> dict[str, Any]:
    """Return the JSON object in a file; a key that stands twice is refused."""
    if isinstance(raw, Fault):
        raise InputError([Problem(shown, raw.message, raw.hint)])

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            raise ValueError("a key stands twice in one object")
        return made

    try:
        data = json.loads(raw, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise InputError(
            [Problem(shown, phrase("not JSON: {error}", error=quoted(error)), _MAKE)]
        ) from error
    if not isinstance(data, dict):
        raise InputError([Problem(shown, phrase("not a baseline: not an object"))])
    return data


def _of_assessment(data: dict[str, Any]) -> dict[Key, FormerFinding]:
    return {
        (item["control"], item["asset"]): FormerFinding(
            status=Status(item["status"]),
            result=Status(item["result"]),
            total=item.get("counted", {}).get("total"),
            achieved=_told(item),
            basis=_better(Basis(item["basis"]) if item["basis"] is not None else None),
            unmet=partial(unmet_document.of_result, item),
        )
        for item in data["findings"]
    }


def _told(item: dict[str, Any]) -> Fraction | None:
    """Return what a finding of a former JSON result says was achieved."""
    counted = item.get("counted", {})
    if counted.get("total"):
        return Fraction(counted["passed"], counted["total"])
    if "share" in counted:
        share = values.share(counted["share"])
        return share.number / 100 if share is not None else None
    return Fraction(item["score"]["points"]) if "score" in item else None


def _of_baseline(data: dict[str, Any], version: int) -> dict[Key, FormerFinding]:
    found = {}
    for control, assets in data["findings"].items():
        totals = data["totals"].get(control, {})
        shares = data["achieved"].get(control, {})
        bases = data.get("bases", {}).get(control, {})
        fails = data["unmet"].get(control, {}) if "unmet" in data else None
        for asset, status in assets.items():
            found[control, asset] = FormerFinding(
                status=Status(status),
                # Only a failure is waived, or in time.
                result=Status.FAIL if status in _EXCUSED else Status(status),
                total=totals.get(asset),
                achieved=Fraction(shares[asset]) if asset in shares else None,
                basis=_better(Basis(bases[asset]) if asset in bases else None),
                unmet=partial(unmet_document.read, fails.get(asset, ()))
                if fails is not None
                else None,
                open_told=version >= _OPEN_TOLD,
            )
    return found
