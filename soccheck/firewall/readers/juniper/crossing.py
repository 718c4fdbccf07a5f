"""Packets of an SRX to an address of its own that is another interface's than the one they come in by.

They meet the policies to that interface's zone first, be it the same zone, and then the device; whether
the services of the one zone or of the other are asked, or its policies to `junos-host`, no document tells:
it is unknown. An address that the configuration does not show (DHCP, PPP) may be another interface's, too.
Source: Juniper Knowledge Base KB27211, "What is local..0 interface?".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

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
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.readers.base import implied
from soccheck.firewall.spans import Spans, union
from soccheck.phrase import phrase

TEXT = phrase("to the address of another interface, which policies judge first")
OF_ZONE = phrase("to the address of another interface: the policies of which zone judge it")

Addresses = Mapping[str, Mapping[int, Spans]]


class Crossing:
    """What comes in by one interface for the address of another."""

    def __init__(self, own: Addresses, dynamic: Iterable[str]) -> None:
        """Take the addresses of interfaces, and the interfaces whose address comes from outside."""
        self.own = own
        self.dynamic = frozenset(dynamic)
        known = [_in(found) for found in own.values()]
        self.others = Not(some_of(*known))
        """An address of the device that the configuration does not show."""
        self.beyond = some_of(*(self._beyond(name) for name in own))

    def served(self, rules: Sequence[Rule], between: Sequence[Rule], default: Action) -> list[Rule]:
        """Return the rules for packets to the device, those to another interface's address unknown."""
        permits = [r.match for r in between if r.action not in (Action.DROP, Action.REJECT)]
        permitted = [ANY] if default is Action.ACCEPT else [self._to(m, "oif") for m in permits]
        strange = [self.others] if self.dynamic else []
        doubt = all_of(some_of(self.beyond, *strange), some_of(*permitted), Unknown(TEXT))
        return [
            replace(
                rule,
                match=some_of(
                    all_of(rule.match, Not(self.beyond)),
                    all_of(some_of(rule.match, self._to(rule.match, "iif")), doubt),
                ),
            )
            if rule.action is Action.ACCEPT
            else rule
            for rule in rules
        ]

    def logged(self, between: Sequence[Rule], where: Where) -> list[Rule]:
        """Return what may log packets to another interface's address: the policies that judge them first."""
        if not any(rule.log for rule in between):
            return []
        strange = [self.others] if self.dynamic else []
        match = all_of(some_of(self.beyond, *strange), Unknown(TEXT))
        return [implied(match, Action.CONTINUE, where, TEXT, log=True)]

    def judged(self, rules: Sequence[Rule]) -> list[Rule]:
        """Return the policies to the device: those of one zone alone are unsure for what crosses.

        What both zones' policies do with a packet, and what is for the interface it comes in by, stays sure.
        """
        strange = [self.others] if self.dynamic else []
        doubt = all_of(some_of(self.beyond, *strange), Unknown(OF_ZONE))
        out = []
        for rule in rules:
            there = self._to(rule.match, "iif")
            if there != rule.match:
                here = all_of(rule.match, Not(some_of(self.beyond, *strange)))
                both, either = all_of(rule.match, there), some_of(rule.match, there)
                rule = replace(rule, match=some_of(here, both, all_of(either, doubt)))
            out.append(rule)
        return out

    def _beyond(self, name: str) -> Expr:
        mine = self.own[name]
        others = {
            family: union(
                s
                for found in self.own.values()
                for s in found.get(family, ())
                if s not in mine.get(family, ())
            )
            for family in (4, 6)
        }
        return all_of(Named("iif", (name,)), _in(others))

    def _to(self, expr: Expr, side: str) -> Expr:
        """Return a match on the interfaces of a side as one on their addresses."""
        if isinstance(expr, Named) and expr.field == side:
            found = [_in(self.own[name]) for name in expr.names if name in self.own]
            return some_of(*found, *([self.others] if self.dynamic & set(expr.names) else []))
        if isinstance(expr, Not):
            return Not(self._to(expr.part, side))
        if isinstance(expr, All):
            return all_of(*(self._to(part, side) for part in expr.parts))
        if isinstance(expr, Some):
            return some_of(*(self._to(part, side) for part in expr.parts))
        return expr


def _in(found: Mapping[int, Spans]) -> Expr:
    return some_of(*(In("dst", spans, family) for family, spans in found.items() if spans))
