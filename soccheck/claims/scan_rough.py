"""Tell the shares that a report states only roughly: `hơn 95%`, `gần 1/3`, `about 70%`."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from soccheck.claims.found import Found
from soccheck.claims.passage import NUMBER, PER_CENT, Passage
from soccheck.facts import figures
from soccheck.model import Figure

_ROUGHLY = {
    "over": re.compile(r"(?:hơn|trên|quá|over|more than|above) ?\Z", re.I),
    "about": re.compile(
        r"(?:gần|khoảng|xấp xỉ|ước(?: đạt)?|about|nearly|almost|around|approximately|roughly|≈|~) ?\Z",
        re.I,
    ),
}
_BEFORE, _AFTER = 120, 160
"""Characters around figures in which their per cent stands."""

_WORDS = 16
"""Characters before a per cent in which it is said to be rough."""


_ROUGH = re.compile(
    rf"\b(?:gần|hơn|khoảng|xấp xỉ|(?:có|là|đạt|với) trên|about|nearly|almost|over) ({NUMBER})", re.I
)
"""A count told roughly: `gần 27.000`; `12 trên 20` is none."""

_COUNTS = ("numerator", "denominator", "from", "to")
_MANY = 100
"""Fewer are counted, not guessed, where figures are told beside them: `about 31 of the 40 sites (75.5%)`."""

_NEAR = Fraction(1, 20)
"""By how much of it a figure may miss one that rough counts make, and be no contradiction."""

_CLOSE = Fraction(1, 100)
"""The same, of a rough whole that stands beside it."""


def is_of_rough_counts(stretch: str, item: Found) -> bool:
    """Return whether figures that do not agree nearly do, and one of them is told only roughly there."""
    off = [
        (abs(check.stated.number - check.found.number), check.stated.number)
        for check in item.wrong
        if check.found is not None
    ]
    if any(miss > abs(stated) * _NEAR for miss, stated in off):
        return False
    whole = item.whole
    told = {
        f.number for n, t in item.fields.items() if (f := figures.stated(n, t)) and n in _COUNTS
    }
    told |= {part.figure.number for part in (whole, *whole.parts)} if whole is not None else set()
    rough = [figures.stated("numerator", rough[1]) for rough in _ROUGH.finditer(stretch)]
    return any(
        (figure.number in told and (figure.places or figure.number >= _MANY))
        or _may_be_of(figure, item)
        for figure in rough
    )


def _may_be_of(whole: Figure, item: Found) -> bool:
    """Return whether a part with its share may be of a rough whole told beside: `gần 30.000, đạt 95%`."""
    if item.kind != "ratio" or "per_cent" not in item.fields or whole.number < _MANY:
        return False
    part, share = (figures.stated(n, item.fields[n]).number for n in ("numerator", "per_cent"))
    return abs(part / whole.number * 100 - share) <= share * _CLOSE


def how_sure(before: str) -> str:
    """Return `over` or `about` where what stands before a per cent makes it one, else nothing."""
    near = before[-_WORDS:]
    return next((sure for sure, word in _ROUGHLY.items() if word.search(near)), "")


def roughly(text: str, passage: Passage) -> Passage:
    """Return figures whose per cent says how sure it is: `over 95` where the report says `hơn 95%`."""
    written = passage.fields.get("per_cent")
    if passage.kind != "ratio" or written is None:
        return passage
    low, high = max(0, passage.start - _BEFORE), passage.end + _AFTER
    shares = re.compile(rf"(?<![0-9.,]){re.escape(written)}{PER_CENT}").finditer(text, low, high)
    place = min(
        (share.start() for share in shares),
        key=lambda start: max(passage.start - start, start - passage.end, 0),
        default=0,
    )
    sure = how_sure(text[max(0, place - _WORDS) : place])
    told = f"{sure} {written}".strip()
    return replace(passage, fields={**passage.fields, "per_cent": told})
