"""The assessment as JSON, versioned and with a published schema (`soccheck schema assessment`).

The same inventory, policies, evidence and as-of day give the same bytes: no clock, no machine in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import Any

from soccheck import __version__
from soccheck.assess import beside
from soccheck.assess.assessment import Assessment
from soccheck.assess.detail import Observed
from soccheck.assess.tally import Tally
from soccheck.compare import scope_document
from soccheck.compare.scope import scope_of
from soccheck.facts.figures import half_up
from soccheck.i18n import PLACES, Language
from soccheck.model import (
    Asset,
    Control,
    Figure,
    Finding,
    Policy,
    PolicyFile,
    Score,
    Status,
    Value,
    Waiver,
)
from soccheck.report.formats import json_gate, json_summary
from soccheck.report.json_text import bundle_document, place, plain, written
from soccheck.report.report import Layout, Report

VERSION = 4


def render(report: Report, language: Language, layout: Layout) -> Iterator[str]:
    """Yield the whole assessment; its words are codes, whatever the language."""
    return written(document(report))


def document(report: Report) -> dict[str, Any]:
    """Return the report as the schema has it; its findings are made as they are asked for."""
    assessment = report.assessment
    inventory, bundle = assessment.inventory, assessment.bundle
    found: dict[str, Any] = {
        "soccheck": {"format": "assessment", "version": VERSION, "tool": __version__},
        "as_of": assessment.as_of.isoformat(),
        "exit_code": assessment.exit_code(),
        "inventory": {
            "folder": inventory.folder,
            "authority": _names(inventory.authority),
            "stated": inventory.stated.isoformat(),
            "digest": inventory.digest,
            "assets": {kind: len(assessment.world.assets(kind)) for kind in inventory.assets},
        },
    }
    if report.period is not None:
        first, last = report.period
        found["period"] = {"from": first.isoformat(), "to": last.isoformat()}
    if assessment.selection:
        found["narrowed"] = {k: list(v) for k, v in asdict(assessment.selection).items() if v}
    if bundle is not None:
        found["evidence"] = bundle_document(bundle)
    found["summary"] = json_summary.document(assessment)
    found["policies"] = [_policy(policy, report) for policy in assessment.policies]
    found["findings"] = (_finding(finding, assessment) for finding in assessment.findings)
    found["scope"] = scope_document.document(scope_of(assessment))
    if report.kept is not None:
        found["history"] = {"run": report.kept.run, "chain": report.kept.chain}
    if report.gate is not None:
        found["gate"] = json_gate.document(report.gate)
    return found


def _names(asset: Asset) -> dict[str, str]:
    names = {
        lang: str(asset.facts[f"name.{lang}"])
        for lang in ("vi", "en")
        if f"name.{lang}" in asset.facts
    }
    return names or {"en": asset.id}


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "passed": tally.passed,
        "total": tally.total,
        **({"unsized": tally.unsized} if tally.unsized else {}),
        "status": tally.status.value,
        "failing": tally.having(Status.FAIL),
        "unknown": tally.having(Status.UNKNOWN),
        "waived": tally.having(Status.WAIVED),
        "grace": tally.having(Status.GRACE),
        "basis": {basis.value: count for basis, count in tally.bases},
    }


def _among(policy: Policy, assessment: Assessment) -> dict[str, Any]:
    among = beside.among(assessment, policy)
    return {"among": {"passed": among[0], "total": among[1]}} if among is not None else {}


def _policy(policy: Policy, report: Report) -> dict[str, Any]:
    assessment = report.assessment
    headline = assessment.headline(policy)
    return {
        "id": policy.id,
        "version": policy.version,
        "title": dict(policy.title),
        "path": policy.path,
        "digest": policy.digest,
        "files": [_policy_file(file, report) for file in policy.files],
        "parameters": {name: plain(p.value) for name, p in policy.parameters.items()},
        "headline": {
            **_tally(headline),
            "asset": policy.headline.asset,
            "label": dict(policy.headline.label),
            "controls": list(policy.headline.controls),
            "lacking": [asset.id for asset in headline.lacking],
            **_among(policy, assessment),
            "beside": {
                control.id: [asset.id for asset in assets]
                for control, assets in beside.having(assessment, policy, Status.FAIL)
            },
            "members": {
                key: status.value
                for key, (_, status) in zip(headline.keys, headline.members, strict=True)
            },
        },
        "controls": [_control(control, assessment) for control in policy.controls],
    }


def _control(control: Control, assessment: Assessment) -> dict[str, Any]:
    return {
        "id": control.id,
        "title": dict(control.title),
        "asset": control.asset,
        "severity": control.severity.value,
        "references": [
            {k: v for k, v in asdict(item).items() if v is not None} for item in control.references
        ],
        "remediation": dict(control.remediation),
        "where": place(control.at),
        "tally": _tally(assessment.tally(assessment.of_control(control))),
    }


def _policy_file(file: PolicyFile, report: Report) -> dict[str, Any]:
    return {
        **asdict(file),
        "shipped": None if report.shipped is None else file.digest in report.shipped,
    }


def _finding(finding: Finding, assessment: Assessment) -> dict[str, Any]:
    detail = assessment.detail(finding)
    item: dict[str, Any] = {
        "policy": finding.policy.id,
        "control": finding.control.id,
        "kind": finding.asset.kind,
        "asset": finding.asset.id,
        "result": finding.result.value,
        "status": finding.status.value,
        "basis": detail.basis.value if detail.basis else None,
        "where": place(finding.asset.at),
        "observed": [_observed(seen, finding) for seen in detail.observed],
    }
    if detail.reason:
        extra = {"extra": str(detail.extra)} if detail.extra else {}
        item["reason"] = {"code": detail.reason, "about": detail.about, **extra}
    if isinstance(finding.counted, tuple):
        item["counted"] = {"passed": finding.counted[0], "total": finding.counted[1]}
    elif isinstance(finding.counted, Figure):
        item["counted"] = {"share": str(finding.counted)}
    points = assessment.points(finding)
    if points is not None and isinstance(finding.control.require, Score):
        maximum = finding.control.require.maximum
        item["score"] = {
            "points": str(points),
            "maximum": str(maximum),
            "lost": str(maximum - points),
            "decimal": {
                "points": _decimal(points),
                "lost": _decimal(maximum - half_up(points, PLACES)),
            },
        }
    if finding.excuse is not None:
        item["excuse"] = _excuse(finding.excuse)
    if detail.drift:
        item["drift"] = [
            {"basis": e.basis.value, "value": plain(e.value), "origin": str(e.origin)}
            for e in detail.drift
        ]
    return item


def _decimal(points: Fraction) -> str:
    """Return points as reports print them, with a point before the decimals: 0.4118."""
    return str(Figure(number=half_up(points, PLACES), places=PLACES))


def _excuse(excuse: Waiver | date) -> dict[str, Any]:
    """Return what accepts a failure: a waiver, or the day that the law's time to comply ends."""
    if isinstance(excuse, date):
        return {"grace": True, "until": excuse.isoformat()}
    return {
        "waiver": excuse.id,
        "until": excuse.expires.isoformat(),
        "approver": excuse.approver,
        "reason": excuse.reason,
        "where": place(excuse.at),
    }


def _observed(seen: Observed, finding: Finding) -> dict[str, Any]:
    chosen = seen.chosen
    item: dict[str, Any] = {"fact": seen.fact, "value": plain(chosen.value), "met": seen.met}
    if seen.asset is not finding.asset:
        item["asset"] = seen.asset.id
    if seen.context:
        item["context"] = True
    if seen.leaf is not None:
        item["expected"] = {
            "operator": "|".join(
                (*(["not"] if seen.negated else []), *seen.leaf.transforms, seen.leaf.operator)
            ),
            ("fact" if seen.leaf.other else "value"): plain(seen.leaf.value),
        }
    if chosen.basis is not None:
        item["basis"] = chosen.basis.value
        item["when"] = _day(chosen.when)
    if chosen.reason is not None:
        item["problem"] = chosen.reason
    if chosen.passed_over is not None:
        code, extra = chosen.passed_over
        item["passed_over"] = {"code": code, **({"extra": str(extra)} if extra else {})}
    if chosen.origin is not None:
        item["origin"] = str(chosen.origin)
    else:
        item["where"] = place(seen.where())
    if seen.shown():
        item["shown"] = list(map(str, seen.shown()))
    source = seen.source()
    if source is not None and source.document is not None:
        item["source"] = {"document": source.document, "place": source.place}
    if source is not None and source.illustrative:
        item["illustrative"] = True
    return item


def _day(when: Value | None) -> str | None:
    return when.isoformat() if isinstance(when, date) else None
