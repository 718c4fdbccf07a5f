"""Find, in a report's sentences, what is left of a whole: `34/40 nhiệm vụ (85%), còn 06 nhiệm vụ`.

A rest that makes up the whole is shown wherever the same things are counted; one that does not only
where it is said to be the rest: another count of the same things may be of another whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from soccheck.claims.passage import NUMBER, PER_CENT, Passage
from soccheck.claims.scan_counts import Count, counts
from soccheck.claims.scan_nouns import is_alike
from soccheck.facts import figures
from soccheck.model import Part

_OVER = re.compile(r" ?/ ?(?=[0-9])")
_OF = re.compile(r" (?:trong|trên)(?: tổng)?(?: số)? \Z", re.I)
"""`34 trên tổng số 40`: the part is told before its whole."""

_LEFT = re.compile(
    r"(?:\A|[,;:(.]| và| and) (?:(?:số )?còn (lại )?(?:là |có )?|(leaving )(?:only |just )?)\Z",
    re.I,
)
"""What stands before a rest; `giảm xuống còn 12 vụ` and `hiện còn 7 xã` tell none."""

_ANY = re.compile(r"[,;] \Z")
_NOUN = r"(?:,? [^\W\d_]+){1,4}?"
_THE_OTHERS = re.compile(rf"{_NOUN} còn lại\b", re.I)
_UNDER_WAY = re.compile(rf"{_NOUN} (?:đang|chuyển tiếp)\b", re.I)
_NOT_YET = re.compile(rf"{_NOUN} (?:chưa|không)(?: được| có)?(?: ([^\W\d_]+)|\Z|[.,;])", re.I)
"""What the rest lacks: a rest only where its part is said to have that very thing."""

_HAS = re.compile(rf"{_NOUN} đã(?: được| có)? ([^\W\d_]+)", re.I)
_LACKS = re.compile(rf"{_NOUN} chưa(?: được| có)?(?: ([^\W\d_]+)| ?(?=[.,;]|\Z))", re.I)
_DONE = re.compile(r"\b(?:khắc phục|xử lý|giải quyết|hoàn thành|thực hiện)\b")
"""What is said of the same work, in one word or another."""

_GOING_ON = re.compile(rf"{_NOUN} (?:đang|sẽ) ([^\W\d_]+)", re.I)
_BARE = re.compile(r"(?: [^\W\d_]+){1,3}[.;]?\Z|(?: [^\W\d_]+){1,3}[.;] ")
_SHARE = re.compile(rf"[^.;%0-9(]{{0,60}}\(({NUMBER}){PER_CENT}\)")
"""`còn 4 hệ thống (10,3%)`: of the whole that the ratio before it names."""

_CHANGED = re.compile(r"\b(?:tăng|giảm|so với|cùng kỳ|năm trước)\b", re.I)
_STOP = re.compile(r"\.(?=\s|\Z)")
_NEAR = Fraction(1, 5)
"""How far a part and a rest may be off a whole that is told as a count."""

_BEFORE = 8
"""Counts before a rest among which its whole is looked for."""

_FAR = 240
"""Characters from a whole to its rest."""


def rests(text: str, counted: Sequence[Count], told: Sequence[Passage]) -> Iterator[Passage]:
    """Yield a whole and a part of it with what is left: where the two make it up, or are said to.

    `told` are the ratios and shares of the text.
    """
    for place, rest in enumerate(counted):
        before = text[max(0, rest.start - 20) : rest.start]
        if place == 0 or not (_LEFT.search(before) or _ANY.search(before)):
            continue
        pairs = list(_told_before(text, counted[max(0, place - _BEFORE) : place], rest))
        pairs += _of_share(text, told, rest)
        if not pairs:
            continue
        whole, part = min(pairs, key=lambda pair: _off(pair[0], pair[1], rest))
        off = _off(whole, part, rest)
        share = _SHARE.match(text, rest.end)
        if share is not None and part.over:
            fields = {"numerator": rest.text, "denominator": whole.text, "per_cent": share[1]}
            yield Passage(kind="ratio", start=rest.start, end=share.end(), fields=fields)
        near = off <= whole.figure.number * _NEAR and _is_said_to_be_left(text, whole, part, rest)
        left = near or _are_halves(text, part, rest)
        if off == 0 or (left and not _has_others(text, counted, whole, part, rest)):
            parts = (Part(label="1", figure=part.figure), Part(label="2", figure=rest.figure))
            yield Passage(
                kind="sum",
                start=rest.start,
                end=rest.end,
                since=min(whole.start, part.start),
                whole=Part(label="total", figure=whole.figure, parts=parts),
                alone=False,
            )


def _off(whole: Count, part: Count, rest: Count) -> Fraction:
    return abs(part.figure.number + rest.figure.number - whole.figure.number)


def _told_before(text: str, counted: Sequence[Count], rest: Count) -> Iterator[tuple[Count, Count]]:
    """Yield the wholes and parts told before a rest, of the same things in the same sentence."""
    for part in counted:
        whole = under(text, part) if part.over else None
        if whole is not None and _fits(text, whole, part, rest, of=whole):
            yield whole, part
    last = counted[-1]
    if last.over:
        return
    for whole in reversed(counted[:-1]):
        if _OF.search(text[max(0, last.start - 20) : last.start]) and _fits(
            text, last, whole, rest, of=last
        ):
            yield last, whole
            return
        if (
            not whole.over
            and _fits(text, whole, last, rest, of=last)
            and is_alike(text, last, whole)
        ):
            yield whole, last
            return


def _of_share(text: str, told: Sequence[Passage], rest: Count) -> Iterator[tuple[Count, Count]]:
    """Yield the whole and the part of the last share before a rest that is said to be left of it."""
    before = [
        passage
        for passage in told
        if passage.end <= rest.start <= passage.start + _FAR
        and "denominator" in passage.fields
        and not _STOP.search(text, passage.start, rest.start)
    ]
    for passage in sorted(before, key=lambda passage: passage.end)[-1:]:
        whole, part = (
            Count(text=written, figure=figure, start=passage.start, end=passage.end)
            for name in ("denominator", "numerator")
            if (figure := figures.stated(name, written := passage.fields[name]))
        )
        small = rest.figure.number + part.figure.number <= whole.figure.number * (1 + _NEAR)
        if small and _is_said_to_be_left(text, whole, part, rest):
            yield whole, part


def under(text: str, part: Count) -> Count | None:
    """Return the lower half of a ratio."""
    slash = _OVER.match(text, part.end)
    lower = counts(text[slash.end() : slash.end() + 20]) if slash else []
    if slash is None or not lower or lower[0].start != 0:
        return None
    start, number = slash.end(), lower[0]
    return Count(text=number.text, figure=number.figure, start=start, end=start + number.end)


def _fits(text: str, whole: Count, part: Count, rest: Count, *, of: Count) -> bool:
    """Return whether a rest may be what a part leaves of a whole: of the same things, close by."""
    first = min(whole.start, part.start)
    if rest.start - first > _FAR or _STOP.search(text, first, rest.start):
        return False
    if max(part.figure.number, rest.figure.number) >= whole.figure.number:
        return False
    return is_alike(text, rest, of)


def _are_halves(text: str, part: Count, rest: Count) -> bool:
    """Return whether a part has what its rest does not: `38 trang đã chuyển, 18 trang chưa chuyển`."""
    has, lacks = _HAS.match(text, part.end), _LACKS.match(text, rest.end)
    return bool(has and lacks and (lacks[1] or has[1]).lower() == has[1].lower())


def _has_others(
    text: str, counted: Sequence[Count], whole: Count, part: Count, rest: Count
) -> bool:
    """Return whether a third part of a whole is told: `60 trang; 6 trang đã đóng, 38 ..., 12 ...`."""
    ended = _STOP.search(text, rest.end)
    last = ended.start() if ended else len(text)
    others = [c for c in counted if whole.start < c.start < last and c not in (part, rest)]
    return any(is_alike(text, other, whole) for other in others)


def _is_said_to_be_left(text: str, whole: Count, part: Count, rest: Count) -> bool:
    """Return whether a count is told as the rest: `còn lại`, under way, or without what the part has."""
    first = min(whole.start, part.start)
    after = text[rest.end : rest.end + 80]
    left = _LEFT.search(text[max(0, rest.start - 20) : rest.start])
    if _CHANGED.search(text[first : rest.end]):
        return False
    if _THE_OTHERS.match(after) or (left is not None and (left[1] or left[2])):
        return True
    said = text[max(0, first - 80) : rest.start].rpartition(". ")[2].lower()
    going = _GOING_ON.match(after)
    if going is not None and f" {going[1].lower()} " in f" {said} ":
        return True
    lacks = _NOT_YET.match(after)
    if lacks is not None and lacks[1] is not None:
        done = _DONE.search(after) and _DONE.search(said)
        return f" {lacks[1].lower()} " in f" {said} " or bool(left and done)
    return left is not None and bool(lacks or _UNDER_WAY.match(after) or _BARE.match(after))
