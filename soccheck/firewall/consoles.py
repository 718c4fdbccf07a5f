"""Where the device itself is managed, and by whom it can be reached there."""

from __future__ import annotations

from soccheck.facts.services import MAYBE
from soccheck.firewall.boxes import open_ports, ranges
from soccheck.firewall.engine.bdd import Set
from soccheck.firewall.engine.ways import Flow
from soccheck.firewall.fact_names import LearnedFact
from soccheck.firewall.facts_of_family import NO_ADMINS, less, of_service, why_open
from soccheck.firewall.family import Family
from soccheck.firewall.model import ADDRTYPE, TCP, UDP, In, all_of
from soccheck.firewall.questions import Analysis
from soccheck.firewall.spans import span
from soccheck.phrase import Phrase


def consoles(family: Family, out: dict[str, LearnedFact]) -> None:
    """Write which ports of its own management the Internet, and others than administrators, reach."""
    for question, word in (("open", "console"), ("beyond admins", "console_beyond_admins")):
        name = f"{word}_ipv{family.family}"
        if family.analysis is None:
            out[name] = LearnedFact(name=name, value=None, shown=family.reasons)
        elif question not in family.flows:
            out[name] = LearnedFact(name=name, value=None, shown=(NO_ADMINS,))
        else:
            value, shown = _ports(family, family.analysis, question)
            out[name] = LearnedFact(name=name, value=value, shown=shown)


def _ports(
    family: Family, analysis: Analysis, question: str
) -> tuple[list[str], tuple[Phrase, ...]]:
    query, flow = family.queries[question], family.flows[question]
    sure, possible = _reached(analysis, flow)
    value: list[str] = []
    shown: list[Phrase] = []
    known = {proto: open_ports(analysis, sure, proto) for proto in (TCP, UDP)}
    for word, part in (("", sure), (MAYBE, possible)):
        for proto, text in ((TCP, "tcp"), (UDP, "udp")):
            found = less(open_ports(analysis, part, proto), known[proto]) if word else known[proto]
            for run in found:
                to = analysis.of(all_of(In("proto", span(proto)), In("dport", (run,))))
                value.append(f"{word}{text}/{ranges((run,))}")
                shown.append(of_service(value[-1], why_open(family, query, flow, part & to)))
    return value, tuple(shown)


def _reached(analysis: Analysis, flow: Flow) -> tuple[Set, Set]:
    """Return what of a flow surely, and possibly, comes to the device's own management, as it came in."""
    walker, empty = analysis.walker, analysis.sets.empty
    here = analysis.of(In("dtype", span(ADDRTYPE["local"])))
    moved, surely, possibly = empty, empty, empty
    for rule in analysis.ruleset.consoles:
        sure, possible = walker.match(rule)
        surely |= sure
        possibly |= possible
    for branch in flow.branches:
        if branch.values:
            moved |= branch.origin
    return flow.sure & here & ~moved & surely, walker.ending(flow, possibly & here)
