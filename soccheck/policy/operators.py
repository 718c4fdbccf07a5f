"""The operators and transforms of a condition, in plain dicts: a new one is one function and one line.

A condition is written `fact|transform|operator: value`, as SOC staff write Sigma rules.
"""

from __future__ import annotations

import ipaddress
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from soccheck.facts import services

ORDERED = ("int", "number", "date", "duration", "age")
TEXTS = ("text", "host_name", "url", "mail")
SCALAR = ("bool", "int", "number", *TEXTS, "date", "duration", "address", "prefix", "enum", "ref")


@dataclass(frozen=True, slots=True)
class Operator:
    """Represents a comparison: its test, the types it takes, and what stands on its right side.

    `takes` names the types of a single value, or of the items when `many`; `right` is `same` (a value
    of the same type), `list` (several of them), `text`, `pattern`, `prefix`, `yearly` or `bool`. The test may
    find nothing: that is unknown.
    """

    test: Callable[[Any, Any], bool | None]
    takes: tuple[str, ...]
    right: str
    sign: str
    many: bool = False


OPERATORS: dict[str, Operator] = {
    "eq": Operator(operator.eq, SCALAR, "same", "="),
    "ne": Operator(operator.ne, SCALAR, "same", "≠"),
    "lt": Operator(operator.lt, ORDERED, "same", "<"),
    "lte": Operator(operator.le, ORDERED, "same", "≤"),
    "gt": Operator(operator.gt, ORDERED, "same", ">"),
    "gte": Operator(operator.ge, ORDERED, "same", "≥"),
    "in": Operator(lambda a, b: a in b, SCALAR, "list", "in"),
    "not_in": Operator(lambda a, b: a not in b, SCALAR, "list", "not in"),
    "contains": Operator(lambda a, b: b in a, SCALAR, "same", "contains", many=True),
    "contains_all": Operator(lambda a, b: set(b) <= set(a), SCALAR, "list", "contains", many=True),
    "contains_any": Operator(
        lambda a, b: not set(b).isdisjoint(a), SCALAR, "list", "contains one of", many=True
    ),
    # Ports are compared as ports: tcp/1-1024 has tcp/22. What may be open makes it unknown.
    "none_of": Operator(services.none_of, ("service",), "list", "none of", many=True),
    "startswith": Operator(lambda a, b: bool(a.startswith(b)), TEXTS, "text", "starts with"),
    "endswith": Operator(lambda a, b: bool(a.endswith(b)), TEXTS, "text", "ends with"),
    # A pattern matches the whole value: "Vlan5" must not match "Vlan5554".
    "re": Operator(lambda a, b: b.matches(a), TEXTS, "pattern", "matches"),
    "cidr": Operator(lambda a, b: _inside(a, b), ("address",), "prefix", "in"),
    # The latest such span that is over: a report of December is due once December's days have passed.
    "in_last": Operator(lambda a, b: b[0] <= a <= b[1], ("date",), "yearly", "in the last"),
    "before_last": Operator(lambda a, b: a < b[0], ("date",), "yearly", "before the last"),
    "exists": Operator(lambda a, b: (a is not None) == b, SCALAR, "bool", "stated"),
}
"""Operator name -> operator. The only one that judges a missing fact itself is `exists`."""


@dataclass(frozen=True, slots=True)
class Transform:
    """Represents a step between a fact and its comparison: what it takes and what comes out.

    No transform takes services: how many they are is not known where one may be there or not.
    """

    apply: Callable[[Any], Any]
    takes_many: bool
    result: str


TRANSFORMS: dict[str, Transform] = {
    "age": Transform(lambda value: value, False, "age"),  # compared as dates, with the as-of day
    "count": Transform(len, True, "int"),
    "max": Transform(lambda value: max(value, default=None), True, "item"),
    "min": Transform(lambda value: min(value, default=None), True, "item"),
}
"""Transform name -> transform; `item` comes out as the type of the list's items."""

PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "bool": (bool,),
    "int": (int,),
    "number": (int, float),
}
"""Types whose Python values must not be mixed up: true is not 1."""


def _inside(address: str, prefix: str) -> bool:
    network = ipaddress.ip_network(prefix)
    host = ipaddress.ip_address(address)
    return host.version == network.version and host in network
