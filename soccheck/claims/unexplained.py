"""Name the figures of a report that are told together where nothing that was read ties them.

Three figures in a sentence, or in short neighbouring ones, are seldom told for nothing: one follows from the
others, or may. Those that stand in no passage that was read, and that do not plainly make each other, are
named, whatever words stand between: what is not named was checked, or had nothing to be checked with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise, permutations

from soccheck.claims.scan_opposites import UNTOLD
from soccheck.claims.told import FigureKind, Sentence, ToldFigure

_EACH = re.compile(
    r"\b(?:each|apiece|per(?! ?cent)|every|average|averag(?:ed|ing|es)|mean|a (?:month|week|day|quarter|year)"
    r"|mỗi|bình quân|trung bình)\b|(?<=[^\W\d_])/(?!(?:giờ|ngày|tuần|tháng|quý|năm)\b)(?=[^\W\d_])",
    re.I,
)
"""What makes two figures a rate and what it is of."""

_REST = re.compile(r"\b(?:còn lại|khác|remaining|rest|others?)\b", re.I)
"""What makes shares all of something, whose hundred need not be told."""

_AMONG = re.compile(r"\b(?:trong (?:số )?đó|of (?:which|them|these))\b", re.I)

_IN_A_YEAR = re.compile(r"\b(?:(?:cả|trong|một) năm|năm (?:qua|nay|[0-9]{4})|year|annual)\b", re.I)
_BY_MONTH = re.compile(r"\b(?:tháng|month|monthly)\b", re.I)

_FEW = 3
"""Figures of which one may follow from the others."""

_NEAR = 200
"""Characters before a sentence in which others begin that it goes on from."""

_LEAST, _MOST = 20, 8
"""A smaller product is made by chance, one of more figures too, and without a rate one of more than three;
sentences before one that are looked at."""

_TWO = 2
_ALL, _OFF = 100, 10
"""What the shares of all of something make, and how far from it those of a row may be and look like them."""


def unexplained(sentences: Sequence[Sentence]) -> Iterator[Sequence[ToldFigure]]:
    """Yield the figures of a sentence, or of neighbouring ones, that nothing ties, and no figure twice."""
    unread = [n for n, s in enumerate(sentences) if not all(told.read for told in _that_count(s))]
    stretches = [_neighbours(sentences, place) for place in unread]
    done = {one.start for near in stretches for n in range(len(near)) for one in _tied(near[n:])}
    for near in stretches:
        told = [one for sentence in near for one in _that_count(sentence)]
        left = [one for one in told if not one.read and one.start not in done]
        if any(one in near[-1].told for one in left) and _may_be_tied(told, near[-1].text):
            done |= {one.start for one in left}
            yield left


def _that_count(sentence: Sentence) -> Sequence[ToldFigure]:
    """Return the figures of a sentence; times only where there are two or more, `18 days, 3 days less`."""
    times = sum(one.kind is FigureKind.TIME for one in sentence.told)
    return [one for one in sentence.told if times > 1 or one.kind is not FigureKind.TIME]


def _neighbours(sentences: Sequence[Sentence], place: int) -> Sequence[Sentence]:
    """Return a sentence behind those that begin near before it."""
    first = place
    least = max(0, place - _MOST)
    while first > least and sentences[first - 1].start >= sentences[place].start - _NEAR:
        first -= 1
    return sentences[first : place + 1]


def _may_be_tied(told: Sequence[ToldFigure], text: str) -> bool:
    """Return whether three figures are told, or two and what stands for a third."""
    shares = [one.number for one in told if one.kind is FigureKind.SHARE]
    rate, rest = _EACH.search(text) is not None, _REST.search(text) is not None
    if len(shares) == len(told) and not rate:
        near = abs(sum(shares, Fraction(0)) - _ALL) <= _OFF
        return len(shares) > 1 and (rest or (len(shares) >= _FEW and near))
    return len(told) + rate >= _FEW or _is_part_above(told, text)


def _is_part_above(told: Sequence[ToldFigure], text: str) -> bool:
    """Return whether a count is told to be among fewer."""
    if not _AMONG.search(text):
        return False
    counts = [one.number for one in told if one.kind is FigureKind.COUNT and not one.read]
    return any(later > earlier for earlier, later in pairwise(counts))


def _tied(near: Sequence[Sentence]) -> Iterator[ToldFigure]:
    """Yield the figures of neighbouring sentences that make each other, by adding or multiplying."""
    text = " ".join(sentence.text for sentence in near)
    told = [one for sentence in near for one in sentence.told]
    counts = [one for one in told if one.kind is FigureKind.COUNT and one.number]
    for some in (counts, [one for one in counts if not one.read]):
        if _adds_up(some):
            yield from some
    if counts and len(near) == 1 and _leaves_a_rest(near[0], counts):
        yield from counts
    shares = [one for one in told if one.kind is FigureKind.SHARE]
    made = sum((one.number for one in shares), Fraction(0))
    if len(shares) > 1 and abs(made - _ALL) <= sum(one.half for one in shares):
        yield from shares
    if len(shares) == _TWO and _adds_up([*shares, *counts]):
        yield from (*shares, *counts)  # `from 27% to 15%: 12 points`
    yield from _multiplied(
        text, [one for one in told if one.kind in (FigureKind.COUNT, FigureKind.TIME)]
    )


def _adds_up(counts: Sequence[ToldFigure]) -> bool:
    """Return whether the greatest of counts, told once or again, is the sum of all others."""
    whole = max((one.number for one in counts), default=Fraction(0))
    parts = [one.number for one in counts if one.number != whole]
    return len(parts) > 1 and sum(parts) == whole


def _leaves_a_rest(sentence: Sentence, counts: Sequence[ToldFigure]) -> bool:
    """Return whether the first of counts is more than the others, and what is left of it is not told."""
    whole, *parts = counts
    behind = max(one.end for one in sentence.told) - sentence.start
    return (
        whole.number > sum((part.number for part in parts), Fraction(0))
        and UNTOLD.match(sentence.text, behind) is not None
    )


def _multiplied(text: str, told: Sequence[ToldFigure]) -> Iterator[ToldFigure]:
    """Yield three figures of which one is the product of the others, and a rate with what it is of."""
    rate = _EACH.search(text) is not None
    months = bool(_IN_A_YEAR.search(text) and _BY_MONTH.search(text))
    figures: list[ToldFigure] = [*told, *([_MONTHS] if months else [])]
    if len(figures) > (_MOST if rate else _FEW):
        return
    for one, of, total in permutations(figures, _FEW):
        if total.number < _LEAST or min(one.number, of.number) <= 1:
            continue
        half = one.half if rate else 0
        if abs(total.number / of.number - one.number) <= half:
            yield from (one, of, total)


_MONTHS = ToldFigure(
    start=-1, end=-1, kind=FigureKind.TIME, number=Fraction(12), half=Fraction(0), read=True
)
