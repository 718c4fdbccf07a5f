"""A map proposed for a list never seen, from the headings and entries that shipped maps know.

What is not recognised is said, with what stands there; nothing is guessed from how alike two words are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from soccheck.imports import map_file as maps
from soccheck.imports import sheets as read_sheets
from soccheck.imports.dates import DateRule, moment, searched
from soccheck.imports.heading import swallows, titles
from soccheck.imports.known import ORDINALS, Meaning, heading_words, known_meanings, meanings_of
from soccheck.imports.map import FactRule, ImportMap
from soccheck.imports.table import Cell, FileForm, Sheet
from soccheck.imports.text import as_heading, bare, folded, shown
from soccheck.inventory.entry_edit import yaml_value
from soccheck.phrase import Phrase, phrase
from soccheck.sources.bounds import refused

_FORMS = (
    "yyyy-mm-dd",
    "dd/mm/yyyy",
    "mm/dd/yyyy",
    "dd-mm-yyyy",
    "dd.mm.yyyy",
    "mm/yyyy",
    "ago",
    "excel",
)
_IN_NAMES = ("yyyy-mm-dd", "yyyymmdd", "dd-mm-yyyy", "dd.mm.yyyy")
_ABOVE = ("dd/mm/yyyy", "ngày dd tháng mm năm yyyy", "yyyy-mm-dd")
_WITHIN = 60
_SHOWN = 8
_NUMBERED = re.compile(r"\(\d{1,2}\)")
"""What stands below a heading that is numbered."""
_ANY_DAY = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Represents a proposed map: its text, the shipped maps that fit as they are, and what was not placed."""

    text: str
    fitting: tuple[str, ...]
    placed: int
    unplaced: tuple[Phrase, ...]


def suggest(raw: bytes, file: str, name: str) -> Suggestion:
    """Return the map proposed for a file; raises `InputError` where no heading of it is known."""
    found = read_sheets(raw, file, FileForm())
    known = dict(known_meanings())
    best: tuple[tuple[int, int, int], Sheet, int, int] | None = None
    for sheet in found:
        for first in range(min(len(sheet.lines), _WITHIN)):
            for last in range(first, min(first + 3, len(sheet.lines))):
                heads = titles(sheet, first, last)
                recognised = sum(bool(meanings_of(title, known)) for title in heads)
                keys = [
                    at for at, t in enumerate(heads) if any(m.match for m in meanings_of(t, known))
                ]
                if any(swallows(sheet, first, last, at) for at in keys):
                    continue
                score = recognised, sum(map(bool, heads)), first - last
                if score[0] and (best is None or score > best[0]):
                    best = score, sheet, first, last
    if best is None:
        text = phrase("no row has a heading that is known")
        hint = phrase("copy the map antivirus-blank, and write your headings into it")
        raise refused(file, text, hint)
    _, sheet, first, last = best
    return _Draft(sheet, first, last, known, name).suggestion()


class _Draft:
    """Writes the map for one table: which column states what, and which entries it has."""

    def __init__(
        self, sheet: Sheet, first: int, last: int, known: dict[tuple[str, str], Meaning], name: str
    ) -> None:
        self.sheet = sheet
        self.heads = titles(sheet, first, last)
        self.above = sheet.lines[:first]
        self.below = sheet.lines[last + 1 :]
        self.name = name
        meanings = {head: meanings_of(head, known) for head in self.heads if head}
        counts: dict[str, int] = {}
        for items in meanings.values():
            for item in items:
                counts[item.kind] = counts.get(item.kind, 0) + (3 if item.match else 1)
        self.kind = max(counts, key=lambda kind: counts[kind])
        self.means: dict[str, Meaning | None] = {
            head: next((i for i in items if i.kind == self.kind), None)
            for head, items in meanings.items()
        }
        mute = [h for h, i in self.means.items() if i and i.rule and not self._speaks(h, i.rule)]
        self.means |= dict.fromkeys(mute)
        self.unplaced: list[Phrase] = []

    def _speaks(self, head: str, rule: FactRule) -> bool:
        """Return whether some entry of a column means anything by the rule, as it must to be the rule's."""
        words = rule.words
        return words is None or any(folded(entry) in words for entry in self._entries(head))

    def suggestion(self) -> Suggestion:
        """Return the map's text, and what was not placed."""
        lines = [
            *self._head(),
            *self._key(),
            *self._seen(),
            "facts:",
            *self._facts(),
            "complete: false",
        ]
        placed = sum(item is not None for item in self.means.values())
        for head, item in self.means.items():
            if item is None and heading_words(head) not in ORDINALS:
                entries = ", ".join(self._entries(head)[:_SHOWN])
                self.unplaced.append(phrase("{heading}: {entries}", heading=head, entries=entries))
        return Suggestion(
            text="\n".join(lines) + "\n",
            fitting=tuple(by.id for by in map(maps.load, maps.shipped()) if self._fits(by)),
            placed=placed,
            unplaced=tuple(self.unplaced),
        )

    def _fits(self, by: ImportMap) -> bool:
        if by.options.format not in ("auto", "csv", "xlsx") and self.sheet.lines[0].number:
            return False  # only of JSON is the line of the names none of the file's own
        heads = {as_heading(head) for head in self.heads}
        whole = by.required + [rule.columns for rule in by.rules if rule.columns]
        return (
            all(set(names) & heads for names in by.required)
            and sum(bool(set(names) & heads) for names in whole) > len(whole) / 2
        )

    def _head(self) -> Iterator[str]:
        name = re.sub(r"[^a-z0-9]+", "-", bare(self.name.rpartition(".")[0])).strip("-")[:50]
        yield f"import: {name or 'list'}"
        yield 'version: "1"'
        yield f"title: {{vi: {yaml_value(self.name)}}}"
        yield "verified: unverified"
        yield f"source: [{yaml_value(f'the headings of {self.name}')}]"
        yield f"about: {self.kind}"
        if self.sheet.name:
            yield f"table: {{sheet: {yaml_value(self.sheet.name)}}}"
        forms = [form for form in _IN_NAMES if searched(self.name, [form])]
        text = "\n".join(shown(cell) for line in self.above for cell in line.cells)
        above = [form for form in _ABOVE if searched(text, [form])]
        if forms:
            yield f"taken: {{file_name: [{forms[0]}]}}"
        elif above:
            yield f"taken: {{above: [{above[0]}]}}"
        else:
            yield "taken: {} # nothing here says it: give --taken YYYY-MM-DD"

    def _key(self) -> Iterator[str]:
        keys = [
            (head, item) for head, item in self.means.items() if item is not None and item.match
        ]
        if not keys:
            self.unplaced.append(phrase("no column that says whose a row is was recognised"))
            yield "key: [] # which column says whose a row is?"
            return
        head, item = keys[0]
        yield "key:"
        yield f"  - {{column: {yaml_value(head)}, match: [{', '.join(item.match)}]}}"
        if self.kind == "system":
            yield f"proposes: {{name: {yaml_value(head)}, only_new: [organization]}}"

    def _seen(self) -> Iterator[str]:
        for head, item in self.means.items():
            if item is not None and item.seen:
                yield f"seen: {{column: {yaml_value(head)}, {self._date(head)}}}"
                return
        if self.kind == "host":
            yield "# seen: which column says when the machine last reported? Without it: the list's day"

    def _facts(self) -> Iterator[str]:
        stated: set[str] = set()
        for head, item in self.means.items():
            rule = item.rule if item is not None else None
            if rule is None or rule.fact.name in stated:
                continue
            stated.add(rule.fact.name)
            yield f"  {rule.fact.name}:"
            yield f"    column: {yaml_value(head)}"
            if rule.words is not None:
                yield from self._words(head, rule)
            elif rule.date is not None:
                yield f"    {self._date(head)}"
                if rule.date.future:
                    yield "    future: true"
            elif rule.reference:
                yield "    reference: true"
        if self.kind == "system" and "operator" in stated:
            for head, item in self.means.items():
                if item is not None and item.rule is not None and item.rule.fact.name == "operator":
                    yield f"  organization: {{column: {yaml_value(head)}, reference: true}}"
        for head, item in self.means.items():
            if item is not None and item.match and self.kind == "system":
                yield f"  name.vi: {{column: {yaml_value(head)}}}"
                break

    def _words(self, head: str, rule: FactRule) -> Iterator[str]:
        """Yield the entries that are known, by what they mean, and those that are not."""
        assert rule.words is not None
        by_value: dict[str, list[str]] = {}
        unknown = []
        for entry in self._entries(head):
            value = rule.words.get(folded(entry))
            if value is None:
                unknown.append(entry)
            else:
                by_value.setdefault(shown(value), []).append(entry)
        if rule.fact.type == "bool":
            for value, entries in sorted(by_value.items(), reverse=True):
                yield f"    {value}: [{', '.join(map(yaml_value, entries))}]"
            if not by_value:
                yield "    true: [] # which entries mean yes?"
        else:
            yield "    values:" if by_value else "    values: {} # which entries mean what?"
            for value, entries in by_value.items():
                yield f"      {yaml_value(value)}: [{', '.join(map(yaml_value, entries))}]"
        if unknown:
            told = ", ".join(unknown[:_SHOWN])
            yield f"    # without a meaning, so unknown: {told}"
            self.unplaced.append(phrase("{heading}: {entries}", heading=head, entries=told))

    def _date(self, head: str) -> str:
        """Return the forms that the days of a column have."""
        cells = [cell for cell in self._cells(head) if shown(cell)]
        written = [cell for cell in cells if isinstance(cell, str | int | float)]
        forms = [form for form in _FORMS if any(_is_day(cell, form) for cell in written)]
        if "dd/mm/yyyy" in forms and "mm/dd/yyyy" in forms:
            forms.remove("mm/dd/yyyy")
            self.unplaced.append(phrase("{heading}: taken for day/month/year", heading=head))
        return f"date: [{', '.join(forms) or 'dd/mm/yyyy'}]"

    def _cells(self, head: str) -> list[Cell]:
        at = self.heads.index(head)
        return [line.cells[at] for line in self.below if at < len(line.cells)]

    def _entries(self, head: str) -> list[str]:
        """Return the entries of a column, each once, no more than can be looked through."""
        found = dict.fromkeys(shown(cell)[:60] for cell in self._cells(head))
        return [entry for entry in found if entry and not _NUMBERED.fullmatch(entry)][:40]


def _is_day(cell: Cell, form: str) -> bool:
    rule = DateRule(forms=(form,), month="first", future=True)
    return not isinstance(moment(cell, rule, _ANY_DAY), Phrase)
