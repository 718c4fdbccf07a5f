"""Static NAT of an ASA, as the way back: from the mapped address to the real one.

Source: Cisco ASA Series Firewall CLI Configuration Guide, NAT (8.3 and later): twice NAT, network
object NAT, then `after-auto`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from soccheck.firewall.model import (
    ANY,
    TCP,
    UDP,
    Action,
    Expr,
    In,
    Named,
    Rewrite,
    Rule,
    all_of,
)
from soccheck.firewall.readers.base import untranslated
from soccheck.firewall.readers.cisco.lines import Command
from soccheck.firewall.readers.cisco.matches import Dialect
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.objects import paired
from soccheck.firewall.spans import Spans, address, span

HARMLESS = ("no-proxy-arp", "route-lookup", "dns", "unidirectional", "description")


class AsaTranslations:
    """The `nat` lines of one configuration, and what their names stand for."""

    def __init__(
        self, root: Command, dialect: Dialect, own: Mapping[str, Sequence[Expr]], ledger: Ledger
    ) -> None:
        self.root = root
        self.dialect = dialect
        self.own = own
        self.ledger = ledger

    def rules(self) -> list[Rule]:
        """Return the rewrites in the order the device tries them."""
        out: list[Rule] = []
        for _, line, words in sorted(self._lines(), key=lambda n: n[0]):
            try:
                out += self._rule(line, words)
            except (ValueError, IndexError):
                out.append(untranslated(ANY, line.where, line.text))
            line.done = True
        return out

    def _lines(self) -> Iterator[tuple[int, Command, list[str]]]:
        """Yield each line with its section and its words as those of twice NAT."""
        for line in self.root.each("nat"):
            words = line.rest()
            yield (3 if "after-auto" in words else 1), line, words
        for block in self.root.below:
            if block.words[:2] == ["object", "network"] and len(block.words) > 2:
                for line in block.each("nat"):
                    words = line.rest() or [""]
                    pair = words[:1] if words[0].startswith("(") else []
                    kind = words[len(pair) :]
                    yield 2, line, [*pair, "source", *kind[:1], block.words[2], *kind[1:]]

    def _rule(self, line: Command, words: list[str]) -> list[Rule]:
        """Read `(real,mapped) source static REAL MAPPED ...` as the way back: mapped to real.

        Raises `ValueError` for a translation that is not modelled.
        """
        pair = re.fullmatch(r"\(([\w.-]+),([\w.-]+)\)", words[0]) if words else None
        rest = words[1:] if pair else list(words)
        if rest[:1] == ["after-auto"]:
            rest = rest[1:]
        if rest and rest[0].isdigit():
            rest = rest[1:]
        if "inactive" in rest:
            return []
        if rest[:2] == ["source", "dynamic"] and "destination" not in rest:
            return []  # it opens no way back
        if rest[:2] != ["source", "static"]:
            raise ValueError(line.text)
        real, mapped = rest[2], rest[3]
        tail = [word for word in rest[4:] if word not in HARMLESS]
        if "description" in rest:
            tail = [w for w in rest[4 : rest.index("description")] if w not in HARMLESS]
        if real == mapped and _keeps(tail):
            return []
        iface = pair[2] if pair else "any"
        first: list[Expr] = [] if iface == "any" else [Named("iif", (iface,))]
        ports: dict[str, Spans] = {}
        if tail[:1] == ["service"] and len(tail) == 4 and tail[1] in ("tcp", "udp"):
            proto = TCP if tail[1] == "tcp" else UDP
            there, here = (span(self.dialect.port(word)) for word in tail[2:])
            first += [In("proto", span(proto)), In("dport", here)]
            ports, tail = {"dport": there}, []
        goal, outside = self._addresses(real), self._addresses(mapped, iface)
        if tail or goal is None or outside is None or goal.family != outside.family:
            return [untranslated(all_of(*first), line.where, line.text)]
        return [
            _rewrite(
                line,
                all_of(*first, In("dst", out, outside.family)),
                Rewrite(values={"dst": inside, "dtype": span(0), **ports}, text=line.text),
                outside.family,
            )
            for out, inside in paired(outside.spans, goal.spans)
        ]

    def _addresses(self, name: str, interface: str = "") -> In | None:
        expr: Expr | None = self.dialect.addresses.leaves.get(name)
        if name == "interface":
            own = [e for e in self.own.get(interface, []) if isinstance(e, In) and e.family == 4]
            expr = own[0] if own else None
        if expr is None and name in self.dialect.addresses.groups:
            expr = self.dialect.addresses.find(name, self.root.where)
        if expr is None and re.fullmatch(r"[0-9a-fA-F.:]+", name or "-"):
            family, spans = address(name)
            expr = In("src", spans, family)
        return expr if isinstance(expr, In) and len(expr.spans) == 1 else None


def _keeps(tail: list[str]) -> bool:
    """Tell whether a translation of a source to itself keeps the destination, too."""
    return not tail or (
        len(tail) == 4 and tail[:2] == ["destination", "static"] and tail[2] == tail[3]
    )


def _rewrite(line: Command, match: Expr, rewrite: Rewrite, family: int) -> Rule:
    return Rule(
        match=match,
        action=Action.REWRITE,
        rewrite=rewrite,
        where=line.where,
        text=line.text,
        family=family,
    )
