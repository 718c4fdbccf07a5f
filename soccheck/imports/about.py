"""What is told of a file that was imported: when it was taken, what each row is, and what was not read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from soccheck.facts.values import clean
from soccheck.imports.dates import searched
from soccheck.imports.dropped import is_secret
from soccheck.imports.imported import ImportedFile, ImportFile
from soccheck.imports.map import ImportMap
from soccheck.imports.rows import RowKind, Table, ordinal_column
from soccheck.imports.text import column, shown
from soccheck.phrase import phrase
from soccheck.sources.bounds import refused


def taken_on(
    given: ImportFile, found: Table, by: ImportMap, taken: date | None, today: date
) -> datetime:
    """Return the beginning of the day a file was taken on.

    Raises `InputError` where nothing says it, and where its name, its title and `taken` say several.
    """
    named = searched(given.name, by.file_name)
    above = (row.line for row in found.rows if row.kind is RowKind.ABOVE)
    text = "\n".join(shown(cell) for line in above for cell in line.cells if cell is not None)
    days = list(dict.fromkeys([*named, *searched(text, by.above)]))
    said = max(days, default=None) if named else None
    days = days if taken is None else [taken]
    if len(days) != 1:
        text_ = phrase("nothing says on which day the list was taken")
        if days:
            told = ", ".join(day.isoformat() for day in days)
            text_ = phrase(
                "several days may be that on which the list was taken: {days}", days=told
            )
        raise refused(given.shown, text_, phrase("say it: --taken 2026-08-20"))
    if days[0] > today:
        text_ = phrase("taken on {day}, which is still to come", day=days[0].isoformat())
        raise refused(given.shown, text_, phrase("say the day it was taken: --taken"))
    if said is not None and days[0] > said:
        text_ = phrase("its name says that it was taken on {day}", day=said.isoformat())
        hint = phrase("give that day, or the file another name if it is of another day")
        raise refused(given.shown, text_, hint)
    return datetime.combine(days[0], time(), UTC)


def about_file(
    given: ImportFile, digest: str, found: Table, by: ImportMap, when: datetime
) -> ImportedFile:
    """Return what is told of a file, so that everything in it is accounted for."""
    counts: dict[RowKind, list[int]] = {}
    for row in found.rows:
        counts.setdefault(row.kind, []).append(row.line.number)
    hidden = (row.line.number for row in found.rows if row.line.hidden and row.line.filled)
    missing = (" | ".join(r.columns) for r in by.rules if r.columns and found.at(r.columns) is None)
    return ImportedFile(
        shown=given.shown,
        sha256=digest,
        sheet=found.sheet.name,
        taken=when,
        counts={kind: tuple(numbers) for kind, numbers in counts.items()},
        hidden=tuple(hidden),
        other_sheets=found.others,
        hidden_sheets=found.hidden,
        missing=tuple(dict.fromkeys(missing)),
        dropped=tuple(
            dict.fromkeys([*(t for t in headings(found) if is_secret(t)), *found.sheet.dropped])
        ),
        hidden_columns=found.sheet.hidden_columns,
        comments=found.sheet.comments,
        coloured=tuple(_coloured(found)),
        ruled=tuple(_ruled(found)),
        ruled_elsewhere=found.sheet.ruled_elsewhere,
        not_read=tuple(_not_read(found)),
    )


def _ruled(found: Table) -> Iterator[str]:
    """Yield the cells of columns that are read whose look follows a rule, which is not read."""
    read, last = set(found.heading.columns.values()), found.rows[-1].line.number
    for area in found.sheet.ruled:
        columns = [at for at in read if area.left <= at <= area.right]
        if columns and area.bottom > found.heading.row and area.top <= last:
            yield str(area)


def _not_read(found: Table) -> Iterator[str]:
    """Yield the headings, or the letters, of columns that hold something and that the map says nothing of."""
    read = {*found.heading.columns.values(), ordinal_column(found.heading)}
    entries = [row.line.cells for row in found.rows if row.kind is RowKind.ENTRY]
    for at in range(max(map(len, entries), default=0)):
        if at not in read and any(at < len(cells) and cells[at] is not None for cells in entries):
            yield clean((*found.heading.titles, *[""] * at)[at]) or column(at)


def _coloured(found: Table) -> Iterator[str]:
    """Yield the cells that are read and whose colour, which is not, is none of their row's."""
    read = set(found.heading.columns.values())
    for row in found.rows if found.sheet.coloured else ():
        if row.kind is RowKind.ENTRY:
            here = sorted(at for at in read if (row.line.number, at) in found.sheet.coloured)
            yield from (f"{column(at)}{row.line.number}" for at in here)


def headings(found: Table) -> list[str]:
    """Return what each column is kept under: its heading, or its letters where that is no name."""
    width = max((len(row.line.cells) for row in found.rows), default=0)
    titles = list(found.heading.titles) + [""] * (width - len(found.heading.titles))
    seen: set[str] = set()
    for at, title in enumerate(titles):
        name = clean(title) or f"#{at + 1}"
        titles[at] = name if name not in seen else f"{name} #{at + 1}"
        seen.add(titles[at])
    return titles
