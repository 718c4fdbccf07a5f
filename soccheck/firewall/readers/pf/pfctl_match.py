"""The words of a rule that `pfctl` prints, as matches (pf.conf(5), FreeBSD 14). Unknown words are left."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from soccheck.firewall.model import (
    ANY,
    TCP,
    Expr,
    In,
    Not,
    Unknown,
    all_of,
    some_of,
)
from soccheck.firewall.names import icmp, port, protocol
from soccheck.firewall.readers.base import of_family
from soccheck.firewall.readers.ledger import Statement
from soccheck.firewall.readers.objects import turned
from soccheck.firewall.spans import Spans, address, complement, masked, span
from soccheck.phrase import echo, phrase

TOKEN = re.compile(r'"[^"]*"|\([^)]*\)|\S+')
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
QUIET: dict[str, int] = {
    "label": 1, "ridentifier": 1, "tag": 1, "queue": 1, "rtable": 1, "set": 2, "dnpipe": 1, "dnqueue": 1,
    "allow-opts": 0, "sticky-address": 0, "round-robin": 0, "static-port": 0, "source-hash": 0, "random": 0,
    "all": 0,
}  # fmt: skip
"""Words that decide nothing, with how many words follow each."""
STATES = ("keep", "modulate", "synproxy", "no")
DOUBTFUL: dict[str, int] = {
    "user": 2, "group": 2, "os": 1, "tos": 1, "received-on": 1, "tagged": 1, "probability": 1,
    "max-pkt-rate": 1, "fragment": 0, "prio": 1,
}  # fmt: skip
"""Conditions outside the model, with how many words follow each: the rule may match or not."""
ROUTES = ("reply-to", "route-to", "dup-to")


@dataclass(frozen=True, slots=True, kw_only=True)
class PfContext:
    """What the names of tables and of interfaces mean."""

    tables: Callable[[str], Expr]
    interfaces: Callable[[str], Expr]
    """Returns "the packet comes in by it", of an interface or a group of them."""


def tokens(text: str) -> list[str]:
    """Return the words of a rule; what stands in quotes or parentheses is one."""
    return TOKEN.findall(text)


def conditions(words: Statement, scope: PfContext) -> list[Expr]:
    """Take what a rule matches; raises `ValueError` where a word is missing or cannot be read."""
    parts: list[Expr] = []
    proto = ""
    while words:
        word = words.peek()
        if word not in KNOWN:
            return parts  # the rest is left: nobody read it
        words.take()
        if word == "on":
            negate = words.skip("!")
            match = scope.interfaces(words.take())
            parts.append(Not(match) if negate else match)
        elif word in ROUTES:
            words.take()
        elif word in ("inet", "inet6"):
            parts.append(of_family(4 if word == "inet" else 6))
        elif word == "proto":
            proto = words.take()
            parts.append(In("proto", span(protocol(proto))))
        elif word in ("from", "to"):
            parts += _side(words, "src" if word == "from" else "dst", scope)
        elif word == "flags":
            parts += _flags(words.take(), proto)
        elif word in ("icmp-type", "icmp6-type"):
            parts.append(_icmp(words, 4 if word == "icmp-type" else 6))
        elif word in STATES:
            words.skip("state")
            if words.peek().startswith("("):
                words.take()
        elif word in DOUBTFUL:
            parts.append(
                Unknown(
                    echo(" ".join([word, *(words.take() for _ in range(DOUBTFUL[word]) if words)]))
                )
            )
        elif word == "!":
            parts.append(Unknown(echo(" ".join([word, words.take(), words.take()]))))
        else:
            for _ in range(QUIET[word]):
                words.take()
    return parts


KNOWN = frozenset((
    "on", "inet", "inet6", "proto", "from", "to", "flags", "icmp-type", "icmp6-type", "!",
    *ROUTES, *STATES, *DOUBTFUL, *QUIET,
))  # fmt: skip


def _flags(text: str, proto: str) -> list[Expr]:
    if text == "any" or proto not in ("tcp", ""):
        return []
    wanted, _, mask = text.partition("/")
    if not set(wanted + mask) <= FLAGS.keys():
        return [Unknown(phrase("flags {text}", text=text))]
    total = sum(FLAGS[c] for c in mask) if mask else 255
    inside = In("flags", masked(total, sum(FLAGS[c] for c in wanted)))
    if proto == "tcp":
        return [inside]
    # Without a protocol the flags concern only TCP.
    return [some_of(Not(In("proto", span(TCP))), inside)]


def _icmp(words: Statement, family: int) -> Expr:
    name = words.take()
    kind, code = icmp(ICMP_NAMES.get(name, name), family)
    if words.skip("code"):
        found = words.take()
        if not found.isdecimal():
            return all_of(In("itype", span(kind)), Unknown(echo(f"icmp code {found}")))
        code = int(found)
    first = In("itype", span(kind))
    return first if code is None else all_of(first, In("icode", span(code)))


def _side(words: Statement, name: str, scope: PfContext) -> list[Expr]:
    parts: list[Expr] = []
    if words.peek() != "port":
        negate = words.skip("!")
        found = _address(words, name, scope)
        parts.append(Not(found) if negate else found)
    if words.skip("port"):
        parts.append(_port(words, "sport" if name == "src" else "dport"))
    return parts


def _address(words: Statement, name: str, scope: PfContext) -> Expr:
    word = words.take()
    if word == "any":
        return ANY
    if word in ("(self)", "self"):
        return (
            In("dtype", span(1))
            if name == "dst"
            else Unknown(phrase("an own address as the source"))
        )
    if word.startswith("<"):
        return turned(scope.tables(word.strip("<>").partition(":")[0]), name)
    if word.startswith("("):
        unknown = Unknown(phrase("the address of {name}", name=word))
        own = word.strip("()").partition(":")[2] in ("", "0")  # not its network, nor its peer
        if own and name == "dst":
            return all_of(In("dtype", span(1)), unknown)
        return unknown
    if word.startswith(("urpf-failed", "no-route", "route")):
        return Unknown(echo(f"{name} {word}"))
    text = word.partition("%")[0]
    if re.fullmatch(r"[0-9.]+/\d+", text) and text.count(".") < 3:
        base, _, length = text.partition("/")
        text = base + ".0" * (3 - text.count(".")) + "/" + length
    if words.skip("-"):
        text = f"{text}-{words.take()}"
    family, spans = address(text)
    return In(name, spans, family)


def _port(words: Statement, name: str) -> Expr:
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
    raise ValueError(phrase("not a port: {word}", word=word))
