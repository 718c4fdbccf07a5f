"""What Junos predefines: applications, ports, and the services and protocols of `host-inbound-traffic`.

Sources, entry by entry. Applications: `show groups junos-defaults applications` as the tables of three
public converters hold it (PhpCliShell's `JunosSet` among them), and Batfish's `JunosApplication`; what only
one gives or two give differently is unknown (`uucp`, `r2cp`, `smtps`). Port names: CLI Reference for SRX,
`destination-port`. Services and protocols of the host: Batfish's `HostSystemService` and `HostProtocol`, the
wider of two where they differ. Unverified: `bootp` and `dhcpv6`, whose ports only their standard gives: what
they let in is unknown there. What is not here is unknown where it is used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from soccheck.firewall.model import (
    ANY,
    ICMP,
    ICMPV6,
    PORTS,
    TCP,
    UDP,
    Expr,
    In,
    Not,
    Unknown,
    all_of,
    some_of,
)
from soccheck.firewall.names import number, ports
from soccheck.firewall.readers.juniper.lines import JunosStatement
from soccheck.firewall.spans import span
from soccheck.phrase import echo, phrase

BOTH = 0
"""Stands for TCP and UDP."""
SYSTEM: Mapping[str, tuple[int, str]] = {
    "ssh": (TCP, "22"), "telnet": (TCP, "23"), "http": (TCP, "80"), "https": (TCP, "443"),
    "ftp": (TCP, "21"), "snmp": (UDP, "161"), "snmp-trap": (UDP, "162"), "ntp": (UDP, "123"),
    "dns": (BOTH, "53"), "dhcp": (UDP, "67-68"), "ike": (UDP, "500"), "netconf": (TCP, "830"),
    "finger": (TCP, "79"), "rlogin": (TCP, "513"), "rsh": (TCP, "514"), "tftp": (UDP, "69"),
    "xnm-clear-text": (TCP, "3221"), "xnm-ssl": (TCP, "3220"), "reverse-ssh": (TCP, "2901"),
    "reverse-telnet": (TCP, "2900"), "sip": (BOTH, "5060-5061"),
}  # fmt: skip
UNSURE: Mapping[str, tuple[int, str]] = {"bootp": (UDP, "67-68"), "dhcpv6": (UDP, "546-547")}
"""Services whose ports only their standard gives."""
MOVED: Mapping[str, str] = {
    "ssh": "system services ssh port",
    "http": "system services web-management http port",
    "https": "system services web-management https port",
    "netconf": "system services netconf ssh port",
}
"""Where another line says on which port a service listens."""
CONSOLES: Mapping[str, int] = {
    "system services ssh": 22, "system services telnet": 23, "system services netconf ssh": 830,
    "system services web-management http": 80, "system services web-management https": 443,
    "system services xnm-clear-text": 3221, "system services xnm-ssl": 3220,
    "system services rest http": 3000, "system services rest https": 3443,
}  # fmt: skip
"""Services by which the device is managed, and their ports unless moved (CLI Reference)."""
ROUTING: Mapping[str, tuple[int, str]] = {
    "bgp": (TCP, "179"), "ospf": (89, ""), "ospf3": (89, ""), "rip": (UDP, "520"), "pim": (103, ""),
    "vrrp": (112, ""), "ripng": (UDP, "521"), "igmp": (2, ""), "ldp": (BOTH, "646"), "pgm": (113, ""),
    "bfd": (BOTH, "3784-3785"), "msdp": (TCP, "639"), "rsvp": (46, ""), "nhrp": (54, ""),
    "sap": (UDP, "9875"),
}  # fmt: skip
BUILT_IN: Mapping[str, str] = {
    "ftp": "tcp/21", "ftp-data": "tcp/20", "ssh": "tcp/22", "telnet": "tcp/23", "smtp": "tcp/25",
    "mail": "tcp/25", "whois": "tcp/43", "tacacs": "tcp/49", "tacacs-ds": "tcp/65", "dns-tcp": "tcp/53",
    "dns-udp": "udp/53", "dhcp-server": "udp/67", "dhcp-relay": "udp/67", "bootps": "udp/67",
    "dhcp-client": "udp/68", "bootpc": "udp/68", "tftp": "udp/69", "gopher": "tcp/70", "finger": "tcp/79",
    "http": "tcp/80", "pop3": "tcp/110", "ident": "tcp/113", "nntp": "tcp/119", "ntp": "udp/123",
    "nbname": "udp/137", "nbds": "udp/138", "netbios-session": "tcp/139", "imap": "tcp/143", "bgp": "tcp/179",
    "wais": "tcp/210", "ldap": "tcp/389", "internet-locator-service": "tcp/389", "https": "tcp/443",
    "snpp": "tcp/444", "smb-session": "tcp/445", "ike": "udp/500", "biff": "udp/512", "who": "udp/513",
    "rsh": "tcp/514", "syslog": "udp/514", "printer": "tcp/515", "lpr": "tcp/515", "rip": "udp/520",
    "rtsp": "tcp/554", "realaudio": "tcp/554", "ldp-tcp": "tcp/646", "ldp-udp": "udp/646",
    "snmp-agentx": "tcp/705", "imaps": "tcp/993", "ms-sql": "tcp/1433", "sql-monitor": "udp/1434",
    "winframe": "tcp/1494", "sqlnet-v2": "tcp/1521", "sqlnet-v1": "tcp/1525", "l2tp": "udp/1701",
    "pptp": "tcp/1723", "radius": "udp/1812", "radacct": "udp/1813", "msn": "tcp/1863", "sccp": "tcp/2000",
    "nfsd-tcp": "tcp/2049", "nfsd-udp": "udp/2049", "cvspserver": "tcp/2401", "mgcp-ua": "udp/2427",
    "mgcp-ca": "udp/2727", "xnm-ssl": "tcp/3220", "xnm-clear-text": "tcp/3221", "rdp": "tcp/3389",
    "ike-nat": "udp/4500", "aol": "tcp/5190-5193", "pc-anywhere": "udp/5632", "vnc": "tcp/5800",
    "x-windows": "tcp/6000-6063", "gnutella": "udp/6346-6347", "irc": "tcp/6660-6669",
    "http-ext": "tcp/7001", "vdo-live": "udp/7000-7010", "talk": "tcp/517 udp/517",
    "ntalk": "tcp/518 udp/518", "tcp-any": "tcp/0-65535", "udp-any": "udp/0-65535",
}  # fmt: skip
"""Applications `junos-NAME` and the destination ports they take."""
PORT_NAMES: Mapping[str, int] = {
    "afs": 1483, "bgp": 179, "biff": 512, "bootpc": 68, "bootps": 67, "cmd": 514, "cvspserver": 2401,
    "dhcp": 67, "domain": 53, "eklogin": 2105, "ekshell": 2106, "exec": 512, "finger": 79, "ftp": 21,
    "ftp-data": 20, "http": 80, "https": 443, "ident": 113, "imap": 143, "kerberos-sec": 88, "klogin": 543,
    "kpasswd": 761, "krb-prop": 754, "krbupdate": 760, "kshell": 544, "ldap": 389, "ldp": 646, "login": 513,
    "mobileip-agent": 434, "mobilip-mn": 435, "msdp": 639,
    "netbios-dgm": 138, "netbios-ns": 137, "netbios-ssn": 139, "nfsd": 2049, "nntp": 119,
    "ntalk": 518, "ntp": 123, "pop3": 110, "pptp": 1723, "printer": 515, "radacct": 1813, "radius": 1812,
    "rip": 520, "rkinit": 2108, "smtp": 25, "snmp": 161, "snmptrap": 162, "snpp": 444, "socks": 1080,
    "ssh": 22, "sunrpc": 111, "syslog": 514, "tacacs": 49, "tacacs-ds": 65, "talk": 517, "telnet": 23,
    "tftp": 69, "timed": 525, "who": 513, "xdmcp": 177,
}  # fmt: skip
PROTOCOLS: Mapping[str, int] = {
    "icmp": 1, "igmp": 2, "ipip": 4, "tcp": 6, "egp": 8, "udp": 17, "rsvp": 46, "gre": 47, "esp": 50,
    "ah": 51, "icmp6": 58, "ospf": 89, "pim": 103, "sctp": 132,
}  # fmt: skip
QUIET = ("inactivity-timeout", "description", "alg", "application-protocol", "term")


def protocol(text: str) -> int:
    """Read a protocol; raises `ValueError`."""
    return PROTOCOLS[text] if text in PROTOCOLS else number(text, 255)


def built_in(name: str) -> Expr | None:
    """Return a predefined application; None for what Junos cannot have predefined."""
    if name in ("any", "junos-any"):
        return ANY
    known = BUILT_IN.get(name.removeprefix("junos-")) if name.startswith("junos-") else None
    if known is not None:
        parts = [item.partition("/") for item in known.split()]
        return some_of(
            *(
                all_of(In("proto", span(PROTOCOLS[proto])), In("dport", ports(text, "-")))
                for proto, _, text in parts
            )
        )
    if name in ("junos-icmp-all", "junos-ping"):
        return In("proto", span(ICMP))
    if name == "junos-icmp-ping":
        return all_of(In("proto", span(ICMP)), In("itype", span(8)))
    if name in ("junos-icmp6-all", "junos-pingv6"):
        return In("proto", span(ICMPV6))
    return Unknown(phrase("application {name}", name=name)) if name.startswith("junos-") else None


def host(kind: str, name: str, except_: Sequence[str]) -> Expr:
    """Return what one word of `host-inbound-traffic` lets in."""
    if name in ("all", "any-service"):
        if kind == "protocols":
            known = some_of(*(_service(*ROUTING[p]) for p in ROUTING if p not in except_))
            return some_of(known, Unknown(echo("protocols all")))
        left = [Not(_service(*SYSTEM[s])) for s in SYSTEM if s in except_]
        known = some_of(*(_service(*SYSTEM[s]) for s in SYSTEM))
        if name == "any-service":
            known = In("proto", ((TCP, TCP), (UDP, UDP)))
        # Only what surely gets in is sure to meet, and be logged by, what comes behind.
        return all_of(*left, some_of(known, Unknown(echo(f"{kind} {name}"))))
    if name == "ping":
        return some_of(
            all_of(In("proto", span(ICMP)), In("itype", span(8))),
            all_of(In("proto", span(ICMPV6)), In("itype", span(128))),
        )
    if name == "traceroute":
        return all_of(In("proto", span(UDP)), In("dport", span(33434, 33534)))
    if name == "ike":
        return all_of(In("proto", span(UDP)), In("dport", ((500, 500), (4500, 4500))))
    if kind == "system-services" and name in UNSURE:
        return all_of(_service(*UNSURE[name]), Unknown(phrase("the ports of {name}", name=name)))
    table = SYSTEM if kind == "system-services" else ROUTING
    if name in table:
        return _service(*table[name])
    if name in ("neighbor-discovery", "router-discovery"):
        return all_of(In("proto", ((ICMP, ICMP), (ICMPV6, ICMPV6))), In("itype", span(133, 137)))
    return Unknown(echo(f"host-inbound-traffic {kind} {name}"))


def _service(proto: int, port: str) -> Expr:
    protos = In("proto", span(proto) if proto else ((TCP, TCP), (UDP, UDP)))
    return all_of(protos, In("dport", ports(port, "-"))) if port else protos


def term(name: str, lines: Sequence[JunosStatement]) -> Expr:
    """Return the match of one term of an application, whose conditions stand on one line or on many."""
    parts: list[Expr] = []
    said = False
    for line in lines:
        while line:
            key, value = line.word(), line.word()
            try:
                if key not in QUIET:
                    parts.append(condition(key, value))
                    said = True
            except ValueError as error:
                parts.append(
                    Unknown(
                        phrase(
                            "application {name}: {key} {value}: {error}",
                            name=name,
                            key=key,
                            value=value,
                            error=error,
                        )
                    )
                )
                said = True
        line.short = False
    return all_of(*parts) if said else Unknown(phrase("application {name} is empty", name=name))


def condition(key: str, value: str) -> Expr:
    """Read one condition of a term, of an application or a filter; raises `ValueError`."""
    if key == "protocol":
        return In("proto", span(protocol(value)))
    if key in ("destination-port", "source-port"):
        low, _, high = (value, "", value) if value in PORT_NAMES else value.partition("-")
        ends = [PORT_NAMES[p] if p in PORT_NAMES else number(p, PORTS) for p in (low, high or low)]
        return In("dport" if key[0] == "d" else "sport", span(*ends))
    if key in ("icmp-type", "icmp6-type", "icmp-code", "icmp6-code"):
        return In("itype" if key.endswith("type") else "icode", span(number(value, 255)))
    raise ValueError(phrase("not modelled"))
