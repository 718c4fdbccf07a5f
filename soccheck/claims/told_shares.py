"""Tell the per cents of a report that are shares, and those of them that no passage has that was read."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from soccheck.claims.passage import NUMBER, PER_CENT, RATIO, Passage
from soccheck.claims.scan_counts import is_bound

SHARE = re.compile(rf"(?<![0-9.,])({NUMBER}){PER_CENT}")
_SHARES = ("per_cent", "from", "to", "change")
"""Fields of a passage that may hold a per cent; a part of 93 is none of `93%`."""

_AIM = re.compile(
    r"\b(?:phấn đấu|mục tiêu|chỉ tiêu|target|aims?)\b[^.;0-9]{0,80}(?:20[0-9]{2}[^.;0-9]{0,60})?\Z",
    re.I,
)
_POINTS = re.compile(r" ?(?:điểm|points?)\b", re.I)
_ALL = re.compile(r"100% [^\W\d_]")
_LINKED = re.compile(
    r"(?:đạt|chiếm|bằng|là|t[ỷỉ] lệ|tương ứng|tương đương|[:(=])[^.,;]{0,20}\Z", re.I
)
"""What makes `đạt 100% xã` the share of a count before it; `100% xã có mạng` only says all."""

_PART = re.compile(r"\b(?:chiếm|bằng|tương đương|tương ứng|tức)\b", re.I)
"""What makes a bound tell of a count: `955 hệ thống, chiếm trên 13%`; `8 xã đạt trên 90%` is of each."""

_OPENED = re.compile(
    r"\((?:[^().;]{0,40} )?[0-9][^()]{0,60}[0-9][^()]{0,60}\)|(?:tương|tức)\b[^.;]{0,40}[0-9]"
)
"""What tells the figures of a share behind it."""

_MISSED = re.compile(r"[^\n]{0,80}[0-9] ?(?:điểm|points?|pp)\b", re.I)
"""What tells by how many points an aim was reached or missed."""

_RANGE = re.compile(r"[0-9] ?[-–] ?\Z")
_LAST, _AFTER = 160, 120
"""Characters around a per cent within which it is said to be no share."""


def not_taken(text: str, taken: Sequence[Passage]) -> Sequence[re.Match[str]]:
    """Return each per cent of a text that is in none of the passages read there."""
    told = list(SHARE.finditer(text))
    places: dict[str, list[int]] = {}
    for share in told:
        places.setdefault(share[1], []).append(share.start())
    for passage in taken:
        middle = (passage.start + passage.end) // 2
        for figure in (passage.fields[name] for name in _SHARES if name in passage.fields):
            alike = places.get(figure.rpartition(" ")[2].strip("-%"), [])
            after = bisect_left(alike, middle)
            near = [n for n in (after - 1, after) if 0 <= n < len(alike)]
            if near:
                alike.pop(min(near, key=lambda n: abs(alike[n] - middle)))
    left = {place for alike in places.values() for place in alike}
    return [share for share in told if share.start() in left]


def is_share(text: str, per_cent: re.Match[str]) -> bool:
    """Return whether a per cent is no aim, unless it tells how it was met, no points, and no bound or all."""
    before = text[max(0, per_cent.start() - _LAST) : per_cent.start()].rpartition("\n")[2]
    if _ALL.match(text, per_cent.start()) and not _LINKED.search(before):
        return False
    if is_bound(before[-10:], text[per_cent.end() : per_cent.end() + 12]) or _RANGE.search(before):
        after = text[per_cent.end() : per_cent.end() + _AFTER].partition("\n")[0]
        told = RATIO.search(before[-40:]) or RATIO.search(after) or _OPENED.search(after)
        return told is not None or _PART.search(before[-25:]) is not None
    aim = _AIM.search(before) and not _MISSED.match(text, per_cent.end())
    return not (aim or _POINTS.match(text, per_cent.end()))
