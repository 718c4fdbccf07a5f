"""Which packets a ruleset possibly accepts and possibly drops, as exact sets.

One set flows down each chain: the packets that *possibly* reach a rule. A rule with a match outside
the model possibly takes every packet of its known part and surely takes none, so it adds to the
possible outcomes and removes nothing. A packet is surely accepted when it possibly is and nowhere
possibly dropped. (Upper and lower closure of Diekmann's Iptables_Semantics, in one pass.)

A packet's way in: prerouting chains (where it may be rewritten), then input or forward and
postrouting chains. Chains of one hook follow in series: accept ends one of them, drop is final.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from soccheck.firewall.bdd import Set, Sets
from soccheck.firewall.errors import TooComplexError
from soccheck.firewall.model import (
    ADDRTYPE,
    CT,
    LOOPBACK,
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
    span_all,
)
from soccheck.firewall.spans import Spans

MAX_DEPTH = 128
MULTICAST: Mapping[int, Spans] = {
    4: ((0xE0000000, 0xEFFFFFFF),),
    6: ((0xFF << 120, (1 << 128) - 1),),
}
UNICAST = ((ADDRTYPE["unicast"], ADDRTYPE["unicast"]),)
LOCAL = ((ADDRTYPE["local"], ADDRTYPE["local"]),)
TO_HOST = ((1, 4),)
NEW = ((CT["new"], CT["new"]),)


@dataclass(slots=True)
class Outcome:
    """What one base chain did with the packets it was given."""

    accepted: Set
    dropped: Set
    rewritten: list[tuple[Rule, Set]] = field(default_factory=list)
    by_policy: Set = field(kw_only=True)
    """What no rule decided and the policy accepts."""


@dataclass(slots=True)
class Branch:
    """Packets that share one rewrite, as they were on arrival."""

    origin: Set
    values: Mapping[str, Spans] = field(default_factory=dict)
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """The packets possibly and surely let through, as they were on arrival."""

    possible: Set
    sure: Set
    branches: tuple[Branch, ...] = ()
    arrived: Set | None = None
    """The packets possibly and nowhere possibly dropped, as they look after any rewrite."""
    dropped: Set | None = None
    """What is possibly dropped, as it was on arrival."""


Observer = Callable[[Chain, Rule, Set, Set], None]
"""Called for each rule a packet can reach, with the chain, rule, reach and possible match."""


class Walker:
    """Walks the chains of a ruleset in one family with sets from one universe."""

    def __init__(
        self,
        ruleset: Ruleset,
        family: int,
        sets: Sets,
        *,
        budget: int = 2_000_000,
        unlogged: bool = False,
        observer: Observer | None = None,
    ) -> None:
        self.ruleset = ruleset
        self.family = family
        self.sets = sets
        self.unlogged = unlogged
        self.observer = observer
        self._budget = budget
        self._fuzzy = False
        self.undecided: dict[str, Set] = {}
        """Per hook, what every chain of it let through by policy alone, on the last walk."""
        self._hops = False
        """True where the packet's TTL was decremented: Linux does so ahead of the forward hook."""
        self._matches: dict[tuple[int, bool], tuple[Set, Set]] = {}

    def terms(self, expr: Expr) -> tuple[Set, Set]:
        """Return the packets an expression (surely, possibly) holds for."""
        sets = self.sets
        if isinstance(expr, In):
            if expr.family not in (0, self.family):
                return sets.empty, sets.empty
            spans = expr.spans
            if expr.field == "ttl" and self._hops:
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
        key = (id(rule), self._hops)
        found = self._matches.get(key)
        if found is None:
            found = self._matches[key] = self.terms(rule.match)
        return found

    def base(self, chain: Chain, start: Set) -> Outcome:
        """Run packets through one base chain and its policy."""
        assert chain.base is not None
        empty = self.sets.empty
        out = Outcome(empty, empty, by_policy=empty)
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

    def _chain(self, chain: Chain, start: Set, out: Outcome, depth: int) -> Set:
        """Return what comes back from a chain, by its end or by `return`."""
        if depth > MAX_DEPTH:
            raise TooComplexError(f"{chain.where}: chains nest deeper than {MAX_DEPTH}")
        reach, back = start, self.sets.empty
        for rule in chain.rules:
            if not reach.satisfiable():
                break
            if rule.family not in (0, self.family):
                continue
            self._budget -= 1
            if self._budget < 0:
                raise TooComplexError("the chains call each other too often to be followed")
            sure, possible = self.match(rule)
            hit = reach & possible
            if self.observer:
                self.observer(chain, rule, reach, hit)
            if not hit.satisfiable():
                continue
            self._fuzzy = self._fuzzy or sure != possible
            if self.unlogged and rule.log:
                # A logged packet is of no more interest, whatever becomes of it.
                hit, reach = hit & ~sure, reach & ~sure
                if not hit.satisfiable():
                    continue
            rest = reach & ~sure
            match rule.action:
                case Action.ACCEPT:
                    out.accepted |= hit
                case Action.DROP | Action.REJECT:
                    out.dropped |= hit
                case Action.RETURN:
                    back |= hit
                case Action.JUMP:
                    rest |= self._chain(self._target(rule), hit, out, depth + 1)
                case Action.GOTO:
                    back |= self._chain(self._target(rule), hit, out, depth + 1)
                case Action.REWRITE:
                    assert rule.rewrite is not None
                    out.rewritten.append((rule, hit))
                    if not rule.rewrite.final:
                        rest = reach
                case Action.UNKNOWN:
                    out.accepted |= hit
                    out.dropped |= hit
                    rest = reach
                case Action.CONTINUE:
                    rest = reach
            reach = rest
        return back | reach

    def _target(self, rule: Rule) -> Chain:
        return self.ruleset.chains[rule.target]

    # The way through the hooks.

    def consistent(self, part: Set) -> Set:
        """Keep the packets whose fields agree: address types, output interface, NAT state."""
        return part & self.sets.universe & self._agreeing() & self._agreeing_types()

    def _agreeing(self) -> Set:
        sets = self.sets
        no_oif = sets.named("oif", ("",))
        unicast = sets.number("dtype", UNICAST)
        # Nothing is forwarded into the loopback interface.
        out = (unicast & ~sets.named("oif", ("", *LOOPBACK))) | (~unicast & no_oif)
        out &= ~sets.named("iif", ("",))
        out &= ~(sets.number("ct", NEW) & sets.number("dnat", ((1, 1),)))
        if self.family == 4:
            out &= sets.number("rt", ((0, 0),))
        return out

    def _agreeing_types(self) -> Set:
        sets = self.sets
        group = sets.number("dst", MULTICAST[self.family])
        is_group = sets.number("dtype", ((3, 3),))
        out = (group & is_group) | (~group & ~is_group)
        broadcast = sets.number("dtype", ((2, 2),))
        if self.family == 6:
            out &= ~broadcast
        else:
            limited = sets.number("dst", ((0xFFFFFFFF, 0xFFFFFFFF),))
            out &= ~limited | broadcast
        own = self.ruleset.local.get(self.family)
        if own is not None:
            mine, local = sets.number("dst", own), sets.number("dtype", LOCAL)
            out &= (mine & local) | (~mine & ~local)
        return out

    def inbound(self, start: Set) -> Flow:
        """Return what of `start` gets through to the host or across it."""
        sets = self.sets
        start = self.consistent(start)
        branches, bad = [Branch(start)], sets.empty
        for chain in self.ruleset.bases("prerouting", self.family):
            branches, lost = self._stage(chain, branches)
            bad |= lost
        images = sets.empty
        for branch in branches:
            images |= self._image(branch)
        unicast = sets.number("dtype", UNICAST)
        possible, dropped = sets.empty, sets.empty
        for part, hooks in (
            (images & ~unicast, ("input",)),
            (images & unicast, ("forward", "postrouting")),
        ):
            passed, lost = self._series(part, hooks)
            possible |= passed
            dropped |= lost
        through, stopped = sets.empty, bad
        for branch in branches:
            through |= self._before(branch, possible)
            stopped |= self._before(branch, dropped)
            surely = self._before_surely(branch, possible & ~dropped)
            bad |= branch.origin & ~surely
        arrived = possible & ~dropped
        return Flow(through, through & ~bad, tuple(branches), arrived, stopped)

    def route(self, flow: Flow, point: Set) -> tuple[int, str] | None:
        """Return the (address type, output interface) on which a rewritten packet gets through."""
        for branch in flow.branches:
            part = branch.origin & point
            if "dst" not in branch.values or not part.satisfiable():
                continue
            image = self._image(Branch(part, branch.values))
            found = image if flow.arrived is None else image & flow.arrived
            atoms = self.sets.pick(found) or self.sets.pick(image)
            if atoms is not None:
                low, _ = self.sets.atoms.numbers["dtype"].values(atoms["dtype"])
                return low, self.sets.atoms.names["oif"].names[atoms["oif"]]
        return None

    def outbound(self, start: Set) -> Flow:
        """Return what of `start`, sent by the host itself, gets out; rewrites make it unsure."""
        sets = self.sets
        start &= sets.named("iif", ("",)) & ~sets.named("oif", ("",)) & sets.universe
        passed, lost = self._series(start, ("output", "postrouting"))
        return Flow(passed, passed & ~lost)

    def _series(self, start: Set, hooks: Sequence[str]) -> tuple[Set, Set]:
        lost = self.sets.empty
        self._hops = "forward" in hooks
        for hook in hooks:
            undecided = start
            for chain in self.ruleset.bases(hook, self.family):
                out = self.base(chain, start)
                undecided &= out.by_policy
                lost |= out.dropped
                start = out.accepted
                for rule, part in out.rewritten:
                    # Source NAT keeps the destination; a rewrite of it here is not followed.
                    start |= part
                    if rule.rewrite and set(rule.rewrite.values) - {"src", "sport"}:
                        lost |= part
            self.undecided[hook] = undecided & start
        self._hops = False
        return start, lost

    def _stage(self, chain: Chain, branches: list[Branch]) -> tuple[list[Branch], Set]:
        start = self.sets.empty
        for branch in branches:
            start |= self._image(branch)
        self._fuzzy = False
        out = self.base(chain, start)
        taken = self.sets.empty
        for rule, part in out.rewritten:
            if rule.rewrite and not rule.rewrite.final and not self._fuzzy:
                taken |= part
        done, lost = [], self.sets.empty
        for branch in branches:
            lost |= self._before(branch, out.dropped)
            keep = self._before(branch, out.accepted & ~taken)
            if keep.satisfiable():
                done.append(Branch(keep, branch.values, branch.rule))
            for rule, part in out.rewritten:
                assert rule.rewrite is not None
                if not rule.rewrite.final:
                    part = part & out.accepted
                origin = self._before(branch, part)
                if origin.satisfiable():
                    values = {**branch.values, **self._routed(rule.rewrite.values)}
                    done.append(Branch(origin, values, rule))
        return done, lost

    def _routed(self, values: Mapping[str, Spans]) -> Mapping[str, Spans]:
        """Add what follows from a new destination: its type, and that it was rewritten."""
        if not {"dst", "dport", "dtype"} & values.keys():
            return values
        out = dict(values)
        out["dnat"] = ((1, 1),)
        if "dst" in values and not self._in_family(values["dst"]):
            raise TooComplexError("a rewrite to the other family is not followed")
        if "dtype" in values and "dst" not in values:
            # A redirect goes to an own address, whichever it is.
            out["dst"] = self.ruleset.local.get(self.family) or span_all(self.family)
        if "dst" in values and "dtype" not in values:
            out["dtype"] = ((0, 1),)
        return out

    def _in_family(self, spans: Spans) -> bool:
        return all(high <= span_all(self.family)[0][1] for _, high in spans)

    def _image(self, branch: Branch) -> Set:
        """Return how the packets of a branch look after the rewrite, on any route."""
        if not branch.values:
            return branch.origin
        part = self.sets.forget(branch.origin, self._changed(branch))
        for name, spans in branch.values.items():
            part &= self.sets.number(name, spans)
        return self._settled(part)

    def _settled(self, part: Set) -> Set:
        """As `consistent`, but a connection that was just rewritten is still new."""
        rewritten = self.sets.number("dnat", ((1, 1),))
        agree = self.sets.forget(self._agreeing(), ("dnat",)) & self._agreeing_types()
        return part & self.sets.universe & ((rewritten & agree) | self._agreeing())

    def _before(self, branch: Branch, part: Set) -> Set:
        """Return the packets of a branch of which some image lies in `part`."""
        if not branch.values:
            return branch.origin & part
        part = part & self._image(branch)
        return branch.origin & self.sets.forget(part, self._changed(branch))

    def _before_surely(self, branch: Branch, part: Set) -> Set:
        """Return the packets of which every rewrite has a route on which it lies in `part`.

        The route (output interface, address type) is a fact about the network that the ruleset
        does not show, so one route suffices; the device's own choice of target does not.
        """
        if not branch.values:
            return branch.origin & part
        free = ("oif", "dtype") if "dst" in branch.values else ()
        image = self._image(branch)
        good = self.sets.forget(part & image, free)
        wrong = image & ~good
        return branch.origin & ~self.sets.forget(wrong, self._changed(branch))

    def _changed(self, branch: Branch) -> tuple[str, ...]:
        names = tuple(branch.values)
        return (*names, "oif") if "dtype" in branch.values and "oif" not in names else names


def constants(ruleset: Ruleset, family: int) -> list[Expr]:
    """Return expressions with every value a walk uses beyond those of the rules' matches."""
    out: list[Expr] = [
        In("dst", MULTICAST[family]),
        In("dst", ((0xFFFFFFFF, 0xFFFFFFFF),), 4),
        *(In("dtype", ((n, n),)) for n in range(5)),
        *(In("ct", ((n, n),)) for n in range(5)),
        In("dnat", ((1, 1),)),
        In("rt", ((0, 0),)),
        In("fresh", ((1, 1),)),
        In("rpath", ((1, 1),)),
        In("frag", ((0, 0),)),
        Named("oif", LOOPBACK),
    ]
    own = ruleset.local.get(family)
    if own:
        out.append(In("dst", own))
    for chain in ruleset.chains.values():
        for rule in chain.rules:
            if rule.rewrite and rule.family in (0, family):
                out += [In(n, s) for n, s in rule.rewrite.values.items()]
    return out


def everything(ruleset: Ruleset) -> list[Expr]:
    """Return every rule's match."""
    return [rule.match for chain in ruleset.chains.values() for rule in chain.rules]
