"""Find, in a report's sentences, ratios told one after another with their per cents in the same order.

So `lần lượt là 39/39, 47/52 và 121/156, tương ứng 100%, 90,4% và 77,6%`: read one by one, the first per cent
would be the last ratio's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from soccheck.claims.passage import NUMBER, PER_CENT, RATIO, Passage

_SHARES = re.compile(rf"({NUMBER}){PER_CENT}(?:(?:[,;]| và|[,;] và) ({NUMBER}){PER_CENT}){{1,9}}")
_SHARE = re.compile(rf"({NUMBER}){PER_CENT}")
_IN_TURN = re.compile(r"lần lượt|tương ứng|respectively", re.I)
_STOP = re.compile(r"\.(?=\s|\Z)|%")
_FAR = 400
"""Characters before the per cents in which their ratios stand."""


def series(text: str) -> Iterator[Passage]:
    """Yield each ratio of a row with its own per cent, where there are as many of the one as of the other."""
    for row in _SHARES.finditer(text):
        low = max(0, row.start() - _FAR)
        for stop in _STOP.finditer(text, low, row.start()):
            low = stop.end()
        told = [found[1] for found in _SHARE.finditer(row[0])]
        ratios = list(RATIO.finditer(text, low, row.start()))
        if len(ratios) != len(told) or not _is_in_turn(text, low, row):
            continue
        for ratio, per_cent in zip(ratios, told, strict=True):
            fields = {"numerator": ratio[1], "denominator": ratio[2], "per_cent": per_cent}
            yield Passage(kind="ratio", start=ratio.start(), end=ratio.end(), fields=fields)


def _is_in_turn(text: str, low: int, row: re.Match[str]) -> bool:
    """Return whether the per cents are said to be told in turn, or stand alone in brackets."""
    closed = text[row.start() - 1 : row.start()] == "(" and text[row.end() : row.end() + 1] == ")"
    return closed or _IN_TURN.search(text, low, row.start()) is not None
