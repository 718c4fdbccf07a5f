"""Rules as `pfctl -sr -sn` prints them (pf.conf(5)) to the rule model.

The first matching `quick` rule decides, else the last match: so quick rules come first in order,
then the others from the last to the first. A packet that crosses the firewall meets them twice,
`in` on the way in and `out` on the way out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from soccheck.errors import ReadError
from soccheck.firewall.model import (
    ANY,
    TCP,
    Action,
    Expr,
    In,
    Named,
    Not,
    Rewrite,
    Rule,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.names import icmp, port, protocol
from soccheck.firewall.readers.base import Text, of_family
from soccheck.firewall.readers.objects import paired, turned
from soccheck.firewall.spans import Spans, address, complement, masked, span

FLAGS = {"F": 1, "S": 2, "R": 4, "P": 8, "A": 16, "U": 32, "E": 64, "W": 128}
ICMP_NAMES = {
    "echoreq": "echo-request",
    "echorep": "echo-reply",
    "unreach": "unreachable",
    "timex": "time-exceeded",
    "toobig": "packet-too-big",
    "paramprob": "parameter-problem",
    "neighbrsol": "neighbor-solicitation",
    "neighbradv": "neighbor-advertisement",
    "routersol": "router-solicitation",
    "routeradv": "router-advertisement",
    "squench": "source-quench",
    "redir": "redirect",
    "groupqry": "membership-query",
}
END = re.compile(
    r" (?:keep state|modulate state|synproxy state|no state|label|ridentifier|tag|queue|"
    r"dnpipe|dnqueue|allow-opts|probability|max-pkt-rate|set prio|sticky-address|"
    r"round-robin|static-port|source-hash|random)\b.*"
)
IGNORED = (
    "scrub",
    "set ",
    "altq",
    "pass out route-to",
    "no nat",
    "nat ",
    "nat-anchor",
    "rdr-anchor",
    "binat-anchor",
    "TRANSLATION",
    "FILTER",
    "match",
    "no scrub",
    "no binat",
)


class Scope:
    """What tables and interface names mean."""

    def __init__(self, tables: Callable[[str], Expr], family_of: Sequence[str] = ()) -> None:
        self.tables = tables
        self.groups = family_of


def detect(content: str) -> bool:
    """Tell whether a text is the output of pfctl."""
    head = content[:20000]
    return bool(re.search(r"^(pass|block drop|block return|block) (in|out)\b", head, re.M))


def translates(text: Text) -> bool:
    """Tell whether the listing shows translation rules (`pfctl -sn`), be it that there are none."""
    found = r"^(TRANSLATION RULES|nat |rdr |binat |no nat|no rdr|nat-anchor|rdr-anchor)"
    return bool(re.search(found, text.content, re.M))


def read(text: Text, scope: Scope) -> tuple[list[Rule], list[Rule], list[Rule]]:
    """Return (translations, rules in, rules out); raises `ReadError`."""
    nat: list[Rule] = []
    quick: dict[str, list[Rule]] = {"in": [], "out": []}
    slow: dict[str, list[Rule]] = {"in": [], "out": []}
    for line, raw in text.numbered():
        full = raw.strip()
        where = text.at(line)
        if not full or full.startswith("#"):
            continue
        try:
            if full.startswith(("rdr ", "no rdr ", "binat ")):
                nat += _translation(full, where, scope)
            elif full.startswith("anchor"):
                # NOTE: what an anchor holds is listed only by `pfctl -a`.
                for way in quick:
                    match = Unknown(f"the rules of {full}")
                    quick[way].append(
                        Rule(match=match, action=Action.UNKNOWN, where=where, text=full)
                    )
            elif full.startswith(IGNORED):
                continue
            else:
                ways, is_quick, rule = _filter(full, where, scope)
                for way in ways:
                    (quick if is_quick else slow)[way].append(rule)
        except ValueError as error:
            raise ReadError(where, f"{error}: {full[:80]!r}") from error
    return nat, [*quick["in"], *reversed(slow["in"])], [*quick["out"], *reversed(slow["out"])]


class _Words:
    def __init__(self, text: str) -> None:
        self.left = text.split()

    def peek(self, ahead: int = 0) -> str:
        return self.left[ahead] if len(self.left) > ahead else ""

    def take(self) -> str:
        if not self.left:
            raise ValueError("the rule ends too early")
        return self.left.pop(0)

    def skip(self, word: str) -> bool:
        if self.peek() == word:
            self.left.pop(0)
            return True
        return False


def _filter(full: str, where: Where, scope: Scope) -> tuple[list[str], bool, Rule]:
    label = re.search(r'label "([^"]*)"', full)
    words = _Words(END.sub("", re.sub(r'"[^"]*"', '""', full)))
    verb = words.take()
    if verb not in ("pass", "block"):
        raise ValueError(f"not a rule of pf: {verb!r}")
    if verb == "block":
        if words.peek() in ("drop", "return", "return-rst", "return-icmp", "return-icmp6"):
            words.take()
        if words.peek().startswith("("):
            words.take()
    ways = [words.take()] if words.peek() in ("in", "out") else ["in", "out"]
    log = words.skip("log")
    if words.peek().startswith("("):
        words.take()
    quick = words.skip("quick")
    parts = _common(words, "iif" if ways == ["in"] else "oif", scope)
    rule = Rule(
        match=all_of(*parts),
        action=Action.ACCEPT if verb == "pass" else Action.DROP,
        where=where,
        text=full,
        log=log,
        comment=label[1].removeprefix("USER_RULE: ") if label else "",
    )
    return ways, quick, rule


def _common(words: _Words, interface: str, scope: Scope) -> list[Expr]:
    parts: list[Expr] = []
    proto = ""
    while words.left:
        word = words.take()
        if word == "on":
            negate = words.skip("!")
            name = words.take()
            match: Expr = Named(interface, (name,))
            if name in scope.groups:
                match = Unknown(f"interface group {name}")
            parts.append(Not(match) if negate else match)
        elif word in ("reply-to", "route-to", "dup-to", "rtable"):
            while words.left and not words.peek().endswith(")") and words.peek() != "inet":
                words.take()
            if words.peek().endswith(")"):
                words.take()
        elif word in ("inet", "inet6"):
            parts.append(of_family(4 if word == "inet" else 6))
        elif word == "proto":
            proto = words.take()
            value = protocol(proto)
            parts.append(In("proto", span(value)))
        elif word in ("from", "to"):
            parts += _side(words, "src" if word == "from" else "dst", scope)
        elif word == "all":
            continue
        elif word == "flags":
            parts += _flags(words.take(), proto)
        elif word in ("icmp-type", "icmp6-type"):
            parts.append(_icmp(words, 4 if word == "icmp-type" else 6))
        elif word in ("user", "group", "os", "tos", "received-on", "tagged", "!"):
            parts.append(Unknown(" ".join([word, words.take()])))
        else:
            raise ValueError(f"a word soccheck does not know: {word!r}")
    return parts


def _flags(text: str, proto: str) -> list[Expr]:
    if text == "any" or proto not in ("tcp", ""):
        return []
    wanted, _, mask = text.partition("/")
    total = sum(FLAGS[c] for c in mask) if mask else 255
    inside = In("flags", masked(total, sum(FLAGS[c] for c in wanted)))
    if proto == "tcp":
        return [inside]
    # Without a protocol the flags concern only TCP.
    return [some_of(Not(In("proto", span(TCP))), inside)]


def _icmp(words: _Words, family: int) -> Expr:
    name = words.take()
    kind, code = icmp(ICMP_NAMES.get(name, name), family)
    if words.skip("code"):
        found = words.take()
        if not found.isdigit():
            return all_of(In("itype", span(kind)), Unknown(f"icmp code {found}"))
        code = int(found)
    first = In("itype", span(kind))
    return first if code is None else all_of(first, In("icode", span(code)))


def _side(words: _Words, name: str, scope: Scope) -> list[Expr]:
    parts: list[Expr] = []
    if words.peek() != "port":
        negate = words.skip("!")
        found = _address(words, name, scope)
        parts.append(Not(found) if negate else found)
    if words.skip("port"):
        parts.append(_port(words, "sport" if name == "src" else "dport"))
    return parts


def _address(words: _Words, name: str, scope: Scope) -> Expr:
    word = words.take()
    if word == "any":
        return ANY
    if word == "(self)" or word == "self":
        return In("dtype", span(1)) if name == "dst" else Unknown("an own address as the source")
    if word.startswith("<"):
        inner = scope.tables(word.strip("<>").partition(":")[0])
        return turned(inner, name)
    if word.startswith("("):
        while not word.endswith(")"):
            word += " " + words.take()
        unknown = Unknown(f"the address of {word}")
        if ":network" not in word and name == "dst":
            return all_of(In("dtype", span(1)), unknown)
        return unknown
    if word.startswith(("urpf-failed", "no-route", "route", "{")):
        raise ValueError(f"not followed: {word}")
    text = word.partition("%")[0]
    if re.fullmatch(r"[0-9.]+/\d+", text) and text.count(".") < 3:
        base, _, length = text.partition("/")
        text = base + ".0" * (3 - text.count(".")) + "/" + length
    if words.peek() == "-":
        words.take()
        text = f"{text}-{words.take()}"
    family, spans = address(text)
    return In(name, spans, family)


def _port(words: _Words, name: str) -> Expr:
    word = words.take()
    if word in ("=", "!=", "<", "<=", ">", ">="):
        value = port(words.take())
        spans: Spans = {
            "=": span(value),
            "!=": complement(span(value), 65535),
            "<": ((0, value - 1),) if value else (),
            "<=": span(0, value),
            ">": ((value + 1, 65535),) if value < 65535 else (),
            ">=": span(value, 65535),
        }[word]
        return In(name, spans)
    if ":" in word:
        low, _, high = word.partition(":")
        return In(name, span(port(low), port(high)))
    operator, other = words.take(), port(words.take())
    if operator == "><":
        return In(name, span(port(word) + 1, other - 1))
    if operator == "<>":
        return Not(In(name, span(port(word), other)))
    raise ValueError(f"not a port: {word}")


def _translation(full: str, where: Where, scope: Scope) -> list[Rule]:
    head, arrow, tail = END.sub("", re.sub(r'"[^"]*"', '""', full)).partition(" -> ")
    words = _Words(head)
    off = words.skip("no")
    kind = words.take()
    through = words.skip("pass")
    words.skip("log")
    parts = _common(words, "iif", scope)
    if off or not arrow:
        return [Rule(match=all_of(*parts), action=Action.ACCEPT, where=where, text=full)]
    goal = tail.split()
    values: dict[str, Spans] = {}
    unknown = Rule(
        match=all_of(*parts),
        action=Action.REWRITE,
        where=where,
        text=full,
        rewrite=Rewrite(values={"dst": span(0, (1 << 32) - 1), "dport": span(0, 65535)}, text=full),
        family=4,
    )
    if kind == "binat":
        return _both_ways(parts, goal, where, full) or [unknown]
    try:
        family, inside = address(goal[0])
        if goal[1:2] == ["port"]:
            low, colon, high = goal[2].partition(":")
            values["dport"] = span(port(low), port(high) if colon and high != "*" else port(low))
            if high == "*":
                return [unknown]
    except (ValueError, IndexError):
        return [unknown]
    if through:
        parts.append(Unknown("rdr pass"))
    return [
        Rule(
            match=all_of(of_family(family), *parts),
            action=Action.REWRITE,
            where=where,
            text=full,
            family=family,
            rewrite=Rewrite(values={"dst": inside, **values}, text=full),
        )
    ]


def _both_ways(parts: list[Expr], goal: list[str], where: Where, full: str) -> list[Rule]:
    """Read `binat on IF from INSIDE to any -> OUTSIDE` as its way in."""
    inner = [
        p for p in parts if isinstance(p, In) and p.field == "src" and p.spans != span(0, 2**32 - 1)
    ]
    side = [Named("iif", p.names) for p in parts if isinstance(p, Named)]
    try:
        family, outside = address(goal[0])
    except (ValueError, IndexError):
        return []
    if len(inner) != 1 or inner[0].family != family:
        return []
    return [
        Rule(
            match=all_of(*side, In("dst", out, family)),
            action=Action.REWRITE,
            where=where,
            text=full,
            family=family,
            rewrite=Rewrite(values={"dst": into}, text=full),
        )
        for out, into in paired(outside, inner[0].spans)
    ]
