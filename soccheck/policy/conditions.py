"""Read a condition from YAML: every fact, operator, value and parameter checked against the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from soccheck.facts import services
from soccheck.facts.catalogue import FACTS, lookup, of_kind
from soccheck.facts.fact import Fact
from soccheck.facts.kinds import ONE, RELATED
from soccheck.facts.near import near
from soccheck.model import (
    KINDS,
    Condition,
    Group,
    Leaf,
    Location,
    Mark,
    Parameter,
    Problem,
    Quantifier,
)
from soccheck.phrase import Phrase, phrase, series
from soccheck.policy import operators
from soccheck.policy.right_side import ValueReader, described
from soccheck.sources.source import Source

_SIGNS = {
    "=": "eq",
    "==": "eq",
    "equals": "eq",
    "is": "eq",
    "!=": "ne",
    "<>": "ne",
    "not": "ne",
    "<": "lt",
    "<=": "lte",
    ">": "gt",
    ">=": "gte",
    "regex": "re",
}
"""Operators as people know them from elsewhere."""
_WORDS = frozenset(("all", "any", "not", "if", "then", "every", "some"))
"""The keys of a condition that are no comparison."""


class Reader:
    """Reads the conditions of one policy file, adding every fault to `problems`."""

    def __init__(
        self, source: Source, parameters: Mapping[str, Parameter], problems: list[Problem]
    ) -> None:
        self.source = source
        self.problems = problems
        self.entries: tuple[str, ...] = ()  # the lists whose entries are spoken of, the inner last
        self.values = ValueReader(source, parameters, problems)

    def mark(self, node: dict[str, Any], key: str) -> Mark:
        """Return the packed position of a key of a mapping: a place is made of it where it is asked for."""
        return self.source.marks[id(node)][list(node).index(key)]

    def place(self, node: dict[str, Any], key: str) -> Location:
        """Return where a key of a mapping stands."""
        return self.source.location(self.mark(node, key))

    def fault(self, mark: Mark, message: Phrase, hint: Phrase) -> None:
        """Add a fault at a packed position."""
        self.problems.append(Problem(self.source.location(mark), message, hint))

    def condition(self, node: dict[str, Any], key: str, kind: str) -> Condition | None:
        """Return the condition on assets of `kind` that stands at `key`; its entries must all hold."""
        return self._condition(node[key], kind, self.mark(node, key))

    def _condition(self, node: dict[str, Any], kind: str, at: Mark) -> Condition | None:
        if not node:
            text = phrase("an empty condition requires nothing")
            self.fault(at, text, phrase("state what must hold"))
            return None
        parts = []
        for key, mark in zip(node, self.source.marks[id(node)], strict=True):
            read = self._word if key in _WORDS else self._leaf
            part = read(key, node, kind, mark)
            if part is not None:
                parts.append(part)
        if len(parts) == 1:
            return parts[0]
        return self._group("all", parts, at) if parts else None

    def _word(self, key: str, node: dict[str, Any], kind: str, mark: Mark) -> Condition | None:
        """Return what one of the `_WORDS` says; `then` has been said by its `if`."""
        value = node[key]
        if key in ("all", "any"):
            both = zip(value, self.source.marks[id(value)], strict=True)
            return self._group(key, [self._condition(item, kind, at) for item, at in both], mark)
        if key == "not":
            return self._group("not", [self._condition(value, kind, mark)], mark)
        if key == "if":
            if "then" not in node:
                self.fault(mark, phrase("if without then"), phrase("add then:"))
                return None
            then = self.mark(node, "then")
            parts = [self._condition(value, kind, mark), self._condition(node["then"], kind, then)]
            return self._group("if", parts, mark)
        if key == "then":
            if "if" not in node:
                self.fault(mark, phrase("then without if"), phrase("add if:"))
            return None
        return self._quantifier(key, value, kind, mark)

    def _group(self, join: str, parts: Sequence[Condition | None], mark: Mark) -> Group | None:
        good = tuple([part for part in parts if part is not None])
        if not good or len(good) < len(parts):
            return None
        return Group(join=join, parts=good, at=self.source.location(mark))

    def _quantifier(
        self, quantity: str, node: dict[str, Any], kind: str, mark: Mark
    ) -> Condition | None:
        if "records" in node:
            return self._of_records(quantity, node, kind, mark)
        other = node["asset"]
        if (kind, other) not in RELATED:
            near = ", ".join(sorted(b for a, b in RELATED if a == kind))
            text = phrase("{other} does not belong to {kind}", other=ONE[other], kind=ONE[kind])
            self.fault(self.mark(node, "asset"), text, phrase("related to it: {names}", names=near))
            return None
        when = self.condition(node, "when", other) if "when" in node else None
        require = self.condition(node, "require", other)
        if require is None:
            return None
        at = self.source.location(mark)
        return Quantifier(quantity=quantity, kind=other, when=when, require=require, at=at)

    def _of_records(
        self, quantity: str, node: dict[str, Any], kind: str, mark: Mark
    ) -> Condition | None:
        """Return a condition on the entries of a list that the asset itself states."""
        name = node["records"]
        if "asset" in node:
            text = phrase("asset and records cannot both be meant")
            self.fault(self.mark(node, "asset"), text, phrase("leave one of the two out"))
            return None
        fact = lookup(kind, name)
        if fact is None or fact.type != "records":
            lists = ", ".join(n for n, f in of_kind(kind).items() if f.type == "records")
            text = phrase("{kind} has no list of entries {name}", kind=ONE[kind], name=repr(name))
            hint = phrase("it has {names}", names=lists) if lists else phrase("it has none")
            self.fault(self.mark(node, "records"), text, hint)
            return None
        before, self.entries = self.entries, (*self.entries, name)
        when = self.condition(node, "when", kind) if "when" in node else None
        require = self.condition(node, "require", kind)
        self.entries = before
        if require is None:
            return None
        at = self.source.location(mark)
        return Quantifier(
            quantity=quantity, kind=kind, when=when, require=require, at=at, records=name
        )

    def _leaf(self, key: str, node: dict[str, Any], kind: str, mark: Mark) -> Leaf | None:
        """Return one comparison, typed; every word of `fact|transform|operator` must be known."""
        name, *words = key.split("|")
        fact = lookup(kind, name)
        if fact is None:
            self.fault(mark, _no_fact(name, kind), _near_fact(name, kind))
            return None
        against = words[-1:] == ["fact"]
        rest = words[:-1] if against else words
        operator = "eq"
        if rest and rest[-1] in operators.OPERATORS:
            *rest, operator = rest
        if not operators.TRANSFORMS.keys() >= set(rest):
            self._unreadable(key, words, mark)
            return None
        transforms = tuple(rest)
        left = self._checked_type(fact, transforms, operator, mark)
        if left is None:
            return None
        other = None
        right: object
        if against:
            right = other = self._other_fact(str(node[key]), fact, kind, left, operator, mark)
        else:
            right = self.values.read(node[key], fact, left, operator, mark)
        if right is None:
            return None
        at = self.source.location(mark)
        return Leaf(
            fact=name, transforms=transforms, operator=operator, value=right, other=other, at=at
        )

    def _unreadable(self, key: str, words: list[str], mark: Mark) -> None:
        """Say which word of `fact|transform|operator` is not known, or that they are out of order."""
        known = [*operators.OPERATORS, *operators.TRANSFORMS, "fact"]
        strange = next((word for word in words if word not in known), None)
        if strange is None:
            hint = phrase("write fact|transform|operator|fact: value")
            self.fault(mark, phrase("{key} cannot be read", key=repr(key)), hint)
            return
        otherwise = phrase("known here: {names}", names=", ".join(known))
        hint = near(_SIGNS.get(strange, strange), known, otherwise)
        self.fault(mark, phrase("no operator {name}", name=repr(strange)), hint)

    def _checked_type(
        self, fact: Fact, transforms: tuple[str, ...], operator: str, mark: Mark
    ) -> str | None:
        """Return the type that reaches the operator; nothing, with a fault, where they do not fit."""
        kind, many = fact.type, fact.many or fact.type == "records" or self._column(fact)
        for name in transforms:
            transform = operators.TRANSFORMS[name]
            if kind == "service":
                self.fault(mark, _no_fit(name, fact), described(fact, kind, many))
                return None
            if transform.takes_many != many or (name == "age" and kind != "date"):
                text = phrase("{fact}: {name} needs one date", fact=fact.name, name=repr(name))
                if transform.takes_many:
                    text = phrase("{fact}: {name} needs a list", fact=fact.name, name=repr(name))
                self.fault(mark, text, described(fact, kind, many))
                return None
            many = False
            kind = kind if transform.result == "item" else transform.result
        op = operators.OPERATORS[operator]
        if operator == "exists" and transforms:
            text = phrase(
                "{fact}: 'exists' takes no {name} before it",
                fact=fact.name,
                name=repr(transforms[0]),
            )
            self.fault(mark, text, phrase("write {what}", what=f"{fact.name}|exists: true"))
            return None
        if operator != "exists" and (kind not in op.takes or op.many != many):
            hint = described(fact, kind, many)
            if kind == "age":
                name = "|".join((fact.name, *transforms))
                hint = phrase("say how old it may be: write {what}", what=f"{name}|lte: 3d")
            self.fault(mark, _no_fit(operator, fact), hint)
            return None
        return kind

    def _column(self, fact: Fact) -> bool:
        """Return whether a fact has a value for each entry of a list, and not of those spoken of."""
        return _in_records(fact) and fact.name.rpartition(".")[0] not in self.entries

    def _other_fact(
        self, name: str, fact: Fact, kind: str, left: str, operator: str, mark: Mark
    ) -> str | None:
        other = lookup(kind, name)
        if other is None:
            self.fault(mark, _no_fact(name, kind), _near_fact(name, kind))
            return None
        right = operators.OPERATORS[operator].right
        if right not in ("same", "list", "text"):
            text = phrase("{operator} takes no other fact", operator=repr(operator))
            self.fault(mark, text, phrase("write the value itself"))
            return None
        wants_many = right == "list"
        apart = left == "service" and not services.among(fact.values, other.values)
        if other.type != left or (other.many or self._column(other)) != wants_many or apart:
            text = phrase("{fact} cannot be compared", fact=name)
            self.fault(mark, text, described(other, other.type, other.many))
            return None
        return name


def _in_records(fact: Fact) -> bool:
    """Return whether the fact is a column of a list of mappings, and so has a list of values."""
    parent = FACTS.get((fact.kinds[0], fact.name.rpartition(".")[0]))
    return parent is not None and parent.type == "records"


def _no_fact(name: str, kind: str) -> Phrase:
    return phrase("{kind} has no fact {name}", kind=ONE[kind], name=repr(name))


def _no_fit(word: str, fact: Fact) -> Phrase:
    return phrase("{word} does not fit {fact}", word=repr(word), fact=fact.name)


def _near_fact(name: str, kind: str) -> Phrase:
    word, _, sign = name.partition(" ")
    if sign.strip() in _SIGNS and lookup(kind, word):
        return phrase("write {what}", what=f"{word}|{_SIGNS[sign.strip()]}: ...")
    known = [*of_kind(kind), *(f"authority.{fact}" for fact in of_kind("authority"))]
    otherwise = phrase("`soccheck schema inventory` lists every fact")
    elsewhere = [k for k in KINDS if lookup(k, name)]
    if elsewhere:
        otherwise = phrase(
            "it is a fact of {kinds}: use every: or some:", kinds=series(ONE[k] for k in elsewhere)
        )
    return near(name, known, otherwise)
