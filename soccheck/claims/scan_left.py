"""Find, in a report's sentences, what gives the shares that no form of telling them was known for.

Two counts of one thing that give a share to its last digit are its part and its whole, however it is
told. Where none do, it is shown as false only where its sentence tells no other pair it could be of.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from itertools import permutations

from soccheck.claims.passage import Passage
from soccheck.claims.scan_counts import (
    Count,
    is_bound,
    is_year,
    leads,
    sentences,
    within,
)
from soccheck.claims.scan_nouns import is_another_rate
from soccheck.claims.scan_rough import how_sure
from soccheck.claims.scan_told import FALL, RISE, is_left, is_linked, is_planned
from soccheck.claims.share_pairs import OUT_OF, Pair, amounts, can_be, gives, is_alike
from soccheck.facts import figures
from soccheck.model import Figure

_STOP = re.compile(r"\.(?=\s|\Z)|\n")
_CHANGE = re.compile(
    r"\b(?:tăng|giảm|vượt|cao hơn|thấp hơn|lớn hơn|nhỏ hơn|up|down|rose|fell|increased?|decreased?)\b"
    r"[^.;,()0-9]{0,25}\Z",
    re.I,
)
"""What makes the per cent behind it the size of a change."""

_OF_A_PLAN = re.compile(
    rf" ?(?:điểm|points?\b|kế hoạch|chỉ tiêu|KH\b|mục tiêu|dự toán|so với|{RISE}|{FALL})", re.I
)
_CLAUSE = re.compile(r"[.;]\s")
_AIM = re.compile(
    r"\b(?:chỉ tiêu|mục tiêu|phấn đấu|kế hoạch|target|aims?)\b[^.;,()%]{0,60}\Z", re.I
)
_REACHED = re.compile(r"[^.;%0-9(]{0,40},? (?:đạt|bằng|chiếm)[^.;%0-9(]{0,20} ", re.I)
"""What stands between a plan and what was reached of it: `so với chỉ tiêu (8.700 máy) đạt 107%`."""


_OF_ALL = re.compile(
    r" (?:of (?:the (?:total|whole)|all(?: of)? (?:them|these|those))|(?:trong |trên |của )?tổng(?: số)?)"
    r"(?=[,.;)]|\Z)",
    re.I,
)
"""What makes a share one of the only other count: `which is 65% of the total`."""

_FAR, _BACK = 300, 3
"""Characters before a share, and sentences before its own, within which what gives it is told."""

_MOST = 8
"""Counts nearest to a share that are looked at."""

_TWO = 2
_MANY = 30
"""Of this many and more, the only two counts of a sentence hardly give its share by chance."""

_SURE = 2
"""Decimals from which on two counts hardly give a share by chance."""

_NEAR = Fraction(10)
"""Percentage points by which a share may miss the only two counts that it could be of."""


def left(
    text: str, counted: Sequence[Count], shares: Sequence[re.Match[str]], taken: Sequence[Passage]
) -> Iterator[Passage]:
    """Yield each share of those left with the two counts that give it, or that it is told of.

    `taken` are the passages read before: what is told with one share is not told with another.
    """
    told = [passage for passage in taken if "per_cent" in passage.fields]
    told.sort(key=lambda passage: passage.end)
    parts = {passage.fields["numerator"] for passage in told}
    used = {(passage.fields["numerator"], passage.fields["denominator"]) for passage in told}
    for share in shares:
        pair = _of(text, counted, share, told, parts)
        if pair is None or (pair.part.text, pair.whole.text) in used:
            continue
        fields = {
            "numerator": pair.part.text,
            "denominator": pair.whole.text,
            "per_cent": share[1],
        }
        start, end = share.span()
        since = min(pair.part.start, pair.whole.start, start)
        yield Passage(kind="ratio", start=start, end=end, since=since, fields=fields)


def _of(
    text: str,
    counted: Sequence[Count],
    share: re.Match[str],
    told: Sequence[Passage],
    parts: Collection[str],
) -> Pair | None:
    """Return the pair of its sentence that gives a share, else one of the sentences before it."""
    before = text[max(0, share.start() - 80) : share.start()]
    try:
        stated = figures.stated("per_cent", share[1])
    except ValueError:
        return None
    sure = how_sure(before)
    bound = not sure and is_bound(before, text[share.end() :][:12])
    if bound or _CHANGE.search(before) or _AIM.search(before):
        return None
    begins, end = sentences(text, _STOP, share, _FAR)
    if (planned := _of_plan(text, within(counted, begins[-1], end), share, stated)) is not None:
        return planned
    alone = not within(counted, begins[-1], end)
    missed: Pair | None = None
    for begin in begins[-1 : -2 - _BACK : -1]:
        near = _nearest(text, within(counted, begin, end), share)
        pairs = [*_pairs(text, near, share, parts), *amounts(text, begin, end)]
        giving = [pair for pair in pairs if gives(pair, stated, sure)]
        if stated.places < _SURE:
            many = begin == begins[-1] and any(c.figure.number >= _MANY for c in near)
            only = len(near) == _TWO and (stated.places > 0 or alone or many)
            giving = [pair for pair in giving if only or is_alike(text, pair)]
            giving = [p for p in giving if not _is_of_another_rate(text, p, share)]
        if len({pair.told for pair in giving}) == 1:
            return giving[0]
        if giving or (pairs and sure):
            return None if giving or sure != "over" else _is_short(text, pairs, stated)
        if pairs:
            pairs = [pair for pair in pairs if pair.whole.text not in parts]
            of = _of_clause(text, share, pairs) or pairs
            missed = _missed(text, share, stated, of or _beside(text, counted, near, share, told))
            if missed is None or begin == begins[-1]:
                return missed
    return missed


def _of_plan(
    text: str, counted: Sequence[Count], share: re.Match[str], stated: Figure
) -> Pair | None:
    """Return what was done and what was planned, where a share is of a plan told before it."""
    told = [c for c in counted if c.end <= share.start() and not (c.over or c.change)]
    plans = [count for count in told if count.figure.number and is_planned(text, count)]
    pairs = [Pair(part=part, whole=plan) for plan in plans for part in told if part not in plans]
    pairs = [p for p in pairs if is_alike(text, p) and not is_linked(text, p.whole, p.part)]
    giving = [pair for pair in pairs if gives(pair, stated, "")]
    if not giving and plans and _REACHED.fullmatch(text[plans[-1].end : share.start()]):
        pairs = [pair for pair in pairs if leads(text, pair.part, plans[-1].start)][-1:]
    if not giving and len(pairs) == 1 and not _is_of_another_rate(text, pairs[0], share):
        giving = [pair for pair in pairs if abs(pair.share - stated.number) <= _NEAR]
    return giving[0] if len({pair.told for pair in giving}) == 1 else None


def _pairs(
    text: str, near: Sequence[Count], share: re.Match[str], parts: Collection[str]
) -> Iterator[Pair]:
    """Yield the counts of which one may be a part of the other; `parts` are told with shares of their own."""
    last = max((count.start for count in near if count.end <= share.start()), default=0)
    for part, whole in permutations(near, 2):
        again = part.text in parts and part.start < last
        if again or not can_be(text, part, whole):
            continue
        pair = Pair(part=part, whole=whole)
        if whole.text not in parts or _is_of_a_part(text, pair):
            yield pair


def _beside(
    text: str,
    counted: Sequence[Count],
    near: Sequence[Count],
    share: re.Match[str],
    told: Sequence[Passage],
) -> Sequence[Pair]:
    """Return the count before a share with the whole that the share told before it is of."""
    parts = [count for count in near if count.end <= share.start()]
    before = bisect_right(told, share.start(), key=lambda passage: passage.end)
    if not parts or not before:
        return []
    of = told[before - 1].fields["denominator"]
    reach = within(counted, share.start() - 2 * _FAR, parts[-1].start)
    wholes = [count for count in reach if count.text == of]
    wholes = [whole for whole in wholes[-1:] if not is_planned(text, whole)]
    return [Pair(part=parts[-1], whole=whole) for whole in wholes]


def _of_clause(text: str, share: re.Match[str], pairs: Sequence[Pair]) -> Sequence[Pair]:
    """Return the pairs that stand in the clause of a share."""
    begins, end = sentences(text, _CLAUSE, share, _FAR)
    begin = begins[-1]
    return [
        pair
        for pair in pairs
        if begin <= min(pair.part.start, pair.whole.start) and pair.whole.start < end
    ]


def _is_of_a_part(text: str, pair: Pair) -> bool:
    """Return whether a share may be of what is itself a part told with its share."""
    return is_linked(text, pair.whole, pair.part) and not is_left(text, pair.part)


def _missed(text: str, share: re.Match[str], stated: Figure, pairs: Sequence[Pair]) -> Pair | None:
    """Return the one pair of the same thing that a share could be told of, and misses."""
    explicit = [p for p in pairs if OUT_OF.fullmatch(text[p.part.end : p.whole.start])]
    if len(pairs) == len(explicit) == 1 and _is_alone(text, share):
        return pairs[0] if abs(pairs[0].share - stated.number) <= _NEAR else None
    of_all = len(pairs) == 1 and _OF_ALL.match(text, share.end())
    alike = [pair for pair in pairs if of_all or is_alike(text, pair)]
    if len({pair.told for pair in alike}) != 1 or _OF_A_PLAN.match(text, share.end()):
        return None
    pair = alike[0]
    near = pair.part.end <= share.start() and "%" not in text[pair.part.end : share.start()]
    if not near or _is_of_another_rate(text, pair, share):
        return None
    return pair if abs(pair.share - stated.number) <= _NEAR else None


def _is_alone(text: str, share: re.Match[str]) -> bool:
    """Return whether a sentence tells no other per cent."""
    begins, end = sentences(text, _STOP, share, _FAR)
    return text.count("%", begins[-1], end) + text.count(" per", begins[-1], end) <= 1


def _is_short(text: str, pairs: Sequence[Pair], stated: Figure) -> Pair | None:
    """Return the one pair that a share said to be over a figure is told of, and that makes less than it."""
    alike = [pair for pair in pairs if is_alike(text, pair)]
    if len(alike) != 1 or len(pairs) != 1:
        return None
    return alike[0] if 0 < stated.number - alike[0].share <= _NEAR else None


def _is_of_another_rate(text: str, pair: Pair, share: re.Match[str]) -> bool:
    """Return whether a rate that was not spoken of before stands between a part and a share behind it."""
    between = text[pair.part.end : share.start()]
    if not between:
        return ";" in text[share.end() : pair.part.start]
    return is_another_rate(
        _CLAUSE.split(text[max(0, pair.part.start - _FAR) : pair.part.start])[-1], between
    )


def _nearest(text: str, counted: Sequence[Count], share: re.Match[str]) -> Sequence[Count]:
    """Return the counts nearest to a share, in their order; years and what was planned are none."""
    away = sorted(counted, key=lambda count: abs(count.start - share.start()))[: 2 * _MOST]
    fit = [count for count in away if not is_year(count) and not is_planned(text, count)]
    return sorted(fit[:_MOST], key=lambda count: count.start)
