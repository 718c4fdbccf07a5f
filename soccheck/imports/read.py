"""Files read by a map: what each row states of which asset, and an account of every row."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from soccheck.facts.values import clean
from soccheck.imports import rows, sheets
from soccheck.imports import values as cells
from soccheck.imports.about import about_file, headings, taken_on
from soccheck.imports.dates import moment
from soccheck.imports.dropped import STARS
from soccheck.imports.imported import Imported, ImportedFile, ImportedRow, ImportFile
from soccheck.imports.map import ImportMap
from soccheck.imports.match import Index, find
from soccheck.imports.rows import RowKind, Table, TableRow
from soccheck.imports.table import Cell
from soccheck.imports.text import shown
from soccheck.imports.turned import Turned, doubt, turned
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


def _entries(
    about: ImportedFile, found: Table, by: ImportMap, indexes: Mapping[str, Index]
) -> list[ImportedRow]:
    titles = headings(found)
    read: _Read = {}
    kept: dict[str, str] = {}
    in_doubt = turned(found, by)
    return [
        _entry(about, found, row, by, indexes, titles, read, kept, in_doubt)
        for row in found.rows
        if row.kind is RowKind.ENTRY
    ]


def _entry(
    about: ImportedFile,
    found: Table,
    row: TableRow,
    by: ImportMap,
    indexes: Mapping[str, Index],
    titles: Sequence[str],
    read: _Read,
    kept: dict[str, str],
    in_doubt: Mapping[int, Turned],
) -> ImportedRow:
    keys = [found.cell(row, key.columns) for key in by.key]
    match = find(indexes[by.kind], by.key, keys)
    name = next((shown(cell) for cell in keys if shown(cell)), "")
    when, unseen = _when(about, found, row, by, in_doubt)
    facts, troubles = _facts(about, found, row, by, indexes, read, in_doubt)
    if unseen is not None:
        troubles |= {fact: cells.Unsaid(why=unseen, kind="day") for fact in facts}
        facts = {}
    facts, late = _not_later(facts, when, by)
    troubles |= late
    read_at = set(found.heading.columns.values())
    raw = {
        titles[at]: _kept(shown(cell), kept)
        for at, cell in enumerate(row.line.cells)
        if cell is not None and (found.sheet.kept or at in read_at)
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


def _when(
    about: ImportedFile, found: Table, row: TableRow, by: ImportMap, in_doubt: Mapping[int, Turned]
) -> tuple[datetime, Phrase | None]:
    """Return the time what a row shows is of, and why that is not known where it is not.

    What a console shows of a machine is what the machine last reported.
    """
    if by.seen is None:
        return about.taken, None
    cell = found.cell(row, by.seen.columns)
    if cell is None or shown(cell) == "":
        return about.taken, phrase("when it last reported is not said")
    if hasattr(cell, "why"):
        return about.taken, phrase("when it last reported is not said")
    doubted = doubt(cell, found.at(by.seen.columns), in_doubt)
    when = doubted or moment(cell, by.seen.date, about.taken)
    if isinstance(when, Phrase):
        return about.taken, phrase("when it last reported cannot be told: {why}", why=when)
    return min(when, about.taken + timedelta(days=1) - timedelta(seconds=1)), None


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


def _facts(
    about: ImportedFile,
    found: Table,
    row: TableRow,
    by: ImportMap,
    indexes: Mapping[str, Index],
    read: _Read,
    in_doubt: Mapping[int, Turned],
) -> tuple[dict[str, Value], dict[str, cells.Unsaid]]:
    facts: dict[str, Value] = {}
    troubles: dict[str, cells.Unsaid] = {}
    for rule in by.rules:
        name = rule.fact.name
        if rule.columns and found.at(rule.columns) is None:
            continue
        value = rule.const
        if rule.columns:
            cell = found.cell(row, rule.columns)
            entry = name, type(cell), cell  # True is 1 for a dict, and no entry of a list
            if entry not in read:
                read[entry] = cells.read(rule, cell, about.taken, indexes)
            value_or = read[entry]
            at = found.at(rule.columns)
            if cell is None and (looks := _looks(found, row.line.number, at)) is not None:
                value_or = cells.Unsaid(why=looks)
            if rule.date is not None and (why := doubt(cell, at, in_doubt)) is not None:
                value_or = cells.Unsaid(why=why, kind="day")
            if isinstance(value_or, cells.Unsaid):
                place = found.sheet.place(row.line.number, at)
                told = phrase("{place}: {why}", place=place, why=value_or.why)
                troubles[name] = replace(value_or, why=told)
                continue
            value = value_or
        if value is not None:
            facts[name] = value
    for rule in by.rules:
        if rule.when is not None and facts.get(rule.when) is not True:
            facts.pop(rule.fact.name, None)
    return facts, troubles


def _looks(found: Table, row: int, at: int | None) -> Phrase | None:
    """Return why an empty cell may say something all the same: by a colour."""
    if (row, at) in found.sheet.coloured:
        return _COLOUR
    ruled = any(area.of_empty and area.has(row, at) for area in found.sheet.ruled if at is not None)
    return _RULED if ruled else None


def _kept(text: str, known: dict[str, str]) -> str:
    """Return what of a cell is kept: nothing of a secret; `known` has what was met before."""
    if text not in known:
        known[text] = STARS if secrets.in_text(text) else clean(text)[:_LONGEST]
    return known[text]
