"""One family of a ruleset: the questions that its facts are told by, asked in one universe.

RFC 4890 names the ICMPv6 messages that must pass (4.3.1, 4.4.1) and those to be dropped (4.3.3).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from soccheck.firewall.engine.bdd import Set
from soccheck.firewall.engine.ways import Flow
from soccheck.firewall.model import (
    ADDRTYPE,
    ICMPV6,
    LOOPBACK,
    PORTS,
    Expr,
    In,
    Named,
    Not,
    Ruleset,
    all_of,
)
from soccheck.firewall.queries import NEW, Query, service
from soccheck.firewall.questions import Analysis, QuestionAnswer, answer, unknown_family
from soccheck.firewall.spans import Spans, span
from soccheck.firewall.zones import Zones, zone_expr
from soccheck.phrase import Phrase, phrase

Ports: TypeAlias = tuple[dict[str, Spans], dict[str, Spans]]
REQUIRED_ICMPV6 = {
    1: phrase("destination unreachable"),
    2: phrase("packet too big"),
    3: phrase("time exceeded"),
    4: phrase("parameter problem"),
}
UNWANTED_ICMPV6 = {
    100: phrase("private experiment"),
    138: phrase("router renumbering"),
    139: phrase("node information query"),
    140: phrase("node information response"),
}


@dataclass(slots=True)
class Family:
    """One family's analysis and the facts it yields."""

    ruleset: Ruleset
    family: int
    zones: Zones
    across: bool
    reasons: tuple[Phrase, ...] = ()
    anyhow: bool = False
    """True where nothing tells by which interface the Internet comes in."""
    analysis: Analysis | None = None
    queries: dict[str, Query] = field(default_factory=dict)
    ports: dict[str, Ports] = field(default_factory=dict)
    """Of `internet` and `beyond admins`: the ports surely and the ports possibly open."""
    flows: dict[str, Flow] = field(default_factory=dict)
    """What the packets of these questions come to."""

    def prepare(self) -> None:
        """Build one universe that knows every constant asked for."""
        self.reasons = unknown_family(self.ruleset, self.family)
        if self.reasons:
            return
        here = all_of(self.entering(), In("dtype", span(ADDRTYPE["local"])))
        internet = self.zones.internet()
        side = zone_expr(internet, "src", "iif")
        self.anyhow = internet.side_is_untold
        inside = all_of(side, self.entering() if self.across else here)
        self._add("internet", all_of(NEW, inside))
        # A later fragment carries no ports, and a connection begins with SYN: see `queries.service`.
        opening = all_of(NEW, service("any/0-65535"))
        self._add("open", all_of(opening, inside))
        admins = self.zones.admins()
        if admins is not None:
            beyond = Not(zone_expr(admins, "src", "iif"))
            self._add("beyond admins", all_of(opening, here, beyond))
        whole = In("frag", span(0))
        for kind in (*REQUIRED_ICMPV6, *UNWANTED_ICMPV6):
            ct: Expr = In("ct", ((0, 0), (2, 2))) if kind in REQUIRED_ICMPV6 else NEW
            parts = (In("proto", span(ICMPV6)), In("itype", span(kind)), In("icode", span(0)))
            self._add(f"icmpv6/{kind}", all_of(*parts, ct, inside, whole))
        exprs = [q.match for q in self.queries.values()]
        lone = (In("dport", span(p)) for p in (0, PORTS))
        own = (rule.match for rule in self.ruleset.consoles)
        asked = [*exprs, *lone, *own, NEW, self.entering()]
        self.analysis = Analysis(self.ruleset, self.family, asked)

    def sure_of_side(self, asked: Set, sure: Set) -> Set:
        """Return what of `sure` holds by whichever interface the Internet comes in."""
        assert self.analysis is not None
        return self.analysis.whichever(asked, sure) if self.anyhow else sure

    def entering(self) -> Expr:
        """Return "it comes in from outside"."""
        return Not(Named("iif", LOOPBACK))

    def _add(self, name: str, match: Expr) -> None:
        anyhow = self.anyhow and name != "beyond admins"
        self.queries[name] = Query(text=name, match=match, anyhow=anyhow)

    def ask(self, name: str) -> QuestionAnswer:
        """QuestionAnswer one of the prepared questions."""
        assert self.analysis is not None
        return answer(self.analysis, self.queries[name])
