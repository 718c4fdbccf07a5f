"""A packet's way through the hooks: which packets a ruleset possibly and surely lets through.

On the way in: prerouting chains (where a packet may be rewritten), then input, or forward and
postrouting chains. Chains of one hook follow in series: accept ends one of them, drop is final.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from soccheck.errors import TooComplexError
from soccheck.firewall.engine.agreeing import UNICAST, Agreeing
from soccheck.firewall.engine.bdd import Set
from soccheck.firewall.engine.constants import MULTICAST
from soccheck.firewall.model import ADDRTYPE, Chain, Rule, span_all
from soccheck.firewall.spans import Spans, intersect
from soccheck.phrase import phrase

GROUPS = {4: (*MULTICAST[4], ((1 << 32) - 1,) * 2), 6: MULTICAST[6]}
"""Destinations that are many at once, whoever looks at them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Packets that share one rewrite, as they were on arrival."""

    origin: Set
    image: Set
    """How they look after it, on any route."""
    values: Mapping[str, Spans] = field(default_factory=dict)
    rule: Rule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The packets possibly and surely let through, as they were on arrival."""

    possible: Set
    sure: Set
    branches: tuple[Branch, ...]
    arrived: Set
    """The packets possibly and nowhere possibly dropped, as they look after any rewrite."""
    reached: Set
    """The packets possibly let through, as they look after any rewrite."""
    dropped: Set
    """What is possibly dropped, as it was on arrival."""


class Walker(Agreeing):
    """Follows packets from arrival to their end, through rewrites and on to input or forward."""

    def inbound(self, start: Set) -> Flow:
        """Return what of `start` gets through to the host or across it."""
        sets = self.sets
        start = self.consistent(start)
        self._decided = sets.empty
        branches, bad = [self._branch(start)], sets.empty
        for chain in self.ruleset.bases("prerouting", self.family):
            branches, lost = self._stage(chain, branches)
            bad |= lost
        images = sets.empty
        for branch in branches:
            images |= branch.image
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
        return Flow(
            possible=through,
            sure=through & ~bad,
            branches=tuple(branches),
            arrived=possible & ~dropped,
            reached=possible,
            dropped=stopped,
        )

    def translated(self, flow: Flow, end: Set) -> Iterator[tuple[Branch, Set]]:
        """Yield each rewrite of a port with what possibly comes to `end` by it, as it looks there."""
        for branch in flow.branches:
            if "dport" in branch.values:
                yield branch, self._through(flow, branch) & end

    def ending(self, flow: Flow, end: Set) -> Set:
        """Return the packets, as they come in, that possibly come to `end`, rewritten or not."""
        found = self.sets.empty
        for branch in flow.branches:
            found |= self._before(branch, self._through(flow, branch) & end)
        return found & flow.possible

    def _through(self, flow: Flow, branch: Branch) -> Set:
        """Return how the packets of a branch that possibly get through look at their end."""
        return self._image(branch.origin & flow.possible, branch.values) & flow.reached

    def before(self, branch: Branch, part: Set) -> Set:
        """Return the packets of a branch, on arrival, of which some image lies in `part`."""
        return self._before(branch, part)

    def route(self, flow: Flow, point: Set) -> tuple[int, str] | None:
        """Return the (address type, output interface) on which a rewritten packet gets through."""
        for branch in flow.branches:
            part = branch.origin & point
            if "dst" not in branch.values or not part.satisfiable():
                continue
            for dtype, name, through in self._routes(branch, flow.arrived):
                if (through & point).satisfiable():
                    return dtype, name
            image = self._image(part, branch.values)
            atoms = self.sets.pick(image & flow.arrived) or self.sets.pick(image)
            if atoms is not None:
                low, _ = self.sets.atoms.numbers["dtype"].values(atoms["dtype"])
                return low, self.sets.atoms.names["oif"].names[atoms["oif"]]
        return None

    def strange(self, asked: Set, flow: Flow) -> Set:
        """Return what rules let through and no packet need be: to the device, where none of the addresses
        shown to be its own is asked for, and from the address of nobody.
        """
        sets, own = self.sets, self.sets.number("dst", self.ruleset.answering(self.family))
        groups = sets.number("dst", GROUPS[self.family])
        out = sets.number("src", ((0, 0),)) & ~groups
        if own.satisfiable() and not (asked & own).satisfiable():
            for branch in flow.branches:
                if not branch.values:
                    out |= branch.origin & ~groups & ~sets.number("dtype", UNICAST)
        return out

    def outbound(self, start: Set) -> Flow:
        """Return what of `start`, sent by the host itself, gets out; rewrites make it unsure."""
        sets = self.sets
        start &= sets.named("iif", ("",)) & ~sets.named("oif", ("",)) & sets.universe
        start = self.carried(start)
        passed, lost = self._series(start, ("output", "postrouting"))
        sure = passed & ~lost
        return Flow(
            possible=passed, sure=sure, branches=(), arrived=sure, reached=passed, dropped=lost
        )

    def _series(self, start: Set, hooks: Sequence[str]) -> tuple[Set, Set]:
        lost = self.sets.empty
        self.hops = "forward" in hooks
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
            self.undecided[hook] = undecided & start & ~self._decided
        self.hops = False
        return start, lost

    def _stage(self, chain: Chain, branches: list[Branch]) -> tuple[list[Branch], Set]:
        start = self.sets.empty
        for branch in branches:
            start |= branch.image
        self._fuzzy = False
        out = self.base(chain, start)
        if chain.base is not None and chain.base.decides:
            self._decided |= out.accepted & ~out.by_policy
        taken = self.sets.empty
        for rule, part in out.rewritten:
            if rule.rewrite and not rule.rewrite.final and not self._fuzzy:
                taken |= part
        done, lost = [], self.sets.empty
        for branch in branches:
            lost |= self._before(branch, out.dropped)
            keep = self._before(branch, out.accepted & ~taken)
            if keep.satisfiable():
                done.append(self._branch(keep, branch.values, branch.rule))
            for rule, part in out.rewritten:
                assert rule.rewrite is not None
                if not rule.rewrite.final:
                    part = part & out.accepted
                origin = self._before(branch, part)
                if origin.satisfiable():
                    values = {**branch.values, **self._routed(rule.rewrite.values)}
                    done.append(self._branch(origin, values, rule))
        return done, lost

    def _routed(self, values: Mapping[str, Spans]) -> Mapping[str, Spans]:
        """Add what follows from a new destination: its type, and that it was rewritten."""
        if not {"dst", "dport", "dtype"} & values.keys():
            return values
        out = dict(values)
        out["dnat"] = ((1, 1),)
        if "dst" in values and not self._in_family(values["dst"]):
            raise TooComplexError(phrase("a rewrite to the other family is not followed"))
        if "dtype" in values and "dst" not in values:
            # A redirect goes to an own address, whichever it is.
            out["dst"] = self.ruleset.local.get(self.family) or span_all(self.family)
        if "dst" in values and ("dtype" not in values or self._may_be_own(values["dst"])):
            out["dtype"] = ((0, 1),)
        return out

    def _may_be_own(self, spans: Spans) -> bool:
        """Tell whether a new destination may be the device's own, whatever its reader takes it for."""
        own = self.ruleset.answering(self.family)
        return not own or bool(intersect(spans, own))

    def _in_family(self, spans: Spans) -> bool:
        return all(high <= span_all(self.family)[0][1] for _, high in spans)

    def _branch(
        self, origin: Set, values: Mapping[str, Spans] | None = None, rule: Rule | None = None
    ) -> Branch:
        values = values or {}
        return Branch(origin=origin, image=self._image(origin, values), values=values, rule=rule)

    def _image(self, part: Set, values: Mapping[str, Spans]) -> Set:
        """Return how packets look after a rewrite, on any route."""
        if not values:
            return part
        part = self.sets.forget(part, self._changed(values))
        for name, spans in values.items():
            part &= self.sets.number(name, spans)
        return self.settled(part)

    def _before(self, branch: Branch, part: Set) -> Set:
        """Return the packets of a branch of which some image lies in `part`."""
        if not branch.values:
            return branch.origin & part
        changed = self._changed(branch.values)
        return branch.origin & self.sets.forget(part & branch.image, changed)

    def _before_surely(self, branch: Branch, part: Set) -> Set:
        """Return the packets of which every rewrite lies in `part`, all of them on one route.

        The route (output interface, address type) is a fact about the network that the ruleset
        does not show, so one route suffices; the device's own choice of target does not.
        """
        if not branch.values:
            return branch.origin & part
        image, changed = branch.image, self._changed(branch.values)
        if "dst" not in branch.values or self._has_one_image(branch):
            free = ("oif", "dtype") if "dst" in branch.values else ()
            wrong = image & ~self.sets.forget(part & image, free)
            return branch.origin & ~self.sets.forget(wrong, changed)
        surely = self.sets.empty
        for _, _, through in self._routes(branch, part):
            surely |= through
        return surely

    def _has_one_image(self, branch: Branch) -> bool:
        """Tell whether a rewrite leaves the device no choice."""
        chosen = [spans for name, spans in branch.values.items() if name != "dtype"]
        return all(len(s) == 1 and s[0][0] == s[0][1] for s in chosen)

    def _routes(self, branch: Branch, part: Set) -> Iterator[tuple[int, str, Set]]:
        """Yield the routes of a rewrite that leaves a choice, with what lies in `part` whatever it is."""
        if self._has_one_image(branch):
            return
        image, free = branch.image, ("oif", "dtype")
        changed = self._changed(branch.values)
        ends = self.sets.forget(image, free)
        for dtype in (ADDRTYPE["unicast"], ADDRTYPE["local"]):
            to = image & part & self.sets.number("dtype", ((dtype, dtype),))
            for atom, name in enumerate(self.sets.atoms.names["oif"].names):
                good = self.sets.forget(to & self.sets.atom("oif", atom), free)
                wrong = self.sets.forget(ends & ~good, changed)
                yield dtype, name, branch.origin & ~wrong

    def _changed(self, values: Mapping[str, Spans]) -> tuple[str, ...]:
        names = tuple(values)
        return (*names, "oif") if "dtype" in values and "oif" not in names else names
