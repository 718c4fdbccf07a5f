"""`ipset save` to matches; a set's members as they were when it was saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from soccheck.errors import ReadError, quoted
from soccheck.firewall.model import (
    TCP,
    UDP,
    WITH_PORTS,
    Expr,
    In,
    Named,
    Not,
    Unknown,
    Where,
    all_of,
    some_of,
    span_all,
)
from soccheck.firewall.names import port_range, protocol
from soccheck.firewall.readers.base import Text, readable
from soccheck.firewall.readers.ledger import Ledger, Statement
from soccheck.firewall.readers.linux.quoting import words_of
from soccheck.firewall.readers.unread import together
from soccheck.firewall.spans import Spans, address, complement, union
from soccheck.phrase import Phrase, phrase

NOTHING = Phrase("")
KINDS = tuple(
    f"{method}:{types}"
    for method, kinds in (
        (
            "hash",
            "ip net ip,port net,port ip,port,ip ip,port,net net,port,net net,net net,iface ip,ip",
        ),
        ("bitmap", "ip port"),
        ("list", "set"),
    )
    for types in kinds.split()
)
"""Types of sets whose members the model has words for (ipset(8))."""
OF_PORTS = {"hash": WITH_PORTS, "bitmap": (TCP, UDP)}
"""Protocols whose ports a set looks at: a bitmap at those of TCP and UDP alone (ip_set_get_ip_port)."""


@dataclass(slots=True)
class Member:
    """One member of a set, as it is written, and its options."""

    text: str
    where: Where
    fades: bool = False
    """True where it has a timeout."""
    excepted: bool = False
    """True for `nomatch`."""
    wild: bool = False
    """True where its interface is the beginning of names."""
    odd: Phrase = NOTHING
    """Options that are not followed."""


@dataclass(slots=True)
class IpSet:
    """One set: its kind (`hash:ip,port`), family and members with their options."""

    kind: str
    family: int
    where: Where
    netmask: int | None = None
    """The length of the networks that members stand for, where the set says so."""
    odd: Phrase = NOTHING
    """An option of the set that is not followed."""
    members: list[Member] = field(default_factory=list)


def detect(content: str) -> bool:
    """Tell whether a text is the output of `ipset save`."""
    return content.lstrip().startswith("create ") and ":" in content.split("\n", 1)[0]


def read(text: Text, ledger: Ledger) -> dict[str, IpSet]:
    """Read the sets; raises `ReadError` at a line that is neither `create` nor `add`."""
    sets: dict[str, IpSet] = {}
    for number, line in text.numbered():
        if not line.strip() or line.startswith("#"):
            continue
        where = text.at(number)
        try:
            words = words_of(line)
        except ValueError as error:
            raise ReadError(
                where, phrase("cannot read the line: {error}", error=quoted(error))
            ) from error
        if len(words) < 3 or words[0] not in ("create", "add"):
            raise ReadError(where, phrase("expected `create NAME TYPE` or `add NAME MEMBER`"))
        if words[0] == "create":
            if words[1] in sets:
                raise ReadError(
                    where, phrase("the set {words} is created twice", words=repr(words[1]))
                )
            with readable(where, line):
                sets[words[1]] = _created(ledger.statement("ipset create", where, line, words[2:]))
        elif words[1] not in sets:
            raise ReadError(where, phrase("the set {words} was not created", words=repr(words[1])))
        else:
            with readable(where, line):
                sets[words[1]].members.append(_added(ledger, where, line, words[2:]))
    return sets


def _created(entry: Statement) -> IpSet:
    """Read the options of `create`; one that is not known leaves the set unknown."""
    found = IpSet(entry.take(), 4, entry.where)
    if found.kind not in KINDS or not entry.asked(found.kind):
        entry.doubts.append(phrase("a set of type {kind}", kind=found.kind))
    while entry:
        option = entry.peek()
        if option == "family" and entry.asked(option):
            entry.take()
            found.family = 6 if entry.take() == "inet6" else 4
        elif option == "netmask" and entry.peek(1).isdecimal() and entry.asked(option):
            entry.take()
            found.netmask = int(entry.take())
        elif not _passed(entry, option):
            break
    found.odd = together(entry.ledger.noted(entry))
    return found


def _added(ledger: Ledger, where: Where, line: str, words: Sequence[str]) -> Member:
    """Read a member and its options; one that is not known leaves it open whether it is one."""
    found = Member(words[0], where)
    if len(words) == 1:
        return found
    entry = ledger.statement("ipset add", where, line, words[1:])
    while entry:
        option = entry.peek()
        if option == "timeout" and entry.asked(option):
            entry.take()
            found.fades = entry.take() != "0"  # 0 is for ever
        elif option == "nomatch" and entry.asked(option):
            entry.take()
            found.excepted = True
        elif option == "wildcard" and entry.asked(option):
            entry.take()
            found.wild = True
        elif not _passed(entry, option):
            break
    found.odd = together(ledger.noted(entry))
    return found


def _passed(entry: Statement, option: str) -> bool:
    """Pass over an option that changes nothing, with its value if it has one."""
    bare, valued = (entry.ledger.is_harmless(f"{entry.section} {k}", option) for k in ("0", "1"))
    if not bare and not valued:
        return False
    entry.take()
    if valued and entry:
        entry.take()
    return True


def match(sets: Mapping[str, IpSet], name: str, flags: Sequence[str], depth: int = 0) -> Expr:
    """Return the match `--match-set NAME flags`; a set that was not given is unknown."""
    found = sets.get(name)
    if found is None:
        return Unknown(phrase("the content of ipset {name} is not given", name=name))
    kinds = found.kind.partition(":")[2].split(",")
    nested = found.kind == "list:set"
    unsure = _unsure(found, name)
    if unsure is None and (depth > 1 or (not nested and len(flags) < len(kinds))):
        unsure = phrase(
            "ipset {name} of type {kind} with {flags}",
            name=name,
            kind=found.kind,
            flags=",".join(flags),
        )
    if unsure is not None:
        return Unknown(unsure)
    sure = [m for m in found.members if not m.fades]
    parts: list[Expr] = []
    if kinds in (["ip"], ["net"]):
        parts.append(In(flags[0], _narrowest(found, sure), found.family))
    for member in found.members:
        if kinds in (["ip"], ["net"]) and not member.fades:
            continue
        exact = (
            match(sets, member.text, flags, depth + 1)
            if nested
            else _member(found, kinds, flags, member)
        )
        fading = Unknown(phrase("a member of ipset {name} with a timeout", name=name))
        parts.append(all_of(exact, fading) if member.fades else exact)
    return some_of(*parts)


def _unsure(found: IpSet, name: str) -> Phrase | None:
    """Return what of a set cannot be told; nothing where all of it can."""
    if found.odd:
        return phrase("ipset {name} with {odd}", name=name, odd=found.odd)
    odd = next((m for m in found.members if m.odd or (m.excepted and m.fades)), None)
    if odd is not None:
        return phrase(
            "ipset {name} with a member {member} {odd}",
            name=name,
            member=odd.text,
            odd=odd.odd or phrase("that fades"),
        )
    plain = found.kind.partition(":")[2] in ("ip", "net")
    if not plain and any(m.excepted for m in found.members):
        return phrase(
            "ipset {name} with nomatch members of type {kind}", name=name, kind=found.kind
        )
    return None


def _narrowest(found: IpSet, members: Sequence[Member]) -> Spans:
    """Return the addresses; of nested members the narrower decides, as `nomatch` wants."""
    if not any(m.excepted for m in members):
        return union(s for m in members for s in _address(found, m.text, m.where))
    top = span_all(found.family)[0][1]
    out: Spans = ()
    sized = [(_address(found, m.text, m.where), m.excepted) for m in members]
    for spans, excepted in sorted(sized, key=lambda m: m[0][0][0] - m[0][0][1]):
        kept = union((*out, *spans))
        out = complement(union((*complement(out, top), *spans)), top) if excepted else kept
    return out


def _address(found: IpSet, text: str, where: Where) -> Spans:
    wide = f"{text}/{found.netmask}" if found.netmask is not None and "/" not in text else text
    try:
        family, spans = address(wide)
    except ValueError as error:
        raise ReadError(where, phrase("not an address: {text}", text=repr(text))) from error
    if family != found.family:
        raise ReadError(where, phrase("{text} is not of the family of its set", text=text))
    return spans


def _member(found: IpSet, kinds: Sequence[str], flags: Sequence[str], member: Member) -> Expr:
    values = member.text.split(",")
    if len(values) != len(kinds):
        raise ReadError(
            member.where,
            phrase(
                "{text} is no member of a set of type {kind}",
                text=repr(member.text),
                kind=found.kind,
            ),
        )
    parts: list[Expr] = []
    for kind, flag, value in zip(kinds, flags, values, strict=False):
        if kind in ("ip", "net"):
            parts.append(In(flag, _address(found, value, member.where), found.family))
        elif kind == "iface":
            name = value.removeprefix("physdev:")
            if name != value:
                parts.append(Unknown(phrase("physical device {name}", name=name)))
            else:
                wild = f"{name}*" if member.wild else name
                parts.append(Named("iif" if flag == "src" else "oif", (wild,)))
        else:
            protocols = OF_PORTS[found.kind.partition(":")[0]]
            name = "sport" if flag == "src" else "dport"
            parts.append(_port(value, name, protocols, member.where))
    return all_of(*parts)


def _port(value: str, name: str, protocols: Sequence[int], where: Where) -> Expr:
    proto, colon, ports = value.partition(":")
    try:
        if not colon:
            spans = (port_range(proto),)
            return all_of(In("proto", union((p, p) for p in protocols)), In(name, spans))
        number = protocol(proto)
        if number not in WITH_PORTS:
            return all_of(
                In("proto", ((number, number),)),
                Unknown(phrase("ipset member {member}", member=value)),
            )
        return all_of(In("proto", ((number, number),)), In(name, (port_range(ports),)))
    except ValueError as error:
        raise ReadError(where, phrase("not a port: {value}", value=repr(value))) from error


def negated(expr: Expr, negate: bool) -> Expr:
    """Return the expression or its opposite."""
    return Not(expr) if negate else expr
