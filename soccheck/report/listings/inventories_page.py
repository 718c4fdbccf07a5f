"""Page one of two inventories beside each other: what rose and fell, what is new, who must act."""

from __future__ import annotations

from collections.abc import Sequence

from soccheck.assess.assessment import Assessment
from soccheck.compare import former
from soccheck.compare.changes import Comparison, State
from soccheck.compare.changes import compare as changed
from soccheck.compare.inventories import Movement, Row
from soccheck.i18n import Language
from soccheck.model import Finding, Status
from soccheck.report import pages
from soccheck.report.columns import columns, table, wrapped
from soccheck.report.listings import inventories
from soccheck.report.overview import change_totals, overview, severest_first
from soccheck.report.report import Report
from soccheck.report.wording import page_one, words
from soccheck.report.wording.sections import Section

_WORST = 3


def page(
    before: Assessment, after: Assessment, rows: Sequence[Row], language: Language, width: int
) -> str:
    """Return the page: at most 24 lines, also where there is more to say."""
    comparison = changed(after, former.former(before, before.inventory.folder))
    same = _name(before, language) == _name(after, language)
    parts = _parts(before, after, rows, comparison if same else None, language, width)
    return pages.filled(parts, width) + "\n"


def _name(side: Assessment, language: Language) -> str:
    return words.name_of(side.inventory.authority, language)


def _parts(
    before: Assessment,
    after: Assessment,
    rows: Sequence[Row],
    comparison: Comparison | None,
    language: Language,
    width: int,
) -> list[pages.PageBlock]:
    seen = overview(after)

    def more(n: int) -> str:
        return language.plural("… and {n} more", "… and {n} more", n)

    said = [
        inventories.title(before, after, rows, language),
        *(page_one.verdict(overview(side), side, language) for side in (before, after)),
        *inventories.notes(before, after, language),
    ]
    found = [*(pages.fixed(wrapped(text, width)) for text in said), pages.gap()]
    headlines = _headlines(before, after, rows, language)
    if headlines.rows:
        found += [pages.fixed(table(headlines, width, ruled=False)), pages.gap()]
    if comparison is not None:
        told = page_one.change(change_totals(comparison), language)
        found.append(pages.fixed(wrapped(told, width, "  ")))
        found += _new(comparison, after, language, width)
    lists = (
        (language("Fell:"), _moved(rows, Movement.DOWN, language)),
        (language("Rose:"), _moved(rows, Movement.UP, language)),
        (
            language("Who must act (failing+unknown, nearest day):"),
            [page_one.duty(item, language) for item in seen.duties],
        ),
    )
    found += [pages.listed(lead, items, more) for lead, items in lists if items]
    following = [language("add --details"), page_one.worklist(after.inventory.folder)]
    found.append(pages.listed(language("Next:"), following, lambda _: ""))
    return found


def _headlines(
    before: Assessment, after: Assessment, rows: Sequence[Row], language: Language
) -> Section:
    """Return the headline of each subject on both sides."""
    titles = {
        policy.id: language.text(policy.short)
        for side in (before, after)
        for policy in side.policies
    }
    cells = [
        [
            titles[row.key],
            inventories.shown(row.before, language),
            inventories.shown(row.after, language),
            inventories.change(row, language),
        ]
        for row in rows
        if row.section == "headline"
    ]
    header = [
        language("Subject"),
        *inventories.sides(before, after, language),
        language("Change"),
    ]
    return Section(title="", header=header, rows=cells, numbers=frozenset({1, 2}))


def _new(
    comparison: Comparison, after: Assessment, language: Language, width: int
) -> list[pages.PageBlock]:
    """Return the worst that newly fails, a line each."""
    new: list[Finding] = [
        change.finding
        for change in comparison.of(State.NEW, Status.FAIL)
        if change.finding is not None
    ]

    def fits(line: str) -> bool:
        return columns(line) <= width

    report = Report(assessment=after)
    lines = [
        wrapped(page_one.worst(finding, report, language, fits), width, "  ")
        for finding in severest_first(new, after)[:_WORST]
    ]
    return [pages.fixed(line, spare=True) for line in lines]


def _moved(rows: Sequence[Row], movement: Movement, language: Language) -> list[str]:
    """Return the figures that moved beside the headlines, with both sides."""
    return [
        f"{inventories.called(row, language)} {inventories.shown(row.before, language)} → "
        f"{inventories.shown(row.after, language)}"
        for row in rows
        if row.movement is movement and row.section != "headline"
    ]
