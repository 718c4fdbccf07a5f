"""What one machine's silence leaves unknown: told once, and not under every control."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from soccheck.assess.answers import SILENT
from soccheck.assess.assessment import Assessment
from soccheck.i18n import Language
from soccheck.model import Asset, Finding, Status
from soccheck.phrase import Phrase
from soccheck.report.wording.reasons import told


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Represents a machine that gave no answer: why, as a problem and in words, and what is unknown of it."""

    asset: Asset
    problem: str
    detail: Phrase | str
    findings: Sequence[Finding]


def apart(
    assessment: Assessment, findings: Iterable[Finding]
) -> tuple[list[Silence], list[Finding]]:
    """Return the machines whose silence leaves findings unknown, and all other findings."""
    silent = {
        asset
        for asset, facts in assessment.world.gathered.items()
        if any(answer.problem in SILENT for answers in facts.values() for answer in answers)
    }
    unknown: dict[str, list[Finding]] = {}
    others: list[Finding] = []
    for finding in findings:
        asked = finding.status is Status.UNKNOWN and finding.asset.id in silent
        if asked and assessment.detail(finding).reason in SILENT:
            unknown.setdefault(finding.asset.id, []).append(finding)
        else:
            others.append(finding)
    silences = []
    for found in unknown.values():
        detail = assessment.detail(found[0])
        silences.append(
            Silence(
                asset=found[0].asset, problem=detail.reason, detail=detail.extra, findings=found
            )
        )
    return silences, others


def line(silence: Silence, language: Language) -> str:
    """Return why a machine gave no answer, and what is unknown for it, on one line."""
    controls = ", ".join(finding.control.id for finding in silence.findings)
    why = told(silence.problem, silence.detail, language)
    count = len(silence.findings)
    unknown = language.plural(
        "{n} finding is unknown for it", "{n} findings are unknown for it", count
    )
    return f"{why}; {unknown}: {controls}"
