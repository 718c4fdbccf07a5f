"""What would become of packets from each rule on: which rules a chain could do without.

One pass from the last rule to the first keeps what the rest of the chain does with every packet. A rule
is needed when the rest would do otherwise with a packet that the rule takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from soccheck.errors import TooComplexError
from soccheck.firewall.engine.bdd import Set
from soccheck.firewall.engine.walk import MAX_DEPTH, ChainWalker, too_deep
from soccheck.firewall.model import Action, Chain, Rule
from soccheck.phrase import phrase

DECIDING = (Action.ACCEPT, Action.DROP, Action.REJECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What packets may come to from a place in a chain on; each set may hold any packet."""

    accepted: Set
    dropped: Set
    affected: Set
    """What is logged, marked or rewritten on the way."""

    def within(self, part: Set) -> Fate:
        """Return the fate of some packets."""
        return Fate(
            accepted=self.accepted & part,
            dropped=self.dropped & part,
            affected=self.affected & part,
        )

    def either(self, other: Fate) -> Fate:
        """Return what may come of packets that may go two ways."""
        return Fate(
            accepted=self.accepted | other.accepted,
            dropped=self.dropped | other.dropped,
            affected=self.affected | other.affected,
        )


class Aftermath:
    """Finds the rules of a family without which some packet would fare otherwise."""

    def __init__(self, walker: ChainWalker, hits: Mapping[int, Set]) -> None:
        self.walker = walker
        self.hits = hits
        """What each rule takes, by the rule's identity: a packet's way in a chain is its own."""
        self.needed: set[int] = set()
        """Rules that take a packet of which the rest would make something else."""
        self._budget = 2_000_000

    def base(self, chain: Chain) -> None:
        """Look at a base chain and all it calls."""
        assert chain.base is not None
        full, empty = self.walker.sets.full, self.walker.sets.empty
        accepts = chain.base.policy is Action.ACCEPT
        end = Fate(
            accepted=full if accepts else empty,
            dropped=empty if accepts else full,
            affected=full if chain.base.policy_log else empty,
        )
        self._chain(chain, full, end, 0)

    def _chain(self, chain: Chain, entering: Set, after: Fate, depth: int) -> Fate:
        """Return what a chain does with packets after which `after` follows."""
        if depth > MAX_DEPTH:
            raise too_deep(chain)
        rest = after
        for rule in reversed(chain.rules):
            if rule.family not in (0, self.walker.family):
                continue
            self._budget -= 1
            if self._budget < 0:
                raise TooComplexError(phrase("the chains call each other too often to be followed"))
            hit = self.hits.get(id(rule), self.walker.sets.empty) & entering
            self._need(rule, hit, rest)
            sure, possible = self.walker.match(rule)
            taken = self._taken(rule, hit, rest, after, depth).within(possible)
            rest = taken.either(rest.within(~sure))
        return rest

    def _need(self, rule: Rule, hit: Set, rest: Fate) -> None:
        if rule.action in DECIDING:
            other = rest.dropped if rule.action is Action.ACCEPT else rest.accepted
            if (hit & (other | rest.affected)).satisfiable():
                self.needed.add(id(rule))

    def _taken(self, rule: Rule, hit: Set, rest: Fate, after: Fate, depth: int) -> Fate:
        """Return the fate of the packets a rule matches."""
        full, empty = self.walker.sets.full, self.walker.sets.empty
        affected = full if rule.log else empty
        match rule.action:
            case Action.ACCEPT:
                return Fate(accepted=full, dropped=empty, affected=affected)
            case Action.DROP | Action.REJECT:
                return Fate(accepted=empty, dropped=full, affected=affected)
            case Action.RETURN:
                found = after
            case Action.JUMP:
                found = self._chain(self.walker.ruleset.chains[rule.target], hit, rest, depth + 1)
            case Action.GOTO:
                found = self._chain(self.walker.ruleset.chains[rule.target], hit, after, depth + 1)
            case Action.UNKNOWN:
                return Fate(accepted=full, dropped=full, affected=full)
            case Action.REWRITE | Action.CONTINUE:
                return Fate(accepted=rest.accepted, dropped=rest.dropped, affected=full)
        return Fate(
            accepted=found.accepted, dropped=found.dropped, affected=found.affected | affected
        )
