"""The zones of an SRX, their interfaces, and who may speak to the device through each.

Source: Junos OS Security Zones and Interfaces user guides. An interface in no zone takes no traffic, but
for those of the management plane, which no zone guards.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from soccheck.firewall.interface import Interface
from soccheck.firewall.model import Action, Expr, Named, Rule, Unknown, all_of
from soccheck.firewall.readers.juniper.lines import Config, JunosStatement
from soccheck.firewall.readers.juniper.services import host

MANAGEMENT = ("fxp0", "em0", "me0", "fxp1")
ZONES = "security zones security-zone"
FUNCTIONAL = "security zones functional-zone"


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
    down: set[str] = field(default_factory=set)
    filters: list[Rule] = field(default_factory=list)
    guards: list[Rule] = field(default_factory=list)
    """Filters of lo0: they guard the device itself."""

    def read(self) -> None:
        """Take the lines."""
        for command in (ZONES, FUNCTIONAL):
            for line in self.config.each(command):
                self._zone(line, managing=command == FUNCTIONAL)
        for line in self.config.each("interfaces"):
            self._interface(line)

    def _zone(self, line: JunosStatement, *, managing: bool) -> None:
        zone = line.word()
        members = self.zones.setdefault(zone, [])
        if line.skip("interfaces"):
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
        if line.skip("unit"):
            unit = f"{name}.{line.word()}"
        if line.skip("disable"):
            self.down.add(unit or name)
        elif line.peek() == "family" and line.peek(1) in ("inet", "inet6"):
            family = 4 if line.peek(1) == "inet" else 6
            self.families.setdefault(unit or f"{name}.0", set()).add(family)
            if line.peek(2) == "filter":
                # A stateless filter can only stop more than the policies do.
                own = name == "lo0"
                where: Expr = Named("iif", (unit or f"{name}.0",))
                match = Unknown(line.text) if own else all_of(where, Unknown(line.text))
                rule = Rule(match=match, action=Action.DROP, where=line.where, text=line.text)
                (self.guards if own else self.filters).append(rule)
                line.rest()
            elif line.peek(2) in ("address", ""):
                # What follows the address may open a service there (`web-authentication`).
                line.at = min(line.at + 4, len(line.words))
                line.hooks = frozenset({"input"})

    def devices(self) -> tuple[Interface, ...]:
        """Return the interfaces that take traffic; none where a zone takes all there are."""
        names = list(dict.fromkeys(n for members in self.zones.values() for n in members))
        unread = any(line.left() for line in self.config.lines if "interfaces" in line.words[:3:2])
        if "all" in names or not names or unread:
            return ()
        zone_of = {n: zone for zone, members in self.zones.items() for n in members}
        out = [
            Interface(
                name=name,
                up=not {name, name.partition(".")[0]} & self.down,
                families=frozenset(self.families.get(name, {4, 6})),
                zone=zone_of[name],
                management_only=name in self.managing,
            )
            for name in names
        ]
        return (*out, *(Interface(name=n, management_only=True) for n in self.unguarded()))

    def unguarded(self) -> list[str]:
        """Return the interfaces of the management plane that stand in no zone."""
        zoned = {name for members in self.zones.values() for name in members}
        return [n for n in self.families if n.partition(".")[0] in MANAGEMENT and n not in zoned]

    def rules(self) -> list[Rule]:
        """Return what lets packets to the device."""
        out = list(self.guards)
        for name in self.unguarded():
            text = f"services of the device on {name}, which no zone guards"
            match = all_of(Named("iif", (name,)), Unknown(text))
            out.append(
                Rule(match=match, action=Action.ACCEPT, where=self.config.text.at(1), text=text)
            )
        own = {name for _, name in self.inbound if name}
        for (zone, name), lines in self.inbound.items():
            # What an interface names replaces what its zone names.
            names = (name,) if name else tuple(i for i in self.zones[zone] if i not in own)
            except_ = [words[1] for words, _ in lines if words[2:] == ["except"]]
            for words, line in lines:
                if len(words) < 2 or words[2:] not in ([], ["except"]):
                    line.doubtful(" ".join(words))
                elif names and not words[2:]:
                    match = all_of(Named("iif", names), host(words[0], words[1], except_))
                    out.append(
                        Rule(match=match, action=Action.ACCEPT, where=line.where, text=line.text)
                    )
        return out
