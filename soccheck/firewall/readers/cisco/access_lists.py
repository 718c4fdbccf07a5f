"""Access-list entries and objects of Cisco ASA and IOS / IOS-XE.

Sources: Cisco ASA Series Command Reference (access-list extended, object, object-group); Cisco IOS
Security Command Reference (ip access-list, ipv6 access-list). ASA writes netmasks, IOS wildcard
masks; on ASA 9 `any` is both families, in an IOS list it is the family of the list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from soccheck.errors import ReadError
from soccheck.firewall.model import (
    ANY,
    ICMP,
    ICMPV6,
    NEVER,
    TCP,
    UDP,
    Action,
    Expr,
    In,
    Rule,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.names import ICMP4, ICMP6, icmp, number, port, protocol
from soccheck.firewall.readers.base import of_family
from soccheck.firewall.readers.objects import Objects, moved, turned
from soccheck.firewall.spans import address, complement, masked, span, wildcard

FLAGS = {"ack": 16, "fin": 1, "psh": 8, "rst": 4, "syn": 2, "urg": 32}
ND = {"nd-na": 136, "nd-ns": 135, "router-advertisement": 134, "router-solicitation": 133}
SAY_NOTHING = {
    "log-input",
    "disable",
    "default",
    "informational",
    "warnings",
    "debugging",
    "notifications",
    "errors",
    "critical",
    "alerts",
    "emergencies",
}


@dataclass(slots=True)
class Dialect:
    """What differs between the two: masks, families and the objects in scope."""

    asa: bool
    addresses: Objects = field(default_factory=lambda: Objects("network object"))
    services: Objects = field(default_factory=lambda: Objects("service object"))
    ports: Objects = field(default_factory=lambda: Objects("port object"))
    protocols: Objects = field(default_factory=lambda: Objects("protocol object"))
    icmp_types: Objects = field(default_factory=lambda: Objects("icmp object"))
    interface: Callable[[str], Expr] = lambda name: Unknown(f"address of interface {name}")
    names: dict[str, str] = field(default_factory=dict)


class Words:
    """The words of one entry, taken from the front."""

    def __init__(self, words: Sequence[str], where: Where) -> None:
        self.words = list(words)
        self.where = where

    def __bool__(self) -> bool:
        return bool(self.words)

    def peek(self) -> str:
        """Return the next word, or ''."""
        return self.words[0] if self.words else ""

    def take(self) -> str:
        """Return the next word and drop it; raises `ReadError` at the end."""
        if not self.words:
            raise ReadError(self.where, "the line ends too early")
        return self.words.pop(0)


def entry(words: Words, dialect: Dialect, family: int, text: str) -> Rule | None:
    """Read an entry from `permit` or `deny` on; None when it is inactive."""
    verb = words.take()
    if verb not in ("permit", "deny"):
        raise ReadError(words.where, f"expected permit or deny, not {verb!r}")
    try:
        match, log, active = _entry(words, dialect, family)
    except ValueError as error:
        raise ReadError(words.where, f"{error}") from error
    if not active:
        return None
    action = Action.ACCEPT if verb == "permit" else Action.DROP
    return Rule(match=match, action=action, where=words.where, text=text, family=family, log=log)


def _entry(words: Words, dialect: Dialect, family: int) -> tuple[Expr, bool, bool]:
    proto, service = _protocol(words, dialect, family)
    parts: list[Expr] = [service]
    if family:
        parts.append(of_family(family))
    ported = proto in (TCP, UDP, 132, -1)
    parts.append(side(words, dialect, "src", family))
    if ported:
        parts.append(_ports(words, dialect, "sport"))
    parts.append(side(words, dialect, "dst", family))
    if ported:
        parts.append(_ports(words, dialect, "dport"))
    if proto in (ICMP, ICMPV6):
        parts.append(_icmp(words, dialect, 6 if proto == ICMPV6 else 4))
    more, log, active = _options(words, proto)
    return all_of(*parts, *more), log, active


def _protocol(words: Words, dialect: Dialect, family: int) -> tuple[int, Expr]:
    """Return the protocol (-1: of an object) and its match."""
    name = words.take()
    if name in ("object-group", "object"):
        group = words.take()
        for objects in (dialect.services, dialect.protocols):
            if group in objects.leaves or group in objects.groups:
                return -1, objects.find(group, words.where)
        return -1, dialect.services.find(group, words.where)
    if name in ("ip", "ipv6"):
        return 0, ANY
    if name == "tcp-udp":
        return -1, In("proto", ((TCP, TCP), (UDP, UDP)))
    if name == "icmp" and family == 6:
        name = "icmp6"
    value = protocol(name)
    return value, In("proto", span(value))


def side(words: Words, dialect: Dialect, name: str, family: int) -> Expr:
    """Read one address of an entry."""
    word = words.take()
    if word == "any":
        return of_family(family) if family else ANY
    if word in ("any4", "any6"):
        return of_family(int(word[3]))
    if word == "host":
        return _literal(dialect.names.get(words.peek(), words.peek()), words.take(), name)
    if word in ("object", "object-group", "addrgroup"):
        return turned(dialect.addresses.find(words.take(), words.where), name)
    if word == "interface":
        return turned(dialect.interface(words.take()), name)
    if word in (
        "object-group-security",
        "security-group",
        "user",
        "user-group",
        "object-group-user",
    ):
        return all_of(Unknown(f"{word} {words.take()}"), side(words, dialect, name, family))
    word = dialect.names.get(word, word)
    if ":" in word:
        return _literal(word, word, name)
    if "/" in word:
        return _literal(word, word, name)
    mask = words.take()
    if dialect.asa:
        return _literal(f"{word}/{mask}", word, name)
    return In(name, wildcard(word, mask), 4)


def _literal(text: str, shown: str, name: str) -> Expr:
    try:
        family, spans = address(text)
    except ValueError as error:
        raise ValueError(f"not an address: {shown!r}") from error
    return In(name, spans, family)


def _ports(words: Words, dialect: Dialect, name: str) -> Expr:
    word = words.peek()
    if word == "eq":
        words.take()
        found = [port(words.take())]
        while not dialect.asa and words and _is_port(words.peek()):
            found.append(port(words.take()))
        return some_of(*(In(name, span(p)) for p in found))
    if word == "neq":
        words.take()
        return In(name, complement(span(port(words.take())), 65535))
    if word == "lt":
        words.take()
        high = port(words.take())
        return In(name, span(0, high - 1)) if high else NEVER
    if word == "gt":
        words.take()
        low = port(words.take())
        return In(name, span(low + 1, 65535)) if low < 65535 else NEVER
    if word == "range":
        words.take()
        return In(name, span(port(words.take()), port(words.take())))
    if word == "object-group" and len(words.words) > 1:
        group = words.words[1]
        if group in dialect.ports.leaves or group in dialect.ports.groups:
            words.take()
            return moved(dialect.ports.find(words.take(), words.where), name)
    return ANY


def _is_port(word: str) -> bool:
    try:
        port(word)
    except ValueError:
        return False
    return True


def _icmp(words: Words, dialect: Dialect, family: int) -> Expr:
    word = words.peek()
    if word == "object-group":
        words.take()
        return dialect.icmp_types.find(words.take(), words.where)
    table = ICMP4 if family == 4 else ICMP6
    if word in ND:
        return In("itype", span(ND[words.take()]))
    if word in table or word.isdigit():
        kind, code = icmp(words.take(), family)
        if code is None and words.peek().isdigit():
            code = number(words.take(), 255)
        found: Expr = In("itype", span(kind))
        return found if code is None else all_of(found, In("icode", span(code)))
    return ANY


def _options(words: Words, proto: int) -> tuple[list[Expr], bool, bool]:
    out: list[Expr] = []
    flags: list[Expr] = []
    log, active = False, True
    while words:
        word = words.take()
        if word in ("log", "log-input"):
            log = words.peek() != "disable"
            while words.peek() in SAY_NOTHING or words.peek().isdigit():
                words.take()
            if words.peek() == "interval":
                words.take(), words.take()
        elif word == "inactive":
            active = False
        elif word == "established":
            out.append(In("flags", complement(masked(20, 0), 255)))
        elif word in FLAGS and proto == TCP:
            flags.append(In("flags", masked(FLAGS[word], FLAGS[word])))
        elif word == "fragments":
            out.append(In("frag", span(2)))
        elif word in (
            "time-range",
            "reflect",
            "evaluate",
            "dscp",
            "precedence",
            "tos",
            "ttl",
            "option",
            "match-any",
            "match-all",
            "flow-label",
            "routing-type",
        ):
            out.append(Unknown(" ".join([word, *words.words])))
            words.words.clear()
        elif word in ND:
            out.append(all_of(In("proto", span(ICMPV6)), In("itype", span(ND[word]))))
        elif word in ("sequence",):
            words.take()
        elif word.startswith("("):
            words.words.clear()  # hit counts of `show access-list`
        else:
            raise ReadError(words.where, f"an option soccheck does not know: {word!r}")
    return [*out, *([some_of(*flags)] if flags else [])], log, active


class Groups:
    """Reads object and object-group blocks line by line."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.members: dict[tuple[str, str], list[str]] = {}

    def open(self, kind: str, name: str, where: Where) -> Objects:
        """Begin a group; a group goes on where it is named again."""
        objects = {
            "network": self.dialect.addresses,
            "service": self.dialect.services,
            "port": self.dialect.ports,
            "protocol": self.dialect.protocols,
            "icmp-type": self.dialect.icmp_types,
        }.get(kind)
        if objects is None:
            raise ReadError(where, f"object-group of a kind soccheck does not know: {kind}")
        if name not in objects.groups:
            objects.groups[name] = (where, [])
        return objects

    def add(self, objects: Objects, name: str, expr: Expr, where: Where) -> None:
        """Add a literal member."""
        _, members = objects.groups[name]
        leaf = f"{name}\0{len(members)}"
        objects.leaves[leaf] = expr
        objects.groups[name] = (where, [*members, leaf])

    def refer(self, objects: Objects, name: str, other: str) -> None:
        """Add a named member."""
        where, members = objects.groups[name]
        objects.groups[name] = (where, [*members, other])

    def line(self, kind: str, name: str, protos: str, words: Words) -> None:
        """Read one line inside an object-group; raises `ReadError`."""
        objects = self.open(kind, name, words.where)
        word = words.take()
        try:
            if word == "description":
                return
            if word == "group-object":
                self.refer(objects, name, words.take())
            elif kind == "network":
                self._network(objects, name, word, words)
            elif kind == "port":
                if word != "port-object":
                    raise ReadError(words.where, f"expected port-object, not {word!r}")
                expr = all_of(_protos(protos), _ports(words, self.dialect, "dport"))
                self.add(objects, name, expr, words.where)
            elif kind == "protocol":
                found = words.take()
                value = ANY if found == "ip" else In("proto", span(protocol(found)))
                self.add(objects, name, value, words.where)
            elif kind == "icmp-type":
                kind_, code = icmp(words.take(), 4)
                parts = [In("itype", span(kind_))] + ([In("icode", span(code))] if code else [])
                self.add(objects, name, all_of(*parts), words.where)
            else:
                self._service(objects, name, word, words)
        except ValueError as error:
            raise ReadError(words.where, str(error)) from error

    def _network(self, objects: Objects, name: str, word: str, words: Words) -> None:
        if word == "network-object":
            if words.peek() == "object":
                words.take()
                self.refer(objects, name, words.take())
                return
        else:
            words.words.insert(0, word)
            if words.peek() == "range":
                words.take()
                expr: Expr = _literal(f"{words.take()}-{words.take()}", name, "src")
                self.add(objects, name, expr, words.where)
                return
            # An IOS group writes netmasks, unlike an IOS access list.
        masks = Dialect(asa=True, names=self.dialect.names)
        self.add(objects, name, side(words, masks, "src", 0), words.where)

    def _service(self, objects: Objects, name: str, word: str, words: Words) -> None:
        if word == "service-object":
            word = words.take()
        if word == "object":
            self.refer(objects, name, words.take())
            return
        self.add(
            objects,
            name,
            service(Words([word, *words.words], words.where), self.dialect),
            words.where,
        )


def service(words: Words, dialect: Dialect) -> Expr:
    """Read `tcp source eq 1 destination range 2 3`, `tcp eq 80`, `icmp echo`."""
    name = words.take()
    parts = [_protos(name)]
    while words:
        word = words.peek()
        if word == "source":
            words.take()
            parts.append(_ports(words, dialect, "sport"))
        elif word == "destination":
            words.take()
            parts.append(_ports(words, dialect, "dport"))
        elif name in ("icmp", "icmp6"):
            found = _icmp(words, dialect, 6 if name == "icmp6" else 4)
            if found == ANY:
                raise ReadError(words.where, f"not an ICMP type: {word!r}")
            parts.append(found)
        else:
            before = len(words.words)
            parts.append(_ports(words, dialect, "dport"))
            if len(words.words) == before:
                raise ReadError(words.where, f"cannot read the service at {word!r}")
    return all_of(*parts)


def _protos(text: str) -> Expr:
    if text in ("ip", ""):
        return ANY
    if text == "tcp-udp":
        return In("proto", ((TCP, TCP), (UDP, UDP)))
    return In("proto", span(protocol(text)))
