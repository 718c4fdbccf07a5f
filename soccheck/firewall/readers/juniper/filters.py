"""Stateless filters on the interfaces of an SRX: each packet meets them before any session, zone or policy.

The first term that takes a packet decides; one without an action that ends accepts, and what no term takes
is discarded. Sources: Junos OS Routing Policies, Firewall Filters, and Traffic Policers User Guide (match
conditions; `tcp-established` is ACK or RST); "Stateless Firewall Filter Actions and Action Modifiers".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from soccheck.firewall.model import (
    ANY,
    TCP,
    UDP,
    Action,
    Chain,
    Expr,
    In,
    Named,
    Rule,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.readers.base import implied, of_family
from soccheck.firewall.readers.juniper.lines import Config, JunosStatement
from soccheck.firewall.readers.juniper.services import condition, protocol
from soccheck.firewall.spans import address, complement, masked, span
from soccheck.phrase import echo, phrase

ENDS = {
    "accept": Action.RETURN,
    "discard": Action.DROP,
    "reject": Action.REJECT,
    "next": Action.CONTINUE,
}
BESIDE = ("count", "forwarding-class", "loss-priority", "sample", "dscp")
"""Actions that change nothing of what becomes of a packet."""
FAMILIES = {"inet": 4, "inet6": 6}
NO_IP = ("any", "bridge", "ccc", "ethernet-switching", "mpls", "vpls")
"""Families of filters that are on no interface by which packets are judged here."""
ADDRESSES = {"source-address": "src", "destination-address": "dst"}
PORTED = ("source-port", "destination-port")


@dataclass(slots=True)
class Term:
    """One term: the values of each condition, and its actions."""

    where: Where
    text: str
    conditions: dict[str, list[list[str]]] = field(default_factory=dict)
    actions: list[list[str]] = field(default_factory=list)


class Filters:
    """The filters of a configuration by family and name.

    One of which a statement is not read has a term without a name, and is none that is read whole.
    """

    def __init__(self, config: Config, *, kept: bool) -> None:
        self.kept = kept
        """Whether the system log keeps what they send to it."""
        self.found: dict[tuple[int, str], dict[str, Term]] = {}
        for line in config.lines:
            words = line.words
            if words[:2] == ["firewall", "filter"]:
                self._line(line, 4, words[2:])
            elif words[:2] == ["firewall", "family"] and words[3:4] == ["filter"]:
                self._line(line, FAMILIES.get(words[2], 0), words[4:])
                if words[2] not in (*FAMILIES, *NO_IP):
                    for family in FAMILIES.values():
                        terms = self.found.setdefault((family, "".join(words[4:5])), {})
                        terms.setdefault("", Term(line.where, line.text))

    def _line(self, line: JunosStatement, family: int, words: Sequence[str]) -> None:
        if not words:
            return
        name, rest = words[0], list(words[1:])
        terms = self.found.setdefault((family, name), {})
        if rest[:1] != ["term"] or len(rest) < 4:
            if rest[:1] != ["interface-specific"]:
                terms.setdefault("", Term(line.where, line.text))
            return
        term = terms.setdefault(rest[1], Term(line.where, line.text))
        if rest[2] == "from":
            values = [word for word in rest[4:] if word not in ("[", "]")]
            term.conditions.setdefault(rest[3], []).append(values)
        elif rest[2] == "then":
            term.actions.append(rest[3:])
        else:
            terms.setdefault("", term)

    def bound(self, family: int, interface: str, name: str, line: JunosStatement) -> Rule:
        """Return what leads to a filter of an interface; one that is not read may stop anything."""
        match: Expr = all_of(Named("iif", (interface,)), of_family(family))
        action, target = Action.JUMP, _name(family, name)
        if target not in self.chains():
            match, action, target = all_of(match, Unknown(echo(line.text))), Action.DROP, ""
        return Rule(match=match, action=action, target=target, where=line.where, text=line.text)

    def chains(self) -> dict[str, Chain]:
        """Return the filters that are read whole: what one accepts goes on to zones and policies."""
        out = {}
        for (family, name), terms in self.found.items():
            if terms and "" not in terms:
                rules = [rule for term in terms.values() for rule in self._term(term, family)]
                where = rules[0].where
                text = phrase("what no term of filter {name} takes", name=name)
                rules.append(implied(of_family(family), Action.DROP, where, text, family=family))
                key = _name(family, name)
                out[key] = Chain(name=key, rules=tuple(rules), where=where)
        return out

    def _term(self, term: Term, family: int) -> Iterator[Rule]:
        """Yield what a term does; an action that is not known, as a policer, may stop what it takes."""
        match = _match(term, family)
        ends = [ENDS[words[0]] for words in term.actions if words[0] in ENDS]
        log = any(
            words[0] == "log" or (words[0] == "syslog" and self.kept) for words in term.actions
        )
        known = (*ENDS, *BESIDE, "log", "syslog")
        strange = [" ".join(words) for words in term.actions if words[0] not in known]
        rule = Rule(
            match=match,
            action=(ends or [Action.RETURN])[0] if len(ends) < 2 else Action.CONTINUE,
            where=term.where,
            text=term.text,
            family=family,
            log=log,
        )
        if strange or len(ends) > 1:
            doubt = Unknown(echo(strange[0] if strange else term.text))
            yield replace(rule, match=all_of(match, doubt), action=Action.DROP)
        yield rule


def _name(family: int, name: str) -> str:
    return f"filter {name} of IPv{family}"


def _match(term: Term, family: int) -> Expr:
    protocols = [word for values in term.conditions.get("protocol", ()) for word in values]
    parts: list[Expr] = []
    for key, several in term.conditions.items():
        try:
            parts.append(_condition(key, several, family, protocols))
        except (ValueError, IndexError):
            text = " ".join(word for values in several for word in (key, *values))
            parts.append(Unknown(echo(text)))
    return all_of(*parts) if parts else ANY


def _condition(key: str, several: Sequence[list[str]], family: int, protocols: list[str]) -> Expr:
    """Return one condition, of whose values one is enough; raises `ValueError`."""
    if key != "tcp-established" and not all(several):
        raise ValueError(key)  # a condition without a value
    if key in ADDRESSES:
        return some_of(*(_address(ADDRESSES[key], values, family) for values in several))
    if key in ("protocol", "next-header"):
        return some_of(*(condition("protocol", word) for word in _words(several)))
    if key in PORTED and protocols and {protocol(word) for word in protocols} <= {TCP, UDP}:
        found = some_of(*(condition(key, word) for word in _words(several)))
        later = all_of(In("frag", span(2)), Unknown(echo(key)))
        return some_of(all_of(found, In("frag", span(0, 1))), later)
    if key == "tcp-established" and protocols == ["tcp"]:
        return In("flags", complement(masked(20, 0), 255))
    raise ValueError(key)


def _words(several: Iterable[list[str]]) -> Iterable[str]:
    return (word for values in several for word in values)


def _address(side: str, values: Sequence[str], family: int) -> Expr:
    """Read one address; raises `ValueError`, for one that is left out of others, too."""
    if len(values) != 1:
        raise ValueError(" ".join(values))
    found, spans = address(values[0])
    if found != family:
        raise ValueError(values[0])
    return In(side, spans, family)
