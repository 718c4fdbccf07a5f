"""The interfaces of a RouterOS device: those an export names, their states, addresses and bridges.

An export names an interface only where something is set on it, so there may be others. Sources: RouterOS
documentation, "Interfaces", "Bridging and Switching", "IPv6" (`/ipv6 settings`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from soccheck.firewall.interface import Interface
from soccheck.firewall.model import Action, Expr, Named, Rule, Unknown, all_of, some_of
from soccheck.firewall.readers.base import implied
from soccheck.firewall.readers.mikrotik.export import Export, Item
from soccheck.firewall.readers.mikrotik.routes import CLIENTS
from soccheck.firewall.spans import Spans, address, union
from soccheck.phrase import phrase

NAMING = {
    "/ip address": "interface", "/ipv6 address": "interface", "/interface list member": "interface",
    "/ip dhcp-client": "interface", "/ipv6 dhcp-client": "interface",
}  # fmt: skip
"""Menus whose lines name an interface, and the word that does."""
NO_INTERFACES = ("/interface list", "/interface detect-internet")
POINT_TO_POINT = (
    *CLIENTS,
    "/interface wireguard",
    "/interface gre",
    "/interface ipip",
    "/interface 6to4",
)
BRIDGES = (
    "bridge",
    "datapath.bridge",
    "wds-default-bridge",
    "put-stations-in-bridge",
    "put-in-bridge",
)
"""Words, of whichever menu, by which interfaces join a bridge by themselves: radios and their stations, WDS,
VXLAN, VPLS and EVPN by BGP ("WiFi", "Wireless Interface", "W60G", "VXLAN")."""
JOINERS = ("wifi*", "wlan*", "wds*", "cap*", "vxlan*", "vpls*")
"""How such interfaces are named where nobody names them."""
BESIDE = ("/interface vrrp", "/interface macvlan")
"""Interfaces of a MAC address of their own: what comes over the line of another comes in by them."""
KINDS = ("all", "dynamic", "static", "none", "all-ethernet", "all-ppp", "all-vlan", "all-wireless")


@dataclass(slots=True)
class RouterOsInterfaces:
    """The interfaces of one export."""

    export: Export
    found: dict[str, Interface] = field(default_factory=dict)
    bridges: dict[str, list[str]] = field(default_factory=dict)
    """Bridges by name, with their ports: a packet that comes in by a port is the bridge's."""
    bonds: dict[str, list[str]] = field(default_factory=dict)
    """Bonds by name, with their slaves, of which the same holds."""
    as_ports: set[str] = field(default_factory=set)
    """Lists of interfaces that are ports of a bridge."""
    joined: set[str] = field(default_factory=set)
    """Bridges that interfaces join by themselves."""
    parents: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)
    """Interfaces by name, with those that share their line."""
    families: frozenset[int] = frozenset({4, 6})
    routing: frozenset[int] = frozenset({4, 6})
    """The families that the device sends on."""

    def read(self) -> None:
        """Fill the record."""
        off = any(item.flag("disable-ipv6") for item in self.export.all("/ipv6 settings"))
        self.families = frozenset({4}) if off else frozenset({4, 6})
        switches = ((4, "/ip settings", "ip-forward"), (6, "/ipv6 settings", "forward"))
        self.routing -= {
            family
            for family, menu, key in switches
            for item in self.export.all(menu)
            if not item.flag(key, default=True)
        }
        self._ports()
        for menu, items in self.export.menus.items():
            # What stands below, such as `/interface wifi security`, names no interface.
            if (
                menu.startswith("/interface ")
                and len(menu.split()) == 2
                and menu not in NO_INTERFACES
            ):
                for item in items:
                    self._listed(menu, item)
        for menu, key in NAMING.items():
            for item in self.export.all(menu):
                self._add(item.get(key))
        for ports in self.bridges.values():
            for port in ports:
                self._add(port)
        self._addresses()
        self._parents()

    def _ports(self) -> None:
        """Find the ports of bridges: interfaces, lists of them, and what joins by itself."""
        lists: dict[str, list[str]] = {}
        for item in self.export.all("/interface list"):
            # A list may hold others.
            lists.setdefault(item.get("name"), []).extend(item.get("include").split(","))
        for item in self.export.all("/interface list member"):
            lists.setdefault(item.get("list"), []).append(item.get("interface"))
        for item in self.export.all("/interface bridge port"):
            port, bridge = item.get("interface"), item.get("bridge")
            found, todo = dict[str, None](), [port]
            while todo:
                name = todo.pop()
                if name and name not in found:
                    found[name] = None
                    todo += lists.get(name, ())
            ports = tuple(name for name in found if name not in lists)
            self.as_ports |= found.keys() & lists.keys()
            if ports:
                item.record.within = some_of(*(Named(s, ports) for s in ("iif", "oif")))
            item.get("horizon")
            item.get("pvid")
            if bridge:
                self.bridges.setdefault(bridge, []).extend(ports)
        for menu in self.export.menus:
            if not menu.startswith("/interface bridge"):
                for item in self.export.all(menu):
                    self.joined |= {item.get(word) for word in BRIDGES} - {"", "none"}

    def _listed(self, menu: str, item: Item) -> None:
        default = item.get("default-name").rstrip("]").strip()
        bare = [word for word in item.bare if word not in ("[", "]", "find")]
        name = item.get("name").rstrip("]") or default or (bare[0] if bare else "")
        if not name or name in KINDS:
            return
        self._add(name)
        up = item.record.choice(
            "disabled", {"yes": False, "true": False, "no": True, "false": True}, "no", True
        )
        known = self.found[name]
        self.found[name] = replace(
            known,
            names=(default,) if default and default != name else known.names,
            up=up if "disabled" in item.record.values else known.up,
            point_to_point=menu in POINT_TO_POINT or known.point_to_point,
        )
        if menu == "/interface bonding":
            self.bonds[name] = [slave for slave in item.get("slaves").split(",") if slave]
        if menu in ("/interface vlan", "/interface pppoe-client", *BESIDE):
            self.parents[name] = item.get("interface")
        if menu in BESIDE:
            self.lines.setdefault(self.parents[name], []).append(name)

    def _add(self, name: str) -> None:
        if name and name not in KINDS and name not in self.found:
            self.found[name] = Interface(name=name, families=self.families)

    def _addresses(self) -> None:
        for menu, family in (("/ip address", 4), ("/ipv6 address", 6)):
            for item in self.export.all(menu):
                name = item.get("interface")
                try:
                    spans: Spans = address(item.get("address").partition("/")[0])[1]
                except ValueError:
                    continue
                if name in self.found:
                    known = self.found[name]
                    own = union((*known.addresses.get(family, ()), *spans))
                    self.found[name] = replace(known, addresses={**known.addresses, family: own})

    def _parents(self) -> None:
        """Put down what stands on an interface that is down."""
        for _ in self.parents:
            for name, parent in self.parents.items():
                if parent in self.found and not self.found[parent].up:
                    self.found[name] = replace(self.found[name], up=False)

    def devices(self, ways: Mapping[int, Iterable[str]]) -> tuple[Interface, ...]:
        """Return the interfaces; `ways` names those of default routes per family."""
        out = []
        for name, known in self.found.items():
            routes = frozenset(family for family, names in ways.items() if name in names)
            out.append(replace(known, default_route=routes))
        return tuple(out)

    def unlisted(self) -> Interface:
        """Return what any other interface is like."""
        return Interface(name="", families=self.families)

    def match(self, field_: str, name: str) -> Expr:
        """Return "it is this interface": of a bridge or a bond also its ports.

        A rule on a port is not valid, as is one on an interface that is not there any more (`*5`): it matches
        nothing, or with `use-ip-firewall` perhaps the port.
        """
        if name in KINDS:
            return Unknown(phrase("interfaces of the kind {name}", name=name))
        if name.startswith("*"):
            return Unknown(phrase("the interface {name} is not there any more", name=name))
        masters = {**self.bonds, **self.bridges}
        for master, ports in masters.items():
            if name in ports:
                text = phrase(
                    "{name} is a port of {master}, so that a rule on it may not be valid",
                    name=name,
                    master=master,
                )
                return all_of(Named(field_, (name,)), Unknown(text))
        found = Named(field_, (name, *masters.get(name, ())))
        joins = Unknown(
            phrase("which interfaces are ports of {names}", names=", ".join(sorted(self.joined)))
        )
        if name in self.joined:
            return some_of(found, all_of(Named(field_, JOINERS), joins))
        if self.joined and any(fnmatchcase(name, pattern) for pattern in JOINERS):
            return all_of(found, joins)
        return found

    def bridged(self) -> Iterator[Rule]:
        """Yield what passes between the ports of a bridge, which no IP filter sees unless it is told to."""
        for bridge in dict.fromkeys((*self.bridges, *sorted(self.joined))):
            if len(self.bridges.get(bridge, ())) < 2 and bridge not in self.joined:
                continue
            sides: list[Expr] = [self.match(side, bridge) for side in ("iif", "oif")]
            doubts = list(self._filtered())
            action = Action.UNKNOWN if doubts else Action.ACCEPT
            text = phrase("the ports of {bridge} talk to each other", bridge=bridge)
            if doubts:
                text = phrase("{text}, but for {doubts}", text=text, doubts="; ".join(doubts))
            yield implied(all_of(*sides), action, self.export.top, text)

    def _filtered(self) -> Iterator[str]:
        for item in self.export.all("/interface bridge settings"):
            if item.flag("use-ip-firewall"):
                yield "use-ip-firewall"
        for menu in ("/interface bridge filter", "/interface bridge nat"):
            if any(True for _ in self.export.all(menu)):
                yield menu
        for item in self.export.all("/interface bridge port"):
            if item.get("horizon", "none") != "none" or item.get("pvid", "1") != "1":
                yield item.text
        for item in self.export.all("/interface bridge"):
            if item.flag("vlan-filtering"):
                yield item.text
