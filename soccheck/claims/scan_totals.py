"""Find, in a report's sentences, wholes told with their parts and parts told with their share.

`6.120 hồ sơ, có 5.004 ... và 1.116 ...`, `1.704 hồ sơ, chiếm tỷ lệ 12%`. Which whole a part belongs to is
not written: one is taken only where the figures nearly fit it, so that a guess is no false alarm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

from soccheck.claims.scan_points import NUMBER
from soccheck.facts import figures
from soccheck.model import Figure, Part

_COUNT = re.compile(rf"(?<![0-9A-Za-zÀ-ỹ/.,:-])({NUMBER})(?![0-9A-Za-zÀ-ỹ%-]|[.,][0-9]| ?%)")
_NO_COUNT = re.compile(
    r"(?:độ|cấp|năm|tháng|ngày|quý|thứ|khóa|(?<!tổng )số|điều|khoản|loại|nhóm|hạng|đoạn|bản|lần|giờ"
    r"|level|year|no\.) ?\Z",
    re.I,
)
_MONEY = re.compile(r" (?:nghìn|triệu|tỷ|tỉ|million|billion)")
_MARK = re.compile(r"trong đó[:,]?|bao gồm:?|gồm|of which|[:;,]| có ", re.I)
_ASSERTED = ("bao gồm", "gồm", "trong đó", "of which")
"""Words after which parts that nearly make the whole are taken for all there are."""

_TOTAL_BEFORE = re.compile(r"(?:lũy kế|luỹ kế|tổng cộng|tổng số|cộng lại)[^.;0-9]{0,60}\Z", re.I)
_STOP = re.compile(r"\.(?=\s|\Z)|\Z")
_SHARE = re.compile(
    rf"[^.;%()0-9]{{0,60}}[,(]? ?(?:chiếm|đạt|tỷ lệ|tỉ lệ|tương ứng)[^.;%0-9]{{0,20}} ({NUMBER}) ?%",
    re.I,
)
_OF_ALL = re.compile(
    rf"({NUMBER})(?![0-9%])([^.;%0-9/]{{1,60}}?|) ?trên (tổng số )?({NUMBER})(?![0-9/%]|[.,][0-9])",
    re.I,
)
_SHARE_OF = re.compile(
    rf"({NUMBER}) [^.;%0-9/]{{1,60}}(?:chiếm|đạt)[^.;%0-9]{{0,20}} ({NUMBER}) ?% (?:trong|trên) tổng số"
    rf" ({NUMBER})(?![0-9/%]|[.,][0-9])",
    re.I,
)
_BOUND = re.compile(r"(?:dưới|trên|từ|hơn|ít nhất) ?\Z", re.I)
_NEAR = Fraction(1, 50)
"""How far parts may be off what is still taken for their whole: further off it is another whole's."""

_BEFORE, _FAR, _MOST = 6, 400, 40


class Count(NamedTuple):
    """Represents a number that counts something: as written, as a figure, and where it stands.

    `over` marks the upper half of `45/48`: it can be a whole, and is the part of another.
    """

    text: str
    figure: Figure
    start: int
    end: int
    over: bool = False


class Told(NamedTuple):
    """Represents what was found, with where it begins and ends: a `whole`, or a ratio's `fields`.

    `since` is where the whole stands that a share is of; many shares may be of one.
    """

    start: int
    end: int
    whole: Part | None
    fields: dict[str, str]
    since: int | None = None


def threshold(before: str) -> bool:
    """Return whether what stands before a per cent makes it a bound: `dưới 3%` is no result."""
    return bool(_BOUND.search(before))


def counts(text: str) -> list[Count]:
    """Return the numbers that count something; years, levels, dates and decimals of a date do not."""
    found = []
    for match in _COUNT.finditer(text):
        over = text[match.end() : match.end() + 1] == "/"
        if _NO_COUNT.search(text[max(0, match.start() - 12) : match.start()]):
            continue
        if not _thousands(match[1]) and not _MONEY.match(text, match.end()):
            continue  # a point or an index, which is no part of a whole
        try:
            figure = figures.read(match[1], integer=_thousands(match[1]))
        except ValueError:
            continue
        found.append(Count(match[1], figure, match.start(), match.end(), over))
    return found


def _thousands(text: str) -> bool:
    """Return whether a mark parts thousands: exactly three digits behind each."""
    return bool(re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{3}){1,4}|[0-9]+", text))


def told(text: str) -> Iterator[Told]:
    """Yield every whole with its parts, and every part with its share, in a paragraph."""
    known = counts(text)
    yield from _of_all(text)
    of: dict[int, Count] = {}
    first = 0
    for match in _STOP.finditer(text):
        last = first
        while last < len(known) and known[last].start < match.start():
            last += 1
        for whole, parts in _wholes(text, known[first : min(last, first + _MOST)]):
            of.update({part.start: whole for part in parts})
            yield _told(whole, parts)
        first = last
    yield from _shares(text, known, of)


def _of_all(text: str) -> Iterator[Told]:
    """Yield `12 sở trên tổng số 20`, and its per cent where one follows."""
    for match in _OF_ALL.finditer(text):
        after = _SHARE.match(text, match.end())
        if not _whole(match[1]) or not _whole(match[4]) or not (match[3] or after):
            continue
        fields = {"numerator": match[1], "denominator": match[4]}
        end = match.end()
        if after is not None and not threshold(text[match.end() : after.start(1)]):
            fields["per_cent"], end = after[1], after.end()
        if (
            figures.read(match[1], integer=True).number
            <= figures.read(match[4], integer=True).number
        ):
            yield Told(match.start(), end, None, fields)
    for match in _SHARE_OF.finditer(text):
        if _whole(match[1]) and _whole(match[3]):
            fields = {"numerator": match[1], "denominator": match[3], "per_cent": match[2]}
            yield Told(match.start(), match.end(), None, fields)


def _whole(text: str) -> bool:
    return _thousands(text) and int(text.replace(".", "")) > 0


def _shares(text: str, known: Sequence[Count], of: Mapping[int, Count]) -> Iterator[Told]:
    """Yield `1.704 hồ sơ, chiếm tỷ lệ 12%` with the count that it is a share of.

    That is the whole it is known to be part of (`of`), right or wrong; else one before it that fits: that
    of the share before, or the one that fits best.
    """
    latest: Count | None = None
    for place, count in enumerate(known):
        match = _SHARE.match(text, count.end)
        if match is None or count.over or threshold(text[count.end : match.start(1)]):
            continue
        try:
            stated = figures.stated("per_cent", match[1])
        except ValueError:
            continue
        part = count.figure.number
        fits = {
            other: off
            for other in known[max(0, place - _BEFORE) : place]
            if count.start - other.start <= _FAR
            and other.figure.number >= part > 0 == other.figure.places == count.figure.places
            and (off := abs(part / other.figure.number * 100 - stated.number)) <= stated.half
        }
        best = latest if latest in fits else min(fits, key=fits.__getitem__, default=None)
        whole = of.get(count.start, best)
        if whole is not None and not whole.figure.places:
            latest = whole
            fields = {"numerator": count.text, "denominator": whole.text}
            fields["per_cent"] = match[1]
            yield Told(count.start, match.end(), None, fields, whole.start)


def _wholes(text: str, sentence: Sequence[Count]) -> Iterator[tuple[Count, Sequence[Count]]]:
    """Yield the wholes of a sentence: told before their parts, or after them."""
    if len(sentence) < 3:
        return
    used: set[int] = set()
    for match in islice(_MARK.finditer(text, sentence[0].end, sentence[-1].start), 5 * _MOST):
        before = [c for c in sentence if c.end <= match.start() and c.start not in used]
        after = [
            c for c in sentence if c.start >= match.end() and c.start not in used and not c.over
        ]
        found = _fitting(before[::-1][:3], after, match[0].strip(" :,").lower() in _ASSERTED)
        if found is not None:
            whole, parts = found
            used |= {c.start for c in (whole, *parts)}
            yield whole, parts
    for place, whole in enumerate(sentence):
        parts = [c for c in sentence[max(0, place - 2) : place] if c.start not in used]
        if len(parts) < 2 or whole.start in used or _sum(parts) != whole.figure.number:
            continue
        if _TOTAL_BEFORE.search(text[parts[-1].end : whole.start]):
            used |= {c.start for c in (whole, *parts)}
            yield whole, parts


def _fitting(
    wholes: Sequence[Count], counts_: Sequence[Count], asserted: bool
) -> tuple[Count, list[Count]] | None:
    """Return a whole and its parts: those that make it exactly, else all that nearly do."""
    for whole in wholes:
        total = Fraction(0)
        for number, count in enumerate(counts_, 1):
            total += count.figure.number
            if total == whole.figure.number and number > 1:
                return whole, list(counts_[:number])
            if total > whole.figure.number:
                break
    if asserted and wholes and len(counts_) > 1:
        whole = wholes[0]
        off = abs(_sum(counts_) - whole.figure.number)
        if off <= whole.figure.number * _NEAR:
            return whole, list(counts_)
    return None


def _sum(parts: Sequence[Count]) -> Fraction:
    return sum((part.figure.number for part in parts), Fraction(0))


def _told(whole: Count, parts: Sequence[Count]) -> Told:
    named = tuple(
        Part(label=str(number), figure=part.figure) for number, part in enumerate(parts, 1)
    )
    places = [whole, *parts]
    return Told(
        min(c.start for c in places),
        max(c.end for c in places),
        Part(label="total", figure=whole.figure, parts=named),
        {},
    )
