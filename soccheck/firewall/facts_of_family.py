"""What one family of a ruleset shows: its defaults, what is open, and ICMPv6."""

from __future__ import annotations

from collections.abc import Callable

from soccheck.facts.services import MAYBE
from soccheck.firewall.boxes import open_ports, packet_text, ranges
from soccheck.firewall.engine import concrete
from soccheck.firewall.engine.bdd import Set
from soccheck.firewall.engine.ways import Flow
from soccheck.firewall.fact_names import LearnedFact, Value
from soccheck.firewall.family import REQUIRED_ICMPV6, UNWANTED_ICMPV6, Family
from soccheck.firewall.lint import NEARLY_ALL
from soccheck.firewall.model import (
    ADDRTYPE,
    ANY,
    PORTS,
    TCP,
    UDP,
    Expr,
    In,
    all_of,
)
from soccheck.firewall.queries import NEW, Query
from soccheck.firewall.questions import (
    UNTOLD_SIDE,
    disagreement,
    doubts,
    witness,
)
from soccheck.firewall.spans import Spans, complement, intersect, span, union
from soccheck.firewall.translated import behind
from soccheck.phrase import Phrase, echo, phrase, series

NO_ADMINS = phrase("no network of administrators is named")
MOST_WITNESSES = 64
"""Runs of ports a packet is shown for, in one fact."""


def _prepare(family: Family, out: dict[str, LearnedFact]) -> None:
    del out
    family.prepare()


def _default_deny(family: Family, out: dict[str, LearnedFact]) -> None:
    """Write whether what no rule decides is denied, wherever it comes from."""
    for hook in ("input", "forward"):
        name = f"default_deny_{hook}_ipv{family.family}"
        if family.analysis is None:
            out[name] = LearnedFact(name=name, value=None, shown=family.reasons)
            continue
        side = In("dtype", span(1) if hook == "input" else span(0))
        match = all_of(NEW, family.entering(), side)
        flow = family.analysis.walker.inbound(family.analysis.of(match))
        value, shown = _undecided(family, flow, hook)
        out[name] = LearnedFact(name=name, value=value, shown=shown)


def _undecided(family: Family, flow: Flow, hook: str) -> tuple[bool | None, tuple[Phrase, ...]]:
    """Return whether nothing gets past a hook undecided, after the walk that gave `flow`."""
    assert family.analysis is not None
    analysis = family.analysis
    undecided = analysis.walker.undecided[hook]
    if not undecided.satisfiable():
        return True, ()
    # A witness that only the policy lets in, on its way without a rewrite.
    sure = flow.sure & undecided
    if sure.satisfiable():
        packet, _ = analysis.packet(sure)
        decision = concrete.decide(family.ruleset, packet)
        inner = [step for path in decision.accepts for step in path if _filters(step, hook)]
        if decision.verdict == "accept" and all(s.rule is None for s in inner):
            why = phrase("there is no {hook} chain at all", hook=hook)
            if inner:
                why = phrase("accepted by the policy: {place}", place=inner[-1].chain.where)
            return False, (packet_text(packet), why)
    return None, (phrase("rules outside the model may decide all"),)


def _filters(step: concrete.Step, hook: str) -> bool:
    """Return whether a step is one of the filters that speak for a hook."""
    base = step.chain.base
    return base is None or base.hook == hook or base.decides


def _inbound(family: Family, out: dict[str, LearnedFact]) -> None:
    """Write what happens to what comes from the Internet and no rule names.

    It is allowed, too, where rules open nearly every port: those name nothing.
    """
    name = "default_inbound" if family.family == 4 else "default_inbound_ipv6"
    if family.analysis is None:
        out[name] = LearnedFact(name=name, value=None, shown=family.reasons)
        return
    flow = family.analysis.flow(family.queries["internet"])
    hooks = ("input", "forward") if family.across else ("input",)
    found = [_undecided(family, flow, hook) for hook in hooks]
    sure, possible = (any(map(_wide, ports.values())) for ports in family.ports["open"])
    shown = tuple(text for _, texts in found for text in texts)
    value: Value | None = "deny"
    if sure or any(denied is False for denied, _ in found):
        value = "allow"
    elif possible or any(denied is None for denied, _ in found):
        value = None
    if value is None and family.anyhow:
        shown = (UNTOLD_SIDE,)
    shown += out[f"open_ipv{family.family}"].shown if sure or possible else ()
    out[name] = LearnedFact(name=name, value=value, shown=shown)


def _wide(spans: Spans) -> bool:
    return sum(high - low + 1 for low, high in spans) >= NEARLY_ALL


def _open(family: Family, out: dict[str, LearnedFact]) -> None:
    _services(family, out, "open", f"open_ipv{family.family}", ANY)


def _beyond_admins(family: Family, out: dict[str, LearnedFact]) -> None:
    name = f"beyond_admins_ipv{family.family}"
    if family.zones.admins() is None:
        out[name] = LearnedFact(name=name, value=None, shown=(NO_ADMINS,))
    else:
        _services(family, out, "beyond admins", name, In("dtype", span(ADDRTYPE["local"])))


def _services(
    family: Family, out: dict[str, LearnedFact], question: str, name: str, end: Expr
) -> None:
    """Write which ports a question's packets get through to, each run of them with a packet.

    A port that is translated counts, and as well the one that it becomes at the `end` that is meant.
    """
    if family.analysis is None:
        out[name] = LearnedFact(name=name, value=None, shown=family.reasons)
        return
    query = family.queries[question]
    flow = family.flows[question] = family.analysis.flow(query)
    named = (("tcp", TCP), ("udp", UDP))
    sure = {n: open_ports(family.analysis, flow.sure, p) for n, p in named}
    possible = {n: open_ports(family.analysis, flow.possible, p) for n, p in named}
    family.ports[question] = (sure, possible)
    more = {n: behind(family.analysis, flow, p, end) for n, p in named}
    value: list[str] = []
    shown: list[Phrase] = []
    for word, part, found in (
        ("", flow.sure, {n: (sure[n], less(more[n][0], sure[n])) for n in sure}),
        (MAYBE, flow.possible, {n: _perhaps(sure[n], possible[n], *more[n]) for n in sure}),
    ):
        for proto, number in named:
            for run in (run for runs in found[proto] for run in runs):
                value.append(f"{word}{proto}/{ranges((run,))}")
                to = all_of(In("proto", span(number)), In("dport", (run,)))
                if len(shown) < MOST_WITNESSES:
                    shown.append(of_service(value[-1], _by(family, query, flow, part, to)))
    out[name] = LearnedFact(name=name, value=value, shown=tuple(shown))


def _perhaps(sure: Spans, possible: Spans, *behind: Spans) -> tuple[Spans, Spans]:
    """Return the ports that are only possibly open, and those that they are perhaps translated to."""
    known = union((*sure, *behind[0]))
    direct = less(possible, known)
    return direct, less(behind[1], union((*known, *direct)))


def _by(family: Family, query: Query, flow: Flow, part: Set, to: Expr) -> Phrase:
    """Return why ports are open: a packet to them, or to others that are translated to them."""
    assert family.analysis is not None
    direct = part & family.analysis.of(to)
    if direct.satisfiable():
        return why_open(family, query, flow, direct)
    sent = part & family.analysis.walker.ending(flow, family.analysis.of(to))
    return phrase("{packet}, translated", packet=why_open(family, query, flow, sent))


def of_service(service: str, why: Phrase) -> Phrase:
    """Return why a service is in a list, which its line begins with."""
    name: Phrase | str = service
    if service.startswith(MAYBE):
        name = phrase("maybe {service}", service=service.removeprefix(MAYBE))
    return phrase("{service}: {why}", service=name, why=why)


def why_open(family: Family, query: Query, flow: Flow, part: Set) -> Phrase:
    """Return a packet of a set with the rule that lets it in, or with what is not known of it."""
    assert family.analysis is not None
    packet, decision = witness(family.analysis, query, flow, part)
    shown = packet_text(packet)
    if decision.verdict == "accept" and concrete.holds(query.match, packet):
        path = decision.accepts[0]
        ruled = [step.rule.where for step in path if step.rule is not None]
        by: Phrase = phrase("no chain decides")
        if ruled or path:
            by = echo(str(ruled[-1] if ruled else path[-1].chain.where))
        untold = query.anyhow and not (part & flow.sure).satisfiable()
        return series([shown, by, *([UNTOLD_SIDE] if untold else [])])
    if not (part & ~flow.sure).satisfiable():
        raise disagreement(packet, decision)
    return series([shown, series(doubts(query, packet, decision), "; ")])


def less(spans: Spans, without: Spans) -> Spans:
    """Return the ports of `spans` that are not in `without`."""
    return intersect(spans, complement(without, PORTS))


def _icmpv6(family: Family, out: dict[str, LearnedFact]) -> None:
    if family.family != 6:
        return
    for name, kinds, wanted in (
        ("icmpv6_missing", REQUIRED_ICMPV6, "no"),
        ("icmpv6_unwanted", UNWANTED_ICMPV6, "yes"),
    ):
        if family.analysis is None:
            out[name] = LearnedFact(name=name, value=None, shown=family.reasons)
            continue
        if not _comes_in(family):
            # Nothing comes in over IPv6 from there, so nothing must pass.
            none = phrase("no interface takes IPv6")
            out[name] = LearnedFact(name=name, value=[], shown=(none,))
            continue
        answers = {kind: family.ask(f"icmpv6/{kind}") for kind in kinds}
        value: list[str] = []
        shown: list[Phrase] = []
        for kind, found in answers.items():
            if found.answer in (wanted, "unknown"):
                word = "" if found.answer == wanted else MAYBE
                value.append(f"{word}icmpv6/{kind}")
                why = series((kinds[kind], *dict.fromkeys(found.reasons)), "; ")
                shown.append(of_service(value[-1], why))
        value.sort(key=lambda text: text.startswith(MAYBE))
        out[name] = LearnedFact(name=name, value=value, shown=tuple(shown))


def _comes_in(family: Family) -> bool:
    """Tell whether any packet of a family may come in from the Internet."""
    assert family.analysis is not None
    start = family.analysis.of(family.queries["internet"].match)
    return family.analysis.walker.consistent(start).satisfiable()


STEPS: tuple[Callable[[Family, dict[str, LearnedFact]], None], ...] = (
    _prepare, _default_deny, _open, _inbound, _beyond_admins, _icmpv6,
)  # fmt: skip
"""What writes the facts of one family, in order: the later ones use what the earlier ones found."""
