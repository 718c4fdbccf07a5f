"""Rules that no packet reaches, and rules without which every packet fares the same.

A rule is dead when no packet can reach and match it; since the reach is what is *possibly* left, that is
a proof. The blockers are the earlier rules that together take all it matches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from soccheck.firewall.engine.aftermath import DECIDING, Aftermath
from soccheck.firewall.engine.bdd import Set
from soccheck.firewall.model import ANY, Action, Chain, Expr, Rule, Ruleset
from soccheck.firewall.questions import Analysis

MOST_BLOCKERS = 4
"""Rules named for one that they take everything from."""
WALKED = ("prerouting", "input", "forward", "output", "postrouting")
"""The hooks that a walk passes; nothing is said of the chains of others."""


@dataclass(slots=True)
class Reach:
    """What the walks of one family saw."""

    analysis: Analysis
    entered: set[str] = field(default_factory=set)
    """Chains that packets come to."""
    left: dict[int, Set] = field(default_factory=dict)
    """What each rule is come to by, by the rule's identity."""
    hits: dict[int, Set] = field(default_factory=dict)
    """What each rule takes; nothing where it takes nothing."""
    inbound: dict[int, Set] = field(default_factory=dict)
    """What each rule takes on the way in."""

    def see(self, chain: Chain, rule: Rule, reach: Set, hit: Set) -> None:
        """Note that a walk reached a rule."""
        self.entered.add(chain.name)
        _add(self.left, rule, reach)
        if hit.satisfiable():
            _add(self.hits, rule, hit)

    def matched(self, rule: Rule) -> Set:
        """Return all a rule possibly matches, whether it is come to or not."""
        return self.analysis.walker.match(rule)[1] & self.analysis.sets.universe


def _add(found: dict[int, Set], rule: Rule, part: Set) -> None:
    known = found.get(id(rule))
    found[id(rule)] = part if known is None else known | part


def walked(ruleset: Ruleset, family: int, exprs: Iterable[Expr]) -> Reach:
    """Send every packet of a family in and out, and note what each rule sees of it."""
    analysis = Analysis(ruleset, family, exprs)
    reach = Reach(analysis)
    analysis.walker.observer = reach.see
    full = analysis.of(ANY)
    analysis.walker.inbound(full)
    reach.inbound = dict(reach.hits)
    analysis.walker.outbound(full)
    analysis.walker.observer = None
    return reach


# -- rules that no packet reaches ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Dead:
    """A rule that no packet reaches, or that matches none."""

    rule: Rule
    matches: bool
    """False when its parts exclude each other."""
    blockers: tuple[Rule, ...] = ()
    whole: bool = True
    """True when the blockers take all that it matches."""

    @property
    def contradicted(self) -> bool:
        """Tell whether the rules that take everything from it do the opposite of it."""
        accepts = self.rule.action is Action.ACCEPT
        return (
            self.whole
            and self.rule.action in DECIDING
            and any(
                b.action in DECIDING and (b.action is Action.ACCEPT) != accepts
                for b in self.blockers
            )
        )


def unentered(ruleset: Ruleset, reaches: Sequence[Reach]) -> list[Chain]:
    """Return the chains with rules that no packet gets to."""
    entered = {name for reach in reaches for name in reach.entered}
    return [c for c in ruleset.chains.values() if c.rules and not c.base and c.name not in entered]


def dead(ruleset: Ruleset, reaches: Sequence[Reach]) -> Iterator[Dead]:
    """Yield the rules that no packet reaches, of the chains that a packet gets to."""
    live = {number for reach in reaches for number in reach.hits}
    skipped = {chain.name for chain in unentered(ruleset, reaches)}
    for chain in ruleset.chains.values():
        if chain.name in skipped or (chain.base and chain.base.hook not in WALKED):
            continue
        for place, rule in enumerate(chain.rules):
            if not rule.implicit and id(rule) not in live:
                yield _dead(chain, place, reaches)


def _dead(chain: Chain, place: int, reaches: Sequence[Reach]) -> Dead:
    rule = chain.rules[place]
    mine = [r for r in reaches if rule.family in (0, r.analysis.family)]
    if not any(reach.matched(rule).satisfiable() for reach in mine):
        return Dead(rule=rule, matches=False)
    found: dict[int, Rule] = {}
    whole = True
    for reach in mine:
        blockers, all_of_it = _blockers(chain, place, reach)
        found |= {id(b): b for b in blockers}
        whole = whole and all_of_it
    ordered = tuple(earlier for earlier in chain.rules[:place] if id(earlier) in found)
    return Dead(rule=rule, matches=True, blockers=ordered, whole=whole)


def _blockers(chain: Chain, place: int, reach: Reach) -> tuple[list[Rule], bool]:
    """Return earlier rules that leave nothing to a rule, and whether they are all that do.

    What is left of its packets shrinks from rule to rule: the one behind which nothing is left is found
    by halving, then the one behind which nothing is left of what that one does not take, and so on.
    """
    family, empty = reach.analysis.family, reach.analysis.sets.empty
    rules = [r for r in chain.rules[:place] if r.family in (0, family)]
    left = [reach.left.get(id(r), empty) for r in rules]
    left.append(reach.left.get(id(chain.rules[place]), empty))
    wanted = reach.matched(chain.rules[place]) & left[0]
    elsewhere = reach.matched(chain.rules[place]) & ~left[0]
    found: list[Rule] = []
    end = len(rules)
    while wanted.satisfiable() and len(found) <= MOST_BLOCKERS:
        low, high = 0, end - 1
        while low < high:
            middle = (low + high) // 2
            if (wanted & left[middle + 1]).satisfiable():
                low = middle + 1
            else:
                high = middle
        sure, _ = reach.analysis.walker.match(rules[low])
        found.append(rules[low])
        wanted &= ~(sure | (left[low] & ~left[low + 1]))
        elsewhere &= ~sure
        end = low
    return found, not (wanted | elsewhere).satisfiable()


# -- rules without which nothing changes -----------------------------------------------------------


def redundant(ruleset: Ruleset, reaches: Sequence[Reach]) -> Iterator[Rule]:
    """Yield the filter rules that packets reach and that every packet could do without.

    A rule that logs is of use by that, and one of NAT by what it keeps from being rewritten.
    """
    live: set[int] = set()
    needed: set[int] = set()
    for reach in reaches:
        live |= reach.hits.keys()
        aftermath = Aftermath(reach.analysis.walker, reach.hits)
        for hook in WALKED:
            reach.analysis.walker.hops = hook in ("forward", "postrouting")
            for chain in ruleset.bases(hook, reach.analysis.family):
                aftermath.base(chain)
        reach.analysis.walker.hops = False
        needed |= aftermath.needed
    idle = live - needed
    translating = _translating(ruleset)
    for chain in ruleset.chains.values():
        for rule in chain.rules if chain.name not in translating else ():
            deciding = rule.action in DECIDING and not (rule.implicit or rule.log)
            if deciding and id(rule) in idle:
                yield rule


def _translating(ruleset: Ruleset) -> set[str]:
    """Return the chains of NAT, and those that they call."""
    found: set[str] = set()
    todo = [c.name for c in ruleset.chains.values() if c.base and c.base.new_only]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += [rule.target for rule in ruleset.chains[name].rules if rule.target]
    return found
