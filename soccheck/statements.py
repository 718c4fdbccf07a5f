"""Flatten an asset's YAML to facts, by a plan made once from the fact catalogue."""

from __future__ import annotations

import functools
from typing import Any

from soccheck import values
from soccheck.facts import STATEMENT, Fact, of_kind
from soccheck.model import Asset, Location, Problem, Provenance, Value
from soccheck.yamlio import Source

Plan = dict[str, Any]
"""Keys of a mapping -> the fact it states, or the plan of the mapping (or list of mappings) below."""


@functools.cache
def _plan(kind: str) -> Plan:
    plan: Plan = {}
    for name, fact in of_kind(kind).items():
        *heads, last = name.split(".")
        below = plan
        for head in heads:
            entry = below.setdefault(head, {})
            if isinstance(entry, Fact):
                entry = below[head] = (entry, {})  # a list of mappings is itself a fact
            below = entry[1] if isinstance(entry, tuple) else entry
        below[last] = fact
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
        self.marks: list[int] = []
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
        for (key, value), mark in zip(
            node.items(), self.source.marks.get(id(node), ()), strict=True
        ):
            entry: Any = plan.get(key)
            if entry.__class__ is Fact:
                if entry.many or entry.type in values.CONVERTED:
                    value = self.converted(entry, value, mark)
                    if value is None:
                        continue
                facts[prefix + key] = value
                marks.append(mark)
            elif entry.__class__ is dict:
                self.mapping(value, entry, f"{prefix}{key}.")
            elif key not in STATEMENT:
                self.records(entry[0], entry[1], value, mark)
        if "source" in node or "illustrative" in node:
            self.statement(node, prefix)

    def records(self, fact: Fact, plan: Plan, items: list[dict[str, Any]], mark: int) -> None:
        """Take in a list of mappings: each key below is the list of its values."""
        columns: dict[str, list[Value]] = {}
        for item, at in zip(items, self.source.marks.get(id(items), ()), strict=True):
            for key, value in item.items():
                if key in STATEMENT:
                    continue
                entry: Fact = plan[key]
                converted = self.converted(entry, value, at)
                if converted is not None:
                    columns.setdefault(entry.name, []).append(converted)
        self.facts[fact.name] = tuple(range(len(items)))
        self.marks.append(mark)
        for name in (entry.name for entry in plan.values()):
            self.facts[name] = tuple(columns.get(name, ()))
            self.marks.append(mark)

    def converted(self, fact: Fact, value: Any, mark: int) -> Value | None:
        """Return a value as the catalogue types it; a fault is noted and nothing returned."""
        convert = values.CONVERTED.get(fact.type)
        items = value if fact.many else [value]
        if convert is not None:
            items, texts = [convert(item) for item in items], items
            for item, text in zip(items, texts, strict=True):
                if item is None:
                    where = self.source.location(mark)
                    self.problems.append(values.fault(where, fact, text))
                    return None
        return tuple(items) if fact.many else items[0]

    def statement(self, node: dict[str, Any], prefix: str) -> None:
        """Keep who says so for everything below `prefix`, or for the keys a source names."""
        if node.get("illustrative"):
            self.provenance.append(Provenance(prefix.rstrip("."), None, None, True))
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
            self.provenance.append(Provenance(name, source["document"], place, False))
