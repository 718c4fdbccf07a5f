"""The one rule model every vendor reader fills and every analysis reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from soccheck.firewall.interface import Interface
from soccheck.firewall.spans import Spans, union
from soccheck.phrase import Phrase

PORTS = 65535
TCP, UDP, SCTP, DCCP, UDPLITE, ICMP, ICMPV6 = 6, 17, 132, 33, 136, 1, 58
WITH_PORTS = (TCP, UDP, SCTP, DCCP, UDPLITE)
CT = {"new": 0, "established": 1, "related": 2, "invalid": 3, "untracked": 4}
ADDRTYPE = {"unicast": 0, "local": 1, "broadcast": 2, "multicast": 3, "anycast": 4}
TCP_FLAGS = {"fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32, "ecn": 64, "cwr": 128}

FIELDS: Mapping[str, int] = {
    "proto": 255,
    "ct": 4,
    "dst": -1,
    "src": -1,
    "dport": PORTS,
    "sport": PORTS,
    "flags": 255,
    "itype": 255,
    "icode": 255,
    "dtype": 4,
    "stype": 4,
    "ttl": 255,
    "frag": 2,
    "rt": 2,
    "rpath": 1,
    "fresh": 1,
    "dnat": 1,
}
"""Numeric fields and their greatest value; -1 stands for an address of the family at hand.

`dtype`/`stype` are the address types of `ADDRTYPE`. `frag`: 0 whole, 1 first, 2 later fragment.
`rt`: 0 no IPv6 routing header, 1 type 0, 2 another type. `rpath`: 1 the reverse path is right.
`fresh`: 1 for a first packet, on which no rate, counter or history match has any memory yet.
`dnat`: 1 when the destination was rewritten.
"""
NAMES = ("iif", "oif")
"""Fields whose values are interface names; the empty name is "no interface"."""
EVERY = "*"
"""Stands among the names of interfaces for all."""


LOOPBACK = ("lo", "lo0")
"""The loopback interface, as Linux and as the BSDs name it."""
OWN_LOOP: Mapping[int, Spans] = {4: ((0x7F000000, 0x7FFFFFFF),), 6: ((1, 1),)}
"""Addresses that are never on a wire: 127.0.0.0/8 (RFC 1122, 3.2.1.3) and ::1 (RFC 4291, 2.5.3)."""


def top(name: str, family: int) -> int:
    """Return the greatest value of a numeric field in a family."""
    limit = FIELDS[name]
    return limit if limit >= 0 else (1 << (32 if family == 4 else 128)) - 1


def span_all(family: int) -> Spans:
    """Return every address of a family."""
    return ((0, top("src", family)),)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Where:
    """A line of an input file."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class In:
    """A numeric field lies in a set; with a `family`, true only of packets of that family."""

    field: str
    spans: Spans
    family: int = 0


@dataclass(frozen=True, slots=True)
class Named:
    """An interface field is one of the names; a name that ends in `*` is a prefix."""

    field: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A match that cannot be modelled: it may hold or not."""

    text: Phrase


@dataclass(frozen=True, slots=True)
class Doubt(Unknown):
    """A doubt whether a rule holds at all: where it does, it narrows nothing."""


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts, always true."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds; without parts, never."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Expr


Expr: TypeAlias = In | Named | Unknown | All | Some | Not
ANY = All(())
NEVER = Some(())


def all_of(*parts: Expr) -> Expr:
    """Return the conjunction, flattened."""
    flat: list[Expr] = []
    for part in parts:
        if isinstance(part, All):
            flat.extend(part.parts)
        else:
            flat.append(part)
    return flat[0] if len(flat) == 1 else All(tuple(flat))


def some_of(*parts: Expr) -> Expr:
    """Return the disjunction; sets of one field are joined, so that long lists stay one set."""
    numbers: dict[tuple[str, int], list[tuple[int, int]]] = {}
    names: dict[str, list[str]] = {}
    rest: list[Expr] = []
    for part in parts:
        if isinstance(part, In):
            numbers.setdefault((part.field, part.family), []).extend(part.spans)
        elif isinstance(part, Named):
            names.setdefault(part.field, []).extend(part.names)
        else:
            rest.append(part)
    joined: list[Expr] = [In(f, union(s), family) for (f, family), s in numbers.items()]
    joined += [Named(f, tuple(n)) for f, n in names.items()]
    joined += rest
    return joined[0] if len(joined) == 1 else Some(tuple(joined))


class Action(StrEnum):
    """What a rule does with a packet it matches."""

    ACCEPT = "accept"
    DROP = "drop"
    REJECT = "reject"
    RETURN = "return"
    JUMP = "jump"
    GOTO = "goto"
    CONTINUE = "continue"
    REWRITE = "rewrite"
    """Rewrites the packet (`Rule.rewrite`), then acts as the rewrite says."""
    UNKNOWN = "unknown"
    """Hands the packet to something outside the model: it may be accepted, dropped or go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """New values of fields. More than one value for a field means the device picks one.

    `final` ends the base chain with accept (as DNAT does); otherwise the next rule follows.
    """

    values: Mapping[str, Spans]
    final: bool = True

    @property
    def exact(self) -> bool:
        """Tell whether each packet has one known image."""
        return all(len(s) == 1 and s[0][0] == s[0][1] for s in self.values.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: a match, an action and where it was written."""

    match: Expr
    action: Action
    where: Where
    text: Phrase | str
    """As it is written; what the reader says of it is a sentence."""
    target: str = ""
    family: int = 0
    log: bool = False
    rewrite: Rewrite | None = None
    comment: str = ""
    label: str = ""
    implicit: bool = False
    """True for what the vendor adds by itself; such rules are no subject of lint."""
    momentary: bool = False
    """True for a rule that takes what it takes by what runs or is connected just now (Windows)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """Where a chain is hooked into the packet's way; chains of one hook follow by priority."""

    hook: str
    priority: int
    policy: Action
    families: frozenset[int] = frozenset({4, 6})
    new_only: bool = False
    """True for NAT chains, which only the first packet of a connection traverses."""
    policy_log: bool = False
    decides: bool = False
    """True for a filter that stands before the routing: what its rules accept is decided (pf, IOS)."""
    doubted: bool = False
    """True for a filter that may be off, so that what it refuses proves no filter (a profile of Windows)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A list of rules; the first match decides."""

    name: str
    rules: tuple[Rule, ...]
    where: Where
    base: Base | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something a reader saw that is no rule: an undefined object, a line it left out and why."""

    kind: str
    where: Where
    text: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruleset:
    """Everything read of one firewall."""

    vendor: str
    chains: Mapping[str, Chain]
    families: frozenset[int]
    """Families the input describes; of any other nothing is known."""
    zones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    untrusted: tuple[str, ...] = ()
    """Interfaces that carry a default route, when the input shows routes."""
    perhaps_untrusted: Mapping[str, Phrase] = field(default_factory=dict)
    """Interfaces that may carry one beside those, or `EVERY`, each with why."""
    local: Mapping[int, Spans] = field(default_factory=dict)
    """The device's own addresses per family, when the input shows them."""
    anycast: bool = False
    """True where `local` holds its anycast addresses, too."""
    devices: tuple[Interface, ...] = ()
    """The interfaces a configuration lists; none where it lists none, or not as they are."""
    unlisted: Interface | None = None
    """What interfaces beside `devices` are like; nothing where there are no others."""
    notes: tuple[Note, ...] = ()
    consoles: tuple[Rule, ...] = ()
    """Where the device's own management listens (web console, SSH, ...), as far as the input shows it.

    What gets there, the chains say; one whose match holds a doubt may listen there or not.
    """
    unkept: tuple[Phrase, ...] = ()
    """Why what rules log may be kept nowhere; none where that is told."""
    incomplete: Mapping[int, tuple[Note, ...]] = field(default_factory=dict)
    """Per family, parts that may change any answer and were not given."""

    def carries(self, family: int) -> bool:
        """Tell whether packets of a family come in by any interface, as far as they are known."""
        known = [*self.devices, *([self.unlisted] if self.unlisted else [])]
        return not known or any(device.carries(family) for device in known)

    def answering(self, family: int) -> Spans:
        """Return addresses that are surely the device's own: nothing to them is sent on as it is."""
        found = self.local.get(family)
        if found is not None:
            return found
        return union(
            s for device in self.devices if device.up for s in device.addresses.get(family, ())
        )

    def called(self, name: str) -> str:
        """Return the name that rules have for an interface, of any of its names."""
        for device in self.devices:
            if name in device.names:
                return device.name
        return name

    def bases(self, hook: str, family: int) -> list[Chain]:
        """Return the chains of a hook in the order packets meet them."""
        found = [
            c
            for c in self.chains.values()
            if c.base and c.base.hook == hook and family in c.base.families
        ]
        return sorted(found, key=lambda c: c.base.priority if c.base else 0)
