"""Left sides of matches of `nft -j`: header fields and metadata, and how to compare them.

The kernel checks a dependency before it looks at a header field: `tcp dport != 22` holds only of
TCP, `ip saddr != 10.0.0.1` only of IPv4. Here that dependency is part of the left side.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from soccheck.firewall.model import (
    ADDRTYPE,
    ANY,
    CT,
    NEVER,
    TCP_FLAGS,
    Expr,
    In,
    Named,
    Not,
    Unknown,
    all_of,
    some_of,
    span_all,
    top,
)
from soccheck.firewall.names import icmp, port, protocol
from soccheck.firewall.readers.base import of_family
from soccheck.firewall.readers.members import Json, Members, UnmodelledError, brief, one
from soccheck.firewall.spans import Spans, address, span

Reader: TypeAlias = Callable[[Json], Expr]
NFPROTO = {"ipv4": 4, "ipv6": 6, "ip": 4, "ip6": 6, 2: 4, 10: 6}


@dataclass(slots=True)
class NftSet:
    """A named set or map: its elements, and whether packets change it."""

    name: str
    elements: list[Json]
    dynamic: bool = False
    full: bool = False
    """True where nothing can be added."""
    odd: str = ""
    """What of it is not followed."""


@dataclass(slots=True)
class NftContext:
    """What names mean in a table, and whether connections are tracked yet."""

    sets: Mapping[str, NftSet] = field(default_factory=dict)
    limits: Mapping[str, bool | None] = field(default_factory=dict)
    """Named rate limits: whether each matches what is over it; None where that is not known."""
    chains: Collection[str] = ()
    tracked: bool = True


@dataclass(frozen=True, slots=True)
class Left:
    """A left side: what must hold for it to exist, and how to compare it with one value."""

    needs: Expr
    equals: Reader
    bits: Mapping[str, int] | None = None
    """Names of the bits of a bit field, which compares by mask."""
    name: str = ""


def side(entry: Members, body: Json, scope: NftContext) -> Left:
    """Read a left side; raises `UnmodelledError` for what the model has no field for."""
    kind, value = one(body)
    if kind not in LEFT or not entry.ledger.may_take("left side", kind):
        raise UnmodelledError(f"left side {kind}")
    if kind == "concat":
        return _concat([side(entry, part, scope) for part in value])
    return LEFT[kind](entry.part(kind, value), scope)


def _number(name: str, symbols: Callable[[str], int] | None = None, family: int = 0) -> Reader:
    def number(value: Json) -> int:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise UnmodelledError(f"value {brief(value)}")
        if isinstance(value, int):
            return value
        return symbols(value) if symbols else int(value, 0)

    def read(value: Json) -> Expr:
        if isinstance(value, dict):
            kind, ends = one(value)
            if kind != "range":
                raise UnmodelledError(f"value {brief(value)}")
            return In(name, span(*map(number, ends)), family)
        if value == "*":
            return In(name, span(0, top(name, 4)), family)
        return In(name, span(number(value)), family)

    return read


def _address(name: str, family: int) -> Reader:
    def read(value: Json) -> Expr:
        return In(name, address_spans(value, family), family)

    return read


def address_spans(value: Json, family: int) -> Spans:
    """Read an address, `{"prefix"}` or `{"range"}`; raises `ValueError`."""
    text = value
    if isinstance(value, dict):
        kind, body = one(value)
        if kind == "prefix" and body.keys() == {"addr", "len"}:
            text = f"{body['addr']}/{body['len']}"
        elif kind == "range":
            text = "-".join(body)
    if not isinstance(text, str):
        raise UnmodelledError(f"address {brief(value)}")
    if text == "*":
        return span_all(family)
    found, spans = address(text)
    if found != family:
        raise UnmodelledError(f"{text} is no IPv{family} address")
    return spans


def _interface(name: str) -> Reader:
    def read(value: Json) -> Expr:
        if not isinstance(value, str):
            raise UnmodelledError(f"interface {brief(value)}")
        return Named(name, (value,))

    return read


def _meta(body: Members, _: NftContext) -> Left:
    return body.word("key", META)


def _family(value: Json) -> Expr:
    if value not in NFPROTO:
        raise UnmodelledError(f"nfproto {brief(value)}")
    return of_family(NFPROTO[value])


def _protocol(value: Json) -> Expr:
    return NEVER if value in ("arp", "vlan") else _family(value)


META: Mapping[str, Left] = {
    "iifname": Left(ANY, _interface("iif")),
    "iif": Left(ANY, _interface("iif")),
    "oifname": Left(ANY, _interface("oif")),
    "oif": Left(ANY, _interface("oif")),
    "l4proto": Left(ANY, _number("proto", protocol)),
    "nfproto": Left(ANY, _family),
    "protocol": Left(ANY, _protocol),
}


def _next_header(value: Json) -> Expr:
    plain = all_of(In("rt", span(0)), In("frag", span(0)))
    # Any extension header stands before the transport header, and hides it from this match.
    hidden = all_of(Not(plain), Unknown("ip6 nexthdr behind extension headers"))
    return some_of(all_of(plain, _number("proto", protocol)(value)), hidden)


def _any_port(name: str) -> Left:
    ported = In("proto", ((6, 6), (17, 17), (33, 33), (132, 132), (136, 136)))
    other = all_of(Not(ported), Unknown(f"th {name} of a protocol without ports"))
    return Left(ANY, lambda v: some_of(all_of(ported, _number(name, port)(v)), other))


def _port(proto: str, name: str) -> Left:
    return Left(In("proto", span(protocol(proto))), _number(name, port))


def _icmp(family: int, name: str) -> Left:
    needs = all_of(of_family(family), In("proto", span(1 if family == 4 else 58)))
    if name == "type":
        return Left(needs, _number("itype", lambda text: icmp(text, family)[0]))

    def code(text: str) -> int:
        found = icmp(text, family)[1]
        if found is None:
            raise UnmodelledError(f"icmp code {text}")
        return found

    return Left(needs, _number("icode", code))


FIELDS: Mapping[str, Mapping[str, Left]] = {
    "ip": {
        "saddr": Left(of_family(4), _address("src", 4)),
        "daddr": Left(of_family(4), _address("dst", 4)),
        "protocol": Left(of_family(4), _number("proto", protocol)),
        "ttl": Left(of_family(4), _number("ttl")),
    },
    "ip6": {
        "saddr": Left(of_family(6), _address("src", 6)),
        "daddr": Left(of_family(6), _address("dst", 6)),
        "nexthdr": Left(of_family(6), _next_header),
        "hoplimit": Left(of_family(6), _number("ttl")),
    },
    "tcp": {
        "sport": _port("tcp", "sport"),
        "dport": _port("tcp", "dport"),
        "flags": Left(In("proto", span(6)), _number("flags"), TCP_FLAGS, "flags"),
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
        raise UnmodelledError(f"field of {brief(proto)}")
    name = body.need("field")
    if name not in FIELDS[proto] or not body.ledger.may_take(f"payload {proto}", name):
        raise UnmodelledError(f"field {proto} {brief(name)}")
    return FIELDS[proto][name]


def _status(value: Json) -> Expr:
    if value != "dnat":
        raise UnmodelledError(f"ct status {brief(value)}")
    return In("dnat", span(1))


CONNECTION: Mapping[str, Left] = {
    "state": Left(ANY, lambda v: In("ct", span(CT[v])), CT, "state"),
    "status": Left(ANY, _status, {"dnat": 1}, "status"),
}


def _ct(body: Members, scope: NftContext) -> Left:
    if not scope.tracked:
        raise UnmodelledError("connections are not tracked yet in this chain")
    return body.word("key", CONNECTION)


def _reverse_path(value: Json) -> Expr:
    if value not in (False, True):
        raise UnmodelledError(f"fib oif {brief(value)}")
    return In("rpath", span(int(value)))


ROUTES: Mapping[str, Left] = {
    "type daddr": Left(ANY, _number("dtype", lambda text: ADDRTYPE[text])),
    "type saddr": Left(ANY, _number("stype", lambda text: ADDRTYPE[text])),
    "oif iif saddr": Left(ANY, _reverse_path),
    "oif iif mark saddr": Left(ANY, _reverse_path),
}


def _fib(body: Members, _: NftContext) -> Left:
    flags = body.need("flags")
    flags = sorted([flags] if isinstance(flags, str) else flags)
    wanted = " ".join([str(body.need("result")), *flags])
    if wanted not in ROUTES or not body.ledger.may_take("fib", wanted):
        raise UnmodelledError(f"fib {wanted}")
    return ROUTES[wanted]


def _exthdr(body: Members, _: NftContext) -> Left:
    name, part = body.need("name"), body.get("field")
    if part is None and name == "rt":
        # The model's `rt` 2 also stands for other extension headers.
        present = some_of(
            In("rt", span(1)), all_of(In("rt", span(2)), Unknown("which extension header"))
        )
        return Left(of_family(6), lambda v: present if v else Not(present))
    if part is None and name == "frag":
        fragment = In("frag", span(1, 2))
        return Left(of_family(6), lambda v: fragment if v else Not(fragment))
    if (name, part) == ("rt", "type"):
        return Left(of_family(6), _routing_type)
    raise UnmodelledError(f"exthdr {brief(name)} {brief(part)}")


def _routing_type(value: Json) -> Expr:
    if value in (0, "0"):
        return In("rt", span(1))
    return all_of(In("rt", span(2)), Unknown(f"routing header type {brief(value)}"))


def _concat(lefts: Sequence[Left]) -> Left:
    def read(value: Json) -> Expr:
        if isinstance(value, dict):
            kind, value = one(value)
            if kind != "concat":
                raise UnmodelledError(f"value {kind}")
        parts = value
        if len(parts) != len(lefts):
            raise UnmodelledError("a concatenation of another length")
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
