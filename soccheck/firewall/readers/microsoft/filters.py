"""The filters of a Windows rule, as PowerShell shows them: protocol, ports, addresses, who listens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from soccheck.firewall.model import (
    ANY,
    ICMP,
    ICMPV6,
    TCP,
    UDP,
    Expr,
    In,
    Unknown,
    all_of,
    some_of,
)
from soccheck.firewall.names import number, port_range
from soccheck.firewall.spans import address, span

Json: TypeAlias = Any
LISTENERS: Mapping[tuple[str, str], tuple[tuple[int, int], ...]] = {
    ("svchost.exe", "termservice"): ((TCP, 3389), (UDP, 3389)),
    ("svchost.exe", "rpcss"): ((TCP, 135),),
    ("system", ""): ((TCP, 445), (TCP, 139), (UDP, 137), (UDP, 138), (TCP, 5985), (TCP, 5986)),
    ("svchost.exe", "w32time"): ((UDP, 123),),
    ("svchost.exe", "ikeext"): ((UDP, 500), (UDP, 4500)),
    ("svchost.exe", "ssdpsrv"): ((UDP, 1900),),
    ("svchost.exe", "dnscache"): ((UDP, 5353), (UDP, 5355)),
    ("svchost.exe", "fdphost"): ((UDP, 3702),),
    ("svchost.exe", "fdrespub"): ((UDP, 3702),),
    ("dns.exe", "dns"): ((TCP, 53), (UDP, 53)),
    ("lsass.exe", ""): ((TCP, 88), (UDP, 88), (TCP, 464), (UDP, 464), (TCP, 389), (UDP, 389),
                        (TCP, 636), (TCP, 3268), (TCP, 3269)),
    ("snmp.exe", "snmp"): ((UDP, 161),),
    ("sshd.exe", ""): ((TCP, 22),),
}  # fmt: skip
"""The ports on which a program of Windows itself, as a service, is the one that listens.

Source: Microsoft Learn, "Service overview and network port requirements for Windows"; OpenSSH for
Windows. A rule bound to such a program opens such a port; of another port or program it is not known
who listens there.
"""
PORT_WORDS = {"RPCEPMap": (135, 135)}


def many(value: Json) -> list[Json]:
    """Return a value as a list: ConvertTo-Json unwraps lists of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def words(value: Json) -> list[str]:
    """Return a filter's values as texts; `Any` and nothing are both no limit."""
    found = [str(v) for v in many(value)]
    return [] if found in ([], ["Any"], [""], ["None"]) else found


def protocol(ports: Mapping[str, Json], direction: int) -> Expr:
    """Return the protocol and ports of a port filter; raises `ValueError`."""
    name = str(ports.get("Protocol", "Any"))
    known = {"TCP": TCP, "UDP": UDP, "ICMPv4": ICMP, "ICMPv6": ICMPV6}
    if name == "Any":
        return ANY
    proto = known.get(name) or number(name, 255)
    parts: list[Expr] = [In("proto", span(proto))]
    sides = (("LocalPort", "dport"), ("RemotePort", "sport"))
    if direction == 2:
        sides = (("LocalPort", "sport"), ("RemotePort", "dport"))
    if proto in (TCP, UDP):
        for key, field in sides:
            values = words(ports.get(key))
            if values:
                parts.append(some_of(*(_port(field, v) for v in values)))
    if proto in (ICMP, ICMPV6):
        kinds = words(ports.get("IcmpType"))
        if kinds:
            parts.append(some_of(*(_icmp(k) for k in kinds)))
    if str(ports.get("DynamicTarget", ports.get("DynamicTransport", "0"))) not in ("0", "Any"):
        parts.append(Unknown("a dynamic target"))
    return all_of(*parts)


def _port(field: str, value: str) -> Expr:
    if value in PORT_WORDS:
        return In(field, (PORT_WORDS[value],))
    if value[:1].isdigit():
        return In(field, (port_range(value),))
    return Unknown(f"port {value}")


def _icmp(value: str) -> Expr:
    kind, _, code = value.partition(":")
    parts: list[Expr] = [In("itype", span(number(kind, 255)))]
    if code and code != "*":
        parts.append(In("icode", span(number(code, 255))))
    return all_of(*parts)


def side(field: str, value: Json) -> Expr:
    """Return the addresses of one side; raises `ValueError`."""
    found = words(value)
    if not found:
        return ANY
    out: list[Expr] = []
    for item in found:
        if item[:1].isalpha() and ":" not in item:
            out.append(Unknown(f"addresses {item}"))
        else:
            family, spans = address(item)
            out.append(In(field, spans, family))
    return some_of(*out)
