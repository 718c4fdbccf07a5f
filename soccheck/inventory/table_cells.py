"""What a table's column is about and what a cell of it says, as YAML would have it."""

from __future__ import annotations

import json
import re
from typing import Any

from soccheck.facts.catalogue import FACTS, of_kind
from soccheck.facts.fact import Fact

STATED = Fact(name="", type="text", kinds=(), meaning="")
_PAGE = Fact(name="", type="int", kinds=(), meaning="")
_SAYS = {"illustrative": Fact(name="", type="bool", kinds=(), meaning=""), "page": _PAGE}
_NUMBER = re.compile(r"-?[0-9]{1,18}\Z")
_SHARE = re.compile(r"((?:about |over )?[0-9]{1,3})(?:[.,]([0-9]{0,9}?)0*)? ?%\Z")
"""A share; spreadsheets make 100.00% of 100%, and write 97,4% where the comma is the decimal sign."""
_DECIMAL = re.compile(r"-?[0-9]{1,18}\.[0-9]{1,18}\Z")


def column_fact(kind: str, name: str) -> Fact | None:
    """Return the fact, or the part of a statement of origin, that a column holds."""
    fact = FACTS.get((kind, name))
    if fact is not None:
        above = FACTS.get((kind, name.rpartition(".")[0]))
        return fact if above is None or above.type != "records" else None
    head, _, last = name.rpartition(".")
    if last == "illustrative" or head.rpartition(".")[2] == "source":
        prefix = head if last == "illustrative" else head.rpartition(".")[0]
        if not prefix or any(f.startswith(f"{prefix}.") for f in of_kind(kind)):
            return _SAYS.get(
                last, Fact(name="", type="text", kinds=(), meaning="", many=last == "of")
            )
    return None


def cell_value(fact: Fact, text: str) -> Any:
    """Return what a cell says, as YAML would have it; what does not fit is left to the schema."""
    if fact.type == "records" or (fact.many and text.startswith("[")):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    if fact.many:
        return [_one(fact, item.strip()) for item in text.split(";") if item.strip()]
    return _one(fact, text)


def _one(fact: Fact, text: str) -> Any:
    if fact.type == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if fact.type == "share" and (found := _SHARE.match(text)):
        return found[1] + (f".{found[2]}" if found[2] else "") + "%"
    if fact.type in ("int", "count", "number") and _NUMBER.match(text):
        return int(text)
    return float(text) if fact.type == "number" and _DECIMAL.match(text) else text
