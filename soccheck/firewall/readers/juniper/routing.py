"""Where an SRX may get a default route: over what its routing protocols run.

Sources: Junos OS CLI Reference, `protocols bgp group neighbor`, `ospf area interface`, `isis interface`,
`rip group`; the words of each protocol and of `routing-options`: the schema of Junos that junoscfg carries. A
word of a protocol that is not known may bring a peer on any interface.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from soccheck.firewall.readers.juniper.lines import Config
from soccheck.firewall.readers.learned import Speaker, is_way_out

NAMING = {
    "bgp": "neighbor", "ospf": "interface", "ospf3": "interface", "isis": "interface",
    "rip": "neighbor", "ripng": "neighbor",
}  # fmt: skip
"""Protocols, and the word that says over what each runs."""
DYNAMIC = ("dhcp", "dhcpv6-client", "negotiate-address")
"""Words by which an interface takes its address, and a default route, from outside."""
ALLOWING = ("allow", "dynamic-neighbor")
"""Words of BGP by which whoever asks may be a peer."""
AROUND = ("group", "area", "realm")
"""Words whose name is followed by further words."""
_COMMON = """
authentication-key authentication-key-chain authentication-type bfd-liveness-detection
backup-spf-options description disable enable export graceful-restart import overload preference
reference-bandwidth rib-group rib-groups spf-delay spf-options source-packet-routing traceoptions
traffic-engineering external-preference topologies apply-groups apply-groups-except
"""
_BGP = """
accept-prefix-sid accept-remote-nexthop advertise-bgp-static advertise-external
advertise-from-main-vpn-tables advertise-inactive advertise-peer-as advertise-prefix-sid as-override
authentication-algorithm bgp-error-tolerance bgp-identifier bmp cluster damping disable-4byte-as
egress-te enforce-first-as family graceful-shutdown hold-time idle-after-switch-over
include-mp-next-hop ipsec-sa keep link-bandwidth local-address local-as local-preference log-updown
metric-out minimum-hold-time mtu-discovery multihop multipath no-advertise-peer-as no-aggregator-id
no-client-reflect nlri out-delay outbound-route-filter passive path-selection peer-as peer-as-list
precision-timers protocol remove-private route-server-client shutdown tcp-aggressive-transmission
tcp-connect-port tcp-mss ttl type vpn-apply-export
"""
_OSPF = """
area-range context-identifier database-protection domain-id domain-vpn-tag
forwarding-address-to-broadcast inter-area-prefix-export inter-area-prefix-import
label-switched-path labeled-preference lsa-refresh-interval network-summary-export
network-summary-import no-domain-vpn-tag no-nssa-abr no-rfc-1583 nssa prefix-export-limit
route-type-community stub virtual-link
"""
_ISIS = """
clns-routing ignore-attached-bit label-switched-path level loose-authentication-check lsp-lifetime
max-areas max-hello-size max-lsp-size max-snp-size multicast-topology net no-adjacency-holddown
no-authentication-check no-external-export no-ipv4-routing no-ipv6-routing
"""
_RIP = """
authentication-selective-md5 check-zero demand-circuit holddown max-retrans-time message-size
metric-in metric-out no-check-zero receive route-timeout send update-interval
"""
KNOWN = {
    name: frozenset((_COMMON + words).split())
    for names, words in (("bgp", _BGP), ("ospf ospf3", _OSPF), ("isis", _ISIS), ("rip ripng", _RIP))
    for name in names.split()
}
"""Words of a protocol that are of the routes that it learns, or of how it learns them."""
_OPTIONS = """
aggregate auto-export autonomous-system bmp confederation dynamic-tunnels fate-sharing
forwarding-table generate graceful-restart instance-export instance-import interface-routes
ipv6-router-id martians maximum-ecmp maximum-paths maximum-prefixes maximum-routes
med-igp-update-interval multicast multipath nonstop-routing options ppm protect resolution rib
rib-groups route-distinguisher-id route-record router-id source-routing static traceoptions
validation warm-standby apply-groups apply-groups-except
"""
OPTIONS = frozenset(_OPTIONS.split())
"""Words of `routing-options` that are read, or lead no packet elsewhere."""


def speakers(config: Config) -> Iterator[Speaker]:
    """Yield the lines by which a routing protocol runs, or may; nothing of them is taken."""
    yield from _selected(config)
    for line in config.lines:
        words = line.words
        if words[0] == "groups" and _leads_out(words[2:]):
            yield Speaker(where=line.where, text=line.text)
        at = words.index("protocols") + 1 if "protocols" in words[:5] else len(words)
        name = "".join(words[at : at + 1])
        if name in NAMING and words[0] in ("protocols", "routing-instances", "groups"):
            side = _side(name, words[at + 1 :])
            if side is not None and not side.startswith("lo0"):
                yield Speaker(where=line.where, text=line.text, side=side)


def _selected(config: Config) -> Iterator[Speaker]:
    """Yield the traffic selectors of VPNs for the world: routes to what is behind them come by themselves.

    Source: IPsec VPN User Guide, "Traffic Selectors in Route-Based VPNs" (auto route insertion).
    """
    vpns = [line for line in config.lines if line.words[:3] == ["security", "ipsec", "vpn"]]
    ends = {
        line.words[3]: line.words[5]
        for line in vpns
        if line.words[4:5] == ["bind-interface"] and line.words[5:]
    }
    for line in vpns:
        goal = line.words[-1] if line.words[-2:-1] == ["remote-ip"] else ""
        if line.words[4:5] == ["traffic-selector"] and is_way_out(goal):
            yield Speaker(where=line.where, text=line.text, side=ends.get(line.words[3], ""))


def _leads_out(words: Sequence[str]) -> bool:
    """Tell whether a line of a group may bring a default route: what is read of such lines is no more."""
    if words[:1] == ["interfaces"]:
        return any(word.startswith(DYNAMIC) for word in words)
    return words[:1] == ["routing-instances"] and "routing-options" in words[:3]


def _side(protocol: str, words: Sequence[str]) -> str | None:
    """Return over what a line makes a protocol run; nothing for any interface, None for over none."""
    while words and words[0] in AROUND:
        words = words[2:]
    if not words or words[0] in KNOWN[protocol]:
        return None
    side = "".join(words[1:2])
    if words[0] == NAMING[protocol]:
        return side if protocol == "bgp" or "." in side else f"{side}.0"
    return side if protocol == "bgp" and words[0] in ALLOWING else ""
