"""The side compared with as a stored baseline or a former JSON result has it: written, and read back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

from soccheck.assess.assessment import Assessment
from soccheck.compare import scope_document, unmet_document
from soccheck.compare.former import Former, FormerFinding, Key, achieved, better
from soccheck.compare.scope import scope_of
from soccheck.compare.unmet import unmet
from soccheck.errors import InputError, quoted
from soccheck.facts import values
from soccheck.model import Basis, Problem, Status
from soccheck.phrase import phrase
from soccheck.sources import recognise, schema
from soccheck.sources.files import Fault
from soccheck.sources.source import Source

VERSION = 7
_OPEN_TOLD = 7
"""The first version that tells what is not known beside what fails."""
_MAKE = phrase("make one with `soccheck audit INVENTORY --report baseline=FILE`")
_EXCUSED = (Status.WAIVED, Status.GRACE)


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
        basis = better(assessment.basis(finding))
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
    if form != name and (kind := schema.kind_of(data)) is not None:
        raise InputError([Problem(shown, schema.CALLED[kind], recognise.BEHIND[kind])])
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
        known = recognise.told(raw) or (phrase("not JSON: {error}", error=quoted(error)), _MAKE)
        raise InputError([Problem(shown, *known)]) from error
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
            basis=better(Basis(item["basis"]) if item["basis"] is not None else None),
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
                basis=better(Basis(bases[asset]) if asset in bases else None),
                unmet=partial(unmet_document.read, fails.get(asset, ()))
                if fails is not None
                else None,
                open_told=version >= _OPEN_TOLD,
            )
    return found
