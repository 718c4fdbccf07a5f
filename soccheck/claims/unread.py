"""Name the shares of a report that no figure was found for, so that a false one is not passed over.

A per cent that nothing could give, with fewer than two numbers around it, is left out, and so is one that
tells points, an aim, all of something or a bound of no ratio: what is named can be checked by a reader.
What is told in words, `ba phần tư`, and averages are named as well.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from soccheck.claims.passage import NUMBER, PER_CENT, RATIO, Passage
from soccheck.claims.scan_counts import is_bound
from soccheck.claims.scan_left_changes import POINTS
from soccheck.claims.unread_products import is_multiplied, unmultiplied
from soccheck.claims.unread_rows import rows

_SHARE = re.compile(rf"(?<![0-9.,])({NUMBER}){PER_CENT}")
_SHARES = ("per_cent", "from", "to", "change")
"""Fields of a passage that may hold a per cent; a part of 93 is none of `93%`."""

_AIM = re.compile(
    r"\b(?:phấn đấu|mục tiêu|chỉ tiêu|target|aims?)\b[^.;0-9]{0,80}(?:20[0-9]{2}[^.;0-9]{0,60})?\Z",
    re.I,
)
_WORDED = re.compile(
    r"\b(?:(?:một|hai|ba|bốn|năm|bảy|tám|chín) phần (?:hai|ba|tư|bốn|năm|mười)|(?:một|quá|hơn|gần) nửa"
    rf"|gấp (?:đôi|rưỡi|(?:hơn |gần |khoảng )?(?:hai|ba|bốn|năm|{NUMBER})(?: lần)?)"
    rf"|(?:tăng|giảm) (?:hơn |gần |khoảng |lên )?(?:hai|ba|bốn|năm|{NUMBER}) lần"
    r"|(?:chiếm|bằng|tương đương|tức)(?: với| là)?(?: khoảng)? [1-9]/[2-9]"
    r"|(?:an?|one|two|three|four)[ -](?:half|halves|thirds?|quarters?|fifths?|tenths?)|half of|by half"
    r"|(?:one|two|three|four|five|six|seven|eight|nine) (?:in|out of) (?:two|three|four|five|six|ten)"
    rf"|halved|twice|doubled|tripled|trebled|quadrupled|(?:{NUMBER}|two|three|four|five|ten) times"
    r"|(?:bình quân|trung bình) (?:mỗi [^0-9.;()]{1,30} )?(?:khoảng |gần |hơn |đạt |là )?"
    rf"{NUMBER}(?!{PER_CENT})"
    rf"|(?:average of|averaging|(?:average|mean)\b[^.;()0-9]{{1,40}}\b(?:of|was|is|came to)) [$€£]?{NUMBER}"
    rf"(?!{PER_CENT})"
    r"|(?:ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety) per ?cent"
    r"|cứ [0-9]{1,3} [^\W\d_]{1,9}(?: [^\W\d_]{1,9}){0,2} có [0-9]{1,3})\b|[½⅓⅔¼¾]",
    re.I,
)
"""A share, a growth or an average: never read, and named where two counts stand in its sentence."""

_AVERAGE = re.compile(r"bình quân|trung bình|average|averaging|mean", re.I)
_SENTENCE = re.compile(r"(?<!\bi\.e)(?<!\be\.g)[.;](?=\s)|\n")
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

_RANGE = re.compile(r"[0-9] ?[-–] ?\Z")

_NUMBER = re.compile(rf"(?<![0-9A-Za-zÀ-ỹ.,-]){NUMBER}(?![0-9]|-[^\W\d_]|{PER_CENT})")
_IN_WORDS = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b",
    re.I,
)
_NAMED = re.compile(
    r"(?:ngày|(?<!mỗi )tháng|(?<!cả )năm|quý|điều|khoản|cấp độ|giai đoạn|kỳ|no\.|level|year) ?\Z",
    re.I,
)
"""What stands before a number that counts nothing."""

_YEAR = re.compile(r"(?:19|20)[0-9]{2}\Z|[0-9]{1,2}/(?:19|20)[0-9]{2}\Z")

_BEFORE, _AFTER = 300, 120
"""Characters around a per cent within which what it is of would be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Represents a share that was not checked: as written, its sentence, and the line and column, from 1."""

    written: str
    says: str
    line: int
    column: int


def unread(text: str, start: int, end: int, taken: Sequence[Passage]) -> Iterator[re.Match[str]]:
    """Yield each per cent between `start` and `end` of a report that is in none of the passages read there.

    Passages count from `start`.
    """
    left = not_taken(text, start, end, taken)
    made = {share.start(): fits for row, fits in rows(text, left) for share in row}
    for share in left:
        low, high = max(0, share.start() - _BEFORE), share.end() + _AFTER
        if share.start() in made:
            yield from [] if made[share.start()] else [share]
        elif not _is_no_share(text, share):
            yield from [share] if _has_counts(text, share, low, high) else []
    changes = {p.fields["change"].strip("-%") for p in taken if p.kind == "difference"}
    points = (c for c in POINTS.finditer(text, start, end) if c[3] not in changes)
    named: list[range] = []
    summed = {str(part.figure) for p in taken if p.whole for part in p.whole.parts}
    read = [range(start + p.start, start + p.end) for p in taken if p.worded]
    words = [w for w in _WORDED.finditer(text, start, end) if not any(_meet(w, r) for r in read)]
    for share in sorted([*words, *points], key=re.Match.start):
        low = max(start, share.start() - _BEFORE)
        low = max((s.end() for s in _SENTENCE.finditer(text, low, share.start())), default=low)
        high = min(end, share.end() + _AFTER)
        high = stop.start() if (stop := _SENTENCE.search(text, share.end(), high)) else high
        if _AVERAGE.match(share[0]) and (
            share[0].rpartition(" ")[2] in summed or is_multiplied(text, low, high)
        ):
            continue
        shares = [s for s in _SHARE.finditer(text, low, high) if s.end() <= share.start()]
        if len(shares) > 1 or _has_counts(text, share, low, high):
            named.append(range(low, high))
            yield share
    for product in unmultiplied(text, start, end):
        yield from [] if any(product.start() in sentence for sentence in named) else [product]


def _meet(match: re.Match[str], read: range) -> bool:
    return match.start() < read.stop and read.start < match.end()


def not_taken(text: str, start: int, end: int, taken: Sequence[Passage]) -> Sequence[re.Match[str]]:
    """Return each per cent between `start` and `end` that is in none of the passages read there."""
    told = list(_SHARE.finditer(text, start, end))
    places: dict[str, list[int]] = {}
    for share in told:
        places.setdefault(share[1], []).append(share.start())
    for passage in taken:
        middle = start + (passage.start + passage.end) // 2
        for figure in (passage.fields[name] for name in _SHARES if name in passage.fields):
            alike = places.get(figure.rpartition(" ")[2].strip("-%"), [])
            after = bisect_left(alike, middle)
            near = [n for n in (after - 1, after) if 0 <= n < len(alike)]
            if near:
                alike.pop(min(near, key=lambda n: abs(alike[n] - middle)))
    left = {place for alike in places.values() for place in alike}
    return [share for share in told if share.start() in left]


def _is_no_share(text: str, share: re.Match[str]) -> bool:
    """Return whether a per cent is an aim, points, all of something, or a bound."""
    before = text[max(0, share.start() - 160) : share.start()].rpartition("\n")[2]
    if _ALL.match(text, share.start()) and not _LINKED.search(before):
        return True
    if is_bound(before[-10:], text[share.end() : share.end() + 12]) or _RANGE.search(before):
        after = text[share.end() : share.end() + _AFTER].partition("\n")[0]
        told = RATIO.search(before[-40:]) or RATIO.search(after) or _OPENED.search(after)
        return not told and not _PART.search(before[-25:])
    return bool(_AIM.search(before) or _POINTS.match(text, share.end()))


def _has_counts(text: str, share: re.Match[str], low: int, high: int) -> bool:
    """Return whether two numbers stand in a stretch, of which it could be the share."""
    found = 0
    for number in _NUMBER.finditer(text, low, high):
        if number.start() <= share.start() < number.end() or _YEAR.match(number[0]):
            continue
        if not _NAMED.search(text[max(0, number.start() - 12) : number.start()]):
            found += 1
    found += len(_IN_WORDS.findall(text, low, high))
    return found > 1
