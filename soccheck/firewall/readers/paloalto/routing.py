"""Where a PAN-OS device speaks routing protocols: the interfaces of their peers and areas.

Source: PAN-OS Web Interface Help, "Virtual Routers" and "Logical Routers": each peer of BGP states its local
interface, each area and RIP list theirs.
"""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.firewall.readers.learned import Speaker
from soccheck.firewall.readers.paloalto.tree import PanNode

PROTOCOLS = ("bgp", "ospf", "ospfv3", "rip")


def speakers(root: PanNode) -> Iterator[Speaker]:
    """Yield the nodes by which a routing protocol runs; nothing of them is taken."""
    network = root.inner.get("network")
    routers = [
        _under(network, "virtual-router", router, "protocol")
        for router in _names(network, "virtual-router")
    ]
    for outer in _names(network, "logical-router"):
        vrfs = _under(network, "logical-router", outer, "vrf")
        routers += [_under(vrfs, name) for name in _names(vrfs)]
    for router in routers:
        for name in PROTOCOLS:
            node = _under(router, name)
            if node is not None and _names(node, "enable") != ["no"]:
                for inner in _interfaces(node):
                    yield Speaker(where=inner.where, text=f"{name} {inner.word}", side=inner.word)


def _under(node: PanNode | None, *path: str) -> PanNode | None:
    for key in path:
        node = node.inner.get(key) if node is not None else None
    return node


def _names(node: PanNode | None, *path: str) -> list[str]:
    found = _under(node, *path)
    return list(found.inner) if found is not None else []


def _interfaces(node: PanNode) -> Iterator[PanNode]:
    for key, inner in node.inner.items():
        if key == "interface":
            yield from inner.inner.values()
        else:
            yield from _interfaces(inner)
