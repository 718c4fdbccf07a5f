"""What formats of one line a finding share: its message, its place, and a fingerprint that lasts."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from soccheck.i18n import Language
from soccheck.model import Finding, Location, Severity, Status
from soccheck.report.report import Report
from soccheck.report.wording import changes, evidence, findings, words


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelinePlace:
    """Represents a place as pipelines want it: from the top of the repository, line and column from 1."""

    path: str
    line: int
    column: int


def silence(report: Report, language: Language) -> str:
    """Return what is said where there is no finding to name; of a change, what the gate says of it."""
    said = language("soccheck: nothing to say of this change")
    if report.gate is not None:
        said = f"soccheck: {changes.judgement(report.gate, language)}"
    return " ".join([said, *evidence.of(report.assessment, language)])


def place(report: Report, where: Location) -> PipelinePlace:
    """Return a location as a pipeline can show it."""
    return PipelinePlace(
        path=report.place(where.path), line=max(where.line, 1), column=max(where.column, 1)
    )


def quoted(path: str) -> str:
    """Return a path as a URI reference (RFC 3986, 3.3)."""
    return re.sub(
        rb"[^A-Za-z0-9._~/-]", lambda match: b"%%%02X" % match[0][0], path.encode()
    ).decode("ascii")


def spot(report: Report, finding: Finding) -> PipelinePlace:
    """Return the line of the inventory that makes a finding what it is, or where its asset stands."""
    for item in report.assessment.detail(finding).observed:
        if item.met is not True and not item.context and item.chosen.origin is None:
            return place(report, item.where())
    return place(report, finding.asset.at)


def message(report: Report, finding: Finding, language: Language) -> str:
    """Return a finding in one line: which asset, what was required, what was found."""
    detail = report.assessment.detail(finding)
    why = "; ".join(text for text, _ in findings.why(finding, detail, language))
    title = language.text(finding.control.title)
    status = words.status(finding.status, language)
    return f"{finding.asset.id}: {status}: {title}. {why}".rstrip(". ")


def fingerprint(finding: Finding) -> str:
    """Return what identifies a finding over time: its control and its asset, never a line."""
    return identity(finding.control.id, finding.asset.id)


def identity(control: str, asset: str) -> str:
    """Return the fingerprint of a control on an asset."""
    return hashlib.sha256(f"{control}\0{asset}".encode()).hexdigest()


def active(report: Report) -> list[Finding]:
    """Return the failing and unknown findings that need attention, the worst first.

    Where the gate judged a change these are the new ones and those that stop it.
    """
    wanted = (Status.FAIL, Status.UNKNOWN)
    found = report.assessment.findings if report.gate is None else report.gate.findings
    order = list(Severity)
    return sorted(
        (finding for finding in found if finding.status in wanted),
        key=lambda f: (wanted.index(f.status), order.index(f.control.severity)),
    )


def scope(report: Report, language: Language) -> list[tuple[PipelinePlace, str]]:
    """Return the scope changes, each with the line to show it at; a place that is gone is line 1."""
    if report.gate is None:
        return []
    lines = []
    for change in report.gate.comparison.scope:
        at = change.at or report.assessment.inventory.authority.at
        if change.former:
            at = Location(path=at.path, line=1, column=1)
        lines.append((place(report, at), changes.scoped(change, language)))
    return lines
