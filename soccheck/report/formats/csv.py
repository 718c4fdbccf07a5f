"""Every finding as a row of CSV (RFC 4180); a cell that a spreadsheet would run is defused (CWE-1236)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from soccheck.assess.assessment import Assessment
from soccheck.facts.figures import half_up
from soccheck.i18n import PLACES, Language
from soccheck.model import Figure, Finding, Score
from soccheck.report.report import Layout, Report
from soccheck.report.wording import csv_words, findings, past, words
from soccheck.report.wording.csv_words import Worded

_COLUMNS = (
    *("policy", "version", "control", "title", "kind", "asset", "name", "organization", "level"),
    *("status", "result", "severity", "reason", "why", "where", "basis"),
    *("passed", "total", "share", "points", "maximum", "remediation", "reference", "as_of"),
    *(
        "failing_since",
        "since_at_least",
        "history_run",
        "history_chain",
        "period_from",
        "period_to",
        "evidence_oldest",
        "evidence_signer",
    ),
)
_FORMULA = frozenset("=+-@\t\r＝＋－＠")


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in _FORMULA else cell


def _points(points: Fraction) -> str:
    """Return points to the decimals reports print, with a point in every language: 0.4118."""
    return str(Figure(number=half_up(points, PLACES), places=PLACES))


def render(report: Report, language: Language, layout: Layout) -> Iterator[str]:
    """Yield all findings; beside the code of a status, a kind and the like stands its word."""
    texts = {
        control.id: (
            language.text(control.title),
            language.text(control.remediation),
            words.references(control.references, language),
        )
        for policy in report.assessment.policies
        for control in policy.controls
    }
    kept = report.kept
    run = [str(kept.run), kept.chain] if kept is not None else ["", ""]
    period = [day.isoformat() for day in report.period or ()] or ["", ""]
    bundle = report.assessment.bundle
    about = ["", ""]
    if bundle is not None:
        about = [bundle.oldest.isoformat(), bundle.signer or language("no signature checked")]
    worded = {
        "kind": csv_words.kinds(language),
        "organization": csv_words.units(report.assessment.inventory, language),
        "status": csv_words.statuses(language),
        "result": csv_words.statuses(language),
        "severity": csv_words.severities(language),
        "basis": csv_words.bases(language),
    }
    return rows(
        _COLUMNS,
        (
            [
                *_cells(finding, report.assessment, texts[finding.control.id], language),
                *_since(report, finding),
                *run,
                *period,
                *about,
            ]
            for finding in report.assessment.findings
        ),
        worded,
        language,
    )


def rows(
    columns: Sequence[str],
    records: Iterable[Sequence[object]],
    worded: Worded,
    language: Language,
) -> Iterator[str]:
    """Yield a header and records, row by row; the header is ours, and a formula nowhere."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\r\n")
    writer.writerow(csv_words.heads(columns, worded, language))
    for record in csv_words.cells(records, columns, worded):
        yield line.getvalue()
        line.seek(0)
        line.truncate()
        writer.writerow([safe(str(cell)) for cell in record])
    yield line.getvalue()


def _since(report: Report, finding: Finding) -> list[str]:
    """Return since when a finding fails, and whether it may have failed before; empty where not known."""
    since = past.known(report, finding)
    return [since.day.isoformat(), str(since.at_least).lower()] if since is not None else ["", ""]


def _cells(
    finding: Finding, assessment: Assessment, texts: tuple[str, str, str], language: Language
) -> list[object]:
    """Return a finding's row; `texts` are its control's title, remediation and references."""
    title, remediation, references = texts
    policy, control, asset = finding.policy, finding.control, finding.asset
    detail = assessment.detail(finding)
    why = findings.why(finding, detail, language)
    counted, score = finding.counted, control.require
    passed, total = counted if isinstance(counted, tuple) else ("", "")
    points = assessment.points(finding)
    return [
        policy.id,
        policy.version,
        control.id,
        title,
        asset.kind,
        asset.id,
        words.name_of(asset, language),
        asset.facts.get("organization", ""),
        asset.facts.get("dossier.proposed_level", ""),
        finding.status.value,
        finding.result.value,
        control.severity.value,
        detail.reason,
        "; ".join(text for text, _ in why),
        "; ".join(dict.fromkeys(where for _, where in why if where)) or str(asset.at),
        detail.basis.value if detail.basis else "",
        passed,
        total,
        str(counted) if isinstance(counted, Figure) else "",
        "" if points is None else _points(points),
        _points(score.maximum) if isinstance(score, Score) else "",
        remediation,
        references,
        assessment.as_of.isoformat(),
    ]
