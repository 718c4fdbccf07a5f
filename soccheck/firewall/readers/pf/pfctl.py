"""Rules as `pfctl -s nat` and `pfctl -s rules` print them (pf.conf(5)) to the rule model.

The first matching `quick` rule decides, else the last match: so quick rules come first in order,
then the others from the last to the first. A packet that crosses the firewall meets them twice,
`in` on the way in and `out` on the way out. `pfctl -a '*' -sr` shows what anchors hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from soccheck.errors import worded
from soccheck.firewall.model import (
    ANY,
    PORTS,
    UDP,
    Action,
    All,
    Expr,
    In,
    Named,
    Not,
    Rewrite,
    Rule,
    Some,
    Unknown,
    all_of,
    some_of,
)
from soccheck.firewall.readers.base import Text, of_family, untranslated
from soccheck.firewall.readers.ledger import Ledger, Statement
from soccheck.firewall.readers.pf.pfctl_goals import anywhere, both_ways, goal_of
from soccheck.firewall.readers.pf.pfctl_match import PfContext, conditions, tokens
from soccheck.firewall.readers.unread import together
from soccheck.firewall.spans import span
from soccheck.phrase import phrase

QUIET = ("scrub", "set ", "altq", "no nat", "nat ", "nat-anchor", "TRANSLATION", "FILTER", "match",
         "no scrub", "no binat", "Info:")  # fmt: skip
"""Lines that let nothing in: source NAT, queues, normalisation, headings."""
LOUD = (
    " rdr-to ", " nat-to ", " af-to ", " binat-to ", " dup-to ", " divert-to ", " divert-packet ",
    " route-to ", " rtable ", "nat pass ", "set skip ", "set state-policy ",
)  # fmt: skip
"""What such a line may say that does let something in."""
OF_SOURCE = re.compile(r"match out (?!.* (?:rdr|af)-to ).* nat-to ")
"""Changes the source on the way out, when all is decided but the rules on that way (pf.conf(5))."""
REWRITES = ("rdr-to", "divert-to", "af-to", "binat-to")
"""What a rule that passes may do with the destination as well (OpenBSD's pf.conf(5))."""
EMPTY_ANCHORS = ("userrules/*", "natrules/*", "natearly/*")
"""Anchors that pfSense names and fills with nothing of its own (`filter.inc`, 2.7)."""
OF_SERVICES = {"tftp-proxy/*": (In("proto", span(UDP)), In("dport", span(69)))}
"""Anchors that redirect one service, and let through what it asks for (tftp-proxy(8))."""
OF_INTERFACES = {"openvpn/*": ("ovpn*",), "ipsec/*": ("enc*", "ipsec*")}
"""Anchors whose rules are made for VPN clients, on their interfaces only (`filter.inc`, 2.7)."""

_OF_USER = "USER_RULE: "
_QUOTED = re.compile(r'"[^"]*"')
_PRIVATE = re.compile(
    r" from (?:10\.0\.0\.0/8|127\.0\.0\.0/8|100\.64\.0\.0/10|172\.16\.0\.0/12"
    r"|192\.168\.0\.0/16|fc00::/7) to any"
)
"""What `blockpriv` of an interface blocks (`filter.inc`, `filter.lib.inc`)."""
_LISTED = re.compile(
    r"^(TRANSLATION RULES:|FILTER RULES:"
    r"|(pass|block( drop| return)?) (in|out|all|quick|log|on|inet6?|proto|from)\b)",
    re.MULTILINE,
)


def detect(content: str) -> bool:
    """Tell whether a text is the output of pfctl."""
    head = content[:20000]
    return _LISTED.search(head) is not None


def translates(text: Text) -> bool:
    """Tell whether the listing shows translation rules (`pfctl -s nat`), be it that there are none."""
    found = r"^(TRANSLATION RULES|nat |rdr |binat |no nat|no rdr|nat-anchor|rdr-anchor)"
    return bool(re.search(found, text.content, re.M))


@dataclass(frozen=True, slots=True)
class OpenAnchor:
    """An anchor whose rules are being read."""

    condition: Expr
    outside: dict[str, list[Rule]] | None
    """Of one that is `quick`, the rules outside that decide only where no later one matches."""


@dataclass(slots=True)
class PfctlListing:
    """The rules of a listing, in the order they apply."""

    ledger: Ledger
    scope: PfContext
    nat: list[Rule] = field(default_factory=list)
    passed: list[Rule] = field(default_factory=list)
    """What `rdr pass` lets through before any filter rule."""
    quick: dict[str, list[Rule]] = field(default_factory=lambda: {"in": [], "out": []})
    slow: dict[str, list[Rule]] = field(default_factory=lambda: {"in": [], "out": []})
    within: list[OpenAnchor] = field(default_factory=list)
    """The anchors that are open."""
    made: bool = False
    """The rules were made of a config.xml, which blocks more than somebody wrote."""
    written: str = "label "
    """What a rule says that somebody wrote: pfSense labels it so, OPNsense at least by a number."""

    def read(self, text: Text) -> None:
        """Fill the lists."""
        self.written = _OF_USER if _OF_USER in text.content else "label "
        for line, raw in text.numbered():
            full = raw.strip()
            loud = any(word in full for word in LOUD) and not OF_SOURCE.match(full)
            quiet = full.startswith(QUIET) and not loud
            if not full or full.startswith(("#", "[")) or quiet:
                continue
            if full == "}":
                self._close()
                continue
            words = self.ledger.statement("pf", text.at(line), full, tokens(full))
            if full.startswith(("rdr ", "no rdr ", "binat ")):
                self.nat += self._translation(words)
            elif full.startswith("rdr-anchor"):
                self._anchor(words, translation=True)
            elif full.startswith("anchor"):
                self._anchor(words, translation=False)
            elif full.startswith(("pass", "block")):
                self._filter(words)
        while self.within:
            self._close()

    def rules(self, way: str) -> list[Rule]:
        """Return the filter rules of one way as they decide."""
        first = self.passed if way == "in" else []
        return [*first, *self.quick[way], *reversed(self.slow[way])]

    def _anchor(self, words: Statement, *, translation: bool) -> None:
        name = words.rest()[1:2]
        shown = name[0].strip('"') if name else ""
        if shown in EMPTY_ANCHORS:
            return
        if words.words[-1] == "{":
            said = [w for w in words.words[1:-1] if not w.startswith('"')]
            bound = set(said) - {"all", "quick"}
            condition = (
                Unknown(phrase("the condition of {line}", line=words.text)) if bound else ANY
            )
            self.within.append(OpenAnchor(condition, self.slow if "quick" in said else None))
            if "quick" in said:
                self.slow = {way: [] for way in self.slow}
            return
        # What an anchor holds is listed only by `pfctl -a`.
        which: list[Expr] = [Unknown(phrase("the rules of {line}", line=words.text))]
        if shown in OF_INTERFACES:
            which.append(Named("iif", OF_INTERFACES[shown]))
        which += OF_SERVICES.get(shown, ())
        match = all_of(*which)
        rule = Rule(match=match, action=Action.UNKNOWN, where=words.where, text=words.text)
        if translation:
            self.nat += [untranslated(match, words.where, words.text, f) for f in (4, 6)]
            # One of its redirections may pass what it sends on (`rdr pass`).
            sent = all_of(match, In("dnat", span(1)))
            self.passed.append(replace(rule, match=sent))
            return
        for way in self.quick:
            self.quick[way].append(rule)

    def _close(self) -> None:
        """Close an anchor; what one that is `quick` has matched goes to no later rule."""
        found = self.within.pop() if self.within else None
        if found is not None and found.outside is not None:
            for way, rules in self.slow.items():
                self.quick[way] += reversed(rules)
            self.slow = found.outside

    def _filter(self, words: Statement) -> None:
        verb = words.take()
        if verb == "block" and words.peek().startswith(("drop", "return")):
            words.take()
            if words.peek().startswith("("):
                words.take()
        ways = [words.take()] if words.peek() in ("in", "out") else ["in", "out"]
        log = words.skip("log")
        if words.peek().startswith("("):
            words.take()
        quick = words.skip("quick")
        label = re.search(r'label "([^"]*)"', words.text)
        parts = [*(a.condition for a in self.within), *self._conditions(words)]
        if verb == "pass" and words.peek() in REWRITES:
            self._sent(words, parts)
        elif verb == "pass" and words.peek() == "nat-to" and ways == ["out"]:
            words.rest()  # the source changes when all is decided
        rule = Rule(
            match=all_of(*parts),
            action=Action.ACCEPT if verb == "pass" else Action.DROP,
            where=words.where,
            text=words.text,
            log=log,
            comment=label[1].removeprefix(_OF_USER) if label else "",
            implicit=self._is_of_system(words.text, blocks=verb == "block"),
        )
        rule = self.ledger.costs(words, rule)
        for way in ways:
            facing = rule if way == "in" else replace(rule, match=_outward(rule.match))
            (self.quick if quick or rule.action is Action.UNKNOWN else self.slow)[way].append(
                facing
            )

    def _is_of_system(self, text: str, *, blocks: bool) -> bool:
        """Return whether the system adds a rule by itself, so that it is no subject of lint."""
        bare = _QUOTED.sub('""', text)  # a label may say anything
        if " on lo0 " in bare:
            return True
        of_user = self.written in text and _PRIVATE.search(bare) is None
        return self.made and blocks and not of_user

    def _sent(self, words: Statement, parts: list[Expr]) -> None:
        """Read where a rule that passes may send what it matches, if none stops that before it.

        `divert-to` hands it to a program of the machine's own, as if it were for that.
        """
        kind, goal = words.take(), words.rest()
        values, family = goal_of(goal) if kind in ("rdr-to", "divert-to") else ({}, 4)
        if kind == "divert-to" and values:
            values = {"dtype": span(1), "dport": values.get("dport", span(0, PORTS))}
        perhaps = Unknown(phrase("whether it is this rule that decides: {line}", line=words.text))
        base = Rule(
            match=all_of(*parts, perhaps),
            action=Action.ACCEPT,
            where=words.where,
            text=words.text,
            implicit=True,
        )
        if not values:
            self.nat += [anywhere(base, number) for number in (4, 6)]
        else:
            match = all_of(of_family(family), base.match)
            to = Rewrite(values=values)
            self.nat.append(
                replace(base, match=match, action=Action.REWRITE, rewrite=to, family=family)
            )
        self.passed.append(replace(base, match=all_of(In("dnat", span(1)), perhaps)))

    def sent(self) -> Expr:
        """Return what surely goes on to another address, as it comes in: no rule passes it as it is."""
        sending = {rule.where for rule in self.nat if rule.rewrite and "dst" in rule.rewrite.values}
        passing = [r for r in (*self.quick["in"], *self.slow["in"]) if r.action is not Action.DROP]
        on = some_of(*(rule.match for rule in passing if rule.where in sending))
        return all_of(on, *(Not(rule.match) for rule in passing if rule.where not in sending))

    def _conditions(self, words: Statement) -> list[Expr]:
        # An anchor may have a table of its own by the name of one outside (pf.conf(5), "TABLES").
        scope = replace(self.scope, tables=_of_anchor) if self.within else self.scope
        try:
            parts = conditions(words, scope)
            # Every word of a rule narrows it, whatever follows.
            words.within = all_of(*parts)
            return parts
        except ValueError as error:
            words.doubtful(worded(error))
            return []

    def _translation(self, words: Statement) -> list[Rule]:
        head, arrow, tail = words.text.partition(" -> ")
        off = words.skip("no")
        kind = words.take()
        through = words.skip("pass")
        words.skip("log")
        goal = tokens(tail)
        after = len(tokens(head)) - words.at
        before = Statement(self.ledger, words.section, words.where, words.text,
                           words=words.words[words.at : words.at + after])  # fmt: skip
        parts = self._conditions(before)
        words.rest()
        unread = before.left()
        if unread:
            words.doubtful(together(unread))
        base = Rule(match=all_of(*parts), action=Action.ACCEPT, where=words.where, text=words.text)
        if off or not arrow:
            return [self.ledger.costs(words, base, rewrites=True)]
        found = [anywhere(base, family) for family in (4, 6)]
        if kind == "binat":
            found = both_ways(parts, goal, words.where, words.text) or found
        else:
            values, family = goal_of(goal)
            if values:
                rewrite = Rewrite(values=values)
                match = all_of(of_family(family), *parts)
                found = [
                    replace(
                        base, match=match, action=Action.REWRITE, rewrite=rewrite, family=family
                    )
                ]
            if through:
                sent: list[Expr] = [In("dnat", span(1))]
                sent += [In(n, s, family if n == "dst" else 0) for n, s in values.items()]
                sent.append(Unknown(phrase("which of the redirections it was")))
                self.passed.append(replace(base, match=all_of(*sent)))
        return [self.ledger.costs(words, rule, rewrites=True) for rule in found]


def _of_anchor(name: str) -> Expr:
    return Unknown(phrase("the content of table {name}", name=name))


def _outward(expr: Expr) -> Expr:
    """Turn a rule's interfaces, read as those a packet comes in by, to those it leaves by."""
    if isinstance(expr, Named):
        return replace(expr, field="oif")
    if isinstance(expr, Not):
        return Not(_outward(expr.part))
    if isinstance(expr, All | Some):
        return replace(expr, parts=tuple(_outward(part) for part in expr.parts))
    return expr
