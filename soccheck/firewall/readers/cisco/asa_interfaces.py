"""ASA interfaces: their names, security levels, addresses, and where default routes lead.

Source: Cisco ASA Series General Operations CLI Configuration Guide, interfaces and routes. An interface
without a name takes no traffic; IPv6 is off where no line switches it on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from soccheck.errors import worded
from soccheck.firewall.interface import Interface
from soccheck.firewall.model import Expr, In, Named, Where, some_of
from soccheck.firewall.names import number
from soccheck.firewall.readers.cisco.lines import Command
from soccheck.firewall.spans import Spans, address

DEFAULTS = ("no shutdown", "no management-only", "no bridge-group")
WORLD = (["0.0.0.0", "0.0.0.0"], ["0", "0"])


@dataclass(slots=True)
class AsaInterfaces:
    """The interfaces of one configuration by their names (`nameif`)."""

    levels: dict[str, tuple[int, Where]] = field(default_factory=dict)
    own: dict[str, list[Expr]] = field(default_factory=dict)
    """The addresses of each, as sources."""
    nets: dict[str, list[tuple[int, Spans]]] = field(default_factory=dict)
    """The networks of each."""
    found: dict[str, Interface] = field(default_factory=dict)
    ways: dict[int, list[str]] = field(default_factory=lambda: {4: [], 6: []})
    """Where the default routes of each family lead."""
    bridged: dict[str, Command] = field(default_factory=dict)
    """The lines by which interfaces are members of a bridge group."""
    listed: bool = True
    """False where an interface may have a name that is not read."""
    six: bool = False
    """True where any interface takes IPv6."""

    def read(self, root: Command) -> None:
        """Take the interfaces and routes."""
        transparent = root.last("firewall transparent") is not None
        shut = {
            "".join(line.words[1:])
            for line in root.each("interface")
            if line.last("shutdown") is not None
        }
        for line in root.each("interface"):
            hardware = " ".join(line.rest())
            named = line.last("nameif")
            if named is None:
                # A configuration prints `no nameif` where there is none.
                self.listed = self.listed and line.last("no nameif") is not None
                if self.listed:
                    line.drop()
            else:
                self._interface(hardware, named.word(), line, transparent=transparent)
                self._below(shut, hardware, named.words[-1])
        if not transparent:
            self._members(root)
        for line in root.each("route"):
            way, goal = line.word(), line.rest()
            if goal[:2] in WORLD:
                self.ways[4].append(way)
        for line in root.each("ipv6 route"):
            way, goal = line.word(), line.rest()
            if goal[:1] == ["::/0"]:
                self.ways[6].append(way)

    def _members(self, root: Command) -> None:
        """Leave open what comes in by members of a bridge group: their rules or those of its BVI judge it.

        So is what goes out by them where the two are not of one level, or a list is bound to the BVI.
        Source: General Operations CLI Configuration Guide, "Routed and Transparent Mode Interfaces".
        """
        bound = {line.words[-1] for line in root.below if line.words[0] == "access-group"}
        named = {found.names[0].upper(): name for name, found in self.found.items()}
        for name, line in self.bridged.items():
            number_ = line.word()
            bvi = named.get(f"BVI{number_}")
            level = self.levels[bvi][0] if bvi is not None else self.levels[name][0]
            alike = level == self.levels[name][0] and bvi not in bound
            sides = [Named("iif", (name,)), *([] if alike else [Named("oif", (name,))])]
            line.within = some_of(*sides)
            line.doubtful(f"bridge-group {number_}")

    def tunnels(self) -> dict[str, Where]:
        """Return the interfaces that are tunnels themselves."""
        return {
            name: self.levels[name][1]
            for name, found in self.found.items()
            if found.names[0].lower().startswith("tunnel")
        }

    def hardware(self) -> dict[str, str]:
        """Return the names by what the interfaces themselves are called."""
        return {found.names[0].replace(" ", ""): name for name, found in self.found.items()}

    def untrusted(self) -> tuple[str, ...]:
        """Return where default routes lead."""
        return tuple(dict.fromkeys([*self.ways[4], *self.ways[6]]))

    def devices(self) -> tuple[Interface, ...]:
        """Return the interfaces that have a name."""
        return tuple(self.found.values()) if self.listed else ()

    def _interface(self, hardware: str, name: str, line: Command, *, transparent: bool) -> None:
        level = 100 if name == "inside" else 0
        stated = line.last("security-level")
        if stated is not None:
            try:
                level = number(stated.word(), 100)
            except ValueError as error:
                stated.doubtful(worded(error))
        self.levels[name] = (level, line.where)
        for command in DEFAULTS:
            line.last(command)
        group = line.last("bridge-group")
        bridged = transparent or group is not None
        if group is not None:
            self.bridged[name] = group
        four = self._four(name, line) or bridged
        six = self._six(name, line)
        self.six = self.six or six
        up = line.last("shutdown") is None
        managing = line.last("management-only") is not None
        # What is not read may switch a family on.
        unread = any(inner.left() for inner in line.below)
        self.found[name] = Interface(
            name=name,
            names=(hardware,),
            up=up,
            families=frozenset(f for f, on in ((4, four), (6, six or bridged)) if on or unread),
            addresses=self._addresses(name),
            default_route=frozenset(f for f in (4, 6) if name in self.ways[f]),
            zone=name,
            management_only=managing,
        )

    def _below(self, shut: set[str], hardware: str, name: str) -> None:
        """Take what is down with the interface that it is a part of."""
        above = hardware.partition(".")[0]
        if above != hardware and above in shut:
            self.found[name] = replace(self.found[name], up=False)

    def _four(self, name: str, line: Command) -> bool:
        """Tell whether IPv4 is on; a configuration prints `no ip address` where it is not."""
        for words in line.each("ip address"):
            found = words.rest()
            if "setroute" in found:
                self.ways[4].append(name)
            if found and found[0][:1].isdigit():
                self._own(name, words, found[0], "/".join(found[:2]))
        return line.last("no ip address") is None

    def _six(self, name: str, line: Command) -> bool:
        on = False
        for words in line.each("ipv6"):
            found = words.rest()
            on = True
            if found[:1] == ["address"] and "/" in "".join(found[1:2]):
                self._own(name, words, found[1].partition("/")[0], found[1])
        return on

    def _own(self, name: str, words: Command, text: str, net: str) -> None:
        try:
            family, spans = address(text)
            self.nets.setdefault(name, []).append(address(net))
        except ValueError as error:
            words.doubtful(worded(error))
            return
        self.own.setdefault(name, []).append(In("src", spans, family))

    def _addresses(self, name: str) -> dict[int, Spans]:
        out: dict[int, Spans] = {}
        for expr in self.own.get(name, ()):
            if isinstance(expr, In):
                out[expr.family] = (*out.get(expr.family, ()), *expr.spans)
        return out
