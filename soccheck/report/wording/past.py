"""What the history says of a report, in words: since when a finding fails, and a month's figure."""

from __future__ import annotations

from datetime import date

from soccheck.i18n import Language
from soccheck.model import Finding, Status
from soccheck.report.report import FailingSince, Report


def known(report: Report, finding: Finding) -> FailingSince | None:
    """Return since when a finding fails that fails now, or failed when it was seen last."""
    found = report.since.get((finding.control.id, finding.asset.id))
    unseen = found is not None and finding.result is Status.UNKNOWN and found.unseen is not None
    return found if finding.result is Status.FAIL or unseen else None


def since(report: Report, finding: Finding, language: Language) -> date | str | None:
    """Return the day since which a finding fails, in words where that is not all there is to say."""
    found = known(report, finding)
    if found is None or (not found.at_least and found.unseen is None):
        return found.day if found is not None else None
    day = language.date(found.day)
    said = language("on or before {day}").format(day=day) if found.at_least else day
    if found.unseen is None:
        return said
    unseen = language("unseen since {day}").format(day=language.date(found.unseen))
    return f"{said}, {unseen}"


def told(report: Report, finding: Finding, language: Language) -> str:
    """Return since when a finding fails, within a sentence; nothing where it is not known."""
    found = since(report, finding, language)
    if found is None:
        return ""
    day = language.date(found) if isinstance(found, date) else found
    return language("since {day}").format(day=day)


def month(first: date) -> str:
    """Return a month as readers write it: 09/2026."""
    return f"{first:%m/%Y}"
