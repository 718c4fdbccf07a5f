"""Find, in a report's sentences, the greatest count that all others of its stretch make, or nearly make.

Where they make it, it is their sum, whatever words stand between; where they only nearly do, it is false
if it is said to be what they make or leave (`sum_is_said`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from soccheck.claims.passage import Passage
from soccheck.claims.scan_counts import DOWN, UP, Count, is_year, within
from soccheck.claims.scan_nouns import noun_of
from soccheck.claims.scan_rests import under
from soccheck.claims.scan_told import TIME
from soccheck.claims.sum_is_said import ADDED_AFTER, GOES_ON, LABELS, is_said
from soccheck.facts import figures
from soccheck.model import Part

_STOP = re.compile(r"\.(?=\s|\Z)(?!\s{1,4}(?:trong (?:số )?đó|bao gồm|gồm|of which)\b)|\Z", re.I)
_CLAUSE = re.compile(r";")
_CHANGED = re.compile(
    rf"\b(?:{UP}|(?<!breaks )(?<!broken )(?:{DOWN})|so với|cùng kỳ|from|against|compared)\b|→", re.I
)
"""What tells of two times, whose figures make no sum."""

_LEAST = 10
_FEW, _MOST = 3, 12
_GROUPS = re.compile(
    r" (?:nhóm|loại|phần|nguồn|hạng mục|groups|kinds|types|categories|parts)\b", re.I
)
"""What is counted of a list, `gồm 3 nhóm: ...`, and is no part of its sum."""

_OF_EACH = re.compile(r"(?: [^\W\d_]+){1,3} đạt (?:trên |dưới )?[0-9.,]+ ?%", re.I)
"""What tells how far each of them came: `12 xã đạt 100%, 8 xã đạt 90%`."""

_BEFORE = 40
_TOTAL = re.compile(
    r":|\b(?:tổng|cộng|lũy kế|hết thảy|cả thảy|thành|cả|total|altogether|in all|all|gives?"
    r"|making|makes|make up|now has|now have|accounts for)\b"
    r"|\bof (?:the|our|all|its) \Z",
    re.I,
)
_MONEY = re.compile(r" (?:nghìn|ngàn|triệu|tỷ|tỉ|million|billion)\b|(?:k|K|bn)\b")
_IN_WORDS = re.compile(
    r"(?:teen|ty|ty[ -](?:one|t\w+|f\w+|s\w+|eight|nine)|ten|eleven|twelve) ?\Z", re.I
)
_PARTS = 7
_BY_CHANCE = 20
"""How much greater than the number of choices among its parts a whole is that one makes hardly by chance."""

_REACH = 200
"""Characters behind parts told with their shares in which what is left stands."""

_REST = re.compile(r"[^.0-9]{0,80}\b(?:còn lại|remaining|rest|others?)\b[^.0-9]{0,20}", re.I)
_FAR = Fraction(1, 5)
"""By how much of it counts may miss the greatest, and still look as if they should make it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceSum:
    """Represents the greatest count of a stretch with all others."""

    whole: Count
    parts: Sequence[Count]

    @property
    def off(self) -> Fraction:
        """By how much the parts miss the whole."""
        made = sum((part.figure.number for part in self.parts), Fraction(0))
        return abs(made - self.whole.figure.number)

    @property
    def passage(self) -> Passage:
        """The sum, as it was told."""
        parts = tuple(
            Part(label=str(n), figure=part.figure) for n, part in enumerate(self.parts, 1)
        )
        told = (self.whole, *self.parts)
        return Passage(
            kind="sum",
            start=self.whole.start,
            end=self.whole.end,
            since=min(count.start for count in told),
            whole=Part(label="total", figure=self.whole.figure, parts=parts),
            alone=False,
        )


def sentence_sums(
    text: str, counted: Sequence[Count], taken: Sequence[Passage]
) -> Iterator[Passage]:
    """Yield the sums of sentences, or else of their clauses, that were not read before."""
    if "|" in text or "\t" in text:
        return  # a row of a table, which is read as one
    read = {number for passage in taken if passage.whole for number in _numbers(passage.whole)}
    for stretches in _stretches(text):
        made: list[SentenceSum] = []
        for begin, end in stretches:
            here = within(counted, begin, end)
            one = _of_stretch(text, here, begin, end, taken)
            if one is not None and one.whole.figure.number not in read:
                made = [one]
                break
        begin, end = stretches[0]
        for one in made or _of_each_unit(text, within(counted, begin, end)):
            if one.whole.figure.number not in read:
                read |= {one.whole.figure.number}
                yield one.passage
    for one in _of_shares(text, counted, taken):
        if one.whole.figure.number not in read:
            read |= {one.whole.figure.number}
            yield one.passage


def _of_each_unit(text: str, counted: Sequence[Count]) -> Iterator[SentenceSum]:
    """Yield the first count of each unit that those of its unit behind it make, or some of them.

    So of `24 vụ, 29 người; đã khởi tố 17 vụ, 20 người; đang điều tra 7 vụ, 9 người`.
    """
    units: dict[str, list[Count]] = {}
    for count in counted:
        unit = _unit(text, count)
        if unit and count.figure.number and not (count.change or count.over or is_year(count)):
            units.setdefault(unit, []).append(count)
    for told in units.values():
        whole, parts = told[0], told[1 : _PARTS + 1]
        of_it = whole.figure.number >= _LEAST and not _OF_EACH.match(text, whole.end)
        if len(parts) > 1 and of_it and not TIME.match(text, whole.end):
            yield from (SentenceSum(whole=whole, parts=some) for some in _making(whole, parts))


def _unit(text: str, count: Count) -> str:
    money = _MONEY.match(text, count.end)
    return money[0].strip() if money else noun_of(text, count).partition(" ")[0]


def _making(whole: Count, parts: Sequence[Count]) -> Sequence[Sequence[Count]]:
    """Return the one choice of parts that makes a whole, where that is hardly by chance."""
    if sum(part.figure.number for part in parts) == whole.figure.number:
        return [parts]
    size = whole.figure.number * 10 ** max(count.figure.places for count in (whole, *parts))
    if size < _BY_CHANCE * 2 ** len(parts):
        return []
    some = [
        chosen
        for number in range(2, len(parts))
        for chosen in combinations(parts, number)
        if sum(part.figure.number for part in chosen) == whole.figure.number
    ]
    return some if len(some) == 1 else []


def _of_shares(
    text: str, counted: Sequence[Count], taken: Sequence[Passage]
) -> Iterator[SentenceSum]:
    """Yield each whole whose parts, told with their shares, make it, or do with what is told as left."""
    told: dict[str, list[Passage]] = {}
    for passage in taken:
        if passage.kind == "ratio" and "per_cent" in passage.fields and not passage.worded:
            told.setdefault(passage.fields["denominator"], []).append(passage)
    for written, passages in told.items():
        numbers = {passage.fields["numerator"] for passage in passages}
        at = [count for count in counted if count.text == written]
        first = min(passage.start for passage in passages)
        last = max(passage.end for passage in passages)
        reach = within(counted, min([first, *(c.start for c in at)]), last + _REACH)
        parts = [count for count in reach if count.text in numbers]
        wholes = [count for count in reach if count.text == written][:1]
        if not wholes or len(parts) != len(passages):
            continue
        one = SentenceSum(whole=wholes[0], parts=parts)
        behind = [count for count in reach if count.start >= last]
        if one.off and behind and _REST.fullmatch(text, last, behind[0].start):
            one = SentenceSum(whole=wholes[0], parts=[*parts, behind[0]])
        if len(one.parts) > 1 and not one.off:
            yield one


def _stretches(text: str) -> Iterator[Sequence[tuple[int, int]]]:
    """Yield each row of labels, and each sentence: itself, with the one it goes on from, its clauses."""
    for labels in LABELS.finditer(text):
        yield [labels.span()]
    first = last = 0
    for stop in _STOP.finditer(text):
        end = stop.start()
        ends = [match.start() for match in _CLAUSE.finditer(text, first, end)]
        clauses = list(zip([first, *ends], [*ends, end], strict=True)) if ends else []
        both = [(last, end)] if last < first and GOES_ON.search(text, first, end) else []
        yield [(first, end), *both, *clauses]
        first, last = stop.end(), first


def _numbers(whole: Part) -> Iterator[Fraction]:
    yield whole.figure.number
    for part in whole.parts:
        yield from _numbers(part)


def _of_stretch(
    text: str, counted: Sequence[Count], begin: int, end: int, taken: Sequence[Passage]
) -> SentenceSum | None:
    """Return the greatest count of a stretch with all others, where they make it or are said to."""
    if _CHANGED.search(text, begin, end):
        return None
    told = [
        count
        for count in counted
        if count.figure.number
        and not (is_year(count) or count.change)
        and not TIME.match(text, count.end)
    ]
    bracketed = [c for c in told if text[c.start - 1 : c.end + 1] == f"({c.text})"]
    if len(bracketed) > 1 or (bracketed and _is_said_again(text, bracketed[0])):
        told = [count for count in told if count not in bracketed]
    of = {passage.fields["denominator"] for passage in taken if passage.kind == "ratio"}
    lowers = [lower for count in told if count.over and (lower := under(text, count))]
    told += [lower for lower in lowers if lower.text in of]
    if not _FEW <= len(told) <= _MOST:
        return None
    whole = max(told, key=lambda count: count.figure.number)
    parts = [count for count in told if count is not whole]
    groups = [n for n, part in enumerate(parts) if part.figure.number == len(parts) - 1]
    if len(groups) == 1 and _GROUPS.match(text, parts[groups[0]].end):
        parts.pop(groups[0])
    one = SentenceSum(whole=whole, parts=parts)
    least = 0 if _MONEY.match(text, whole.end) else _LEAST
    least = 0 if whole.text in of else least
    if whole.over or whole.figure.number < least or one.off > whole.figure.number * _FAR:
        return None
    if not one.off:
        return one if _is_told(text, one) else None
    rounded = figures.adds_up(whole.figure, [part.figure for part in parts])
    return one if not rounded and is_said(text, begin, whole, parts, one.off) else None


def _is_said_again(text: str, count: Count) -> bool:
    """Return whether a count alone in a bracket was told in words before it, or is the numeral of a list."""
    return count.figure.number < _LEAST or _IN_WORDS.search(text, 0, count.start - 1) is not None


def _is_told(text: str, one: SentenceSum) -> bool:
    """Return whether counts that make a whole do not by chance: it stands first, or is called the total."""
    over = sum(part.over for part in one.parts)
    first = min(part.start for part in one.parts)
    called = _TOTAL.search(text[max(0, one.whole.start - _BEFORE) : one.whole.start])
    called = called or ADDED_AFTER.match(text, one.whole.end)
    if over > 1 or (first < one.whole.start and not (over or called)):
        return False
    return not _OF_EACH.match(text, one.whole.end)
