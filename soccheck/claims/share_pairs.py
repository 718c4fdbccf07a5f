"""Pair the counts that a share may be of: a part with its whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from soccheck.claims.passage import NUMBER
from soccheck.claims.scan_counts import Count
from soccheck.claims.scan_nouns import is_same, noun_of
from soccheck.claims.scan_told import is_linked
from soccheck.facts import figures
from soccheck.model import Figure

_UNIT = r"(?:nghìn|ngàn|triệu|tỷ|tỉ|million|billion)"

_MONEY = re.compile(rf" ({_UNIT})\b")

_AMOUNTS = re.compile(rf"(?<![0-9.,/])({NUMBER})(?: {_UNIT} đồng)? ?/ ?({NUMBER})(?= {_UNIT}\b)")

OUT_OF = re.compile(
    r"(?: [^\W\d_]+){0,3}(?: \([^()]{1,20}\))? (?:(?:out )?of (?:the |our |all |its )?"
    r"|trên (?:tổng )?(?:số )?)",
    re.I,
)
"""What stands between a part and its whole: `540 machines (90%) of the 600`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Represents a part and its whole."""

    part: Count
    whole: Count

    @property
    def share(self) -> Fraction:
        """The part in per cent of the whole."""
        return self.part.figure.number * 100 / self.whole.figure.number

    @property
    def told(self) -> tuple[Fraction, Fraction]:
        """The numbers of both."""
        return self.part.figure.number, self.whole.figure.number


def gives(pair: Pair, stated: Figure, sure: str) -> bool:
    """Return whether two counts give a share to its last digit; one told roughly may be off by one."""
    off, most = pair.share - stated.number, stated.half
    return 0 < off < 2 * most if sure == "over" else abs(off) <= most * (2 if sure else 1)


def amounts(text: str, low: int, high: int) -> Iterator[Pair]:
    """Yield amounts of money told as a ratio: `12,45/15,60 tỷ đồng`."""
    for match in _AMOUNTS.finditer(text, low, high):
        try:
            part, whole = (
                Count(
                    text=match[n],
                    figure=figures.stated("numerator", match[n]),
                    start=match.start(n),
                    end=match.end(2),
                )
                for n in (1, 2)
            )
        except ValueError:
            continue
        if whole.figure.number:
            yield Pair(part=part, whole=whole)


def can_be(text: str, part: Count, whole: Count) -> bool:
    """Return whether one count may be of another: no more than it, and money of one unit or neither."""
    if part.change or not 0 < part.figure.number <= whole.figure.number:
        return False
    units = [(m := _MONEY.match(text, count.end)) and m[1] for count in (part, whole)]
    return units[0] == units[1] and (not whole.change or is_linked(text, whole, part))


def is_alike(text: str, pair: Pair) -> bool:
    """Return whether a part counts what its whole counts, as far as the words behind them say."""
    part, whole = pair.part, pair.whole
    if _MONEY.match(text, part.end) or OUT_OF.fullmatch(text[part.end : whole.start]):
        return True
    return is_same(text, part, whole) or is_same(text, whole, part) or not noun_of(text, part)
