"""Sets of packets as binary decision diagrams over atom numbers; the only home of oxidd.

Variable order: see `ORDER`; it keeps fields that rules use together close to each other.
"""

from __future__ import annotations

import mmap
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from oxidd.bcdd import BCDDFunction, BCDDManager
from oxidd.util import DDMemoryError

from soccheck.errors import TooComplexError
from soccheck.firewall.engine.atoms import Atoms
from soccheck.firewall.spans import Spans
from soccheck.phrase import phrase

ORDER = (
    "proto", "ct", "dtype", "stype", "dnat", "fresh", "frag", "rt", "rpath", "ttl",
    "iif", "oif", "dst", "src", "dport", "sport", "flags", "itype", "icode",
)  # fmt: skip
Set = BCDDFunction
_STACK = 1 << 30
"""Address space, in bytes, that oxidd takes for its worker's stack (oxidd-manager-index, workers.rs)."""
_NODE = 32
_MORE = 1 << 28


@contextmanager
def bounded() -> Iterator[None]:
    """Raise `TooComplexError` when the diagrams outgrow their bound within."""
    try:
        yield
    except DDMemoryError as error:
        raise TooComplexError(phrase("the ruleset is too complex for the memory bound")) from error


def _refuse_narrow(size: int) -> None:
    """Raise `MemoryError` or `RuntimeError` for want of address space or a thread: oxidd ends the process."""
    try:
        mmap.mmap(-1, size).close()
    except OSError as error:
        raise MemoryError from error
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()


class Sets:
    """A universe of packets of one family: builds, quantifies and samples sets.

    Union, intersection and complement are the operators `|`, `&` and `~` of a set;
    `a & ~b` costs one step since edges carry the complement.
    """

    def __init__(self, atoms: Atoms, *, rules: int) -> None:
        self.atoms = atoms
        # NOTE: oxidd reserves address space for the capacity but touches only what it uses.
        nodes = 1 << max(20, min(24, (rules * 1024).bit_length()))
        _refuse_narrow(_STACK + _NODE * nodes + _MORE)
        self._manager = BCDDManager(nodes, 1 << (16 if rules < 1000 else 19), 1)
        self.full: Set = self._manager.true()
        self.empty: Set = self._manager.false()
        self._bits: dict[str, list[Set]] = {}
        self._vars: dict[str, range] = {}
        for name in ORDER:
            count = (atoms.size(name) - 1).bit_length()
            self._vars[name] = self._manager.add_vars(count)
            self._bits[name] = [self._manager.var(v) for v in self._vars[name]]
        self._cache: dict[tuple[str, Spans | tuple[str, ...]], Set] = {}
        self.universe = self.full
        for name in ORDER:
            self.universe &= self._build(name, [(0, atoms.size(name) - 1)])

    def number(self, name: str, spans: Spans) -> Set:
        """Return the packets whose numeric field lies in `spans`."""
        key = (name, spans)
        found = self._cache.get(key)
        if found is None:
            found = self._build(name, self.atoms.numbers[name].ranges(spans))
            self._cache[key] = found
        return found

    def named(self, name: str, patterns: tuple[str, ...]) -> Set:
        """Return the packets whose interface one of the patterns matches."""
        key = (name, patterns)
        found = self._cache.get(key)
        if found is None:
            found = self._build(name, self.atoms.names[name].ranges(patterns))
            self._cache[key] = found
        return found

    def atom(self, name: str, index: int) -> Set:
        """Return the packets whose field has one atom."""
        return self._build(name, [(index, index)])

    def forget(self, part: Set, names: Iterable[str]) -> Set:
        """Return `part` with the fields left open."""
        cube = self.full
        for name in names:
            for bit in self._bits[name]:
                cube &= bit
        return part.exists(cube) & self.universe

    def pick(self, part: Set) -> dict[str, int] | None:
        """Return one packet of the set as atom numbers, or None when it is empty."""
        found = part.pick_cube()
        if found is None:
            return None
        out = {}
        for name in ORDER:
            value = 0
            for variable in self._vars[name]:
                value = value << 1 | bool(found[variable])
            out[name] = value
        return out

    def _build(self, name: str, ranges: list[tuple[int, int]]) -> Set:
        bits = self._bits[name]
        out = self.empty
        for low, high in ranges:
            out |= self._range(bits, low, high)
        return out

    def _range(self, bits: list[Set], low: int, high: int) -> Set:
        """Return `low <= value <= high`, most significant bit first."""
        size = 1 << len(bits)
        if low == 0 and high >= size - 1:
            return self.full
        above, below = self.full, self.full
        equal = low == high
        for place, bit in enumerate(reversed(bits)):
            if equal:
                above &= bit if low >> place & 1 else ~bit
                continue
            above = bit & above if low >> place & 1 else bit | above
            below = ~bit | below if high >> place & 1 else ~bit & below
        return above & below
