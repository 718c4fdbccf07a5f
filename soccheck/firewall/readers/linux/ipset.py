"""`ipset save` to matches; a set's members as they were when it was saved."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from soccheck.errors import ReadError
from soccheck.firewall.model import (
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
from soccheck.firewall.readers.base import Text
from soccheck.firewall.spans import Spans, address, complement, union


@dataclass(slots=True)
class IpSet:
    """One set: its kind (`hash:ip,port`), family and members with their options."""

    kind: str
    family: int
    where: Where
    netmask: int | None = None
    """The length of the networks that members stand for, where the set says so."""
    odd: str = ""
    """An option of the set that is not followed."""
    members: list[tuple[str, tuple[str, ...], Where]] = field(default_factory=list)


def detect(content: str) -> bool:
    """Tell whether a text is the output of `ipset save`."""
    return content.lstrip().startswith("create ") and ":" in content.split("\n", 1)[0]


def read(text: Text) -> dict[str, IpSet]:
    """Read the sets; raises `ReadError` at a line that is neither `create` nor `add`."""
    sets: dict[str, IpSet] = {}
    for number, line in text.numbered():
        if not line.strip() or line.startswith("#"):
            continue
        where = text.at(number)
        try:
            words = shlex.split(line) if '"' in line else line.split()
        except ValueError as error:
            raise ReadError(where, f"cannot read the line: {error}") from error
        if len(words) < 3 or words[0] not in ("create", "add"):
            raise ReadError(where, "expected `create NAME TYPE` or `add NAME MEMBER`")
        if words[0] == "create":
            if words[1] in sets:
                raise ReadError(where, f"the set {words[1]!r} is created twice")
            sets[words[1]] = _created(words, where)
        elif words[1] not in sets:
            raise ReadError(where, f"the set {words[1]!r} was not created")
        else:
            sets[words[1]].members.append((words[2], tuple(words[3:]), where))
    return sets


QUIET = ("hashsize", "maxelem", "bucketsize", "initval", "timeout", "size", "range")
"""Options with a value that do not change what a set holds (ipset(8))."""
BARE = ("counters", "comment", "skbinfo", "forceadd")


def _created(words: Sequence[str], where: Where) -> IpSet:
    """Read the options of `create`; one that is not known leaves the set unknown."""
    found = IpSet(words[2], 4, where)
    left = list(words[3:])
    while left:
        word = left.pop(0)
        if word == "family" and left:
            found.family = 6 if left.pop(0) == "inet6" else 4
        elif word == "netmask" and left and left[0].isdigit():
            found.netmask = int(left.pop(0))
        elif word in QUIET and left:
            left.pop(0)
        elif word not in BARE:
            found.odd = " ".join([word, *left])
            left = []
    return found


def match(sets: Mapping[str, IpSet], name: str, flags: Sequence[str], depth: int = 0) -> Expr:
    """Return the match `--match-set NAME flags`; a set that was not given is unknown."""
    found = sets.get(name)
    if found is None:
        return Unknown(f"the content of ipset {name} is not given")
    if found.odd:
        return Unknown(f"ipset {name} with {found.odd}")
    if found.kind == "list:set":
        if depth > 1:
            return Unknown(f"ipset {name} nests too deep")
        return some_of(*(match(sets, m, flags, depth + 1) for m, _, _ in found.members))
    kinds = found.kind.partition(":")[2].split(",")
    if len(flags) < len(kinds) or not set(kinds) <= {"ip", "net", "port", "iface"}:
        return Unknown(f"ipset {name} of type {found.kind} with {','.join(flags)}")
    fading = [m for m in found.members if "timeout" in m[1]]
    steady = [m for m in found.members if "timeout" not in m[1]]
    parts: list[Expr] = []
    if len(kinds) == 1 and kinds[0] in ("ip", "net"):
        parts.append(In(flags[0], _nested(found, steady), found.family))
    else:
        if any("nomatch" in options for _, options, _ in steady):
            return Unknown(f"ipset {name} with nomatch members of type {found.kind}")
        parts += [_member(found, kinds, flags, m) for m in steady]
    for member in fading:
        exact = _member(found, kinds, flags, member)
        parts.append(all_of(exact, Unknown(f"a member of ipset {name} with a timeout")))
    return some_of(*parts)


def _nested(found: IpSet, members: Sequence[tuple[str, tuple[str, ...], Where]]) -> Spans:
    """Return the addresses; of nested members the narrower decides, as `nomatch` wants."""
    if not any("nomatch" in options for _, options, _ in members):
        return union(s for text, _, where in members for s in _address(found, text, where))
    top = span_all(found.family)[0][1]
    out: Spans = ()
    sized = [(_address(found, text, where), options) for text, options, where in members]
    for spans, options in sorted(sized, key=lambda m: m[0][0][0] - m[0][0][1]):
        if "nomatch" in options:
            out = complement(union((*complement(out, top), *spans)), top)
        else:
            out = union((*out, *spans))
    return out


def _address(found: IpSet, text: str, where: Where) -> Spans:
    wide = f"{text}/{found.netmask}" if found.netmask is not None and "/" not in text else text
    try:
        family, spans = address(wide)
    except ValueError as error:
        raise ReadError(where, f"not an address: {text!r}") from error
    if family != found.family:
        raise ReadError(where, f"{text} is not of the family of its set")
    return spans


def _member(
    found: IpSet,
    kinds: Sequence[str],
    flags: Sequence[str],
    member: tuple[str, tuple[str, ...], Where],
) -> Expr:
    text, _, where = member
    values = text.split(",")
    if len(values) != len(kinds):
        raise ReadError(where, f"{text!r} is no member of a set of type {found.kind}")
    parts: list[Expr] = []
    for kind, flag, value in zip(kinds, flags, values, strict=False):
        if kind in ("ip", "net"):
            parts.append(In(flag, _address(found, value, where), found.family))
        elif kind == "iface":
            name = value.removeprefix("physdev:")
            if name != value:
                parts.append(Unknown(f"physical device {name}"))
            else:
                parts.append(Named("iif" if flag == "src" else "oif", (name,)))
        else:
            parts.append(_port(value, "sport" if flag == "src" else "dport", where))
    return all_of(*parts)


def _port(value: str, name: str, where: Where) -> Expr:
    proto, colon, ports = value.partition(":")
    try:
        if not colon:
            spans = (port_range(proto),)
            return all_of(In("proto", union((p, p) for p in WITH_PORTS)), In(name, spans))
        number = protocol(proto)
        if number not in WITH_PORTS:
            return all_of(In("proto", ((number, number),)), Unknown(f"ipset member {value}"))
        return all_of(In("proto", ((number, number),)), In(name, (port_range(ports),)))
    except ValueError as error:
        raise ReadError(where, f"not a port: {value!r}") from error


def negated(expr: Expr, negate: bool) -> Expr:
    """Return the expression or its opposite."""
    return Not(expr) if negate else expr
