"""The values that sets of packets tell apart: those a walk uses, and those of the rules."""

from __future__ import annotations

from collections.abc import Mapping

from soccheck.firewall.model import LOOPBACK, OWN_LOOP, Expr, In, Named, Ruleset
from soccheck.firewall.spans import Spans

MULTICAST: Mapping[int, Spans] = {
    4: ((0xE0000000, 0xEFFFFFFF),),
    6: ((0xFF << 120, (1 << 128) - 1),),
}


def constants(ruleset: Ruleset, family: int) -> list[Expr]:
    """Return expressions with every value a walk uses beyond those of the rules' matches."""
    out: list[Expr] = [
        In("dst", MULTICAST[family]),
        In("dst", ((0xFFFFFFFF, 0xFFFFFFFF),), 4),
        In("src", ((0, 0),)),
        *(In("dtype", ((n, n),)) for n in range(5)),
        *(In("ct", ((n, n),)) for n in range(5)),
        In("dnat", ((1, 1),)),
        In("rt", ((0, 0),)),
        In("fresh", ((1, 1),)),
        In("rpath", ((1, 1),)),
        In("frag", ((0, 0),)),
        Named("oif", LOOPBACK),
        Named("oif", tuple(device.name for device in ruleset.devices)),
        *(In(name, OWN_LOOP[family], family) for name in ("src", "dst")),
    ]
    own = ruleset.answering(family)
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
