"""Names of protocols, ports, ICMP types and special-purpose addresses.

Ports: IANA Service Name and Port Number Registry, with the spellings Cisco and Junos print.
ICMP: IANA ICMP Parameters and ICMPv6 Parameters. Addresses: IANA Special-Purpose Address
Registries (RFC 6890 and its updates).
"""

from __future__ import annotations

from soccheck.firewall.model import Expr, In, some_of
from soccheck.firewall.spans import Spans, address, complement, union
from soccheck.phrase import phrase

PROTOCOLS = {
    "hopopt": 0, "icmp": 1, "igmp": 2, "ggp": 3, "ipip": 94, "st": 5, "pup": 12, "hmp": 20, "xns-idp": 22,
    "rdp": 27, "iso-tp4": 29, "xtp": 36, "ddp": 37, "idpr-cmtp": 38, "ipv6-route": 43, "ipv6-frag": 44,
    "ipv6-opts": 60, "rspf": 73, "vmtp": 81, "encap": 98, "mpls-in-ip": 137, "fc": 133, "manet": 138,
    "hip": 139, "shim6": 140, "wesp": 141, "rohc": 142, "skip": 57, "swipe": 53, "mobile": 55,
    "igp": 9, "idrp": 45, "ipsec-esp": 50, "ipsec-ah": 51, "cphb": 73, "ospfigp": 89, "ax.25": 93,
    "isis": 124, "ip-encap": 4, "ipinip": 4, "ipencap": 4, "tcp": 6, "egp": 8, "igrp": 9,
    "udp": 17, "dccp": 33, "ipv6": 41, "6in4": 41, "rsvp": 46, "gre": 47, "esp": 50,
    "ipv6-crypt": 50, "ah": 51, "ahp": 51, "ipv6-auth": 51, "ipv6-icmp": 58, "icmpv6": 58,
    "icmp6": 58, "ipv6-nonxt": 59, "eigrp": 88, "ospf": 89, "nos": 94, "etherip": 97, "pim": 103,
    "pcp": 108, "ipcomp": 108, "vrrp": 112, "carp": 112, "l2tp": 115, "sctp": 132, "mh": 135,
    "mobility-header": 135, "ipv6-mh": 135, "udplite": 136, "pfsync": 240,
}  # fmt: skip

PORTS = {
    "tcpmux": 1, "echo": 7, "discard": 9, "systat": 11, "daytime": 13, "chargen": 19,
    "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "time": 37, "nameserver": 42,
    "whois": 43, "tacacs": 49, "domain": 53, "dns": 53, "bootps": 67, "bootpc": 68, "tftp": 69,
    "gopher": 70, "finger": 79, "http": 80, "www": 80, "kerberos": 88, "hostname": 101,
    "hostnames": 101, "pop2": 109, "pop3": 110, "sunrpc": 111, "ident": 113, "auth": 113,
    "nntp": 119, "ntp": 123, "epmap": 135, "msrpc": 135, "netbios-ns": 137, "netbios-dgm": 138,
    "netbios-ssn": 139, "imap": 143, "imap2": 143, "imap4": 143, "snmp": 161, "snmptrap": 162,
    "snmp-trap": 162, "xdmcp": 177, "bgp": 179, "irc": 194, "dnsix": 195, "mobile-ip": 434,
    "ldap": 389, "https": 443, "microsoft-ds": 445, "smb": 445, "pim-auto-rp": 496,
    "isakmp": 500, "ike": 500, "exec": 512, "biff": 512, "login": 513, "rlogin": 513, "who": 513,
    "cmd": 514, "rsh": 514, "shell": 514, "syslog": 514, "lpd": 515, "printer": 515, "talk": 517,
    "rip": 520, "router": 520, "uucp": 540, "klogin": 543, "kshell": 544, "dhcpv6-client": 546,
    "dhcpv6-server": 547, "rtsp": 554, "submission": 587, "ipp": 631, "ldaps": 636,
    "domain-s": 853, "rsync": 873, "ftps-data": 989, "ftps": 990, "imaps": 993, "pop3s": 995,
    "socks": 1080, "openvpn": 1194, "lotusnotes": 1352, "ms-sql-s": 1433, "mssql": 1433,
    "ms-sql-m": 1434, "citrix-ica": 1494, "sqlnet": 1521, "oracle": 1521, "radius-acct": 1813,
    "radius": 1812, "h323": 1720, "pptp": 1723, "l2tp": 1701, "ssdp": 1900, "nfs": 2049,
    "ctiqbe": 2748, "mysql": 3306, "rdp": 3389, "ms-wbt-server": 3389, "svn": 3690,
    "ipsec-nat-t": 4500, "non500-isakmp": 4500, "sip": 5060, "sips": 5061, "xmpp-client": 5222,
    "xmpp-server": 5269, "mdns": 5353, "postgresql": 5432, "postgres": 5432, "aol": 5190,
    "pcanywhere-data": 5631, "pcanywhere-status": 5632, "secureid-udp": 5510, "amqp": 5672,
    "vnc": 5900, "winrm": 5985, "winrm-https": 5986, "x11": 6000, "redis": 6379,
    "http-alt": 8080, "winbox": 8291, "elasticsearch": 9200, "memcached": 11211,
    "mongodb": 27017,
}  # fmt: skip

OVER_UDP = {
    "biff", "bootpc", "bootps", "dhcpv6-client", "dhcpv6-server", "dnsix", "ike", "ipsec-nat-t", "isakmp",
    "mdns", "mobile-ip", "nameserver", "netbios-dgm", "netbios-ns", "non500-isakmp", "ntp", "openvpn",
    "pcanywhere-status", "radius", "radius-acct", "rip", "router", "secureid-udp", "snmp", "snmp-trap",
    "snmptrap", "ssdp", "syslog", "talk", "tftp", "who", "xdmcp", "pim-auto-rp",
}  # fmt: skip
OVER_BOTH = {
    "dns",
    "domain",
    "kerberos",
    "sip",
    "sunrpc",
    "echo",
    "discard",
    "daytime",
    "chargen",
    "time",
    "nfs",
}
"""Ports that a name alone means over UDP, and over UDP and TCP; every other is one of TCP."""

ICMP4 = {
    "echo-reply": (0, None), "pong": (0, None), "destination-unreachable": (3, None),
    "unreachable": (3, None), "network-unreachable": (3, 0), "net-unreachable": (3, 0),
    "host-unreachable": (3, 1), "protocol-unreachable": (3, 2), "port-unreachable": (3, 3),
    "fragmentation-needed": (3, 4), "packet-too-big": (3, 4), "source-route-failed": (3, 5),
    "network-prohibited": (3, 9), "host-prohibited": (3, 10),
    "communication-prohibited": (3, 13), "administratively-prohibited": (3, 13),
    "source-quench": (4, None), "redirect": (5, None), "network-redirect": (5, 0),
    "host-redirect": (5, 1), "alternate-address": (6, None), "echo-request": (8, None),
    "echo": (8, None), "ping": (8, None), "router-advertisement": (9, None),
    "router-solicitation": (10, None), "time-exceeded": (11, None), "ttl-exceeded": (11, None),
    "ttl-zero-during-transit": (11, 0), "ttl-zero-during-reassembly": (11, 1),
    "parameter-problem": (12, None), "timestamp-request": (13, None), "timestamp-reply": (14, None),
    "information-request": (15, None), "info-request": (15, None), "information-reply": (16, None),
    "info-reply": (16, None), "mask-request": (17, None), "address-mask-request": (17, None),
    "mask-reply": (18, None), "address-mask-reply": (18, None), "traceroute": (30, None),
    "conversion-error": (31, None), "mobile-redirect": (32, None),
}  # fmt: skip

ICMP6 = {
    "destination-unreachable": (1, None), "unreachable": (1, None), "no-route": (1, 0),
    "communication-prohibited": (1, 1), "beyond-scope": (1, 2), "address-unreachable": (1, 3),
    "port-unreachable": (1, 4), "failed-policy": (1, 5), "reject-route": (1, 6),
    "packet-too-big": (2, None), "too-big": (2, None), "time-exceeded": (3, None),
    "ttl-exceeded": (3, None), "ttl-zero-during-transit": (3, 0),
    "ttl-zero-during-reassembly": (3, 1), "parameter-problem": (4, None), "bad-header": (4, 0),
    "unknown-header-type": (4, 1), "unknown-option": (4, 2), "echo-request": (128, None),
    "echo": (128, None), "ping": (128, None), "echo-reply": (129, None), "pong": (129, None),
    "membership-query": (130, None), "mld-listener-query": (130, None),
    "membership-report": (131, None), "mld-listener-report": (131, None),
    "membership-reduction": (132, None), "mld-listener-done": (132, None),
    "mld-listener-reduction": (132, None), "router-solicitation": (133, None),
    "nd-router-solicit": (133, None), "router-advertisement": (134, None),
    "nd-router-advert": (134, None), "neighbor-solicitation": (135, None),
    "neighbour-solicitation": (135, None), "nd-neighbor-solicit": (135, None),
    "neighbor-advertisement": (136, None), "neighbour-advertisement": (136, None),
    "nd-neighbor-advert": (136, None), "redirect": (137, None), "nd-redirect": (137, None),
    "neighbor-redirect": (137, None), "router-renumbering": (138, None),
    "ind-neighbor-solicit": (141, None), "ind-neighbor-advert": (142, None),
    "mld2-listener-report": (143, None),
}  # fmt: skip


def number(text: str, top: int) -> int:
    """Read a decimal or 0x number up to `top`; raises `ValueError`."""
    try:
        value = int(text, 16) if text.lower().startswith("0x") else int(text, 10)
    except ValueError as error:
        raise ValueError(phrase("not a number or known name: {text}", text=text)) from error
    if not 0 <= value <= top:
        raise ValueError(phrase("{text} is not between 0 and {top}", text=text, top=top))
    return value


def protocol(text: str) -> int:
    """Read a protocol name or number; raises `ValueError`."""
    found = PROTOCOLS.get(text.lower())
    return number(text, 255) if found is None else found


def port(text: str) -> int:
    """Read a port name or number; raises `ValueError`."""
    found = PORTS.get(text.lower())
    return number(text, 65535) if found is None else found


def port_range(text: str, separator: str = "-") -> tuple[int, int]:
    """Read `80`, `80-90`, `80-` or `-90`; raises `ValueError`."""
    if text.lower() in PORTS or separator not in text:
        value = port(text)
        return value, value
    low, _, high = text.partition(separator)
    pair = (port(low) if low else 0, port(high) if high else 65535)
    if pair[0] > pair[1]:
        raise ValueError(phrase("inverted range: {text}", text=text))
    return pair


def ports(text: str, separator: str = "-") -> Spans:
    """Read a comma-separated list of ports and ranges; raises `ValueError`."""
    return union(port_range(part.strip(), separator) for part in text.split(","))


def icmp(text: str, family: int) -> tuple[int, int | None]:
    """Read an ICMP type, `type/code` or name as (type, code); raises `ValueError`."""
    found = (ICMP4 if family == 4 else ICMP6).get(text.lower())
    if found is not None:
        return found
    kind, _, code = text.partition("/")
    return number(kind, 255), (number(code, 255) if code else None)


NOT_INTERNET4 = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
    "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
)  # fmt: skip
NOT_INTERNET6 = ("2001:2::/48", "2001:10::/28", "2001:db8::/32", "3fff::/20")


def _internet(inside: tuple[str, ...], outside: tuple[str, ...], top: int) -> Spans:
    kept = union(s for text in inside for s in address(text)[1])
    removed = union(s for text in outside for s in address(text)[1])
    return complement(union((*complement(kept, top), *removed)), top)


INTERNET: dict[int, Spans] = {
    4: _internet(("0.0.0.0/0",), NOT_INTERNET4, (1 << 32) - 1),
    6: _internet(("2000::/3", "64:ff9b::/96"), NOT_INTERNET6, (1 << 128) - 1),
}
"""Globally reachable unicast sources; NAT64 (64:ff9b::/96) is one."""
DOCUMENTATION = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
"""Stand for public addresses (RFC 5737)."""
PUBLIC: dict[int, Spans] = {
    4: union((*INTERNET[4], *(s for text in DOCUMENTATION for s in address(text)[1]))),
    6: INTERNET[6],
}
"""Addresses of interfaces that may face the Internet."""


def addresses(field: str, texts: list[str]) -> Expr:
    """Return "the field is one of these addresses", of either family; raises `ValueError`."""
    found: dict[int, list[tuple[int, int]]] = {}
    for text in texts:
        family, spans = address(text)
        found.setdefault(family, []).extend(spans)
    return some_of(*(In(field, union(parts), family) for family, parts in found.items()))
