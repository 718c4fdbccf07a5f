"""Policy tests: cases written in YAML, facts in, expected status and reason out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from soccheck.assess.assessment import Assessment
from soccheck.errors import InputError
from soccheck.facts import values
from soccheck.inventory import load as inventory
from soccheck.model import Finding, Inventory, Location, Policy, Problem, Status
from soccheck.phrase import phrase
from soccheck.policy import load as policy
from soccheck.sources import schema, yaml
from soccheck.sources.files import Files, Memory, is_yaml
from soccheck.sources.source import Source

BASE = "base.yaml"
"""What the cases of a folder share."""

DEMANDED = (Status.PASS, Status.FAIL, Status.UNKNOWN)
"""What the cases of every control must show between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Represents one case: an inventory as data, and what the control must find in it."""

    edition: str
    control: str
    number: int
    at: Location
    day: date
    asset: str
    data: Mapping[str, Any]
    files: Mapping[str, str]
    status: Status
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Represents a case that was run; `problem` says why there is no finding."""

    case: Case
    finding: Finding | None = None
    assessment: Assessment | None = None
    reason: str = ""
    problem: str = ""

    @property
    def good(self) -> bool:
        """Whether the finding is the one the case demands."""
        case = self.case
        return (
            self.finding is not None
            and self.finding.status is case.status
            and case.reason in (None, self.reason)
        )


def read(files: Files, shown: str) -> list[Case]:
    """Return the cases in `EDITION/CONTROL.yaml`, or directly in a folder named as the edition.

    A case's inventory is laid over that of its file, and that over `base.yaml` beside it; null takes
    a key away. Raises `InputError` with every fault.
    """
    problems: list[Problem] = []
    sources: dict[str, Source] = {}
    for entry in [entry for entry in files.entries() if is_yaml(entry.name)]:
        source = yaml.parse(files.read(entry), f"{shown.rstrip('/')}/{entry.name}", nulls=True)
        name = "case-base" if PurePosixPath(entry.name).name == BASE else "cases"
        problems += source.problems or (schema.check(name, source) if name == "cases" else ())
        sources[entry.name] = source
    if problems:
        raise InputError(problems)
    cases: list[Case] = []
    for name, source in sources.items():
        path = PurePosixPath(name)
        if path.name == BASE:
            continue
        edition = path.parent.name or PurePosixPath(shown).name
        base = sources.get((path.parent / BASE).as_posix())
        cases += _of_file(source, edition, base.data if base is not None else {}, problems)
    if problems:
        raise InputError(problems)
    return cases


def _of_file(
    source: Source, edition: str, base: Mapping[str, Any], problems: list[Problem]
) -> Iterator[Case]:
    data = source.data
    shared = laid_over(base, data.get("base", {}))
    files = data.get("files", {})
    for i, node in enumerate(data["cases"]):
        text = node.get("as_of", data.get("as_of"))
        day = values.day(text) if text is not None else None
        asset = node.get("asset", data.get("asset"))
        at = source.where("cases", i)
        if day is None or asset is None:
            missing = "as_of, a day" if day is None else "asset"
            hint = phrase("state it for the file, or for the case")
            problems.append(
                Problem(
                    at, phrase("case {what} has no {missing}", what=i + 1, missing=missing), hint
                )
            )
            continue
        yield Case(
            edition=edition,
            control=data["control"],
            number=i + 1,
            at=at,
            day=day,
            asset=asset,
            data=laid_over(shared, node.get("inventory", {})),
            files={**files, **node.get("files", {})},
            status=Status(node["status"]),
            reason=node.get("reason"),
        )


def laid_over(below: Any, above: Any) -> Any:
    """Return `above` merged into `below`: mappings key by key, null takes away, else it replaces."""
    if not isinstance(below, Mapping) or not isinstance(above, Mapping):
        return above
    merged = dict(below)
    for key, value in above.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = laid_over(merged.get(key), value)
    return merged


Judge = Callable[[Inventory, Sequence[Policy], date], Assessment]
"""How an inventory is judged by policies, as of a day."""


def run(cases: Iterable[Case], policies: Sequence[Policy], judge: Judge) -> Iterator[Outcome]:
    """Yield the outcome of each case, judged by its edition alone as of its day."""
    for case in cases:
        found = [p for p in policy.in_force(policies, case.day) if _stem(p) == case.edition]
        if not found:
            text = f"no edition {case.edition!r} is in force on {case.day}"
            yield Outcome(case=case, problem=text)
            continue
        # JSON is YAML: the case goes the way that a file of an inventory goes.
        raw = json.dumps(case.data, ensure_ascii=False).encode()
        others = {name: text.encode() for name, text in case.files.items()}
        try:
            loaded = inventory.read(Memory({**others, "case.yaml": raw}), "inventory")
        except InputError as error:
            said = "; ".join(str(getattr(item, "message", item)) for item in error.problems)
            yield Outcome(
                case=case,
                problem=f"its inventory does not load: {said}",
            )
            continue
        assessment = judge(loaded, found, case.day)
        finding = assessment.finding(case.control, case.asset)
        if finding is None:
            text = f"{case.control} has no finding on {case.asset!r}"
            yield Outcome(case=case, assessment=assessment, problem=text)
            continue
        yield Outcome(
            case=case,
            finding=finding,
            assessment=assessment,
            reason=assessment.detail(finding).reason,
        )


def _stem(item: Policy) -> str:
    return PurePosixPath(item.path).stem


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Represents what the cases show of one control: how many of each status."""

    edition: str
    control: str
    counts: Mapping[Status, int]

    @property
    def missing(self) -> tuple[Status, ...]:
        """What no case shows, and one must."""
        return tuple(status for status in DEMANDED if not self.counts.get(status))


def coverage(cases: Iterable[Case], policies: Iterable[Policy]) -> list[Coverage]:
    """Return what the cases show of every control of `policies`."""
    counts: dict[tuple[str, str], Counter[Status]] = {}
    for case in cases:
        counts.setdefault((case.edition, case.control), Counter())[case.status] += 1
    return [
        Coverage(
            edition=_stem(item),
            control=control.id,
            counts=counts.get((_stem(item), control.id), Counter()),
        )
        for item in policies
        for control in item.controls
    ]
