"""One packet, rule by rule: the second evaluator, which knows nothing of the sets.

It shares only the rule model with the analysis, so that a fault in one of them shows as a
disagreement. Matches are three-valued; a rule that may match both acts and is passed by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from soccheck.errors import TooComplexError
from soccheck.firewall.model import (
    Action,
    All,
    Chain,
    Expr,
    In,
    Named,
    Not,
    Rule,
    Ruleset,
    Some,
    Unknown,
)
from soccheck.firewall.packet import Packet
from soccheck.phrase import Phrase, phrase

Route = Callable[[Packet], tuple[int, str]]
"""Where a rewritten packet goes: its new (address type, output interface)."""
STEPS = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A decision on the way: what happened, in which chain, by which rule (None: its policy)."""

    verdict: str
    chain: Chain
    rule: Rule | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Every outcome that is possible for the packet, and the steps that lead to each."""

    accepts: tuple[tuple[Step, ...], ...]
    drops: tuple[tuple[Step, ...], ...]
    unsure: tuple[tuple[Rule, Phrase | str], ...]
    """Rules whose match could not be decided for this packet, with the unknown part."""

    @property
    def verdict(self) -> str:
        """Return `accept`, `drop` or `unknown`."""
        if self.accepts and self.drops:
            return "unknown"
        return "accept" if self.accepts else "drop"


def holds(expr: Expr, packet: Packet) -> bool | None:
    """Tell whether an expression holds for a packet; None when it cannot be told."""
    if isinstance(expr, In):
        if expr.family and expr.family != packet.family:
            return False
        value = getattr(packet, expr.field)
        return any(low <= value <= high for low, high in expr.spans)
    if isinstance(expr, Named):
        name = getattr(packet, expr.field)
        return any(
            bool(name) and name.startswith(p[:-1]) if p.endswith("*") else p == name
            for p in expr.names
        )
    if isinstance(expr, Unknown):
        return None
    if isinstance(expr, Not):
        inner = holds(expr.part, packet)
        return None if inner is None else not inner
    results = [holds(part, packet) for part in expr.parts]
    if isinstance(expr, All):
        return False if False in results else None if None in results else True
    assert isinstance(expr, Some)
    return True if True in results else None if None in results else False


def unknowns(expr: Expr, packet: Packet) -> list[Phrase | str]:
    """Return the unknown parts of an expression that matter for the packet."""
    if isinstance(expr, Unknown):
        return [expr.text]
    if isinstance(expr, Not):
        return unknowns(expr.part, packet)
    if isinstance(expr, All | Some):
        return [t for p in expr.parts if holds(p, packet) is None for t in unknowns(p, packet)]
    return []


class _Run:
    """The bounded evaluation of one packet."""

    def __init__(self, ruleset: Ruleset, route: Route | None) -> None:
        self.ruleset = ruleset
        self.route = route
        self.steps = STEPS
        self.unsure: dict[tuple[int, Phrase | str], tuple[Rule, Phrase | str]] = {}

    def chain(self, chain: Chain, packet: Packet, depth: int) -> tuple[set[tuple[str, int]], bool]:
        """Return the possible verdicts (with the rule's number) and whether it may come back."""
        if depth > 128:
            raise TooComplexError(phrase("{where}: chains nest too deep", where=chain.where))
        found: set[tuple[str, int]] = set()
        returns = False
        for rule in chain.rules:
            self.steps -= 1
            if self.steps < 0:
                raise TooComplexError(phrase("too many steps for one packet"))
            if rule.family and rule.family != packet.family:
                continue
            matched = holds(rule.match, packet)
            if matched is False:
                continue
            if matched is None:
                for text in unknowns(rule.match, packet):
                    self.unsure[id(rule), text] = (rule, text)
            ends, passes, back = self.act(chain, rule, packet, depth, surely=matched is True)
            found |= ends
            returns = returns or back
            if matched and not passes:
                return found, returns
        return found, True

    def act(
        self, chain: Chain, rule: Rule, packet: Packet, depth: int, *, surely: bool
    ) -> tuple[set[tuple[str, int]], bool, bool]:
        """Return a rule's possible verdicts, whether the packet may go on, and whether it may return."""
        number = id(rule)
        self.seen[number] = (chain, rule)
        match rule.action:
            case Action.ACCEPT:
                return {("accept", number)}, False, False
            case Action.DROP | Action.REJECT:
                return {("drop", number)}, False, False
            case Action.RETURN:
                return set(), False, True
            case Action.JUMP | Action.GOTO:
                found, back = self.chain(self.ruleset.chains[rule.target], packet, depth + 1)
                jumped = rule.action is Action.JUMP
                return found, back and jumped, back and not jumped
            case Action.REWRITE:
                assert rule.rewrite is not None
                if rule.rewrite.final:
                    return {("rewrite", number)}, False, False
                self.later.append((rule, surely))
            case Action.UNKNOWN:
                self.unsure[number, "action"] = (rule, rule.text)
                return {("accept", number), ("drop", number)}, True, False
            case Action.CONTINUE:
                pass
        return set(), True, False

    def base(self, chain: Chain, packet: Packet) -> list[tuple[Step, Packet]]:
        """Return each possible end of a base chain with the packet as it leaves it."""
        assert chain.base is not None
        if chain.base.new_only and packet.ct != 0:
            return [(Step(verdict="accept", chain=chain, rule=None), packet)]
        self.seen: dict[int, tuple[Chain, Rule]] = {}
        self.later: list[tuple[Rule, bool]] = []
        found, falls = self.chain(chain, packet, 0)
        ends: list[tuple[Step, Packet]] = []
        for verdict, number in sorted(found):
            inner, rule = self.seen[number]
            if verdict == "rewrite":
                ends += [
                    (Step(verdict="rewrite", chain=inner, rule=rule), p)
                    for p in self.rewritten(rule, packet)
                ]
            else:
                ends.append((Step(verdict=verdict, chain=inner, rule=rule), packet))
        if falls:
            verdict = "accept" if chain.base.policy is Action.ACCEPT else "drop"
            ends.append((Step(verdict=verdict, chain=chain, rule=None), packet))
        for rule, surely in self.later:
            changed = [(s, p) for s, q in ends for p in self.rewritten(rule, q)]
            ends = changed if surely else ends + changed
        return ends

    def rewritten(self, rule: Rule, packet: Packet) -> list[Packet]:
        """Return the images of a packet; of a range of targets, its two ends and no more."""
        assert rule.rewrite is not None
        values = rule.rewrite.values
        ends = [sorted({spans[0][0], spans[-1][1]}) for spans in values.values()]
        also: dict[str, Any] = {"dnat": 1} if {"dst", "dport", "dtype"} & values.keys() else {}
        images = [
            replace(packet, **dict(zip(values, chosen, strict=True)) | also)
            for chosen in product(*ends)
        ]
        if "dst" in values and self.route is not None:
            routes = [self.route(p) for p in images]
            images = [
                replace(p, dtype=dtype, oif=oif)
                for p, (dtype, oif) in zip(images, routes, strict=True)
            ]
        elif "dtype" in values:
            images = [replace(p, oif="") for p in images]
        return images


def decide(ruleset: Ruleset, packet: Packet, *, route: Route | None = None) -> Decision:
    """Follow one packet in; `route` says where it goes after a rewrite of its destination."""
    run = _Run(ruleset, route)
    accepts: list[tuple[Step, ...]] = []
    drops: list[tuple[Step, ...]] = []
    alive: list[tuple[tuple[Step, ...], Packet]] = [((), packet)]
    alive = _hook(run, "prerouting", alive, drops)
    inner = [a for a in alive if a[1].dtype != 0]
    # Linux takes one off the TTL before the forward hook.
    across = [(s, replace(p, ttl=max(0, p.ttl - 1))) for s, p in alive if p.dtype == 0]
    accepts += [steps for steps, _ in _hook(run, "input", inner, drops)]
    across = _hook(run, "forward", across, drops)
    accepts += [steps for steps, _ in _hook(run, "postrouting", across, drops)]
    return Decision(accepts=tuple(accepts), drops=tuple(drops), unsure=tuple(run.unsure.values()))


def _hook(
    run: _Run,
    hook: str,
    alive: list[tuple[tuple[Step, ...], Packet]],
    drops: list[tuple[Step, ...]],
) -> list[tuple[tuple[Step, ...], Packet]]:
    if not alive:
        return []
    for chain in run.ruleset.bases(hook, alive[0][1].family):
        after: list[tuple[tuple[Step, ...], Packet]] = []
        seen = set()
        for steps, packet in alive:
            for step, left in run.base(chain, packet):
                path = (*steps, step)
                if step.verdict == "drop":
                    drops.append(path)
                elif (left, step.verdict, id(step.rule)) not in seen:
                    seen.add((left, step.verdict, id(step.rule)))
                    after.append((path, left))
        alive = after
    return alive


def decide_outbound(ruleset: Ruleset, packet: Packet) -> Decision:
    """Follow one packet the host itself sends."""
    run = _Run(ruleset, None)
    drops: list[tuple[Step, ...]] = []
    alive = _hook(run, "output", [((), packet)], drops)
    alive = _hook(run, "postrouting", alive, drops)
    return Decision(
        accepts=tuple(steps for steps, _ in alive),
        drops=tuple(drops),
        unsure=tuple(run.unsure.values()),
    )
