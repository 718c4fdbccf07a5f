"""Static NAT of an ASA, as the way back: from the mapped address to the real one.

Source: Cisco ASA Series Firewall CLI Configuration Guide, NAT (8.3 and later): twice NAT, network
object NAT, then `after-auto`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from soccheck.firewall.model import (
    TCP,
    UDP,
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
from soccheck.firewall.names import port
from soccheck.firewall.readers.base import readable
from soccheck.firewall.readers.cisco.access_lists import Dialect, Words
from soccheck.firewall.readers.objects import paired
from soccheck.firewall.spans import Spans, address, span


@dataclass(frozen=True, slots=True)
class Translations:
    """The `nat` lines of one configuration with their section, and what their names stand for."""

    lines: Sequence[tuple[int, Words, str]]
    dialect: Dialect
    own: Mapping[str, Sequence[Expr]]
    where: Where

    def rules(self) -> list[Rule]:
        """Return the rewrites in the order the device tries them; raises `ReadError`."""
        out: list[Rule] = []
        for _, words, text in sorted(self.lines, key=lambda n: n[0]):
            with readable(words.where, text):
                out += self._static(words, text)
        return out

    def _static(self, words: Words, text: str) -> list[Rule]:
        """Read `nat (real,mapped) ... static ...` as the way back: mapped to real."""
        where = words.where
        found = words.words[1:]
        pair = re.fullmatch(r"\(([\w.-]+),([\w.-]+)\)", found[0]) if found else None
        rest = found[1:]
        if rest[:1] == ["after-auto"]:
            rest = rest[1:]
        if rest[:1] and rest[0].isdigit():
            rest = rest[1:]
        if "dynamic" in rest or "inactive" in rest:
            return []
        iface = pair[2] if pair else "any"
        real = mapped = ""
        tail: list[str] = []
        if rest[:1] == ["object"] and rest[2:3] == ["static"]:
            real, mapped, tail = rest[1], rest[3], rest[4:]
        elif rest[:2] == ["source", "static"] and len(rest) >= 4:
            real, mapped, tail = rest[2], rest[3], rest[4:]
        tail = [
            t for t in tail if t not in ("no-proxy-arp", "route-lookup", "dns", "unidirectional")
        ]
        if tail[:2] == ["destination", "static"]:
            if real == mapped and tail[2] == tail[3] and len(tail) == 4:
                return []
            real = ""
        elif real and real == mapped and not tail:
            return []
        goal, outside = self._addresses(real), self._addresses(mapped, iface)
        ports: dict[str, Spans] = {}
        first: list[Expr] = [] if iface == "any" else [Named("iif", (iface,))]
        plain = not tail
        if tail[:1] == ["service"] and len(tail) == 4 and tail[1] in ("tcp", "udp"):
            plain = True
            first += [
                In("proto", span(TCP if tail[1] == "tcp" else UDP)),
                In("dport", span(port(tail[3]))),
            ]
            ports = {"dport": span(port(tail[2]))}
        if goal is None or outside is None or not plain or goal.family != outside.family:
            rewrite = Rewrite(values={"dst": span_all(4), "dport": ((0, 65535),)}, text=text)
            match = all_of(*first, Unknown(f"a translation not followed: {text}"))
            return [
                Rule(
                    match=match,
                    action=Action.REWRITE,
                    rewrite=rewrite,
                    where=where,
                    text=text,
                    family=4,
                )
            ]
        return [
            Rule(
                match=all_of(*first, In("dst", out, outside.family)),
                action=Action.REWRITE,
                rewrite=Rewrite(values={"dst": inside, "dtype": span(0), **ports}, text=text),
                where=where,
                text=text,
                family=outside.family,
            )
            for out, inside in paired(outside.spans, goal.spans)
        ]

    def _addresses(self, name: str, interface: str = "") -> In | None:
        expr: Expr | None = self.dialect.addresses.leaves.get(name)
        if name == "interface":
            own = [e for e in self.own.get(interface, []) if isinstance(e, In) and e.family == 4]
            expr = own[0] if own else None
        if expr is None and name in self.dialect.addresses.groups:
            expr = self.dialect.addresses.find(name, self.where)
        if expr is None and re.fullmatch(r"[0-9a-fA-F.:]+", name or "-"):
            family, spans = address(name)
            expr = In("src", spans, family)
        return expr if isinstance(expr, In) and len(expr.spans) == 1 else None
