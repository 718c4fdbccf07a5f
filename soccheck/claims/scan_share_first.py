"""Find, in a report's sentences, shares told before what they are of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from soccheck.claims.passage import NUMBER, Passage
from soccheck.claims.scan_counts import is_count, number_of
from soccheck.facts import figures

_SHARE_FIRST = re.compile(
    rf"(?<!tăng )(?<!giảm )(?<![0-9.,])({NUMBER}) ?%[^.;%0-9/()]{{0,60}}\(?"
    rf"(?:tương ứng|tương đương|tức|là|cụ thể|với)(?: với| là| có)?:? ({NUMBER})"
    rf"(?: [^.;%0-9/()]{{1,40}}?)? ?(?:/|(?:trên|trong)(?: tổng)?(?: số)? ) ?({NUMBER})"
    r"(?![0-9/%]|[.,][0-9])",
    re.I,
)
"""`96% máy trạm được bảo vệ, tương ứng 1.200/1.320 máy`."""

_ABOUT = re.compile(r"(?:gần|khoảng|hơn|trên|dưới|about|nearly|over) \Z", re.I)
"""What makes a per cent no figure's: `gần 91% với 3/13 trường đạt 100%`."""

_THEN_BOTH = re.compile(
    rf"(?<!tăng )(?<!giảm )(?<![0-9.,])({NUMBER}) ?%[^.;%0-9/()]{{0,40}}[;,:] ?(?:trong đó|cụ thể|với)[:,]? ?"
    rf"tổng (?:số )?[^.;%0-9/]{{1,80}} ({NUMBER})[^.;%0-9/]{{0,40}}[,;] (?:trong đó )?(?:số|có)\b"
    rf"[^.;%0-9/]{{1,80}} ({NUMBER})(?![0-9/%]|[.,][0-9])",
    re.I,
)
"""`Tỷ lệ ... đạt 99,68%; trong đó tổng số hồ sơ ... là 1.559, số hồ sơ ... là 1.554`."""

_NEAR = 5
"""Percentage points by which the figures behind a share may miss it and still be those it is of."""


def share_first(text: str) -> Iterator[Passage]:
    """Yield `96% máy trạm, tương ứng 1.200/1.320 máy`."""
    for match in _SHARE_FIRST.finditer(text):
        per_cent, part, whole = match.groups()
        about = _ABOUT.search(text[max(0, match.start() - 10) : match.start()])
        if is_count(part) and is_count(whole) and about is None:
            fields = {"numerator": part, "denominator": whole, "per_cent": per_cent}
            yield Passage(kind="ratio", start=match.start(), end=match.end(), fields=fields)
    for match in _THEN_BOTH.finditer(text):
        per_cent, whole, part = match.groups()
        if is_count(part) and is_count(whole) and _is_near(part, whole, per_cent):
            fields = {"numerator": part, "denominator": whole, "per_cent": per_cent}
            yield Passage(kind="ratio", start=match.start(), end=match.end(), fields=fields)


def _is_near(part: str, whole: str, per_cent: str) -> bool:
    """Return whether two counts nearly give a per cent."""
    try:
        stated = figures.stated("per_cent", per_cent)
    except ValueError:
        return False
    return abs(Fraction(number_of(part) * 100, number_of(whole)) - stated.number) <= _NEAR
