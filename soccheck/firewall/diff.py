"""Which traffic a change of the ruleset opened and closed, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from soccheck.errors import TooComplexError
from soccheck.firewall import boxes
from soccheck.firewall.boxes import Box
from soccheck.firewall.engine import concrete
from soccheck.firewall.engine.bdd import bounded
from soccheck.firewall.engine.constants import constants, everything
from soccheck.firewall.engine.ways import Walker
from soccheck.firewall.model import LOOPBACK, Expr, Named, Not, Ruleset, all_of
from soccheck.firewall.queries import NEW
from soccheck.firewall.questions import Analysis, unknown_family
from soccheck.firewall.summary import Traffic, traffic
from soccheck.phrase import Phrase

FIRST = all_of(NEW, Not(Named("iif", LOOPBACK)))
"""What is compared: first packets that come from outside."""
MOST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficChange:
    """Traffic of one family that changed; `kind` is `opened`, `closed`, `maybe-opened`, ..."""

    kind: str
    family: int
    box: Box
    step: concrete.Step | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Everything that changed in one family; `reasons` say why nothing could be said."""

    family: int
    summary: Mapping[str, tuple[Traffic, ...]] = field(default_factory=dict)
    """Per kind of change, all of its traffic in few words."""
    changes: tuple[TrafficChange, ...] = ()
    """The same packet by packet, where that is asked for."""
    more: bool = False
    """True when there is more than `changes` lists."""
    reasons: tuple[Phrase, ...] = ()


def diff(old: Ruleset, new: Ruleset, family: int, *, details: bool = True) -> Difference:
    """Compare two rulesets in one family."""
    reasons = (*unknown_family(old, family), *unknown_family(new, family))
    if reasons:
        return Difference(family=family, reasons=tuple(dict.fromkeys(reasons)))
    try:
        with bounded():
            return _diff(old, new, family, details=details)
    except TooComplexError as error:
        return Difference(family=family, reasons=(error.said,))


def _diff(old: Ruleset, new: Ruleset, family: int, *, details: bool) -> Difference:
    exprs: Iterable[Expr] = [*everything(old), *constants(old, family), FIRST]
    analysis = Analysis(new, family, exprs)
    before = Walker(old, family, analysis.sets)
    first = analysis.of(FIRST)
    now, then = analysis.walker.inbound(first), before.inbound(first)
    asked = analysis.walker.consistent(first) | before.consistent(first)
    doubt, doubted = now.possible & ~now.sure, then.possible & ~then.sure
    parts = {
        "opened": now.sure & ~then.possible,
        "closed": then.sure & ~now.possible,
        "maybe-opened": (doubt & ~then.possible) | (now.sure & doubted),
        "maybe-closed": (doubted & ~now.possible) | (then.sure & doubt),
        "undecided": doubt & doubted,
    }
    summary = {kind: tuple(traffic(analysis, p, asked)) for kind, p in parts.items()}
    changes: list[TrafficChange] = []
    more = False
    for kind, part in parts.items() if details else ():
        # One line is enough to say that something stayed unknown.
        most = 1 if kind == "undecided" else MOST
        found = list(boxes.boxes(analysis, part, asked, most + 1))
        more = more or len(found) > most
        changes += [
            TrafficChange(kind=kind, family=family, box=b, step=_step(analysis, b, kind))
            for b in found[:most]
        ]
    return Difference(
        family=family,
        summary={kind: found for kind, found in summary.items() if found},
        changes=tuple(changes),
        more=more,
    )


def _step(analysis: Analysis, box: Box, kind: str) -> concrete.Step | None:
    """Return what decides the packet now."""
    found = concrete.decide(analysis.ruleset, box.packet, route=lambda p: (0, p.oif or "~"))
    paths = found.accepts if "opened" in kind else found.drops
    return paths[0][-1] if paths else None
