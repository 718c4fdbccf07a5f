"""Which packets a ruleset possibly accepts and possibly drops, as exact sets.

One set flows down each chain: the packets that *possibly* reach a rule. A rule with a match outside
the model possibly takes every packet of its known part and surely takes none, so it adds to the
possible outcomes and removes nothing. A packet is surely accepted when it possibly is and nowhere
possibly dropped. (Upper and lower closure of Diekmann's Iptables_Semantics, in one pass.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from soccheck.errors import TooComplexError
from soccheck.firewall.engine.bdd import Set, Sets
from soccheck.firewall.model import (
    CT,
    Action,
    All,
    Chain,
    Expr,
    In,
    Named,
    Not,
    Rule,
    Ruleset,
    Unknown,
)
from soccheck.phrase import phrase

MAX_DEPTH = 128
NEW = ((CT["new"], CT["new"]),)


@dataclass(slots=True, kw_only=True)
class ChainOutcome:
    """What one base chain did with the packets it was given."""

    accepted: Set
    dropped: Set
    rewritten: list[tuple[Rule, Set]] = field(default_factory=list)
    by_policy: Set
    """What no rule decided and the policy accepts."""


Observer = Callable[[Chain, Rule, Set, Set], None]
"""Called for each rule a packet can reach, with the chain, rule, reach and possible match."""


def too_deep(chain: Chain) -> TooComplexError:
    """Return the error for chains that nest deeper than is followed."""
    text = phrase(
        "{where}: chains nest deeper than {MAX_DEPTH}", where=chain.where, MAX_DEPTH=MAX_DEPTH
    )
    return TooComplexError(text)


class ChainWalker:
    """Walks the chains of a ruleset in one family with sets from one universe."""

    def __init__(
        self,
        ruleset: Ruleset,
        family: int,
        sets: Sets,
        *,
        budget: int = 2_000_000,
        unlogged: Literal["", "surely", "perhaps"] = "",
        observer: Observer | None = None,
    ) -> None:
        self.ruleset = ruleset
        self.family = family
        self.sets = sets
        self.unlogged = unlogged
        """Whether packets are followed until they surely are logged, or until they perhaps are."""
        self.observer = observer
        self._budget = budget
        self._fuzzy = False
        self.undecided: dict[str, Set] = {}
        """Per hook, what every chain of it let through by policy alone, on the last walk."""
        self._decided = sets.empty
        """What rules of a filter before the routing accepted, on the last walk."""
        self.hops = False
        """True where the packet's TTL was decremented: Linux does so ahead of the forward hook."""
        self._matches: dict[tuple[int, bool], tuple[Set, Set]] = {}

    def terms(self, expr: Expr) -> tuple[Set, Set]:
        """Return the packets an expression (surely, possibly) holds for."""
        sets = self.sets
        if isinstance(expr, In):
            if expr.family not in (0, self.family):
                return sets.empty, sets.empty
            spans = expr.spans
            if expr.field == "ttl" and self.hops:
                spans = tuple((low + 1, high + 1) for low, high in spans)
            found = sets.number(expr.field, spans)
            return found, found
        if isinstance(expr, Named):
            found = sets.named(expr.field, expr.names)
            return found, found
        if isinstance(expr, Unknown):
            return sets.empty, sets.full
        if isinstance(expr, Not):
            sure, possible = self.terms(expr.part)
            return ~possible, ~sure
        if isinstance(expr, All):
            sure = possible = sets.full
            for part in expr.parts:
                s, p = self.terms(part)
                sure, possible = sure & s, possible & p
            return sure, possible
        sure = possible = sets.empty
        for part in expr.parts:
            s, p = self.terms(part)
            sure, possible = sure | s, possible | p
        return sure, possible

    def match(self, rule: Rule) -> tuple[Set, Set]:
        """Return the packets a rule (surely, possibly) matches."""
        key = (id(rule), self.hops)
        found = self._matches.get(key)
        if found is None:
            found = self._matches[key] = self.terms(rule.match)
        return found

    def base(self, chain: Chain, start: Set) -> ChainOutcome:
        """Run packets through one base chain and its policy."""
        assert chain.base is not None
        empty = self.sets.empty
        out = ChainOutcome(accepted=empty, dropped=empty, by_policy=empty)
        skipped = self.sets.empty
        if chain.base.new_only:
            new = self.sets.number("ct", NEW)
            skipped, start = start & ~new, start & new
        left = self._chain(chain, start, out, 0)
        if chain.base.policy is Action.ACCEPT:
            out.accepted |= left
            out.by_policy = left
        elif not (self.unlogged and chain.base.policy_log):
            out.dropped |= left
        out.accepted |= skipped
        return out

    def _chain(self, chain: Chain, start: Set, out: ChainOutcome, depth: int) -> Set:
        """Return what comes back from a chain, by its end or by `return`."""
        if depth > MAX_DEPTH:
            raise too_deep(chain)
        reach, back = start, self.sets.empty
        for rule in chain.rules:
            if not reach.satisfiable():
                break
            if rule.family not in (0, self.family):
                continue
            self._budget -= 1
            if self._budget < 0:
                raise TooComplexError(phrase("the chains call each other too often to be followed"))
            sure, possible = self.match(rule)
            hit = reach & possible
            if self.observer:
                self.observer(chain, rule, reach, hit)
            if not hit.satisfiable():
                continue
            self._fuzzy = self._fuzzy or sure != possible
            if self.unlogged and rule.log:
                # A logged packet is of no more interest, whatever becomes of it.
                logged = sure if self.unlogged == "surely" else possible
                hit, reach = hit & ~logged, reach & ~logged
                if rule.action in (Action.DROP, Action.REJECT) or not hit.satisfiable():
                    continue  # whatever it stops, it has logged
            passed, returned = self._act(rule, hit, out, depth)
            reach = (reach & ~sure) | passed
            back |= returned
        return back | reach

    def _act(self, rule: Rule, hit: Set, out: ChainOutcome, depth: int) -> tuple[Set, Set]:
        """Do with packets what a rule does; return what goes on to the next rule, and what returns."""
        nothing = self.sets.empty
        match rule.action:
            case Action.ACCEPT:
                out.accepted |= hit
            case Action.DROP | Action.REJECT:
                out.dropped |= hit
            case Action.RETURN:
                return nothing, hit
            case Action.JUMP:
                return self._chain(self.ruleset.chains[rule.target], hit, out, depth + 1), nothing
            case Action.GOTO:
                return nothing, self._chain(self.ruleset.chains[rule.target], hit, out, depth + 1)
            case Action.REWRITE:
                assert rule.rewrite is not None
                out.rewritten.append((rule, hit))
                return (nothing if rule.rewrite.final else hit), nothing
            case Action.UNKNOWN:
                out.accepted |= hit
                out.dropped |= hit
                return hit, nothing
            case Action.CONTINUE:
                return hit, nothing
        return nothing, nothing
