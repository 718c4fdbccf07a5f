"""Where a PAN-OS device speaks routing protocols: the interfaces of their peers and areas.

Source: PAN-OS Web Interface Help, "Virtual Routers" and "Logical Routers": each peer of BGP states its local
interface, each area and RIP list theirs; "Policies > Policy Based Forwarding". The words of each
protocol: Palo Alto Networks' own specifications (pan-os-codegen). One that is not known may bring a peer on
any interface.
"""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.firewall.readers.learned import Speaker
from soccheck.firewall.readers.paloalto.tree import PanNode

PROTOCOLS = ("bgp", "ospf", "ospfv3", "rip")
TABLES = ("area", "peer-group", "peer")
"""Words below which stand entries with words of a protocol."""
SIDES = ("interface", "local-address")
_KNOWN = """
address-family address-family-identifier advertise-inactive-route advertise-network advertisement
aggregate aggregate-routes aggregated-confed-as-path allow-redist-default-route
always-advertise-network-route as-format auth-profile authentication bfd confederation-member-as
connection-options dampening-profile default-information-originate default-local-preference
default-route-preference delete-inactive disable-transit-traffic ecmp-multi-as enable
enable-graceful-restart enable-mp-bgp enable-sender-side-loop-detection enforce-first-as
export-rules fast-external-failover filtering-profile flood-prevention global-bfd global-if-timer
global-inbound-distribute-list global-outbound-distribute-list global-timer graceful-restart
graceful-shutdown inherit install-route local-as max-prefixes med multihop parent passive
peer-address peer-as peering-type policy range redist-rules redistribution-profile reflector-client
reject-default-route rfc1583 rib-filter router-id routing-options soft-reset-with-stored-info
spf-timer subsequent-address-family-identifier timers type virtual-link vr-name
"""
KNOWN = frozenset(_KNOWN.split())
"""Words of a protocol that are of the routes that it learns, or of how it learns them."""


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
                for inner in unknown(node):
                    yield Speaker(where=inner.where, text=f"{name}: {inner.word}")


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


def unknown(node: PanNode) -> Iterator[PanNode]:
    """Yield the words of a protocol that are not known, in it and in its tables."""
    for key, inner in node.inner.items():
        if key in TABLES:
            for entry in inner.inner.values():
                yield from unknown(entry)
        elif key not in KNOWN and key not in SIDES:
            yield inner


def steered(root: PanNode, outward: frozenset[str]) -> Iterator[Speaker]:
    """Yield where rules forward packets past the routing table.

    `outward` are the interfaces and zones that lead to the Internet: what comes from those tells nothing.
    """
    for base in ("rulebase", "pre-rulebase", "post-rulebase"):
        places = [_under(root, "vsys", name) for name in _names(root, "vsys")]
        for place in (*places, _under(root, "policy", "panorama")):
            rules = _under(place, base, "pbf", "rules")
            for rule in rules.inner.values() if rules is not None else ():
                yield from _rule(rule, outward)


def _rule(rule: PanNode, outward: frozenset[str]) -> Iterator[Speaker]:
    coming = [n for key in ("zone", "interface") for n in _names(rule, "from", key)]
    kinds = _names(rule, "action")
    if _names(rule, "disabled") == ["yes"] or kinds in (["no-pbf"], ["discard"]):
        return
    if coming and outward.issuperset(coming):
        return
    sides = _names(rule, "action", "forward", "egress-interface") if kinds == ["forward"] else []
    for side in sides or [""]:
        yield Speaker(where=rule.where, text=f"pbf {rule.word}", side=side)
