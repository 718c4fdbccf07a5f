"""The facts policies judge a firewall by; what cannot be proved either way is a reason instead.

RFC 4890 names the ICMPv6 messages that must pass (4.3.1, 4.4.1) and those to be dropped (4.3.3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from soccheck.firewall import concrete
from soccheck.firewall.bdd import bounded
from soccheck.firewall.boxes import open_ports, packet_text, ranges
from soccheck.firewall.errors import TooComplexError
from soccheck.firewall.lint import Finding, lint, texts
from soccheck.firewall.model import (
    ADDRTYPE,
    ICMPV6,
    LOOPBACK,
    PORTS,
    TCP,
    UDP,
    Action,
    Expr,
    In,
    Named,
    Not,
    Ruleset,
    all_of,
)
from soccheck.firewall.queries import NEW, Query, Zones, service, zone_expr
from soccheck.firewall.questions import Analysis, Answer, answer, unknown_family
from soccheck.firewall.spans import Spans, complement, intersect, span
from soccheck.firewall.ways import Walker

Value: TypeAlias = bool | int | float | str | list[str]
WATCHED = (
    "tcp/21", "tcp/22", "tcp/23", "tcp/135", "tcp/139", "tcp/445", "tcp/1433", "tcp/1521",
    "tcp/3306", "tcp/3389", "tcp/5432", "tcp/5900", "tcp/5985", "tcp/5986", "tcp/6379",
    "tcp/8291", "tcp/9200", "tcp/10443", "tcp/11211", "udp/11211", "tcp/27017", "udp/69",
    "udp/137", "udp/161", "udp/389",
)  # fmt: skip
"""Management and database services that have no place on the Internet; a policy may say others."""
REQUIRED_ICMPV6 = {1: "destination unreachable", 2: "packet too big", 3: "time exceeded",
                   4: "parameter problem"}  # fmt: skip
UNWANTED_ICMPV6 = {100: "private experiment", 138: "router renumbering",
                   139: "node information query", 140: "node information response"}  # fmt: skip
FACTS: Mapping[str, tuple[str, str]] = {
    "default_deny_input_ipv4": ("boolean", "what no rule decides does not reach the device (IPv4)"),
    "default_deny_input_ipv6": ("boolean", "what no rule decides does not reach the device (IPv6)"),
    "default_deny_forward_ipv4": ("boolean", "what no rule decides is not forwarded (IPv4)"),
    "default_deny_forward_ipv6": ("boolean", "what no rule decides is not forwarded (IPv6)"),
    "any_any_rules": ("integer", "accepting rules that limit neither source, target nor service"),
    "exposed_ipv4": ("list", "watched services open from the Internet over IPv4"),
    "exposed_ipv6": ("list", "watched services open from the Internet over IPv6"),
    "open_ipv4": ("list", "every service open from the Internet over IPv4"),
    "open_ipv6": ("list", "every service open from the Internet over IPv6"),
    "only_ipv6": ("list", "services open from the Internet over IPv6 but not over IPv4"),
    "logs_denied": ("boolean", "every denied first packet from the Internet is logged"),
    "icmpv6_missing": ("list", "ICMPv6 messages that must pass and do not"),
    "icmpv6_unwanted": ("list", "ICMPv6 messages that must not pass and do"),
    "shadowed_rules": ("integer", "rules no packet can reach"),
    "redundant_rules": ("integer", "rules without which nothing changes"),
    "never_matching_rules": ("integer", "rules whose parts exclude each other"),
    "undefined_objects": ("integer", "names that nothing defines"),
    "undescribed_rules": ("integer", "deciding rules without a description"),
    "unknown_share": ("number", "share of the rules with a part outside the model, 0 to 1"),
    "rules": ("integer", "rules read"),
}
"""Name (under `firewall.`), type and meaning of each fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A value with what shows it, or the reason there is none."""

    name: str
    value: Value | None
    shown: tuple[str, ...] = ()
    """Witness packets and rules, or why there is no value."""


@dataclass(slots=True)
class _Family:
    """One family's analysis and the facts it yields."""

    ruleset: Ruleset
    family: int
    zones: Zones
    watched: Sequence[str]
    across: bool
    reasons: tuple[str, ...] = ()
    analysis: Analysis | None = None
    queries: dict[str, Query] = field(default_factory=dict)

    def prepare(self) -> None:
        """Build one universe that knows every constant asked for."""
        self.reasons = unknown_family(self.ruleset, self.family)
        if self.reasons:
            return
        outside = zone_expr(self.zones.internet(), "src", "iif")
        inside = all_of(outside, Not(Named("iif", LOOPBACK)))
        if not self.across:
            inside = all_of(inside, In("dtype", span(ADDRTYPE["local"])))
        self.queries["internet"] = Query(text="internet", match=all_of(NEW, inside))
        for name in self.watched:
            match = all_of(service(name), NEW, inside)
            self.queries[name] = Query(text=f"{name} from internet", match=match)
        whole = In("frag", span(0))
        for kind in (*REQUIRED_ICMPV6, *UNWANTED_ICMPV6):
            ct: Expr = In("ct", ((0, 0), (2, 2))) if kind in REQUIRED_ICMPV6 else NEW
            parts = (In("proto", span(ICMPV6)), In("itype", span(kind)), In("icode", span(0)))
            self.queries[f"icmpv6/{kind}"] = Query(
                text=f"icmpv6/{kind} from internet", match=all_of(*parts, ct, inside, whole)
            )
        exprs = [q.match for q in self.queries.values()]
        lone = (In("dport", span(p)) for p in (0, PORTS))
        self.analysis = Analysis(self.ruleset, self.family, [*exprs, *lone, NEW])

    def ask(self, name: str) -> Answer:
        """Answer one of the prepared questions."""
        assert self.analysis is not None
        return answer(self.analysis, self.queries[name])


def facts(
    ruleset: Ruleset,
    zones: Zones,
    watched: Sequence[str] = WATCHED,
    across: bool | None = None,
) -> dict[str, Fact]:
    """Return every fact of `FACTS`; pure, and the same for the same input.

    `across` says whether packets not addressed to the device count too. Unless said, they do for a
    device made to forward, and not for a Linux or Windows host, which forwards what it publishes.
    """
    out: dict[str, Fact] = {}
    if across is None:
        across = ruleset.vendor not in ("linux", "windows")
    families = {f: _Family(ruleset, f, zones, watched, across) for f in (4, 6)}
    for family in families.values():
        for step in (family.prepare, *(lambda w=w, f=family: w(f, out) for w in _WRITERS)):
            try:
                bounded(step)
            except TooComplexError as error:
                family.reasons = (error.message,)
    _parity(families, out)
    _logging(families, out)
    _rules(ruleset, out)
    reasons = tuple(dict.fromkeys(r for f in families.values() for r in f.reasons))
    return {
        name: out.get(name, Fact(name=name, value=None, shown=reasons or ("not established",)))
        for name in FACTS
    }


def _default_deny(family: _Family, out: dict[str, Fact]) -> None:
    for hook, label in (("input", "input"), ("forward", "forward")):
        name = f"default_deny_{label}_ipv{family.family}"
        if family.analysis is None:
            out[name] = Fact(name=name, value=None, shown=family.reasons)
            continue
        analysis = family.analysis
        side = In("dtype", span(1) if hook == "input" else span(0))
        match = all_of(NEW, Not(Named("iif", LOOPBACK)), side)
        flow = analysis.walker.inbound(analysis.of(match))
        undecided = analysis.walker.undecided[hook]
        if not undecided.satisfiable():
            out[name] = Fact(name=name, value=True)
            continue
        # A witness that only the policy lets in, on its way without a rewrite.
        sure = flow.sure & undecided
        if sure.satisfiable():
            packet, _ = analysis.packet(sure)
            decision = concrete.decide(family.ruleset, packet)
            inner = [s for path in decision.accepts for s in path if s.chain.base
                     and s.chain.base.hook == hook]  # fmt: skip
            if decision.verdict == "accept" and all(s.rule is None for s in inner):
                place = str(inner[-1].chain.where) if inner else f"no {hook} chain at all"
                shown = (packet_text(packet), f"accepted by policy: {place}")
                out[name] = Fact(name=name, value=False, shown=shown)
                continue
        out[name] = Fact(name=name, value=None, shown=("rules outside the model may decide all",))


def _exposed(family: _Family, out: dict[str, Fact]) -> None:
    name = f"exposed_ipv{family.family}"
    if family.analysis is None:
        out[name] = Fact(name=name, value=None, shown=family.reasons)
        return
    found: list[str] = []
    shown: list[str] = []
    unsure: list[str] = []
    for service_name in family.watched:
        got = family.ask(service_name)
        if got.answer == "yes" and got.packet and got.decision:
            found.append(service_name)
            steps = [s for s in got.decision.accepts[0] if s.rule]
            rule = f"{steps[-1].rule.where}" if steps and steps[-1].rule else "policy"
            shown.append(f"{packet_text(got.packet)}: {rule}")
        elif got.answer == "unknown":
            unsure += [f"{service_name}: {r}" for r in got.reasons]
    if unsure and not found:
        out[name] = Fact(name=name, value=None, shown=tuple(unsure))
    else:
        out[name] = Fact(name=name, value=found, shown=(*shown, *unsure))


def _open(family: _Family, out: dict[str, Fact]) -> None:
    name = f"open_ipv{family.family}"
    ports = _ports(family)
    if ports is None:
        out[name] = Fact(name=name, value=None, shown=family.reasons or ("not established",))
        return
    sure, possible = ports
    listed = [f"{p}/{ranges(s)}" for p, s in sure.items() if s]
    maybe = {p: intersect(possible[p], complement(sure[p], PORTS)) for p in sure}
    unsure = tuple(f"maybe {p}/{ranges(s)}" for p, s in maybe.items() if s)
    value: Value | None = None if unsure and not listed else listed
    out[name] = Fact(name=name, value=value, shown=unsure)


def _ports(family: _Family) -> tuple[dict[str, Spans], dict[str, Spans]] | None:
    if family.analysis is None:
        return None
    flow = family.analysis.flow(family.queries["internet"])
    sure = {n: open_ports(family.analysis, flow.sure, p) for n, p in (("tcp", TCP), ("udp", UDP))}
    possible = {
        n: open_ports(family.analysis, flow.possible, p) for n, p in (("tcp", TCP), ("udp", UDP))
    }
    return sure, possible


def _icmpv6(family: _Family, out: dict[str, Fact]) -> None:
    if family.family != 6:
        return
    for name, kinds, wanted in (
        ("icmpv6_missing", REQUIRED_ICMPV6, "no"),
        ("icmpv6_unwanted", UNWANTED_ICMPV6, "yes"),
    ):
        if family.analysis is None:
            out[name] = Fact(name=name, value=None, shown=family.reasons)
            continue
        answers = {kind: family.ask(f"icmpv6/{kind}") for kind in kinds}
        found = [f"{k} {kinds[k]}" for k, a in answers.items() if a.answer == wanted]
        unsure = [r for a in answers.values() if a.answer == "unknown" for r in a.reasons]
        value: Value | None = None if unsure and not found else found
        out[name] = Fact(name=name, value=value, shown=tuple(dict.fromkeys(unsure)))


_WRITERS: tuple[Callable[[_Family, dict[str, Fact]], None], ...] = (
    _default_deny, _exposed, _open, _icmpv6,
)  # fmt: skip


def _parity(families: Mapping[int, _Family], out: dict[str, Fact]) -> None:
    found = {n: _ports(f) for n, f in families.items() if not f.reasons}
    four, six = found.get(4), found.get(6)
    reasons = tuple(dict.fromkeys(r for f in families.values() for r in f.reasons))
    if four is None or six is None:
        out["only_ipv6"] = Fact(name="only_ipv6", value=None, shown=reasons)
        return
    sure, possible = {}, {}
    for name in ("tcp", "udp"):
        sure[name] = intersect(six[0][name], complement(four[1][name], PORTS))
        possible[name] = intersect(six[1][name], complement(four[0][name], PORTS))
    listed = [f"{n}/{ranges(s)}" for n, s in sure.items() if s]
    unsure = tuple(f"maybe {n}/{ranges(s)}" for n, s in possible.items() if s and s != sure[n])
    value: Value | None = None if unsure and not listed else listed
    out["only_ipv6"] = Fact(name="only_ipv6", value=value, shown=unsure)


def _logging(families: Mapping[int, _Family], out: dict[str, Fact]) -> None:
    reasons = tuple(dict.fromkeys(r for f in families.values() for r in f.reasons))
    unsure: list[str] = list(reasons)
    for family in families.values():
        if family.analysis is None:
            continue
        analysis = family.analysis
        walker = Walker(family.ruleset, family.family, analysis.sets, unlogged=True)
        fresh = In("fresh", span(1))
        start = analysis.of(all_of(family.queries["internet"].match, fresh))
        try:
            lost = bounded(lambda w=walker, s=start: w.inbound(s)).dropped  # type: ignore[misc]
        except TooComplexError as error:
            unsure.append(error.message)
            continue
        if not lost.satisfiable():
            continue
        packet, _ = analysis.packet(lost)
        decision = concrete.decide(family.ruleset, packet)
        if decision.verdict == "drop" and not decision.unsure:
            shown = (f"dropped without a log entry: {packet_text(packet)}",)
            out["logs_denied"] = Fact(name="logs_denied", value=False, shown=shown)
            return
        unsure.append(f"perhaps not logged: {packet_text(packet)}")
    value = None if unsure else True
    out["logs_denied"] = Fact(name="logs_denied", value=value, shown=tuple(unsure))


def _rules(ruleset: Ruleset, out: dict[str, Fact]) -> None:
    rules = [r for c in ruleset.chains.values() for r in c.rules if not r.implicit]
    findings = lint(ruleset)

    def put(name: str, value: Value | None, found: Sequence[Finding] = ()) -> None:
        shown = tuple(f"{f.where}: {f.detail or f.text}" for f in found[:20])
        out[name] = Fact(name=name, value=value, shown=shown)

    for name, kinds in (
        ("shadowed_rules", ("shadowed", "contradicted")),
        ("redundant_rules", ("redundant",)),
        ("never_matching_rules", ("never-matches",)),
    ):
        missed = [f for f in findings if f.kind == "not judged"]
        found = [f for f in findings if f.kind in kinds]
        put(name, None if missed else len(found), missed or found)
    undefined = [f for f in findings if f.kind == "undefined"]
    put("undefined_objects", len(undefined), undefined)
    undescribed = [f for f in findings if f.kind == "undescribed"]
    put("undescribed_rules", len(undescribed), undescribed)
    any_any = [f for f in findings if f.kind == "any-any"]
    missed = [f for f in findings if f.kind == "not judged"]
    put("any_any_rules", None if missed else len(any_any), any_any)
    unknown = [r for r in rules if texts(r.match) or r.action is Action.UNKNOWN]
    put("unknown_share", round(len(unknown) / len(rules), 4) if rules else 0.0)
    put("rules", len(rules))
