"""Where a table's headings stand, found by their words: over one row, or several joined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from soccheck.imports.table import Cell, Line, Sheet
from soccheck.imports.text import as_heading, shown
from soccheck.phrase import phrase
from soccheck.sources.bounds import refused

_WITHIN = 60
"""Rows in which headings are looked for."""
_DEEPEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Represents the headings of a table: its rows, where each column is, and every heading as it stands.

    `first` and `last` are positions in the sheet's lines; `columns` has, by the names of a column of the map,
    where it is, counted from 0; `parts` what stands over each column, row by row, as headings are compared.
    """

    first: int
    last: int
    columns: Mapping[tuple[str, ...], int]
    titles: tuple[str, ...]
    parts: tuple[frozenset[str], ...] = ()
    row: int


def titles(sheet: Sheet, first: int, last: int) -> tuple[str, ...]:
    """Return the headings over rows joined by ` / `; what is merged stands over each of its columns."""
    lines = sheet.lines[first : last + 1]
    width = max((len(line.cells) for line in lines), default=0)
    joined: list[list[str]] = [[] for _ in range(width)]
    for line in lines:
        for at in range(width):
            text = shown(_over(sheet, line, at))
            if text and text not in joined[at]:
                joined[at].append(text)
    return tuple(" / ".join(parts) for parts in joined)


def _over(sheet: Sheet, line: Line, at: int) -> Cell:
    """Return what stands in a cell of a heading, or in the merged cell it is part of."""
    if at < len(line.cells) and line.cells[at] is not None:
        return line.cells[at]
    for merged in sheet.merged:
        if merged.left < at <= merged.right and merged.top <= line.number <= merged.bottom:
            corner = next((each for each in sheet.lines if each.number == merged.top), None)
            return corner.cells[merged.left] if corner and merged.left < len(corner.cells) else None
    return None


def find(
    sheet: Sheet, required: Sequence[tuple[str, ...]], wanted: Sequence[tuple[str, ...]]
) -> Heading | None:
    """Return the headings that have all required columns and most of the wanted, in the fewest rows.

    Raises `InputError` at the second of two columns that one name is of.
    """
    best: Heading | None = None
    doubled: dict[str, int] = {}
    for first in range(min(len(sheet.lines), _WITHIN)):
        for last in range(first, min(first + _DEEPEST, len(sheet.lines))):
            found = titles(sheet, first, last)
            columns, twice = _placed(found, wanted)
            if not all(names in columns for names in required) or any(
                swallows(sheet, first, last, columns[names]) for names in required
            ):
                continue
            if best is None or _fits(best) < (len(columns), first - last):
                row = sheet.lines[last].number
                best = Heading(first=first, last=last, columns=columns, titles=found, row=row)
                doubled = twice
    for name, at in doubled.items():
        text = phrase("a second column that is called {name}", name=repr(name))
        hint = phrase("give the one that is meant a heading of its own")
        raise refused(sheet.place(best.row if best else 0, at), text, hint)
    if best is None:
        return None
    last = to_the_end(sheet, best.first, best.last, best.columns.values())
    parts = tuple(frozenset(map(as_heading, title.split(" / "))) for title in best.titles)
    return replace(best, last=last, parts=parts)


def swallows(sheet: Sheet, first: int, last: int, at: int) -> bool:
    """Return whether rows taken for one heading have more than one text in a column: an entry, below it.

    A text that stands over several columns is no other heading of this one.
    """
    wide = {(m.top, m.left) for m in sheet.merged if m.right > m.left}
    lines = [line for line in sheet.lines[first : last + 1] if at < len(line.cells)]
    texts = [line for line in lines if line.cells[at] is not None and (line.number, at) not in wide]
    return len(texts) > 1


def _fits(heading: Heading) -> tuple[int, int]:
    return len(heading.columns), heading.first - heading.last


def to_the_end(sheet: Sheet, first: int, last: int, columns: Iterable[int]) -> int:
    """Return the last row that the merged cells of headings reach down to, in some columns."""
    begins, ends = sheet.lines[first].number, sheet.lines[last].number
    used = set(columns)
    reach = max(
        (m.bottom for m in sheet.merged if begins <= m.top <= ends and m.left in used), default=ends
    )
    while last + 1 < len(sheet.lines) and sheet.lines[last + 1].number <= reach:
        last += 1
    return last


def _placed(
    found: Sequence[str], wanted: Sequence[tuple[str, ...]]
) -> tuple[dict[tuple[str, ...], int], dict[str, int]]:
    """Return where each column is, and the second places of those that have two."""
    whole: dict[str, list[int]] = {}
    parts: dict[str, list[int]] = {}
    for at, title in enumerate(found):
        if title:
            whole.setdefault(as_heading(title), []).append(at)
            for part in title.split(" / ") if " / " in title else ():
                parts.setdefault(as_heading(part), []).append(at)
    columns, twice = {}, {}
    for names in wanted:
        places = list(dict.fromkeys(at for name in names for at in whole.get(name, ())))
        if not places:
            # The lower or the upper half of a heading, where only one column has it.
            ends = [parts[name] for name in names if name in parts]
            places = ends[0] if ends and len(ends[0]) == 1 else []
        if len(places) > 1:
            twice[found[places[1]]] = places[1]
        if places:
            columns[names] = places[0]
    return columns, twice
