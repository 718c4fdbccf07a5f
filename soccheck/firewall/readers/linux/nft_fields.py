"""Left sides of matches of `nft -j`: header fields and metadata, and how to compare them.

The kernel checks a dependency before it looks at a header field: `tcp dport != 22` holds only of
TCP, `ip saddr != 10.0.0.1` only of IPv4. Here that dependency is part of the left side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from soccheck.firewall.model import (
    ADDRTYPE,
    ANY,
    CT,
    NEVER,
    TCP_FLAGS,
    Expr,
    In,
    Not,
    Unknown,
    all_of,
    some_of,
)
from soccheck.firewall.names import icmp, port, protocol
from soccheck.firewall.readers.base import of_family
from soccheck.firewall.readers.linux.nft_left import (
    NFPROTO,
    Left,
    NftContext,
    interface,
    number,
    of_address,
)
from soccheck.firewall.readers.members import Json, Members, UnmodelledError, brief, one
from soccheck.firewall.spans import span
from soccheck.phrase import echo, phrase


def side(entry: Members, body: Json, scope: NftContext) -> Left:
    """Read a left side; raises `UnmodelledError` for what the model has no field for."""
    kind, value = one(body)
    if kind not in LEFT or not entry.ledger.may_take("left side", kind):
        raise UnmodelledError(phrase("left side {kind}", kind=kind))
    if kind == "concat":
        return _concat([side(entry, part, scope) for part in value])
    return LEFT[kind](entry.part(kind, value), scope)


def _meta(body: Members, _: NftContext) -> Left:
    return body.word("key", META)


def _family(value: Json) -> Expr:
    if value not in NFPROTO:
        raise UnmodelledError(echo(f"nfproto {brief(value)}"))
    return of_family(NFPROTO[value])


def _protocol(value: Json) -> Expr:
    return NEVER if value in ("arp", "vlan") else _family(value)


META: Mapping[str, Left] = {
    "iifname": Left(ANY, interface("iif")),
    "iif": Left(ANY, interface("iif")),
    "oifname": Left(ANY, interface("oif")),
    "oif": Left(ANY, interface("oif")),
    "l4proto": Left(ANY, number("proto", protocol)),
    "nfproto": Left(ANY, _family),
    "protocol": Left(ANY, _protocol),
}


def _next_header(value: Json) -> Expr:
    plain = all_of(In("rt", span(0)), In("frag", span(0)))
    # Any extension header stands before the transport header, and hides it from this match.
    hidden = all_of(Not(plain), Unknown(phrase("ip6 nexthdr behind extension headers")))
    return some_of(all_of(plain, number("proto", protocol)(value)), hidden)


def _any_port(name: str) -> Left:
    ported = In("proto", ((6, 6), (17, 17), (33, 33), (132, 132), (136, 136)))
    other = all_of(Not(ported), Unknown(phrase("th {name} of a protocol without ports", name=name)))
    return Left(ANY, lambda v: some_of(all_of(ported, number(name, port)(v)), other))


def _port(proto: str, name: str) -> Left:
    return Left(In("proto", span(protocol(proto))), number(name, port))


def _icmp(family: int, name: str) -> Left:
    needs = all_of(of_family(family), In("proto", span(1 if family == 4 else 58)))
    if name == "type":
        return Left(needs, number("itype", lambda text: icmp(text, family)[0]))

    def code(text: str) -> int:
        found = icmp(text, family)[1]
        if found is None:
            raise UnmodelledError(echo(f"icmp code {text}"))
        return found

    return Left(needs, number("icode", code))


FIELDS: Mapping[str, Mapping[str, Left]] = {
    "ip": {
        "saddr": Left(of_family(4), of_address("src", 4)),
        "daddr": Left(of_family(4), of_address("dst", 4)),
        "protocol": Left(of_family(4), number("proto", protocol)),
        "ttl": Left(of_family(4), number("ttl")),
    },
    "ip6": {
        "saddr": Left(of_family(6), of_address("src", 6)),
        "daddr": Left(of_family(6), of_address("dst", 6)),
        "nexthdr": Left(of_family(6), _next_header),
        "hoplimit": Left(of_family(6), number("ttl")),
    },
    "tcp": {
        "sport": _port("tcp", "sport"),
        "dport": _port("tcp", "dport"),
        "flags": Left(In("proto", span(6)), number("flags"), TCP_FLAGS, "flags"),
    },
    "th": {"sport": _any_port("sport"), "dport": _any_port("dport")},
    "icmp": {"type": _icmp(4, "type"), "code": _icmp(4, "code")},
    "icmpv6": {"type": _icmp(6, "type"), "code": _icmp(6, "code")},
    **{
        proto: {name: _port(proto, name) for name in ("sport", "dport")}
        for proto in ("udp", "sctp", "dccp", "udplite")
    },
}


def _payload(body: Members, _: NftContext) -> Left:
    proto = body.need("protocol")
    if proto not in FIELDS:
        raise UnmodelledError(phrase("field of {what}", what=brief(proto)))
    name = body.need("field")
    if name not in FIELDS[proto] or not body.ledger.may_take(f"payload {proto}", name):
        raise UnmodelledError(phrase("field {proto} {what}", proto=proto, what=brief(name)))
    return FIELDS[proto][name]


def _status(value: Json) -> Expr:
    if value != "dnat":
        raise UnmodelledError(echo(f"ct status {brief(value)}"))
    return In("dnat", span(1))


CONNECTION: Mapping[str, Left] = {
    "state": Left(ANY, lambda v: In("ct", span(CT[v])), CT, "state"),
    "status": Left(ANY, _status, {"dnat": 1}, "status"),
}


def _ct(body: Members, scope: NftContext) -> Left:
    if not scope.tracked:
        raise UnmodelledError(phrase("connections are not tracked yet in this chain"))
    return body.word("key", CONNECTION)


def _reverse_path(value: Json) -> Expr:
    # Interface number 0 is none, as older listings print it.
    if value not in (False, True, "0"):
        raise UnmodelledError(echo(f"fib oif {brief(value)}"))
    return In("rpath", span(int(value)))


ROUTES: Mapping[str, Left] = {
    "type daddr": Left(ANY, number("dtype", lambda text: ADDRTYPE[text])),
    "type saddr": Left(ANY, number("stype", lambda text: ADDRTYPE[text])),
    "oif iif saddr": Left(ANY, _reverse_path),
    "oif iif mark saddr": Left(ANY, _reverse_path),
}


def _fib(body: Members, _: NftContext) -> Left:
    flags = body.need("flags")
    flags = sorted([flags] if isinstance(flags, str) else flags)
    wanted = " ".join([str(body.need("result")), *flags])
    if wanted not in ROUTES or not body.ledger.may_take("fib", wanted):
        raise UnmodelledError(echo(f"fib {wanted}"))
    return ROUTES[wanted]


def _exthdr(body: Members, _: NftContext) -> Left:
    name, part = body.need("name"), body.get("field")
    if part is None and name == "rt":
        # The model's `rt` 2 also stands for other extension headers.
        present = some_of(
            In("rt", span(1)), all_of(In("rt", span(2)), Unknown(phrase("which extension header")))
        )
        return Left(of_family(6), lambda v: present if v else Not(present))
    if part is None and name == "frag":
        fragment = In("frag", span(1, 2))
        return Left(of_family(6), lambda v: fragment if v else Not(fragment))
    if (name, part) == ("rt", "type"):
        return Left(of_family(6), _routing_type)
    raise UnmodelledError(echo(f"exthdr {brief(name)} {brief(part)}"))


def _routing_type(value: Json) -> Expr:
    if value in (0, "0"):
        return In("rt", span(1))
    return all_of(
        In("rt", span(2)), Unknown(phrase("routing header type {what}", what=brief(value)))
    )


def _concat(lefts: Sequence[Left]) -> Left:
    def read(value: Json) -> Expr:
        if isinstance(value, dict):
            kind, value = one(value)
            if kind != "concat":
                raise UnmodelledError(phrase("value {value}", value=kind))
        parts = value
        if len(parts) != len(lefts):
            raise UnmodelledError(phrase("a concatenation of another length"))
        return all_of(*(left.equals(p) for left, p in zip(lefts, parts, strict=True)))

    return Left(all_of(*(left.needs for left in lefts)), read)


LEFT: Mapping[str, Callable[[Members, NftContext], Left]] = {
    "meta": _meta,
    "payload": _payload,
    "ct": _ct,
    "fib": _fib,
    "exthdr": _exthdr,
    "concat": lambda body, scope: side(body, body.values, scope),
}
"""Left sides by what they look at; a concatenation is read part by part."""
