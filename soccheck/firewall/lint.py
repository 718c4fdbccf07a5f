"""Findings on rules: shadowed, never matching, redundant, any-any, undefined, undescribed, unknown.

A rule is shadowed when no packet can reach and match it; since the reach is what is *possibly*
left, that is a proof. The blockers are the earlier rules that together take all it matches, in
the manner of Batfish's filterLineReachability.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from soccheck.errors import TooComplexError
from soccheck.firewall.engine.bdd import Set, bounded
from soccheck.firewall.engine.boxes import open_ports
from soccheck.firewall.model import (
    ANY,
    LOOPBACK,
    TCP,
    Action,
    All,
    Chain,
    Expr,
    In,
    Named,
    Not,
    Rule,
    Ruleset,
    Say,
    Some,
    Unknown,
    Where,
    all_of,
    some_of,
    span_all,
)
from soccheck.firewall.names import INTERNET
from soccheck.firewall.queries import NEW
from soccheck.firewall.questions import Analysis

SEVERITY = {
    "any-any": "error",
    "undefined": "error",
    "shadowed": "warning",
    "contradicted": "error",
    "never-matches": "warning",
    "redundant": "warning",
    "unused-chain": "warning",
    "unknown": "info",
    "left out": "info",
    "undescribed": "info",
    "not judged": "warning",
}
"""Kinds of findings; `contradicted` is shadowed by rules that do the opposite."""
MOST_BLOCKERS = 4
language = str  # marks what is translated when it is printed
EXCLUDED = language("its parts exclude each other")
SAME = language("what follows does the same")
BEFORE = language("by the chains before it")
UNUSED = language("no packet gets to this chain")

del language
REDUNDANT_UP_TO = 2000
NEARLY_ALL = 60000
"""Ports a rule must take to count as any; earlier rules may have taken some."""
FROM_INTERNET = all_of(
    NEW,
    Not(Named("iif", LOOPBACK)),
    some_of(*(In("src", spans, family) for family, spans in INTERNET.items())),
)
_TERMINAL = (Action.ACCEPT, Action.DROP, Action.REJECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFinding:
    """One finding on one rule, chain or object."""

    kind: str
    where: Where
    text: str
    by: tuple[Where, ...] = ()
    """The rules that take all that would reach it."""
    note: str = ""

    def why(self, language: Say = str) -> str:
        """Return what explains the finding: the rules it is due to, or a remark."""
        if not self.by:
            return language(self.note) if self.note else ""
        text = ", ".join(map(str, self.by[:MOST_BLOCKERS]))
        if len(self.by) > MOST_BLOCKERS:
            more = language("and {n} more").format(n=len(self.by) - MOST_BLOCKERS)
            text = f"{text} {more}"
        return language("by {rules}").format(rules=text)

    @property
    def severity(self) -> str:
        """Return `error`, `warning` or `info`."""
        return SEVERITY[self.kind]


@dataclass(slots=True)
class _Reach:
    """What the walks of one family saw."""

    analysis: Analysis
    live: set[int] = field(default_factory=set)
    visited: set[str] = field(default_factory=set)
    hits: dict[int, Set] = field(default_factory=dict)
    inbound: dict[int, Set] = field(default_factory=dict)
    """What each rule takes on the way in."""

    def see(self, chain: Chain, rule: Rule, reach: Set, hit: Set) -> None:
        """Note that a walk reached a rule."""
        del reach
        self.visited.add(chain.name)
        if hit.satisfiable():
            self.live.add(id(rule))
            found = self.hits.get(id(rule))
            self.hits[id(rule)] = hit if found is None else found | hit


def lint(ruleset: Ruleset) -> list[RuleFinding]:
    """Return every finding, in the order of the files."""
    out = [
        RuleFinding(kind=n.kind if n.kind in SEVERITY else "left out", where=n.where, text=n.text)
        for n in ruleset.notes
    ]
    rules = [(c, r) for c in ruleset.chains.values() for r in c.rules if not r.implicit]
    for _, rule in rules:
        out += _of_rule(rule)
    try:
        with bounded():
            reaches = [_walk(ruleset, family) for family in sorted(ruleset.families)]
            out += _reachability(ruleset, reaches)
            out += _redundant(ruleset, reaches)
            out += _any_any(ruleset, reaches)
    except TooComplexError as error:
        first = next(iter(ruleset.chains.values()))
        out.append(RuleFinding(kind="not judged", where=first.where, text=error.message))
    return sorted(out, key=lambda f: (f.where, f.kind))


def _of_rule(rule: Rule) -> Iterable[RuleFinding]:
    unknown = texts(rule.match)
    if unknown:
        yield RuleFinding(kind="unknown", where=rule.where, text=rule.text, note="; ".join(unknown))
    if not rule.comment and rule.action in (*_TERMINAL, Action.REWRITE):
        yield RuleFinding(kind="undescribed", where=rule.where, text=rule.text)


def texts(expr: Expr) -> list[str]:
    """Return the unknown parts of a match."""
    if isinstance(expr, Unknown):
        return [expr.text]
    if isinstance(expr, Not):
        return texts(expr.part)
    if isinstance(expr, All | Some):
        return list(dict.fromkeys(t for part in expr.parts for t in texts(part)))
    return []


def is_any_any(ruleset: Ruleset, rule: Rule) -> bool:
    """Tell whether an accepting rule limits neither source, destination nor service.

    A rule on interfaces counts when one of them is untrusted; established connections, the
    loopback interface and rules of inner interfaces do not.
    """
    parts = rule.match.parts if isinstance(rule.match, All) else (rule.match,)
    for part in parts:
        if isinstance(part, In):
            whole = part.family and part.spans == span_all(part.family)
            new = part.field == "ct" and any(low == 0 for low, _ in part.spans)
            if not whole and not new:
                return False
        elif isinstance(part, Named) and part.field == "iif":
            if not set(part.names) & {*ruleset.untrusted, "*"}:
                return False
        elif isinstance(part, Named):
            # Back to where it came from opens nothing, as firewalld does within a zone.
            if part.names and set(part.names) <= set(ruleset.untrusted):
                return False
        elif part != ANY:
            return False
    return rule.label not in ("nat", "raw", "mangle", "security")


def _any_any(ruleset: Ruleset, reaches: Sequence[_Reach]) -> Iterable[RuleFinding]:
    """Yield unlimited accepting rules that really take nearly every port from the Internet."""
    out: list[RuleFinding] = []
    rules = [r for c in ruleset.chains.values() for r in c.rules if not r.implicit]
    for rule in rules:
        if rule.action is not Action.ACCEPT or texts(rule.match) or not is_any_any(ruleset, rule):
            continue
        for reach in reaches:
            hit = reach.inbound.get(id(rule))
            if hit is None:
                continue
            outside = hit & reach.analysis.of(all_of(FROM_INTERNET, _side(ruleset)))
            ports = open_ports(reach.analysis, outside, TCP)
            if sum(high - low + 1 for low, high in ports) >= NEARLY_ALL:
                note = f"IPv{reach.analysis.family}"
                out.append(RuleFinding(kind="any-any", where=rule.where, text=rule.text, note=note))
    return out


def _side(ruleset: Ruleset) -> Expr:
    """Return "the packet comes in on the untrusted side", where that is known."""
    return Named("iif", ruleset.untrusted) if ruleset.untrusted else ANY


def _walk(ruleset: Ruleset, family: int) -> _Reach:
    analysis = Analysis(ruleset, family, [FROM_INTERNET, _side(ruleset)])
    reach = _Reach(analysis)
    analysis.walker.observer = reach.see
    full = analysis.of(ANY)
    analysis.walker.inbound(full)
    reach.inbound = dict(reach.hits)
    analysis.walker.outbound(full)
    analysis.walker.observer = None
    return reach


def _reachability(ruleset: Ruleset, reaches: Sequence[_Reach]) -> Iterable[RuleFinding]:
    out: list[RuleFinding] = []
    live = {n for reach in reaches for n in reach.live}
    visited = {n for reach in reaches for n in reach.visited}
    explained = 0
    for chain in ruleset.chains.values():
        if chain.rules and chain.name not in visited and not chain.base:
            found = RuleFinding(
                kind="unused-chain", where=chain.where, text=chain.name, note=UNUSED
            )
            out.append(found)
            continue
        for place, rule in enumerate(chain.rules):
            if rule.implicit or id(rule) in live:
                continue
            explained += 1
            out.append(_dead(chain, place, rule, reaches, explained <= 200))
    return out


def _dead(
    chain: Chain, place: int, rule: Rule, reaches: Sequence[_Reach], explain: bool
) -> RuleFinding:
    mine = [r for r in reaches if rule.family in (0, r.analysis.family)]
    if not any(
        (r.analysis.walker.match(rule)[1] & r.analysis.sets.universe).satisfiable() for r in mine
    ):
        return RuleFinding(
            kind="never-matches",
            where=rule.where,
            text=rule.text,
            note=EXCLUDED,
        )
    if not explain:
        return RuleFinding(kind="shadowed", where=rule.where, text=rule.text)
    blockers: dict[int, Rule] = {}
    left_over = False
    for reach in mine:
        walker = reach.analysis.walker
        left = walker.match(rule)[1] & reach.analysis.sets.universe
        for earlier in chain.rules[:place]:
            if earlier.action is Action.CONTINUE or earlier.family not in (0, walker.family):
                continue
            sure, _ = walker.match(earlier)
            if (left & sure).satisfiable():
                blockers[id(earlier)] = earlier
                left &= ~sure
                if not left.satisfiable():
                    break
        left_over = left_over or left.satisfiable()
    opposite = any(
        b.action in _TERMINAL and (b.action is Action.ACCEPT) != (rule.action is Action.ACCEPT)
        for b in blockers.values()
    )
    kind = "contradicted" if opposite and rule.action in _TERMINAL and not left_over else "shadowed"
    by = tuple(b.where for b in blockers.values())
    return RuleFinding(
        kind=kind, where=rule.where, text=rule.text, by=by, note="" if by else BEFORE
    )


def _redundant(ruleset: Ruleset, reaches: Sequence[_Reach]) -> Iterable[RuleFinding]:
    """Yield rules without which every packet fares the same."""
    out: list[RuleFinding] = []
    for chain in ruleset.chains.values():
        if chain.base is None or len(chain.rules) > REDUNDANT_UP_TO:
            continue
        for place, rule in enumerate(chain.rules):
            if rule.implicit or rule.log or rule.action not in _TERMINAL:
                continue
            hits = [(r, r.hits[id(rule)]) for r in reaches if id(rule) in r.hits]
            if hits and all(_same_without(chain, place, rule, r, h) for r, h in hits):
                out.append(
                    RuleFinding(
                        kind="redundant",
                        where=rule.where,
                        text=rule.text,
                        note=SAME,
                    )
                )
    return out


def _same_without(chain: Chain, place: int, rule: Rule, reach: _Reach, hit: Set) -> bool:
    rest = Chain(
        name=chain.name, rules=chain.rules[place + 1 :], where=chain.where, base=chain.base
    )
    out = reach.analysis.walker.base(rest, hit)
    wrong = out.dropped if rule.action is Action.ACCEPT else out.accepted
    return not out.rewritten and not wrong.satisfiable()
