"""Where pfSense and OPNsense speak routing protocols, by their packages of FRR.

Sources: models of the OPNsense plugin `net/frr` (`BGP.xml`, `OSPF.xml`, `OSPF6.xml`, `RIP.xml`,
`STATICd.xml`); for pfSense the elements that its package `frr` writes below `installedpackages`, as
public configurations show them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from soccheck.errors import ReadError
from soccheck.firewall.readers.learned import Speaker, is_way_out
from soccheck.firewall.readers.pf.config_interfaces import PfInterfaces
from soccheck.firewall.readers.pf.xml import Node
from soccheck.phrase import Phrase, echo, phrase

LISTS = ("frr*neighbors", "frr*interfaces", "frr*raw*", "frr")
"""Elements of pfSense's package; each `config` in them is a peer or an interface, or holds a configuration
of FRR as it is written, by which a protocol may run anywhere; `frr` holds static routes."""
DAEMONS = ("general", "bgp", "ospf", "ospf6", "rip", "bfd", "static")
"""Parts of the plugin that are read, or bring no routes; another may bring one anywhere."""
LOOPS = ("lo0", "loopback")


def lead_out(root: Node, interfaces: PfInterfaces) -> None:
    """Mark the interfaces by which a default gateway leads out that they do not name themselves.

    It is the one that is chosen, or a member of the group that is; where none is chosen and no
    interface leads out by itself, any. Raises `ReadError` where one leads out by an interface that is not
    listed: what is set of that is lost. Sources: pfSense documentation, "Managing the Default Gateway";
    OPNsense documentation, "Gateways".
    """
    outer = [*_inner(root, "gateways"), *_inner(root, "OPNsense", "Gateways")]
    items = [
        item
        for node in outer
        for item in _inner(node, "gateway_item")
        if not _is_set(item, "disabled")
    ]
    chosen = {_leaf(node, tag) for node in outer for tag in ("defaultgw4", "defaultgw6")} - {
        "",
        "-",
    }
    chosen |= {_leaf(item, "name") for item in items if _is_set(item, "defaultgw")}
    chosen |= {
        _leaf(route, "gateway")
        for route in _inner(root, "staticroutes", "route")
        if is_way_out(_leaf(route, "network")) and not _is_set(route, "disabled")
    }
    for node in outer:
        for group in _inner(node, "gateway_group"):
            if _leaf(group, "name") in chosen:
                chosen |= {m.partition("|")[0] for m in group.record.values.get("item", [])}
    for item in items:
        side, name = _leaf(item, "interface"), _leaf(item, "name")
        device = interfaces.devices.get(side)
        if device is None and side and name in chosen:
            text = phrase(
                "the default gateway {name} is on {side}, which <interfaces> does not list",
                name=echo(name),
                side=echo(side),
            )
            raise ReadError(item.where, text)
        family = 6 if _leaf(item, "ipprotocol") == "inet6" else 4
        any_does = any(family in known.default_route for known in interfaces.found.values())
        if device and (name in chosen if chosen or any_does else True):
            known = interfaces.found[device]
            routes = known.default_route | {family}
            interfaces.found[device] = replace(known, default_route=routes)


def _is_set(node: Node, tag: str) -> bool:
    """Tell whether an element is true, as the system at hand means it."""
    said = node.record.values.get(tag)
    return said is not None and (not node.strict or "".join(said).strip() not in ("", "0"))


def _inner(node: Node, *path: str) -> list[Node]:
    """Return the elements at a path; nothing of them is taken."""
    found = [node]
    for tag in path:
        found = [inner for outer in found for inner in outer.inner if inner.tag == tag]
    return found


def speakers(root: Node, interfaces: PfInterfaces) -> Iterator[Speaker]:
    """Yield the elements by which a routing protocol runs, or may; nothing of them is taken."""
    for outer in _within(root, "OPNsense", ("quagga",)):
        for node in outer.inner:
            if node.tag not in DAEMONS and _leaf(node, "enabled") != "0":
                yield Speaker(where=node.where, text=f"<{node.tag}>")
    found = [*_within(root, "installedpackages", LISTS), *_within(root, "OPNsense", ("quagga",))]
    for node, side in ((node, side) for outer in found for node, side in _sides(outer)):
        if side not in LOOPS:
            side = interfaces.devices.get(side, side)
            yield Speaker(where=node.where, text=f"<{node.tag}> {side}", side=side)


def led_elsewhere(root: Node) -> dict[str, Phrase]:
    """Return the tunnels by which a default route may lead, with why: one that a server sends, or of a peer.

    Sources: openvpn(8), `--route-nopull`; OPNsense `wireguard.inc`, where a peer's networks become routes.
    """
    found: dict[str, Node] = {}
    for node in [
        *_inner(root, "openvpn", "openvpn-client"),
        *_inner(root, "OPNsense", "OpenVPN", "Instances", "Instance"),
    ]:
        said = f"{_leaf(node, 'custom_options')} {_leaf(node, 'various_flags')}"
        kept = "route-nopull" in said or "route-noexec" in said
        kept = kept or any(_leaf(node, tag) for tag in ("route_no_pull", "route_no_exec"))
        off = _is_set(node, "disable") or _leaf(node, "enabled") == "0"
        if not (kept or off) and _leaf(node, "role") in ("", "client"):
            found[f"ovpnc{_leaf(node, 'vpnid')}"] = node
    for outer in _inner(root, "OPNsense", "wireguard"):
        if any(_leaf(general, "enabled") == "0" for general in _inner(outer, "general")):
            continue
        peers = [
            p for p in _inner(outer, "client", "clients", "client") if _leaf(p, "enabled") != "0"
        ]
        nets = [net for peer in peers for net in _leaf(peer, "tunneladdress").split(",")]
        for node in (
            _inner(outer, "server", "servers", "server") if any(map(is_way_out, nets)) else []
        ):
            if _leaf(node, "disableroutes") != "1" and _leaf(node, "enabled") != "0":
                found[f"wg{_leaf(node, 'instance')}"] = node
    return {
        name: phrase("{where}: {line}: a default route may lead there", where=node.where, line=name)
        for name, node in found.items()
    }


def _within(root: Node, tag: str, tags: tuple[str, ...]) -> Iterator[Node]:
    for outer in root.inner:
        if outer.tag == tag:
            general = [
                g for node in outer.inner if node.tag == "frr" for g in _inner(node, "config")
            ]
            if general and not any("enable" in g.record.values for g in general):
                continue
            for node in outer.inner:
                off = any(g.tag == "general" and _leaf(g, "enabled") != "1" for g in node.inner)
                if any(fnmatchcase(node.tag, tag) for tag in tags) and not off:
                    yield node


def _sides(node: Node) -> Iterator[tuple[Node, str]]:
    """Yield the elements that state a peer, an interface or networks, with what they state."""
    if _leaf(node, "enabled") == "0":
        return
    match node.tag:
        case "neighbor":
            yield node, _leaf(node, "address")
        case "interface" if node.inner:
            yield node, _leaf(node, "interfacename")
        case "network" if node.inner:
            yield node, f"{_leaf(node, 'ipaddr')}/{_leaf(node, 'netmask')}"
        case "rip":
            for side in filter(None, _leaf(node, "networks").split(",")):
                yield node, side
        case "route" if is_way_out(_leaf(node, "network")):
            yield node, _leaf(node, "interfacename") or _leaf(node, "gateway")
        case "row" if is_way_out(_leaf(node, "routevalue")):
            yield node, _leaf(node, "routetarget")
        case "config" if "password" not in node.record.values and any(
            _leaf(node, tag) for tag in node.record.values
        ):
            yield node, _leaf(node, "peer") or _leaf(node, "interface")
        case _:
            for inner in node.inner:
                yield from _sides(inner)


def _leaf(node: Node, tag: str) -> str:
    return "".join(node.record.values.get(tag, [])).strip()
