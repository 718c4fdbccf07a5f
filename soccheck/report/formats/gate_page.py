"""Page one of a change: what the gate says, what is new and not accepted, what left the scope."""

from __future__ import annotations

from soccheck.compare.changes import JUDGED, State
from soccheck.compare.gate import GateResult
from soccheck.i18n import Language
from soccheck.report import pages
from soccheck.report.columns import columns, table, wrapped
from soccheck.report.overview import grounds_of, severest_first
from soccheck.report.report import Layout, Report
from soccheck.report.wording import changes, notes, one_line, page_one, policies, words
from soccheck.report.wording.sections import Section

WORST = 3
"""Findings that are shown unless more are asked for."""

_COLOURS = {0: "32", 1: "31;1", 3: "33;1"}


def parts(
    report: Report, result: GateResult, language: Language, layout: Layout
) -> list[pages.PageBlock]:
    """Return the parts of the page."""
    assessment, comparison, width = report.assessment, result.comparison, layout.width
    judgement = wrapped(changes.judgement(result, language), width)
    if layout.color:
        # What nobody compared is no good news.
        colour = _COLOURS[3 if comparison.same and not result.code else result.code]
        judgement = "\n".join(f"\033[{colour}m{line}\033[0m" for line in judgement.splitlines())
    said = [
        _against(report, result, language),
        *_evidence(report, language),
        *changes.notes(comparison, language),
        *notes.first(assessment, language),
        *policies.notes(report, language),
    ]
    found = [
        pages.fixed(judgement),
        *(pages.fixed(wrapped(text, width)) for text in said),
        pages.gap(),
        *_counted(result, language, width),
        pages.gap(),
        *_new(report, result, language, layout),
    ]

    def more(n: int) -> str:
        return language.plural("… and {n} more", "… and {n} more", n)

    lists = (
        (language("Scope changes:"), [text for text, _ in changes.scope(result, language)]),
        (language("Resolved:"), changes.resolved(comparison, language)),
    )
    found += [pages.listed(lead, items, more) for lead, items in lists if items]
    older = changes.older(result, assessment, language)
    found += [pages.gap(), *([pages.fixed(wrapped(older, width, "  "))] if older else [])]
    found.append(pages.listed(language("Next:"), [language("add --details")], more))
    return found


def _against(report: Report, result: GateResult, language: Language) -> str:
    """Return whose change it is, of when, and what it is compared with."""
    assessment = report.assessment
    return " · ".join(
        [
            words.name_of(assessment.inventory.authority, language),
            language("as of {day}").format(day=language.date(assessment.as_of)),
            changes.against(result.comparison, language),
        ]
    )


def _evidence(report: Report, language: Language) -> list[str]:
    """Return what the figures stand on, where machines were asked."""
    assessment = report.assessment
    if assessment.bundle is None:
        return []
    return [page_one.grounds(grounds_of(assessment), assessment.as_of, language)]


def _counted(result: GateResult, language: Language, width: int) -> list[pages.PageBlock]:
    """Return how many findings of which status are new, worse, resolved, unchanged or gone, none left out."""
    section = changes.counted(result.comparison, language)
    counts = result.comparison.counts
    kept = [
        row
        for status, row in zip(JUDGED, section.rows, strict=True)
        if any(counts.get((state, status)) for state in State)
    ]
    shown = Section(title="", header=section.header, rows=kept, numbers=section.numbers)
    return [pages.fixed(table(shown, width, ruled=False))] if kept else []


def _new(
    report: Report, result: GateResult, language: Language, layout: Layout
) -> list[pages.PageBlock]:
    """Return the worst that is new or not accepted, a row each."""
    found = severest_first(result.findings, report.assessment)
    limit = layout.rows(WORST)
    shown = found[:limit] if limit else found
    if not shown:
        return []
    lines = []
    for finding in shown:
        before = f"{words.status(finding.status, language)} · {finding.control.id} · "

        def fits(line: str, before: str = before) -> bool:
            return columns(before + line) <= layout.width

        line = before + page_one.worst(finding, report, language, fits)
        at = one_line.spot(report, finding)
        lines.append(f"{wrapped(line, layout.width, '  ')}\n  {at.path}:{at.line}:{at.column}")
    spare = layout.limit is None
    return [
        pages.fixed(_title(len(found), len(shown), language)),
        *(pages.fixed(line, spare=spare and at > 0) for at, line in enumerate(lines)),
    ]


def _title(found: int, shown: int, language: Language) -> str:
    """Return what stands above findings that stop a change, and how many there are where not all follow."""
    if found == shown:
        return language("New, or not accepted:")
    text = language("New, or not accepted, the first of {n}:")
    return text.format(n=language.number(found))
