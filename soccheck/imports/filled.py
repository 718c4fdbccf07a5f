"""What people wrote into the empty columns of a report's workbook: who, by when, how far, a remark."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from soccheck.errors import InputError
from soccheck.facts import values
from soccheck.imports.table import Cell, Line, Sheet, Unreadable
from soccheck.model import Problem
from soccheck.phrase import Phrase, phrase

_SEARCHED = 20
"""Rows in which a table's head is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledHeads:
    """Represents the heads of a report in one language, and its words for how far a finding is mended."""

    control: str
    asset: str
    unit: str
    deadline: str
    state: str
    remark: str
    states: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledRow:
    """Represents what was written to one finding; `unit`, `state` and `remark` are empty where nothing was.

    `places` say, by column, where it stands: sheet and cell.
    """

    control: str
    asset: str
    unit: str
    deadline: date | None
    state: str
    remark: str
    places: Mapping[str, Phrase]


def read(sheets: Sequence[Sheet], languages: Sequence[FilledHeads], file: str) -> list[FilledRow]:
    """Return every row that was filled in; raises `InputError` with all that is not understood."""
    problems: list[Problem] = []
    rows: dict[tuple[str, str], FilledRow] = {}
    tables = 0
    for sheet in sheets:
        found = _head(sheet, languages)
        problems += _passed_over(sheet, languages) if found is None else ()
        if found is None:
            continue
        tables += 1
        head, columns, heads = found
        for line in sheet.lines:
            if line.number <= head.number:
                continue
            row = _row(sheet, line, columns, heads, problems)
            if row is None:
                continue
            known = rows.setdefault((row.control, row.asset), row)
            if known is not row:
                text = phrase("stands twice: also at {place}", place=known.places["control"])
                problems.append(
                    Problem(row.places["control"], text, phrase("keep one of the rows"))
                )
    if not tables:
        hint = phrase("give a workbook of soccheck report, its heads as they were")
        problems.append(Problem(file, phrase("no sheet with columns to fill in"), hint))
    if problems:
        raise InputError(problems)
    return list(rows.values())


def _head(
    sheet: Sheet, languages: Sequence[FilledHeads]
) -> tuple[Line, dict[str, int], FilledHeads] | None:
    """Return a table's head and, by their names, the columns it has in one of the languages."""
    for line in sheet.lines[:_SEARCHED]:
        texts = [_text(cell) for cell in line.cells]
        for heads in languages:
            names = ("control", "asset", "unit", "deadline", "state", "remark")
            wanted = {name: getattr(heads, name) for name in names}
            if all(texts.count(title) == 1 for title in wanted.values()):
                return line, {name: texts.index(title) for name, title in wanted.items()}, heads
    return None


def _passed_over(sheet: Sheet, languages: Sequence[FilledHeads]) -> Iterator[Problem]:
    """Yield why a sheet cannot be read that is hidden, or has lost some of its heads."""
    place = f"{sheet.file}, {sheet.name}"
    if sheet.hidden:
        yield Problem(place, phrase("a hidden sheet"), phrase("show it, or delete it"))
    for line in sheet.lines[:_SEARCHED]:
        texts = [_text(cell) for cell in line.cells]
        for heads in languages:
            forms = (heads.unit, heads.deadline, heads.state, heads.remark)
            wanted = (heads.control, heads.asset, *forms)
            lost = [title for title in wanted if texts.count(title) != 1]
            if len(set(texts).intersection(forms)) > 1 and len(lost) < len(forms):
                text = phrase("no single column: {names}", names=", ".join(lost))
                hint = phrase("give a workbook of soccheck report, its heads as they were")
                yield Problem(sheet.place(line.number, 0), text, hint)
                return


def _row(
    sheet: Sheet,
    line: Line,
    columns: Mapping[str, int],
    heads: FilledHeads,
    problems: list[Problem],
) -> FilledRow | None:
    """Return what a row says; nothing where none of it was filled in."""
    cells = {name: _cell(line, at) for name, at in columns.items()}
    places = {name: sheet.place(line.number, at) for name, at in columns.items()}
    if not any(_text(cells[name]) for name in ("unit", "deadline", "state", "remark")):
        return None
    faults = list(_faults(cells, heads))
    problems += [Problem(places[name], text, hint) for name, text, hint in faults]
    if faults:
        return None
    words = {_folded(word): state for state, word in heads.states.items()}
    return FilledRow(
        control=_text(cells["control"]),
        asset=_text(cells["asset"]),
        unit=_text(cells["unit"]),
        deadline=_day(cells["deadline"]),
        state=words.get(_folded(_text(cells["state"])), ""),
        remark=_text(cells["remark"]),
        places=places,
    )


def _faults(
    cells: Mapping[str, Cell], heads: FilledHeads
) -> Iterator[tuple[str, Phrase, Phrase | None]]:
    """Yield what is not understood of a row: the column, why, and what to write."""
    for name in ("control", "asset", "unit", "state", "remark"):
        cell = cells[name]
        if cell is not None and not isinstance(cell, str):
            yield name, phrase("no text: {cell}", cell=_shown(cell)), phrase("write it as text")
        elif not _text(cell).isprintable():
            yield name, phrase("holds a control character"), phrase("write it without")
    for name in ("control", "asset"):
        if not _text(cells[name]):
            text = phrase("empty, and something is filled in beside it")
            yield name, text, phrase("put back what stood there")
    if _text(cells["deadline"]) and _day(cells["deadline"]) is None:
        text = phrase("no day: {cell}", cell=_shown(cells["deadline"]))
        yield "deadline", text, phrase("write it as a date: 31/12/2026")
    state = _text(cells["state"])
    if state and _folded(state) not in {_folded(word) for word in heads.states.values()}:
        known = ", ".join(heads.states.values())
        yield (
            "state",
            phrase("no state: {cell}", cell=repr(state)),
            phrase("known: {names}", names=known),
        )


def _cell(line: Line, at: int) -> Cell:
    return line.cells[at] if at < len(line.cells) else None


def _shown(cell: Cell) -> object:
    return cell.why if isinstance(cell, Unreadable) else repr(cell)


def _text(cell: Cell) -> str:
    return "" if cell is None else " ".join(unicodedata.normalize("NFC", str(cell)).split())


def _folded(text: str) -> str:
    return text.casefold()


def _day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    return values.typed_day(cell.strip()) if isinstance(cell, str) else None
