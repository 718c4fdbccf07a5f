"""The filters of a Windows rule, as PowerShell shows them: protocol, ports, addresses, interfaces, peers."""

from __future__ import annotations

from collections.abc import Mapping

from soccheck.firewall.model import (
    ANY,
    ICMP,
    ICMPV6,
    TCP,
    UDP,
    Expr,
    In,
    Named,
    Unknown,
    all_of,
    some_of,
)
from soccheck.firewall.names import number, port_range
from soccheck.firewall.readers.members import Json, Members, UnmodelledError
from soccheck.firewall.spans import address, span
from soccheck.phrase import Phrase, phrase, series

PORT_WORDS = {"RPCEPMap": (135, 135)}
PROTOCOLS = {"TCP": TCP, "UDP": UDP, "ICMPv4": ICMP, "ICMPv6": ICMPV6}
NO_LIMIT: tuple[list[str], ...] = ([], ["Any"], [""], ["None"])
NOT_REQUIRED = ("0", "NotRequired", "None", "False", "Any", "")


def many(value: Json) -> list[Json]:
    """Return a value as a list: ConvertTo-Json unwraps lists of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def objects(value: Json) -> list[Json]:
    """Return a list of objects, each without the properties that are not set: those say nothing."""
    unset: tuple[Json, ...] = (None, "", [], {})
    return [
        {name: said for name, said in entry.items() if said not in unset}
        if isinstance(entry, dict)
        else entry
        for entry in many(value)
    ]


def ruled(value: Json, filtered: bool) -> list[Json]:
    """Return the rules; raises `UnmodelledError` where filters are there and no rule."""
    if filtered and not many(value):
        raise UnmodelledError(phrase("the file has filters, and none of their rules"))
    return objects(value)


def words(value: Json) -> list[str]:
    """Return a filter's values as texts; `Any` and nothing are both no limit."""
    found = [str(v) for v in many(value)]
    return [] if found in NO_LIMIT else found


def either(body: Members, *keys: str) -> list[str]:
    """Take a value that PowerShell and CIM name otherwise."""
    found: list[str] = []
    for key in keys:
        found = words(body.get(key)) or found
    return found


def either_of(entry: Members, *keys: str) -> Json:
    """Take a value that PowerShell and CIM name otherwise; 0 where neither is there."""
    found: Json = 0
    for key in keys:
        found = entry.get(key, found)
    return found


def protocol(ports: Members, direction: int) -> Expr:
    """Return the protocol and ports of a port filter; raises `ValueError`."""
    name = str(ports.get("Protocol", "Any"))
    dynamic = either(ports, "DynamicTarget", "DynamicTransport")
    parts: list[Expr] = [Unknown(phrase("a dynamic target"))] if dynamic not in ([], ["0"]) else []
    sides = (("LocalPort", "dport"), ("RemotePort", "sport"))
    if direction == 2:
        sides = (("LocalPort", "sport"), ("RemotePort", "dport"))
    limits = [(field, words(ports.get(key))) for key, field in sides]
    kinds = words(ports.get("IcmpType"))
    if name == "Any":
        return all_of(*parts)
    proto = PROTOCOLS[name] if name in PROTOCOLS else number(name, 255)
    parts.append(In("proto", span(proto)))
    if proto in (TCP, UDP):
        parts += [some_of(*(_port(f, v) for v in values)) for f, values in limits if values]
    if proto in (ICMP, ICMPV6) and kinds:
        parts.append(some_of(*(_icmp(k) for k in kinds)))
    return all_of(*parts)


def _port(field: str, value: str) -> Expr:
    if value in PORT_WORDS:
        return In(field, (PORT_WORDS[value],))
    if value[:1].isdecimal():
        return In(field, (port_range(value),))
    return Unknown(phrase("port {port}", port=value))


def _icmp(value: str) -> Expr:
    kind, _, code = value.partition(":")
    parts: list[Expr] = [In("itype", span(number(kind, 255)))]
    if code and code != "*":
        parts.append(In("icode", span(number(code, 255))))
    return all_of(*parts)


def sides(body: Members, direction: int) -> Expr:
    """Return the addresses of both sides; raises `ValueError`."""
    local, remote = ("dst", "src") if direction == 1 else ("src", "dst")
    return all_of(
        _side(local, either(body, "LocalIP", "LocalAddress")),
        _side(remote, either(body, "RemoteIP", "RemoteAddress")),
    )


def _side(field: str, found: list[str]) -> Expr:
    if not found:
        return ANY
    out: list[Expr] = []
    for item in found:
        if item[:1].isalpha() and ":" not in item:
            out.append(Unknown(phrase("addresses {addresses}", addresses=item)))
        else:
            family, spans = address(item)
            out.append(In(field, spans, family))
    return some_of(*out)


def interfaces(body: Members, direction: int) -> Expr:
    """Return the interfaces a rule is bound to, by their names."""
    alias = words(body.get("InterfaceAlias"))
    return Named("iif" if direction == 1 else "oif", tuple(alias)) if alias else ANY


def kinds(body: Members, _: int) -> Expr:
    """Return the kinds of interfaces a rule is bound to: the ruleset does not say which those are."""
    found = [v for v in words(body.get("InterfaceType")) if v != "0"]
    return Unknown(phrase("only on {names} interfaces", names=", ".join(found))) if found else ANY


def security(body: Members, _: int) -> Expr:
    """Return what a rule asks of the connection and of the users and machines at its ends (IPsec)."""
    needs: Mapping[Phrase, list[str]] = {
        phrase("authentication"): either(body, "Authentication"),
        phrase("encryption"): either(body, "Encryption"),
        phrase("users here"): either(body, "LocalUsers", "LocalUser"),
        phrase("users there"): either(body, "RemoteUsers", "RemoteUser"),
        phrase("machines there"): either(body, "RemoteMachines", "RemoteMachine"),
    }
    asked = [name for name, values in needs.items() if set(values) - set(NOT_REQUIRED)]
    return Unknown(phrase("{names} required", names=series(asked))) if asked else ANY


def spelled(found: Json, data: Json) -> Json:
    """Return names of interfaces as the active networks spell them: Windows minds no case."""
    known = {
        str(c.get("InterfaceAlias")).lower(): c.get("InterfaceAlias")
        for c in many(data.get("active"))
    }
    return [known.get(str(name).lower(), name) for name in many(found)] if found else found
