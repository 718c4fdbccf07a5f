"""A value of each fact, as YAML has it on one line: what to write where it is not stated."""

from __future__ import annotations

from collections.abc import Mapping

from soccheck.facts.catalogue import FACTS, of_kind
from soccheck.facts.fact import Fact
from soccheck.facts.instead import EXAMPLES

OPEN = "{}"
"""A value that no fact can have: what is left so is refused."""
_TEXTS = {
    "number": "12/QĐ-UBND",
    "ruleset": "rulesets/fw-1.conf",
    "product": "ClamAV",
    "version": '"1.10"',
    "untrusted": "wan1",
    "jump": "admin@jump.tinh.example",
    "address": "203.0.113.10",
    "user": "soccheck",
    "kernel": "6.1.0-21-amd64",
    "code": '"H01.02"',
    "group": "web",
    "vi": "Tên",
    "en": "Name",
}
"""Last part of the name of a text -> a text."""


def example(fact: Fact, ids: Mapping[str, str]) -> str:
    """Return a value of a fact; `ids` have an id that a reference to each kind of asset may name."""
    if fact.type == "records":
        return f"[{{{_entry(fact, ids)}}}]"
    return f"[{_one(fact, ids)}]" if fact.many else _one(fact, ids)


def _one(fact: Fact, ids: Mapping[str, str]) -> str:
    if fact.type == "ref":
        return next((ids[kind] for kind in fact.values if kind in ids), f"{fact.values[0]}-id")
    if fact.type == "service":
        return "icmpv6/1" if fact.values[0].startswith("icmpv6") else "tcp/22"
    if fact.values:
        return fact.values[0]
    if fact.type == "text":
        return _TEXTS.get(fact.name.rpartition(".")[2], '"..."')
    return EXAMPLES[fact.type]


def _entry(records: Fact, ids: Mapping[str, str]) -> str:
    """Return one entry of a list, every key of it with a value."""
    kind, head = records.kinds[0], f"{records.name}."
    inside = [fact for name, fact in of_kind(kind).items() if name.startswith(head)]
    return ", ".join(f"{fact.name.removeprefix(head)}: {example(fact, ids)}" for fact in inside)


def form(fact: Fact, ids: Mapping[str, str]) -> str:
    """Return what a value of a fact looks like, and none to copy unseen: `true|false`, `YYYY-MM-DD`."""
    if fact.type == "records":
        kind, head = fact.kinds[0], f"{fact.name}."
        inside = [one for name, one in of_kind(kind).items() if name.startswith(head)]
        entry = ", ".join(f"{one.name.removeprefix(head)}: {form(one, ids)}" for one in inside)
        return f"[{{{entry}}}]"
    one = _FORMS.get(fact.type) or _one(fact, ids)
    if fact.values and fact.type in ("enum", "int"):
        one = "|".join(fact.values[:_CHOICES]) + ("|…" if len(fact.values) > _CHOICES else "")
    return f"[{one}]" if fact.many else one


_CHOICES = 4
"""Values of a fact that are named; of more, the first."""
_FORMS = {
    "bool": "true|false",
    "int": "N",
    "count": "N",
    "number": "N",
    "share": "N%",
    "date": "YYYY-MM-DD",
    "duration": "Nd|Nmo|Ny",
    "length": "Nd|Nmo|Ny",
}


def writable(kind: str, name: str) -> Fact:
    """Return the fact that is written where `name` is asked for: of an entry's key the whole list."""
    head = name.rpartition(".")[0]
    above = FACTS.get((kind, head))
    return above if above is not None and above.type == "records" else FACTS[kind, name]


def required_of(kind: str) -> list[str]:
    """Return the facts that every asset of a kind must state."""
    known = of_kind(kind)
    return [n for n, fact in known.items() if fact.required and writable(kind, n) is fact]
