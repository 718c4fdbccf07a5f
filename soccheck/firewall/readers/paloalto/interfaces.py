"""PAN-OS interfaces, zones and default routes: the sides of the firewall.

Sources: PAN-OS Networking Administrator's Guide (interfaces, zones, virtual routers). An interface in no
zone takes no traffic; one without `ipv6 enabled yes` takes no IPv6. Web Interface Help, "Layer 3 Interface":
"Use interface ID as host portion" (`prefix`) makes an address of the interface ID, which may be of its
hardware; one of the link is beside them (weberblog.net, "Palo Alto NGFW: Handling of IPv6 on the Interface").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from soccheck.firewall.interface import Interface
from soccheck.firewall.model import UDP, Expr, In, Named, Not, Unknown, all_of, some_of
from soccheck.firewall.readers.base import of_family
from soccheck.firewall.readers.paloalto.tree import PanNode, names_of
from soccheck.firewall.spans import Spans, address, span, union
from soccheck.phrase import echo, phrase

WORLD = {4: "0.0.0.0/0", 6: "::/0"}
LAYER2 = ("layer2", "virtual-wire", "tap")
TABLES = ("ethernet", "aggregate-ethernet")
LOGICAL = ("vlan", "loopback", "tunnel", "sdwan")
MANAGEMENT = "management"
LOCAL = In("dtype", span(1))
LINK = address("fe80::/10")[1]
"""Addresses of IPv6 that are of one link, of which every interface has its own."""
LINK_OF: Mapping[int, Spans] = {4: (), 6: LINK}


def here(*names: str) -> Expr:
    """Return "the packet comes in or goes out by one of these or their units, or is for an own address"."""
    found = tuple(text for name in names for text in (name, f"{name}.*"))
    return some_of(Named("iif", found), Named("oif", found), LOCAL)


@dataclass(slots=True)
class Port:
    """One interface, or one unit of it."""

    name: str
    node: PanNode
    kind: str
    up: bool = True
    addresses: dict[int, list[Spans]] = field(default_factory=lambda: {4: [], 6: []})
    nets: list[tuple[int, Spans]] = field(default_factory=list)
    families: set[int] = field(default_factory=set)
    changing: set[int] = field(default_factory=set)
    """Families in which it has an address that the configuration does not show."""
    profile: str = ""
    outward: bool = False
    """True where it takes a default route with its address."""

    def own(self, family: int) -> Spans:
        """Return its own addresses but that of the link."""
        return union(s for spans in self.addresses[family] for s in spans)

    def answering(self, family: int) -> Spans:
        """Return its own addresses with the first of each network of IPv6, which is of all its routers.

        Source: RFC 4291, 2.6.1.
        """
        firsts = [net[0][0] for f, net in self.nets if f == family == 6]
        return union((*self.own(family), *((first, first) for first in firsts)))


@dataclass(frozen=True, slots=True)
class PanZone:
    """One zone of a virtual system, and its interfaces."""

    vsys: str
    name: str
    kind: str
    ports: tuple[str, ...]
    protection: str = ""
    """The profile of zone protection."""


class PanSides:
    """The interfaces and zones of one device."""

    def __init__(self, root: PanNode) -> None:
        self.root = root
        self.ports: dict[str, Port] = {}
        self.zones: list[PanZone] = []
        self.unsettled = False
        """True where other addresses than those of interfaces may be own ones."""
        self.managing: set[int] = set()
        """The families of the management interface; none where nothing tells."""
        session = root.at("deviceconfig", "setting", "session")
        self.six = session is None or session.flag("ipv6-firewalling", default=True)
        for table in TABLES:
            for node in root.entries("network", "interface", table):
                self._physical(node)
        for table in LOGICAL:
            outer = root.at("network", "interface", table)
            if outer is not None:
                self._layer3(table, outer, up=True)
        for vsys in root.entries("vsys"):
            for node in vsys.entries("zone"):
                self._zone(vsys.word, node)

    def _physical(self, node: PanNode) -> None:
        node.record.within = here(node.word)
        up = node.record.choice(
            "link-state", {"auto": True, "up": True, "down": False}, "auto", True
        )
        modes = [key for key in ("layer3", *LAYER2) if key in node]
        for mode in modes:
            inner = node.at(mode)
            if inner is None:
                continue
            if mode == "layer3":
                self._layer3(node.word, inner, up=up)
                continue
            for found in (inner, *inner.entries("units")):
                name = node.word if found is inner else found.word
                found.record.within = here(node.word, name)
                self.ports[name] = Port(name, found, mode, up=up, families={4, 6})

    def _layer3(self, name: str, node: PanNode, *, up: bool) -> None:
        for found in (node, *node.entries("units")):
            own = name if found is node else found.word
            found.record.within = here(name, own)
            port = self.ports[own] = Port(own, found, "layer3", up=up, families={4})
            port.profile = found.get("interface-management-profile")
            bonjour = found.at("bonjour")
            if bonjour is not None and bonjour.flag("enable"):
                # What it reflects crosses the zones (Web Interface Help, "Bonjour Reflector").
                mdns = all_of(In("proto", span(UDP)), In("dport", span(5353)))
                bonjour.record.within = all_of(here(name, own), mdns)
                bonjour.record.doubtful(echo("enable yes"))
            if "ip" in found and not names_of(found, "ip"):
                port.changing.add(4)
            for entry in found.entries("ip"):
                self._address(port, 4, entry.word)
            for key in ("dhcp-client", "pppoe"):
                client = found.at(key)
                if client is not None and client.flag("enable", default=True):
                    port.changing.add(4)
                    if client.flag("create-default-route", default=True):
                        port.outward = True
            six = found.at("ipv6")
            if six is not None:
                self._six(port, six)

    def _six(self, port: Port, node: PanNode) -> None:
        """Read the addresses of IPv6; what stands where it is off counts for nothing."""
        if not node.flag("enabled"):
            if node.get("enabled") == "no":
                node.pass_over()
            return
        if self.six:
            port.families.add(6)
        if not names_of(node, "address") and "address" in node:
            port.changing.add(6)
        for entry in node.entries("address"):
            self._address(port, 6, entry.word)
            fixed = entry.flag("enable-on-interface", default=True)
            if entry.whole("prefix") or not fixed:
                port.changing.add(6)
        for key in ("dhcp-client", "inherited"):
            if node.whole(key):
                port.changing.add(6)

    def _address(self, port: Port, family: int, text: str) -> None:
        try:
            port.addresses[family].append(address(text.partition("/")[0])[1])
            port.nets.append((family, address(text)[1]))
        except ValueError:
            # The name of an object, or a variable of a template.
            port.changing.add(family)

    def _zone(self, vsys: str, node: PanNode) -> None:
        network = node.at("network")
        kinds = [k for k in ("layer3", *LAYER2, "external", "tunnel") if network and k in network]
        guard = network.get("zone-protection-profile") if network else ""
        for kind in kinds:
            assert network is not None
            found = tuple(network.words(kind))
            ports = found if kind != "external" else ()
            self.zones.append(PanZone(vsys, node.word, kind, ports, guard))
        if not kinds:
            self.zones.append(PanZone(vsys, node.word, "layer3", ()))

    def devices(self) -> Iterator[Interface]:
        """Yield the interfaces; one that stands in no zone takes no packet."""
        for zone in self.zones:
            for name in zone.ports:
                port = self.ports.get(name)
                if port is None:
                    yield Interface(name=name, zone=zone.name)
                    continue
                yield Interface(
                    name=name,
                    up=port.up,
                    families=frozenset(port.families),
                    addresses={f: port.own(f) for f in (4, 6) if port.own(f)},
                    zone=zone.name,
                    point_to_point=name.startswith("tunnel"),
                )
        zoned = {name for zone in self.zones for name in zone.ports}
        unplaced = self.unplaced()
        for name in self.ports:
            if name not in zoned:
                yield Interface(name=name, families=frozenset((4, 6) if name in unplaced else ()))
        families = frozenset(self.managing or (4, 6))
        yield Interface(
            name=MANAGEMENT, names=("mgmt", "MGT"), families=families, management_only=True
        )

    def named(self, field_: str, zones: Iterable[PanZone]) -> Expr:
        """Return "the packet comes in (or goes out) by one of these zones"."""
        names = (name for zone in zones for name in zone.ports)
        # Nothing leaves by a loopback.
        inward = field_ == "iif"
        return Named(field_, tuple(n for n in names if inward or not n.startswith("loopback")))

    def of(self, vsys: str, names: Sequence[str]) -> list[PanZone]:
        """Return the zones of a virtual system by name; `any` is all of them."""
        return [z for z in self.zones if z.vsys == vsys and ("any" in names or z.name in names)]

    def towards(self, zones: Sequence[PanZone]) -> Expr:
        """Return "the packet leaves by one of these zones, or is for an own address in one"."""
        own = self.at([name for zone in zones for name in zone.ports])
        return some_of(self.named("oif", zones), all_of(LOCAL, own))

    def at(self, names: Sequence[str]) -> Expr:
        """Return "the destination is an own address of one of these interfaces"."""
        parts: list[Expr] = []
        for family in (4, 6):
            found = (self.ports[n] for n in names if n in self.ports)
            mine = union(s for port in found for s in port.answering(family))
            if mine:
                parts.append(In("dst", mine, family))
            linked = () if family == 4 else tuple(n for n in names if self._has_six(n))
            if linked:
                parts.append(all_of(In("dst", LINK, 6), Named("iif", linked)))
            if self.unsettled or any(self._changes(n, family) for n in names):
                text = phrase("which interface has an address that the configuration does not show")
                known = self._known(family)
                here = some_of(Named("iif", tuple(names)), Unknown(text))
                parts.append(all_of(of_family(family), Not(In("dst", known, family)), here))
        return some_of(*parts)

    def local(self, managing: Mapping[int, Spans]) -> dict[int, Spans]:
        """Return the own addresses by family, where the configuration shows every one of them."""
        names = {*self.ports, *(name for zone in self.zones for name in zone.ports)}
        out: dict[int, Spans] = {}
        for family, managed in managing.items():
            if not self.unsettled and not any(self._changes(name, family) for name in names):
                out[family] = union((*self._known(family), *managed))
        return out

    def _known(self, family: int) -> Spans:
        own = (s for port in self.ports.values() for s in port.answering(family))
        return union((*LINK_OF[family], *own))

    def _changes(self, name: str, family: int) -> bool:
        port = self.ports.get(name)
        return port is None or family in port.changing

    def _has_six(self, name: str) -> bool:
        return name not in self.ports or 6 in self.ports[name].families

    def unplaced(self) -> tuple[str, ...]:
        """Return the interfaces of no zone, where a zone is without any, or holds one that is not given."""
        zoned = {name for zone in self.zones for name in zone.ports}
        empty = any(not zone.ports and zone.kind != "external" for zone in self.zones)
        unsure = empty or not zoned <= self.ports.keys()
        return tuple(name for name in self.ports if name not in zoned) if unsure else ()

    def zone_names(self) -> Mapping[str, tuple[str, ...]]:
        """Return the interfaces by zone; one of a name used twice with its virtual system."""
        out: dict[str, tuple[str, ...]] = {}
        for zone in self.zones:
            twice = any(z.name == zone.name and z.vsys != zone.vsys for z in self.zones)
            name = f"{zone.vsys}/{zone.name}" if twice else zone.name
            out[name] = (*out.get(name, ()), *zone.ports)
        return out
