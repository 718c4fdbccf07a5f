"""FortiOS objects, addresses and services, as matches. What an object does not say clearly is unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from soccheck.errors import worded
from soccheck.firewall.model import (
    ANY,
    ICMP,
    ICMPV6,
    NEVER,
    TCP,
    UDP,
    Expr,
    In,
    Not,
    Note,
    Unknown,
    all_of,
    some_of,
)
from soccheck.firewall.names import number, port_range
from soccheck.firewall.readers.base import of_family
from soccheck.firewall.readers.fortinet.tree import Block
from soccheck.firewall.readers.objects import Objects, turned
from soccheck.firewall.readers.unread import together
from soccheck.firewall.spans import address, span
from soccheck.phrase import Phrase, phrase

PORTED = {"TCP/UDP/SCTP": True, "TCP/UDP/UDP-Lite/SCTP": True, "TCP/UDP": True}
PORTS = {
    "tcp-portrange": TCP,
    "udp-portrange": UDP,
    "sctp-portrange": 132,
    "udplite-portrange": 136,
}
BUILT_IN: dict[str, Expr] = {
    "ALL": ANY,
    "ALL_TCP": In("proto", span(TCP)),
    "ALL_UDP": In("proto", span(UDP)),
    "ALL_ICMP": In("proto", span(ICMP)),
    "ALL_ICMP6": In("proto", span(ICMPV6)),
}
"""Services a device has before anybody defines one (FortiOS 7.4 factory configuration)."""


@dataclass(slots=True)
class VdomNames:
    """The name spaces of one virtual domain."""

    addresses: dict[int, Objects] = field(
        default_factory=lambda: {4: Objects(phrase("address")), 6: Objects(phrase("address"))}
    )
    services: Objects = field(default_factory=lambda: Objects(phrase("service")))
    always: bool = True
    """False where the factory's schedule `always` was made another."""

    def read(self, root: Block) -> None:
        """Fill the name spaces."""
        for family, suffix in ((4, ""), (6, "6")):
            objects = self.addresses[family]
            for block in root.entries(f"firewall address{suffix}"):
                objects.leaves[block.name] = _whole(block, partial(_address, family=family))
            for block in root.entries(f"firewall addrgrp{suffix}"):
                _group(objects, block)
            # Built in, should the file hold no full configuration.
            objects.leaves.setdefault("all", of_family(family))
            objects.leaves.setdefault("none", NEVER)
        for kind in ("recurring", "onetime", "group"):
            for block in root.entries(f"firewall schedule {kind}"):
                if block.name == "always" and not (kind == "recurring" and _every_day(block)):
                    self.always = False
        for block in root.entries("firewall service custom"):
            self.services.leaves[block.name] = _whole(block, _service)
        for block in root.entries("firewall service group"):
            _group(self.services, block)
        for name, match in BUILT_IN.items():
            self.services.leaves.setdefault(name, match)

    def notes(self) -> list[Note]:
        """Return what was noted of names that nothing defines."""
        return [n for o in (*self.addresses.values(), self.services) for n in o.notes]

    def side(self, block: Block, key: str, family: int, name: str) -> Expr:
        """Return the addresses a setting names, on the side of the packet, negated where it says so."""
        objects = self.addresses[family]
        found = [turned(objects.find(n, block.where), name) for n in block.words(key)]
        return flipped(_any_of(found, key), block, f"{key}-negate")

    def service(self, block: Block) -> Expr:
        """Return the services a rule names."""
        found = [self.services.find(n, block.where) for n in block.words("service")]
        return flipped(_any_of(found, "service"), block, "service-negate")


def _any_of(found: Sequence[Expr], key: Phrase | str) -> Expr:
    """Return what any of the named objects matches; where none is named, something else may say it."""
    return some_of(*found) if found else Unknown(phrase("no {what} is given", what=key))


def flipped(expr: Expr, block: Block, key: str) -> Expr:
    """Return the match, or its opposite where the entry negates it."""
    return Not(expr) if block.flag(key) else expr


def _every_day(block: Block) -> bool:
    """Tell whether a recurring schedule holds all days from midnight to midnight, as the factory's."""
    hours = {block.get(key, "00:00") for key in ("start", "end")}
    return hours <= {"00:00", "0:00"} and len(set(block.words("day"))) == 7


def _whole(block: Block, meaning: Callable[[Block], Expr]) -> Expr:
    """Return what an object matches; one with words nobody read is unknown, and so are its rules."""
    try:
        found = meaning(block)
    except ValueError as error:
        block.record.doubtful(worded(error))
        found = NEVER
    left = block.record.left()
    block.record.done = True
    return (
        Unknown(phrase("{text}, not read: {left}", text=block.record.text, left=together(left)))
        if left
        else found
    )


def _group(objects: Objects, block: Block) -> None:
    members = block.words("member")
    if block.flag("exclude"):
        objects.leaves[block.name] = Unknown(
            phrase("address group {name} with exclusions", name=repr(block.name))
        )
        return
    objects.groups[block.name] = (block.where, members)
    left = block.record.left()
    block.record.done = True
    if left:
        objects.groups.pop(block.name)
        objects.leaves[block.name] = Unknown(
            phrase("{text}, not read: {left}", text=block.record.text, left=together(left))
        )


def _address(block: Block, family: int) -> Expr:
    """Return an address object as a match on the source; raises `ValueError`."""
    kind = block.get("type", "ipmask" if family == 4 else "ipprefix")
    if kind == "iprange":
        found, spans = address(f"{block.get('start-ip')}-{block.get('end-ip')}")
    elif kind == "ipmask":
        found, spans = address("/".join(block.words("subnet") or ["0.0.0.0/0"]))
    elif kind == "ipprefix":
        found, spans = address("/".join(block.words("ip6") or ["::/0"]))
    else:
        return _part(
            block, phrase("address {name} of type {kind}", name=repr(block.name), kind=kind)
        )
    if found != family:
        raise ValueError(phrase("not IPv{family}", family=family))
    if spans == ((0, 0),):
        # The factory's `none`: no packet that a policy is asked about has this address.
        return NEVER
    return In("src", spans, family)


def _service(block: Block) -> Expr:
    """Return what a custom service matches; raises `ValueError`."""
    kind = block.get("protocol", "TCP/UDP/SCTP")
    if block.words("fqdn") or block.get("iprange", "0.0.0.0") != "0.0.0.0":
        return _part(block, phrase("service {name} limited to an address", name=repr(block.name)))
    if block.words("app-category") or block.words("application"):
        return _part(block, phrase("service {name} by application", name=repr(block.name)))
    if kind == "IP":
        value = number(block.get("protocol-number", "0"), 255)
        return In("proto", span(value)) if value else ANY
    if kind in ("ICMP", "ICMP6"):
        parts: list[Expr] = [In("proto", span(ICMP if kind == "ICMP" else ICMPV6))]
        for key, name in (("icmptype", "itype"), ("icmpcode", "icode")):
            if block.words(key):
                parts.append(In(name, span(number(block.get(key), 255))))
        return all_of(*parts)
    if kind not in PORTED:
        return _part(
            block, phrase("service {name} of protocol {kind}", name=repr(block.name), kind=kind)
        )
    ported = ((key, n) for key, n in PORTS.items() if key in block.record)
    found = [_ported(item, n) for key, n in ported for item in block.words(key)]
    return _any_of(found, phrase("port of service {name}", name=repr(block.name)))


def _part(block: Block, why: Phrase) -> Expr:
    """Account for a service of a kind that is not followed: it is unknown as a whole."""
    block.pass_over()
    block.record.taken.update(block.record.values)
    return Unknown(why)


def _ported(item: str, proto: int) -> Expr:
    goal, _, source = item.partition(":")
    parts: list[Expr] = [In("proto", span(proto)), In("dport", (port_range(goal),))]
    if source:
        parts.append(In("sport", (port_range(source),)))
    return all_of(*parts)
