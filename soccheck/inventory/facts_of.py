"""Flatten an asset's YAML to facts, by a plan made once from the fact catalogue."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

from soccheck.facts import values
from soccheck.facts.catalogue import STATEMENT, of_kind
from soccheck.facts.fact import Fact
from soccheck.model import Asset, Location, Mark, Problem, Provenance, Value
from soccheck.sources.source import Source

Plan = dict[str, Any]
"""Keys of a mapping -> what they state: a fact whose value is taken as it stands (its name), a fact
whose value is read (`_Read`), a mapping (its plan), or a list of mappings (its name and plan)."""


class _Read(NamedTuple):
    """Represents a fact whose value YAML does not have, and how one such value is read."""

    fact: Fact
    convert: Callable[[Any], Any] | None


@functools.cache
def _plan(kind: str) -> Plan:
    plan: Plan = {}
    for name, fact in of_kind(kind).items():
        *heads, last = name.split(".")
        below = plan
        for head in heads:
            entry = below.setdefault(head, {})
            if isinstance(entry, _Read):
                entry = below[head] = (entry.fact.name, {})  # a list of mappings is itself a fact
            below = entry if isinstance(entry, dict) else entry[1]
        convert = values.CONVERTED.get(fact.type)
        below[last] = _Read(fact, convert) if fact.many or convert else name
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
        facts, marks = self.facts, self.marks
        places = self.source.marks.get(id(node), ())
        for key, value, mark in zip(node, node.values(), places, strict=True):
            entry: Any = plan.get(key)
            kind = type(entry)
            if kind is str:
                facts[entry] = value
                marks.append(mark)
            elif kind is _Read:
                value = self.read(entry, value, mark)
                if value is not None:
                    facts[entry.fact.name] = value
                    marks.append(mark)
            elif kind is dict:
                self.mapping(value, entry, f"{prefix}{key}.")
            elif key not in STATEMENT:
                self.records(entry[0], entry[1], value, mark)
        if "source" in node or "illustrative" in node:
            self.statement(node, prefix)

    def records(self, name: str, plan: Plan, items: list[dict[str, Any]], mark: Mark) -> None:
        """Take in a list of mappings: each key below is the list of its values."""
        columns: dict[str, list[Value]] = {key: [] for key in plan}
        for item, at in zip(items, self.source.marks.get(id(items), ()), strict=True):
            for key, value in item.items():
                if key in STATEMENT:
                    continue
                entry = plan[key]
                found = value if isinstance(entry, str) else self.read(entry, value, at)
                if found is not None:
                    columns[key].append(found)
        self.facts[name] = tuple(range(len(items)))
        self.marks.append(mark)
        for key, column in columns.items():
            self.facts[f"{name}.{key}"] = tuple(column)
            self.marks.append(mark)

    def read(self, entry: _Read, value: Any, mark: Mark) -> Value | None:
        """Return a value as the catalogue types it; a fault is noted and nothing returned."""
        fact, convert = entry
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
                hint = f"name keys that stand beside it: {', '.join(k for k in node if k not in STATEMENT)}"
                self.problems.append(Problem(where, f"source: of: no key {key!r}", hint))
            name = f"{prefix}{key}".rstrip(".")
            self.provenance.append(
                Provenance(prefix=name, document=source["document"], place=place)
            )
