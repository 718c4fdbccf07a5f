"""Entries of Cisco access lists: `permit` or `deny`, what they match, and their options."""

from __future__ import annotations

from soccheck.errors import worded
from soccheck.firewall.model import (
    ANY,
    ICMP,
    ICMPV6,
    TCP,
    UDP,
    Action,
    Expr,
    In,
    Rule,
    Unknown,
    all_of,
    some_of,
)
from soccheck.firewall.readers.base import of_family
from soccheck.firewall.readers.cisco.matches import (
    ND,
    Dialect,
    icmp_type,
    is_icmp,
    ports,
    side,
)
from soccheck.firewall.readers.ledger import Ledger, Statement
from soccheck.firewall.spans import complement, masked, span
from soccheck.phrase import echo, phrase

FLAGS = {"ack": 16, "fin": 1, "psh": 8, "rst": 4, "syn": 2, "urg": 32}
LEVELS = {
    "disable", "default", "informational", "warnings", "debugging", "notifications", "errors",
    "critical", "alerts", "emergencies",
}  # fmt: skip
NARROWING = {
    "time-range", "reflect", "dscp", "precedence", "tos", "ttl", "option", "match-any", "match-all",
    "flow-label", "routing-type", "mobility", "mobility-type", "dest-option", "dest-option-type",
    "hbh", "auth", "undetermined-transport", "routing",
}  # fmt: skip
"""Options that can only make an entry match less; what they say is not modelled."""


def entry(
    words: Statement, dialect: Dialect, family: int, ledger: Ledger, comment: str = ""
) -> Rule | None:
    """Read an entry from `permit` or `deny` on; None when it is inactive.

    One that cannot be read is a rule of unknown meaning.
    """
    rule = Rule(
        match=ANY,
        action=Action.ACCEPT if words.peek() == "permit" else Action.DROP,
        where=words.where,
        text=words.text,
        family=family,
        comment=comment,
    )
    try:
        if words.take() not in ("permit", "deny"):
            raise ValueError(phrase("neither permit nor deny"))
        match, log, active = _entry(words, dialect, family)
    except ValueError as error:
        words.doubtful(worded(error))
        return ledger.costs(words, rule)
    words.done = True
    if not active:
        return None
    return Rule(
        match=match,
        action=rule.action,
        where=rule.where,
        text=rule.text,
        family=family,
        log=log,
        comment=comment,
    )


def _entry(words: Statement, dialect: Dialect, family: int) -> tuple[Expr, bool, bool]:
    proto, match = _protocol(words, dialect, family)
    parts: list[Expr] = [match]
    if family:
        parts.append(of_family(family))
    ported = proto in (TCP, UDP, 132, -1)
    parts.append(side(words, dialect, "src", family))
    if ported:
        parts.append(ports(words, dialect, "sport"))
    parts.append(side(words, dialect, "dst", family))
    if ported:
        parts.append(ports(words, dialect, "dport"))
    if is_icmp(proto):
        parts.append(icmp_type(words, dialect, 6 if proto == ICMPV6 else 4))
    more, log, active = _options(words, proto)
    return all_of(*parts, *more), log, active


def _protocol(words: Statement, dialect: Dialect, family: int) -> tuple[int, Expr]:
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
    value = dialect.protocol(name)
    if value == ICMP and family == 6:
        value = ICMPV6
    return value, In("proto", span(value))


def _options(words: Statement, proto: int) -> tuple[list[Expr], bool, bool]:
    out: list[Expr] = []
    flags: list[Expr] = []
    log, active = False, True
    while words:
        word = words.take()
        if word in ("log", "log-input"):
            log = words.peek() != "disable"
            while words.peek() in LEVELS or words.peek().isdecimal():
                words.take()
            if words.skip("interval"):
                words.take()
        elif word == "inactive":
            active = False
        elif word == "established":
            out.append(In("flags", complement(masked(20, 0), 255)))
        elif word in FLAGS and proto == TCP:
            flags.append(In("flags", masked(FLAGS[word], FLAGS[word])))
        elif word == "fragments":
            out.append(In("frag", span(2)))
        elif word in NARROWING:
            out.append(Unknown(echo(" ".join([word, *words.rest()]))))
        elif word in ND:
            out.append(all_of(In("proto", span(ICMPV6)), In("itype", span(ND[word]))))
        elif word == "sequence":
            words.take()
        elif word.startswith("("):
            words.rest()  # hit counts of `show access-list`
        else:
            raise ValueError(phrase("an option soccheck does not know: {word}", word=repr(word)))
    return [*out, *([some_of(*flags)] if flags else [])], log, active
