"""Find, in a report's sentences, what is left of a whole: `34/40 nhiệm vụ (85%), còn 06 nhiệm vụ`.

A rest that makes up the whole is shown wherever the same things are counted; one that does not only
where it is said to be the rest: another count of the same things may be of another whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from soccheck.claims.passage import Passage
from soccheck.claims.scan_counts import Count, counts
from soccheck.claims.scan_nouns import is_same
from soccheck.model import Part

_OVER = re.compile(r" ?/ ?(?=[0-9])")
_OF = re.compile(r" (?:trong|trên)(?: tổng)?(?: số)? \Z", re.I)
"""`34 trên tổng số 40`: the part is told before its whole."""

_LEFT = re.compile(r"(?:\A|[,;:(.]| và) (?:số )?còn (lại )?(?:là |có )?\Z", re.I)
"""What stands before a rest; `giảm xuống còn 12 vụ` and `hiện còn 7 xã` tell none."""

_ANY = re.compile(r"[,;] \Z")
_NOUN = r"(?: [^\W\d_]+){1,4}?"
_THE_OTHERS = re.compile(rf"{_NOUN} còn lại\b", re.I)
_UNDER_WAY = re.compile(rf"{_NOUN} (?:đang|chuyển tiếp)\b", re.I)
_NOT_YET = re.compile(rf"{_NOUN} (?:chưa|không)(?: được| có)?(?: ([^\W\d_]+)|\Z|[.,;])", re.I)
"""What the rest lacks: a rest only where its part is said to have that very thing."""

_BARE = re.compile(r"(?: [^\W\d_]+){1,3}[.;]?\Z|(?: [^\W\d_]+){1,3}[.;] ")
_CHANGED = re.compile(r"\b(?:tăng|giảm|so với|cùng kỳ|năm trước)\b", re.I)
_STOP = re.compile(r"\.(?=\s|\Z)")
_NEAR = Fraction(1, 5)
"""How far a part and a rest may be off a whole that is told as a count."""

_FAR = 240
"""Characters from a whole to its rest."""


def rests(text: str, counted: Sequence[Count]) -> Iterator[Passage]:
    """Yield a whole and a part of it with what is left: where the two make it up, or are said to."""
    for place, rest in enumerate(counted):
        before = text[max(0, rest.start - 20) : rest.start]
        if place == 0 or not (_LEFT.search(before) or _ANY.search(before)):
            continue
        pair = _told_before(text, counted[:place], rest)
        if pair is None:
            continue
        whole, part = pair
        makes_up = part.figure.number + rest.figure.number == whole.figure.number
        if makes_up or (
            (part.over or _is_the_only_whole(text, counted[:place], whole, part, rest))
            and _is_said_to_be_left(text, whole, part, rest)
        ):
            parts = (Part(label="1", figure=part.figure), Part(label="2", figure=rest.figure))
            yield Passage(
                kind="sum",
                start=min(whole.start, part.start),
                end=rest.end,
                whole=Part(label="total", figure=whole.figure, parts=parts),
                alone=False,
            )


def _told_before(text: str, counted: Sequence[Count], rest: Count) -> tuple[Count, Count] | None:
    """Return the whole and the part told last before a rest, of the same things in the same sentence."""
    last = counted[-1]
    if last.over:
        slash = _OVER.match(text, last.end)
        lower = counts(text[slash.end() : rest.start]) if slash else []
        if slash is None or not lower or lower[0].start != 0:
            return None
        number = lower[0]
        start = slash.end()
        whole = Count(text=number.text, figure=number.figure, start=start, end=start + number.end)
        part, same = last, whole
    elif len(counted) > 1 and _OF.search(text[: last.start]):
        whole, part, same = last, counted[-2], last
    elif len(counted) > 1:
        whole, part, same = counted[-2], last, last
        if not is_same(text, part, whole):
            return None
    else:
        return None
    first = min(whole.start, part.start)
    if rest.start - first > _FAR or _STOP.search(text, first, rest.start):
        return None
    fits = is_same(text, rest, same) and part.figure.number < whole.figure.number
    return (whole, part) if fits and rest.figure.number < whole.figure.number else None


def _is_the_only_whole(
    text: str, counted: Sequence[Count], whole: Count, part: Count, rest: Count
) -> bool:
    """Return whether a whole told as a count is nearly made up, and no other of these things precedes it."""
    off = abs(part.figure.number + rest.figure.number - whole.figure.number)
    others = [count for count in counted[:-2] if whole.start - count.end < _FAR]
    near = off <= whole.figure.number * _NEAR
    return near and not any(is_same(text, rest, count) for count in others)


def _is_said_to_be_left(text: str, whole: Count, part: Count, rest: Count) -> bool:
    """Return whether a count is told as the rest: `còn lại`, under way, or without what the part has."""
    first = min(whole.start, part.start)
    after = text[rest.end : rest.end + 80]
    left = _LEFT.search(text[: rest.start])
    if _CHANGED.search(text[first : rest.end]):
        return False
    if _THE_OTHERS.match(after) or (left is not None and left[1]):
        return True
    lacks = _NOT_YET.match(after)
    if lacks is not None and lacks[1] is not None:
        said = text[max(0, first - 80) : rest.start].rpartition(". ")[2].lower()
        return f" {lacks[1].lower()} " in f" {said} "
    return left is not None and bool(lacks or _UNDER_WAY.match(after) or _BARE.match(after))
