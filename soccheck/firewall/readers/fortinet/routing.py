"""Where a FortiGate may get a default route, or sends packets by policy routes.

Sources: FortiOS CLI Reference, `config router bgp`, `ospf`, `ospf6`, `rip`, `ripng`, `isis`, `policy`,
`auth-path`, `config vpn ssl client`, `config vpn ipsec phase1-interface`; their words: Fortinet's own Ansible
collection (fortinet.fortios). A device prints those sections empty where it speaks none. A word of a protocol
that is not known may bring a peer on any interface.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatchcase

from soccheck.firewall.readers.fortinet.tree import Block
from soccheck.firewall.readers.learned import Speaker

PLACES: Mapping[str, tuple[str, ...]] = {
    "router bgp": ("neighbor", "neighbor-range", "neighbor-range6"),
    "router ospf": ("network", "ospf-interface", "neighbor"),
    "router ospf6": ("ospf6-interface",),
    "router rip": ("network", "interface", "neighbor"),
    "router ripng": ("network", "interface", "neighbor"),
    "router isis": ("isis-interface",),
}
"""Sections of a protocol, and those in them that say over what it runs."""
SIDES = ("interface", "update-source", "prefix", "ip")
"""Settings that say it; else the name of the entry does."""
_KNOWN = {
    "router bgp": """
additional-path* admin-distance aggregate-address aggregate-address6 always-compare-med as
bestpath-* client-to-client-reflection cluster-id confederation-identifier confederation-peers
cross-family-conditional-adv dampening dampening-* default-local-preference deterministic-med
distance-external distance-internal distance-local ebgp-multipath enforce-first-as
fast-external-failover graceful-* holdtime-timer ibgp-multipath ignore-optional-capability
keepalive-timer log-neighbour-changes multipath-recursive-distance neighbor-group network
network-import-check network6 recursive-inherit-priority recursive-next-hop redistribute* router-id
scan-time synchronization tag-resolve-mode vrf vrf-leak vrf-leak6 vrf6
""",
    "router ospf": """
abr-type area auto-cost-ref-bandwidth bfd database-overflow database-overflow-*
default-information-* default-metric distance distance-* distribute-list distribute-list-in
distribute-route-map-in log-neighbour-changes lsa-refresh-interval passive-interface redistribute*
restart-* rfc1583-compatible router-id spf-timers summary-address
""",
    "router rip": """
default-information-originate default-metric distance distribute-list garbage-timer max-out-metric
offset-list passive-interface recv-buffer-size redistribute* timeout-timer update-timer version
aggregate-address
""",
    "router isis": """
adjacency-check* adv-passive-only* auth-* default-originate* dynamic-hostname ignore-lsp-errors
is-type isis-net lsp-gen-interval-* lsp-refresh-interval max-lsp-lifetime metric-style overload-bit*
redistribute* spf-interval-* summary-address*
""",
}
_ALIKE = {"router ospf6": "router ospf", "router ripng": "router rip"}
STEERING = ("router policy", "router policy6")
_STEERED = """
    action comments dst dst-negate dstaddr end-port end-source-port gateway groups input-device
input-device-negate     internet-service-custom internet-service-fortiguard internet-service-id
output-device protocol seq-num src     src-negate srcaddr start-port start-source-port status tos
tos-mask users
"""
LEADING = {"router auth-path": ("device", "gateway"), "vpn ssl client": ("interface",)}
"""Other sections whose entries bring routes, and the settings that say by which interface or gateway."""


def speakers(
    root: Block | None, outward: frozenset[str], names: Collection[str]
) -> Iterator[Speaker]:
    """Yield what may bring a default route by the interfaces of these names; nothing of it is taken.

    `outward` lead to the Internet: a policy route of what comes in there alone tells nothing.
    """
    if root is None:
        return
    for path, kinds in PLACES.items():
        section = root.blocks.get(path)
        if section is not None:
            yield from _protocol(path, section, kinds)
    for path in STEERING:
        for block in _entries(root, path):
            yield from _steered(path, block, outward)
    for block in _entries(root, "vpn ipsec phase1-interface"):
        if block.name in names and _takes_routes(block):
            yield _of("vpn ipsec phase1-interface", block, block.name)
    for path, keys in LEADING.items():
        for block in _entries(root, path):
            if _words(block, "status") != ["disable"]:
                yield _of(path, block, _stated(block, keys))


def _takes_routes(block: Block) -> bool:
    """Tell whether a tunnel may get routes from its peers: those that dial in tell what lies behind them,
    and one that is dialled tells what it serves (Administration Guide, `add-route`, `mode-cfg`).
    """
    told = _words(block, "type") == ["dynamic"] and _words(block, "add-route") != ["disable"]
    given = _words(block, "default-gw") not in ([], ["0.0.0.0"])
    return (
        told or given or any(_words(block, k) == ["enable"] for k in ("mode-cfg", "add-gw-route"))
    )


def _protocol(path: str, section: Block, kinds: tuple[str, ...]) -> Iterator[Speaker]:
    known = (*_KNOWN[_ALIKE.get(path, path)].split(), *kinds)
    for key in (*section.record.values, *section.blocks):
        if not any(fnmatchcase(key, word) for word in known):
            yield Speaker(where=section.where, text=f"{path}: {key}")
    for kind in kinds:
        for block in _entries(section, kind):
            yield _of(f"{path}, {kind}", block, _stated(block, SIDES) or block.name)


def _steered(path: str, block: Block, outward: frozenset[str]) -> Iterator[Speaker]:
    coming = _words(block, "input-device")
    plain = _words(block, "input-device-negate") in ([], ["disable"])
    if _words(block, "status") == ["disable"] or _words(block, "action") == ["deny"]:
        return
    if not {*_STEERED.split()}.issuperset(block.record.values):
        yield _of(path, block, "")
    elif not (coming and plain and outward.issuperset(coming)):
        for key in ("output-device", "gateway"):
            if _words(block, key) not in ([], ["0.0.0.0"], ["::"]):
                yield _of(path, block, _stated(block, (key,)))


def _entries(outer: Block, path: str) -> list[Block]:
    found = outer.blocks.get(path)
    return list(found.blocks.values()) if found is not None else []


def _words(block: Block, key: str) -> list[str]:
    return block.record.values.get(key, [])


def _stated(block: Block, keys: tuple[str, ...]) -> str:
    return "/".join(next((words for key in keys if (words := _words(block, key))), []))


def _of(path: str, block: Block, side: str) -> Speaker:
    return Speaker(where=block.where, text=f"{path} {block.name}", side=side)
