"""What the conditions of a RouterOS rule match: one entry a condition.

Source: RouterOS documentation, "Common Firewall Matchers and Actions". Conditions that are not here can
only narrow a rule (`words.toml`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from soccheck.errors import worded
from soccheck.firewall.model import (
    ADDRTYPE,
    CT,
    NEVER,
    TCP_FLAGS,
    Expr,
    In,
    Not,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.names import number, ports, protocol
from soccheck.firewall.readers.ledger import Record
from soccheck.firewall.readers.mikrotik.lists import AddressLists, InterfaceLists
from soccheck.firewall.readers.objects import turned
from soccheck.firewall.spans import address, masked, span, union
from soccheck.phrase import echo, phrase, series

PROTOCOLS: Mapping[str, int] = {
    "ggp": 3, "st": 5, "pup": 12, "hmp": 20, "xns-idp": 22, "rdp": 27, "iso-tp4": 29, "xtp": 36, "ddp": 37,
    "idpr-cmtp": 38, "ipv6-encap": 41, "ipv6-route": 43, "ipv6-frag": 44, "ipsec-esp": 50, "ipsec-ah": 51,
    "ipv6-opts": 60, "rspf": 73, "vmtp": 81, "encap": 98, "udp-lite": 136, "icmpv6": 58,
}  # fmt: skip
"""Names that RouterOS has of its own (documentation of `protocol`, RouterOS 7); numbers: IANA."""
NAT: Mapping[str, Expr] = {
    "dstnat": In("dnat", span(1)),
    "srcnat": Unknown(echo("connection-nat-state=srcnat")),
}
FLIP_BY_WORD = ("tcp-flags",)
"""Conditions in which `!` stands before each word that it flips, not before the whole."""
IPSEC = {"ipsec": True, "none": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a condition is read with."""

    family: int
    where: Where
    lists: InterfaceLists
    addresses: AddressLists
    tunnels: bool
    """True where the export holds an IPsec peer or policy."""


Matcher = Callable[[str, Context], Expr]


def conditions(record: Record, context: Context) -> list[Expr]:
    """Take every condition of a rule. A value that cannot be read is one that may hold or not."""
    out: list[Expr] = []
    for key in record.values:
        if key not in MATCHERS or key not in record:
            continue
        value = record.get(key)
        if value in ("", "!"):
            out.append(Unknown(phrase("{key} without a value", key=key)))
            continue
        flipped = value.startswith("!") and key not in FLIP_BY_WORD
        try:
            match = MATCHERS[key](value[flipped:], context)
        except ValueError as error:
            match = Unknown(series([echo(f"{key}={value}"), worded(error)], ": "))
        out.append(Not(match) if flipped else match)
    return out


def _address(field: str) -> Matcher:
    def match(value: str, context: Context) -> Expr:
        found, spans = address(value)
        if found != context.family:
            raise ValueError(phrase("not IPv{family}", family=context.family))
        return In(field, spans, found)

    return match


def _listed(field: str) -> Matcher:
    return lambda value, context: turned(context.addresses.match(value, context.where), field)


def _interface(field: str) -> Matcher:
    return lambda value, context: context.lists.interfaces.match(field, value)


def _interfaces(field: str) -> Matcher:
    return lambda value, context: context.lists.match(field, value, context.where)


def _ports(*fields: str) -> Matcher:
    return lambda value, _: some_of(*(In(field, ports(value)) for field in fields))


def _protocol(value: str, _: Context) -> Expr:
    return In("proto", span(PROTOCOLS[value] if value in PROTOCOLS else protocol(value)))


def _state(value: str, _: Context) -> Expr:
    known = [CT[name] for name in value.split(",") if name in CT]
    found: Expr = In("ct", union((n, n) for n in known))
    strange = [name for name in value.split(",") if name not in CT]
    return (
        some_of(found, Unknown(echo(f"connection-state={','.join(strange)}"))) if strange else found
    )


def _nat_state(value: str, _: Context) -> Expr:
    return some_of(
        *(NAT.get(n, Unknown(echo(f"connection-nat-state={n}"))) for n in value.split(","))
    )


def _type(field: str) -> Matcher:
    def match(value: str, _: Context) -> Expr:
        names = value.split(",")
        known = [ADDRTYPE[n] for n in names if n in ADDRTYPE]
        found: list[Expr] = [In(field, union((n, n) for n in known))] if known else []
        found += [
            Unknown(phrase("address type {types}", types=n)) for n in names if n not in ADDRTYPE
        ]
        return some_of(*found)

    return match


def _icmp(value: str, _: Context) -> Expr:
    kind, _colon, code = value.partition(":")
    low, _dash, high = kind.partition("-")
    parts: list[Expr] = [In("itype", span(number(low, 255), number(high or low, 255)))]
    if code and code != "0-255":
        low, _dash, high = code.partition("-")
        parts.append(In("icode", span(number(low, 255), number(high or low, 255))))
    return all_of(*parts)


def _flags(value: str, _: Context) -> Expr:
    on = off = 0
    for name in value.split(","):
        bit = TCP_FLAGS.get({"ece": "ecn"}.get(name.removeprefix("!"), name.removeprefix("!")))
        if bit is None:
            return Unknown(echo(f"tcp-flags={value}"))
        on, off = (on, off | bit) if name.startswith("!") else (on | bit, off)
    return In("flags", masked(on | off, on))


def _fragment(value: str, _: Context) -> Expr:
    if value not in ("yes", "no"):
        raise ValueError(phrase("neither yes nor no"))
    # The first fragment does not count.
    return In("frag", span(2)) if value == "yes" else In("frag", span(0, 1))


def _limit(value: str, _: Context) -> Expr:
    return some_of(In("fresh", span(1)), Unknown(echo(f"limit={value}")))


def _ipsec(value: str, context: Context) -> Expr:
    way, _comma, kind = value.partition(",")
    if kind not in IPSEC or way not in ("in", "out"):
        raise ValueError(phrase("not a policy"))
    if context.tunnels:
        return Unknown(echo(f"ipsec-policy={value}"))
    # Without a peer and without a policy nothing is ever decrypted or encrypted.
    return NEVER if IPSEC[kind] else Not(NEVER)


MATCHERS: dict[str, Matcher] = {
    "src-address": _address("src"),
    "dst-address": _address("dst"),
    "src-address-list": _listed("src"),
    "dst-address-list": _listed("dst"),
    "in-interface": _interface("iif"),
    "out-interface": _interface("oif"),
    "in-interface-list": _interfaces("iif"),
    "out-interface-list": _interfaces("oif"),
    "protocol": _protocol,
    "src-port": _ports("sport"),
    "dst-port": _ports("dport"),
    "port": _ports("sport", "dport"),
    "connection-state": _state,
    "connection-nat-state": _nat_state,
    "src-address-type": _type("stype"),
    "dst-address-type": _type("dtype"),
    "icmp-options": _icmp,
    "tcp-flags": _flags,
    "fragment": _fragment,
    "limit": _limit,
    "dst-limit": _limit,
    "ipsec-policy": _ipsec,
}
