"""Find, in a report's sentences, wholes told with their parts: `6.120 hồ sơ, có 5.004 ... và 1.116 ...`.

Which whole a part belongs to is not written: one is taken only where the figures nearly fit it, so that
a guess is no false alarm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, islice

from soccheck.claims.passage import Passage
from soccheck.claims.scan_counts import Count
from soccheck.claims.scan_nouns import is_same, noun_of
from soccheck.claims.scan_opposites import UNTOLD, are_opposites, are_states
from soccheck.claims.scan_told import SHARE, TIME
from soccheck.facts import figures
from soccheck.model import Part

_MARK = re.compile(
    r"trong đó[:,]?|bao gồm:?|gồm|of which|\b(?:including|includes?)\b|[:;,(]| (?:có|thì|với) ",
    re.I,
)
_SOME = ("including", "include", "includes")
"""Words after which some parts of a whole may be left out: only more than all of it is false."""

_ASSERTED = ("bao gồm", "gồm", "trong đó", "of which", "(", *_SOME)
"""Words after which parts that nearly make the whole are taken for all there are."""

_WEAK = (",", ";", "có", "thì", "với")
"""Marks that stand between any two counts: few things that add up by chance are no whole and parts."""

_CHANGED = re.compile(r"\b(?:tăng|giảm|so với|cùng kỳ)\b", re.I)
"""What tells of another time: `187 vụ, tăng 22 vụ so với cùng kỳ (165 vụ)`."""

_TOTAL_BEFORE = re.compile(
    r"(?:lũy kế|luỹ kế|tổng cộng|tổng số|cộng (?:lại|chung))[^.;0-9]{0,60}\Z", re.I
)
_ADDED = re.compile(r"tổng cộng|cộng (?:lại|chung)", re.I)
_RAISED = re.compile(r"\bnâng\b[^.;0-9]{0,60}\blên \Z", re.I)
"""What makes a total that of the count there was and of what came to it: `nâng tổng số trạm lên`."""
_CARRIED = re.compile(r"\btồn\b|\bkỳ trước\b|\bchuyển (?:sang|qua|kỳ)\b", re.I)
"""What makes a running total that of the counts before it: what was left of the last period is among them."""
_OPENED = re.compile(r"\A(?: [^\W\d_]+){0,4} ?\([^()]*\Z")
_CLOSED = re.compile(r"[^()0-9]{0,40}\)")
_BRACKET = re.compile(r"[()]")
_LABEL = 100
"""Characters before a whole in which it is called a total."""

_STOP = re.compile(r"\.(?=\s|\Z)(?!\s{1,4}(?:trong (?:số )?đó|bao gồm|gồm|of which)\b)|\Z", re.I)
"""Where a sentence ends; one that begins with `Trong đó` goes on with what the one before it tells."""

_NEAR = Fraction(1, 50)
"""How far parts may be off what is still taken for their whole: further off it is another whole's."""

_NEAR_ALIKE = Fraction(1, 10)
"""The same, where each part counts what the whole counts."""

_NEAR_AMONG = Fraction(1, 20)
"""The same, of more than the whole behind `trong đó`: some may be counted in two groups."""

_NEAR_ENCLOSED = Fraction(1, 5)
"""The same, where the whole is called a total and a bracket behind it holds the parts."""

_FEW = 10
_MANY = 100
"""Smaller wholes are made by chance by parts that only a comma opens; from here on they hardly are."""

_REST = re.compile(r"\bcòn lại\b|\bthe rest\b|\bremaining\b", re.I)
_HAS = re.compile(r"(?: [^\W\d_]+){1,2}? (có|chạy|dùng|cài|sử dụng|được)\b", re.I)
"""What each of a group has or does; where another has or does something else, a machine may be of both."""

_LIST = re.compile(r":[^.;:0-9]{0,40}\Z")
"""What opens a list: `1.860 viên chức: tiến sĩ 12 người, ...`."""

_ALL = 100
_MOST = 40
"""Counts of a sentence that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Represents a whole with its parts."""

    whole: Count
    parts: Sequence[Count]

    @property
    def passage(self) -> Passage:
        """The figures as they were told; their parts may be told again, with their shares."""
        parts = tuple(
            Part(label=str(number), figure=part.figure) for number, part in enumerate(self.parts, 1)
        )
        start = min(part.start for part in self.parts)
        return Passage(
            kind="sum",
            start=start,
            end=max(count.end for count in self.parts),
            since=min(start, self.whole.start),
            whole=Part(label="total", figure=self.whole.figure, parts=parts),
            alone=False,
        )


def totals(text: str, counted: Sequence[Count]) -> Iterator[Total]:
    """Yield every whole with its parts, sentence by sentence."""
    first = 0
    for match in _STOP.finditer(text):
        last = first
        while last < len(counted) and counted[last].start < match.start():
            last += 1
        told = counted[first : min(last, first + _MOST)]
        yield from _of_sentence(text, [c for c in told if not _is_none(text, c)])
        first = last


def _is_none(text: str, count: Count) -> bool:
    """Return whether a count is neither a whole nor a part: a time, or how many more there are."""
    return count.change or TIME.match(text, count.end) is not None


def _of_sentence(text: str, sentence: Sequence[Count]) -> Iterator[Total]:
    """Yield the wholes of a sentence: told before their parts, which may be wholes again, or after them."""
    if len(sentence) < 3:
        return
    parts: set[int] = set()
    wholes: set[int] = set()
    for match in islice(_MARK.finditer(text, sentence[0].end, sentence[-1].start), 5 * _MOST):
        mark = match[0].strip(" :,").lower()
        used = wholes if mark in _ASSERTED else wholes | parts
        before = [c for c in sentence if c.end <= match.start() and c.start not in used]
        used = wholes | parts
        after = [c for c in sentence if c.start >= match.end() and c.start not in used]
        total = _fitting(text, before[::-1][:3], _beside(text, match, after), mark)
        if total is not None and (
            match[0].strip() not in _WEAK
            or _is_likely(text, total)
            or are_opposites(text, total.whole, total.parts)
        ):
            wholes.add(total.whole.start)
            parts |= {part.start for part in total.parts}
            yield total
    free = [count for count in sentence if count.start not in wholes | parts]
    for place, whole in enumerate(free):
        told = _TOTAL_BEFORE.search(text[free[place - 1].end : whole.start]) if place > 1 else None
        total = _told_after(text, whole, free[:place], told[0]) if told else None
        if total is not None and not {part.start for part in total.parts} & parts:
            parts |= {part.start for part in total.parts}
            yield total


def _beside(text: str, mark: re.Match[str], after: Sequence[Count]) -> Sequence[Count]:
    """Return the counts behind a mark: in its own bracket, and in no further one if enough are."""
    told: list[tuple[Count, int]] = []
    level, place = 0, mark.end()
    for count in after:
        brackets = [1 if one == "(" else -1 for one in _BRACKET.findall(text, place, count.start)]
        if min(accumulate(brackets, initial=level)) < 0:
            break
        level, place = level + sum(brackets), count.start
        told.append((count, level))
    flat = [count for count, depth in told if depth == 0 and not count.over]
    return flat if len(flat) > 1 else [count for count, _ in told if not count.over]


def _told_after(text: str, whole: Count, before: Sequence[Count], word: str) -> Total | None:
    """Return a whole told behind its parts: that those right before it make, or are said to."""
    carried = _CARRIED.search(text, before[-2].start, whole.start)
    added = _ADDED.match(word)
    raised = len(before) == 2 and _RAISED.search(text, before[-1].end, whole.start)
    last = [before[n:] for n in range(0 if added else len(before) - 2, len(before) - 1)]
    same = [parts for parts in last if all(is_same(text, part, whole) for part in parts)]
    exact = [parts for parts in last if _sum(parts) == whole.figure.number]
    parts = min(exact or same[:1] or last, key=lambda parts: abs(_sum(parts) - whole.figure.number))
    off = abs(_sum(parts) - whole.figure.number)
    ratios = whole.over and all(part.over for part in parts)
    alike = (added and ratios) or (
        (added or raised) and all(is_same(text, part, whole) for part in parts)
    )
    alike = alike or (carried and all(_may_be_same(text, part, whole) for part in parts))
    if off == 0 or (alike and off <= whole.figure.number * _NEAR_ALIKE):
        return Total(whole=whole, parts=parts)
    return None


def _is_likely(text: str, total: Total) -> bool:
    """Return whether parts that make a whole do not by chance: there are many, or all are the same thing."""
    whole, parts = total.whole, total.parts
    if _CHANGED.search(text, whole.end, parts[-1].start):
        return False
    if whole.figure.number >= _MANY:
        return True
    if "%" in text[whole.end : parts[0].start] or whole.figure.number < _FEW:
        return False
    return "còn" in text[parts[-2].end : parts[-1].start].lower() or all(
        _may_be_same(text, part, whole) for part in parts
    )


def _may_be_same(text: str, part: Count, whole: Count) -> bool:
    return not noun_of(text, part) or is_same(text, part, whole)


def _fitting(
    text: str, wholes: Sequence[Count], counted: Sequence[Count], mark: str
) -> Total | None:
    """Return a whole and its parts: those that make it exactly, else all that nearly do."""
    for whole in wholes:
        total = Fraction(0)
        for number, count in enumerate(counted, 1):
            total += count.figure.number
            if total == whole.figure.number and number > 1 and count.figure.number:
                return Total(whole=whole, parts=counted[:number])
            if total > whole.figure.number:
                break
    if wholes and len(counted) > 1:
        whole = next((w for w in wholes if all(is_same(text, c, w) for c in counted)), wholes[0])
        of = [counted[:number] for number in range(2, len(counted) + 1)]
        counted = min(of, key=lambda parts: abs(_sum(parts) - whole.figure.number))
        off = abs(_sum(counted) - whole.figure.number)
        alike = all(is_same(text, part, whole) for part in counted)
        if _is_left(text, whole, counted) or _may_overlap(text, counted):
            return None
        if _tell_others(text, whole, counted):
            return None
        less = _sum(counted) < whole.figure.number
        if less and (mark in _SOME or UNTOLD.match(text, counted[-1].end)):
            return None
        opened = _LIST.search(text[whole.end : counted[0].start]) is not None
        listed = (len(counted) > 2 and opened) or mark == "với"
        enclosed = alike and _is_enclosed(text, whole, counted)
        listed = listed or are_states(text, whole, counted)
        rest = alike and listed and _REST.search(text[counted[-2].end : counted[-1].start])
        near = (_NEAR_ENCLOSED if enclosed or rest else _NEAR_ALIKE) if alike else _NEAR
        if are_opposites(text, whole, counted):
            near, listed, alike = _NEAR_ALIKE, True, True
        more = mark == "trong đó" and _sum(counted) > whole.figure.number
        near = min(near, _NEAR_AMONG) if more else near
        if (
            mark in _ASSERTED or enclosed or (alike and listed)
        ) and off <= whole.figure.number * near:
            return Total(whole=whole, parts=counted)
    return None


def _is_left(text: str, whole: Count, parts: Sequence[Count]) -> bool:
    """Return whether a clause behind the first part is of another thing, so that the parts may be told short.

    So `1.150 bản quyền, gồm 200 bản cho máy chủ; 960 máy trạm dùng bản miễn phí`.
    """
    if ";" not in text[parts[0].end : parts[-1].start]:
        return False
    words = [noun_of(text, count).partition(" ")[0] for count in (whole, *parts)]
    return words[0] == words[1] != "" and any(word not in ("", words[0]) for word in words[2:])


def _tell_others(text: str, whole: Count, parts: Sequence[Count]) -> bool:
    """Return whether shares told of all parts make what the parts do and no hundred: there are others.

    A whole that is told again behind its parts is said to be what they make.
    """
    shares = [match for part in parts if (match := SHARE.match(text, part.end))]
    again = whole.text in text[parts[-1].end : parts[-1].end + _LABEL]
    if again or len(shares) < len(parts):
        return False
    try:
        told = [figures.stated("per_cent", match[match.lastindex or 0]) for match in shares]
    except ValueError:
        return True  # nobody can tell what they make: `61.000%`
    made = sum((figure.number for figure in told), Fraction(0))
    return made < _ALL and abs(made - _sum(parts) / whole.figure.number * _ALL) < _ALL - made


def _may_overlap(text: str, parts: Sequence[Count]) -> bool:
    """Return whether groups are told by what they have, each by something else, and none as the rest.

    So `gồm 60 máy chạy Linux và 35 máy có sao lưu`.
    """
    if _REST.search(text, parts[-2].end, parts[-1].start):
        return False
    has = [match[1].lower() for part in parts if (match := _HAS.match(text, part.end))]
    return len(has) == len(parts) and len(set(has)) > 1


def _is_enclosed(text: str, whole: Count, parts: Sequence[Count]) -> bool:
    """Return whether a bracket behind a total holds all its parts: `tổng số: 64 (22 nam, 42 nữ)`."""
    return bool(
        _TOTAL_BEFORE.search(text, max(0, whole.start - _LABEL), whole.start)
        and _OPENED.search(text[whole.end : parts[0].start])
        and _CLOSED.match(text, parts[-1].end)
    )


def _sum(parts: Sequence[Count]) -> Fraction:
    return sum((part.figure.number for part in parts), Fraction(0))
