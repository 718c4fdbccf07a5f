"""Destination and static NAT of an SRX: from its lines to rewrites of the destination.

Source: Junos OS NAT user guide. A static mapping comes before a rule of destination NAT.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from soccheck.errors import ReadError
from soccheck.firewall.model import (
    Action,
    Expr,
    In,
    Named,
    Rewrite,
    Rule,
    Unknown,
    Where,
    all_of,
    span_all,
)
from soccheck.firewall.names import number, protocol
from soccheck.firewall.readers.objects import paired
from soccheck.firewall.spans import Spans, address, span, union


class Translations:
    """The translations of one configuration, while its lines are read."""

    def __init__(self) -> None:
        self.lines: dict[tuple[str, str, str], list[tuple[list[str], Where, str]]] = {}
        self.origins: dict[tuple[str, str], list[str]] = {}
        self.pools: dict[str, list[tuple[list[str], Where]]] = {}

    def take(self, words: list[str], where: Where, text: str) -> None:
        """Take in a line below `security nat`."""
        kind = words[0]
        if kind not in ("destination", "static") or len(words) < 3:
            return
        if words[1] == "pool":
            self.pools.setdefault(words[2], []).append((words[3:], where))
        elif words[1] == "rule-set" and words[3:4] == ["from"]:
            place = self.origins.setdefault((kind, words[2]), [])
            place += [f"{words[4]} {words[5]}"] if len(words) > 5 else []
        elif words[1] == "rule-set" and words[3:4] == ["rule"]:
            key = (kind, words[2], words[4])
            self.lines.setdefault(key, []).append((words[5:], where, text))

    def rules(self, zones: Mapping[str, Sequence[str]]) -> list[Rule]:
        """Return the rewrites; `zones` are the interfaces of each zone."""
        out: list[Rule] = []
        for kind in ("static", "destination"):
            for (found, rule_set, name), lines in self.lines.items():
                if found == kind:
                    out += self._rule(zones, kind, rule_set, name, lines)
        return out

    def _rule(
        self,
        zones: Mapping[str, Sequence[str]],
        kind: str,
        rule_set: str,
        name: str,
        lines: list[tuple[list[str], Where, str]],
    ) -> list[Rule]:
        where = lines[0][1]
        text = f"{kind} nat {rule_set} rule {name}"
        parts: list[Expr] = []
        origin: list[str] = []
        for mark in self.origins.get((kind, rule_set), []):
            what, _, value = mark.partition(" ")
            origin += zones.get(value, []) if what == "zone" else [value]
        if origin:
            parts.append(Named("iif", tuple(origin)))
        goal: Spans | None = None
        family = 4
        outside: Spans = ()
        values: dict[str, Spans] = {}
        followed, off = True, False
        for words, place, _ in lines:
            try:
                if words[:2] == ["match", "destination-address"]:
                    family, outside = address(words[2])
                elif words[:2] == ["match", "destination-port"]:
                    high = words[4] if words[3:4] == ["to"] else words[2]
                    parts.append(In("dport", span(number(words[2], 65535), number(high, 65535))))
                elif words[:2] == ["match", "protocol"]:
                    parts.append(In("proto", span(protocol(words[2]))))
                elif words[:2] == ["match", "source-address"]:
                    source, spans = address(words[2])
                    parts.append(In("src", spans, source))
                elif words[:4] == ["then", "destination-nat", "pool", *words[3:4]]:
                    goal, extra = self._pool(words[3])
                    values |= extra
                elif words[:3] == ["then", "destination-nat", "off"]:
                    off = True
                elif words[:3] == ["then", "static-nat", "prefix"]:
                    if words[3] == "mapped-port":
                        values["dport"] = span(number(words[4], 65535))
                    elif words[3] != "routing-instance":
                        goal = address(words[3])[1]
                elif words[:1] != ["description"]:
                    followed = False
            except (ValueError, IndexError) as error:
                raise ReadError(place, f"{text}: {error}") from error
        if off:
            match = all_of(*parts, In("dst", outside, family))
            return [Rule(match=match, action=Action.ACCEPT, where=where, text=text)]
        if goal is None or not followed or not outside:
            values = {"dst": span_all(family), "dport": ((0, 65535),)}
            match = all_of(*parts, Unknown(f"a translation not followed: {text}"))
            return [
                Rule(
                    match=match,
                    action=Action.REWRITE,
                    where=where,
                    text=text,
                    family=family,
                    rewrite=Rewrite(values=values, text=text),
                )
            ]
        return [
            Rule(
                match=all_of(*parts, In("dst", out, family)),
                action=Action.REWRITE,
                rewrite=Rewrite(values={"dst": inside, "dtype": span(0), **values}, text=text),
                where=where,
                text=text,
                family=family,
            )
            for out, inside in paired(outside, goal)
        ]

    def _pool(self, name: str) -> tuple[Spans | None, dict[str, Spans]]:
        goal: list[tuple[int, int]] = []
        values: dict[str, Spans] = {}
        for words, _ in self.pools.get(name, []):
            if words[:1] == ["address"]:
                if words[1] == "port":
                    values["dport"] = span(number(words[2], 65535))
                elif words[1] == "to":
                    return None, {}
                else:
                    goal += address(words[1])[1]
                    if words[2:3] == ["port"]:
                        values["dport"] = span(number(words[3], 65535))
                    elif words[2:3] == ["to"]:
                        goal = list(
                            address(f"{words[1].split('/')[0]}-{words[3].split('/')[0]}")[1]
                        )
        return (union(goal) or None), values
