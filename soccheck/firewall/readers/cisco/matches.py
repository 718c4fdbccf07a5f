"""The parts of a Cisco rule as matches: addresses, ports, protocols, ICMP types.

Sources: Cisco ASA Series Command Reference (access-list extended, object, object-group); Cisco IOS
Security Command Reference (ip access-list, ipv6 access-list). ASA writes netmasks, IOS wildcard
masks; on ASA 9 `any` is both families, in an IOS list it is the family of the list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from soccheck.firewall.model import (
    ANY,
    ICMP,
    ICMPV6,
    NEVER,
    PORTS,
    TCP,
    UDP,
    Expr,
    In,
    Unknown,
    all_of,
    some_of,
)
from soccheck.firewall.names import ICMP4, ICMP6, icmp, number
from soccheck.firewall.readers.base import of_family
from soccheck.firewall.readers.cisco.names import (
    ASA_ICMP,
    ASA_PORTS,
    ASA_PROTOCOLS,
    IOS_PORTS,
    IOS_PROTOCOLS,
    named,
)
from soccheck.firewall.readers.ledger import Statement
from soccheck.firewall.readers.objects import Objects, moved, turned
from soccheck.firewall.spans import address, complement, span, wildcard
from soccheck.phrase import echo, phrase

ND = {"nd-na": 136, "nd-ns": 135, "router-advertisement": 134, "router-solicitation": 133}
IDENTITIES = (
    "object-group-security", "security-group", "user", "user-group", "object-group-user",
    "object-group-network-service",
)  # fmt: skip
"""What narrows a side by who speaks, beside the address that follows it."""


@dataclass(slots=True)
class Dialect:
    """What differs between the two: masks, families, names and the objects in scope."""

    asa: bool
    addresses: Objects = field(default_factory=lambda: Objects(phrase("network object")))
    services: Objects = field(default_factory=lambda: Objects(phrase("service object")))
    ports: Objects = field(default_factory=lambda: Objects(phrase("port object")))
    protocols: Objects = field(default_factory=lambda: Objects(phrase("protocol object")))
    icmp_types: Objects = field(default_factory=lambda: Objects(phrase("icmp object")))
    interface: Callable[[str], Expr] = lambda name: Unknown(
        phrase("address of interface {name}", name=name)
    )
    names: dict[str, str] = field(default_factory=dict)

    @property
    def objects(self) -> tuple[Objects, ...]:
        """Return every name space."""
        return (self.addresses, self.services, self.ports, self.protocols, self.icmp_types)

    def port(self, text: str) -> int:
        """Read a port; raises `ValueError`."""
        return named(text, self.port_names, PORTS)

    @property
    def port_names(self) -> Mapping[str, int]:
        """Return the names of ports."""
        return ASA_PORTS if self.asa else IOS_PORTS

    def protocol(self, text: str) -> int:
        """Read a protocol; raises `ValueError`."""
        return named(text, ASA_PROTOCOLS if self.asa else IOS_PROTOCOLS, 255)


def side(words: Statement, dialect: Dialect, name: str, family: int) -> Expr:
    """Read one address of an entry; raises `ValueError`."""
    word = words.take()
    if word == "any":
        return of_family(family) if family else ANY
    if word in ("any4", "any6"):
        return of_family(int(word[3]))
    if word == "host":
        text = words.take()
        return _literal(dialect.names.get(text, text), text, name)
    if word in ("object", "object-group", "addrgroup"):
        return turned(dialect.addresses.find(words.take(), words.where), name)
    if word == "interface":
        return turned(dialect.interface(words.take()), name)
    if word in IDENTITIES:
        who = words.take()
        if word == "security-group":
            who = f"{who} {words.take()}"
        return all_of(Unknown(echo(f"{word} {who}")), side(words, dialect, name, family))
    word = dialect.names.get(word, word)
    if ":" in word or "/" in word:
        return _literal(word, word, name)
    mask = words.take()
    if dialect.asa:
        return _literal(f"{word}/{mask}", word, name)
    return In(name, wildcard(word, mask), 4)


def _literal(text: str, shown: str, name: str) -> Expr:
    try:
        family, spans = address(text)
    except ValueError as error:
        raise ValueError(phrase("not an address: {shown}", shown=repr(shown))) from error
    return In(name, spans, family)


def ports(words: Statement, dialect: Dialect, name: str) -> Expr:
    """Read the ports of one side, if there are any; raises `ValueError`."""
    word = words.peek()
    if word == "eq":
        words.take()
        found = [dialect.port(words.take())]
        # IOS takes up to ten ports after `eq`.
        while not dialect.asa and _is_port(words.peek(), dialect):
            found.append(dialect.port(words.take()))
        return some_of(*(In(name, span(p)) for p in found))
    if word == "neq":
        words.take()
        return In(name, complement(span(dialect.port(words.take())), PORTS))
    if word == "lt":
        words.take()
        high = dialect.port(words.take())
        return In(name, span(0, high - 1)) if high else NEVER
    if word == "gt":
        words.take()
        low = dialect.port(words.take())
        return In(name, span(low + 1, PORTS)) if low < PORTS else NEVER
    if word == "range":
        words.take()
        return In(name, span(dialect.port(words.take()), dialect.port(words.take())))
    group = words.peek(1)
    known = group in dialect.ports.leaves or group in dialect.ports.groups
    if word == "object-group" and known:
        words.take()
        return moved(dialect.ports.find(words.take(), words.where), name)
    return ANY


def _is_port(word: str, dialect: Dialect) -> bool:
    return word.isdecimal() or word in dialect.port_names


def icmp_type(words: Statement, dialect: Dialect, family: int) -> Expr:
    """Read an ICMP type and code, if there is one; raises `ValueError`."""
    word = words.peek()
    if word == "object-group":
        words.take()
        # The names in a group are those of ICMP for IPv4.
        found = dialect.icmp_types.find(words.take(), words.where)
        return found if family == 4 else Unknown(phrase("a group of ICMP types over IPv6"))
    table = ICMP4 if family == 4 else ICMP6
    if family == 6 and word in ND:
        return In("itype", span(ND[words.take()]))
    if dialect.asa and family == 4 and word in ASA_ICMP:
        words.take()
        return _coded(ASA_ICMP[word], words)
    if word.isdecimal():
        return _coded(number(words.take(), 255), words)
    if word in table:
        kind, code = icmp(words.take(), family)
        typed: Expr = In("itype", span(kind))
        return typed if code is None else all_of(typed, In("icode", span(code)))
    return ANY


def _coded(kind: int, words: Statement) -> Expr:
    found: Expr = In("itype", span(kind))
    if words.peek().isdecimal():
        return all_of(found, In("icode", span(number(words.take(), 255))))
    return found


def protocols(text: str, dialect: Dialect) -> Expr:
    """Read the protocols of a service object; raises `ValueError`."""
    if text in ("ip", ""):
        return ANY
    if text == "tcp-udp":
        return In("proto", ((TCP, TCP), (UDP, UDP)))
    return In("proto", span(dialect.protocol(text)))


def service(words: Statement, dialect: Dialect) -> Expr:
    """Read `tcp source eq 1 destination range 2 3`, `tcp eq 80`, `icmp echo`; raises `ValueError`."""
    name = words.take()
    parts = [protocols(name, dialect)]
    while words:
        word, at = words.peek(), words.at
        if word in ("source", "destination"):
            words.take()
            parts.append(ports(words, dialect, "sport" if word == "source" else "dport"))
        elif name in ("icmp", "icmp6"):
            parts.append(icmp_type(words, dialect, 6 if name == "icmp6" else 4))
        else:
            parts.append(ports(words, dialect, "dport"))
        if words.at == at:
            raise ValueError(phrase("cannot read the service at {word}", word=repr(word)))
    return all_of(*parts)


def is_icmp(proto: int) -> bool:
    """Tell whether a protocol has ICMP types."""
    return proto in (ICMP, ICMPV6)
