"""Interfaces that may lead out beside those that an inventory states: it names a part of them for the whole.

What is stated may leave out a second way to the Internet. Of an interface that a ruleset shows to be one,
by a default route, a role, a zone, a name or a public address, it is not known whether the Internet comes in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from soccheck.firewall.engine.atoms import matches
from soccheck.firewall.interface import Interface
from soccheck.firewall.model import LOOPBACK, Ruleset
from soccheck.firewall.names import PUBLIC
from soccheck.firewall.spans import Spans, address, intersect, union
from soccheck.phrase import Phrase, phrase

OUTER = re.compile(r"(wan|isp|inet|internet|untrust|outside|extern)", re.IGNORECASE)
"""How a name begins that is given to a way out."""
ROUTE = phrase("it leads out by what the ruleset shows")
ROLE = phrase("its role is to lead out")
ADDRESS = phrase("its address is public, and of no network that is listed")


def called(ruleset: Ruleset, stated: Iterable[str]) -> tuple[str, ...]:
    """Return the names that rules have for interfaces, of any of their names."""
    found: list[str] = []
    for name in stated:
        known = [d.name for d in ruleset.devices if any(matches(name, n) for n in _names(d))]
        found += known or [name]
    return tuple(dict.fromkeys(found))


def beside(
    ruleset: Ruleset, stated: Iterable[str], inside: Iterable[str]
) -> tuple[tuple[str, Phrase], ...]:
    """Return the interfaces that may lead out beside the stated ones, each with why.

    An address of the prefixes `inside` belongs to a network that is known to be none of the Internet.
    """
    named = tuple(stated)
    listed = dict.fromkeys(ruleset.untrusted, ROUTE)
    nets = union(s for text in inside for f, spans in (address(text),) if f == 4 for s in spans)
    zones = {d.zone for d in ruleset.devices if d.zone and _any(named, d.name)}
    for device in ruleset.devices:
        why = next(_reasons(ruleset, device, zones, nets), None)
        if why is not None and any(device.carries(f) for f in ruleset.families):
            listed.setdefault(device.name, why)
    return tuple(
        (name, phrase("{name} is not stated to be untrusted, but {why}", name=name, why=why))
        for name, why in listed.items()
        if not _any(named, name) and name not in LOOPBACK
    )


def _reasons(
    ruleset: Ruleset, device: Interface, zones: Iterable[str], nets: Spans
) -> Iterator[Phrase]:
    if device.default_route:
        yield ROUTE
    if device.outward:
        yield ROLE
    own = device.addresses.get(4, ())
    if intersect(own, nets) or device.management_only:
        return
    public = bool(intersect(own, PUBLIC[4]))
    if public:
        yield ADDRESS
    if own and not public:
        return
    if device.zone in zones:
        yield phrase("it is of the zone {zone}", zone=device.zone)
    within = [zone for zone, members in ruleset.zones.items() if device.name in members]
    for label in (*_names(device), *within):
        if OUTER.match(label):
            yield phrase("its name or zone is {name}", name=label)


def _names(device: Interface) -> tuple[str, ...]:
    return (device.name, *device.names)


def _any(patterns: Iterable[str], name: str) -> bool:
    return any(matches(pattern, name) for pattern in patterns)
