"""Interfaces of `config.xml` by the names that rules have for them.

Sources: pfSense documentation, "Interfaces"; OPNsense documentation, "Interfaces".
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from soccheck.firewall.interface import Interface
from soccheck.firewall.model import ANY, Expr, In, Named, Unknown, all_of, some_of
from soccheck.firewall.readers.base import of_family
from soccheck.firewall.readers.objects import turned
from soccheck.firewall.readers.pf.xml import Node
from soccheck.firewall.spans import Spans, address
from soccheck.phrase import phrase

FROM_OUTSIDE = ("dhcp", "pppoe", "ppp", "l2tp", "pptp")
FROM_OUTSIDE6 = ("dhcp6", "slaac", "6rd", "6to4")
DIALLED = ("pppoe", "ppp", "l2tp", "pptp")
VPN_GROUPS = {
    "openvpn": ("ovpn*",), "enc0": ("enc*", "ipsec*"), "ipsec": ("enc*", "ipsec*"), "l2tp": ("l2tp*",),
    "pppoe": ("poes*",), "pptp": ("pptpd*",), "wireguard": ("wg*", "tun_wg*"),
    "WireGuard": ("wg*", "tun_wg*"), "Tailscale": ("tailscale*",),
}  # fmt: skip
"""Names that stand for the interfaces of one kind of VPN (pfSense `filter.inc`, OPNsense groups)."""


def literal(value: str) -> In | None:
    """Return an address as a match on the source, if it is one."""
    try:
        family, spans = address(value)
    except ValueError:
        return None
    return In("src", spans, family)


def named(name: str) -> Expr:
    """Return "it comes in by this": an interface ends in a digit, a group never does (ifconfig(8))."""
    if name in VPN_GROUPS:
        return Named("iif", VPN_GROUPS[name])
    return (
        Named("iif", (name,))
        if name[-1:].isdecimal()
        else Unknown(phrase("the interfaces of group {name}", name=name))
    )


@dataclass(frozen=True, slots=True)
class VirtualAddress:
    """A further address of an interface, and the network it is in; none where nothing tells."""

    network: In | None
    own: In | None


class PfInterfaces:
    """The interfaces of a configuration by the names rules have for them."""

    def __init__(self, root: Node) -> None:
        self.nodes: dict[str, Node] = {}
        self.devices: dict[str, str] = {}
        self.zones: dict[str, tuple[str, ...]] = {}
        self.found: dict[str, Interface] = {}
        self.groups: dict[str, list[str]] = {}
        self.order: dict[str, int] = {}
        self.virtual: dict[str, list[VirtualAddress]] = {}
        self.strict = root.strict
        for node in root.all("ifgroups", "ifgroupentry"):
            name, place = node.text("ifname"), node.text("sequence")
            self.groups[name] = node.text("members").split()
            self.order[name] = int(place) if place.isdecimal() else 0
        # Of a part of a configuration an element that is missing says nothing.
        self.whole = any(root.record.words(tag) for tag in ("revision", "lastchange"))
        self.six = True
        self.systems = list(root.all("system"))
        for system in self.systems:
            self.six = system.on("ipv6allow")
        for node in root.all("OPNsense", "Interfaces", "settings"):  # newer: Settings.xml
            self.six = node.text("ipv6allow") != "0" if "ipv6allow" in node else self.six
        for outer in root.all("interfaces"):
            for node in outer.each():
                self._add(node)
        for node in root.all("virtualip", "vip"):
            own = node.text("subnet")
            net = literal(f"{own}/{node.text('subnet_bits')}") or literal(own)
            sure = node.text("mode") in ("ipalias", "carp") and net is not None
            found = VirtualAddress(net if sure and net else None, literal(own) if sure else None)
            self.virtual.setdefault(node.text("interface"), []).append(found)

    def _add(self, node: Node) -> None:
        if node.text("type") == "group":
            self.groups.setdefault(node.tag, [node.tag])
            node.pass_over()
            return
        device, shown = node.text("if"), node.text("descr")
        alone = device and node.tag not in VPN_GROUPS
        node.record.within = Named("iif", (device,)) if alone else ANY
        if not device:
            return
        self.nodes[node.tag] = node
        self.devices[node.tag] = device
        self.zones[node.tag] = (device,)
        if shown:
            self.zones[shown] = (device,)
        for tag in ("subnet", "subnetv6"):
            node.text(tag)  # taken with the address, where a rule names the network
        outside = {
            4: bool(node.text("gateway")) or node.text("ipaddr") in FROM_OUTSIDE,
            6: bool(node.text("gatewayv6")) or node.text("ipaddrv6") in FROM_OUTSIDE6,
        }
        addresses = {}
        for tag, family in (("ipaddr", 4), ("ipaddrv6", 6)):
            own = literal(node.text(tag))
            if own is not None:
                addresses[family] = own.spans
        on = node.on("enable") or not self.whole
        self.found[device] = Interface(
            name=device,
            names=(node.tag, *((shown,) if shown else ())),
            up=on,
            addresses=addresses,
            default_route=frozenset(f for f, out in outside.items() if out),
            zone=shown or node.tag,
            point_to_point=node.text("ipaddr") in DIALLED,
        )

    @property
    def families(self) -> frozenset[int]:
        """Return the families that are on; IPv6 is where it is allowed, or where that cannot be told."""
        unread = any(system.record.left() for system in self.systems)
        return frozenset({4, 6}) if self.six or unread or not self.whole else frozenset({4})

    @property
    def untrusted(self) -> tuple[str, ...]:
        """Return the interfaces that lead to the world."""
        return tuple(device.name for device in self.found.values() if device.default_route)

    def networks(self) -> dict[str, list[tuple[int, Spans]]]:
        """Return the networks each interface is on."""
        out: dict[str, list[tuple[int, Spans]]] = {device: [] for device in self.found}
        for tag, node in self.nodes.items():
            for own, bits in (("ipaddr", "subnet"), ("ipaddrv6", "subnetv6")):
                net = literal(f"{node.text(own)}/{node.text(bits)}")
                if net is not None:
                    out[self.devices[tag]].append((net.family, net.spans))
        return out

    def records(self) -> tuple[Interface, ...]:
        """Return the interfaces that are assigned, when all is read: a word nobody knows may turn one on."""
        unread = {self.devices[tag] for tag, node in self.nodes.items() if node.record.left()}
        return tuple(
            replace(device, up=device.up or device.name in unread, families=self.families)
            for device in self.found.values()
        )

    def unlisted(self) -> Interface:
        """Return what interfaces are like that nobody assigned, such as those of VPNs."""
        return Interface(name="", families=self.families)

    def known(self, name: str) -> Expr:
        """Return "it comes in by this", of a name as pfctl prints it: a device, or a group."""
        if name in self.groups or name in VPN_GROUPS:
            return self.match(name)
        return Named("iif", (name,)) if name in self.found else named(name)

    def is_group(self, name: str) -> bool:
        """Tell whether a name stands for several interfaces."""
        return name in self.groups or name in VPN_GROUPS

    def sequence(self, name: str) -> int:
        """Return where a group stands among the groups."""
        return self.order.get(name, 0)

    def match(self, names: str) -> Expr:
        """Return "the packet comes in by one of these"; `any` or none is any of them."""
        parts: list[Expr] = []
        for name in names.split(","):
            if name in ("", "any"):
                return ANY
            if name in VPN_GROUPS:
                parts.append(Named("iif", VPN_GROUPS[name]))
            elif not self.groups.get(name, [name]):
                parts.append(
                    Unknown(
                        phrase("interfaces that join the group {name} by themselves", name=name)
                    )
                )
            for member in self.groups.get(name, [name]):
                if member in self.devices:
                    parts.append(Named("iif", (self.devices[member],)))
                elif member not in VPN_GROUPS:
                    parts.append(Unknown(phrase("interface {name}", name=member)))
        return some_of(*parts)

    def network(self, name: str, field: str) -> Expr:
        """Return the networks of an interface on a side of the packet."""
        node, out = self.nodes[name], list[Expr]()
        for tag, length, family in (("ipaddr", "subnet", 4), ("ipaddrv6", "subnetv6", 6)):
            found = literal(f"{node.text(tag)}/{node.text(length)}")
            if found is not None:
                out.append(turned(found, field))
            elif node.text(tag):
                out.append(
                    all_of(of_family(family), Unknown(phrase("the network of {name}", name=name)))
                )
        for other in self.virtual.get(name, ()):
            unknown = Unknown(phrase("a virtual address of {name}", name=name))
            out.append(unknown if other.network is None else turned(other.network, field))
        return some_of(*out)

    def address(self, name: str, field: str) -> Expr:
        """Return the addresses of an interface on a side of the packet; of pfSense only its first one."""
        known: list[Expr] = []
        for tag, family in (("ipaddr", 4), ("ipaddrv6", 6)):
            own = self.nodes[name].text(tag)
            found = literal(own)
            if found is not None:
                known.append(turned(found, field))
            elif own:
                known.append(
                    all_of(of_family(family), Unknown(phrase("the address of {name}", name=name)))
                )
        for other in self.virtual.get(name, ()) if self.strict else ():
            unknown = Unknown(phrase("a virtual address of {name}", name=name))
            known.append(unknown if other.own is None else turned(other.own, field))
        return some_of(*known) if known else Unknown(phrase("the address of {name}", name=name))

    def own(self, name: str) -> tuple[list[Expr], set[int]]:
        """Return the addresses of an interface as targets, and the families of which one is not told."""
        if name not in self.nodes:
            return [], {4, 6}
        known: list[Expr] = []
        untold = set[int]()
        for tag, family in (("ipaddr", 4), ("ipaddrv6", 6)):
            text = self.nodes[name].text(tag)
            found = literal(text)
            if found is not None:
                known.append(turned(found, "dst"))
            elif text:
                untold.add(family)
        for other in self.virtual.get(name, ()):
            if other.own is None:
                untold |= {4, 6}
            else:
                known.append(turned(other.own, "dst"))
        return known, untold
