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
    Unknown,
    all_of,
)
from soccheck.firewall.readers.base import untranslated
from soccheck.firewall.readers.cisco.lines import Command
from soccheck.firewall.readers.cisco.matches import Dialect
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.objects import paired
from soccheck.firewall.spans import Spans, address, span
from soccheck.phrase import echo

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
        for _, _, line, words in sorted(self._lines(), key=lambda n: n[:2]):
            try:
                out += self._rule(line, words)
            except (ValueError, IndexError):
                out.append(untranslated(ANY, line.where, line.text))
            line.done = True
        return out

    def _lines(self) -> Iterator[tuple[int, Spans, Command, list[str]]]:
        """Yield each line with its section, its place in it, and its words as those of twice NAT.

        Of objects the one with fewer real addresses comes first, then the one with the lower address.
        """
        for line in self.root.each("nat"):
            words = line.rest()
            yield (3 if "after-auto" in words else 1), (), line, words
        for block in self.root.below:
            if block.words[:2] == ["object", "network"] and len(block.words) > 2:
                for line in block.each("nat"):
                    words = line.rest() or [""]
                    pair = words[:1] if words[0].startswith("(") else []
                    kind = words[len(pair) :]
                    real = self._addresses(block.words[2])
                    low, high = real.spans[0] if real is not None else (0, 0)
                    place = ((high - low, low),)
                    yield 2, place, line, [*pair, "source", *kind[:1], block.words[2], *kind[1:]]

    def _rule(self, line: Command, words: list[str]) -> list[Rule]:
        """Read `(real,mapped) source static REAL MAPPED ...`; raises `ValueError`."""
        pair = re.fullmatch(r"\(([\w.-]+),([\w.-]+)\)", words[0]) if words else None
        rest = words[1:] if pair else list(words)
        if rest[:1] == ["after-auto"]:
            rest = rest[1:]
        if rest and rest[0].isdecimal():
            rest = rest[1:]
        if "inactive" in rest:
            return []
        if rest[:2] == ["source", "dynamic"] and "destination" not in rest:
            return []  # it opens no way back
        sides = pair.groups() if pair else ("any", "any")
        if rest[:2] == ["source", "dynamic"]:
            return self._forth(line, sides, rest[2], rest[rest.index("destination") :])
        if rest[:2] != ["source", "static"]:
            raise ValueError(line.text)
        real, mapped = rest[2], rest[3]
        end = rest.index("description") if "description" in rest else len(rest)
        tail = [word for word in rest[4:end] if word not in HARMLESS]
        if real == mapped and _keeps(tail):
            return []
        if real == mapped and tail[:1] == ["destination"]:
            return self._forth(line, sides, real, tail)
        if "unidirectional" in rest[:end] and not tail:
            return []  # nobody may begin from the other side
        return self._back(line, sides, (real, mapped), tail)

    def _forth(self, line: Command, sides: Sequence[str], real: str, tail: list[str]) -> list[Rule]:
        """Return what the destination of twice NAT changes on the way from the real interface.

        Raises `ValueError` for what is not modelled.
        """
        tail = [word for word in tail if word not in HARMLESS]
        if len(tail) != 4 or tail[:2] != ["destination", "static"]:
            raise ValueError(line.text)
        outside = self._addresses(tail[2], sides[1])
        goal = self._addresses(tail[3])
        senders = None if real == "any" else self._addresses(real)
        if goal is None or outside is None or goal.family != outside.family:
            raise ValueError(line.text)
        if real != "any" and senders is None:
            raise ValueError(line.text)
        parts: list[Expr] = [] if sides[0] == "any" else [Named("iif", (sides[0],))]
        parts += [senders] if senders is not None else []
        return _rewrites(line, parts, outside, goal, {})

    def _back(
        self, line: Command, sides: Sequence[str], names: tuple[str, str], tail: list[str]
    ) -> list[Rule]:
        """Return the way back of a static translation, from the mapped address to the real one."""
        real, mapped = names
        first: list[Expr] = [] if sides[1] == "any" else [Named("iif", (sides[1],))]
        ports: dict[str, Spans] = {}
        if tail[:1] == ["service"] and len(tail) == 4 and tail[1] in ("tcp", "udp"):
            proto = TCP if tail[1] == "tcp" else UDP
            there, here = (span(self.dialect.port(word)) for word in tail[2:])
            first += [In("proto", span(proto)), In("dport", here)]
            ports, tail = {"dport": there}, []
        goal, outside = self._addresses(real), self._addresses(mapped, sides[1])
        if goal is not None and outside is not None and mapped[:1].isdecimal():
            # An address that is written out begins a range as long as that of the object.
            (low, high), (start, _) = goal.spans[0], outside.spans[0]
            outside = In("src", span(start, start + high - low), outside.family)
        if mapped == "interface" and not ports:
            # The documents know the address of an interface with ports alone (`service`).
            return [untranslated(all_of(*first), line.where, line.text)]
        if goal is not None and any(_is(goal, e) for own in self.own.values() for e in own):
            # No document says whether the services of the device answer to a translated address.
            first.append(Unknown(echo(line.text)))
        if tail or goal is None or outside is None or goal.family != outside.family:
            # A destination changes on the way forth, too.
            side = ANY if tail else all_of(*first)
            return [untranslated(side, line.where, line.text)]
        return _rewrites(line, first, outside, goal, ports)

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


def _is(goal: In, own: Expr) -> bool:
    return isinstance(own, In) and (own.family, own.spans) == (goal.family, goal.spans)


def _keeps(tail: list[str]) -> bool:
    """Tell whether a translation of a source to itself keeps the destination, too."""
    return not tail or (
        len(tail) == 4 and tail[:2] == ["destination", "static"] and tail[2] == tail[3]
    )


def _rewrites(
    line: Command, parts: Sequence[Expr], outside: In, goal: In, ports: Mapping[str, Spans]
) -> list[Rule]:
    """Return the rewrites from addresses outside to those of the goal."""
    return [
        Rule(
            match=all_of(*parts, In("dst", out, outside.family)),
            action=Action.REWRITE,
            rewrite=Rewrite(values={"dst": inside, "dtype": span(0), **ports}),
            where=line.where,
            text=line.text,
            family=outside.family,
        )
        for out, inside in paired(outside.spans, goal.spans)
    ]
