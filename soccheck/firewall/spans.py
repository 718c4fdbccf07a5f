"""Sets of integers as sorted, disjoint, inclusive intervals; addresses, ports and codes alike."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

from soccheck.phrase import phrase

Spans = tuple[tuple[int, int], ...]


def span(low: int, high: int | None = None) -> Spans:
    """Return the set of `low`..`high` (or of `low` alone); an inverted range is refused."""
    top = low if high is None else high
    if low < 0 or top < low:
        raise ValueError(phrase("not a range: {low}-{top}", low=low, top=top))
    return ((low, top),)


def union(parts: Iterable[tuple[int, int]]) -> Spans:
    """Return the union of intervals, merging what overlaps or touches."""
    out: list[tuple[int, int]] = []
    for low, high in sorted(parts):
        if out and low <= out[-1][1] + 1:
            if high > out[-1][1]:
                out[-1] = (out[-1][0], high)
        else:
            out.append((low, high))
    return tuple(out)


def complement(spans: Spans, top: int) -> Spans:
    """Return what `spans` leaves of 0..`top`."""
    out = []
    at = 0
    for low, high in union(spans):
        if low > at:
            out.append((at, low - 1))
        at = high + 1
    if at <= top:
        out.append((at, top))
    return tuple(out)


def intersect(a: Spans, b: Spans) -> Spans:
    """Return what both sets hold."""
    top = max([high for _, high in (*a, *b)], default=0)
    return complement(union((*complement(a, top), *complement(b, top))), top)


def holds(spans: Spans, value: int) -> bool:
    """Tell whether `value` lies in the set."""
    return any(low <= value <= high for low, high in spans)


def masked(mask: int, wanted: int, bits: int = 8) -> Spans:
    """Return every value of `bits` bits with `value & mask == wanted`."""
    return union((v, v) for v in range(1 << bits) if v & mask == wanted)


@lru_cache(maxsize=65536)
def address(text: str) -> tuple[int, Spans]:
    """Read an address, prefix, address/netmask or `low-high` range; returns (family, set).

    Raises `ValueError` for anything else, zone identifiers included.
    """
    if "-" in text:
        low, _, high = text.partition("-")
        first, last = ipaddress.ip_address(low.strip()), ipaddress.ip_address(high.strip())
        if first.version != last.version:
            raise ValueError(phrase("a range over two families: {text}", text=text))
        return first.version, span(int(first), int(last))
    if "/" not in text:
        single = ipaddress.ip_address(text)
        return single.version, ((int(single), int(single)),)
    net = ipaddress.ip_network(text, strict=False)
    return net.version, ((int(net.network_address), int(net.broadcast_address)),)


def wildcard(base: str, inverse: str) -> Spans:
    """Return the IPv4 set of a Cisco address with an inverse mask, contiguous or not.

    Raises `ValueError` when the mask has more than 2**12 holes.
    """
    start, mask = int(ipaddress.IPv4Address(base)), int(ipaddress.IPv4Address(inverse))
    low = (mask ^ (mask + 1)) >> 1
    high_bits = [1 << b for b in range(32) if mask >> b & 1 and not low >> b & 1]
    if len(high_bits) > 12:
        raise ValueError(phrase("wildcard mask with too many holes: {inverse}", inverse=inverse))
    fixed = start & ~mask
    starts = [fixed]
    for bit in high_bits:
        starts += [s | bit for s in starts]
    return union((s, s | low) for s in starts)
