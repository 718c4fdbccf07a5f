"""The zones of an SRX, their interfaces, and who may speak to the device through each.

Source: Junos OS Security Zones and Interfaces user guides. An interface in no zone takes no traffic, but
for those of the management plane, which no zone guards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from soccheck.firewall.interface import Interface
from soccheck.firewall.model import Action, Expr, Named, Not, Rule, Unknown, all_of
from soccheck.firewall.readers.juniper.lines import Config, JunosStatement, is_interface
from soccheck.firewall.readers.juniper.routing import DYNAMIC, OPTIONS, speakers
from soccheck.firewall.readers.juniper.services import host
from soccheck.firewall.readers.learned import Speaker, is_way_out, perhaps_outside
from soccheck.firewall.spans import Spans, address, intersect, union
from soccheck.phrase import Phrase, echo, phrase

MANAGEMENT = ("fxp0", "em0", "me0", "fxp1")
ZONES = "security zones security-zone"
FUNCTIONAL = "security zones functional-zone"
PLACED = ("interfaces", "groups", "apply-groups", "routing-instances")
"""Beginnings of statements below which interfaces have their addresses."""
OTHERS = ("vrrp-group", "unnumbered-address", "eui-64", "dhcpv6-client")
"""Words of interfaces that give the device an address that stands elsewhere."""
UNNUMBERED = ("irb", "vlan")
"""Interfaces whose names hold no number."""
LINK = address("fe80::/10")[1]
HOPS = ("next-hop", "qualified-next-hop")
NOWHERE = ("discard", "reject", "preference", "metric", "tag", "community", "no-readvertise", "no-install",
           "retain", "resolve", "no-resolve", "active", "passive", "bfd-liveness-detection")  # fmt: skip
"""What may stand behind the route of a static route without saying where it leads."""


@dataclass(slots=True)
class SrxZones:
    """What the lines on zones and interfaces say."""

    config: Config
    zones: dict[str, list[str]] = field(default_factory=dict)
    inbound: dict[tuple[str, str], list[tuple[list[str], JunosStatement]]] = field(
        default_factory=dict
    )
    """Words and lines of `host-inbound-traffic` by zone and interface (none: of the zone)."""
    books: list[tuple[str, JunosStatement]] = field(default_factory=list)
    """Lines of address books that stand in a zone."""
    managing: list[str] = field(default_factory=list)
    families: dict[str, set[int]] = field(default_factory=dict)
    nets: dict[str, list[tuple[int, Spans, Spans]]] = field(default_factory=dict)
    """Family, own address and network, for each address of an interface."""
    dynamic: list[str] = field(default_factory=list)
    """Interfaces that take their address, and a default route, from outside."""
    down: set[str] = field(default_factory=set)
    ways: dict[int, list[str]] = field(default_factory=lambda: {4: [], 6: []})
    """Where default routes of each family lead; the empty text where that is not told."""
    anywhere: list[Speaker] = field(default_factory=list)
    """Default routes that may lead anywhere."""
    filters: list[Rule] = field(default_factory=list)
    bound: list[tuple[int, str, str, JunosStatement]] = field(default_factory=list)
    """Filters by family, interface and name: what comes in there meets them first."""
    guards: list[Rule] = field(default_factory=list)
    """Filters of lo0: they guard the device itself."""

    def read(self) -> None:
        """Take the lines."""
        for command in (ZONES, FUNCTIONAL):
            for line in self.config.each(command):
                self._zone(line, managing=command == FUNCTIONAL)
        for line in self.config.each("interfaces"):
            self._interface(line)
        for member in ("node0", "node1"):
            # What is set for one member of a cluster alone: the address of its management interface.
            for line in self.config.each(f"groups {member} interfaces"):
                if line.peek() in MANAGEMENT:
                    self._interface(line)
                else:
                    line.at = 0

        self._routes()

    def _routes(self) -> None:
        for line in self.config.each("routing-options"):
            self._route(line, line.rest())
        for line in self.config.lines:
            if line.words[:1] == ["routing-instances"] and "routing-options" in line.words[:3]:
                self._route(line, line.words[3:])
        for name in self.dynamic:
            for family in self.families[name]:
                self.ways[family].append(name)

    def _route(self, line: JunosStatement, words: list[str]) -> None:
        while words[:1] == ["rib"]:
            words = words[2:]
        if not words or words[0] not in OPTIONS:
            line.doubts.append(" ".join(words))
        if words[:1] not in (["static"], ["generate"]) or words[1:2] != ["route"]:
            return
        goal, told = "".join(words[2:3]), words[3:]
        family = 6 if ":" in goal else 4
        if not is_way_out(goal) or (words[0] == "static" and (not told or told[0] in NOWHERE)):
            return
        hops = told[1:2] if words[0] == "static" and told[0] in HOPS else []
        self.ways[family] += [self.towards(hop) for hop in hops]
        if not hops or not self.ways[family][-1]:
            self.anywhere.append(Speaker(where=line.where, text=line.text))

    def untrusted(self, families: Iterable[int]) -> tuple[str, ...]:
        """Return where default routes lead; nothing where a family's way out is not told."""
        wanted = [[way for way in self.ways[family] if way] for family in families]
        return tuple(dict.fromkeys(way for ways in wanted for way in ways)) if all(wanted) else ()

    def perhaps(self) -> dict[str, Phrase]:
        """Return the interfaces that a default route may lead by beside those, each with why."""
        routed = [n for n in self.families if n.partition(".")[0] not in (*MANAGEMENT, "lo0")]
        nets = {n: [(f, net) for f, _, net in self.nets.get(n, ())] for n in routed}
        return perhaps_outside([*self.anywhere, *speakers(self.config)], nets)

    def _zone(self, line: JunosStatement, *, managing: bool) -> None:
        zone = line.word()
        members = self.zones.setdefault(zone, [])
        if line.skip("interfaces"):
            if not _is_name(line.peek()) and line.peek() != "all":
                line.at -= 1
                return
            name = line.word()
            name = name if "." in name or name == "all" else f"{name}.0"
            if name not in members:
                members.append(name)
            if managing:
                self.managing.append(name)
            if line.skip("host-inbound-traffic"):
                self.inbound.setdefault((zone, name), []).append((line.rest(), line))
        elif line.skip("host-inbound-traffic"):
            self.inbound.setdefault((zone, ""), []).append((line.rest(), line))
        elif line.skip("address-book"):
            self.books.append((zone, line))

    def _interface(self, line: JunosStatement) -> None:
        name, unit = line.word(), ""
        if not _is_name(name):
            line.at -= 1
            return
        if line.skip("unit"):
            if not line.peek().isdecimal():
                return
            unit = f"{name}.{line.word()}"
        if line.skip("disable"):
            self.down.add(unit or name)
        elif line.peek() == "family" and line.peek(1) in ("inet", "inet6"):
            family = 4 if line.peek(1) == "inet" else 6
            self.families.setdefault(unit or f"{name}.0", set()).add(family)
            if line.peek(2) == "filter" and line.peek(3) == "input" and name != "lo0":
                self.bound.append((family, unit or f"{name}.0", line.peek(4), line))
                line.at += 5
            elif line.peek(2) == "filter":
                # A stateless filter can only stop more than the policies do.
                own = name == "lo0"
                where: Expr = Named("iif", (unit or f"{name}.0",))
                match = Unknown(echo(line.text)) if own else all_of(where, Unknown(echo(line.text)))
                rule = Rule(match=match, action=Action.DROP, where=line.where, text=line.text)
                (self.guards if own else self.filters).append(rule)
                line.rest()
            elif line.peek(2).startswith(DYNAMIC):
                self.dynamic.append(unit or f"{name}.0")
            elif line.peek(2) in ("address", ""):
                self._address(unit or f"{name}.0", line.peek(3))
                # What follows the address may open a service there (`web-authentication`).
                line.at = min(line.at + 4, len(line.words))
                line.hooks = frozenset({"input"})

    def _address(self, name: str, text: str) -> None:
        try:
            family, net = address(text)
            own = address(text.partition("/")[0])[1]
        except ValueError:
            return  # without an address, or one that is a mistake: the line is left
        self.nets.setdefault(name, []).append((family, own, net))

    def towards(self, text: str) -> str:
        """Return the interface that a next hop is reached by; empty where that is not told."""
        if is_interface(text):
            return text
        try:
            family, hop = address(text)
        except ValueError:
            return ""
        found = (n for n, nets in self.nets.items() for f, _, net in nets
                 if f == family and intersect(net, hop))  # fmt: skip
        return next(found, "")

    def _own(self, name: str) -> dict[int, Spans]:
        nets = self.nets.get(name, ())
        return {f: union(s for g, own, _ in nets if g == f for s in own) for f, _, _ in nets}

    def devices(self) -> tuple[Interface, ...]:
        """Return the interfaces that take traffic; none where a zone takes all there are."""
        names = list(dict.fromkeys(n for members in self.zones.values() for n in members))
        unread = any(line.left() for line in self.config.lines if "interfaces" in line.words)
        if "all" in names or not names or unread:
            return ()
        zone_of = {n: zone for zone, members in self.zones.items() for n in members}
        out = [
            Interface(
                name=name,
                up=not {name, name.partition(".")[0]} & self.down,
                families=frozenset(self.families.get(name, self._unsaid(name))),
                addresses=self._own(name),
                default_route=frozenset(f for f, ways in self.ways.items() if name in ways),
                zone=zone_of[name],
                management_only=name in self.managing,
            )
            for name in names
        ]
        return (*out, *(Interface(name=n, management_only=True) for n in self.unguarded()))

    def _unsaid(self, name: str) -> set[int]:
        """Return the families of an interface without any: those of a line that is not here, or none."""
        device, _, unit = name.partition(".")
        parts = (device, "unit", unit, "family")
        off = (
            words[1:5]
            for words in self.config.inactive
            if words[0] == "interfaces" and len(words) < 7
        )
        return set() if any(words == parts[: len(words)] for words in off) else {4, 6}

    def whole(self) -> dict[int, Spans]:
        """Return all addresses of the device by family; none where it may have others, or some are down.

        Of IPv6 those of the link are its own, and of each network the first (RFC 4291, 2.6.1).
        """
        lines = [line.words for line in self.config.lines if "interfaces" in line.words[:3]]
        groups = any(w[0] == "groups" and w[1] not in ("node0", "node1") for w in lines)
        shared = any(word in OTHERS for words in lines for word in words)
        four = [name for name, families in self.families.items() if 4 in families]
        whole = four and all(4 in self._own(name) for name in four) and bool(self.devices())
        off = any(words[0] in PLACED for words in self.config.inactive)
        if groups or shared or self.dynamic or self.down or off or not whole:
            return {}
        out = {4: union(s for name in four for s in self._own(name)[4])}
        nets = [(own, net) for nets in self.nets.values() for f, own, net in nets if f == 6]
        firsts = [(net[0][0], net[0][0]) for _, net in nets]
        if nets:
            out[6] = union((*LINK, *firsts, *(s for own, _ in nets for s in own)))
        return out

    def addresses(self) -> dict[str, dict[int, Spans]]:
        """Return the addresses of the interfaces that packets cross from or to."""
        known = [d.name for d in self.devices() if not d.management_only]
        names = known or [n for n in self.nets if n.partition(".")[0] not in MANAGEMENT]
        return {name: own for name in names if (own := self._own(name))}

    def by(self, names: Sequence[str]) -> Expr:
        """Return "it comes in by one of these"; `all` stands for those that no other zone names."""
        if "all" not in names:
            return Named("iif", tuple(names))
        others = {n for members in self.zones.values() for n in members} - {"all"}
        return Not(Named("iif", tuple(sorted({*others, *self.unguarded()} - set(names)))))

    def unguarded(self) -> list[str]:
        """Return the interfaces of the management plane that stand in no zone."""
        zoned = {name for members in self.zones.values() for name in members}
        return [n for n in self.families if n.partition(".")[0] in MANAGEMENT and n not in zoned]

    def rules(self) -> list[Rule]:
        """Return what lets packets to the device."""
        out = list(self.guards)
        for name in self.unguarded():
            text = phrase("services of the device on {name}, which no zone guards", name=name)
            match = all_of(Named("iif", (name,)), Unknown(text))
            out.append(
                Rule(match=match, action=Action.ACCEPT, where=self.config.text.at(1), text=text)
            )
        own = {name for _, name in self.inbound if name}
        for (zone, name), lines in self.inbound.items():
            # What an interface names replaces what its zone names.
            names = (name,) if name else tuple(i for i in self.zones[zone] if i not in own)
            side = self.by(names)
            except_ = [words[1] for words, _ in lines if words[2:] == ["except"]]
            for words, line in lines:
                if len(words) < 2 or words[2:] not in ([], ["except"]):
                    line.doubtful(" ".join(words))
                elif names and not words[2:]:
                    match = all_of(side, host(words[0], words[1], except_))
                    out.append(
                        Rule(match=match, action=Action.ACCEPT, where=line.where, text=line.text)
                    )
        return out


def _is_name(text: str) -> bool:
    """Tell whether an interface, or a unit of one, can be named so."""
    return is_interface(text) or text.partition(".")[0] in UNNUMBERED
