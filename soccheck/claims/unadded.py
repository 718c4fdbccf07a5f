"""Name the wholes of a report whose parts are told beside them, as it seems, and do not make them.

Groups may overlap, and some may be left out, so that none of these is called false; a reader can tell.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from soccheck.claims.passage import Passage
from soccheck.claims.scan_counts import (
    Count,
    is_whole,
    is_year,
    number_of,
    plain,
    within,
)
from soccheck.claims.scan_left_changes import AMOUNT, is_between
from soccheck.claims.scan_nouns import is_alike, is_label, noun_of
from soccheck.claims.scan_rests import under
from soccheck.claims.scan_told import TIME
from soccheck.claims.sum_is_said import GOES_ON
from soccheck.claims.unread_products import is_multiplied
from soccheck.facts import figures
from soccheck.model import Part

_TELLS = re.compile(
    r"\b(?:tổng cộng|tổng số|cộng (?:lại|chung)|l[ũu][ỹy] kế|trong (?:số )?đó|gồm|còn|chưa|nâng"
    r"|totals?|including|compris(?:es?|ing)|consists? of|made up of|of which|remain(?:ing|s)?|leaving|rest"
    r"|fail(?:s|ed)?|lack(?:s|ed)?|pending|outstanding|missing|left|await(?:s|ing)?|altogether|in all"
    r"|(?:do|does|did|have|has|are|is|were|was) not)\b|[0-9][^.;:0-9]{1,40}:(?= )",
    re.I,
)
"""What says that counts are a whole, its parts, or a rest."""

_AMONG = re.compile(r"\b(?:trong (?:số )?đó|of which)\b", re.I)
_STOP = re.compile(
    r"(?<!\bi\.e)(?<!\be\.g)\.(?=\s|\Z)(?!\s{1,4}(?:trong (?:số )?đó|bao gồm|gồm|of which)\b)|\Z",
    re.I,
)
_ADDED = re.compile(r"\b(?:tổng cộng|cộng (?:lại|chung)|in total)[^.;0-9]{0,40}\Z", re.I)
_ADDED_UP = re.compile(
    r"(?: [^\W\d_]+){0,2} (?:in (?:total|all)|altogether|all told|cả thảy|tất cả)\b", re.I
)
_BARE = re.compile(
    r" (?:\([^()]*\)|(?:were|was|are|is|have|has|remain|still|do|does|did|left|await|pending|outstanding"
    r"|missing|fail(?:s|ed)?|lack(?:s|ed)?|pass(?:es|ed)?)\b)|[,;.]|\Z"
)
_LEFT = re.compile(r"\bleaving \Z", re.I)
_SAYS = re.compile(
    rf"{_TELLS.pattern}|\b(?:others?|another|further|now|making|makes?|bringing|add(?:ed|s|ing)|bought|split"
    r"|thêm|ngoài|bên cạnh|khác|lên)\b",
    re.I,
)
"""The same, and what comes to a count or stands beside it."""

_RAISED = re.compile(r"\b(?:nâng|lên|now|making|bringing)\b", re.I)
"""What makes how many came a part of what there is."""

_OTHERS = re.compile(r"\b(?:others?|remaining|rest|còn lại) \Z", re.I)
_FEW, _LEAST, _BEFORE = 3, 10, 16
_NEAR = 60
"""Characters before a count in which it is said to be a sum."""

_MOST = 20
"""Counts of a sentence that are looked at."""


def unadded(text: str, counted: Sequence[Count], taken: Sequence[Passage]) -> Iterator[Count]:
    """Yield each whole that no sum was read for, and that the same things told around it do not make."""
    first, pairs = 0, {pair for passage in taken if (pair := _pair(passage))}
    for stop in _STOP.finditer(text):
        told = within(counted, first, stop.start())
        if _TELLS.search(text, first, stop.start()) and not is_multiplied(
            text, first, stop.start()
        ):
            free = _free(text, told[:_MOST], taken)
            yield from (count for count in free if _is_unadded(text, count, free, pairs))
        first = stop.end()


def nearly_added(text: str, counted: Sequence[Count], taken: Sequence[Passage]) -> Iterator[Count]:
    """Yield the greatest count of a sentence, or of two of which one goes on, that the others nearly make.

    Where something says that they should, they may be further off; what counts different things is passed
    over, and so is what a change was read of.
    """
    if "|" in text or "\t" in text:
        return  # a row of a table, which is read as one
    changed = {
        abs(figures.stated(name, told).number)
        for passage in taken
        if passage.kind == "difference"
        for name, told in passage.fields.items()
    }
    first = last = 0
    for stop in _STOP.finditer(text):
        begins = (
            [first, last] if last < first and GOES_ON.search(text, first, stop.start()) else [first]
        )
        for begin in begins:
            told = [
                c for c in within(counted, begin, stop.start()) if not c.over and not is_year(c)
            ]
            told = [c for c in told if c.figure.number > 1 and not TIME.match(text, c.end)]
            if not _RAISED.search(text, begin, stop.start()):
                told = [count for count in told if not count.change]
            if not any(count.figure.number in changed for count in told):
                yield from _nearly(text, told, taken, begin, stop.start())
        first, last = stop.end(), first


def _nearly(
    text: str, told: Sequence[Count], taken: Sequence[Passage], begin: int, end: int
) -> Iterator[Count]:
    if not _FEW <= len(told) <= _MOST // 2:
        return
    read = {number for passage in taken if passage.whole for number in _all(passage.whole)}
    pairs = [pair for passage in taken if (pair := _pair(passage))]
    wholes = {of for _, of in pairs}
    used = read | wholes | {part for part, _ in pairs}
    whole = max(told, key=lambda count: count.figure.number)
    parts = [count for count in told if count is not whole]
    number = whole.figure.number
    if number in read or number < _LEAST or any(_is_another(text, part, whole) for part in parts):
        return
    near = Fraction(1, 5) if _SAYS.search(text, begin, end) else Fraction(1, 20)
    runs = [parts[a:b] for a, b in combinations(range(len(parts) + 1), 2) if b - a > 1]
    made = [{part.figure.number for part in run} for run in runs]
    off = [abs(sum(part.figure.number for part in run) - number) for run in runs]
    if all(off) and any(
        miss <= number * near and not numbers <= used and not numbers & wholes
        for miss, numbers in zip(off, made, strict=True)
    ):
        yield whole


def _is_another(text: str, part: Count, whole: Count) -> bool:
    """Return whether a part counts something else than the whole, by the words behind them."""
    if _OTHERS.search(text, max(0, part.start - _BEFORE), part.start):
        return False  # `the other 12 failed`
    named = noun_of(text, part) and noun_of(text, whole)
    return bool(named) and not is_alike(text, part, whole) and not is_alike(text, whole, part)


def _all(whole: Part) -> Iterator[Fraction]:
    yield whole.figure.number
    yield from _parts(whole)


def unchanged(text: str, counted: Sequence[Count], taken: Sequence[Passage]) -> Iterator[Count]:
    """Yield each number by which something grew that no change was read for, though two counts are told."""
    read = {p.fields["change"].strip("-%") for p in taken if p.kind == "difference"}
    for match in AMOUNT.finditer(text):
        if plain(match[3]) not in read and is_between(text, counted, match):
            yield from within(counted, match.start(3), match.end(3))


def _free(text: str, told: Sequence[Count], taken: Sequence[Passage]) -> Sequence[Count]:
    """Return the counts that are no parts of a sum that was read, and no changes."""
    read = {number for passage in taken if passage.whole for number in _parts(passage.whole)}
    return [
        count
        for count in told
        if count.figure.number not in read and not count.change and not TIME.match(text, count.end)
    ]


def _parts(whole: Part) -> Iterator[Fraction]:
    for part in whole.parts:
        yield part.figure.number
        yield from _parts(part)


def _pair(passage: Passage) -> tuple[Fraction, Fraction] | None:
    """Return the part and the whole of a ratio."""
    told = [passage.fields.get(name) for name in ("numerator", "denominator")]
    numbers = [number_of(text) for text in told if text and is_whole(text)]
    return (Fraction(numbers[0]), Fraction(numbers[1])) if len(numbers) == len(told) else None


def _is_unadded(
    text: str, whole: Count, free: Sequence[Count], pairs: Collection[tuple[Fraction, Fraction]]
) -> bool:
    """Return whether a count is the greatest of a sentence or said to be added up, or the upper half of
    a ratio whose lower one is the whole, and the same things beside it do not make that.
    """
    of = under(text, whole) if whole.over else None
    others = [count for count in free if count is not whole]
    if of is not None:
        rest = [c for c in others if not c.over and c.start > whole.end and is_alike(text, c, of)]
        return bool(rest) and _are_left(of.figure.number, whole.start, [whole, *rest])
    added = _ADDED.search(text, max(0, whole.start - _NEAR), whole.start)
    if added or _ADDED_UP.match(text, whole.end):
        return len([count for count in others if count.end < whole.start]) > 1
    if whole is not max(free, key=lambda count: count.figure.number):
        return False
    parts = [
        c
        for c in others
        if is_label(text, c)
        or is_alike(text, c, whole)
        or _is_bare(text, c)
        or (c.figure.number, whole.figure.number) in pairs
    ]
    more = [part for part in parts if part.end <= whole.start]
    of_it = [c for c in parts if (c.figure.number, whole.figure.number) in pairs]
    rest = [c for c in parts if c not in of_it]
    if len(of_it) == len(rest) == 1:
        # `61 of 64 pass and 3 fail`: they stand on either side of the whole.
        return of_it[0].figure.number + rest[0].figure.number != whole.figure.number
    return _are_left(whole.figure.number, whole.start, parts) or any(
        _AMONG.search(text, one.end, whole.start) for one in more
    )


def _is_bare(text: str, count: Count) -> bool:
    """Return whether a count is told without what it counts: `58 were closed`, `leaving 7`, `đóng 12, `."""
    left = _LEFT.search(text, max(0, count.start - _NEAR), count.start)
    return left is not None or _BARE.match(text, count.end) is not None


def _are_left(whole: Fraction, place: int, parts: Sequence[Count]) -> bool:
    """Return whether two parts or more are left when a row of them that makes the whole is taken out."""
    for first, last in combinations(range(len(parts) + 1), 2):
        run = parts[first:last]
        beside = run[0].start >= place or run[-1].end <= place
        if beside and last - first > 1 and sum(part.figure.number for part in run) == whole:
            return len(parts) - len(run) > 1
    return len(parts) > 1
