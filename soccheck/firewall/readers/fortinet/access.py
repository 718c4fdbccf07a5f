"""The services of a FortiGate itself: what each word of `allowaccess` opens, who listens, and for whom.

Sources: FortiOS Ports, "FortiGate open ports"; FortiOS Administration Guide, administrators, trusted hosts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from soccheck.errors import worded
from soccheck.firewall.model import (
    ANY,
    ICMP,
    ICMPV6,
    TCP,
    UDP,
    Action,
    Expr,
    In,
    Rule,
    Unknown,
    some_of,
    span_all,
)
from soccheck.firewall.names import number
from soccheck.firewall.readers.fortinet.tree import Block
from soccheck.firewall.spans import Spans, address, span, union
from soccheck.phrase import Phrase, echo, phrase, series


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What one word of `allowaccess` opens."""

    proto: int
    ports: Spans
    setting: str = ""
    """The section and setting that move the (first) port."""
    entries: tuple[str, ...] = ()
    """Settings of the entries of that section, each of which may name a port."""
    family: int = 0
    """The only family it is for; 0 for both."""
    sure: bool = True
    """False where only some setting that is not followed makes it listen (`mode twamp`)."""
    trusted: bool = False
    """True where the trusted hosts of administrators bind it."""


CAPWAP = "system global/wireless-controller-port"
"""The control channel; the data channel is on the port after it."""
ACCESS: dict[str, tuple[Access, ...]] = {
    "https": (Access(proto=TCP, ports=span(443), setting="system global/admin-sport", trusted=True),),
    "http": (Access(proto=TCP, ports=span(80), setting="system global/admin-port", trusted=True),),
    "ssh": (Access(proto=TCP, ports=span(22), setting="system global/admin-ssh-port", trusted=True),),
    "telnet": (Access(proto=TCP, ports=span(23), setting="system global/admin-telnet-port", trusted=True),),
    "snmp": (
        Access(proto=UDP, ports=span(161), setting="system snmp community",
               entries=("query-v1-port", "query-v2c-port"), trusted=True),
        Access(proto=UDP, ports=span(161), setting="system snmp user", entries=("query-port",), trusted=True),
    ),
    "fgfm": (Access(proto=TCP, ports=span(541)), Access(proto=TCP, ports=span(542), family=6)),
    "radius-acct": (
        Access(proto=UDP, ports=span(1813), setting="user radius", entries=("rsso-radius-server-port",)),
    ),
    "probe-response": (
        Access(proto=TCP, ports=span(8008), setting="system probe-response/port"),
        Access(proto=UDP, ports=span(8008), setting="system probe-response/port", sure=False),
    ),
    "fabric": (
        Access(proto=TCP, ports=span(8013), setting="system global/fortiservice-port"),
        Access(proto=UDP, ports=span(5246, 5249), setting=CAPWAP),
        Access(proto=UDP, ports=span(25246), setting="system global/fortiextender-data-port", sure=False),
    ),
    "capwap": (Access(proto=UDP, ports=span(5246, 5247), setting=CAPWAP),),
    "ftm": (Access(proto=TCP, ports=span(4433), setting="system ftm-push/server-port"),),
}  # fmt: skip
"""Words of `allowaccess` (FortiOS 6.4 to 7.6). Trusted hosts bind the console's ways and SNMP and ping."""
SERVICES: Mapping[str, tuple[tuple[int, Spans], ...]] = {
    "router bgp": ((TCP, span(179)),),
    "router ospf": ((89, ()),),
    "router ospf6": ((89, ()),),
    "router rip": ((UDP, span(520)),),
    "router ripng": ((UDP, span(521)),),
    "router multicast": ((103, ()),),
    "system dhcp server": ((UDP, span(67)),),
    "system dhcp6 server": ((UDP, span(547)),),
    "web-proxy explicit": ((TCP, span(8080)), (TCP, span(0, 65535))),
    "ftp-proxy explicit": ((TCP, span(0, 65535)),),
    "vpn l2tp": ((UDP, span(1701)),),
    "vpn pptp": ((TCP, span(1723)), (47, ())),
    "system gre-tunnel": ((47, ()),),
    "system ipip-tunnel": ((4, ()),),
    "system sit-tunnel": ((41, ()),),
    "system ipv6-tunnel": ((41, ()),),
    "system vxlan": ((UDP, span(0, 65535)),),
    "system geneve": ((UDP, span(0, 65535)),),
    "authentication setting": ((TCP, span(0, 65535)),),
    "wanopt settings": ((TCP, span(7810)),),
    "system dedicated-mgmt": ((UDP, span(67)),),
}
"""Sections by which the device itself may listen, and on what; in ways not modelled further."""
SWITCHED: tuple[Access, ...] = (
    Access(proto=TCP, ports=span(8000), setting="system fsso-polling/listening-port"),
    Access(proto=UDP, ports=span(9443), setting="system autoupdate push-update/port"),
)
"""Services that listen while the `status` of their section is on (FortiOS Ports, FSSO and AV/IPS push)."""
OVERRIDE = "webfilter fortiguard"
OVERRIDES = (
    Access(proto=TCP, ports=span(8008), setting="webfilter fortiguard/ovrd-auth-port-http"),
    Access(proto=TCP, ports=span(8010), setting="webfilter fortiguard/ovrd-auth-port-https"),
    Access(proto=TCP, ports=span(8015), setting="webfilter fortiguard/ovrd-auth-port-https-flow"),
    Access(proto=TCP, ports=span(8020), setting="webfilter fortiguard/ovrd-auth-port-warning"),
    Access(proto=TCP, ports=span(8008), setting="webfilter fortiguard/ovrd-auth-port"),
)
"""Pages of web filter overrides and replacement messages, open where a policy inspects (FortiOS Best
Practices 6.2, "Opened ports for Authentication Override in Web Filter Replacement Messages")."""
POLICIES = (
    "firewall policy",
    "firewall policy6",
    "firewall security-policy",
    "firewall consolidated policy",
)
LOGIN_PORTS = (1000, 1003)
"""Where users log in over HTTP and HTTPS unless `auth-http-port` and `auth-https-port` say otherwise."""
ASKING = ("groups", "users", "fsso-groups", "disclaimer", "email-collect", "captive-portal")
"""Settings of a policy by which its users see a page of the device first (FortiOS CLI Reference)."""
UNBOUND = (
    "system api-user",
    "system sso-admin",
    "system sso-forticloud-admin",
    "system sso-fortigate-cloud-admin",
)
"""Administrators who are not bound by the trusted hosts of others."""
MADE_OF_OTHERS = ("aggregate", "redundant")
ENCRYPTED_DNS = ("doh", "doh3", "doq", "dot")
PING = {4: (ICMP, 8), 6: (ICMPV6, 128)}


def trusted(settings: Block) -> dict[int, Expr]:
    """Return from where administrators may come, when every one of them is limited."""
    out: dict[int, Expr] = {}
    admins = list(settings.entries("system admin"))
    others = [path for path in UNBOUND if any(True for _ in settings.entries(path))]
    for family, word in ((4, "trusthost"), (6, "ip6-trusthost")):
        spans: list[tuple[int, int]] = []
        limited = bool(admins)
        for admin in admins:
            hosts = [k for k in admin.record.values if re.fullmatch(word + r"\d+", k)]
            nets: list[Spans] = []
            for key in hosts:
                try:
                    nets.append(address("/".join(admin.words(key)))[1])
                except ValueError as error:
                    admin.record.doubtful(series([echo(key), worded(error)], ": "))
            nets = [n for n in nets if n[0] != (0, 0)]
            if not nets or any(n == span_all(family) for n in nets):
                limited = False
            spans += [s for n in nets for s in n]
        side: Expr = In("src", union(spans), family) if limited else ANY
        if limited and others:
            side = some_of(
                side,
                Unknown(phrase("from where those of `config {path}` may come", path=others[0])),
            )
        out[family] = side
    return out


def opened(block: Block, match: Expr, text: Phrase, family: int = 0) -> Rule:
    """Return the rule by which a section of the configuration lets packets to the device."""
    return Rule(match=match, action=Action.ACCEPT, where=block.where, text=text, family=family)


def moved(access: Access, settings: Block, root: Block) -> Spans:
    """Return the ports of a service where the settings, or those of a virtual domain, leave or put them."""
    if access.entries:
        owner = root if access.setting in root.blocks else settings
        entries = list(owner.entries(access.setting))
        spans = [_port(b, key, access) for b in entries for key in access.entries]
        return union(s for found in spans for s in found) if entries else access.ports
    path, _, key = access.setting.rpartition("/")
    section = settings.section(path) if path else None
    return access.ports if section is None else _port(section, key, access)


def _port(block: Block, key: str, access: Access) -> Spans:
    if key not in block.record:
        return access.ports
    value = block.get(key)
    low, high = access.ports[0]
    try:
        first = number(value, 65535)
    except ValueError as error:
        block.record.doubtful(series([echo(f"{key} {value}"), worded(error)], ": "))
        return access.ports
    return span(first, min(first + high - low, 65535))
