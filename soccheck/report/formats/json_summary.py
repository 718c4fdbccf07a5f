"""What page one shows, for programs: totals, subjects, the worst, who must act, what falls due, causes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from soccheck.assess.assessment import Assessment
from soccheck.model import Asset, Finding, Severity, Status
from soccheck.report.overview import Grounds, SubjectRow, overview
from soccheck.report.sheets.figures import findings_by_level, findings_by_unit, unit_statuses

_WORST = 5


def document(assessment: Assessment) -> dict[str, Any]:
    """Return the summary; ids and codes only, every count of findings that stand in the document."""
    seen = overview(assessment)
    return {
        "statuses": statuses(seen.statuses),
        "severities": {item.value: seen.severities.get(item, 0) for item in Severity},
        "lacking": [asset.id for asset in seen.lacking],
        "grounds": _grounds(seen.grounds),
        "subjects": [_subject(row) for row in seen.subjects],
        "worst": [
            {"control": f.control.id, "asset": f.asset.id, "severity": f.control.severity.value}
            for f in seen.worst[:_WORST]
        ],
        "duties": [
            {
                "asset": duty.unit.id,
                "failing": duty.statuses.get(Status.FAIL, 0),
                "unknown": duty.statuses.get(Status.UNKNOWN, 0),
                "severity": duty.severity.value if duty.severity is not None else None,
                "nearest": _day(duty.nearest),
            }
            for duty in seen.duties
        ],
        "dues": [
            {
                "day": due.day.isoformat(),
                "kind": due.kind.value,
                "about": due.about,
                "assets": [asset.id for asset in due.assets],
            }
            for due in seen.dues
        ],
        "unknowns": [
            {
                "cause": item.cause.value,
                "count": item.count,
                "assets": [asset.id for asset in item.assets],
                "about": dict(item.about),
            }
            for item in seen.unknowns
        ],
        "organizations": _organizations(assessment),
        "levels": _levels(assessment),
    }


def statuses(counts: Mapping[Status, int]) -> dict[str, int]:
    """Return how many findings have each status, those there are none of too."""
    return {status.value: counts.get(status, 0) for status in Status}


def _counted(found: Iterable[Finding]) -> dict[str, int]:
    return statuses(Counter(finding.status for finding in found))


def _subject(row: SubjectRow) -> dict[str, Any]:
    return {
        "policy": row.policy.id,
        "passed": row.tally.passed,
        "total": row.tally.total,
        "statuses": statuses(row.statuses),
        "others": row.others,
        "lacking": [asset.id for asset in row.lacking],
    }


def _grounds(item: Grounds) -> dict[str, Any]:
    return {
        "stated": item.stated.isoformat(),
        "machines": item.machines,
        "answered": item.answered,
        "newest": _day(item.day),
        "oldest": _day(item.oldest),
        "signed": item.bundle is not None and item.bundle.signer is not None,
    }


def _organizations(assessment: Assessment) -> list[dict[str, Any]]:
    """Return the findings of each unit, and its part of each headline; what no unit answers for last."""
    found = []
    for unit, items in findings_by_unit(assessment):
        headlines = {}
        for policy in assessment.policies:
            parts = unit_statuses(unit, policy, assessment)
            if parts and policy.headline.asset != "authority":
                headlines[policy.id] = _share(parts)
        id_ = unit.id if unit.kind == "organization" else None
        found.append({"id": id_, "statuses": _counted(items), "headlines": headlines})
    return found


def _levels(assessment: Assessment) -> list[dict[str, Any]]:
    """Return the findings on the systems of each level and what belongs to them; they may overlap."""
    return [
        {
            "level": level,
            "systems": len(systems),
            "statuses": _counted(items),
            "headlines": _of_systems(systems, assessment),
        }
        for level, systems, items in findings_by_level(assessment)
    ]


def _of_systems(systems: Iterable[Asset], assessment: Assessment) -> dict[str, Any]:
    ids = {asset.id for asset in systems}
    return {
        policy.id: _share(
            [s for asset, s in assessment.headline(policy).members if asset.id in ids]
        )
        for policy in assessment.policies
        if policy.headline.asset == "system"
    }


def _share(parts: list[Status]) -> dict[str, int]:
    return {"passed": parts.count(Status.PASS), "total": len(parts)}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
