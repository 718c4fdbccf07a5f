"""FortiOS virtual IPs: rewrites of the destination, and what a policy that names one lets through."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from soccheck.errors import worded
from soccheck.firewall.model import (
    PORTS,
    TCP,
    UDP,
    Action,
    Expr,
    In,
    Note,
    Rewrite,
    Rule,
    Unknown,
    all_of,
    some_of,
    span_all,
)
from soccheck.firewall.names import port_range
from soccheck.firewall.readers.base import of_family
from soccheck.firewall.readers.fortinet.objects import VdomNames
from soccheck.firewall.readers.fortinet.tree import Block
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.objects import paired
from soccheck.firewall.spans import Spans, address, intersect, span, union
from soccheck.phrase import Phrase, phrase

Sides = Callable[[str, Iterable[str]], Expr]
ANY_OF_INTERFACE = ("0.0.0.0", "::")
"""An external address that stands for every address of the external interface."""
PROTOCOLS = {"tcp": TCP, "udp": UDP, "sctp": 132, "icmp": 1}
ANY_PROTOCOL = 0
SERVERS = dict.fromkeys(("http", "https", "imaps", "pop3s", "smtps", "ssl", "tcp"), TCP)
SERVERS |= {"udp": UDP, "ip": ANY_PROTOCOL}
SECTIONS = (("firewall vip", 4), ("firewall vip6", 6))


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualIP:
    """One virtual IP, on or off."""

    block: Block
    family: int
    outside: Expr
    """What it takes on the outside, apart from the address."""
    addresses: Spans
    """The outer addresses; none where they are not known."""
    goal: Spans | None
    """Where it leads; None where that is not known."""
    outer: Spans = ()
    inner: Spans = ()
    """Outer and inner ports, where ports are forwarded."""
    proto: int = TCP
    on: bool = True
    doubts: tuple[Phrase | str, ...] = ()

    @property
    def name(self) -> str:
        """Return its name."""
        return self.block.name

    def let_through(self, twin: str) -> Expr:
        """Return "the packet was sent on by this one", as a policy that names it matches."""
        if self.goal is None or self.doubts:
            return all_of(
                In("dnat", span(1)), Unknown(phrase("where VIP {name} leads", name=repr(self.name)))
            )
        parts: list[Expr] = [In("dnat", span(1)), In("dst", self.goal, self.family)]
        if self.inner:
            parts += [In("dport", self.inner), In("proto", span(self.proto))]
        if twin:
            parts.append(
                Unknown(
                    phrase(
                        "VIP {name} or {twin}, which lead to the same address",
                        name=repr(self.name),
                        twin=repr(twin),
                    )
                )
            )
        return all_of(*parts)


@dataclass(slots=True)
class VirtualIPs:
    """The virtual IPs of one virtual domain and the groups of them."""

    ledger: Ledger
    found: dict[str, VirtualIP] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    own: Spans = ()
    """The device's own addresses, to which one may lead, too."""

    def read(
        self, root: Block, names: VdomNames, sides: Sides, own: Callable[[list[str]], Spans]
    ) -> None:
        """Fill the record; `own` tells the address of an interface."""
        for path, family in SECTIONS:
            for block in root.entries(path):
                self.found[block.name] = _virtual_ip(block, family, names, sides, own)
        for path in ("firewall vipgrp", "firewall vipgrp6"):
            for block in root.entries(path):
                self.groups[block.name] = block.words("member")

    def expanded(self, names: Iterable[str]) -> list[str]:
        """Return names with each group in place of its members."""
        return [m for n in names for m in self.groups.get(n, [n])]

    def let_through(self, name: str) -> Expr:
        """Return what a policy that names a virtual IP matches."""
        vip = self.found[name]
        twins = (n for n, v in self.found.items()
                 if n != name and v.family == vip.family and v.goal == vip.goal)  # fmt: skip
        return vip.let_through(next(twins, ""))

    def leads_home(self) -> bool:
        """Tell whether one leads to the device itself."""
        return any(intersect(vip.goal or (), self.own) for vip in self.found.values())

    def rules(self, used: set[str], *, central: bool) -> list[Rule]:
        """Return the rewrites of those that are in use."""
        reached = set(self.expanded(sorted(used)))
        out: list[Rule] = []
        for name, vip in self.found.items():
            if vip.on and (central or name in reached):
                out += [
                    self.ledger.costs(vip.block.record, rule) for rule in _rewrites(vip, self.own)
                ]
            else:
                vip.block.pass_over()
        return out


def _virtual_ip(
    block: Block, family: int, names: VdomNames, sides: Sides, own: Callable[[list[str]], Spans]
) -> VirtualIP:
    record = block.record
    interfaces = block.words("extintf") or ["any"]
    parts = [of_family(family), sides("iif", interfaces)]
    record.within = all_of(*parts)
    on = block.flag("status", default=True)
    if block.words("srcintf-filter"):
        parts.append(sides("iif", block.words("srcintf-filter")))
    forwarding = _Forwarding()
    goal: Spans | None = None
    addresses: Spans = ()
    doubts: list[Phrase | str] = []
    try:
        if block.words("src-filter"):
            found = (address(text) for text in block.words("src-filter"))
            parts.append(some_of(*(In("src", spans, f) for f, spans in found)))
        if block.words("service"):
            parts.append(names.service(block))
        forwarding = _forwarding(block)
        if not block.flag("nat44", default=True) or block.flag("nat46") or block.flag("nat64"):
            doubts.append(phrase("another family"))
        goal, why = _goal(block, family)
        doubts += why
        addresses = _outside(block, own(interfaces))
    except ValueError as error:
        record.doubtful(worded(error))
    return VirtualIP(
        block=block,
        family=family,
        outside=all_of(*parts, *forwarding.match),
        addresses=addresses,
        goal=goal,
        outer=forwarding.outer,
        inner=forwarding.inner,
        proto=forwarding.proto,
        on=on,
        doubts=(*doubts, *record.left()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Forwarding:
    """The protocol and ports a virtual IP takes, and the inner ports it leads to."""

    proto: int = TCP
    outer: Spans = ()
    inner: Spans = ()
    match: tuple[Expr, ...] = ()


def _forwarding(block: Block) -> _Forwarding:
    """Return what is forwarded: by port, as a load balancer, or everything. Raises `ValueError`."""
    outside, inside = _ports(block.words("extport")), _ports(block.words("mappedport"))
    proto = block.record.choice("protocol", PROTOCOLS, "tcp", TCP)
    outer: Spans = ()
    inner: Spans = ()
    limited = block.flag("portforward")
    if block.get("type") == "server-load-balance":
        proto = block.record.choice("server-type", SERVERS, "http", ANY_PROTOCOL)
        outer, limited = outside, proto != ANY_PROTOCOL
    elif limited and proto != PROTOCOLS["icmp"]:
        outer, inner = outside, inside or outside
    block.record.choice("portmapping-type", {"1-to-1": True, "m-to-n": False}, "1-to-1", False)
    match: list[Expr] = [In("proto", span(proto))] if limited else []
    if outer:
        match.append(In("dport", outer))
    return _Forwarding(proto=proto, outer=outer, inner=inner, match=tuple(match))


def _ports(words: list[str]) -> Spans:
    return union(port_range(part) for word in words for part in word.split(","))


def _goal(block: Block, family: int) -> tuple[Spans | None, list[Phrase]]:
    """Return where it leads, or why that is not known; raises `ValueError`."""
    kind = block.get("type", "static-nat")
    mapped = block.words("mappedip")
    servers = list(block.entries("realservers"))
    if kind == "server-load-balance":
        mapped = [s.get("ip") for s in servers]
        for server in servers:
            server.get("port"), server.get("status"), server.get("client-ip"), server.get("address")
        return None, [phrase("type {kind}", kind=kind)]
    if kind not in ("static-nat", "load-balance") or block.words("mapped-addr") or not mapped:
        return None, [phrase("type {kind}", kind=kind)]
    found = [address(text) for text in mapped]
    if any(f != family for f, _ in found):
        return None, [phrase("another family")]
    return union(s for _, spans in found for s in spans), []


def _outside(block: Block, own: Spans) -> Spans:
    """Return the outer addresses; none where they are not known. Raises `ValueError`."""
    words = block.words("extip")
    if block.words("extaddr") or not words:
        return ()
    if words[0] in ANY_OF_INTERFACE:
        return own
    return address(words[0])[1]


def _rewrites(vip: VirtualIP, own: Spans) -> list[Rule]:
    where, family = vip.block.where, vip.family
    shown = [" ".join(vip.block.words(key)) for key in ("extip", "mappedip")]
    text = phrase(
        "VIP {name}: {outside} to {inside}", name=vip.name, outside=shown[0], inside=shown[1]
    )
    rules: list[Rule] = []

    def rule(match: Expr, values: dict[str, Spans]) -> Rule:
        return Rule(
            match=all_of(vip.outside, match),
            action=Action.REWRITE,
            rewrite=Rewrite(values=values),
            where=where,
            text=text,
            family=family,
        )

    anywhere = {"dst": span_all(family), "dport": ((0, PORTS),)}
    if vip.goal is None or vip.doubts:
        outside = vip.addresses or span_all(family)
        return [rule(In("dst", outside, family), anywhere)]
    kind = span(0, 1) if intersect(vip.goal, own) else span(0)
    values = {"dport": vip.inner} if vip.inner and vip.inner != vip.outer else {}
    if vip.addresses:
        pairs = paired(vip.addresses, vip.goal)
        rules += [
            rule(In("dst", out, family), {"dst": into, "dtype": kind, **values})
            for out, into in pairs
        ]
    words = vip.block.words("extip")
    if not vip.addresses or words[0] in ANY_OF_INTERFACE:
        # Addresses that the configuration does not show: those of the interface, or of a name.
        unsure = all_of(
            In("dst", span_all(family), family),
            Unknown(phrase("the outer address of VIP {name}", name=repr(vip.name))),
        )
        rules.append(rule(unsure, {"dst": vip.goal, "dtype": kind, **values}))
    return rules
