"""What zone protection asks of PAN-OS's security rules beyond the first packets of sessions.

Source: PAN-OS Web Interface Help, "Network Profiles > Zone Protection > Packet Based Attack Protection >
ICMPv6 Drop": a message on an error then needs an explicit rule, whatever session it belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping

from soccheck.firewall.model import ICMPV6, NEVER, Expr, In, Unknown, all_of, some_of
from soccheck.firewall.readers.paloalto.interfaces import PanSides
from soccheck.firewall.readers.paloalto.tree import PanNode
from soccheck.firewall.spans import span, union
from soccheck.phrase import phrase

ERRORS = {
    "dest-unreach": 1,
    "pkt-too-big": 2,
    "time-exceeded": 3,
    "param-problem": 4,
    "redirect": 137,
}


def judged_anew(root: PanNode, sides: PanSides) -> Expr:
    """Return "a message on an error of IPv6 that a rule has to let in, whatever session it belongs to"."""
    profiles = {
        node.word: _required(node)
        for node in root.entries("network", "profiles", "zone-protection-profile")
    }
    parts: list[Expr] = []
    for zone in sides.zones:
        if not zone.protection:
            continue
        text = phrase("zone protection profile {name}, not defined", name=zone.protection)
        messages = profiles.get(zone.protection, all_of(_messages(ERRORS), Unknown(text)))
        if messages != NEVER:
            parts.append(all_of(sides.named("iif", [zone]), messages))
    return some_of(*parts)


def _required(profile: PanNode) -> Expr:
    found = profile.at("ipv6", "ignore-inv-pkt")
    if found is None:
        return NEVER
    return _messages({name: kind for name, kind in ERRORS.items() if found.flag(name)})


def _messages(kinds: Mapping[str, int]) -> Expr:
    if not kinds:
        return NEVER
    types = union((kind, kind) for kind in kinds.values())
    return all_of(In("proto", span(ICMPV6)), In("itype", types))
