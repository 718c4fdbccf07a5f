"""RouterOS lists: of interfaces, which may include and exclude others, and of addresses.

Source: RouterOS documentation, "Interface Lists" and "Address-lists".
"""

from __future__ import annotations

from soccheck.firewall.model import (
    ANY,
    NEVER,
    Expr,
    In,
    Not,
    Note,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.readers.ledger import Record
from soccheck.firewall.readers.mikrotik.export import Export
from soccheck.firewall.readers.mikrotik.interfaces import RouterOsInterfaces
from soccheck.firewall.spans import address, union
from soccheck.phrase import phrase

BUILT_IN: dict[str, Expr] = {
    "all": ANY,
    "none": NEVER,
    "dynamic": Unknown(phrase("interface list dynamic")),
    "static": Unknown(phrase("interface list static")),
}


GROWING = (
    "interface-list",
    "datapath.interface-list",
    "internet-interface-list",
    "lan-interface-list",
    "wan-interface-list",
)
"""Properties, of whichever menu, that put interfaces on a list as they come and go."""


BY_SERVER = "use-radius"
"""The property, of whichever menu, by which a server may put clients on any list (Mikrotik-Address-List)."""


def has_server(export: Export) -> bool:
    """Tell whether a RADIUS server decides what clients get; not of those who manage the device."""
    menus = (menu for menu in export.menus if menu != "/user aaa")
    items = (item for menu in menus for item in export.all(menu) if BY_SERVER in item.record.values)
    found = {item.get(BY_SERVER) for item in items}  # each is taken
    return bool(found - {"no"})


class InterfaceLists:
    """Interface lists by name."""

    def __init__(self, export: Export, interfaces: RouterOsInterfaces, notes: list[Note]) -> None:
        self.notes = notes
        self.interfaces = interfaces
        self.members: dict[str, list[str]] = {}
        self.includes: dict[str, list[str]] = {}
        self.excludes: dict[str, list[str]] = {}
        self.unread: set[str] = set()
        self.by_server = has_server(export)
        for item in export.all("/interface list"):
            said = [item.get(key) for key in ("name", "include", "exclude")]
            if item.verb == "set" and said[0] in BUILT_IN and not any(said[1:]):
                item.record.pass_over()  # as a verbose export says them
        for item in export.added("/interface list"):
            name = item.get("name")
            self.members.setdefault(name, [])
            self.includes[name] = [n for n in item.get("include").split(",") if n]
            self.excludes[name] = [n for n in item.get("exclude").split(",") if n]
            self._whole(item.record, name)
        for item in export.added("/interface list member"):
            name = item.get("list")
            self.members.setdefault(name, []).append(item.get("interface"))
            self._whole(item.record, name)
        self.grown = {
            name
            for menu in export.menus
            for item in export.all(menu)
            for key in GROWING
            if key in item.record.values
            for name in item.get(key).split(",")
        }

    def _whole(self, record: Record, name: str) -> None:
        """Account for a line: a list with words nobody read is unknown, and so are its rules."""
        if name and record.left():
            self.unread.add(name)
            record.done = name not in self.interfaces.as_ports

    def zones(self) -> dict[str, tuple[str, ...]]:
        """Return the lists as zones: their members, with those of included lists and ports of bridges."""
        bridges = self.interfaces.bridges
        return {
            name: tuple(n for m in self._names(name, set()) for n in (m, *bridges.get(m, ())))
            for name in self.members
        }

    def _names(self, name: str, seen: set[str]) -> list[str]:
        if name in seen:
            return []
        seen.add(name)
        found = list(self.members.get(name, ()))
        for other in self.includes.get(name, ()):
            found += self._names(other, seen)
        return list(dict.fromkeys(found))

    def match(
        self, field: str, name: str, where: Where, seen: frozenset[str] = frozenset()
    ) -> Expr:
        """Return "the interface is on the list"."""
        if name in BUILT_IN:
            return BUILT_IN[name]
        if name not in self.members:
            text = phrase("interface list {name} is not defined", name=repr(name))
            self.notes.append(Note(kind="undefined", where=where, text=text))
            return Unknown(text)
        if name in self.unread or name in seen:
            return Unknown(phrase("interface list {name}", name=name))
        inner = seen | {name}
        grows = (
            [Unknown(phrase("interface list {name} grows by itself", name=name))]
            if name in self.grown
            else []
        )
        parts: list[Expr] = [*grows]
        # A member that is not there any more (`*5`) is none.
        here = [n for n in self.members[name] if not n.startswith("*")]
        parts += [self.interfaces.match(field, n) for n in here]
        parts += [self.match(field, n, where, inner) for n in self.includes.get(name, ())]
        out = [self.match(field, n, where, inner) for n in self.excludes.get(name, ())]
        found = some_of(*parts)
        return all_of(found, Not(some_of(*out))) if out else found


class AddressLists:
    """Address lists of one family, by name; they hold what rules add, too."""

    def __init__(self, export: Export, version: str, family: int, notes: list[Note]) -> None:
        self.family = family
        self.notes = notes
        self.found: dict[str, list[Expr]] = {}
        for item in export.added(f"/{version} firewall address-list"):
            name, text = item.get("list"), item.get("address")
            part = self._literal(name, text)
            fades = item.get("timeout") or item.get("dynamic", "no") != "no"
            if name and item.record.left():
                item.record.done = True
                part = Unknown(
                    phrase("address list {name} holds {what}", name=name, what=item.text)
                )
            if part is not None:
                gone = (
                    [
                        Unknown(
                            phrase(
                                "{what} may be on address list {name} no more", what=text, name=name
                            )
                        )
                    ]
                    if fades
                    else []
                )
                self.found.setdefault(name, []).append(all_of(part, *gone))
        # Leases, clients, users and names that are looked up come on lists, of whichever menu.
        other = "ipv6" if version == "ip" else "ip"
        for menu in export.menus:
            if not menu.startswith(f"/{other} firewall "):
                for item in export.all(menu):
                    for key in {"address-list", "address-lists"} & item.record.values.keys():
                        for name in filter(None, item.get(key).split(",")):
                            grows = Unknown(
                                phrase("address list {name} grows by itself", name=name)
                            )
                            self.found.setdefault(name, []).append(grows)
        for name, parts in self.found.items() if has_server(export) else ():
            parts.append(
                Unknown(phrase("address list {name} may grow by a RADIUS server", name=name))
            )

    def _literal(self, name: str, text: str) -> Expr | None:
        try:
            family, spans = address(text)
        except ValueError:
            return Unknown(
                phrase("address list {name} holds the name {what}", name=name, what=text)
            )
        return In("src", union(spans), family) if family == self.family else None

    def match(self, name: str, where: Where) -> Expr:
        """Return "the source is on the list"."""
        if name not in self.found:
            text = phrase("address list {name} is not defined", name=repr(name))
            self.notes.append(Note(kind="undefined", where=where, text=text))
            return Unknown(
                phrase(
                    "address list {name} is not in the export; it may be dynamic", name=repr(name)
                )
            )
        return some_of(*self.found[name])
