"""Read a condition from YAML: every fact, operator, value and parameter checked against the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from soccheck import operators, services, values
from soccheck.facts import Fact, lookup, of_kind
from soccheck.model import (
    KINDS,
    Condition,
    Group,
    Leaf,
    Location,
    Parameter,
    Problem,
    Quantifier,
)
from soccheck.patterns import Pattern
from soccheck.relations import RELATED
from soccheck.yamlio import Source

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


class Reader:
    """Reads the conditions of one policy file, adding every fault to `problems`."""

    def __init__(
        self, source: Source, parameters: Mapping[str, Parameter], problems: list[Problem]
    ) -> None:
        self.source = source
        self.parameters = parameters
        self.problems = problems

    def condition(
        self, node: dict[str, Any], kind: str, path: tuple[str | int, ...]
    ) -> Condition | None:
        """Return the condition a mapping states about assets of `kind`; its entries must all hold."""
        return self._condition(node, kind, self.source.where(*path))

    def _condition(self, node: dict[str, Any], kind: str, at: Location) -> Condition | None:
        parts: list[Condition | None] = []
        places = dict(zip(node, self.source.places(node, at), strict=True))
        if not node:
            self._fault(at, "an empty condition requires nothing", "state what must hold")
        for key, value in node.items():
            where = places[key]
            if key in ("all", "any"):
                parts.append(self._group(key, value, kind, where))
            elif key == "not":
                parts.append(self._wrapped("not", [self._condition(value, kind, where)], where))
            elif key == "if":
                if "then" not in node:
                    self._fault(where, "if without then", "add then:")
                    continue
                both = [
                    self._condition(value, kind, where),
                    self._condition(node["then"], kind, places["then"]),
                ]
                parts.append(self._wrapped("if", both, where))
            elif key == "then":
                if "if" not in node:
                    self._fault(where, "then without if", "add if:")
            elif key in ("every", "some"):
                parts.append(self._quantifier(key, value, kind, where))
            else:
                parts.append(self._leaf(key, value, kind, where))
        good = tuple(part for part in parts if part is not None)
        if len(good) == 1:
            return good[0]
        return Group(join="all", parts=good, at=at) if good else None

    def _group(self, join: str, items: list[Any], kind: str, at: Location) -> Condition | None:
        places = self.source.places(items, at)
        both = zip(items, places, strict=True)
        return self._wrapped(join, [self._condition(item, kind, where) for item, where in both], at)

    def _wrapped(self, join: str, parts: list[Condition | None], at: Location) -> Condition | None:
        good = tuple(part for part in parts if part is not None)
        if not good or len(good) < len(parts):
            return None
        return Group(join=join, parts=good, at=at)

    def _quantifier(
        self, quantity: str, node: dict[str, Any], kind: str, at: Location
    ) -> Condition | None:
        other = node["asset"]
        places = dict(zip(node, self.source.places(node, at), strict=True))
        if (kind, other) not in RELATED:
            near = ", ".join(sorted(b for a, b in RELATED if a == kind))
            self._fault(
                places["asset"],
                f"no {other} belongs to {values.article(kind)}",
                f"related to it: {near}",
            )
            return None
        when = None
        if "when" in node:
            when = self._condition(node["when"], other, places["when"])
        require = self._condition(node["require"], other, places["require"])
        if require is None:
            return None
        return Quantifier(quantity=quantity, kind=other, when=when, require=require, at=at)

    def _leaf(self, key: str, value: Any, kind: str, where: Location) -> Leaf | None:
        """Return one comparison, typed; every word of `fact|transform|operator` must be known."""
        name, *words = key.split("|")
        fact = lookup(kind, name)
        if fact is None:
            self._fault(
                where, f"{values.article(kind)} has no fact {name!r}", _near_fact(name, kind)
            )
            return None
        transforms = tuple(word for word in words if word in operators.TRANSFORMS)
        named = [word for word in words if word in operators.OPERATORS]
        strange = [w for w in words if w not in (*transforms, *named, "fact")]
        if strange:
            known = [*operators.OPERATORS, *operators.TRANSFORMS, "fact"]
            import difflib

            close = difflib.get_close_matches(strange[0], known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known)}"
            self._fault(where, f"no operator {strange[0]!r}", hint)
            return None
        if len(named) > 1 or words != [*transforms, *named, *(["fact"] if "fact" in words else [])]:
            self._fault(
                where, f"{key!r} cannot be read", "write fact|transform|operator|fact: value"
            )
            return None
        operator = named[0] if named else "eq"
        left = self._checked_type(fact, transforms, operator, where)
        if left is None:
            return None
        other = None
        right: object
        if "fact" in words:
            other = self._other_fact(str(value), fact, kind, left, operator, where)
            right = other
        else:
            right = self._right_side(value, fact, left, operator, where)
        if right is None:
            return None
        return Leaf(
            fact=name, transforms=transforms, operator=operator, value=right, other=other, at=where
        )

    def _checked_type(
        self, fact: Fact, transforms: tuple[str, ...], operator: str, where: Location
    ) -> str | None:
        """Return the type that reaches the operator; nothing, with a fault, where they do not fit."""
        kind, many = fact.type, fact.many or "records" in fact.type
        many = many or _in_records(fact)
        for name in transforms:
            transform = operators.TRANSFORMS[name]
            if kind == "service":
                self._fault(where, f"{name!r} does not fit {fact.name}", _is(fact, kind, many))
                return None
            if transform.takes_many != many or (name == "age" and kind != "date"):
                needs = "a list" if transform.takes_many else "one date"
                self._fault(where, f"{fact.name}: {name!r} needs {needs}", _is(fact, kind, many))
                return None
            many = False
            kind = kind if transform.result == "item" else transform.result
        op = operators.OPERATORS[operator]
        if operator == "exists" and transforms:
            text = f"{fact.name}: 'exists' takes no {transforms[0]!r} before it"
            self._fault(where, text, f"write {fact.name}|exists: true")
            return None
        if operator != "exists" and (kind not in op.takes or op.many != many):
            hint = _is(fact, kind, many)
            self._fault(where, f"{operator!r} does not fit {fact.name}", hint)
            return None
        return kind

    def _other_fact(
        self, name: str, fact: Fact, kind: str, left: str, operator: str, where: Location
    ) -> str | None:
        other = lookup(kind, name)
        if other is None:
            self._fault(
                where, f"{values.article(kind)} has no fact {name!r}", _near_fact(name, kind)
            )
            return None
        right = operators.OPERATORS[operator].right
        if right not in ("same", "list", "text"):
            self._fault(where, f"{operator!r} takes no other fact", "write the value itself")
            return None
        wants_many = right == "list"
        apart = left == "service" and not services.among(fact.values, other.values)
        if other.type != left or (other.many or _in_records(other)) != wants_many or apart:
            self._fault(where, f"{name} cannot be compared", _is(other, other.type, other.many))
            return None
        return name

    def _right_side(
        self, value: Any, fact: Fact, kind: str, operator: str, where: Location
    ) -> object:
        """Return the value to compare with, as Python holds it; nothing, with a fault, if it cannot be."""
        written, value = value, self._resolved(value, where)
        if value is None:
            return None
        wanted = operators.OPERATORS[operator].right
        if value == AS_OF:
            if kind != "date":
                hint = _is(fact, kind, fact.many)
                self._fault(where, f"{AS_OF} is a date, {fact.name} is not", hint)
                return None
            if wanted != "same":
                hint = "compare it with lt, lte, gt, gte, eq or ne"
                self._fault(where, f"{operator!r} does not take {AS_OF}", hint)
                return None
            return AS_OF
        before = len(self.problems)
        right = self._compared(value, wanted, fact, kind, operator, where)
        if right is None and written is not value:
            self._name_parameter(str(written)[1:], before)
        return right

    def _name_parameter(self, name: str, start: int) -> None:
        """Say of the faults since `start` that the value is a parameter's, and where it is set."""
        at = self.parameters[name].at
        self.problems[start:] = [
            problem._replace(message=f"{problem.message}: ${name}, set at {at}")
            for problem in self.problems[start:]
        ]

    def _compared(
        self, value: Any, wanted: str, fact: Fact, kind: str, operator: str, where: Location
    ) -> object:
        if wanted == "list":
            if kind == "service" and isinstance(value, list):
                value = [item for v in value for item in self._several(v, where)]
                # `any` is all that the fact tells of, and is shown as that.
                value = [s for v in value for s in (fact.values if v == "any" else (v,))]
            if not isinstance(value, list) or not value:
                self._fault(where, f"{operator!r} needs a list of values", "write [a, b]")
                return None
            items = [self._typed(self._resolved(v, where), fact, kind, where) for v in value]
            return None if any(item is None for item in items) else tuple(items)
        if wanted == "bool":
            if not isinstance(value, bool):
                self._fault(where, f"{operator!r} needs true or false", "write true or false")
                return None
            return value
        if wanted == "pattern":
            try:
                return Pattern(str(value))
            except re.error as error:
                hint = "Python's `re` syntax; it must match the whole value"
                self._fault(where, f"not a regular expression: {error}", hint)
                return None
        if wanted == "prefix":
            return self._typed(value, fact, "prefix", where)
        return self._typed(value, fact, kind, where)

    def _several(self, value: Any, where: Location) -> list[Any]:
        """Return the values of a `$parameter` that is a list, or the value alone."""
        found = self._resolved(value, where)
        return found if isinstance(found, list) else [found]

    def _resolved(self, value: Any, where: Location) -> Any:
        """Return the value of a `$parameter`, or the value itself."""
        if not isinstance(value, str) or not value.startswith("$") or value == AS_OF:
            return value
        name = value[1:]
        if name not in self.parameters:
            known = ", ".join(f"${p}" for p in (*self.parameters, AS_OF[1:]))
            self._fault(where, f"no parameter {value}", f"known here: {known}")
            return None
        return self.parameters[name].value

    def _typed(self, value: Any, fact: Fact, kind: str, where: Location) -> object:
        """Return one value as `kind` holds it."""
        result: object = None
        if value is None:
            return None  # a parameter that is not there, and said so
        if kind in ("age", "duration"):
            length = values.duration(value) if isinstance(value, str) else None
            result = length
            if kind == "duration" and length is not None:
                result = length.exact()
        elif kind in values.CONVERTED:
            result = values.CONVERTED[kind](value) if isinstance(value, str) else None
            if kind == "service" and result is not None:
                return self._service(result, fact, where)
        elif kind in ("enum", "int") and fact.values and kind == fact.type:
            allowed = [int(v) if kind == "int" else v for v in fact.values]
            if value in allowed and not isinstance(value, bool):
                result = value
            else:
                hint = f"one of {', '.join(map(str, fact.values))}"
                self._fault(where, f"{fact.name} is never {value!r}", hint)
                return None
        elif kind in operators.PYTHON_TYPES:
            fits = isinstance(value, operators.PYTHON_TYPES[kind])
            result = value if fits and (kind == "bool") == isinstance(value, bool) else None
        elif isinstance(value, str):
            result = value
        if result is None:
            advice = _ADVICE.get(kind, _is(fact, kind, False))
            self._fault(where, f"{value!r} is not a value of {fact.name} ({kind})", advice)
        return result

    def _service(self, text: str, fact: Fact, where: Location) -> str | None:
        """Return a service a policy asks for; one never told of would be missing, and so always met."""
        if text.startswith(services.MAYBE):
            self._fault(
                where,
                f"{text!r}: what may be is for facts, not for policies",
                "leave out the maybe: where one is found, the result is unknown",
            )
            return None
        whole = [told.partition("/")[0] for told in fact.values]
        if text in whole or any(services.cover([told], [text]) for told in fact.values):
            return text
        hint = f"it tells of {', '.join(fact.values)}"
        self._fault(where, f"{fact.name} never tells of {text!r}", hint)
        return None

    def _fault(self, where: Location, message: str, hint: str | None) -> None:
        self.problems.append(Problem(where, message, hint))


def _in_records(fact: Fact) -> bool:
    """Return whether the fact is a column of a list of mappings, and so has a list of values."""
    head = fact.name.rpartition(".")[0]
    parent = lookup(fact.kinds[0], head) if head else None
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
