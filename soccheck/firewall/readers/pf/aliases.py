"""Aliases of `config.xml`: what the names in its rules stand for.

Sources: pfSense documentation, "Aliases"; OPNsense documentation, "Aliases".
"""

from __future__ import annotations

from soccheck.errors import worded
from soccheck.firewall.model import Expr, In, Not, Note, Unknown, Where, all_of, some_of
from soccheck.firewall.names import port_range
from soccheck.firewall.readers.objects import Objects
from soccheck.firewall.readers.pf.config_interfaces import literal
from soccheck.firewall.readers.pf.xml import Node
from soccheck.firewall.readers.unread import together
from soccheck.phrase import phrase

SELF = ("(self)", "self", "This Firewall")


def without(name: str, content: list[str]) -> Expr:
    """Return what a table holds that excepts some (`!10.1.0.0/16`); unknown where that is not plain."""
    found = [(item.startswith("!"), literal(item.removeprefix("!"))) for item in content]
    inside = [known for excepted, known in found if known is not None and not excepted]
    outside = [known for excepted, known in found if known is not None and excepted]
    # The narrower decides (pf.conf(5), "TABLES"), so that an exception may hold an exception.
    nested = any(_within(one, other) for one in inside for other in outside)
    if nested or len(inside) + len(outside) < len(content):
        return Unknown(phrase("alias {name}, which excepts some", name=name))
    return all_of(some_of(*inside), Not(some_of(*outside)))


def _within(one: In, other: In) -> bool:
    (low, high), (start, end) = one.spans[0], other.spans[0]
    return one.family == other.family and start <= low and high <= end


class Aliases:
    """Aliases of addresses and of ports."""

    def __init__(self, root: Node, where: Where) -> None:
        self.where = where
        self.addresses = Objects(phrase("alias"))
        self.ports = Objects(phrase("alias"))
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
                why = together(node.record.left()) or phrase("switched off")
                self.addresses.leaves[name] = self.ports.leaves[name] = Unknown(
                    phrase("alias {name}: {why}", name=name, why=why)
                )
                node.record.done = True
            elif kind == "port":
                self._ports(name, content)
            elif any(item.startswith("!") for item in content):
                self.addresses.leaves[name] = without(name, content)
            elif kind in ("host", "network", "networkgroup"):
                self.addresses.groups[name] = (where, content)
                contents.append(content)
                for item in content:
                    leaf = literal(item)
                    if leaf is not None:
                        self.addresses.leaves[item] = leaf
            else:
                self.addresses.leaves[name] = Unknown(
                    phrase("alias {name} of type {kind}", name=name, kind=kind)
                )
        for item in (i for content in contents for i in content):
            if item not in names and item not in self.addresses.leaves:
                self.addresses.leaves[item] = Unknown(phrase("the address of {name}", name=item))

    def _ports(self, name: str, content: list[str]) -> None:
        self.ports.groups[name] = (self.where, content)
        for item in content:
            if item[:1].isdecimal():
                try:
                    self.ports.leaves[item] = In("dport", (port_range(item.replace(":", "-")),))
                except ValueError as error:
                    self.ports.leaves[item] = Unknown(
                        phrase("alias {name}: {error}", name=name, error=worded(error))
                    )

    def knows(self, name: str) -> bool:
        """Tell whether a name is an alias of addresses."""
        return name in self.addresses.groups or name in self.addresses.leaves

    def table(self, name: str) -> Expr:
        """Return what a pf table holds, as a match on the source."""
        if self.knows(name):
            return self.addresses.find(name, self.where)
        return Unknown(phrase("the content of table {name}", name=name))

    def notes(self) -> list[Note]:
        """Return what was noted of names that nothing defines."""
        return [*self.addresses.notes, *self.ports.notes]
