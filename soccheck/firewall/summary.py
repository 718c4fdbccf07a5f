"""Sets of packets in few words: which services go from which side of the firewall to which.

Exact in services and interfaces; the addresses of a line are all that occur in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from soccheck.firewall.boxes import SIDES, occurring, only, told
from soccheck.firewall.engine.bdd import Set
from soccheck.firewall.model import ICMP, ICMPV6, NAMES, WITH_PORTS
from soccheck.firewall.questions import Analysis
from soccheck.firewall.spans import Spans, union

MOST_GROUPS = 8
"""Groups of services that are told apart by their addresses; more are one line."""
UNICAST = ((0, 0),)
_SHAPE = ("proto", "dport", "itype", "dtype", *NAMES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Services from some interfaces to the device itself, or out of some others."""

    services: Mapping[int, Spans] = field(default_factory=dict)
    """Protocol to its ports or ICMP types; none of them where that is all or there are none."""
    everything: bool = False
    coming: tuple[str, ...] = ()
    """Interfaces it comes in by; none where it is any."""
    going: tuple[str, ...] = ()
    """Interfaces it leaves by; none where it is any, or where it is addressed to the device."""
    here: bool = False
    """True for what is addressed to the device itself."""
    sources: Spans | None = None
    targets: Spans | None = None


def traffic(analysis: Analysis, part: Set, within: Set) -> Iterator[Traffic]:
    """Yield what a set holds, by side and service; a field that spans all of `within` is not named."""
    sets = analysis.sets
    unicast = sets.number("dtype", UNICAST)
    for here, side in ((True, ~unicast), (False, unicast)):
        whole = within & side
        for coming, first in _split(analysis, part & side, whole, "iif"):
            pieces = [((), first)] if here else _split(analysis, first, whole, "oif")
            for going, piece in pieces:
                for found in _services(analysis, piece, whole):
                    yield replace(found, coming=coming, going=going, here=here)


def _split(
    analysis: Analysis, part: Set, whole: Set, name: str
) -> Iterator[tuple[tuple[str, ...], Set]]:
    """Yield the interfaces by which alike services come or go, and their part of the set."""
    sets = analysis.sets
    shape = only(analysis, part, *_SHAPE)
    groups: dict[Set, list[int]] = {}
    every = 0
    for number in range(analysis.atoms.size(name)):
        atom = sets.atom(name, number)
        every += (whole & atom).satisfiable()
        found = sets.forget(shape & atom, (name,))
        if found.satisfiable():
            groups.setdefault(found, []).append(number)
    for numbers in groups.values():
        own = sets.empty
        for number in numbers:
            own |= sets.atom(name, number)
        names = tuple(analysis.atoms.names[name].names[n] for n in numbers)
        yield (() if len(names) == every else names), part & own


def _services(analysis: Analysis, part: Set, whole: Set) -> Iterator[Traffic]:
    """Yield the services of a set, those between the same addresses together."""
    groups: dict[Set, dict[int, list[int]]] = {}
    for place, piece in _places(analysis, part):
        between = only(analysis, piece, *SIDES)
        groups.setdefault(between, {}).setdefault(place[0], []).append(place[1])
    if len(groups) > MOST_GROUPS:
        merged: dict[int, list[int]] = {}
        for (proto, number), _ in _places(analysis, part):
            merged.setdefault(proto, []).append(number)
        groups = {only(analysis, part, *SIDES): merged}
    every: dict[int, list[int]] = {}
    for (proto, number), _piece in _places(analysis, whole):
        every.setdefault(proto, []).append(number)
    for between, found in groups.items():
        services: dict[int, Spans] = {}
        for proto, numbers in found.items():
            services |= _service(analysis, proto, () if numbers == every[proto] else numbers)
        traffic = Traffic(everything=True) if found == every else Traffic(services=services)
        yield _addressed(analysis, between, whole, traffic)


def _places(analysis: Analysis, part: Set) -> Iterator[tuple[tuple[int, int], Set]]:
    """Yield the atoms of protocol, and of port or type, that occur in a set, each with its part."""
    for proto in occurring(analysis, part, "proto"):
        mine = part & analysis.sets.atom("proto", proto)
        kind = _kind(analysis, proto)
        for number in occurring(analysis, mine, kind) if kind else [0]:
            yield (proto, number), mine & analysis.sets.atom(kind, number) if kind else mine


def _kind(analysis: Analysis, proto: int) -> str:
    """Return the field that tells the services of a protocol apart, if there is one."""
    low, high = analysis.atoms.numbers["proto"].values(proto)
    if low != high:
        return ""
    return "dport" if low in WITH_PORTS else "itype" if low in (ICMP, ICMPV6) else ""


def _service(analysis: Analysis, proto: int, numbers: Sequence[int]) -> dict[int, Spans]:
    low, high = analysis.atoms.numbers["proto"].values(proto)
    kind = _kind(analysis, proto)
    spans = union(analysis.atoms.numbers[kind].values(n) for n in numbers) if kind else ()
    return dict.fromkeys(range(low, high + 1), spans)


def _addressed(analysis: Analysis, part: Set, whole: Set, found: Traffic) -> Traffic:
    """Name the addresses of a line, unless it holds all that there can be."""
    named: dict[str, Spans | None] = {}
    for name in SIDES:
        every = only(analysis, whole, name)
        some, rest = only(analysis, part, name), analysis.sets.universe & ~every
        free = occurring(analysis, rest, name)
        values = occurring(analysis, some, name)
        named[name] = None if some == every else told(analysis, name, values, free)
    return replace(found, sources=named["src"], targets=named["dst"])
