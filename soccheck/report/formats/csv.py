"""Every finding as a row of CSV (RFC 4180); a cell that a spreadsheet would run is defused (CWE-1236)."""

from __future__ import annotations

import csv
import io
from fractions import Fraction

from soccheck.assess.assessment import Assessment
from soccheck.facts.figures import half_up
from soccheck.i18n import PLACES, Language
from soccheck.model import Figure, Score
from soccheck.report.wording import sections, words

_COLUMNS = (
    *("policy", "version", "control", "title", "kind", "asset", "name", "organization", "level"),
    *(
        "status",
        "result",
        "severity",
        "reason",
        "why",
        "where",
        "basis",
        "passed",
        "total",
        "share",
    ),
    *("points", "maximum"),
    *("remediation", "reference", "as_of"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _points(points: Fraction) -> str:
    """Return points to the decimals reports print, with a point in every language: 0.4118."""
    return str(Figure(number=half_up(points, PLACES), places=PLACES))


def render(
    assessment: Assessment, language: Language, *, width: int, color: bool, limit: int
) -> str:
    """Return all findings; the header is English and stable, whatever the language."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for finding in assessment.findings:
        policy, control, asset = finding.policy, finding.control, finding.asset
        detail = assessment.detail(finding)
        why = sections.why(assessment, finding, language)
        counted, score = finding.counted, control.require
        passed, total = counted if isinstance(counted, tuple) else ("", "")
        points = assessment.points(finding)
        row = (
            policy.id,
            policy.version,
            control.id,
            language.text(control.title),
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
            language.text(control.remediation),
            words.references(control.references, language),
            assessment.as_of.isoformat(),
        )
        writer.writerow([safe(str(cell)) for cell in row])
    return out.getvalue()
