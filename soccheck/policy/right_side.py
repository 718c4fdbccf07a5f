"""Read the right side of a comparison: the value, list, pattern or parameter that a fact is compared with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from soccheck.facts import meant, services, values
from soccheck.facts.fact import TYPES, Fact
from soccheck.model import Mark, Parameter, Problem
from soccheck.phrase import Phrase, phrase, plain
from soccheck.policy import operators, pattern
from soccheck.sources.source import Source

AS_OF = "$as_of"
"""Stands for the day the audit is made as of."""

_ADVICE = {
    "age": phrase("write 3d, 2w, 6mo or 1y"),
    "duration": phrase("write 90min, 12h, 3d or 2w"),
    "date": phrase("write a date as year-month-day, 2024-06-30, or {day}", day=AS_OF),
    "bool": phrase("write true or false"),
    "int": phrase("write a whole number"),
    "number": phrase("write a number"),
    "service": phrase("write tcp/22, udp/8000-8010, icmpv6/2, tcp, or any alone"),
    "prefix": phrase("write 203.0.113.0/24 or 2001:db8::/32, host bits zero"),
}


class ValueReader:
    """Reads the values of one policy file's comparisons, adding every fault to `problems`."""

    def __init__(
        self, source: Source, parameters: Mapping[str, Parameter], problems: list[Problem]
    ) -> None:
        self.source = source
        self.parameters = parameters
        self.problems = problems

    def fault(self, mark: Mark, message: Phrase, hint: Phrase) -> None:
        """Add a fault at a packed position."""
        self.problems.append(Problem(self.source.location(mark), message, hint))

    def read(self, value: Any, fact: Fact, kind: str, operator: str, mark: Mark) -> object:
        """Return the value to compare with, as Python holds it; nothing, with a fault, if it cannot be."""
        written, value = value, self._resolved(value, mark)
        if value is None:
            return None
        wanted = operators.OPERATORS[operator].right
        if value == AS_OF:
            if kind != "date":
                text = phrase("{day} is a date, {fact} is not", day=AS_OF, fact=fact.name)
                self.fault(mark, text, described(fact, kind, fact.many))
                return None
            if wanted != "same":
                hint = phrase("compare it with lt, lte, gt, gte, eq or ne")
                text = phrase("{operator} does not take {day}", operator=repr(operator), day=AS_OF)
                self.fault(mark, text, hint)
                return None
            return AS_OF
        before = len(self.problems)
        right = self._compared(value, wanted, fact, kind, operator, mark)
        if right is None and written is not value:
            self._name_parameter(str(written)[1:], before)
        return right

    def _name_parameter(self, name: str, start: int) -> None:
        """Say of the faults since `start` that the value is a parameter's, and where it is set."""
        of_parameter = phrase(
            "{what}: ${name}, set at {place}", name=name, place=self.parameters[name].at
        )
        self.problems[start:] = [
            replace(problem, message=of_parameter.of(what=problem.message))
            for problem in self.problems[start:]
        ]

    def _compared(
        self, value: Any, wanted: str, fact: Fact, kind: str, operator: str, mark: Mark
    ) -> object:
        if wanted in ("same", "text"):
            return self._typed(value, fact, "text" if wanted == "text" else kind, mark)
        if wanted == "list":
            if kind == "service" and isinstance(value, list):
                value = [item for v in value for item in self._several(v, mark)]
                # `any` is all that the fact tells of, and is shown as that.
                value = [s for v in value for s in (fact.values if v == "any" else (v,))]
            if not isinstance(value, list) or not value:
                text = phrase("{operator} needs a list of values", operator=repr(operator))
                self.fault(mark, text, phrase("write {what}", what="[a, b]"))
                return None
            items = [self._typed(self._resolved(v, mark), fact, kind, mark) for v in value]
            return None if None in items else tuple(items)
        if wanted == "bool":
            if not isinstance(value, bool):
                text = phrase("{operator} needs true or false", operator=repr(operator))
                self.fault(mark, text, _ADVICE["bool"])
                return None
            return value
        if wanted == "yearly":
            span = values.yearly(value) if isinstance(value, str) else None
            if span is None:
                text = phrase("{value} are no days of every year", value=repr(value))
                self.fault(mark, text, phrase("write {what}", what="12-15..12-24"))
            return span
        if wanted == "pattern":
            try:
                return pattern.read(str(value))
            except pattern.PatternError as error:
                text = phrase("not a regular expression: {what}", what=error.said)
                self.fault(mark, text, pattern.ADVICE)
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
            text = phrase("no parameter {name}", name=value)
            self.fault(mark, text, phrase("known here: {names}", names=known))
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
                hint = _meant(value, kind, fact) or phrase(
                    "one of {values}", values=", ".join(fact.values)
                )
                text = phrase("{fact} is never {value}", fact=fact.name, value=repr(value))
                self.fault(mark, text, hint)
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
        elif isinstance(value, str) and _PATTERN.search(value):
            what = phrase("{value}: a star stands for itself alone here", value=repr(value))
            self.fault(
                mark, what, _STAR.of(ways=f"{fact.name}|startswith, |endswith, |re", key="not:")
            )
            return None
        elif isinstance(value, str):
            result = value
        if result is None:
            advice = _meant(value, kind, fact) or _ADVICE.get(kind, described(fact, kind, False))
            text = phrase(
                "{value} is not a value of {fact} ({type})",
                value=repr(value),
                fact=fact.name,
                type=TYPES[kind],
            )
            self.fault(mark, text, advice)
        return result

    def _service(self, text: str, fact: Fact, mark: Mark) -> str | None:
        """Return a service a policy asks for; one never told of would be missing, and so always met."""
        if text.startswith(services.MAYBE):
            what = phrase("{value}: what may be is for facts, not for policies", value=repr(text))
            hint = phrase("leave out the maybe: where one is found, the result is unknown")
            self.fault(mark, what, hint)
            return None
        whole = [told.partition("/")[0] for told in fact.values]
        if text in whole or any(services.cover([told], [text]) for told in fact.values):
            return text
        hint = phrase("it tells of {names}", names=", ".join(fact.values))
        what = phrase("{fact} never tells of {value}", fact=fact.name, value=repr(text))
        self.fault(mark, what, hint)
        return None


_STAR = phrase("compare by {ways}; what must not be so goes below {key}")
_PATTERN = re.compile(r"\A\*|\*\Z|[^\W\d]\*[^\W\d]")
"""Where a star stands that means any text to whoever writes it."""
_SIGN = re.compile(r"[<>≥≤]=?\s*|=+\s*")


def _meant(value: object, kind: str, fact: Fact) -> Phrase | None:
    """Return what to write where a value is written as people do: 3 ngày, có, cấp 3, >10, in quotes."""
    text = _SIGN.sub("", str(value), count=1) if isinstance(value, str) else ""
    if kind == "date" and (length := meant.written("length", text)) is not None:
        what = f"{fact.name}|age|lte: {length}"
        return phrase("say how old it may be: write {what}", what=what)
    wanted = "enum" if fact.values and kind in ("enum", "int") else _TYPES.get(kind, kind)
    found = meant.written(wanted, text, fact.values) if text else None
    if found is None or (wanted in values.CONVERTED and values.CONVERTED[wanted](found) is None):
        return None
    if found == value:
        return phrase("write it without quotes: {value}", value=found)
    return phrase("write {what}", what=found)


_TYPES = {"age": "length", "duration": "length"}


def described(fact: Fact, kind: str, many: bool) -> Phrase:
    """Return what a fact is, for a hint: its type and its meaning."""
    text = phrase("{fact} is {type}: {meaning}")
    if many:
        text = phrase("{fact} is a list of {type}: {meaning}")
    return text.of(fact=fact.name, type=TYPES[kind], meaning=plain(fact.meaning))
