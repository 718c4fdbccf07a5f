"""Static NAT of IOS, as the way back: from the outside address to the inside one.

Source: Cisco IOS IP Addressing Configuration Guide, NAT. Dynamic translations open no way in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from soccheck.firewall.model import (
    ANY,
    TCP,
    UDP,
    Action,
    Expr,
    In,
    Named,
    Rewrite,
    Rule,
    all_of,
)
from soccheck.firewall.readers.base import untranslated
from soccheck.firewall.readers.cisco.lines import Command
from soccheck.firewall.readers.cisco.names import IOS_PORTS, named
from soccheck.firewall.readers.objects import paired
from soccheck.firewall.spans import Spans, address, span

FREE = ("extendable", "no-alias", "no-payload")
OTHERS = ("ip nat outside", "ip nat inside destination", "ip nat source")
"""Translations that are not followed."""
DYNAMIC = ("ip nat inside source list", "ip nat inside source route-map")


def translations(root: Command, outside: Sequence[str], own: Mapping[str, Spans]) -> list[Rule]:
    """Return the rewrites of what comes in from outside."""
    out: list[Rule] = []
    side: Expr = Named("iif", tuple(outside)) if outside else ANY
    for words in root.each("ip nat inside source static"):
        found = [w for w in words.rest() if w not in FREE]
        try:
            if found[:1] == ["network"]:
                out += _networks(words, found[1:], side)
            else:
                out.append(_static(words, found, side, own))
        except (ValueError, IndexError, KeyError):
            out.append(untranslated(side, words.where, words.text))
    for command in OTHERS:
        for words in root.each(command):
            words.rest()
            # Either side may have an address in its own form: see `ip nat enable`.
            out.append(untranslated(ANY, words.where, words.text))
    for command in DYNAMIC:
        for words in root.each(command):
            words.rest()
    return out


def _networks(words: Command, found: list[str], side: Expr) -> list[Rule]:
    """Read `INSIDE OUTSIDE MASK`, host by host; raises `ValueError` for what is not modelled."""
    if len(found) != 3:
        raise ValueError(words.text)
    mask = found[2].removeprefix("/")
    inside, outside = (address(f"{net}/{mask}")[1] for net in found[:2])
    return [
        Rule(
            match=all_of(side, In("dst", there, 4)),
            action=Action.REWRITE,
            where=words.where,
            text=words.text,
            family=4,
            rewrite=Rewrite(values={"dst": here, "dtype": span(0)}),
        )
        for there, here in paired(outside, inside)
    ]


def _static(words: Command, found: list[str], side: Expr, own: Mapping[str, Spans]) -> Rule:
    """Read `[tcp|udp] INSIDE [PORT] OUTSIDE [PORT]`; raises `ValueError` for what is not modelled."""
    values: dict[str, Spans] = {"dtype": span(0)}
    parts: list[Expr] = [side]
    if "route-map" in found or "vrf" in found:
        raise ValueError(words.text)
    if found[0] in ("tcp", "udp"):
        proto = TCP if found[0] == "tcp" else UDP
        inside, real = found[1], named(found[2], IOS_PORTS, 65535)
        outside, rest = found[3], found[4:]
        if outside == "interface":
            outside, rest = found[4], found[5:]
        port = named(rest[0], IOS_PORTS, 65535)
        parts += [In("proto", span(proto)), In("dport", span(port))]
        values["dport"] = span(real)
        rest = rest[1:]
    else:
        inside, outside, rest = found[0], found[1], found[2:]
        if outside == "interface":
            outside, rest = found[2], found[3:]
    if rest:
        raise ValueError(words.text)
    goal = own[outside] if outside[0].isalpha() else address(outside)[1]
    values["dst"] = address(inside)[1]
    return Rule(
        match=all_of(*parts, In("dst", goal, 4)),
        action=Action.REWRITE,
        where=words.where,
        text=words.text,
        family=4,
        rewrite=Rewrite(values=values),
    )
