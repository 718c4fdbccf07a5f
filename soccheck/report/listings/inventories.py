"""What reports say of two inventories beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from soccheck import __version__
from soccheck.assess.assessment import Assessment
from soccheck.compare.inventories import Movement, Row, Side
from soccheck.i18n import Language
from soccheck.model import Figure
from soccheck.report.listings.listing import Listing
from soccheck.report.wording import words
from soccheck.report.wording.sections import Section

VERSION = 1
_ORDER = (Movement.UP, Movement.DOWN, Movement.SAME, Movement.NEW, Movement.GONE)


def listing(
    before: Assessment, after: Assessment, rows: Sequence[Row], language: Language
) -> Listing:
    """Return the comparison as tables and as a document."""
    columns = ("section", "key", "title", "before", "after", "change")
    return Listing(
        title=title(before, after, rows, language),
        notes=notes(before, after, language),
        blocks=[],
        sections=_sections(before, after, rows, language),
        columns=columns,
        records=[
            (
                row.section,
                row.key,
                called(row, language),
                plain(row.before),
                plain(row.after),
                row.movement.value,
            )
            for row in rows
        ],
        document=document(before, after, rows),
        worded={"change": {move.value: word(move, language) for move in Movement}},
    )


def title(before: Assessment, after: Assessment, rows: Sequence[Row], language: Language) -> str:
    """Return the two sides, and how many figures rose and fell."""
    names = [_side_name(side, language) for side in (before, after)]
    counts = {move: sum(1 for row in rows if row.movement is move) for move in Movement}
    said = [
        f"{language.number(counts[move])} {word(move, language)}" for move in _ORDER if counts[move]
    ]
    return f"{names[0]} → {names[1]} · " + ", ".join(said or [language("nothing to compare")])


def sides(before: Assessment, after: Assessment, language: Language) -> list[str]:
    """Return the days compared, each with its authority where they are two."""
    sides = (before, after)
    if len({words.name_of(side.inventory.authority, language) for side in sides}) == 1:
        return [language.date(side.as_of) for side in sides]
    return [_side_name(side, language) for side in sides]


def _side_name(side: Assessment, language: Language) -> str:
    name = words.name_of(side.inventory.authority, language)
    return f"{name} {language.date(side.as_of)}"


def called(row: Row, language: Language) -> str:
    """Return what a figure is called, and whose it is where it is one asset's alone."""
    said = language.text(row.title)
    return f"{said}: {words.name_of(row.owner, language)}" if row.owner is not None else said


def notes(before: Assessment, after: Assessment, language: Language) -> list[str]:
    """Return a warning where the two sides are not judged by the same editions."""
    editions = [{p.id: p.version for p in side.policies} for side in (before, after)]
    differing = sorted(
        name
        for name in editions[0]
        if editions[1].get(name, editions[0][name]) != editions[0][name]
    )
    if not differing:
        return []
    text = language("Judged by different editions: {policies}.")
    return [text.format(policies=", ".join(differing))]


def word(movement: Movement, language: Language) -> str:
    """Return what became of a figure in a word or two."""
    return {
        Movement.UP: language("up"),
        Movement.DOWN: language("down"),
        Movement.SAME: language("unchanged"),
        Movement.NEW: language("new"),
        Movement.GONE: language("no longer stated"),
    }[movement]


def _sections(
    before: Assessment,
    after: Assessment,
    rows: Sequence[Row],
    language: Language,
) -> list[Section]:
    titles = {
        "headline": language("Requirements"),
        "measure": language("Measures and points"),
        "authority": language("Figures of the authority"),
        "organization": language("Figures of the organisations, added up"),
        "fleet": language("Figures of counted machines, added up"),
    }
    sections = []
    for name, title in titles.items():
        mine = sorted(
            (row for row in rows if row.section == name),
            key=lambda row: _ORDER.index(row.movement),
        )
        if mine:
            header = [
                language("What"),
                *sides(before, after, language),
                language("Change"),
            ]
            cells = [
                [
                    called(row, language),
                    shown(row.before, language),
                    shown(row.after, language),
                    change(row, language),
                ]
                for row in mine
            ]
            sections.append(
                Section(title=title, header=header, rows=cells, numbers=frozenset({1, 2}))
            )
    return sections


def change(row: Row, language: Language) -> str:
    """Return what became of a figure, and by how much."""
    return f"{word(row.movement, language)}{_difference(row, language)}"


def shown(side: Side | None, language: Language) -> str:
    """Return one side's figure as people write it."""
    if side is None:
        return "–"
    if isinstance(side.shown, bool):
        return language("yes") if side.shown else language("no")
    return words.counted(side.shown, language)


def _difference(row: Row, language: Language) -> str:
    """Return by how much a figure changed, where both sides are exact and of one kind."""
    if row.before is None or row.after is None or row.movement is Movement.SAME:
        return ""
    pair = (row.before.shown, row.after.shown)
    if any(isinstance(item, bool) or (isinstance(item, Figure) and item.sure) for item in pair):
        return ""
    difference = row.after.number - row.before.number
    unit = ""
    if any(isinstance(item, tuple) or (isinstance(item, Figure) and item.unit) for item in pair):
        # Shares differ by percentage points, whatever they were counted from.
        factor = 100 if row.section in ("headline", "measure") else 1
        difference, unit = difference * factor, "\u00a0" + language("pp")
    sign = "+" if difference > 0 else ""
    return f" {sign}{language.decimal(difference, 1 if unit else 4)}{unit}"


def plain(side: Side | None) -> str:
    """Return one side's figure as codes: `179/188`, `97.4%`, `about 80`, `true`."""
    if side is None:
        return ""
    if isinstance(side.shown, tuple):
        return "/".join(str(number) for number in side.shown)
    if isinstance(side.shown, bool):
        return "true" if side.shown else "false"
    return str(side.shown)


def document(before: Assessment, after: Assessment, rows: Sequence[Row]) -> dict[str, Any]:
    """Return the comparison as the schema `comparison` has it."""
    return {
        "soccheck": {"format": "comparison", "version": VERSION, "tool": __version__},
        **{
            name: {
                "folder": side.inventory.folder,
                "as_of": side.as_of.isoformat(),
                "digest": side.inventory.digest,
            }
            for name, side in (("before", before), ("after", after))
        },
        "rows": [
            {
                "section": row.section,
                "key": row.key,
                "change": row.movement.value,
                "before": _document_of(row.before),
                "after": _document_of(row.after),
            }
            for row in rows
        ],
    }


def _document_of(side: Side | None) -> dict[str, str] | None:
    if side is None:
        return None
    return {"stated": plain(side), "number": str(side.number)}
