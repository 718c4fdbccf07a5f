"""Where the rules that `pfctl` prints send packets (pf.conf(5))."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from soccheck.firewall.model import (
    PORTS,
    Action,
    Expr,
    In,
    Named,
    Rewrite,
    Rule,
    Where,
    all_of,
    span_all,
)
from soccheck.firewall.names import port
from soccheck.firewall.readers.base import of_family
from soccheck.firewall.readers.objects import paired
from soccheck.firewall.spans import Spans, address, span


def anywhere(rule: Rule, family: int) -> Rule:
    """Turn a rule into one that sends packets of a family where nothing tells."""
    rewrite = Rewrite(values={"dst": span_all(family), "dport": span(0, PORTS)})
    match = all_of(of_family(family), rule.match)
    return replace(rule, match=match, action=Action.REWRITE, rewrite=rewrite, family=family)


def goal_of(words: Sequence[str]) -> tuple[dict[str, Spans], int]:
    """Return the new destination; empty where it is not known."""
    values: dict[str, Spans] = {}
    try:
        family, inside = address(words[0])
        values["dst"] = inside
        if list(words[1:2]) == ["port"]:
            low, colon, high = words[2].partition(":")
            if high == "*":
                return {}, 4
            values["dport"] = span(port(low), port(high) if colon else port(low))
    except (ValueError, IndexError):
        return {}, 4
    return values, family


def both_ways(parts: list[Expr], goal: list[str], where: Where, full: str) -> list[Rule]:
    """Read `binat on IF from INSIDE to any -> OUTSIDE` as its way in."""
    inner = [
        p
        for p in parts
        if isinstance(p, In) and p.field == "src" and p.spans != span_all(p.family or 4)
    ]
    side = [Named("iif", p.names) for p in parts if isinstance(p, Named)]
    try:
        family, outside = address(goal[0])
    except (ValueError, IndexError):
        return []
    if len(inner) != 1 or inner[0].family != family:
        return []
    return [
        Rule(
            match=all_of(*side, In("dst", out, family)),
            action=Action.REWRITE,
            where=where,
            text=full,
            family=family,
            rewrite=Rewrite(values={"dst": into}),
        )
        for out, into in paired(outside, inner[0].spans)
    ]
