"""Who may speak to a FortiGate itself: `allowaccess`, trusted hosts, VPN gateways, local services.

Source: FortiOS Administration Guide, interface settings and administrators. It stands beside the
policies, which judge only what crosses the device.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from soccheck.firewall.engine.spans import span, union
from soccheck.firewall.model import (
    ANY,
    ICMP,
    ICMPV6,
    TCP,
    UDP,
    Action,
    Expr,
    In,
    Named,
    Rule,
    Unknown,
    all_of,
    some_of,
    span_all,
)
from soccheck.firewall.names import number
from soccheck.firewall.readers.base import of_family
from soccheck.firewall.readers.fortinet.objects import prefix
from soccheck.firewall.readers.fortinet.tree import Block

MANAGEMENT = {
    "https": (TCP, "admin-sport", 443),
    "http": (TCP, "admin-port", 80),
    "ssh": (TCP, "admin-ssh-port", 22),
    "telnet": (TCP, "admin-telnet-port", 23),
    "snmp": (UDP, "", 161),
    "fgfm": (TCP, "", 541),
    "radius-acct": (UDP, "", 1813),
    "probe-response": (TCP, "", 8008),
    "fabric": (TCP, "", 8013),
    "ftm": (TCP, "", 4433),
}
"""What `allowaccess` opens: protocol, the global setting of its port, the port by default."""
LOCAL_SERVICES = {
    "router bgp": (TCP, 179),
    "system dns-server": (UDP, 53),
    "system dhcp server": (UDP, 67),
    "system dhcp6 server": (UDP, 547),
    "web-proxy explicit": (TCP, 8080),
    "router ospf": (89, 0),
}
"""Sections that may open something on the device itself, in ways not modelled."""


def trusted(settings: Block) -> dict[int, Expr]:
    """Return from where administrators may come, when every one of them is limited."""
    out: dict[int, Expr] = {}
    admins = list(settings.entries("system admin"))
    for family, word in ((4, "trusthost"), (6, "ip6-trusthost")):
        spans: list[tuple[int, int]] = []
        limited = bool(admins)
        for admin in admins:
            hosts = [v for k, v in admin.settings.items() if re.fullmatch(word + r"\d+", k)]
            nets = [prefix(h, admin.where)[1] for h in hosts]
            nets = [n for n in nets if n[0] != (0, 0)]
            if not nets or any(n == span_all(family) for n in nets):
                limited = False
            spans += [s for n in nets for s in n]
        out[family] = In("src", union(spans), family) if limited else ANY
    return out


def access(
    settings: Block, block: Block, words: Sequence[str], family: int, sources: Mapping[int, Expr]
) -> Iterator[Rule]:
    """Yield what `allowaccess` of an interface lets in."""
    for word in words:
        match: Expr
        if word == "ping":
            kind = 8 if family == 4 else 128
            proto = ICMP if family == 4 else ICMPV6
            match = all_of(In("proto", span(proto)), In("itype", span(kind)))
        elif word == "capwap":
            match = all_of(In("proto", span(UDP)), In("dport", span(5246, 5247)))
        elif word in MANAGEMENT:
            proto, key, default = MANAGEMENT[word]
            system = settings.blocks.get("system global", Block("", block.where))
            ports = span(number(system.get(key, str(default)) if key else str(default), 65535))
            match = all_of(In("proto", span(proto)), In("dport", ports), sources[family])
        else:
            match = Unknown(f"allowaccess {word}")
        yield Rule(
            match=all_of(of_family(family), Named("iif", (block.name,)), match),
            action=Action.ACCEPT,
            where=block.where,
            family=family,
            text=f"interface {block.name}: allowaccess {word}",
        )


def other_services(root: Block, interfaces: Callable[[str, Iterable[str]], Expr]) -> Iterator[Rule]:
    """Yield what VPN gateways and local services let in."""
    ssl = root.blocks.get("vpn ssl settings")
    if ssl is not None and ssl.words("source-interface") and ssl.get("status") != "disable":
        ports = span(number(ssl.get("port", "443"), 65535))
        match = all_of(
            interfaces("iif", ssl.words("source-interface")),
            In("proto", span(TCP)),
            In("dport", ports),
        )
        yield Rule(match=match, action=Action.ACCEPT, where=ssl.where, text="SSL VPN")
    for path in ("vpn ipsec phase1-interface", "vpn ipsec phase1"):
        for block in root.entries(path):
            ike = some_of(
                all_of(In("proto", span(UDP)), In("dport", ((500, 500), (4500, 4500)))),
                In("proto", ((50, 51),)),
            )
            match = all_of(Named("iif", (block.get("interface"),)), ike)
            text = f"IPsec {block.name}"
            yield Rule(match=match, action=Action.ACCEPT, where=block.where, text=text)
    for path, (proto, port) in LOCAL_SERVICES.items():
        block_ = root.blocks.get(path)
        if block_ is None or not (block_.settings or block_.blocks):
            continue
        parts: list[Expr] = [In("proto", span(proto)), Unknown(f"`config {path}`")]
        if port:
            parts.append(In("dport", span(port)))
        yield Rule(match=all_of(*parts), action=Action.ACCEPT, where=block_.where, text=path)
