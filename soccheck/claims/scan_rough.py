"""Tell the shares that a report states only roughly: `hơn 95%`, `gần 1/3`, `about 70%`."""

from __future__ import annotations

import re
from dataclasses import replace

from soccheck.claims.passage import PER_CENT, Passage

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
