"""What was met in the period before, in the figures this report prints."""

from __future__ import annotations

from collections.abc import Collection

from soccheck.assess.tally import of_known
from soccheck.compare.former import FormerFinding
from soccheck.model import Status
from soccheck.report.report import Report


def headline(report: Report, policy: str) -> tuple[int, int] | None:
    """Return passed and total of a policy's headline then; nothing where the former result does not tell."""
    return report.previous.headlines.get(policy) if report.previous is not None else None


def controls(report: Report) -> dict[str, tuple[int, int]]:
    """Return passed and total of each control then; one that counted other things than assets is not told."""
    by_control: dict[str, list[FormerFinding]] = {}
    for (name, _), finding in report.previous.findings.items() if report.previous else ():
        if finding.status is not Status.NOT_APPLICABLE:
            by_control.setdefault(name, []).append(finding)
    return {
        name: (sum(f.status is Status.PASS for f in found), len(found))
        for name, found in by_control.items()
        if not any(f.total is not None or f.achieved is not None for f in found)
    }


def share(report: Report, figure: tuple[int, int], controls: Collection[str]) -> tuple[int, int]:
    """Return a figure of which a share can be told: of nothing where all was unknown then."""
    found = report.previous.findings.items() if report.previous is not None else ()
    statuses = [one.status for (name, _), one in found if name in controls]
    return of_known(*figure, statuses) if statuses else figure
