"""Match expressions of `nft -j` (libnftables-json(5)) to expressions of the rule model.

The kernel checks a dependency before it looks at a header field: `tcp dport != 22` holds only of
TCP, `ip saddr != 10.0.0.1` only of IPv4. Here that dependency is part of the match.
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
    top,
)
from soccheck.firewall.names import icmp, port, protocol
from soccheck.firewall.readers.base import of_family
from soccheck.firewall.spans import Spans, address, span, union

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


def match(body: Json, scope: Scope) -> Expr:
    """Return the meaning of a `match` statement; what is not modelled is unknown by its text."""
    try:
        return _match(body, scope)
    except (UnmodelledError, ValueError, KeyError, TypeError, IndexError) as error:
        return Unknown(f"match {brief(body)} ({error})")


def brief(body: Json) -> str:
    """Return a short text of a JSON value."""
    text = str(body)
    return text if len(text) <= 160 else text[:157] + "..."


def _match(body: Json, scope: Scope) -> Expr:
    op, right = body["op"], body["right"]
    if isinstance(body["left"], dict) and "&" in body["left"]:
        return _masked(body["left"]["&"], op, right)
    left = side(body["left"], scope)
    if left.bits is not None and left.name == "flags":
        return all_of(left.needs, _bits(left.bits, op, right))
    if op in ("==", "in"):
        return all_of(left.needs, within(left, right, scope))
    if op == "!=":
        return all_of(left.needs, Not(within(left, right, scope)))
    return all_of(left.needs, _compare(left, op, right))


def within(left: Left, right: Json, scope: Scope) -> Expr:
    """Return "the left side is the right side, or one of them"."""
    if isinstance(right, str) and right.startswith("@"):
        found = scope.sets.get(right[1:])
        if found is None:
            return Unknown(f"set {right} is not given")
        if found.dynamic:
            return Unknown(f"set {right} changes with traffic")
        return some_of(*(left.equals(_plain(e)) for e in found.elements))
    if isinstance(right, dict) and "set" in right:
        elements = right["set"]
        elements = elements if isinstance(elements, list) else [elements]
        return some_of(*(left.equals(_plain(e)) for e in elements))
    if isinstance(right, list):
        return some_of(*(left.equals(e) for e in right))
    return left.equals(right)


def _plain(element: Json) -> Json:
    if isinstance(element, dict) and "elem" in element:
        body = element["elem"]
        if "timeout" in body or "limit" in body:
            raise UnmodelledError("an element with a timeout or limit")
        return body["val"]
    return element


def _compare(left: Left, op: str, right: Json) -> Expr:
    exact = left.equals(right)
    if not isinstance(exact, In) or len(exact.spans) != 1:
        raise UnmodelledError(f"comparison {op}")
    low, high = exact.spans[0]
    limit = top(exact.field, exact.family or 4)
    spans = {
        "<": ((0, low - 1),) if low else (),
        "<=": ((0, high),),
        ">": ((high + 1, limit),) if high < limit else (),
        ">=": ((low, limit),),
    }.get(op)
    if spans is None:
        raise UnmodelledError(f"operator {op}")
    return In(exact.field, spans, exact.family)


def _mask(value: Json, names: Mapping[str, int]) -> int:
    if isinstance(value, dict) and "|" in value:
        return _mask(value["|"], names)
    if isinstance(value, list):
        out = 0
        for item in value:
            out |= _mask(item, names)
        return out
    if isinstance(value, int):
        return value
    if value not in names:
        raise UnmodelledError(f"flag {value!r}")
    return names[value]


def _bits(names: Mapping[str, int], op: str, right: Json) -> Expr:
    if isinstance(right, dict) and "set" in right:
        wanted = [_mask(r, names) for r in right["set"]]
        inside = In("flags", union((w, w) for w in wanted))
        return Not(inside) if op == "!=" else inside
    value = _mask(right, names)
    # `tcp flags syn` means "syn is among them"; `tcp flags == syn` means "exactly".
    if op == "in":
        return In("flags", union((v, v) for v in range(256) if v & value))
    if op in ("==", "!="):
        inside = In("flags", span(value))
        return Not(inside) if op == "!=" else inside
    raise UnmodelledError(f"operator {op} on flags")


def _masked(parts: Sequence[Json], op: str, right: Json) -> Expr:
    body = parts[0]
    if body.get("payload", {}).get("field") != "flags" or body["payload"]["protocol"] != "tcp":
        raise UnmodelledError("a bit mask")
    mask = _mask(parts[1], TCP_FLAGS)
    wanted = right["set"] if isinstance(right, dict) and "set" in right else [right]
    values = {_mask(w, TCP_FLAGS) for w in wanted}
    inside = In("flags", union((v, v) for v in range(256) if v & mask in values))
    if op not in ("==", "!=", "in"):
        raise UnmodelledError(f"operator {op}")
    return all_of(In("proto", span(6)), Not(inside) if op == "!=" else inside)


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
