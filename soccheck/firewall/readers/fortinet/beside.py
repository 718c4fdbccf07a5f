"""What may get through a FortiGate beside its policies.

Over one interface, across virtual domains, and to the address of another interface. Sources: Fortinet
Technical Tips "Traffic handled by FortiGate for packets with ingress & egress as same interface" and
"Accessing the FortiGate administrative GUI/CLI"; FortiOS Administration Guide, "Inter-VDOM routing".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from soccheck.firewall.interface import Interface
from soccheck.firewall.model import (
    Action,
    All,
    Expr,
    In,
    Named,
    Not,
    Rule,
    Some,
    Unknown,
    Where,
    all_of,
)
from soccheck.firewall.names import INTERNET
from soccheck.firewall.readers.base import implied, of_family
from soccheck.firewall.readers.fortinet.tree import Block
from soccheck.firewall.spans import Spans, complement, intersect, span, union
from soccheck.phrase import phrase

REDIRECTS = {4: "allow-traffic-redirect", 6: "ipv6-allow-traffic-redirect"}
OFF_SINCE = {(7, 4): 10, (7, 6): 5}
"""Release to the patch from which packets may no more leave as they came without a policy."""

UNLINKED = (
    "physical", "vlan", "aggregate", "redundant", "tunnel", "loopback", "switch", "hard-switch",
    "vap-switch", "wl-mesh", "fext-wan", "vxlan", "switch-vlan", "ssl",
)  # fmt: skip
"""Types of interfaces (CLI Reference, `config system interface`) that are no end of a link."""


def returning(
    version: tuple[int, ...],
    settings: Block,
    interfaces: Sequence[Interface],
    outside: Sequence[str],
) -> Iterator[Rule]:
    """Yield what may leave by the interface it came in by: without a policy, unless that is off.

    Of a part of a configuration, without its first line, a switch that is not there says nothing.
    """
    system = settings.section("global") or settings.section("system global")
    for family, key in REDIRECTS.items():
        on = bool(version) and not _off_by_default(version)
        where = settings.where
        if system is not None:
            on, where = system.flag(key, default=on), system.where
        if not on:
            continue
        for device in interfaces:
            if device.outward or device.name in outside:
                continue  # back to the outside nothing is let in
            parts: list[Expr] = [Named(side, (device.name,)) for side in ("iif", "oif")]
            if not outside:
                # Which interface is the outside is not known: what comes from it is left to the policies.
                parts.append(In("src", complement(INTERNET[family], _top(family)), family))
            doubt = Unknown(phrase("{key}, and whether the source is of that network", key=key))
            match = all_of(of_family(family), *parts, doubt)
            text = phrase("{name}: back where it came from ({key})", name=device.name, key=key)
            yield implied(match, Action.ACCEPT, where, text)


def _top(family: int) -> int:
    return (1 << (32 if family == 4 else 128)) - 1


def _off_by_default(version: tuple[int, ...]) -> bool:
    patch = next((n for release, n in OFF_SINCE.items() if release == version[:2]), None)
    return version >= (7, 6, 5) if patch is None else version[2] >= patch


def version_of(head: str) -> tuple[int, ...]:
    """Return the version in the first line of a configuration; nothing where there is none."""
    found = re.search(r"^#config-version=[^-\n]*-(\d+)\.(\d+)\.(\d+)", head, re.M)
    return tuple(map(int, found.groups())) if found else ()


def _link(block: Block) -> str:
    """Return the link that an interface is an end of, or may be; the empty text where it is none.

    Its two ends are called alike but for the last digit. VLANs stand on the ends of a link of the network
    processor, whose type tells nothing (Technical Tip "NPU Vdom link"), EMAC VLANs on a shared port.
    """
    below = block.get("interface")
    if block.get("type") == "emac-vlan":
        return below
    for name in (below, block.name):
        if "vlink" in name:
            return re.sub("[01]$", "", name)
    return "" if block.get("type") in UNLINKED else re.sub("[01]$", "", block.name)


def across(where: Where, domains: Mapping[str, Sequence[Block]]) -> Iterator[Rule]:
    """Yield what may go from one virtual domain to another, by links that are not followed.

    Without a link what leaves one domain comes into another from a cable, as anything else does there.
    """
    ends: dict[str, set[str]] = {}
    for name, blocks in domains.items():
        for block in blocks:
            ends.setdefault(_link(block), set()).add(name)
    linked = {name for link, found in ends.items() if link and len(found) > 1 for name in found}
    sides = {n: [b.name for b in blocks] for n, blocks in domains.items() if n in linked}
    for name, inner in sides.items():
        outer = [i for other, names in sides.items() if other != name for i in names]
        if inner and outer:
            text = phrase("from virtual domain {name} to another", name=repr(name))
            match = all_of(Named("iif", tuple(inner)), Named("oif", tuple(outer)))
            yield implied(match, Action.UNKNOWN, where, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A policy that lets through, and the interfaces it leads from; none where it is from any."""

    rule: Rule
    sides: tuple[str, ...]


def leads(policies: Iterable[Rule]) -> dict[str, list[Lead]]:
    """Return the policies that may let through by the interface they lead to, under "" those to any."""
    out: dict[str, list[Lead]] = {}
    for rule in policies:
        if rule.action is Action.DROP:
            continue
        parts = rule.match.parts if isinstance(rule.match, All) else (rule.match,)
        named = {part.field: part.names for part in parts if isinstance(part, Named)}
        lead = Lead(rule=rule, sides=named.get("iif", ()))
        for name in named.get("oif", ("",)):
            out.setdefault(name, []).append(lead)
    return out


def by_policy(
    known: Mapping[str, Sequence[Lead]], device: Interface, service: Expr, where: Where
) -> Iterator[Rule]:
    """Yield what a policy lets to the address of an interface, which then serves other sides, too."""
    leading = [*known.get(device.name, ()), *known.get("", ())]
    ports = _values(service, "dport")
    for family in (4, 6):
        own = device.addresses.get(family)
        asked: dict[str, Spans] = {"dport": ports} if ports else {}
        if own:
            asked["dst"] = own
        found = [
            lead
            for lead in leading
            if lead.rule.family in (0, family) and _meets(lead.rule.match, asked, family)
        ]
        if not found:
            continue
        anywhere = any(not lead.sides for lead in found)
        sides = tuple(dict.fromkeys(name for lead in found for name in lead.sides))
        text = phrase(
            "a policy to {name}, whose address answers other interfaces, too", name=device.name
        )
        match = all_of(
            of_family(family),
            *([] if anywhere else [Named("iif", sides)]),
            Not(Named("iif", (device.name,))),
            In("dtype", span(1)),
            *([In("dst", own, family)] if own else []),
            service,
            Unknown(text),
        )
        yield implied(match, Action.ACCEPT, where, text)


def sent_home(where: Where) -> Rule:
    """Return what virtual IPs may lead to the device itself."""
    text = phrase("a virtual IP that leads to the device itself")
    match = all_of(In("dnat", span(1)), In("dtype", span(1)), Unknown(text))
    return implied(match, Action.ACCEPT, where, text)


def _values(expr: Expr, field: str) -> Spans:
    """Return the values that an expression names for a field, when each of its ways names some."""
    if isinstance(expr, In):
        return expr.spans if expr.field == field else ()
    if isinstance(expr, All):
        return next((found for part in expr.parts if (found := _values(part, field))), ())
    if isinstance(expr, Some):
        ways = [_values(part, field) for part in expr.parts]
        return union(s for way in ways for s in way) if all(ways) else ()
    return ()


def _meets(expr: Expr, asked: Mapping[str, Spans], family: int) -> bool:
    """Tell whether a match may hold of a packet that has some of these values."""
    if isinstance(expr, In):
        if expr.field == "dnat":
            return False  # for what a virtual IP sends on, not for the device
        wanted = asked.get(expr.field)
        return not wanted or expr.family not in (0, family) or bool(intersect(expr.spans, wanted))
    if isinstance(expr, All):
        return all(_meets(part, asked, family) for part in expr.parts)
    if isinstance(expr, Some):
        return any(_meets(part, asked, family) for part in expr.parts)
    return True
