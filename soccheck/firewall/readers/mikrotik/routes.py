"""The interfaces of a RouterOS device that lead to the world."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping

from soccheck.firewall.readers.learned import Speaker, is_way_out, perhaps_outside
from soccheck.firewall.readers.mikrotik.export import Export, Item
from soccheck.firewall.readers.vocabulary import ROUTES
from soccheck.firewall.spans import Spans, address
from soccheck.phrase import Phrase

CLIENTS = ("/interface pppoe-client", "/interface lte", "/interface l2tp-client", "/interface sstp-client",
           "/interface ovpn-client", "/interface pptp-client")  # fmt: skip
SPEAKING = {
    "/routing bgp connection": "remote.address", "/routing bgp peer": "remote-address",
    "/routing ospf interface-template": "interfaces", "/routing ospf interface": "interface",
    "/routing ospf network": "network", "/routing ospf-v3 interface": "interface",
    "/routing rip interface-template": "interfaces", "/routing rip interface": "interface",
    "/routing rip network": "network", "/routing isis interface-template": "interfaces",
    "/routing ospf static-neighbor": "address", "/routing ospf nbma-neighbor": "address",
    "/routing ospf-v3 nbma-neighbor": "address", "/routing rip neighbor": "address",
    "/routing rip static-neighbor": "address", "/routing mme interface": "interface",
    "/ip firewall mangle": "route-dst", "/interface ovpn-client": "name",
}  # fmt: skip
"""Menus of routing protocols (RouterOS 6 and 7), and the word that says over what a line of them runs.

Beside them what `action=route` of mangle leads to, and tunnels whose server tells routes ("OpenVPN").
"""
ONLY = {"/ip firewall mangle": ("action", "route")}
"""What lines of a menu must say to count."""
NEVER = {"/interface ovpn-client": ("route-nopull", "yes")}
"""What lines of a menu say that do not count."""
UNNAMED = ""
"""Stands for a way whose interface is not said."""


def ways_out(export: Export) -> dict[int, tuple[str, ...]]:
    """Return the interfaces of default routes per family; `UNNAMED` where one does not say which."""
    out: dict[int, list[str]] = {4: [], 6: []}
    for menu, family in (("/ip", 4), ("/ipv6", 6)):
        connected = list(_connected(export, menu))
        for item in export.all(f"{menu} route"):
            goal, gateways = item.get("dst-address", "0.0.0.0/0"), item.get("gateway").split(",")
            if is_way_out(goal):  # another leads on what was let through
                out[family] += [_way(gateway, connected) for gateway in gateways]
        for item in export.all(f"{menu} dhcp-client"):
            name = item.get("interface")
            if _adds_route(item, "yes"):
                out[family].append(name)
    for item in export.all("/ppp secret"):
        # A route that comes with a client leads over an interface that comes with it ("PPP AAA").
        for key, family in (("routes", 4), ("ipv6-routes", 6)):
            for route in item.get(key).split(","):
                if is_way_out(route.strip().partition(" ")[0]):
                    out[family].append(UNNAMED)
    for menu in CLIENTS:
        for item in export.all(menu):
            name = item.get("name")
            if _adds_route(item, "no"):
                out[4].append(name)
    for item in export.all("/interface ppp-client"):
        name = item.get("name")
        if _adds_route(item, "yes"):  # a modem's dial-up line ("PPP")
            out[4].append(name)
    if not _no_way_by_apn(export):
        for item in export.all("/interface lte"):
            out[4].append(item.get("name") or item.get("default-name").rstrip("]").strip())
    if any(item for item in export.all("/ipv6 address")) and not any(out[6]):
        out[6].append(UNNAMED)
    return {family: tuple(dict.fromkeys(names)) for family, names in out.items()}


def _adds_route(item: Item, default: str) -> bool:
    """Tell whether a client adds a default route; `special-classless` leaves it to the server ("DHCP")."""
    known = {"yes": True, "no": False, "special-classless": True}
    if item.get("add-default-route", default) not in known:
        item.record.hooks = frozenset({ROUTES})
    return item.record.choice("add-default-route", known, default, False)


def _no_way_by_apn(export: Export) -> bool:
    """Tell whether every access point name says that it adds no default route, as one does ("LTE")."""
    said = [i.get("add-default-route", "yes") for i in export.all("/interface lte apn")]
    return bool(said) and set(said) == {"no"}


def _connected(export: Export, menu: str) -> Iterable[tuple[str, str]]:
    """Yield the networks of the device's own addresses, with the interface each is on."""
    for item in export.all(f"{menu} address"):
        yield item.get("address"), item.get("interface")


def _way(gateway: str, connected: Iterable[tuple[str, str]]) -> str:
    """Return the interface of a gateway: named, or the one whose network holds its address."""
    way = gateway.partition("@")[0].rpartition("%")[2]  # `@` names the table it is looked up in
    if not re.fullmatch(r"[0-9a-fA-F.:]*", way):
        return way if not way.startswith("*") else UNNAMED  # it is not there any more
    for network, name in connected:
        try:
            if ipaddress.ip_address(way) in ipaddress.ip_network(network, strict=False):
                return name
        except ValueError:
            continue
    return UNNAMED


def untrusted(
    ways: Mapping[int, Iterable[str]], *others: Mapping[str, Iterable[str]]
) -> tuple[str, ...]:
    """Return the interfaces that lead out, and others by which it comes in; none where one is unnamed.

    Such are the ports of a bridge, and what shares the line of another.
    """
    names = [name for found in ways.values() for name in found]
    if UNNAMED in names:
        return ()  # any may be outside
    for found in others:
        names = [n for name in names for n in (name, *found.get(name, ()))]
    return tuple(dict.fromkeys(names))


def perhaps(
    export: Export, names: Iterable[str], bridges: Mapping[str, Iterable[str]]
) -> dict[str, Phrase]:
    """Return the interfaces that a default route may be learned by, of a bridge its ports too, with why.

    `names` are all interfaces: one without an address of its own may be such, too.
    """
    nets: dict[str, list[tuple[int, Spans]]] = {name: [] for name in names}
    for menu in ("/ip", "/ipv6"):
        for network, name in _connected(export, menu):
            try:
                nets.setdefault(name, []).append(address(network))
            except ValueError:
                continue
    found = perhaps_outside(_speakers(export), nets)
    return {n: why for name, why in found.items() for n in (name, *bridges.get(name, ()))}


def _speakers(export: Export) -> Iterator[Speaker]:
    for menu, key in SPEAKING.items():
        for item in export.menus.get(menu, ()):
            values = item.record.values
            if item.verb == "remove" or values.get("disabled") == ["yes"]:
                continue
            if menu in ONLY and not _says(values, ONLY[menu]):
                continue
            if menu in NEVER and _says(values, NEVER[menu]):
                continue
            other = values.get("networks", [""])  # of a template, beside or instead of interfaces
            for side in "".join(values.get(key) or other).split(","):
                side = side.rpartition("%")[2]  # of an address on an interface
                yield Speaker(where=item.where, text=f"{menu} {item.text}", side=side)
    for item in export.menus.get("/routing filter rule", ()):
        if "set gw" in " ".join(item.record.values.get("rule", ())):
            yield Speaker(where=item.where, text=f"/routing filter rule {item.text}")
    for item in export.menus.get("/ipv6 settings", ()):
        if item.record.values.get("accept-router-advertisements") == ["yes"]:
            yield Speaker(where=item.where, text=f"/ipv6 settings {item.text}")


def _says(values: Mapping[str, list[str]], said: tuple[str, str]) -> bool:
    return values.get(said[0]) == [said[1]]
