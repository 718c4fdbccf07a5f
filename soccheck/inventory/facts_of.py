"""Flatten an asset's YAML to facts, by a plan made once from the fact catalogue."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from soccheck.facts import values
from soccheck.facts.catalogue import STATEMENT, of_kind
from soccheck.facts.fact import Fact
from soccheck.model import Asset, Location, Mark, Problem, Provenance, Value
from soccheck.phrase import phrase
from soccheck.sources.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class _AsItStands:
    """A key whose value is the fact's: YAML has its type."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A key whose value YAML does not have the type of, and how one such value is read."""

    fact: Fact
    convert: Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Records:
    """A key that holds a list of mappings, and what the keys of each state."""

    name: str
    below: Plan


Plan: TypeAlias = "dict[str, _AsItStands | _Read | _Records | Plan]"
"""Keys of a mapping -> what they state; a mapping inside it has a plan of its own."""


@functools.cache
def _plan(kind: str) -> Plan:
    plan: Plan = {}
    for name, fact in of_kind(kind).items():
        *heads, last = name.split(".")
        below = plan
        for head in heads:
            entry = below.setdefault(head, {})
            inside = entry.below if isinstance(entry, _Records) else entry
            assert isinstance(inside, dict)
            below = inside
        if fact.type == "records":
            below[last] = _Records(name=name, below={})
        elif fact.many or fact.type in values.CONVERTED:
            below[last] = _Read(fact=fact, convert=values.CONVERTED.get(fact.type))
        else:
            below[last] = _AsItStands(name=name)
    return plan


class Statements:
    """Flattens one asset's YAML to facts, with their places, their faults and who says so."""

    __slots__ = ("facts", "kind", "marks", "problems", "provenance", "source", "used_documents")

    def __init__(self, source: Source, kind: str) -> None:
        self.source = source
        self.kind = kind
        self.problems: list[Problem] = []
        self.used_documents: list[tuple[str, Location]] = []
        self.facts: dict[str, Value] = {}
        self.marks: list[Mark] = []
        self.provenance: list[Provenance] = []

    def asset(self, name: str, where: Location) -> Asset:
        """Return the asset that was stated."""
        return Asset(
            kind=self.kind,
            id=name,
            facts=self.facts,
            at=where,
            marks=tuple(self.marks),
            provenance=tuple(self.provenance),
        )

    def take(self, node: dict[str, Any]) -> None:
        """Take in everything the asset's mapping states."""
        self.mapping(node, _plan(self.kind), "")

    def mapping(self, node: dict[str, Any], plan: Plan, prefix: str) -> None:
        """Take in what a mapping states."""
        places = self.source.marks.get(id(node), ())
        for (key, value), mark in zip(node.items(), places, strict=True):
            if key in STATEMENT:
                continue
            entry = plan[key]
            if isinstance(entry, _AsItStands):
                self.say(entry.name, value, mark)
            elif isinstance(entry, _Read):
                self.say(entry.fact.name, self.read(entry, value, mark), mark)
            elif isinstance(entry, _Records):
                self.records(entry, value, mark)
            else:
                self.mapping(value, entry, f"{prefix}{key}.")
        if not STATEMENT.isdisjoint(node):
            self.statement(node, prefix)

    def say(self, name: str, value: Value | None, mark: Mark) -> None:
        """Take in a fact's value; of a faulty one there is none."""
        if value is not None:
            self.facts[name] = value
            self.marks.append(mark)

    def records(self, entry: _Records, items: list[dict[str, Any]], mark: Mark) -> None:
        """Take in a list of mappings: its entries, and for each key below the list of its values."""
        columns: dict[str, list[Value]] = {key: [] for key in entry.below}
        entries: list[Value] = []
        for item, at in zip(items, self.source.marks.get(id(items), ()), strict=True):
            told: list[Value] = []
            for key, value in item.items():
                if key in STATEMENT:
                    continue
                column = entry.below[key]
                found = self.read(column, value, at) if isinstance(column, _Read) else value
                if found is not None:
                    columns[key].append(found)
                    told.append((key, found))
            entries.append(tuple(told))
        self.provenance += self.of_entries(entry.name, items)
        self.say(entry.name, tuple(entries), mark)
        for key, values_ in columns.items():
            self.say(f"{entry.name}.{key}", tuple(values_), mark)

    def of_entries(self, name: str, items: list[dict[str, Any]]) -> list[Provenance]:
        """Keep who says so for each entry of a list; return that of the list, where all say the same."""
        for i, item in enumerate(items):
            self.statement(item, f"{name}[{i + 1}].")
        said = [{key: item.get(key) for key in STATEMENT} for item in items]
        if not said or any(one != said[0] for one in said):
            return []
        first = f"{name}[1]"
        return [replace(one, prefix=name) for one in self.provenance if one.prefix == first]

    def read(self, entry: _Read, value: Any, mark: Mark) -> Value | None:
        """Return a value as the catalogue types it; a fault is noted and nothing returned."""
        fact, convert = entry.fact, entry.convert
        if convert is None:
            return tuple(value)
        if fact.many:
            items = tuple(map(convert, value))
            if None not in items:
                return items
            value = value[items.index(None)]
        else:
            item: Value | None = convert(value)
            if item is not None:
                return item
        self.problems.append(values.fault(self.source.location(mark), fact, value))
        return None

    def statement(self, node: dict[str, Any], prefix: str) -> None:
        """Keep who says so for everything below `prefix`, or for the keys a source names."""
        if node.get("illustrative"):
            self.provenance.append(Provenance(prefix=prefix.rstrip("."), illustrative=True))
        source = node.get("source")
        if source is None:
            return
        place = source.get("section")
        if "page" in source:
            place = f"{place}, p. {source['page']}" if place else f"p. {source['page']}"
        where = self.source.location(self.source.marks[id(node)][list(node).index("source")])
        self.used_documents.append((source["document"], where))
        for key in source.get("of", [""]):
            if key and key not in node:
                beside = ", ".join(name for name in node if name not in STATEMENT)
                hint = phrase("name keys that stand beside it: {names}", names=beside)
                text = phrase("source: of: no key {key}", key=repr(key))
                self.problems.append(Problem(where, text, hint))
            name = f"{prefix}{key}".rstrip(".")
            self.provenance.append(
                Provenance(prefix=name, document=source["document"], place=place)
            )
