"""A map proposed for a list never seen, from the headings and entries that shipped maps know.

What is not recognised is said, with what stands there; nothing is guessed from how alike two words are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from soccheck.imports import map_file as maps
from soccheck.imports import sheets as read_sheets
from soccheck.imports.draft import Draft, most_likely
from soccheck.imports.heading import swallows, titles, to_the_end
from soccheck.imports.known import Known, known_meanings, meanings_of
from soccheck.imports.map import ImportMap
from soccheck.imports.table import FileForm, Sheet
from soccheck.imports.text import as_heading
from soccheck.phrase import Phrase, phrase
from soccheck.sources.bounds import refused

_WITHIN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Represents a proposed map: its lines, the shipped maps that fit it, and what was not placed."""

    lines: tuple[Phrase | str, ...]
    fitting: tuple[str, ...]
    placed: int
    unplaced: tuple[Phrase, ...]

    @property
    def text(self) -> str:
        """Return the map, its remarks in English."""
        return "".join(f"{line}\n" for line in self.lines)


def suggest(raw: bytes, file: str, name: str) -> Suggestion:
    """Return the map proposed for a file; raises `InputError` where no heading of it is known."""
    found = read_sheets(raw, file, FileForm())
    known = known_meanings()
    best = max(
        (each for sheet in found for each in _headings(sheet, known)),
        key=lambda each: each[0],
        default=None,
    )
    if best is None:
        text = phrase("no row has a heading that is known")
        hint = phrase("copy the map antivirus-blank, and write your headings into it")
        raise refused(file, text, hint)
    _, sheet, first, last = best
    width = range(max(len(line.cells) for line in sheet.lines))
    draft = Draft(sheet, first, to_the_end(sheet, first, last, width), known, name)
    lines = tuple(draft.lines())
    others = [each.name for each in found if each is not sheet and (each.hidden or each.lines)]
    unread = [phrase("another sheet, not looked at: {name}", name=other) for other in others]
    return Suggestion(
        lines=lines,
        fitting=tuple(by.id for by in map(maps.load, maps.shipped()) if _fits(by, draft)),
        placed=draft.placed,
        unplaced=(*draft.unplaced, *unread),
    )


def _headings(sheet: Sheet, known: Known) -> Iterator[tuple[tuple[int, int, int], Sheet, int, int]]:
    """Yield the rows that may be the headings of a sheet's table, with how well they are known."""
    for first in range(min(len(sheet.lines), _WITHIN)):
        for last in range(first, min(first + 3, len(sheet.lines))):
            heads = titles(sheet, first, last)
            meanings = [meanings_of(title, known) for title in heads]
            keys = [at for at, items in enumerate(meanings) if any(m.match for m in items)]
            if not any(meanings) or any(swallows(sheet, first, last, at) for at in keys):
                continue
            kind = most_likely(meanings)
            recognised = sum(any(m.kind == kind for m in items) for items in meanings)
            # Of rows that are known equally well the first: of a sheet's rows, and of sheets.
            yield (recognised, sum(map(bool, heads)), first - last), sheet, first, last


def _fits(by: ImportMap, draft: Draft) -> bool:
    """Return whether a shipped map knows a table as it is."""
    if by.options.format not in ("auto", "csv", "xlsx") and draft.sheet.lines[0].number:
        return False  # only of JSON is the line of the names none of the file's own
    heads = {as_heading(head) for head in draft.heads}
    whole = by.required + [rule.columns for rule in by.rules if rule.columns]
    return (
        all(set(names) & heads for names in by.required)
        and sum(bool(set(names) & heads) for names in whole) > len(whole) / 2
    )
