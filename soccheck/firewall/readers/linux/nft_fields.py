"""Left sides of matches of `nft -j`: header fields and metadata, and how to compare them.

The kernel checks a dependency before it looks at a header field: `tcp dport != 22` holds only of
TCP, `ip saddr != 10.0.0.1` only of IPv4. Here that dependency is part of the left side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

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
)
from soccheck.firewall.names import icmp, port, protocol
from soccheck.firewall.readers.base import of_family
from soccheck.firewall.spans import Spans, address, span

Json: TypeAlias = Any
Reader: TypeAlias = Callable[[Json], Expr]
NFPROTO = {"ipv4": 4, "ipv6": 6, "ip": 4, "ip6": 6, 2: 4, 10: 6}


class UnmodelledError(ValueError):
    """A piece of a match that the model has no word for."""


@dataclass(slots=True)
class NftSet:
    """A named set or map: its elements, and whether packets change it."""

    name: str
    elements: list[Json]
    dynamic: bool = False


@dataclass(slots=True)
class Scope:
    """What names mean in a table, and whether connections are tracked yet."""

    sets: Mapping[str, NftSet] = field(default_factory=dict)
    tracked: bool = True


@dataclass(frozen=True, slots=True)
class Left:
    """A left side: what must hold for it to exist, and how to compare it with one value."""

    needs: Expr
    equals: Reader
    bits: Mapping[str, int] | None = None
    """Names of the bits of a bit field, which compares by mask."""
    name: str = ""


def brief(body: Json) -> str:
    """Return a short text of a JSON value."""
    text = str(body)
    return text if len(text) <= 160 else text[:157] + "..."


def side(body: Json, scope: Scope) -> Left:
    """Read a left side; raises `UnmodelledError` for what the model has no field for."""
    if not isinstance(body, dict) or len(body) != 1:
        raise UnmodelledError(f"left side {brief(body)}")
    ((kind, value),) = body.items()
    if kind == "meta":
        return _meta(value["key"])
    if kind == "payload" and "protocol" in value:
        return _payload(value["protocol"], value["field"])
    if kind == "ct":
        return _ct(value, scope)
    if kind == "fib":
        return _fib(value)
    if kind == "exthdr":
        return _exthdr(value)
    if kind == "concat":
        return _concat([side(part, scope) for part in value])
    raise UnmodelledError(f"left side {kind}")


def _number(name: str, symbols: Callable[[str], int] | None = None, family: int = 0) -> Reader:
    def one(value: Json) -> int:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise UnmodelledError(f"value {brief(value)}")
        if isinstance(value, int):
            return value
        return symbols(value) if symbols else int(value, 0)

    def read(value: Json) -> Expr:
        if isinstance(value, dict) and "range" in value:
            low, high = value["range"]
            return In(name, span(one(low), one(high)), family)
        number = one(value)
        return In(name, span(number), family)

    return read


def _address(name: str, family: int) -> Reader:
    def read(value: Json) -> Expr:
        return In(name, address_spans(value, family), family)

    return read


def address_spans(value: Json, family: int) -> Spans:
    """Read an address, `{"prefix"}` or `{"range"}`; raises `ValueError`."""
    if isinstance(value, dict) and "prefix" in value:
        text = f"{value['prefix']['addr']}/{value['prefix']['len']}"
    elif isinstance(value, dict) and "range" in value:
        text = "-".join(value["range"])
    elif isinstance(value, str):
        text = value
    else:
        raise UnmodelledError(f"address {brief(value)}")
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


def _meta(key: str) -> Left:
    if key in ("iifname", "iif"):
        return Left(ANY, _interface("iif"))
    if key in ("oifname", "oif"):
        return Left(ANY, _interface("oif"))
    if key == "l4proto":
        return Left(ANY, _number("proto", protocol))
    if key in ("nfproto", "protocol"):

        def family(value: Json) -> Expr:
            if value not in NFPROTO:
                if key == "protocol" and value in ("arp", "vlan"):
                    return NEVER
                raise UnmodelledError(f"{key} {value}")
            return of_family(NFPROTO[value])

        return Left(ANY, family)
    raise UnmodelledError(f"meta {key}")


def _payload(proto: str, name: str) -> Left:
    if proto in ("ip", "ip6") and name in ("saddr", "daddr"):
        family = 4 if proto == "ip" else 6
        return Left(of_family(family), _address("src" if name == "saddr" else "dst", family))
    if (proto, name) == ("ip", "protocol"):
        return Left(of_family(4), _number("proto", protocol))
    if (proto, name) == ("ip6", "nexthdr"):
        plain = all_of(In("rt", span(0)), In("frag", span(0)))
        # Any extension header stands before the transport header, and hides it from this match.
        hidden = all_of(Not(plain), Unknown("ip6 nexthdr behind extension headers"))

        def nexthdr(value: Json) -> Expr:
            return some_of(all_of(plain, _number("proto", protocol)(value)), hidden)

        return Left(of_family(6), nexthdr)
    if (proto, name) in (("ip", "ttl"), ("ip6", "hoplimit")):
        return Left(of_family(4 if proto == "ip" else 6), _number("ttl"))
    if name in ("sport", "dport") and proto in ("tcp", "udp", "sctp", "dccp", "udplite"):
        return Left(In("proto", span(protocol(proto))), _number(name, port))
    if name in ("sport", "dport") and proto == "th":
        ported = In("proto", ((6, 6), (17, 17), (33, 33), (132, 132), (136, 136)))
        other = all_of(Not(ported), Unknown(f"th {name} of a protocol without ports"))

        def ports(value: Json) -> Expr:
            return some_of(all_of(ported, _number(name, port)(value)), other)

        return Left(ANY, ports)
    if (proto, name) == ("tcp", "flags"):
        return Left(In("proto", span(6)), _number("flags"), TCP_FLAGS, "flags")
    if proto in ("icmp", "icmpv6") and name in ("type", "code"):
        return _icmp(4 if proto == "icmp" else 6, name)
    raise UnmodelledError(f"{proto} {name}")


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


def _ct(value: Json, scope: Scope) -> Left:
    if not scope.tracked:
        raise UnmodelledError("connections are not tracked yet in this chain")
    if value["key"] == "state" and "dir" not in value:
        return Left(ANY, lambda v: In("ct", span(CT[v])), CT, "state")
    if value["key"] == "status":

        def status(v: Json) -> Expr:
            if v != "dnat":
                raise UnmodelledError(f"ct status {v}")
            return In("dnat", span(1))

        return Left(ANY, status, {"dnat": 1}, "status")
    raise UnmodelledError(f"ct {value['key']}")


def _fib(value: Json) -> Left:
    flags = set([value["flags"]] if isinstance(value["flags"], str) else value["flags"])
    if value["result"] == "type" and flags in ({"daddr"}, {"saddr"}):
        name = "dtype" if flags == {"daddr"} else "stype"
        return Left(ANY, _number(name, lambda text: ADDRTYPE[text]))
    if value["result"] == "oif" and flags - {"mark"} == {"saddr", "iif"}:

        def found(v: Json) -> Expr:
            if v in (False, 0):
                return In("rpath", span(0))
            if v in (True, 1):
                return In("rpath", span(1))
            raise UnmodelledError(f"fib oif {v}")

        return Left(ANY, found)
    raise UnmodelledError(f"fib {value['result']} {sorted(flags)}")


def _exthdr(value: Json) -> Left:
    name, part = value["name"], value.get("field")
    if part is None and name in ("rt", "frag"):
        present = In("rt" if name == "rt" else "frag", span(1, 2))
        if name == "rt":
            # The model's `rt` 2 also stands for other extension headers.
            present_rt = some_of(
                In("rt", span(1)), all_of(In("rt", span(2)), Unknown("which extension header"))
            )
            return Left(of_family(6), lambda v: present_rt if v else Not(present_rt))
        return Left(of_family(6), lambda v: present if v else Not(present))
    if (name, part) == ("rt", "type"):

        def kind(v: Json) -> Expr:
            if v == 0:
                return In("rt", span(1))
            return all_of(In("rt", span(2)), Unknown(f"routing header type {v}"))

        return Left(of_family(6), kind)
    raise UnmodelledError(f"exthdr {name} {part}")


def _concat(lefts: Sequence[Left]) -> Left:
    def read(value: Json) -> Expr:
        parts = value["concat"] if isinstance(value, dict) else value
        if len(parts) != len(lefts):
            raise UnmodelledError("a concatenation of another length")
        return all_of(*(left.equals(p) for left, p in zip(lefts, parts, strict=True)))

    return Left(all_of(*(left.needs for left in lefts)), read)
