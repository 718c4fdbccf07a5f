"""Packets of an SRX to an address of its own that is another interface's than the one they come in by.

They meet the policies to that interface's zone first, be it the same zone, and then the device; whether
the services of the one zone or of the other are asked, no document tells: it is unknown.
Source: Juniper Knowledge Base KB27211, "What is local..0 interface?".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from soccheck.firewall.interface import Interface
from soccheck.firewall.model import (
    ANY,
    Action,
    All,
    Expr,
    In,
    Named,
    Not,
    Rule,
    Some,
    Unknown,
    all_of,
    some_of,
)
from soccheck.firewall.spans import Spans, union
from soccheck.phrase import phrase

TEXT = phrase("to the address of another interface, which policies judge first")

Addresses = Mapping[str, Mapping[int, Spans]]


def crossing(
    rules: Sequence[Rule], devices: Sequence[Interface], between: Sequence[Rule], default: Action
) -> list[Rule]:
    """Return the rules for packets to the device, those to another interface's address unknown."""
    own = {d.name: d.addresses for d in devices if d.addresses and not d.management_only}
    beyond = some_of(*(_beyond(name, own) for name in own))
    permits = [r.match for r in between if r.action not in (Action.DROP, Action.REJECT)]
    permitted = [ANY] if default is Action.ACCEPT else [_to(m, "oif", own) for m in permits]
    doubt = all_of(beyond, some_of(*permitted), Unknown(TEXT))
    return [
        replace(
            rule,
            match=some_of(
                all_of(rule.match, Not(beyond)),
                all_of(some_of(rule.match, _to(rule.match, "iif", own)), doubt),
            ),
        )
        if rule.action is Action.ACCEPT
        else rule
        for rule in rules
    ]


def _beyond(name: str, own: Addresses) -> Expr:
    """Return what comes in by an interface for the address of another."""
    out = []
    for family in (4, 6):
        mine = own[name].get(family, ())
        others = [s for found in own.values() for s in found.get(family, ()) if s not in mine]
        out += [In("dst", union(others), family)] if others else []
    return all_of(Named("iif", (name,)), some_of(*out))


def _to(expr: Expr, side: str, own: Addresses) -> Expr:
    """Return a match on the interfaces of a side as one on their addresses."""
    if isinstance(expr, Named) and expr.field == side:
        found = [own[name] for name in expr.names if name in own]
        return some_of(
            *(
                In("dst", union(s for one in found for s in one.get(family, ())), family)
                for family in (4, 6)
            )
        )
    if isinstance(expr, Not):
        return Not(_to(expr.part, side, own))
    if isinstance(expr, All):
        return all_of(*(_to(part, side, own) for part in expr.parts))
    if isinstance(expr, Some):
        return some_of(*(_to(part, side, own) for part in expr.parts))
    return expr
