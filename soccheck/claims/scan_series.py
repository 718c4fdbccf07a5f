"""Find, in a report's sentences, ratios told one after another with their per cents in the same order.

So `lần lượt là 39/39, 47/52 và 121/156, tương ứng 100%, 90,4% và 77,6%`: read one by one, the first per cent
would be the last ratio's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from soccheck.claims.passage import NUMBER, PER_CENT, RATIO, Passage
from soccheck.claims.scan_counts import Count, within

_SHARES = re.compile(rf"({NUMBER}){PER_CENT}(?:(?:[,;]| và|[,;] và) ({NUMBER}){PER_CENT}){{1,9}}")
_SHARE = re.compile(rf"({NUMBER}){PER_CENT}")
_IN_TURN = re.compile(r"lần lượt|tương ứng|respectively", re.I)
_STOP = re.compile(r"\.(?=\s|\Z)|%")
_FAR = 400
"""Characters before the per cents in which their ratios stand."""


def series(text: str, counted: Sequence[Count]) -> Iterator[Passage]:
    """Yield each ratio of a row with its own per cent, where there are as many of the one as of the other.

    `1.466, 288 và 132; ... lần lượt là 806, 121 và 66, đạt 55%, 42% và 50%` tells wholes and parts so, too.
    """
    for row in _SHARES.finditer(text):
        low = max(0, row.start() - _FAR)
        for stop in _STOP.finditer(text, low, row.start()):
            low = stop.end()
        told = [found[1] for found in _SHARE.finditer(row[0])]
        ratios = list(RATIO.finditer(text, low, row.start()))
        if not _is_in_turn(text, low, row):
            continue
        if not ratios:
            yield from _wholes_then_parts(within(counted, low, row.start()), told)
        if len(ratios) != len(told):
            continue
        for ratio, per_cent in zip(ratios, told, strict=True):
            fields = {"numerator": ratio[1], "denominator": ratio[2], "per_cent": per_cent}
            yield Passage(kind="ratio", start=ratio.start(), end=ratio.end(), fields=fields)


def _wholes_then_parts(counted: Sequence[Count], told: Sequence[str]) -> Iterator[Passage]:
    """Yield each part with its whole and per cent, where as many wholes as parts were told before them,
    or one whole of all.
    """
    wholes, parts = counted[: len(told)], counted[len(told) :]
    if len(counted) == len(told) + 1 and counted[0] == max(
        counted, key=lambda count: count.figure.number
    ):
        wholes, parts = [counted[0]] * len(told), counted[1:]
    if len(parts) != len(told):
        return
    if all(
        whole.figure.number <= part.figure.number for whole, part in zip(wholes, parts, strict=True)
    ):
        wholes, parts = parts, wholes
    for whole, part, per_cent in zip(wholes, parts, told, strict=True):
        fields = {"numerator": part.text, "denominator": whole.text, "per_cent": per_cent}
        since = min(whole.start, part.start)
        yield Passage(kind="ratio", start=part.start, end=part.end, since=since, fields=fields)


def _is_in_turn(text: str, low: int, row: re.Match[str]) -> bool:
    """Return whether the per cents are said to be told in turn, or stand alone in brackets."""
    closed = text[row.start() - 1 : row.start()] == "(" and text[row.end() : row.end() + 1] == ")"
    return closed or _IN_TURN.search(text, low, row.start()) is not None
