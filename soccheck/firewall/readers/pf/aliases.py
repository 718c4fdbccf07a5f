"""Aliases and interfaces of `config.xml`: what the names in its rules stand for.

Sources: pfSense documentation, "Aliases"; OPNsense documentation, "Aliases" and "Interfaces".
"""

from __future__ import annotations

from soccheck.firewall.interface import Interface
from soccheck.firewall.model import ANY, Expr, In, Named, Note, Unknown, Where, some_of
from soccheck.firewall.names import port_range
from soccheck.firewall.readers.objects import Objects, turned
from soccheck.firewall.readers.pf.xml import Node
from soccheck.firewall.spans import address

FROM_OUTSIDE = ("dhcp", "pppoe", "ppp", "l2tp", "pptp")
FROM_OUTSIDE6 = ("dhcp6", "slaac", "6rd", "6to4")
SELF = ("(self)", "self", "This Firewall")


def literal(value: str) -> In | None:
    """Return an address as a match on the source, if it is one."""
    try:
        family, spans = address(value)
    except ValueError:
        return None
    return In("src", spans, family)


class Interfaces:
    """The interfaces of a configuration by the names rules have for them."""

    def __init__(self, root: Node) -> None:
        self.nodes: dict[str, Node] = {}
        self.devices: dict[str, str] = {}
        self.zones: dict[str, tuple[str, ...]] = {}
        self.untrusted: list[str] = []
        self.groups = {
            n.text("ifname"): n.text("members").split()
            for n in root.all("ifgroups", "ifgroupentry")
        }
        for outer in root.all("interfaces"):
            for node in outer.each():
                self._add(node)

    def _add(self, node: Node) -> None:
        device, shown = node.text("if"), node.text("descr")
        node.record.within = Named("iif", (device,)) if device else ANY
        if not device:
            return
        self.nodes[node.tag] = node
        self.devices[node.tag] = device
        self.zones[node.tag] = (device,)
        if shown:
            self.zones[shown] = (device,)
        for tag in ("subnet", "subnetv6"):
            node.text(tag)  # taken with the address, where a rule names the network
        gateways = [node.text(tag) for tag in ("gateway", "gatewayv6")]
        kinds = (node.text("ipaddr") in FROM_OUTSIDE, node.text("ipaddrv6") in FROM_OUTSIDE6)
        if any(gateways) or any(kinds):
            self.untrusted.append(device)

    def records(self) -> tuple[Interface, ...]:
        """Return the interfaces a packet may come in by."""
        return tuple(Interface(name=device) for device in dict.fromkeys(self.devices.values()))

    def match(self, names: str) -> Expr:
        """Return "the packet comes in by one of these"; `any` or none is any of them."""
        parts: list[Expr] = []
        for name in names.split(","):
            members = self.groups.get(name, [name])
            known = [self.devices[m] for m in members if m in self.devices]
            if name in ("", "any"):
                return ANY
            if known:
                parts.append(Named("iif", tuple(known)))
            if len(known) < len(members):
                parts.append(Unknown(f"interface {name}"))
        return some_of(*parts)

    def network(self, name: str, field: str) -> Expr:
        """Return the networks of an interface on a side of the packet."""
        node, out = self.nodes[name], list[Expr]()
        for tag, length in (("ipaddr", "subnet"), ("ipaddrv6", "subnetv6")):
            found = literal(f"{node.text(tag)}/{node.text(length)}")
            if found is not None:
                out.append(turned(found, field))
            elif node.text(tag):
                out.append(Unknown(f"the network of {name}"))
        return some_of(*out)

    def address(self, name: str, field: str) -> Expr:
        """Return the addresses of an interface on a side of the packet."""
        found = [literal(self.nodes[name].text(tag)) for tag in ("ipaddr", "ipaddrv6")]
        known = [turned(f, field) for f in found if f is not None]
        return some_of(*known) if known else Unknown(f"the address of {name}")


class Aliases:
    """Aliases of addresses and of ports."""

    def __init__(self, root: Node, where: Where) -> None:
        self.where = where
        self.addresses = Objects("alias")
        self.ports = Objects("alias")
        nodes = [
            *root.all("aliases", "alias"),
            *root.all("OPNsense", "Firewall", "Alias", "aliases", "alias"),
        ]
        contents: list[list[str]] = []
        names: set[str] = set()
        for node in nodes:
            name, kind = node.text("name"), node.text("type")
            content = f"{node.text('address')} {node.text('content')}".split()
            on = "enabled" not in node or node.text("enabled") != "0"
            names.add(name)
            if node.record.left() or not on:
                why = "; ".join(node.record.left()) or "switched off"
                self.addresses.leaves[name] = self.ports.leaves[name] = Unknown(
                    f"alias {name}: {why}"
                )
                node.record.done = True
            elif kind == "port":
                self._ports(name, content)
            elif kind in ("host", "network", "networkgroup"):
                self.addresses.groups[name] = (where, content)
                contents.append(content)
                for item in content:
                    leaf = literal(item)
                    if leaf is not None:
                        self.addresses.leaves[item] = leaf
            else:
                self.addresses.leaves[name] = Unknown(f"alias {name} of type {kind}")
        for item in (i for content in contents for i in content):
            if item not in names and item not in self.addresses.leaves:
                self.addresses.leaves[item] = Unknown(f"the address of {item}")

    def _ports(self, name: str, content: list[str]) -> None:
        self.ports.groups[name] = (self.where, content)
        for item in content:
            if item[:1].isdigit():
                try:
                    self.ports.leaves[item] = In("dport", (port_range(item.replace(":", "-")),))
                except ValueError as error:
                    self.ports.leaves[item] = Unknown(f"alias {name}: {error}")

    def knows(self, name: str) -> bool:
        """Tell whether a name is an alias of addresses."""
        return name in self.addresses.groups or name in self.addresses.leaves

    def table(self, name: str) -> Expr:
        """Return what a pf table holds, as a match on the source."""
        if self.knows(name):
            return self.addresses.find(name, self.where)
        return Unknown(f"the content of table {name}")

    def notes(self) -> list[Note]:
        """Return what was noted of names that nothing defines."""
        return [*self.addresses.notes, *self.ports.notes]
