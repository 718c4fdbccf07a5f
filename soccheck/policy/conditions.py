"""Read a condition from YAML: every fact, operator, value and parameter checked against the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from soccheck.facts import services, values
from soccheck.facts.catalogue import FACTS, lookup, of_kind
from soccheck.facts.fact import Fact
from soccheck.facts.kinds import RELATED
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
from soccheck.policy import operators, pattern
from soccheck.sources.source import Source

AS_OF = "$as_of"
"""Stands for the day the audit is made as of."""

_ADVICE = {
    "age": "write 3d, 2w, 6mo or 1y",
    "duration": "write 90min, 12h, 3d or 2w",
    "date": f"write a date as year-month-day, 2024-06-30, or {AS_OF}",
    "bool": "write true or false",
    "int": "write a whole number",
    "number": "write a number",
    "service": "write tcp/22, udp/8000-8010, icmpv6/2, tcp, or any alone",
    "prefix": "write 203.0.113.0/24 or 2001:db8::/32, host bits zero",
}


_WORDS = frozenset(("all", "any", "not", "if", "then", "every", "some"))
"""The keys of a condition that are no comparison."""


class Reader:
    """Reads the conditions of one policy file, adding every fault to `problems`."""

    def __init__(
        self, source: Source, parameters: Mapping[str, Parameter], problems: list[Problem]
    ) -> None:
        self.source = source
        self.parameters = parameters
        self.problems = problems

    def mark(self, node: dict[str, Any], key: str) -> Mark:
        """Return the packed position of a key of a mapping: a place is made of it where it is asked for."""
        return self.source.marks[id(node)][list(node).index(key)]

    def place(self, node: dict[str, Any], key: str) -> Location:
        """Return where a key of a mapping stands."""
        return self.source.location(self.mark(node, key))

    def fault(self, mark: Mark, message: str, hint: str | None) -> None:
        """Add a fault at a packed position."""
        self.problems.append(Problem(self.source.location(mark), message, hint))

    def condition(self, node: dict[str, Any], key: str, kind: str) -> Condition | None:
        """Return the condition on assets of `kind` that stands at `key`; its entries must all hold."""
        return self._condition(node[key], kind, self.mark(node, key))

    def _condition(self, node: dict[str, Any], kind: str, at: Mark) -> Condition | None:
        if not node:
            self.fault(at, "an empty condition requires nothing", "state what must hold")
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
                self.fault(mark, "if without then", "add then:")
                return None
            then = self.mark(node, "then")
            parts = [self._condition(value, kind, mark), self._condition(node["then"], kind, then)]
            return self._group("if", parts, mark)
        if key == "then":
            if "if" not in node:
                self.fault(mark, "then without if", "add if:")
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
        other = node["asset"]
        if (kind, other) not in RELATED:
            near = ", ".join(sorted(b for a, b in RELATED if a == kind))
            text = f"no {other} belongs to {values.article(kind)}"
            self.fault(self.mark(node, "asset"), text, f"related to it: {near}")
            return None
        when = self.condition(node, "when", other) if "when" in node else None
        require = self.condition(node, "require", other)
        if require is None:
            return None
        at = self.source.location(mark)
        return Quantifier(quantity=quantity, kind=other, when=when, require=require, at=at)

    def _leaf(self, key: str, node: dict[str, Any], kind: str, mark: Mark) -> Leaf | None:
        """Return one comparison, typed; every word of `fact|transform|operator` must be known."""
        name, *words = key.split("|")
        fact = lookup(kind, name)
        if fact is None:
            text = f"{values.article(kind)} has no fact {name!r}"
            self.fault(mark, text, _near_fact(name, kind))
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
            right = self._right_side(node[key], fact, left, operator, mark)
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
            hint = "write fact|transform|operator|fact: value"
            self.fault(mark, f"{key!r} cannot be read", hint)
            return
        import difflib

        close = difflib.get_close_matches(strange, known, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known)}"
        self.fault(mark, f"no operator {strange!r}", hint)

    def _checked_type(
        self, fact: Fact, transforms: tuple[str, ...], operator: str, mark: Mark
    ) -> str | None:
        """Return the type that reaches the operator; nothing, with a fault, where they do not fit."""
        kind, many = fact.type, fact.many or fact.type == "records" or _in_records(fact)
        for name in transforms:
            transform = operators.TRANSFORMS[name]
            if kind == "service":
                self.fault(mark, f"{name!r} does not fit {fact.name}", _is(fact, kind, many))
                return None
            if transform.takes_many != many or (name == "age" and kind != "date"):
                needs = "a list" if transform.takes_many else "one date"
                self.fault(mark, f"{fact.name}: {name!r} needs {needs}", _is(fact, kind, many))
                return None
            many = False
            kind = kind if transform.result == "item" else transform.result
        op = operators.OPERATORS[operator]
        if operator == "exists" and transforms:
            text = f"{fact.name}: 'exists' takes no {transforms[0]!r} before it"
            self.fault(mark, text, f"write {fact.name}|exists: true")
            return None
        if operator != "exists" and (kind not in op.takes or op.many != many):
            hint = _is(fact, kind, many)
            self.fault(mark, f"{operator!r} does not fit {fact.name}", hint)
            return None
        return kind

    def _other_fact(
        self, name: str, fact: Fact, kind: str, left: str, operator: str, mark: Mark
    ) -> str | None:
        other = lookup(kind, name)
        if other is None:
            self.fault(mark, f"{values.article(kind)} has no fact {name!r}", _near_fact(name, kind))
            return None
        right = operators.OPERATORS[operator].right
        if right not in ("same", "list", "text"):
            self.fault(mark, f"{operator!r} takes no other fact", "write the value itself")
            return None
        wants_many = right == "list"
        apart = left == "service" and not services.among(fact.values, other.values)
        if other.type != left or (other.many or _in_records(other)) != wants_many or apart:
            self.fault(mark, f"{name} cannot be compared", _is(other, other.type, other.many))
            return None
        return name

    def _right_side(self, value: Any, fact: Fact, kind: str, operator: str, mark: Mark) -> object:
        """Return the value to compare with, as Python holds it; nothing, with a fault, if it cannot be."""
        written, value = value, self._resolved(value, mark)
        if value is None:
            return None
        wanted = operators.OPERATORS[operator].right
        if value == AS_OF:
            if kind != "date":
                hint = _is(fact, kind, fact.many)
                self.fault(mark, f"{AS_OF} is a date, {fact.name} is not", hint)
                return None
            if wanted != "same":
                hint = "compare it with lt, lte, gt, gte, eq or ne"
                self.fault(mark, f"{operator!r} does not take {AS_OF}", hint)
                return None
            return AS_OF
        before = len(self.problems)
        right = self._compared(value, wanted, fact, kind, operator, mark)
        if right is None and written is not value:
            self._name_parameter(str(written)[1:], before)
        return right

    def _name_parameter(self, name: str, start: int) -> None:
        """Say of the faults since `start` that the value is a parameter's, and where it is set."""
        at = self.parameters[name].at
        self.problems[start:] = [
            replace(problem, message=f"{problem.message}: ${name}, set at {at}")
            for problem in self.problems[start:]
        ]

    def _compared(
        self, value: Any, wanted: str, fact: Fact, kind: str, operator: str, mark: Mark
    ) -> object:
        if wanted in ("same", "text"):
            return self._typed(value, fact, kind, mark)
        if wanted == "list":
            if kind == "service" and isinstance(value, list):
                value = [item for v in value for item in self._several(v, mark)]
                # `any` is all that the fact tells of, and is shown as that.
                value = [s for v in value for s in (fact.values if v == "any" else (v,))]
            if not isinstance(value, list) or not value:
                self.fault(mark, f"{operator!r} needs a list of values", "write [a, b]")
                return None
            items = [self._typed(self._resolved(v, mark), fact, kind, mark) for v in value]
            return None if None in items else tuple(items)
        if wanted == "bool":
            if not isinstance(value, bool):
                self.fault(mark, f"{operator!r} needs true or false", "write true or false")
                return None
            return value
        if wanted == "pattern":
            try:
                return pattern.read(str(value))
            except ValueError as error:
                self.fault(mark, f"not a regular expression: {error}", pattern.ADVICE)
                return None
        return self._typed(value, fact, "prefix", mark)

    def _several(self, value: Any, mark: Mark) -> list[Any]:
        """Return the values of a `$parameter` that is a list, or the value alone."""
        found = self._resolved(value, mark)
        return found if isinstance(found, list) else [found]

    def _resolved(self, value: Any, mark: Mark) -> Any:
        """Return the value of a `$parameter`, or the value itself."""
        if not isinstance(value, str) or not value.startswith("$") or value == AS_OF:
            return value
        name = value[1:]
        if name not in self.parameters:
            known = ", ".join(f"${p}" for p in (*self.parameters, AS_OF[1:]))
            self.fault(mark, f"no parameter {value}", f"known here: {known}")
            return None
        return self.parameters[name].value

    def _typed(self, value: Any, fact: Fact, kind: str, mark: Mark) -> object:
        """Return one value as `kind` holds it."""
        result: object = None
        if value is None:
            return None  # a parameter that is not there, and said so
        if kind in ("enum", "int") and fact.values and kind == fact.type:
            allowed: Iterable[object] = map(int, fact.values) if kind == "int" else fact.values
            if value in allowed and not isinstance(value, bool):
                result = value
            else:
                hint = f"one of {', '.join(map(str, fact.values))}"
                self.fault(mark, f"{fact.name} is never {value!r}", hint)
                return None
        elif kind in operators.PYTHON_TYPES:
            fits = isinstance(value, operators.PYTHON_TYPES[kind])
            result = value if fits and (kind == "bool") == isinstance(value, bool) else None
        elif kind in ("age", "duration"):
            length = values.duration(value) if isinstance(value, str) else None
            result = length
            if kind == "duration" and length is not None:
                result = length.exact()
        elif kind in values.CONVERTED:
            result = values.CONVERTED[kind](value) if isinstance(value, str) else None
            if kind == "service" and result is not None:
                return self._service(result, fact, mark)
        elif isinstance(value, str):
            result = value
        if result is None:
            advice = _ADVICE.get(kind, _is(fact, kind, False))
            self.fault(mark, f"{value!r} is not a value of {fact.name} ({kind})", advice)
        return result

    def _service(self, text: str, fact: Fact, mark: Mark) -> str | None:
        """Return a service a policy asks for; one never told of would be missing, and so always met."""
        if text.startswith(services.MAYBE):
            self.fault(
                mark,
                f"{text!r}: what may be is for facts, not for policies",
                "leave out the maybe: where one is found, the result is unknown",
            )
            return None
        whole = [told.partition("/")[0] for told in fact.values]
        if text in whole or any(services.cover([told], [text]) for told in fact.values):
            return text
        hint = f"it tells of {', '.join(fact.values)}"
        self.fault(mark, f"{fact.name} never tells of {text!r}", hint)
        return None


def _in_records(fact: Fact) -> bool:
    """Return whether the fact is a column of a list of mappings, and so has a list of values."""
    parent = FACTS.get((fact.kinds[0], fact.name.rpartition(".")[0]))
    return parent is not None and parent.type == "records"


def _is(fact: Fact, kind: str, many: bool) -> str:
    return f"{fact.name} is {'a list of ' if many else ''}{kind}: {fact.meaning}"


def _near_fact(name: str, kind: str) -> str:
    import difflib

    known = [*of_kind(kind), *(f"authority.{fact}" for fact in of_kind("authority"))]
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    elsewhere = [k for k in KINDS if lookup(k, name)]
    if elsewhere:
        return f"it is a fact of {', '.join(map(values.article, elsewhere))}: use every: or some:"
    return "`soccheck schema inventory` lists them all"
