"""The policies of an SRX: names of addresses and applications, and what is permitted between zones.

Source: Junos OS Security Policies user guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from soccheck.firewall.model import (
    ANY,
    Action,
    Expr,
    In,
    Named,
    Not,
    Rule,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.readers.base import of_family
from soccheck.firewall.readers.juniper.lines import Config, JunosStatement
from soccheck.firewall.readers.juniper.services import built_in, term
from soccheck.firewall.readers.objects import Objects, turned
from soccheck.firewall.spans import address

NARROWING = ("tunnel", "firewall-authentication", "destination-address")
"""What may follow `then permit` and binds it to more than the match."""


class SrxNames:
    """Addresses by book, and applications."""

    def __init__(self, config: Config, in_zones: Iterable[tuple[str, JunosStatement]]) -> None:
        self.books: dict[str, Objects] = {"global": Objects("address")}
        self.attached: dict[str, list[str]] = {}
        self.apps = Objects("application", fallback=built_in)
        for line in config.each("security address-book"):
            book = line.word()
            if line.skip("attach", "zone"):
                self.attached.setdefault(line.word(), []).append(book)
            else:
                self._address(book, line)
        for zone, line in in_zones:
            self.attached.setdefault(zone, []).append(f"zone {zone}")
            self._address(f"zone {zone}", line)
        terms: dict[str, dict[str, list[JunosStatement]]] = {}
        for line in config.each("applications application"):
            parts = terms.setdefault(line.word(), {})
            parts.setdefault(line.word() if line.skip("term") else "", []).append(line)
        for name, found in terms.items():
            self.apps.leaves[name] = some_of(*(term(name, lines) for lines in found.values()))
        for line in config.each("applications application-set"):
            name = line.word()
            place, members = self.apps.groups.get(name, (line.where, []))
            if line.skip("application") or line.skip("application-set"):
                self.apps.groups[name] = (place, [*members, line.word()])

    def _address(self, book: str, line: JunosStatement) -> None:
        objects = self.books.setdefault(book, Objects("address"))
        kind, name = line.word(), line.word()
        if kind == "address-set":
            place, members = objects.groups.get(name, (line.where, []))
            if line.skip("address") or line.skip("address-set"):
                members = [*members, line.word()]
            objects.groups[name] = (place, members)
        elif kind == "address" and line and line.peek() != "description":
            words = line.rest()
            try:
                objects.leaves[name] = _literal(words)
            except (ValueError, IndexError):
                objects.leaves[name] = Unknown(f"address {name} by {' '.join(words)}")

    def find(self, zones: Sequence[str], name: str, where: Where) -> Expr:
        """Return what the name of an address means in some zones."""
        if name in ("any", "any-ipv4", "any-ipv6"):
            return ANY if name == "any" else of_family(int(name[-1]))
        for book in (b for zone in zones for b in self.attached.get(zone, ())):
            objects = self.books.get(book)
            if objects is not None and (name in objects.leaves or name in objects.groups):
                return objects.find(name, where)
        if re.fullmatch(r"[0-9a-fA-F.:]+/\d+", name):
            family, spans = address(name)
            return In("src", spans, family)
        return self.books["global"].find(name, where)


def _literal(words: Sequence[str]) -> Expr:
    """Read an address of a book; raises `ValueError`."""
    if words[0] == "range-address":
        family, spans = address(f"{words[1]}-{words[3]}")
    else:
        family, spans = address(words[1] if words[0] == "ip-prefix" else words[0])
    return In("src", spans, family)


@dataclass(slots=True)
class SrxPolicy:
    """One policy while its lines are read."""

    name: str
    pair: tuple[str, str]
    where: Where
    lines: list[JunosStatement] = field(default_factory=list)


class SrxPolicies:
    """All policies, as the rules of what crosses the device."""

    def __init__(self, config: Config, names: SrxNames, zones: Mapping[str, Sequence[str]]) -> None:
        self.names = names
        self.zones = zones
        self.default = Action.DROP
        for line in config.each("security policies default-policy"):
            self.default = Action.ACCEPT if line.word() == "permit-all" else Action.DROP
        found: dict[tuple[str, str, str], SrxPolicy] = {}
        for line in config.each("security policies from-zone"):
            source, _, goal = line.word(), line.skip("to-zone"), line.word()
            if line.skip("policy"):
                self._line(found, (source, goal), line)
        for line in config.each("security policies global policy"):
            self._line(found, ("", ""), line)
        self.policies = sorted(found.values(), key=lambda policy: not policy.pair[0])

    def _line(
        self,
        found: dict[tuple[str, str, str], SrxPolicy],
        pair: tuple[str, str],
        line: JunosStatement,
    ) -> None:
        name = line.word()
        policy = found.setdefault((*pair, name), SrxPolicy(name, pair, line.where))
        policy.lines.append(line)

    def rules(self) -> list[Rule]:
        """Return the rules: those between zones, then the global ones."""
        return [self._rule(policy) for policy in self.policies]

    def _rule(self, policy: SrxPolicy) -> Rule:
        sides: dict[str, list[Expr]] = {"src": [], "dst": [], "app": []}
        pair = policy.pair
        zones = {"from": [pair[0]] if pair[0] else [], "to": [pair[1]] if pair[1] else []}
        flips: set[str] = set()
        action: Action | None = None
        log, comment = False, ""
        extra: list[Expr] = []
        for line in policy.lines:
            if line.skip("match"):
                self._match(line, sides, zones, flips, extra)
            elif line.skip("then"):
                word = line.word()
                if word == "log":
                    log = bool(line.rest())
                elif word in ("permit", "deny", "reject"):
                    action = Action.ACCEPT if word == "permit" else Action.DROP
                    if line.peek() in NARROWING:
                        extra.append(Unknown(line.text))
                    line.rest()
                elif word != "count":
                    line.at -= 1
            elif line.skip("description"):
                comment = " ".join(line.rest())
            elif line.skip("scheduler-name"):
                extra.append(Unknown(f"schedule {' '.join(line.rest())}"))
        text = f"policy {policy.name} from {pair[0] or 'any'} to {pair[1] or 'any'}"
        match = all_of(
            self._interfaces("iif", zones["from"]),
            self._interfaces("oif", zones["to"]),
            *(_flip(some_of(*sides[s]), s in flips) for s in ("src", "dst")),
            some_of(*sides["app"]),
            *extra,
        )
        unread = [text for line in policy.lines for text in line.left()]
        for line in policy.lines:
            line.pass_over()
        if unread or action is None:
            # It may take more than what is read of it, and do otherwise with it.
            match = all_of(
                self._interfaces("iif", zones["from"]), self._interfaces("oif", zones["to"])
            )
            unread = unread or ["neither permit nor deny"]
            shown = f"not read: {text}: {'; '.join(unread)}"
            return Rule(match=match, action=Action.UNKNOWN, where=policy.where, text=shown)
        return Rule(
            match=match, action=action, where=policy.where, text=text, log=log, comment=comment
        )

    def _match(
        self,
        line: JunosStatement,
        sides: dict[str, list[Expr]],
        zones: dict[str, list[str]],
        flips: set[str],
        extra: list[Expr],
    ) -> None:
        key = line.word()
        if key.endswith("-excluded"):
            flips.add("src" if key.startswith("source") else "dst")
            return
        for value in line.values():
            if key == "source-address":
                sides["src"].append(self.names.find(zones["from"], value, line.where))
            elif key == "destination-address":
                found = self.names.find(zones["to"], value, line.where)
                sides["dst"].append(turned(found, "dst"))
            elif key == "application":
                sides["app"].append(self.names.apps.find(value, line.where))
            elif key in ("from-zone", "to-zone"):
                zones[key.partition("-")[0]].append(value)
            elif value != "any":
                extra.append(Unknown(f"{key} {value}"))

    def _interfaces(self, name: str, zones: Sequence[str]) -> Expr:
        if not zones or "any" in zones:
            return ANY
        if "junos-host" in zones:
            return Unknown("policy of junos-host")
        names = tuple(i for zone in zones for i in self.zones.get(zone, ()))
        return ANY if "all" in names else Named(name, names)


def _flip(expr: Expr, flip: bool) -> Expr:
    return Not(expr) if flip else expr
