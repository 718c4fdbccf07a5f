"""Read the right side of a comparison: the value, list, pattern or parameter that a fact is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from soccheck.facts import services, values
from soccheck.facts.fact import Fact
from soccheck.model import Mark, Parameter, Problem
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


class ValueReader:
    """Reads the values of one policy file's comparisons, adding every fault to `problems`."""

    def __init__(
        self, source: Source, parameters: Mapping[str, Parameter], problems: list[Problem]
    ) -> None:
        self.source = source
        self.parameters = parameters
        self.problems = problems

    def fault(self, mark: Mark, message: str, hint: str | None) -> None:
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
                hint = described(fact, kind, fact.many)
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
        if wanted == "yearly":
            span = values.yearly(value) if isinstance(value, str) else None
            if span is None:
                self.fault(mark, f"{value!r} are no days of every year", "write 12-15..12-24")
            return span
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
            advice = _ADVICE.get(kind, described(fact, kind, False))
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


def described(fact: Fact, kind: str, many: bool) -> str:
    """Return what a fact is, for a hint: its type and its meaning."""
    return f"{fact.name} is {'a list of ' if many else ''}{kind}: {fact.meaning}"
