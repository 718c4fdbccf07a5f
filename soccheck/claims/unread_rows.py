"""Tell the rows of shares that make all of something, `64%, 25% and 11%`, from those that nearly do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from soccheck.facts import figures

_STOP = re.compile(r"\.(?=\s|\Z)|\n")
_CHANGED = re.compile(
    r"\b(?:tăng|giảm|cùng kỳ|so với|up|down|from|rose|fell|increased?|decreased?)\b", re.I
)
_LEAST, _MOST = 3, 12
_ALL, _NEAR = 100, 10


def rows(
    text: str, shares: Sequence[re.Match[str]]
) -> Iterator[tuple[Sequence[re.Match[str]], bool]]:
    """Yield the shares of a sentence that make a hundred, or nearly do, and whether they make it."""
    row: list[re.Match[str]] = []
    for share in (*shares, None):
        if row and (share is None or _STOP.search(text, row[-1].end(), share.start())):
            yield from _of_all(text, row)
            row = []
        if share is not None:
            row.append(share)


def _of_all(
    text: str, row: Sequence[re.Match[str]]
) -> Iterator[tuple[Sequence[re.Match[str]], bool]]:
    if not _LEAST <= len(row) <= _MOST or _CHANGED.search(text, row[0].start(), row[-1].end()):
        return
    try:
        told = [figures.stated("per_cent", share[1]) for share in row]
    except ValueError:
        return
    off = abs(sum((one.number for one in told), Fraction(0)) - _ALL)
    if off <= _NEAR:
        yield row, off <= sum(one.half for one in told)
