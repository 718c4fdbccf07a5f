"""Find, in a report's sentences, how much comes to each: `2.900 hồ sơ trong 20 ngày, bình quân 145/ngày`.

What there is in all and among how many are the two other counts of its sentence; where they do not give
the average, it is false if one of them counts what it is told of each of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import permutations

from soccheck.claims.passage import Passage
from soccheck.claims.scan_counts import SCALE, Count, is_year, plain, sentence_around, within

_OF_EACH = re.compile(
    r"\b(?:bình quân|trung bình|averag(?:e[sd]?|ing)|mean|mỗi|each|every)\b(?P<told>[^.;:0-9%()]{0,60})\Z",
    re.I,
)
_UNIT_BEFORE = re.compile(
    r"(?:\A|\b(?:mỗi|each|every|một|per))(?: một)? (?:of (?:the|its|our) )?([^\W\d_]+)", re.I
)
_UNIT_BEHIND = re.compile(
    r"(?: [^\W\d_]+){0,3}?(?:/| per (?!cent)| (?:mỗi|một|each|every) "
    r"| an? (?=(?:hour|day|week|month|quarter|year)\b))([^\W\d_]+)",
    re.I,
)
_EACH_OF = re.compile(r"\b(?:each|every)(?: one)? of (?:the|its|our|these) \Z", re.I)
"""What makes the count behind it that of those who have as much each."""

_AVERAGE = re.compile(r"\b(?:bình quân|trung bình|averag|mean\b)", re.I)
"""What makes how much each has a rounded figure; `mỗi xã 4 máy` is exact."""

_MEASURED = re.compile(r" ?(?:[KMGT]B|[GM]Hz|[GM]bps|k?VA|km|m2|ha)\b")
_MONTHS = ("tháng", "month")
_IN_A_YEAR = re.compile(
    r"\b(?:(?:cả|trong|một) năm|năm (?:qua|nay|20[0-9]{2})|year|annual)\b", re.I
)
"""What makes the months of which an average is told twelve."""

_NO_UNITS = ("là", "of", "khoảng", "đạt", "có", "was", "is", "about")
_AROUND = 80
_THREE = 3
_MOST = 8
"""Counts of a sentence that are looked at."""

_LEAST = 20
_FAR = Fraction(1, 4)
"""By how much of it a false average may miss what its sentence gives."""


def averages(text: str, counted: Sequence[Count]) -> Iterator[Passage]:
    """Yield each average with what there is in all, and among how many."""
    for place, count in enumerate(counted):
        each = counted[place + 1] if place + 1 < len(counted) else None
        if each is not None and _EACH_OF.search(text, max(0, count.start - _AROUND), count.start):
            yield from _told(text, counted, each, among=count)
        elif (unit := _unit(text, count)) is not None:
            yield from _told(text, counted, count, unit=unit)


def _unit(text: str, each: Count) -> str | None:
    """Return what each of there is as much: nothing where a count is no average, empty where nobody says."""
    behind = _UNIT_BEHIND.match(text, each.end)
    if behind is not None:
        return behind[1].lower()
    before = _OF_EACH.search(text, max(0, each.start - _AROUND), each.start)
    if before is None:
        return None
    unit = _UNIT_BEFORE.search(text[before.start() : each.start])
    told = unit[1].lower() if unit else ""
    return "" if told in _NO_UNITS else told


def _told(
    text: str,
    counted: Sequence[Count],
    each: Count,
    *,
    unit: str = "",
    among: Count | None = None,
) -> Iterator[Passage]:
    """Yield an average with the pair of its sentence that gives it, or that it is told of."""
    begin, end = sentence_around(text, each.start, each.end)
    others = [
        count
        for count in within(counted, begin, end)
        if count is not each and not (is_year(count) or count.change) and count.figure.number > 1
    ]
    if each.figure.number <= 0 or len(others) > _MOST:
        return
    if len(others) == 1 and unit in _MONTHS and _IN_A_YEAR.search(text, begin, end):
        others.append(among := _twelve(each))
    only = len(others) + 1 == _THREE
    pairs = [
        (total, of)
        for total, of in permutations(others, 2)
        if _can_give(text, total, each)
        and (among is None or of is among)
        and (only or among is not None or _counts(text, of, unit))
    ]
    rounded = _AVERAGE.search(text, begin, end) is not None
    half = each.figure.half if each.figure.places else Fraction(1, 2)
    giving = [pair for pair in pairs if _off(*pair, each) <= (half if rounded else 0)]
    if not giving and only:
        giving = [
            (total, of)
            for total, of in pairs
            if (rounded or total.start > each.start)  # what is not, may be of others than the total
            and (among is not None or _counts(text, of, unit))
            and half < _off(total, of, each) <= each.figure.number * _FAR
        ]
    if len(giving) == 1:
        yield _passage(*giving[0], each)


def _twelve(each: Count) -> Count:
    """Return the months of a year, which nobody tells."""
    return replace(each, text="12", figure=replace(each.figure, number=Fraction(12), places=0))


def _passage(total: Count, of: Count, each: Count) -> Passage:
    fields = {"numerator": total.text, "denominator": of.text, "value": plain(each.text)}
    since = min(count.start for count in (total, of, each))
    return Passage(
        kind="average", start=each.start, end=each.end, since=since, fields=fields, alone=False
    )


def _can_give(text: str, total: Count, each: Count) -> bool:
    """Return whether a count may be what there is in all: no less than each has, told in the same scale."""
    enough = total.figure.number >= max(Fraction(_LEAST), each.figure.number)
    alike = _scale(text, total) == _scale(text, each)
    return enough and alike and not _MEASURED.match(text, total.end)


def _off(total: Count, of: Count, each: Count) -> Fraction:
    return abs(total.figure.number / of.figure.number - each.figure.number)


def _scale(text: str, count: Count) -> str | None:
    scale = SCALE.match(text, count.end)
    return scale[1].lower() if scale else None


def _counts(text: str, of: Count, unit: str) -> bool:
    """Return whether a count counts that of which there is as much each: `12 months` for `a month`."""
    words = text[of.end : of.end + _AROUND // 2].lower().split()
    return bool(unit) and any(word.startswith(unit) for word in words[:3])
