"""Questions put to a ruleset: yes with a witness packet, no with a proof, or unknown with why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from soccheck.errors import SoccheckError, TooComplexError
from soccheck.firewall.engine import concrete
from soccheck.firewall.engine.atoms import OTHER, Atoms
from soccheck.firewall.engine.bdd import ORDER, Set, Sets, bounded
from soccheck.firewall.engine.constants import constants, everything
from soccheck.firewall.engine.ways import Flow, Walker
from soccheck.firewall.model import LOOPBACK, NAMES, Expr, In, Named, Note, Ruleset, Where
from soccheck.firewall.packet import Packet
from soccheck.firewall.queries import Query
from soccheck.firewall.spans import address, span
from soccheck.phrase import Phrase, echo, phrase, said

PREFERRED: tuple[Expr, ...] = (
    In("fresh", span(1)),
    In("rpath", span(1)),
    In("frag", span(0)),
    In("rt", span(0)),
    In("dtype", span(0, 1)),
    In("stype", span(0)),
    In("proto", span(6)),
    In("flags", span(2)),
    In("ttl", span(64)),
    In("sport", span(1024, 65535)),
    In("dst", address("192.0.2.10")[1], 4),
    In("dst", address("2001:db8::10")[1], 6),
    In("dst", address("2000::/3")[1], 6),
    In("src", address("198.51.100.7")[1], 4),
    In("src", address("2001:db8:f::7")[1], 6),
    In("src", address("2400::/12")[1], 6),
)
"""What makes a witness look like an everyday packet; tried one after another."""


UNREAD = ("not read", "left out", "not given")
"""Kinds of notes on what a reader did not read."""
MOST_STOPS = 3
ROUTED = ("iif", "oif", "dst", "dtype", "stype", "rpath")
"""What the way of a packet decides."""
UNTOLD_SIDE = phrase(
    "by which interface the Internet comes in is not told: give the routes, ask with `in INTERFACE`, "
    "or state `firewall: {{untrusted: [INTERFACE]}}`"
)
UNKNOWN_WAY = phrase("the way after a rewrite of the destination is not known")
NO_INTERFACE = phrase("no interface asked for takes IPv{family}")
STRANGE = phrase(
    "nothing shows that an address asked for is the device's own, or that anybody sends from it"
)
MARTIAN = phrase("loopback addresses do not come in over a network")


class DisagreementError(SoccheckError):
    """The two evaluators differ on a packet: a fault of soccheck, never to be hidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswer:
    """The answer to one question in one family."""

    query: Query
    family: int
    answer: str
    """`yes`, `no` or `unknown`."""
    packet: Packet | None = None
    decision: concrete.Decision | None = None
    reasons: tuple[Phrase, ...] = ()
    stops: tuple[tuple[Packet, concrete.Step], ...] = ()
    """Of a `no`, packets asked for, each with the rule or the policy that stops it."""
    unread: tuple[Note, ...] = ()
    """Of a `no`, what was not read: nothing of it can change the answer."""


class Analysis:
    """One ruleset in one family, ready to be asked the given expressions' worth of questions."""

    def __init__(self, ruleset: Ruleset, family: int, exprs: Iterable[Expr] = ()) -> None:
        self.ruleset = ruleset
        self.family = family
        rules = everything(ruleset)
        self.atoms = Atoms(
            family,
            [*rules, *constants(ruleset, family), *PREFERRED, Named("iif", LOOPBACK), *exprs],
        )
        with bounded():
            self.sets = Sets(self.atoms, rules=len(rules))
        self.walker = Walker(ruleset, family, self.sets)

    def of(self, expr: Expr) -> Set:
        """Return the packets an expression possibly holds for."""
        return self.walker.terms(expr)[1]

    def flow(self, query: Query) -> Flow:
        """Return what a question's packets come to."""
        surely, start = self.walker.terms(query.match)
        walk = self.walker.outbound if query.outbound else self.walker.inbound
        with bounded():
            found = walk(start)
            sure = found.sure & surely
            return replace(found, sure=self.whichever(start, sure) if query.anyhow else sure)

    def whichever(self, asked: Set, sure: Set) -> Set:
        """Return what of `sure` gets through by whichever interface it comes in, to some target."""
        for number, name in enumerate(self.atoms.names["iif"].names):
            by = self.sets.atom("iif", number)
            if name not in LOOPBACK and self.walker.consistent(asked & by).satisfiable():
                sure &= self.sets.forget(sure & by, ROUTED)
        return sure

    def packet(self, part: Set) -> tuple[Packet, dict[str, int]]:
        """Return an everyday packet of a set that is not empty, and its atoms."""
        for expr in PREFERRED:
            smaller = part & self.of(expr)
            if smaller.satisfiable():
                part = smaller
        atoms = self.sets.pick(part)
        assert atoms is not None
        values: dict[str, int | str] = {
            name: self.atoms.names[name].names[atoms[name]]
            if name in NAMES
            else self._value(name, atoms[name])
            for name in ORDER
        }
        return Packet(family=self.family, **values), atoms  # type: ignore[arg-type]

    def _value(self, name: str, atom: int) -> int:
        low, high = self.atoms.numbers[name].values(atom)
        if name in ("src", "dst"):
            return low + 1 if high > low else low
        if name == "sport":
            return max(low, min(high, 40000))
        return max(low, min(high, 64)) if name == "ttl" else low

    def point(self, atoms: dict[str, int]) -> Set:
        """Return the set of the packets with these atoms."""
        out = self.sets.full
        for name, atom in atoms.items():
            out &= self.sets.atom(name, atom)
        return out


def ask(ruleset: Ruleset, query: Query, family: int) -> QuestionAnswer:
    """QuestionAnswer a question in one family; a witness is checked packet by packet before it is given."""
    missing = unknown_family(ruleset, family)
    if missing:
        return QuestionAnswer(query=query, family=family, answer="unknown", reasons=missing)
    try:
        analysis = Analysis(ruleset, family, [query.match])
        found = answer(analysis, query)
        if found.answer != "no" or found.reasons:
            return found
        unread = tuple(note for note in ruleset.notes if note.kind in UNREAD)
        return replace(found, stops=_stops(analysis, query), unread=unread)
    except TooComplexError as error:
        return QuestionAnswer(query=query, family=family, answer="unknown", reasons=(error.said,))


def unknown_family(ruleset: Ruleset, family: int) -> tuple[Phrase, ...]:
    """Return why nothing can be said of a family, or nothing."""
    if family not in ruleset.families:
        return (phrase("the input does not describe IPv{family}", family=family),)
    return tuple(said(note.text) for note in ruleset.incomplete.get(family, ()))


def answer(analysis: Analysis, query: Query) -> QuestionAnswer:
    """QuestionAnswer a question with an analysis that knows its constants."""
    family = analysis.family
    nothing = _nothing(analysis, query)
    if nothing is not None:
        return nothing
    flow, walker = analysis.flow(query), analysis.walker
    if not flow.possible.satisfiable():
        return QuestionAnswer(query=query, family=family, answer="no")
    strange = walker.strange(analysis.of(query.match), flow)
    sure = flow.sure if query.outbound else flow.sure & ~strange
    if sure.satisfiable():
        packet, decision = witness(analysis, query, flow, sure)
        if decision.verdict != "accept":
            raise disagreement(packet, decision)
        return QuestionAnswer(
            query=query, family=family, answer="yes", packet=packet, decision=decision
        )
    packet, decision = witness(analysis, query, flow, flow.possible)
    return QuestionAnswer(
        query=query,
        family=family,
        answer="unknown",
        packet=packet,
        decision=decision,
        reasons=(STRANGE,) if flow.sure.satisfiable() else doubts(query, packet, decision),
    )


def doubts(query: Query, packet: Packet, decision: concrete.Decision) -> tuple[Phrase, ...]:
    """Return why it is not known whether a packet is one that is asked for, and gets through."""
    asked = map(said, concrete.unknowns(query.match, packet))
    found = (*asked, *(of_rule(rule.where, text) for rule, text in decision.unsure))
    if query.anyhow and decision.verdict == "accept":
        found = (*found, UNTOLD_SIDE)
    return tuple(dict.fromkeys(found)) or (UNKNOWN_WAY,)


def _stops(analysis: Analysis, query: Query) -> tuple[tuple[Packet, concrete.Step], ...]:
    """Return what stops the packets of a question that none gets through, each checked on its own."""
    flow = analysis.flow(query)
    asked = analysis.of(query.match) & analysis.sets.universe
    asked = asked if query.outbound else analysis.walker.consistent(asked)
    found: list[tuple[Packet, concrete.Step]] = []
    while asked.satisfiable() and len(found) < MOST_STOPS:
        packet, decision = witness(analysis, query, flow, asked)
        if decision.verdict != "drop":
            raise disagreement(packet, decision)
        unsure = [rule for rule, _ in decision.unsure]
        ends = [path[-1] for path in decision.drops]
        step = next((end for end in ends if all(end.rule is not r for r in unsure)), ends[0])
        if any(step.rule is known.rule for _, known in found):
            break
        found.append((packet, step))
        if step.rule is None:
            break
        asked &= ~analysis.walker.match(step.rule)[1]
    return tuple(found)


def _nothing(analysis: Analysis, query: Query) -> QuestionAnswer | None:
    """Return the answer to a question about packets that there are not, or None."""
    walker, family = analysis.walker, analysis.family
    asked = analysis.of(query.match) & analysis.sets.universe
    if not query.outbound:
        asked = walker.imagined(asked)
    if not asked.satisfiable():
        reason = phrase("no IPv{family} packet is asked for", family=family)
        return QuestionAnswer(query=query, family=family, answer="unknown", reasons=(reason,))
    carried = walker.carried(asked)
    if not carried.satisfiable():
        reason = NO_INTERFACE.of(family=family)
    elif not query.outbound and not walker.consistent(carried).satisfiable():
        reason = MARTIAN
    else:
        return None
    return QuestionAnswer(query=query, family=family, answer="no", reasons=(reason,))


def disagreement(packet: Packet, decision: concrete.Decision) -> DisagreementError:
    """Return the error for a packet of which the sets and the second evaluator say different things."""
    return DisagreementError(
        phrase(
            "the evaluators disagree on {packet}: the sets say otherwise, "
            "the packet is found to be {verdict}",
            packet=packet,
            verdict=decision.verdict,
        ),
        hint=phrase("please report this with the ruleset"),
    )


def witness(
    analysis: Analysis, query: Query, flow: Flow, part: Set
) -> tuple[Packet, concrete.Decision]:
    """Return a packet of a set and what the second evaluator finds for it."""
    packet, atoms = analysis.packet(part)
    if query.outbound:
        return packet, concrete.decide_outbound(analysis.ruleset, packet)
    route = analysis.walker.route(flow, analysis.point(atoms))
    return packet, concrete.decide(
        analysis.ruleset, packet, route=None if route is None else lambda _: route
    )


def steps(decision: concrete.Decision) -> Sequence[concrete.Step]:
    """Return the steps that let the packet through, or else those that stop it."""
    for path in (*decision.accepts, *decision.drops):
        return path
    return ()


def of_rule(where: Where, what: Phrase | str) -> Phrase:
    """Return what is said of a rule, with its place before it."""
    return phrase("{where}: {what}", where=where, what=what)


def interface(name: str) -> Phrase:
    """Word an interface of a witness: a name no rule mentions stands for any other."""
    if name == OTHER:
        return phrase("any other interface")
    if name.endswith(OTHER):
        return phrase("{name} (any other)", name=f"{name[:-1]}*")
    return echo(name)
