"""What was met in the period before, in the figures this report prints."""

from __future__ import annotations

from collections.abc import Collection

from soccheck.assess.tally import of_known
from soccheck.compare.former import FormerFinding
from soccheck.i18n import Language
from soccheck.model import Policy, Status
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


def told(report: Report, figure: tuple[int, int], policy: Policy, language: Language) -> str:
    """Return a policy's figure then, with its share, and how much of it nobody knew then."""
    controls = policy.headline.controls
    said = language("before: {figures} ({share})").format(
        figures=f"{language.number(figure[0])}/{language.number(figure[1])}",
        share=language.share(*share(report, figure, controls)),
    )
    found = report.previous.findings.items() if report.previous is not None else ()
    lacking = sum(one.status is Status.UNKNOWN for (name, _), one in found if name in controls)
    if not lacking:
        return said
    return f"{said}, {language.plural('{n} unknown', '{n} unknown', lacking)}"


def share(report: Report, figure: tuple[int, int], controls: Collection[str]) -> tuple[int, int]:
    """Return a figure of which a share can be told: of nothing where all was unknown then.

    Nor is 0 of anything told as a share where some of it was unknown: nobody knew that nothing is met.
    """
    found = report.previous.findings.items() if report.previous is not None else ()
    statuses = [one.status for (name, _), one in found if name in controls]
    if not figure[0] and Status.UNKNOWN in statuses:
        return (0, 0)
    return of_known(*figure, statuses) if statuses else figure
