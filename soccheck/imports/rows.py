"""Which rows of a table are entries, and what every other row is: none is passed over unsaid."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from soccheck.facts.written import folded
from soccheck.imports.heading import Heading, find
from soccheck.imports.map import ImportMap
from soccheck.imports.no_heading import no_heading
from soccheck.imports.reach import down, filled_down, whole
from soccheck.imports.table import Cell, Line, Sheet
from soccheck.imports.text import as_heading, shown
from soccheck.phrase import phrase
from soccheck.sources.bounds import refused


class RowKind(StrEnum):
    """What a row of a table is."""

    ENTRY = "entry"
    ABOVE = "above"
    HEADING = "heading"
    EMPTY = "empty"
    GROUP = "group"
    TOTAL = "total"
    SKIPPED = "skipped"
    HIDDEN = "hidden"
    AFTER = "after"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """Represents a row with what it is; its cells with what merged cells and `fill` give them."""

    kind: RowKind
    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Represents the one table of a file that the map speaks of, every row of it accounted for."""

    sheet: Sheet
    heading: Heading
    rows: tuple[TableRow, ...]
    others: tuple[str, ...]
    hidden: tuple[str, ...]
    """Sheets of the file that are not read: those without the map's columns, and those that are hidden."""

    def at(self, names: tuple[str, ...]) -> int | None:
        """Return where a column of the map is, if this table has it."""
        return self.heading.columns.get(names)

    def cell(self, row: TableRow, names: tuple[str, ...]) -> Cell:
        """Return what a row has in a column of the map."""
        at = self.at(names)
        return row.line.cells[at] if at is not None and at < len(row.line.cells) else None


_COUNTED = r"(?:hệ thống|httt|máy|máy trạm|máy chủ|đơn vị|người|systems|hosts|units|staff)"
_TOTAL = re.compile(
    rf"(?:tổng cộng|tổng số|cộng tổng|tổng|cộng|total|grand total|sum)"
    rf"(?: {_COUNTED}| (?:cấp|khối|nhóm|mục|phần) [^:=(]{{1,30}}?)?[\s:=(]*[\d.,]*\s*{_COUNTED}?\)?"
)
"""Whole text of a total; a system may be called Tổng đài 1022."""
_COUNT = re.compile(r"[\d., %]+")
_ORDINAL = re.compile(r"\(?(?:[ivxlc]+|[a-zđ]|\d{1,3}(?:\.\d{1,3})*)[.)]?\Z")
_ROMAN = re.compile(r"(?:[ivxlc]+|[a-zđ])[.)/]\s+\S|phần \S|mục \S|nhóm \S")
_NUMBERS = re.compile(r"\(?(\d{1,2})\)?\Z")
_APART = (RowKind.EMPTY, RowKind.GROUP, RowKind.UNREAD)
"""Rows after which headings are those of another table."""


def table(sheets: Sequence[Sheet], given: ImportMap) -> Table:
    """Return the table with the map's headings; raises `InputError` for none, and for more than one."""
    file = sheets[0].file if sheets else ""
    hidden = tuple(sheet.name for sheet in sheets if sheet.hidden)
    sheets = [sheet for sheet in sheets if not sheet.hidden]
    named = (
        [s for s in sheets if as_heading(s.name) in given.sheets] if given.sheets else list(sheets)
    )
    found = []
    for sheet in named:
        heading = find(sheet, given.required, given.columns)
        if heading is not None:
            found.append((sheet, heading))
    if not found:
        raise no_heading(file, named, given)
    if len(found) > 1:
        names = ", ".join(sheet.name for sheet, _ in found)
        text = phrase("several sheets have these headings: {names}", names=names)
        raise refused(file, text, phrase("name the sheet in the map, under table: sheet"))
    sheet, heading = found[0]
    missing = [rule for rule in given.rules if rule.columns and rule.columns not in heading.columns]
    if len(missing) == sum(bool(rule.columns) for rule in given.rules) and missing:
        text = phrase("none of the columns that state facts is here")
        hint = phrase(
            "each unit or machine has a row; `soccheck import suggest` shows the headings"
        )
        raise refused(sheet.place(heading.row), text, hint)
    others = tuple(s.name for s in sheets if s is not sheet)
    rows = tuple(_rows(sheet, heading, given))
    return Table(sheet=sheet, heading=heading, rows=rows, others=others, hidden=hidden)


def _rows(sheet: Sheet, heading: Heading, given: ImportMap) -> Iterator[TableRow]:
    """Yield every row of the sheet with what it is."""
    keys = [heading.columns[key.columns] for key in given.key]
    ordinal = ordinal_column(heading)
    filled = {at for names, at in heading.columns.items() if set(names) & set(given.fill)}
    above: dict[int, Cell] = {}
    named = {name for key in given.key for name in key.columns}
    merged = down(sheet, keys, _of_each(heading, given) - filled)
    last_number, ended, apart, second = 0, False, False, False
    for position, line in enumerate(sheet.lines):
        if position <= heading.last:
            kind = RowKind.ABOVE if position < heading.first else RowKind.HEADING
            yield TableRow(kind=kind, line=line)
            last_number = line.number
            continue
        holds = line.filled
        if given.until_empty and (line.number > last_number + 1 or not holds):
            ended = True
        entire = whole(line, merged.get(line.number, {}))
        kind = RowKind.AFTER if ended else _kind(entire, holds, heading, given, keys, ordinal)
        apart = apart or line.number > last_number + 1
        second = second or (len(holds) > 1 and _begins_another(line, kind, named, keys, apart))
        last_number, apart = line.number, kind in _APART or len(holds) == 1
        if second:
            kind = RowKind.UNREAD if kind is not RowKind.EMPTY else kind
        if kind is RowKind.ENTRY:
            entire = filled_down(entire, above, filled)
        elif kind is RowKind.GROUP:
            above.clear()
        if kind is RowKind.ENTRY and line.hidden and given.skip_hidden:
            kind = RowKind.HIDDEN
        yield TableRow(kind=kind, line=entire)


def _of_each(heading: Heading, given: ImportMap) -> set[int]:
    """Return the columns that say something of each row, and not what group it is of."""
    keys = {key.columns for key in given.key}
    stating = [rule.columns for rule in given.rules if not rule.reference]
    stating += [given.seen.columns] if given.seen is not None else []
    return {heading.columns[names] for names in stating if names in heading.columns} - {
        heading.columns[names] for names in keys
    }


def _begins_another(
    line: Line, kind: RowKind, names: set[str], keys: Sequence[int], apart: bool
) -> bool:
    """Return whether a row is the headings of another table: others, or the same after a title or a gap.

    The same headings right below an entry begin the next page of a list.
    """
    if kind is RowKind.HEADING:
        return apart and not all(_NUMBERS.match(shown(line.cells[at])) for at in line.filled)
    return kind is not RowKind.SKIPPED and any(
        at < len(line.cells) and as_heading(shown(line.cells[at])) in names for at in keys
    )


def ordinal_column(heading: Heading) -> int | None:
    """Return where the entries are numbered, if they are."""
    names = {"stt", "tt", "no", "#", "số tt", "số thứ tự", "s.t.t", "order"}
    return next(
        (at for at, t in enumerate(heading.titles) if set(as_heading(t).split(" / ")) & names), None
    )


def _kind(
    line: Line,
    filled: Sequence[int],
    heading: Heading,
    given: ImportMap,
    keys: Sequence[int],
    ordinal: int | None,
) -> RowKind:
    if not filled:
        return RowKind.EMPTY
    if _passed_over(line, heading, given):
        return RowKind.SKIPPED
    texts = {
        at: shown(line.cells[at])
        for at in {*filled[:2], *([ordinal] if ordinal is not None and ordinal in filled else [])}
    }
    if _again(line, filled, heading) or _column_numbers(line, filled, heading):
        return RowKind.HEADING
    if not _numbered(texts, ordinal):
        if _counts(line, filled) and any(_TOTAL.fullmatch(folded(texts[at])) for at in filled[:2]):
            return RowKind.TOTAL
        if len(filled) <= 2 and _is_group(filled, folded(texts[filled[0]]), keys, ordinal):
            return RowKind.GROUP
    named = [at for at in keys if at < len(line.cells) and line.cells[at] is not None]
    lone = len(filled) == 1 and ordinal is not None and not _numbered(texts, ordinal)
    return RowKind.ENTRY if named and not lone else RowKind.UNREAD


def _passed_over(line: Line, heading: Heading, given: ImportMap) -> bool:
    """Return whether the map passes a row over: one it skips, or none of those it reads only."""

    def text(columns: tuple[str, ...]) -> str | None:
        at = heading.columns.get(columns)
        return shown(line.cells[at]) if at is not None and at < len(line.cells) else None

    for skip in given.skip:
        found = text(skip.columns)
        if found is not None and skip.matches.matches(found):
            return True
    return any(not only.matches.matches(text(only.columns) or "") for only in given.only)


def _counts(line: Line, filled: Sequence[int]) -> bool:
    """Return whether a row has numbers only, beside the one text that says what they are."""
    texts = (at for at in filled if not _COUNT.fullmatch(shown(line.cells[at])))
    return len(list(islice(texts, 2))) <= 1


def _numbered(texts: Mapping[int, str], ordinal: int | None) -> bool:
    """Return whether a row has an Arabic number where its table numbers the entries."""
    return ordinal is not None and texts.get(ordinal, "").rstrip(".").isdecimal()


def _is_group(filled: Sequence[int], first: str, keys: Sequence[int], ordinal: int | None) -> bool:
    """Return whether a row is the title of a group: a text alone, or with a numeral or a letter before it."""
    if len(filled) == 1:
        return filled[0] not in keys or bool(_ROMAN.match(first))
    numbered = ordinal is not None and filled[0] == ordinal
    return len(filled) == 2 and numbered and bool(_ORDINAL.match(first)) and not first.isdecimal()


def _again(line: Line, filled: Sequence[int], heading: Heading) -> bool:
    """Return whether a row repeats the headings, as a list over several pages does."""
    return len(filled) > 1 and all(
        at < len(heading.parts) and as_heading(shown(line.cells[at])) in heading.parts[at]
        for at in filled
    )


def _column_numbers(line: Line, filled: Sequence[int], heading: Heading) -> bool:
    """Return whether a row right below the headings numbers the columns: (1) (2) (3)."""
    if line.number > heading.row + 2 or len(filled) < 3:
        return False
    found = [_NUMBERS.match(shown(line.cells[at])) for at in filled]
    numbers = [int(match[1]) for match in found if match]
    return len(numbers) == len(filled) and numbers == list(
        range(numbers[0], numbers[0] + len(filled))
    )
