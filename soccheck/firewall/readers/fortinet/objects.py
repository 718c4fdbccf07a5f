"""FortiOS objects: addresses, services and virtual IPs as matches and rewrites."""

from __future__ import annotations

from collections.abc import Sequence

from soccheck.errors import ReadError
from soccheck.firewall.engine.spans import Spans, address, span
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
    Not,
    Rewrite,
    Rule,
    Unknown,
    Where,
    all_of,
    some_of,
    span_all,
)
from soccheck.firewall.names import number, port_range
from soccheck.firewall.readers.base import of_family
from soccheck.firewall.readers.fortinet.tree import Block
from soccheck.firewall.readers.objects import paired


def describe(block: Block) -> str:
    """Return an entry on one line."""
    shown = ("srcintf", "dstintf", "intf", "srcaddr", "dstaddr", "srcaddr6", "dstaddr6", "service",
             "action")  # fmt: skip
    return " ".join(f"{k}={','.join(block.words(k))}" for k in shown if block.words(k))


def flipped(expr: Expr, block: Block, key: str) -> Expr:
    """Return the match, or its opposite where the entry negates it."""
    return Not(expr) if block.get(key) == "enable" else expr


def side(expr: Expr, name: str) -> Expr:
    """Turn an address object, kept as a source, to the side it is used on."""
    if name == "src":
        return expr
    if isinstance(expr, In):
        return In(name, expr.spans, expr.family) if expr.field == "src" else expr
    if isinstance(expr, Unknown | Named):
        return expr
    if isinstance(expr, Not):
        return Not(side(expr.part, name))
    return type(expr)(tuple(side(p, name) for p in expr.parts))


def prefix(words: Sequence[str], where: Where) -> tuple[int, Spans]:
    """Read `10.0.0.0 255.0.0.0` or one word; raises `ReadError`."""
    try:
        return address("/".join(words))
    except ValueError as error:
        raise ReadError(where, f"not an address: {' '.join(words)!r}") from error


def address_object(block: Block, family: int) -> Expr:
    """Return an address object as a match on the source."""
    kind = block.get("type", "ipmask" if family == 4 else "ipprefix")
    try:
        if kind == "iprange":
            found, spans = address(f"{block.get('start-ip')}-{block.get('end-ip')}")
        elif kind == "ipmask":
            found, spans = prefix(block.words("subnet") or ["0.0.0.0", "0.0.0.0"], block.where)
        elif kind == "ipprefix":
            found, spans = prefix(block.words("ip6") or ["::/0"], block.where)
        else:
            return Unknown(f"address {block.name!r} of type {kind}")
    except ValueError as error:
        raise ReadError(block.where, f"address {block.name!r}: {error}") from error
    if found != family:
        raise ReadError(block.where, f"address {block.name!r} is not IPv{family}")
    return In("src", spans, family)


def service_object(block: Block) -> Expr:
    """Return what a custom service matches; raises `ReadError`."""
    kind = block.get("protocol", "TCP/UDP/SCTP")
    if block.words("fqdn") or block.get("iprange", "0.0.0.0") != "0.0.0.0":
        return Unknown(f"service {block.name!r} limited to an address")
    if block.words("app-category") or block.words("application"):
        return Unknown(f"service {block.name!r} by application")
    try:
        if kind == "IP":
            value = number(block.get("protocol-number", "0"), 255)
            return In("proto", span(value)) if value else ANY
        if kind in ("ICMP", "ICMP6"):
            parts: list[Expr] = [In("proto", span(ICMP if kind == "ICMP" else ICMPV6))]
            for key, name in (("icmptype", "itype"), ("icmpcode", "icode")):
                if block.words(key):
                    parts.append(In(name, span(number(block.get(key), 255))))
            return all_of(*parts)
        if kind not in ("TCP/UDP/SCTP", "TCP/UDP/UDP-Lite/SCTP", "TCP/UDP"):
            return Unknown(f"service {block.name!r} of protocol {kind}")
        protocols = (("tcp", TCP), ("udp", UDP), ("sctp", 132))
        return some_of(
            *(_ported(item, n) for key, n in protocols for item in block.words(f"{key}-portrange"))
        )
    except ValueError as error:
        raise ReadError(block.where, f"service {block.name!r}: {error}") from error


def _ported(item: str, proto: int) -> Expr:
    goal, _, source = item.partition(":")
    parts: list[Expr] = [In("proto", span(proto)), In("dport", (port_range(goal),))]
    if source:
        parts.append(In("sport", (port_range(source),)))
    return all_of(*parts)


def vip_proto(block: Block) -> Expr:
    """Return the protocol a port-forwarding VIP takes."""
    return In("proto", span({"udp": UDP, "sctp": 132}.get(block.get("protocol", "tcp"), TCP)))


def vip_goal(block: Block, family: int) -> tuple[Spans | None, Spans]:
    """Return where a VIP leads: addresses and, with port forwarding, ports."""
    if block.get("type", "static-nat") != "static-nat" or not block.words("mappedip"):
        return None, ()
    try:
        found, goal = address(block.words("mappedip")[0])
        ports: Spans = ()
        if block.get("portforward") == "enable" and block.get("protocol", "tcp") != "icmp":
            ports = (port_range(block.get("mappedport") or block.get("extport")),)
    except ValueError as error:
        raise ReadError(block.where, f"VIP {block.name!r}: {error}") from error
    return (goal if found == family else None), ports


def vip_rules(block: Block, family: int, interfaces: object) -> list[Rule]:
    """Return the rewrites of a VIP; `interfaces(field, names)` resolves its outer side."""
    assert callable(interfaces)
    where, text = block.where, f"VIP {block.name}: {block.get('extip')} to {block.get('mappedip')}"
    goal, ports = vip_goal(block, family)
    try:
        _, outside = address(block.get("extip")) if block.words("extip") else (0, ())
        first = [of_family(family), interfaces("iif", block.words("extintf") or ["any"])]
        if ports:
            first += [vip_proto(block), In("dport", (port_range(block.get("extport")),))]
    except ValueError as error:
        raise ReadError(where, f"VIP {block.name!r}: {error}") from error
    if block.words("src-filter"):
        first.append(Unknown(f"VIP {block.name!r} with a source filter"))
    if block.words("service"):
        first.append(Unknown(f"VIP {block.name!r} limited to services"))
    if goal is None or not outside:
        match = all_of(*first, In("dst", outside or span_all(family), family))
        values = {"dst": span_all(family), "dport": ((0, 65535),)}
        unknown = Rewrite(values=values, text=text)
        return [Rule(match=match, action=Action.REWRITE, rewrite=unknown, where=where, text=text)]
    values = {"dport": ports} if ports and ports != (port_range(block.get("extport")),) else {}
    return [
        Rule(
            match=all_of(*first, In("dst", out, family)),
            action=Action.REWRITE,
            rewrite=Rewrite(values={"dst": inside, "dtype": span(0), **values}, text=text),
            where=where,
            text=text,
            family=family,
        )
        for out, inside in paired(outside, goal)
    ]
