"""What Junos predefines: applications, and the services and protocols of `host-inbound-traffic`.

Source: Junos OS Security Policies user guide.
"""

from __future__ import annotations

from collections.abc import Sequence

from soccheck.errors import ReadError
from soccheck.firewall.model import (
    ANY,
    ICMP,
    ICMPV6,
    TCP,
    UDP,
    Expr,
    In,
    Not,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.names import PORTS, number, port_range, protocol
from soccheck.firewall.spans import span

SYSTEM = {
    "ssh": (TCP, 22), "telnet": (TCP, 23), "http": (TCP, 80), "https": (TCP, 443),
    "ftp": (TCP, 21), "snmp": (UDP, 161), "snmp-trap": (UDP, 162), "ntp": (UDP, 123),
    "dns": (0, 53), "dhcp": (UDP, 67), "dhcpv6": (UDP, 547), "bootp": (UDP, 67),
    "ike": (UDP, 500), "netconf": (TCP, 830), "finger": (TCP, 79), "rlogin": (TCP, 513),
    "rsh": (TCP, 514), "tftp": (UDP, 69), "xnm-clear-text": (TCP, 3221),
    "xnm-ssl": (TCP, 3220), "webapi-clear-text": (TCP, 3000), "webapi-ssl": (TCP, 3443),
}  # fmt: skip
ROUTING = {"bgp": (TCP, 179), "ospf": (89, 0), "ospf3": (89, 0), "rip": (UDP, 520), "pim": (103, 0),
           "vrrp": (112, 0), "ripng": (UDP, 521), "igmp": (2, 0), "ldp": (0, 646),
           "bfd": (UDP, 3784), "msdp": (TCP, 639), "rsvp": (46, 0), "nhrp": (54, 0)}  # fmt: skip
BUILT_IN = {
    "junos-http-ext": (TCP, 7001), "junos-ms-sql": (TCP, 1433), "junos-dns-tcp": (TCP, 53),
    "junos-dns-udp": (UDP, 53), "junos-rdp": (TCP, 3389), "junos-smtps": (TCP, 465),
    "junos-nbname": (UDP, 137), "junos-nbds": (UDP, 138), "junos-dhcp-client": (UDP, 68),
    "junos-dhcp-server": (UDP, 67), "junos-mail": (TCP, 25), "junos-ldap": (TCP, 389),
    "junos-ike": (UDP, 500), "junos-ike-nat": (UDP, 4500), "junos-radius": (UDP, 1812),
    "junos-syslog": (UDP, 514), "junos-ntp": (UDP, 123), "junos-tftp": (UDP, 69),
    "junos-snmp-agentx": (TCP, 705),
}  # fmt: skip
TCP_NAMES = {"ssh", "telnet", "http", "https", "smtp", "pop3", "imap", "imaps", "ftp", "bgp",
             "ldap", "ldaps", "nntp", "whois", "finger", "pptp", "rtsp", "vnc", "x11"}  # fmt: skip


def built_in(name: str) -> Expr | None:
    """Return a predefined application, or None when soccheck does not know it."""
    if name in ("any", "junos-any"):
        return ANY
    if name in BUILT_IN:
        proto, port = BUILT_IN[name]
        return all_of(In("proto", span(proto)), In("dport", span(port)))
    if name == "junos-icmp-all":
        return In("proto", span(ICMP))
    if name in ("junos-ping", "junos-icmp-ping"):
        return all_of(In("proto", span(ICMP)), In("itype", span(8)))
    if name in ("junos-icmp6-all",):
        return In("proto", span(ICMPV6))
    if name == "junos-pingv6":
        return all_of(In("proto", span(ICMPV6)), In("itype", span(128)))
    if name in ("junos-tcp-any", "junos-udp-any"):
        return In("proto", span(TCP if "tcp" in name else UDP))
    plain = name.removeprefix("junos-")
    if plain != name and plain in TCP_NAMES:
        return all_of(In("proto", span(TCP)), In("dport", span(PORTS[plain])))
    return None


def host(kind: str, name: str, except_: Sequence[str]) -> Expr:
    """Return what one word of `host-inbound-traffic` lets in."""
    if name in ("all", "any-service"):
        if kind == "protocols":
            return some_of(*(_service(*ROUTING[p]) for p in ROUTING if p not in except_))
        left = [_service(*SYSTEM[s]) for s in SYSTEM if s in except_]
        return all_of(*(Not(e) for e in left)) if left else ANY
    if name == "ping":
        return some_of(
            all_of(In("proto", span(ICMP)), In("itype", span(8))),
            all_of(In("proto", span(ICMPV6)), In("itype", span(128))),
        )
    if name == "traceroute":
        return all_of(In("proto", span(UDP)), In("dport", span(33434, 33534)))
    if name == "ike":
        return all_of(In("proto", span(UDP)), In("dport", ((500, 500), (4500, 4500))))
    table = SYSTEM if kind == "system-services" else ROUTING
    if name in table:
        return _service(*table[name])
    if name == "neighbor-discovery" or name == "router-discovery":
        return all_of(In("proto", ((ICMP, ICMP), (ICMPV6, ICMPV6))), In("itype", span(133, 137)))
    return Unknown(f"host-inbound-traffic {kind} {name}")


def _service(proto: int, port: int) -> Expr:
    protos = In("proto", span(proto) if proto else ((TCP, TCP), (UDP, UDP)))
    return all_of(protos, In("dport", span(port))) if port else protos


def term(name: str, lines: Sequence[tuple[list[str], Where]]) -> Expr:
    """Return the match of one term of an application; raises `ReadError`."""
    parts: list[Expr] = []
    for words, where in lines:
        try:
            if words[0] == "protocol":
                parts.append(In("proto", span(protocol(words[1]))))
            elif words[0] in ("destination-port", "source-port"):
                field_ = "dport" if words[0].startswith("d") else "sport"
                parts.append(In(field_, (port_range(words[1]),)))
            elif words[0] in ("icmp-type", "icmp6-type", "icmp-code", "icmp6-code"):
                field_ = "itype" if "type" in words[0] else "icode"
                parts.append(In(field_, span(number(words[1], 255))))
            elif words[0] not in ("inactivity-timeout", "description", "alg"):
                parts.append(Unknown(f"application {name}: {' '.join(words)}"))
        except (ValueError, IndexError) as error:
            raise ReadError(where, f"application {name!r}: {error}") from error
    return all_of(*parts) if parts else Unknown(f"application {name} is empty")
