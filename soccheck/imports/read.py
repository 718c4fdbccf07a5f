"""Files read by a map: what each row states of which asset, and an account of every row."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from soccheck.facts.values import clean
from soccheck.imports import rows, sheets
from soccheck.imports import values as cells
from soccheck.imports.about import about_file, headings, taken_on
from soccheck.imports.dates import moment
from soccheck.imports.dropped import STARS
from soccheck.imports.imported import Imported, ImportedFile, ImportedRow, ImportFile
from soccheck.imports.map import FactRule, ImportMap
from soccheck.imports.match import Index, find
from soccheck.imports.rows import RowKind, Table, TableRow
from soccheck.imports.table import Cell, Unreadable
from soccheck.imports.text import shown
from soccheck.imports.turned import Turned, doubt, turned
from soccheck.inventory.counts import overcounted
from soccheck.model import Inventory, Value
from soccheck.phrase import Phrase, phrase
from soccheck.sources import secrets
from soccheck.sources.bounds import refused

_LONGEST = 1000
"""Characters of a cell that are kept with the evidence."""
_COLOUR = phrase("the cell has a colour and no text: write what the colour means")
_RULED = phrase(
    "the cell has no text, and a rule may give it a colour: write what the colour means"
)

_Read = dict[tuple[str, type, Cell], Value | cells.Unsaid | None]
"""What entries of a file state, by fact: a console writes few different ones, many times each."""


def read(
    given: Sequence[ImportFile],
    by: ImportMap,
    inventory: Inventory,
    taken: date | None,
    today: date,
) -> Imported:
    """Return what files say by a map of an inventory's assets.

    Raises `InputError` where a file cannot be read whole, or does not say when it was taken.
    """
    kinds = {by.kind, *(kind for rule in by.rules if rule.reference for kind in rule.fact.values)}
    indexes = {kind: Index(inventory, kind) for kind in kinds}
    files: list[ImportedFile] = []
    entries: list[ImportedRow] = []
    digests: dict[str, str] = {}
    for each in given:
        digest = hashlib.sha256(each.raw).hexdigest()
        if digest in digests:
            text = phrase("the same file as {file}", file=digests[digest])
            raise refused(each.shown, text, phrase("give it once"))
        digests[digest] = each.shown
        found = rows.table(sheets(each.raw, each.shown, by.options), by)
        when = taken_on(each, found, by, taken, today)
        about = about_file(each, digest, found, by, when)
        files.append(about)
        entries += _entries(about, found, by, indexes)
    matched = {entry.asset.id for entry in entries if entry.asset is not None}
    others = inventory.assets.get(by.kind, {}).values()
    return Imported(
        map=by,
        files=tuple(files),
        entries=tuple(entries),
        unmatched_assets=tuple(asset for asset in others if asset.id not in matched),
        indexes=indexes,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """Represents a file as its rows are read: its table, where the map's columns are, what was met before.

    `rules` are those whose column is there, with where it is; `met` has what entries state, `moments` the
    times that they name, `kept` what of their texts is kept.
    """

    about: ImportedFile
    found: Table
    by: ImportMap
    indexes: Mapping[str, Index]
    titles: Sequence[str]
    doubted: Mapping[int, Turned]
    keys: Sequence[int | None]
    rules: Sequence[tuple[FactRule, int | None]]
    columns: Collection[int]
    met: _Read = field(default_factory=dict)
    moments: dict[tuple[type, Cell], datetime | Phrase] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)


def _entries(
    about: ImportedFile, found: Table, by: ImportMap, indexes: Mapping[str, Index]
) -> list[ImportedRow]:
    columns = found.heading.columns
    reading = _Reading(
        about=about,
        found=found,
        by=by,
        indexes=indexes,
        titles=headings(found),
        doubted=turned(found, by),
        keys=[found.at(key.columns) for key in by.key],
        rules=[
            (rule, found.at(rule.columns))
            for rule in by.rules
            if not rule.columns or rule.columns in columns
        ],
        columns=set(columns.values()),
    )
    return [_entry(reading, row) for row in found.rows if row.kind is RowKind.ENTRY]


def _entry(reading: _Reading, row: TableRow) -> ImportedRow:
    about, by, found = reading.about, reading.by, reading.found
    keys = [_cell(row, at) for at in reading.keys]
    match = find(reading.indexes[by.kind], by.key, keys)
    readable = (shown(cell) for cell in keys if not isinstance(cell, Unreadable))
    name = next(filter(None, readable), "")
    when, unseen = _when(reading, row)
    facts, troubles = _facts(reading, row)
    if unseen is not None:
        at = found.at(by.seen.columns) if by.seen is not None else None
        told = phrase("{place}: {why}", place=found.sheet.place(row.line.number, at), why=unseen)
        troubles |= {fact: cells.Unsaid(why=told, kind="day") for fact in facts}
        facts = {}
    facts, late = _not_later(facts, when, by)
    troubles |= late
    troubles |= _overcounted(reading, row, facts)
    facts = {name: value for name, value in facts.items() if name not in troubles}
    raw = {
        reading.titles[at]: _kept(shown(cell), reading.kept)
        for at, cell in enumerate(row.line.cells)
        if cell is not None and (found.sheet.kept or at in reading.columns)
    }
    raw |= dict.fromkeys(raw.keys() & about.dropped, STARS)
    called = shown(found.cell(row, by.proposes.columns)) if by.proposes is not None else ""
    return ImportedRow(
        file=about,
        row=row.line.number,
        place=found.sheet.place(row.line.number),
        name=clean(name),
        asset=match.asset,
        why=match.why,
        perhaps=match.perhaps,
        when=when,
        facts=facts,
        troubles=troubles,
        raw=raw,
        called=clean(called),
    )


def _cell(row: TableRow, at: int | None) -> Cell:
    return row.line.cells[at] if at is not None and at < len(row.line.cells) else None


def _when(reading: _Reading, row: TableRow) -> tuple[datetime, Phrase | None]:
    """Return the time what a row shows is of, and why that is not known where it is not.

    What a console shows of a machine is what the machine last reported.
    """
    seen, taken = reading.by.seen, reading.about.taken
    if seen is None:
        return taken, None
    at = reading.found.at(seen.columns)
    cell = _cell(row, at)
    if isinstance(cell, Unreadable) or shown(cell) == "":
        return taken, phrase("when it last reported is not said")
    entry = type(cell), cell
    if entry not in reading.moments:
        reading.moments[entry] = moment(cell, seen.date, taken)
    when = doubt(cell, at, reading.doubted) or reading.moments[entry]
    if isinstance(when, Phrase):
        return taken, phrase("when it last reported cannot be told: {said}", said=when)
    return min(when, taken + timedelta(days=1) - timedelta(seconds=1)), None


def _not_later(
    facts: dict[str, Value], when: datetime, by: ImportMap
) -> tuple[dict[str, Value], dict[str, cells.Unsaid]]:
    """Return the facts without days that come after the row's machine last reported: nobody told them."""
    late = {}
    for rule in by.rules:
        value = facts.get(rule.fact.name)
        if rule.date is None or rule.date.future or not isinstance(value, date):
            continue
        if value > when.date():
            day, last = value.isoformat(), when.date().isoformat()
            why = phrase("{day} is after it last reported, on {last}", day=day, last=last)
            late[rule.fact.name] = cells.Unsaid(why=why, kind="day")
    return {name: value for name, value in facts.items() if name not in late}, late


def _overcounted(
    reading: _Reading, row: TableRow, facts: Mapping[str, Value]
) -> dict[str, cells.Unsaid]:
    """Return why neither of two counts is known of which a part is more than the whole."""
    places = {rule.fact.name: at for rule, at in reading.rules}
    told = {}
    for part, whole in overcounted(reading.by.kind, facts):
        for fact in (part, whole):
            place = reading.found.sheet.place(row.line.number, places[fact])
            why = phrase(
                "{part} is more than {whole}: correct one of the two",
                part=f"{part} ({facts[part]})",
                whole=f"{whole} ({facts[whole]})",
            )
            where_and_why = phrase("{place}: {why}", place=place, why=why)
            told[fact] = cells.Unsaid(why=where_and_why)
    return told


def _facts(reading: _Reading, row: TableRow) -> tuple[dict[str, Value], dict[str, cells.Unsaid]]:
    facts: dict[str, Value] = {}
    troubles: dict[str, cells.Unsaid] = {}
    for rule, at in reading.rules:
        value = _said(reading, rule, row, at) if at is not None else rule.const
        if isinstance(value, cells.Unsaid):
            place = reading.found.sheet.place(row.line.number, at)
            told = phrase("{place}: {why}", place=place, why=value.why)
            troubles[rule.fact.name] = replace(value, why=told)
        elif value is not None:
            facts[rule.fact.name] = value
    for rule in reading.by.rules:
        if rule.when is not None and facts.get(rule.when) is not True:
            facts.pop(rule.fact.name, None)
    return facts, troubles


def _said(reading: _Reading, rule: FactRule, row: TableRow, at: int) -> Value | cells.Unsaid | None:
    """Return what a row's cell states by a rule, or why it states nothing."""
    cell = _cell(row, at)
    if cell is None and (looks := _looks(reading.found, row.line.number, at)) is not None:
        return cells.Unsaid(why=looks)
    if rule.date is not None and (why := doubt(cell, at, reading.doubted)) is not None:
        return cells.Unsaid(why=why, kind="day")
    entry = rule.fact.name, type(cell), cell  # True is 1 for a dict, and no entry of a list
    if entry not in reading.met:
        reading.met[entry] = cells.read(rule, cell, reading.about.taken, reading.indexes)
    return reading.met[entry]


def _looks(found: Table, row: int, at: int) -> Phrase | None:
    """Return why an empty cell may say something all the same: by a colour."""
    if (row, at) in found.sheet.coloured:
        return _COLOUR
    ruled = any(area.of_empty and area.has(row, at) for area in found.sheet.ruled)
    return _RULED if ruled else None


def _kept(text: str, known: dict[str, str]) -> str:
    """Return what of a cell is kept: nothing of a secret; `known` has what was met before."""
    if text not in known:
        known[text] = STARS if secrets.in_text(text) else clean(text)[:_LONGEST]
    return known[text]
