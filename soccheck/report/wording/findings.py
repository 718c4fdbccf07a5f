"""What reports say of findings: which need attention, and why each has its result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from soccheck.assess.assessment import Assessment
from soccheck.assess.detail import MOST_SHOWN, Detail
from soccheck.assess.lacking import Lacking
from soccheck.i18n import Language
from soccheck.model import Control, Finding, Inventory, Policy, Severity, Status
from soccheck.report.wording import answers, reasons, to_write, words

_MOST_WRITTEN = 160
"""Characters of YAML that a report prints for a finding; more of it `explain` prints."""

_TROUBLE = (Status.FAIL, Status.UNKNOWN, Status.WAIVED, Status.GRACE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Represents a control with findings that need attention, and those findings."""

    control: Control
    policy: Policy
    findings: Sequence[Finding]
    more: int
    counts: Mapping[Status, int]


def troubles(assessment: Assessment, limit: int) -> list[Trouble]:
    """Return the controls with findings that are not met, the worst first, `limit` rows each."""
    return grouped(assessment.findings, limit)


def grouped(findings_: Iterable[Finding], limit: int) -> list[Trouble]:
    """Return findings by control, the worst first, `limit` rows each."""
    found: dict[str, list[Finding]] = {}
    for finding in findings_:
        if finding.status in _TROUBLE:
            found.setdefault(finding.control.id, []).append(finding)
    troubles = []
    for findings in found.values():
        findings.sort(key=lambda finding: _TROUBLE.index(finding.status))
        shown = findings[:limit] if limit else findings
        first = findings[0]
        troubles.append(
            Trouble(
                control=first.control,
                policy=first.policy,
                findings=shown,
                more=len(findings) - len(shown),
                counts=Counter(finding.status for finding in findings),
            )
        )
    order = list(Severity)
    return sorted(
        troubles,
        key=lambda t: (_TROUBLE.index(t.findings[0].status), order.index(t.control.severity)),
    )


def trouble_line(trouble: Trouble, language: Language) -> str:
    """Return how many of a control's findings are of which status."""
    counts = trouble.counts
    parts = [
        language.plural("{n} failing", "{n} failing", counts.get(Status.FAIL, 0)),
        language.plural("{n} unknown", "{n} unknown", counts.get(Status.UNKNOWN, 0)),
        language.plural("{n} waived", "{n} waived", counts.get(Status.WAIVED, 0)),
        language.plural("{n} in time", "{n} in time", counts.get(Status.GRACE, 0)),
    ]
    return ", ".join(part for part in parts if not part.startswith("0 "))


def severity(item: Severity, language: Language) -> str:
    """Return a severity as a word."""
    return {
        Severity.CRITICAL: language("critical"),
        Severity.HIGH: language("high"),
        Severity.MEDIUM: language("medium"),
        Severity.LOW: language("low"),
    }[item]


def why_and_what_to_write(
    finding: Finding, assessment: Assessment, language: Language
) -> list[tuple[str, str]]:
    """Return the reasons for a finding; of an unknown one with what to write, where that is short."""
    (text, where), *others = why(
        finding, assessment.detail(finding), language, assessment.inventory
    ) or [("", "")]
    lacks = assessment.lacking(finding)
    if lacks:
        written = to_write.short(lacks)
        if len(written) > _MOST_WRITTEN:
            about = f"{finding.control.id} {finding.asset.id}"
            written = f"soccheck explain {assessment.inventory.folder} {about}"
            text += "; " + language("what to write: `{command}`").format(command=written)
        else:
            files = to_write.files(lacks)
            text += "; " + _told_to_write(lacks, files, where, language).format(
                yaml=written, files=", ".join(files)
            )
    return [(text, where), *others] if text else others


def _told_to_write(
    lacks: Sequence[Lacking], files: Sequence[str], where: str, language: Language
) -> str:
    """Return the sentence that tells what to write; a later day of the whole is told with what it says."""
    elsewhere = files and files != [where.partition(":")[0]]
    if to_write.is_of_a_later_day(lacks):
        if elsewhere:
            return language(
                "look again at all that the inventory states, then write “{yaml}” in {files}"
            )
        return language("look again at all that the inventory states, then write “{yaml}”")
    return language("write “{yaml}” in {files}") if elsewhere else language("write “{yaml}”")


def why(
    finding: Finding, detail: Detail, language: Language, known: Inventory | None = None
) -> list[tuple[str, str]]:
    """Return the reasons for a finding: a statement, and where it can be checked, each once.

    A report for readers hands in what is `known`: it is then called by its name, not by its id.
    """
    lines: list[tuple[str, str]] = []
    if detail.reason:
        first = next((item for item in detail.observed if item.met is None), None)
        where = str(first.where() if first else finding.asset.at)
        lines.append((reasons.reason(detail, language), where))
    else:
        judged = {(item.asset.id, item.fact) for item in detail.observed if not item.context}
        for item in detail.observed:
            if item.context and (item.asset.id, item.fact) in judged:
                continue  # it is said below, with what was expected
            text = words.observation(item, language, known)
            if item.asset is not finding.asset:
                by_id = known is None or language.code == "en"
                name = item.asset.id if by_id else words.name_of(item.asset, language)
                text = f"{name}: {text}"
            wanted = words.wanted(finding, item, language)
            if wanted:
                text += "; " + language("expected {what}").format(what=wanted.removeprefix("= "))
            lines.append((text, words.origin(item, language)))
            if item.met is not True:
                lines += [
                    (words.clean(language.say(line)), "") for line in item.shown()[:MOST_SHOWN]
                ]
            if problem := reasons.passed_over(item, language):
                lines.append((problem, ""))
    if finding.excuse is not None:
        lines.append((words.excuse(finding, language), ""))
    lines += [
        (
            language("{basis} says {value}").format(
                basis=words.basis(other.basis, language), value=words.value(other.value, language)
            ),
            answers.told(other.origin, language),
        )
        for other in detail.drift
    ]
    return list(dict.fromkeys(lines))
