"""Pair what was and what is, where a change is told of two counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import permutations

from soccheck.claims.passage import Passage
from soccheck.claims.scan_counts import DOWN_BEFORE, Count, is_whole, is_year, leads, plain, within
from soccheck.claims.scan_nouns import is_alike, is_same, noun_of
from soccheck.claims.scan_rough import how_sure
from soccheck.claims.scan_told import TIME
from soccheck.facts import figures

Change = tuple[str, str]
"""What was and what is."""

_TO = re.compile(r"\A[^.;]{0,60}\b(?<!vẫn )(?:còn|xuống|lên|thành|là)(?: còn| chỉ| đến| tới)? \Z")
_THAN = re.compile(r"\b(?:so với|cùng kỳ|trước|ngoái|than|compared|against)\b", re.I)
"""What makes the count behind it what there was: `tăng 14 vụ so với cùng kỳ năm trước là 70 vụ`."""

MOST = 8
"""Counts, and changes, that are looked at."""


def one_of(match: re.Match[str], giving: Sequence[Change], change: str) -> Iterator[Passage]:
    """Yield a change between the one pair that gives it."""
    if len(set(giving)) == 1:
        fields = {"from": giving[0][0], "to": giving[0][1], "change": change}
        yield Passage(kind="difference", start=match.start(), end=match.end(), fields=fields)


def is_rough(text: str, match: re.Match[str]) -> bool:
    """Return whether a change is told only roughly: `giảm hơn 20%`."""
    return bool(how_sure(text[match.start() : match.start(3)]))


def in_order(one: str, other: str, *, grows: bool) -> Change:
    """Return two figures as what was and what is, as the word of the change says."""
    try:
        first, second = (figures.stated("from", share).number for share in (one, other))
    except ValueError:
        return one, other
    return (one, other) if (first < second) == grows else (other, one)


def near_counts(text: str, counted: Sequence[Count], begin: int, end: int) -> Sequence[Count]:
    """Return the counts of a stretch that tell what there is or was."""
    near = [count for count in within(counted, begin, end) if not count.over]
    near = [count for count in near if not is_year(count) and not count.change]
    near = [count for count in near if not TIME.match(text, count.end)]
    return [count for count in near if count.figure.number][:MOST]


def made_by(text: str, near: Sequence[Count], amount: Count) -> Iterator[Change]:
    """Yield what was and what is, where by so many more or fewer the one became the other."""
    less = DOWN_BEFORE.search(text, max(0, amount.start - 20), amount.start)
    for now in near:
        then = now.figure.number + amount.figure.number * (1 if less else -1)
        whole = then > 0 and is_whole(now.text) and is_whole(amount.text)
        between = text[amount.end : now.start]
        told = leads(text, now, amount.start) or (_TO.match(between) and not _THAN.search(between))
        if whole and told and may_be_alike(text, now, amount):
            yield str(then), plain(now.text)


def alike_pairs(text: str, near: Sequence[Count]) -> list[Change]:
    """Return the counts that may be of one thing, two by two in either order."""
    return [
        (plain(then.text), plain(now.text))
        for then, now in permutations(near, 2)
        if may_be_alike(text, then, now)
    ]


def may_be_alike(text: str, one: Count, other: Count) -> bool:
    """Return whether two counts are of one thing, or one of them does not say of what."""
    bare = not (noun_of(text, one) and noun_of(text, other))
    return bare or is_alike(text, one, other) or is_same(text, other, one)
