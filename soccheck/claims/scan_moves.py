"""Find, in a report's sentences, what a figure was and is, with the change told beside it.

`từ 27 xuống 18`, `from 27 to 18`, `27 → 18` and, for a change in words, two counts of one thing; the change
is a number, a per cent, points, or a fraction or a multiple in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from soccheck.claims.differences import is_difference, is_near_times
from soccheck.claims.passage import NUMBER, PER_CENT, Passage
from soccheck.claims.scan_counts import (
    DOWN,
    SCALE,
    THEN,
    UP,
    Count,
    is_year,
    plain,
    sentence_around,
    within,
)
from soccheck.claims.scan_nouns import is_alike, is_same, noun_of
from soccheck.claims.scan_points import over
from soccheck.claims.scan_rough import how_sure
from soccheck.claims.scan_told import FALL, RISE, TIME
from soccheck.claims.worded import Worded, worded_changes
from soccheck.facts import figures

_UNIT = (
    r"(?:[^.;()0-9→]{0,40}(?:(?:năm|in|quý|tháng) [0-9]{1,4}(?:/[0-9]{4})?|\([^()]{1,40}\))?"
    r"[^.;()0-9→]{0,20})"
)
_MOVE = re.compile(
    rf"\b(?:từ|from) [$€£]?({NUMBER})(?P<of>{PER_CENT})?{_UNIT}"
    rf" (?:lên|xuống|còn|thành|to)(?: còn| chỉ| đến| tới| mức){{0,2}}"
    rf" (?:(?:19|20)[0-9]{{2}}['’]s )?[$€£]?({NUMBER})(?![0-9]|['’]s)(?P<is>{PER_CENT})?"
    rf"|(?<![0-9.,/])(?P<then>{NUMBER})(?P<of2>{PER_CENT})?(?: [^\W\d_]+){{0,3}} ?(?:→|->|=>|⇒|➔) ?"
    rf"[$€£]?(?P<now>{NUMBER})(?P<is2>{PER_CENT})?",
    re.I,
)
_POINTS = r"(?P<points>[- ]?(?:điểm(?: (?:phần trăm|%))?|(?:percentage )?points?|pp)\b)"
_TOLD = re.compile(
    rf"(?:\b(?:(?P<up>{UP})|(?P<down>{DOWN}))(?:(?: [a-z][a-z'’-]*){{1,6}} by|{THEN})"
    rf"|(?<=[(;,] )(?=[+–−-])|(?<=\()(?=[+–−-])"
    rf"|(?<![0-9.,])(?={NUMBER}(?:{PER_CENT}|(?: [^\W\d_]+){{0,2}})"
    rf" (?:(?P<more>more|higher)|(?P<less>less|fewer|lower))(?: than\b|[.,;)]|\Z))"
    rf"|(?:(?<=\ba )|(?<=\ban )|(?<=\bthe )|(?<=\())"
    rf"(?={NUMBER}{PER_CENT} (?:(?:{RISE})|(?P<falls>{FALL}))\b))"
    rf"(?P<rough>(?: (?:khoảng|gần|hơn|trên|nearly|almost|about|over|around))?) ?"
    rf"(?P<sign>[+–−-])? ?[$€£]?(?P<n>{NUMBER})(?![0-9]|/[0-9]|[.,][0-9]| lần\b)"
    rf"(?:{_POINTS}|(?P<cent>{PER_CENT}))?",
    re.I,
)
_WORD = re.compile(r" ?([^\W\d_]+)")
_MORE = ("more", "higher", "less", "fewer", "lower")
_FREE = re.compile(
    r"[,.;)\]]| ?\(|\Z| (?:so|về|cùng|compared|over|from|on|year|trong|during|in|since|and|và)\b"
    rf"| (?:more|fewer|less|higher|lower|{RISE}|{FALL})\b"
)
"""What follows a growth that is of what moved: `giảm 30% chi phí` is of something else."""

_TWO = 2
_THAN = re.compile(
    r"(?:\bthan\b|\bagainst\b|\bso với\b|\b(?:năm|kỳ|quý|tháng) (?:trước|ngoái)\b|\bcompared\b)"
    r"(?:[^.;,0-9]{0,15}(?:19|20)[0-9]{2},? when)?[^.;,0-9]{0,30}\Z",
    re.I,
)
"""What makes the count behind it what there was."""

_BESIDE = re.compile(rf"(?: [^\W\d_]+){{0,3}} ?\([+–−-]?({NUMBER}){PER_CENT}\)")
"""`giảm 24.000 (25%)`: of what was, too."""

_GOES_ON = re.compile(r"\s*(?:that|this|it) (?:is|was)\b|\s*(?:đây là|con số này)\b", re.I)
"""How a sentence begins that tells of the count of the one before it."""

_WILD = 3
"""How many times as much as told a multiple of two counts may be, and still be told of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    then: str
    now: str
    cents: bool
    start: int
    end: int

    @property
    def numbers(self) -> tuple[Fraction, Fraction] | None:
        try:
            then, now = (figures.stated("from", each).number for each in (self.then, self.now))
        except ValueError:
            return None
        return (then, now) if then else None


def moves(text: str, counted: Sequence[Count]) -> Iterator[Passage]:
    """Yield each change told beside what it is between."""
    moved = list(_moves(text))
    for match in _TOLD.finditer(text):
        move = _nearest(text, moved, match.start(), match.end())
        if move is not None and move.numbers:
            yield from _told(text, match, move)
        elif (
            move is None
            and not match["points"]
            and (match["less"] or match["more"] or not match["cent"])
        ):
            yield from _by_as_many(text, counted, match)
    for worded in worded_changes(text):
        move = _nearest(text, moved, worded.start, worded.end)
        if move is None or not move.numbers:
            yield from _of_two(text, counted, worded)
        elif worded.fits(*move.numbers) is not None:
            yield replace(_passage(worded.start, worded.end, move, worded.told), worded=True)


def _moves(text: str) -> Iterator[_Move]:
    for match in _MOVE.finditer(text):
        arrow = match["then"] is not None
        of, now = (match["of2"], match["is2"]) if arrow else (match["of"], match["is"])
        places = (match.end("then"), match.end("now")) if arrow else (match.end(1), match.end(3))
        scales = [scale[1].lower() for p in places if (scale := SCALE.match(text, p))]
        if len(set(scales)) > 1 or (of and not now) or (len(scales) == 1 and arrow):
            continue
        told = (match["then"], match["now"]) if arrow else (match[1], match[3])
        yield _Move(
            then=plain(told[0]),
            now=plain(told[1]),
            cents=bool(now),
            start=match.start(),
            end=match.end(),
        )
    for passage, end in over(text):
        then, now = passage.fields["from"], passage.fields["to"]
        yield _Move(then=then, now=now, cents=False, start=end - 1, end=end)


def _passage(start: int, end: int, move: _Move, change: str) -> Passage:
    fields = {"from": move.then, "to": move.now, "change": change}
    since = min(start, move.start)
    return Passage(kind="difference", start=start, end=end, fields=fields, since=since, alone=False)


def _nearest(text: str, moved: Sequence[_Move], start: int, end: int) -> _Move | None:
    """Return the move of the sentence of a change: the one there is, or the last before it."""
    low, high = sentence_around(text, start, end)
    here = [move for move in moved if low <= move.start and move.end <= high]
    before = [move for move in here if move.end <= start]
    if before:
        return before[-1]
    return here[0] if len(here) == 1 else None


def _told(text: str, match: re.Match[str], move: _Move) -> Iterator[Passage]:
    """Yield a change in number, per cent or points with its move; of something else only where it fits."""
    less = _is_less(match)
    number = match["n"] if match["points"] else plain(match["n"])
    change = f"{'-' if less else ''}{number}"
    of_what_was = match["cent"] and not (move.cents and is_difference(move.then, move.now, change))
    change += "%" if of_what_was else ""
    fits = is_difference(move.then, move.now, change)
    rough = how_sure(match["rough"])
    if fits or (not rough and _is_of_it(text, match, move)):
        yield _passage(match.start(), match.end(), move, change)
    beside = _BESIDE.match(text, match.end())
    if fits and beside is not None and not of_what_was:
        grown = f"{'-' if less else ''}{beside[1]}%"
        yield _passage(match.end(), beside.end(), move, grown)


def _is_less(match: re.Match[str]) -> bool:
    words = match["down"] or match["less"] or match["falls"]
    return bool(words or (match["sign"] or "+") not in "+")


def _by_as_many(text: str, counted: Sequence[Count], match: re.Match[str]) -> Iterator[Passage]:
    """Yield how many more or fewer with the only two counts of its sentence: `84, 12 more than the 72`."""
    begin, end = sentence_around(text, match.start(), match.end())
    here = _two(text, within(counted, begin, end), match.start("n"), match.end("n"))
    if not here and _GOES_ON.match(text, begin, end):
        begin, _ = sentence_around(text, begin - _TWO, begin)
        here = _two(text, within(counted, begin, end), match.start("n"), match.end("n"))
    if not here:
        return
    less = _is_less(match)
    change = f"{'-' if less else ''}{plain(match['n'])}{'%' if match['cent'] else ''}"
    then, now = sorted(here, key=lambda count: count.figure.number, reverse=less)
    move = _Move(
        then=plain(then.text), now=plain(now.text), cents=False, start=here[0].start, end=now.end
    )
    fits = is_difference(move.then, move.now, change)
    of_it = _THAN.search(text[begin : then.start]) and _is_of_it(text, match, move)
    if fits or (of_it and not how_sure(match["rough"])):
        yield _passage(match.start(), match.end(), move, change)


def _two(text: str, counted: Sequence[Count], start: int, end: int) -> Sequence[Count]:
    """Return the only two counts of a sentence, beside a stretch of it, that are of one thing."""
    here = [count for count in counted if not (is_year(count) or count.change)]
    here = [count for count in here if not start <= count.start < end]
    return here if len(here) == _TWO and _are_alike(text, *here) else []


def _is_of_it(text: str, match: re.Match[str], move: _Move) -> bool:
    """Return whether a change that does not fit is told of that move, and of nothing else."""
    if move.cents or match["points"]:
        return bool(move.cents and match["points"])
    if match["cent"]:
        # `1.130%` may be one and a bit
        near = plain(match["n"]) == match["n"] or is_near_times(move.then, move.now, match["n"])
        return near and _FREE.match(text, match.end()) is not None
    scales = [(s := SCALE.match(text, place)) and s[1] for place in (match.end("n"), move.end)]
    unit, other = _WORD.match(text, match.end()), _WORD.match(text, move.end)
    alike = unit is None or other is None or unit[1].lower() in (other[1].lower(), *_MORE)
    return scales[0] == scales[1] and alike


def _of_two(text: str, counted: Sequence[Count], worded: Worded) -> Iterator[Passage]:
    """Yield a change in words with the only two counts of its sentence, where they are of one thing."""
    begin, end = sentence_around(text, worded.start, worded.end)
    here = within(counted, begin, end)
    here = _two(text, here, worded.start, worded.end) or _two(
        text, [c for c in here if not TIME.match(text, c.end)], worded.start, worded.end
    )
    if not here:
        return
    one, other = here
    grows = worded.signed > 0
    if (one.figure.number < other.figure.number) != grows:
        one, other = other, one
    move = _Move(
        then=plain(one.text), now=plain(other.text), cents=False, start=here[0].start, end=0
    )
    if move.numbers is None:
        return
    far = move.numbers[1] / move.numbers[0] > worded.value * _WILD if grows else False
    fits = worded.fits(*move.numbers)
    if fits or (fits is False and not far and not _TOLD.search(text, begin, end)):
        yield replace(_passage(worded.start, worded.end, move, worded.told), worded=True)


def _are_alike(text: str, one: Count, other: Count) -> bool:
    scales = [(s := SCALE.match(text, count.end)) and s[1].lower() for count in (one, other)]
    if scales[0] or scales[1]:
        return scales[0] == scales[1]
    bare = not (noun_of(text, one) and noun_of(text, other))
    return bare or is_alike(text, one, other) or is_same(text, other, one)
