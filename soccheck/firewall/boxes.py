"""Sets of packets in words: products of ranges, greedily as few and as wide as can be."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from itertools import pairwise, takewhile

from soccheck.firewall.engine.bdd import ORDER, Set
from soccheck.firewall.model import (
    ADDRTYPE,
    CT,
    ICMP,
    ICMPV6,
    NAMES,
    TCP,
    TCP_FLAGS,
    UDP,
    WITH_PORTS,
)  # fmt: skip
from soccheck.firewall.names import PROTOCOLS
from soccheck.firewall.packet import Packet
from soccheck.firewall.questions import Analysis, interface
from soccheck.firewall.spans import Spans, holds, union
from soccheck.phrase import Phrase, echo, phrase, series

WIDEN = ("sport", "flags", "ttl", "icode", "itype", "rpath", "fresh", "frag", "rt", "stype", "dnat",
         "iif", "oif", "src", "dst", "dtype", "dport", "ct", "proto")  # fmt: skip
PROTO_NAMES = {number: name for name, number in reversed(PROTOCOLS.items())} | {
    ICMP: "icmp", ICMPV6: "icmpv6", TCP: "tcp", UDP: "udp"
}  # fmt: skip

SIDES = ("src", "dst")
ANY, IN, OUT = phrase("any"), phrase("in {name}"), phrase("out {name}")
FLAGS_BY_USE = tuple(TCP_FLAGS[n] for n in ("syn", "ack", "rst", "fin", "psh", "urg", "ecn", "cwr"))
MOST_FLAGS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A product: the fields that are limited, and a packet of it."""

    limits: dict[str, Spans | tuple[str, ...]]
    packet: Packet


def boxes(analysis: Analysis, part: Set, within: Set, most: int) -> Iterator[Box]:
    """Yield at most `most` disjoint products of `part`; what is not `within` is free."""
    sets = analysis.sets
    while part.satisfiable() and most > 0:
        most -= 1
        packet, atoms = analysis.packet(part)
        allowed = part | ~within
        cube = analysis.point(atoms)
        limits: dict[str, Spans | tuple[str, ...]] = {}
        for name in WIDEN:
            wider = sets.forget(cube, (name,))
            if not (wider & ~allowed).satisfiable():
                cube = wider
                continue
            # Values for which all the rest of the box stays inside.
            wrong = sets.forget(wider & ~allowed, [n for n in ORDER if n != name])
            good = wider & ~wrong
            limits[name] = _values(analysis, name, good, within, atoms[name])
            cube = good
        yield Box(limits=limits, packet=packet)
        part &= ~cube


def _values(
    analysis: Analysis, name: str, good: Set, asked: Set, at: int
) -> Spans | tuple[str, ...]:
    if name in NAMES:
        found = occurring(analysis, good & asked, name)
        return tuple(analysis.atoms.names[name].names[n] for n in found)
    found = occurring(analysis, good & asked, name) or [at]
    return told(analysis, name, found, occurring(analysis, good, name))


def only(analysis: Analysis, part: Set, *names: str) -> Set:
    """Return a set with every other field left open."""
    return analysis.sets.forget(part, [n for n in ORDER if n not in names])


def occurring(analysis: Analysis, part: Set, name: str) -> list[int]:
    """Return the atoms of a field that occur in a set."""
    sets, found = analysis.sets, only(analysis, part, name)
    count = analysis.atoms.size(name) if found.satisfiable() else 0
    return [n for n in range(count) if (sets.atom(name, n) & found).satisfiable()]


def told(analysis: Analysis, name: str, found: Sequence[int], free: Iterable[int]) -> Spans:
    """Return atoms of a numeric field as values, with free ones where that makes fewer ranges.

    So a range has no hole that means nothing, such as the addresses of the loopback.
    """
    axis, known = analysis.atoms.numbers[name], set(free)
    bridged = set(found)
    for low, high in pairwise(found):
        gap = range(low + 1, high)
        if known.issuperset(gap):
            bridged.update(gap)
    wider = set(bridged)
    for number in found:
        for side in (range(number + 1, len(axis)), range(number - 1, -1, -1)):
            wider.update(takewhile(known.__contains__, side))
    ways = [union(axis.values(n) for n in sorted(way)) for way in (bridged, wider)]
    return min(ways, key=lambda spans: _prefixes(spans, analysis.family) if name in SIDES else 0)


def _prefixes(spans: Spans, family: int) -> int:
    return sum(len(_networks(low, high, family)) for low, high in spans)


def _networks(low: int, high: int, family: int) -> list[IPv4Network] | list[IPv6Network]:
    if family == 4:
        return list(ipaddress.summarize_address_range(IPv4Address(low), IPv4Address(high)))
    return list(ipaddress.summarize_address_range(IPv6Address(low), IPv6Address(high)))


def open_ports(analysis: Analysis, part: Set, proto: int) -> Spans:
    """Return the destination ports of one protocol that occur in a set."""
    wanted = part & analysis.sets.number("proto", ((proto, proto),))
    axis = analysis.atoms.numbers["dport"]
    return union(axis.values(n) for n in occurring(analysis, wanted, "dport"))


def describe(box: Box, family: int) -> Phrase:
    """Return a box in words: `tcp/80,443 from 10.0.0.0/8 to any, in eth0`."""
    limits = dict(box.limits)
    proto = limits.pop("proto", None)
    protocols = [proto_name(p) for low, high in _pairs(proto or ()) for p in _few(low, high)]
    ports = [ranges(spans) for field in ("dport", "itype") if (spans := limits.pop(field, None))]
    text = phrase(
        "{service} from {source} to {target}",
        service=series([echo(",".join(protocols)) if proto else ANY, *map(echo, ports)], "/"),
        source=addresses(limits.pop("src", None), family),
        target=addresses(limits.pop("dst", None), family),
    )
    words = [_extra(k, v) for k, v in limits.items() if k not in ("dtype",)]
    kinds = _pairs(limits.get("dtype", ()))
    if kinds and not holds(kinds, ADDRTYPE["unicast"]):
        words.insert(0, phrase("(the host itself)"))
    elif kinds == ((0, 0),):
        words.insert(0, phrase("(across)"))
    return series([text, *words], " ")


def _few(low: int, high: int) -> list[int | str]:
    return list(range(low, high + 1)) if high - low < 3 else [f"{low}-{high}"]


def proto_name(value: int | str) -> str:
    """Return a protocol by its name, or else its number."""
    return PROTO_NAMES.get(value, str(value)) if isinstance(value, int) else value


def _extra(name: str, value: Spans | tuple[str, ...]) -> Phrase:
    if name in NAMES:
        names = series((interface(str(v)) for v in value), ",")
        return IN.of(name=names) if name == "iif" else OUT.of(name=names)
    if name == "ct":
        return phrase("state {states}", states=_words(CT, value))
    if name == "stype":
        return phrase("source type {types}", types=_words(ADDRTYPE, value))
    if name == "flags":
        return phrase("TCP flags {flags}", flags=flags(_pairs(value)))
    return echo(f"{name} {ranges(value)}")


def flags(spans: Spans) -> str:
    """Return sets of TCP flags by name, as iptables does: those set, of those looked at."""
    cubes = [_flags(mask, value) for mask, value in _cubes(spans, 0, 0)]
    more = ["…"] if len(cubes) > MOST_FLAGS else []
    return " | ".join([*cubes[:MOST_FLAGS], *more])


def _flags(mask: int, value: int) -> str:
    """Return `SYN/SYN,ACK`; `none` where nothing is set."""
    shown = [
        ",".join(n.upper() for n, bit in TCP_FLAGS.items() if bit & of) for of in (value, mask)
    ]
    return f"{shown[0] or 'none'}/{shown[1]}"


def _cubes(spans: Spans, mask: int, value: int) -> list[tuple[int, int]]:
    """Return (flags looked at, flags set) pairs that together are a set, flag by flag."""
    members = [n for low, high in spans for n in range(low, high + 1) if n & mask == value]
    free = (255 & ~mask).bit_count()
    if not members or len(members) == 1 << free:
        return [(mask, value)] if members else []
    bit = next(b for b in FLAGS_BY_USE if not mask & b)
    halves = [_cubes(spans, mask | bit, value | on) for on in (bit, 0)]
    if halves[0] == [(m, v | bit) for m, v in halves[1]]:
        return [(m & ~bit, v) for m, v in halves[1]]
    return halves[0] + halves[1]


def _words(names: Mapping[str, int], value: Spans | tuple[str, ...]) -> str:
    return ",".join(
        name for name, number in names.items() if any(a <= number <= b for a, b in _pairs(value))
    )


def _pairs(value: Spans | tuple[str, ...]) -> Spans:
    return tuple(v for v in value if isinstance(v, tuple))


def ranges(value: Spans | tuple[str, ...]) -> str:
    """Return number ranges as `80,443,8000-8010`."""
    return ",".join(f"{a}-{b}" if a != b else f"{a}" for a, b in _pairs(value))


def addresses(value: Spans | tuple[str, ...] | None, family: int) -> Phrase:
    """Return address ranges as prefixes where they are ones."""
    if value is None:
        return ANY
    kind = IPv4Address if family == 4 else IPv6Address
    out = []
    for low, high in _pairs(value):
        nets = _networks(low, high, family)
        out.append(echo(_net(nets[0]) if len(nets) == 1 else f"{kind(low)}-{kind(high)}"))
    if len(out) > 6:
        out = [*out[:6], phrase("and {n} more ranges", n=len(out) - 6)]
    return series(out, ",")


def _net(net: object) -> str:
    text = str(net)
    return text.removesuffix("/32") if ":" not in text else text.removesuffix("/128")


def packet_text(packet: Packet) -> Phrase:
    """Return a packet on one line, without what does not concern its protocol."""
    kind = IPv4Address if packet.family == 4 else IPv6Address
    name = PROTO_NAMES.get(packet.proto)
    src, dst = str(kind(packet.src)), str(kind(packet.dst))
    if packet.proto in WITH_PORTS:
        quote = "[{}]" if packet.family == 6 else "{}"
        src = f"{quote.format(src)}:{packet.sport}"
        dst = f"{quote.format(dst)}:{packet.dport}"
    sides = [
        echo(name) if name else phrase("protocol {number}", number=packet.proto),
        echo(f"{src} -> {dst}"),
    ]
    if packet.proto in (ICMP, ICMPV6):
        sides.append(phrase("type {kind} code {code}", kind=packet.itype, code=packet.icode))
    if packet.iif:
        sides.append(IN.of(name=interface(packet.iif)))
    if packet.oif:
        sides.append(OUT.of(name=interface(packet.oif)))
    else:
        sides.append(phrase("to the host itself"))
    return series(sides, " ")
