"""The text of a map for one table: which column states what, which entries it has, and what is not placed."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from soccheck.facts.written import folded
from soccheck.imports.dates import DateRule, moment, searched
from soccheck.imports.heading import titles
from soccheck.imports.known import ORDINALS, Known, Meaning, heading_words, meanings_of
from soccheck.imports.map import FactRule
from soccheck.imports.table import Cell, Sheet
from soccheck.imports.text import bare, shown
from soccheck.inventory.entry_edit import yaml_value
from soccheck.model import Value
from soccheck.phrase import Phrase, phrase

_FORMS = (
    *("yyyy-mm-dd", "yyyy/mm/dd", "dd/mm/yyyy", "mm/dd/yyyy", "dd-mm-yyyy", "dd.mm.yyyy"),
    *("dd mon yyyy", "mon dd, yyyy", "ngày dd tháng mm năm yyyy", "mm/yyyy", "ago", "excel"),
)
_IN_NAMES = ("yyyy-mm-dd", "yyyymmdd", "dd-mm-yyyy", "dd.mm.yyyy")
_ABOVE = ("dd/mm/yyyy", "ngày dd tháng mm năm yyyy", "yyyy-mm-dd")
_SHOWN = 8
_NUMBERED = re.compile(r"\(\d{1,2}\)")
"""What stands below a heading that is numbered."""
_ANY_DAY = datetime(2100, 1, 1, tzinfo=UTC)


class Draft:
    """Writes the map for one table: which column states what, and which entries it has."""

    def __init__(self, sheet: Sheet, first: int, last: int, known: Known, name: str) -> None:
        self.sheet = sheet
        self.heads = titles(sheet, first, last)
        self.above = sheet.lines[:first]
        self.below = sheet.lines[last + 1 :]
        self.name = name
        meanings = {head: meanings_of(head, known) for head in self.heads if head}
        self.kind = most_likely(meanings.values())
        self.unplaced: list[Phrase] = []
        self.means = {head: self._best(head, items) for head, items in meanings.items()}
        self._once()

    def _best(self, head: str, items: Sequence[Meaning]) -> Meaning | None:
        """Return what a column means: of the rules it is known for that by which most entries speak."""
        of_kind = [item for item in items if item.kind == self.kind]
        entries = self._entries(head)
        spoken = {
            at: sum(_meant(item.rule.words, entry) is not None for entry in entries)
            for at, item in enumerate(of_kind)
            if item.rule is not None and item.rule.words is not None
        }
        speaking = [at for at in range(len(of_kind)) if spoken.get(at, 1)]
        return of_kind[max(speaking, key=lambda at: spoken.get(at, 1))] if speaking else None

    def _once(self) -> None:
        """Leave each fact, and when a machine was seen, to the first column that says it; name the others."""
        said: dict[str, str] = {}
        for head, item in self.means.items():
            if item is None or item.match:
                continue
            what = item.rule.fact.name if item.rule is not None else "seen"
            if said.setdefault(what, head) != head:
                self.means[head] = None

    def lines(self) -> Iterator[Phrase | str]:
        """Yield the lines of the map; what is not placed is told afterwards."""
        yield from self._head()
        yield from self._key()
        yield from self._seen()
        yield "facts:"
        yield from self._facts()
        yield "complete: false"
        for head, item in self.means.items():
            if item is None and heading_words(head) not in ORDINALS:
                entries = ", ".join(self._entries(head)[:_SHOWN])
                self.unplaced.append(phrase("{heading}: {entries}", heading=head, entries=entries))
        for at, head in enumerate(self.heads):
            if head and self.heads.index(head) < at:
                place = self.sheet.place(self.below[0].number if self.below else 0, at)
                text = phrase(
                    "{place}: a second column that is called {name}", place=place, name=head
                )
                self.unplaced.append(text)

    @property
    def placed(self) -> int:
        """Return how many headings were recognised."""
        return sum(item is not None for item in self.means.values())

    def _head(self) -> Iterator[Phrase | str]:
        name = re.sub(r"[^a-z0-9]+", "-", bare(self.name.rpartition(".")[0])).strip("-")[:50]
        yield f"import: {name or 'list'}"
        yield 'version: "1"'
        yield f"title: {{vi: {yaml_value(self.name)}}}"
        yield "verified: unverified"
        quoted = json.dumps(self.name, ensure_ascii=False)[1:-1]  # as YAML has it in double quotes
        yield phrase('source: ["the headings of {name}"]', name=quoted)
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
            yield phrase("taken: {{}} # nothing here says it: give --taken YYYY-MM-DD")

    def _key(self) -> Iterator[Phrase | str]:
        keys = [
            (head, item) for head, item in self.means.items() if item is not None and item.match
        ]
        if not keys:
            self.unplaced.append(phrase("no column that says whose a row is was recognised"))
            yield phrase("key: [] # which column says whose a row is?")
            return
        head, item = keys[0]
        yield "key:"
        yield f"  - {{column: {yaml_value(head)}, match: [{', '.join(item.match)}]}}"
        if self.kind == "system":
            yield f"proposes: {{name: {yaml_value(head)}, only_new: [organization]}}"

    def _seen(self) -> Iterator[Phrase | str]:
        for head, item in self.means.items():
            if item is not None and item.seen:
                yield f"seen: {{column: {yaml_value(head)}, {self._date(head)}}}"
                return
        if self.kind == "host":
            text = phrase("no column says when a machine last reported: what it shows may be old")
            self.unplaced.append(text)
            yield phrase(
                "# seen: which column says when the machine last reported? Without it: the list's day"
            )

    def _facts(self) -> Iterator[Phrase | str]:
        stated = {i.rule.fact.name for i in self.means.values() if i is not None and i.rule}
        if not stated:
            yield phrase(
                "  # no column was recognised that states anything: write one before you use this"
            )
            text = phrase("no column that states a fact was recognised: the map needs one")
            self.unplaced.append(text)
        for head, item in self.means.items():
            rule = item.rule if item is not None else None
            if rule is None:
                continue
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

    def _words(self, head: str, rule: FactRule) -> Iterator[Phrase | str]:
        """Yield the entries that are known, by what they mean, and those that are not."""
        assert rule.words is not None
        by_value: dict[str, list[str]] = {}
        unknown = []
        for entry in self._entries(head):
            value = _meant(rule.words, entry)
            if value is None:
                unknown.append(entry)
            else:
                by_value.setdefault(shown(value), []).append(entry)
        if rule.fact.type == "bool":
            for value, entries in sorted(by_value.items(), reverse=True):
                yield f"    {value}: [{', '.join(map(yaml_value, entries))}]"
            if not by_value:
                yield phrase("    true: [] # which entries mean yes?")
        else:
            yield (
                "    values:" if by_value else phrase("    values: {{}} # which entries mean what?")
            )
            for value, entries in by_value.items():
                yield f"      {yaml_value(value)}: [{', '.join(map(yaml_value, entries))}]"
        if unknown:
            told = ", ".join(unknown[:_SHOWN])
            yield phrase("    # without a meaning, so unknown: {entries}", entries=told)
            self.unplaced.append(phrase("{heading}: {entries}", heading=head, entries=told))

    def _date(self, head: str) -> str:
        """Return the forms that the days of a column have."""
        cells = [cell for cell in self._cells(head) if shown(cell)]
        written = [cell for cell in cells if isinstance(cell, str | int | float)]
        forms = [form for form in _FORMS if any(_is_day(cell, form) for cell in written)]
        if "dd/mm/yyyy" in forms and "mm/dd/yyyy" in forms:
            forms.remove("mm/dd/yyyy")
            self.unplaced.append(phrase("{heading}: taken for day/month/year", heading=head))
        if written and not forms:
            entries = ", ".join(dict.fromkeys(shown(cell) for cell in written[:_SHOWN]))
            text = phrase(
                "{heading}: days in no form that is known: {entries}", heading=head, entries=entries
            )
            self.unplaced.append(text)
        quoted = [f'"{form}"' if "," in form else form for form in forms or ["dd/mm/yyyy"]]
        return f"date: [{', '.join(quoted)}]"

    def _cells(self, head: str) -> list[Cell]:
        at = self.heads.index(head)
        return [line.cells[at] for line in self.below if at < len(line.cells)]

    def _entries(self, head: str) -> list[str]:
        """Return the entries of a column, each once, no more than can be looked through."""
        found = dict.fromkeys(shown(cell)[:60] for cell in self._cells(head))
        return [entry for entry in found if entry and not _NUMBERED.fullmatch(entry)][:40]


def most_likely(meanings: Iterable[Sequence[Meaning]]) -> str:
    """Return the kind of asset that most headings are known for, those above all that name one."""
    counts: Counter[str] = Counter()
    for items in meanings:
        for kind in dict.fromkeys(item.kind for item in items):
            counts[kind] += 3 if any(i.match for i in items if i.kind == kind) else 1
    return counts.most_common(1)[0][0]


def _meant(words: Mapping[str, Value] | None, entry: str) -> Value | None:
    """Return what an entry means by the known words, or by one of them without its marks: `Dang bat`."""
    text = folded(entry)
    if words is None:
        return None
    if text in words or not text.isascii():
        return words.get(text)
    found = {value for word, value in words.items() if bare(word) == text}
    return found.pop() if len(found) == 1 else None


def _is_day(cell: Cell, form: str) -> bool:
    rule = DateRule(forms=(form,), month="first", future=True)
    return not isinstance(moment(cell, rule, _ANY_DAY), Phrase)
