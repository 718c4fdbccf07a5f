"""Elementary intervals: values that no rule and no question tells apart become one atom.

All end points of a field are collected from the rules and the question; between two neighbouring
end points every value behaves alike, so that a field of 128 bits shrinks to the few bits that
number its atoms, without loss.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from soccheck.firewall.model import FIELDS, NAMES, All, Expr, In, Named, Not, Some, top
from soccheck.firewall.spans import Spans

OTHER = "~"
"""Stands for the interfaces no rule names; after a prefix, for those with that prefix."""


class Axis:
    """The atoms of one numeric field, in ascending order."""

    def __init__(self, starts: Iterable[int], limit: int) -> None:
        self.starts: Sequence[int] = sorted({0, *(s for s in starts if s <= limit)})
        self.limit = limit

    def __len__(self) -> int:
        return len(self.starts)

    def ranges(self, spans: Spans) -> list[tuple[int, int]]:
        """Return the atom indexes of a set whose end points are all atom borders.

        Raises `AssertionError` for one that is cut otherwise: rounded, it would answer wrongly.
        """
        out = []
        for low, high in spans:
            if low > self.limit:
                continue
            first = bisect_right(self.starts, low) - 1
            last = bisect_right(self.starts, min(high, self.limit)) - 1
            # Raised, not asserted: it must hold where Python leaves assertions out, too.
            if self.starts[first] != low or self.values(last)[1] != min(high, self.limit):
                raise AssertionError(f"no borders of atoms: {low} to {high}")
            out.append((first, last))
        return out

    def values(self, atom: int) -> tuple[int, int]:
        """Return the first and last value of an atom."""
        end = self.starts[atom + 1] - 1 if atom + 1 < len(self.starts) else self.limit
        return self.starts[atom], end


class NameAxis:
    """The interface names that can be told apart, one stand-in per group of unnamed ones."""

    def __init__(self, patterns: Iterable[str]) -> None:
        names = {"", OTHER}
        for pattern in patterns:
            names.add(pattern[:-1] + OTHER if pattern.endswith("*") else pattern)
        self.names: Sequence[str] = sorted(names)

    def __len__(self) -> int:
        return len(self.names)

    def ranges(self, patterns: Iterable[str]) -> list[tuple[int, int]]:
        """Return the indexes of the names that one of the patterns matches.

        Raises `AssertionError` for a pattern that was not counted in: it would match too little.
        """
        wanted = tuple(patterns)
        if not {p[:-1] + OTHER if p.endswith("*") else p for p in wanted} <= {*self.names}:
            raise AssertionError(f"names without atoms: {wanted}")
        return [(i, i) for i, n in enumerate(self.names) if any(matches(p, n) for p in wanted)]


def matches(pattern: str, name: str) -> bool:
    """Tell whether an interface name is the pattern or has its prefix; no name matches only ''."""
    if pattern.endswith("*"):
        return bool(name) and name.startswith(pattern[:-1])
    return name == pattern


class Atoms:
    """The axes of a family: one per field, cut at every end point the expressions use."""

    def __init__(self, family: int, exprs: Iterable[Expr]) -> None:
        self.family = family
        cuts: dict[str, set[int]] = {name: set() for name in FIELDS}
        patterns: dict[str, set[str]] = {name: set() for name in NAMES}
        todo = list(exprs)
        while todo:
            expr = todo.pop()
            if isinstance(expr, In):
                if expr.family in (0, family):
                    found = cuts[expr.field]
                    for low, high in expr.spans:
                        found.add(low)
                        found.add(high + 1)
                        if expr.field == "ttl":
                            # Forwarding takes one off before the forward hook sees it.
                            found.add(low + 1)
                            found.add(high + 2)
            elif isinstance(expr, Named):
                patterns[expr.field].update(expr.names)
            elif isinstance(expr, All | Some):
                todo.extend(expr.parts)
            elif isinstance(expr, Not):
                todo.append(expr.part)
        self.numbers = {n: Axis(c, top(n, family)) for n, c in cuts.items()}
        # An interface is the same thing on either side, so both share their names.
        shared = patterns["iif"] | patterns["oif"]
        self.names = {name: NameAxis(shared) for name in NAMES}

    def size(self, name: str) -> int:
        """Return the number of atoms of a field."""
        return len(self.numbers[name]) if name in self.numbers else len(self.names[name])
