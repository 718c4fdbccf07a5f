"""ASA interfaces: their names, security levels, addresses, and where default routes lead.

Source: Cisco ASA Series General Operations CLI Configuration Guide, interfaces and routes. An interface
without a name takes no traffic; IPv6 is off where no line switches it on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from soccheck.errors import worded
from soccheck.firewall.interface import Interface
from soccheck.firewall.model import Expr, In, Named, Where, some_of
from soccheck.firewall.names import number
from soccheck.firewall.readers.cisco.lines import Command
from soccheck.firewall.readers.cisco.routing import leads_out
from soccheck.firewall.readers.cisco.shut import down, is_down
from soccheck.firewall.readers.learned import Speaker, is_way_out
from soccheck.firewall.readers.vocabulary import HOOKS, ROUTES
from soccheck.firewall.spans import Spans, address
from soccheck.phrase import phrase

FORMS = {4: r"[\d.]+ [\d.]+ ", 6: r"[\da-fA-F:]+/\d"}
"""How a static route of each family begins."""


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
    off: set[str] = field(default_factory=set)
    """Those that are down."""
    barred: list[tuple[str, Command]] = field(default_factory=list)
    """The lines by which an interface may open nothing to another one."""
    listed: bool = True
    """False where an interface may have a name that is not read."""
    tunneled: list[Speaker] = field(default_factory=list)
    """Default routes of what comes out of tunnels."""
    six: bool = False
    """True where any interface takes IPv6."""

    def read(self, root: Command) -> None:
        """Take the interfaces and routes."""
        transparent = root.last("firewall transparent") is not None
        self.off = down(root)
        for line in root.each("interface"):
            if line.peek() == "range":
                continue  # of other systems; it stays unread, with what it may switch on
            hardware = " ".join(line.rest())
            named = line.last("nameif")
            if named is None:
                # A configuration prints `no nameif` where there is none, but at ports of a switch that is
                # built in, which are of the VLAN whose interface has the name (ASA 5505, Firepower 1010).
                unnamed = any(line.last(w) is not None for w in ("no nameif", "switchport"))
                self.listed = self.listed and unnamed
                if unnamed:
                    line.drop()
            else:
                self._interface(hardware, named.word(), line, transparent=transparent)
                if is_down(hardware, self.off):
                    line.drop()  # no other line there has an effect (`shut.down`)
        if not transparent:
            self._members(root)
        self._routes(root)

    def _routes(self, root: Command) -> None:
        """Take the static routes; what is not one of a known form may lead the world anywhere.

        One that is `tunneled` is for what comes out of tunnels alone (Command Reference, `route`).
        """
        names = {line.words[2]: line.words[1] for line in root.below if _names(line)}
        for family, command in ((4, "route"), (6, "ipv6 route")):
            for line in root.each(command):
                way = line.word()
                goal = [names.get(word, word) for word in line.rest()]
                if not re.match(FORMS[family], " ".join(goal)):
                    line.hooks = frozenset({ROUTES})
                    line.doubtful(phrase("not a route of a known form"))
                elif leads_out(goal) if family == 4 else is_way_out(goal[0]):
                    if "tunneled" in goal:
                        self.tunneled.append(Speaker(where=line.where, text=line.text, side=way))
                    else:
                        self.ways[family].append(way)

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
            line.within, line.hooks = some_of(*sides), HOOKS
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
        return tuple(self.found.values())

    def unlisted(self) -> Interface | None:
        """Return what others are like, where any may have a name that is not read."""
        return None if self.listed else Interface(name="any other")

    def _interface(self, hardware: str, name: str, line: Command, *, transparent: bool) -> None:
        level = 100 if name == "inside" else 0
        stated = line.last("security-level")
        if stated is not None:
            try:
                level = number(stated.word(), 100)
            except ValueError as error:
                stated.doubtful(worded(error))
        if name in self.levels:
            section = "nameif"
            line.doubtful(phrase("{section} {name} is given twice", section=section, name=name))
        self.levels[name] = (level, line.where)
        self.nets.setdefault(name, [])
        line.last("no bridge-group")
        group = line.last("bridge-group")
        bridged = transparent or group is not None
        if group is not None:
            self.bridged[name] = group
        four = self._four(name, line) or bridged
        six = self._six(name, line)
        self.six = self.six or six
        up = not is_down(hardware, self.off)
        managing = line.holds("management-only")
        self.barred += [(name, words) for words in line.each("no forward interface")]
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

    def _four(self, name: str, line: Command) -> bool:
        """Tell whether IPv4 is on; a configuration prints `no ip address` where it is not."""
        for words in line.each("ip address"):
            found = words.rest()
            if "setroute" in found:
                self.ways[4].append(name)
            elif not found or not (found[0][:1].isdecimal() or found[0] in ("dhcp", "pppoe")):
                words.doubtful(" ".join(found))
            if len(found) == 1 and found[0][:1].isdecimal():
                words.doubtful(phrase("{line}: a word is missing", line=words.text))
            elif found and found[0][:1].isdecimal():
                self._own(name, words, found[0], "/".join(found[:2]))
        return line.last("no ip address") is None

    def _six(self, name: str, line: Command) -> bool:
        on = False
        for words in line.each("ipv6"):
            found = words.rest()
            on = True
            if found[:3] == ["address", "autoconf", "default"]:
                self.ways[6].append(name)
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


def _names(line: Command) -> bool:
    """Tell whether a line gives an address a name, by which routes may know it."""
    return line.words[0] == "name" and len(line.words) > 2
