"""Questions as a user writes them: `tcp/445 from internet to 192.0.2.1`."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from soccheck.errors import UsageError, quoted
from soccheck.firewall.model import (
    ANY,
    CT,
    ICMP,
    ICMPV6,
    LOOPBACK,
    TCP,
    UDP,
    WITH_PORTS,
    Expr,
    In,
    Named,
    Not,
    all_of,
    some_of,
    span_all,
)
from soccheck.firewall.names import (
    OVER_BOTH,
    OVER_UDP,
    PORTS,
    PROTOCOLS,
    addresses,
    icmp,
    ports,
    protocol,
)
from soccheck.firewall.spans import address, masked, span
from soccheck.firewall.zones import Zones, zone_expr
from soccheck.phrase import phrase

SYN_ONLY = In("flags", masked(0x17, 0x02))
"""First packets of a TCP connection: SYN without ACK, RST or FIN; the other flags are free."""
NEW = In("ct", span(CT["new"]))
SERVICES_FIRST = ("rdp",)
"""Names taken for the service; `proto/rdp` is the protocol of RFC 1151."""
CLAUSES = ("from", "to", "in", "out", "over", "state")
HINT = phrase('write for example "tcp/445 from internet" or "udp/161 from 10.0.0.0/8 to host"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A set of packets, asked to get through."""

    text: str
    match: Expr
    families: frozenset[int] = frozenset({4, 6})
    outbound: bool = False
    anyhow: bool = False
    """True where nothing tells by which interface it comes: a yes holds whichever that is."""
    meaning: str = ""
    """What a service asked for by name was taken for: `tcp/22`."""


def service(text: str) -> Expr:
    """Read `tcp/80,443`, `udp/1-1024`, `ssh`, `icmp/8`, `gre`, `any`; raises `UsageError`."""
    name, _, detail = text.partition("/")
    name = name.lower()
    try:
        if name in ("any", "all", "ip"):
            return ANY if not detail else _ports(WITH_PORTS, detail)
        if name == "icmp":
            return some_of(*(_icmp(f, detail) for f in (4, 6)))
        if name in ("icmpv6", "icmp6", "ipv6-icmp"):
            return _icmp(6, detail)
        if name in ("proto", "protocol"):
            return _first(protocol(detail))
        _clear(name, detail)
        if not detail and name in PORTS:
            return _ports(_carriers(name), name)
        found = protocol(name)
        return _ports((found,), detail) if detail else _first(found)
    except ValueError as error:
        raise UsageError(
            phrase("not a service: {text} ({error})", text=repr(text), error=error), hint=HINT
        ) from error


def _clear(name: str, detail: str) -> None:
    """Refuse what may mean a port or a protocol; raises `UsageError` that says how to write either.

    A name of both is clear where hardly anybody means the protocol.
    """
    both = name in PORTS and name in PROTOCOLS and name not in SERVICES_FIRST
    if detail or not (name.isdecimal() or both):
        return
    what = phrase("{name}: a port, or an IP protocol?", name=name)
    raise UsageError(
        what, hint=phrase("write tcp/{name}, udp/{name}, any/{name} or proto/{name}", name=name)
    )


def _carriers(name: str) -> tuple[int, ...]:
    if name in OVER_BOTH:
        return (TCP, UDP)
    return (UDP,) if name in OVER_UDP else (TCP,)


def _first(proto: int) -> Expr:
    match = In("proto", span(proto))
    return all_of(match, SYN_ONLY) if proto == TCP else match


def _ports(protos: Iterable[int], detail: str) -> Expr:
    wanted = In("dport", ports(detail))
    found = some_of(*(_first(p) for p in protos if p in WITH_PORTS))
    if not any(p in WITH_PORTS for p in protos):
        raise ValueError(phrase("this protocol has no ports"))
    # A later fragment carries no ports, so a question on a port is about whole packets.
    return all_of(found, wanted, In("frag", span(0)))


def _icmp(family: int, detail: str) -> Expr:
    proto = ICMP if family == 4 else ICMPV6
    # The family of an ICMP packet follows from its addresses.
    parts: list[Expr] = [In("proto", span(proto)), In("src", span_all(family), family)]
    if detail:
        kind, code = icmp(detail, family)
        parts.append(In("itype", span(kind)))
        if code is not None:
            parts.append(In("icode", span(code)))
    return all_of(*parts)


class _Parser:
    """Reads the clauses after the service."""

    def __init__(self, zones: Zones) -> None:
        self.zones = zones
        self.parts: list[Expr] = []
        self.families = frozenset({4, 6})
        self.outbound = False
        self.anyhow = False
        self.seen: set[str] = set()

    def clause(self, written: str, value: str) -> None:
        word = written.lower()
        clauses: dict[str, Callable[[str], None]] = {
            "from": self._source,
            "to": self._target,
            "in": lambda v: self._interface("iif", v),
            "out": lambda v: self._interface("oif", v),
            "over": self._family,
            "state": self._state,
        }
        if word not in clauses:
            raise UsageError(
                phrase("unexpected word in the question: {written}", written=repr(written)),
                hint=HINT,
            )
        if word in self.seen:
            raise UsageError(
                phrase("{word} is said twice in the question", word=repr(word)), hint=HINT
            )
        self.seen.add(word)
        clauses[word](value)

    def _interface(self, side: str, value: str) -> None:
        devices = self.zones.ruleset.devices
        name = self.zones.ruleset.called(value)
        listed = [device.name for device in devices]
        whole = devices and self.zones.ruleset.unlisted is None
        if whole and name not in (*listed, *LOOPBACK) and not name.endswith("*"):
            raise UsageError(
                phrase("no interface {value}", value=repr(value)),
                hint=phrase("there are: {names}", names=", ".join(listed)),
            )
        self.parts.append(Named(side, (name,)))

    def _source(self, value: str) -> None:
        if value.lower() == "host":
            self.outbound = True
            return
        self._side(value, "src", "iif")

    def _target(self, value: str) -> None:
        if value.lower() == "host":
            self.parts.append(In("dtype", span(1)))
        else:
            self._side(value, "dst", "oif")

    def _side(self, value: str, address_field: str, interface_field: str) -> None:
        if value.lower() == "any":
            return
        zone = self.zones.find(value)
        if zone is not None:
            self.anyhow = self.anyhow or (interface_field == "iif" and zone.side_is_untold)
            self.parts.append(zone_expr(zone, address_field, interface_field))
            if zone.prefixes and not zone.internet:
                self.families &= {family for family in (4, 6) if zone.spans(family)}
            return
        try:
            self.families &= {address(part)[0] for part in value.split(",")}
            self.parts.append(addresses(address_field, value.split(",")))
        except ValueError as error:
            known = ", ".join(self.zones.known())
            raise UsageError(
                phrase("neither a zone nor an address: {value}", value=repr(value)),
                hint=phrase("zones: {known}", known=known),
            ) from error

    def _family(self, value: str) -> None:
        found = {"ipv4": 4, "ipv6": 6, "4": 4, "6": 6}.get(value.lower())
        if found is None:
            raise UsageError(
                phrase("not a family: {value}", value=repr(value)),
                hint=phrase("over ipv4, or over ipv6"),
            )
        self.families &= {found}

    def _state(self, value: str) -> None:
        if value not in (*CT, "any"):
            raise UsageError(
                phrase("not a connection state: {value}", value=repr(value)),
                hint=phrase("known here: {names}", names=", ".join(CT)),
            )
        if value != "any":
            self.parts.append(In("ct", span(CT[value])))


def meaning(text: str) -> str:
    """Return what a service asked for by name alone stands for: `tcp/22`; nothing where it says so."""
    name = text.lower()
    if name not in PORTS or (name in PROTOCOLS and name not in SERVICES_FIRST):
        return ""
    carriers = {TCP: "tcp", UDP: "udp"}
    return f"{','.join(carriers[p] for p in _carriers(name))}/{PORTS[name]}"


def gathered(words: Sequence[str]) -> tuple[str, ...]:
    """Return the questions of a command line: each in one word, or `ssh from internet` in several."""
    out: list[str] = []
    left = list(words)
    while left:
        question = [left.pop(0)]
        while left and left[0].lower() in CLAUSES and len(question[0].split()) == 1:
            question += [shlex.quote(word) for word in left[:2]]
            left = left[2:]
        out.append(" ".join(question))
    return tuple(out)


def parse(text: str, zones: Zones) -> Query:
    """Read a question; raises `UsageError` with the words that can stand there."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(
            phrase("cannot read the question: {error}", error=quoted(error)), hint=HINT
        ) from error
    if not words:
        raise UsageError(phrase("the question is empty"), hint=HINT)
    parser = _Parser(zones)
    wanted = service(words[0])
    rest = words[1:]
    if len(rest) % 2:
        raise UsageError(phrase("a word is missing after {rest}", rest=repr(rest[-1])), hint=HINT)
    for word, value in zip(rest[::2], rest[1::2], strict=True):
        parser.clause(word, value)
    if "state" not in parser.seen:
        parser.parts.append(NEW)
    if not parser.outbound and "in" not in parser.seen:
        # The host's own loopback is never "from somewhere".
        parser.parts.append(Not(Named("iif", LOOPBACK)))
    if parser.outbound and "out" not in parser.seen:
        parser.parts.append(Not(Named("oif", LOOPBACK)))
    if not parser.families:
        raise UsageError(phrase("the question mixes IPv4 and IPv6"), hint=HINT)
    if parser.outbound and {"in"} & parser.seen:
        raise UsageError(phrase("what the host sends comes in nowhere"), hint=HINT)
    return Query(
        text=text,
        match=all_of(wanted, *parser.parts),
        families=parser.families,
        outbound=parser.outbound,
        anyhow=parser.anyhow and "in" not in parser.seen,
        meaning=meaning(words[0]),
    )
