"""Services behind ports that are translated: what a packet is for at its end, not as it comes in."""

from __future__ import annotations

from soccheck.firewall.boxes import open_ports
from soccheck.firewall.engine.ways import Flow
from soccheck.firewall.model import Expr, In, all_of
from soccheck.firewall.questions import Analysis
from soccheck.firewall.spans import Spans, span, union


def behind(analysis: Analysis, flow: Flow, proto: int, end: Expr) -> tuple[Spans, Spans]:
    """Return the ports that a protocol's packets on to an end are surely, and possibly, translated to."""
    wanted = analysis.of(all_of(In("proto", span(proto)), end))
    sure: list[tuple[int, int]] = []
    possible: list[tuple[int, int]] = []
    for branch, image in analysis.walker.translated(flow, wanted):
        possible += open_ports(analysis, image, proto)
        only = branch.origin & flow.sure & analysis.of(In("proto", span(proto)))
        for other in flow.branches:
            if other is not branch:
                only &= ~other.origin  # what may be translated otherwise, or not, is not surely so
        only &= ~analysis.walker.before(branch, analysis.sets.full & ~wanted)
        spans = branch.values["dport"]
        if len(spans) == 1 and spans[0][0] == spans[0][1] and only.satisfiable():
            sure += spans
    return union(sure), union(possible)
