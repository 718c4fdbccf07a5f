"""Page one on a terminal: the verdict, a row a subject, the worst, who must act, and what to type next."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from soccheck.compare.changes import compare
from soccheck.i18n import Language
from soccheck.report import pages
from soccheck.report.columns import columns, table, wrapped
from soccheck.report.overview import Overview, overview
from soccheck.report.report import Layout, Report
from soccheck.report.wording import notes, page_one, policies

_WORST = 5
"""Failing findings that are shown unless more are asked for."""

_COLOURS = {0: "32", 1: "31;1", 3: "33;1"}


def render(report: Report, language: Language, layout: Layout) -> Iterator[str]:
    """Yield page one; of a change that was judged, what the gate says of it.

    It shows fewer of the worst where the page would not hold them, unless a number was asked for.
    """
    if report.gate is not None:
        from soccheck.report.formats import gate_page

        parts = gate_page.parts(report, report.gate, language, layout)
    else:
        parts = _parts(seen(report), report, language, layout)
    yield pages.filled(parts, layout.width) + "\n"


def seen(report: Report) -> Overview:
    """Return page one as values, with what changed where the side before is known."""
    if report.previous is None:
        return overview(report.assessment)
    return overview(report.assessment, compare(report.assessment, report.previous))


def _parts(
    found: Overview, report: Report, language: Language, layout: Layout
) -> list[pages.PageBlock]:
    assessment, width = report.assessment, layout.width
    head = wrapped(page_one.verdict(found, assessment, language), width)
    if layout.color:
        word = page_one.verdict_word(found, language)
        head = head.replace(word, f"\033[{_COLOURS[found.code]}m{word}\033[0m", 1)
    grounds = (
        page_one.grounds(found.grounds, assessment.as_of, language),
        *page_one.sample(assessment, language),
    )
    change = [page_one.change(found.change, language)] if found.change is not None else []
    said = [*change, " ".join(grounds), *notes.first(assessment, language)]
    said += policies.notes(report, language)
    rows = pages.fixed(table(page_one.rows(found, language), width, ruled=False))
    return [
        pages.fixed(head),
        *(pages.fixed(wrapped(text, width)) for text in said),
        pages.gap(),
        *([rows, pages.gap()] if found.subjects else []),
        *_worst(found, report, language, layout),
        *_lists(found, report, language),
        pages.gap(),
        _next(report, language),
    ]


def _lists(found: Overview, report: Report, language: Language) -> list[pages.PageBlock]:
    """Return the lists that take as much room as there is."""
    assessment = report.assessment
    lists = (
        (
            language("Who must act (failing+unknown, nearest day):"),
            [page_one.duty(item, language) for item in found.duties],
        ),
        (
            language("Due next:"),
            [page_one.due(item, assessment, language) for item in found.dues],
        ),
        (
            language("Why unknown:"),
            page_one.unknowns(found, language),
        ),
    )
    more = _more(language)
    return [pages.listed(lead, items, more) for lead, items in lists if items]


def _more(language: Language) -> Callable[[int], str]:
    return lambda n: language.plural("… and {n} more", "… and {n} more", n)


def _worst(
    found: Overview, report: Report, language: Language, layout: Layout
) -> list[pages.PageBlock]:
    """Return the worst that fail, a row each; the first in any case."""
    limit = layout.rows(_WORST)
    shown = found.worst[:limit] if limit else found.worst
    if not shown:
        return []

    def fits(line: str) -> bool:
        return columns(line) <= layout.width

    lines = [wrapped(page_one.worst(f, report, language, fits), layout.width, "  ") for f in shown]
    spare = layout.limit is None
    return [pages.fixed(line, spare=spare and at > 0) for at, line in enumerate(lines)]


def _next(report: Report, language: Language) -> pages.PageBlock:
    """Return what to type next, as much as there is room for: the long form, the list of a unit's tasks."""
    remarks = len(notes.on_figures(report.assessment, language))
    details = language("add --details")
    if remarks:
        details += " " + language.plural("(with {n} remark)", "(with {n} remarks)", remarks)
    folder = report.assessment.inventory.folder
    return pages.listed(language("Next:"), [details, page_one.worklist(folder)], lambda _: "")
