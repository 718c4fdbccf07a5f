"""Pictures of a page: how much is met, and how much nobody knows, as bars that words say as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from soccheck.assess.assessment import Assessment
from soccheck.assess.tally import of_known
from soccheck.i18n import Language
from soccheck.model import WORST_FIRST, Finding, Status
from soccheck.report import previous
from soccheck.report.overview import Overview, SubjectRow
from soccheck.report.report import Report
from soccheck.report.sheets.figures import findings_by_level, findings_by_unit
from soccheck.report.wording import sections, words

SHOWN = tuple(reversed(WORST_FIRST))
"""The parts of a bar from the left: what passes first, what fails last."""
WIDE = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BarPart:
    """Represents one part of a bar: its status, where it begins, and its width, of 100."""

    status: str
    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Represents a bar with what it says in words; without parts nothing was assessed.

    `whole` counts all findings on the subject, whatever its figure counts.
    """

    title: str
    figure: str
    share: str
    counts: str
    parts: tuple[BarPart, ...]
    whole: str = ""
    before: str = ""
    anchor: str = ""

    @property
    def said(self) -> str:
        """The bar in one sentence, for who cannot see it."""
        return ", ".join(part for part in (self.figure, self.share, self.counts) if part)


def parts(counts: Mapping[Status, int]) -> tuple[BarPart, ...]:
    """Return the parts of a bar; widths to three decimals."""
    total = sum(counts.get(status, 0) for status in SHOWN)
    found, x = [], 0.0
    for status in SHOWN:
        if counts.get(status, 0):
            width = WIDE * counts[status] / total
            found.append(BarPart(status=status.value, x=round(x, 3), width=round(width, 3)))
            x += width
    return tuple(found)


def counted(counts: Mapping[Status, int], language: Language) -> str:
    """Return how many of each status there are, those there are none of left out."""
    return ", ".join(
        f"{words.status(status, language)} {language.number(counts[status])}"
        for status in SHOWN
        if counts.get(status, 0)
    )


def headlines(seen: Overview, report: Report, language: Language) -> list[Bar]:
    """Return a bar for the headline of each policy."""
    return [_headline(subject, report, language) for subject in seen.subjects]


def _headline(subject: SubjectRow, report: Report, language: Language) -> Bar:
    policy, tally = subject.policy, subject.tally
    counts = Counter(status for _, status in tally.members)
    before = previous.headline(report, policy.id)
    text = previous.told(report, before, policy, language) if before is not None else ""
    return Bar(
        title=language.text(policy.title),
        figure=sections.result(tally, language.text(policy.headline.label), language),
        share=language.share(*tally.share),
        counts=counted(counts, language),
        parts=parts(counts),
        whole=language("All findings: {counts}").format(counts=counted(subject.statuses, language)),
        before=text,
        anchor=policy.id,
    )


def by_unit(assessment: Assessment, language: Language) -> list[Bar]:
    """Return a small bar for each unit, of the findings on what it answers for."""
    return [
        _of_findings(words.name_of(unit, language), found, language)
        for unit, found in findings_by_unit(assessment)
    ]


def by_level(assessment: Assessment, language: Language) -> list[Bar]:
    """Return a small bar for each level, of the findings on its systems and what belongs to them."""
    return [
        _of_findings(
            language("no level stated")
            if level is None
            else language("Level {level}").format(level=level),
            found,
            language,
        )
        for level, _, found in findings_by_level(assessment)
    ]


def _of_findings(title: str, found: Iterable[Finding], language: Language) -> Bar:
    counts: Counter[Status] = Counter(finding.status for finding in found)
    del counts[Status.NOT_APPLICABLE]
    total, passed = sum(counts.values()), counts.get(Status.PASS, 0)
    return Bar(
        title=title,
        figure=f"{language.number(passed)}/{language.number(total)}" if total else "–",
        share=language.share(*of_known(passed, total, counts)),
        counts=counted(counts, language) or language("nothing assessed"),
        parts=parts(counts),
    )
