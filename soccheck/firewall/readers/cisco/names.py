"""What Cisco calls ports, protocols and ICMP types; each system has its own numbers.

Sources: ASA General Operations CLI Configuration Guide 9.19, "Addresses, Protocols, and Ports" (literal
names, protocols, ICMP types); Cisco IOS Security Command Reference, `permit` (TCP and UDP port names).
Checked one by one against Batfish's `NamedPort`; `whois` and `ripv6`, which it lacks, are
IANA's. What the sources do not name is left out: an unknown name makes its rule unknown.
"""

from __future__ import annotations

from collections.abc import Mapping

from soccheck.firewall.names import number

COMMON: Mapping[str, int] = {
    "bgp": 179, "biff": 512, "bootpc": 68, "bootps": 67, "chargen": 19, "cmd": 514, "daytime": 13,
    "discard": 9, "domain": 53, "echo": 7, "exec": 512, "finger": 79, "ftp": 21, "ftp-data": 20,
    "gopher": 70, "hostname": 101, "ident": 113, "irc": 194, "isakmp": 500, "klogin": 543,
    "kshell": 544, "login": 513, "lpd": 515, "mobile-ip": 434, "nameserver": 42, "netbios-dgm": 138,
    "netbios-ns": 137, "nntp": 119, "ntp": 123, "pim-auto-rp": 496, "pop2": 109, "pop3": 110,
    "rip": 520, "smtp": 25, "snmp": 161, "snmptrap": 162, "sunrpc": 111, "syslog": 514, "tacacs": 49,
    "talk": 517, "telnet": 23, "tftp": 69, "time": 37, "uucp": 540, "who": 513, "whois": 43, "www": 80,
    "xdmcp": 177,
}  # fmt: skip
ASA_PORTS: Mapping[str, int] = {
    **COMMON,
    "aol": 5190, "cifs": 3020, "citrix-ica": 1494, "ctiqbe": 2748, "h323": 1720, "http": 80, "https": 443,
    "imap4": 143, "kerberos": 750, "ldap": 389, "ldaps": 636, "lotusnotes": 1352, "netbios-ssn": 139,
    "nfs": 2049, "pcanywhere-data": 5631, "pcanywhere-status": 5632, "pptp": 1723, "radius": 1645,
    "radius-acct": 1646, "rpc": 111, "rsh": 514, "rtsp": 554, "secureid-udp": 5510, "sip": 5060,
    "sqlnet": 1521, "ssh": 22, "vxlan": 4789,
}  # fmt: skip
IOS_PORTS: Mapping[str, int] = {
    **COMMON, "drip": 3949, "msrpc": 135, "netbios-ss": 139, "non500-isakmp": 4500, "ripv6": 521,
}  # fmt: skip
ASA_PROTOCOLS: Mapping[str, int] = {
    "ah": 51, "eigrp": 88, "esp": 50, "gre": 47, "icmp": 1, "icmp6": 58, "igmp": 2, "igrp": 9,
    "ipinip": 4, "ipsec": 50, "nos": 94, "ospf": 89, "pcp": 108, "pim": 103, "pptp": 47, "sctp": 132,
    "snp": 109, "tcp": 6, "udp": 17,
}  # fmt: skip
IOS_PROTOCOLS: Mapping[str, int] = {
    "ahp": 51, "eigrp": 88, "esp": 50, "gre": 47, "icmp": 1, "igmp": 2, "ipinip": 4, "nos": 94, "ospf": 89,
    "pcp": 108, "pim": 103, "sctp": 132, "tcp": 6, "udp": 17,
}  # fmt: skip
ASA_ICMP: Mapping[str, int] = {
    "echo-reply": 0, "unreachable": 3, "source-quench": 4, "redirect": 5, "alternate-address": 6,
    "echo": 8, "router-advertisement": 9, "router-solicitation": 10, "time-exceeded": 11,
    "parameter-problem": 12, "timestamp-request": 13, "timestamp-reply": 14, "information-request": 15,
    "information-reply": 16, "mask-request": 17, "mask-reply": 18, "traceroute": 30,
    "conversion-error": 31, "mobile-redirect": 32,
}  # fmt: skip


def named(text: str, names: Mapping[str, int], top: int) -> int:
    """Read a name of a table or a number up to `top`; raises `ValueError`."""
    found = names.get(text)
    return number(text, top) if found is None else found
