"""Find, in a report's sentences, parts told with their share: `1.704 hồ sơ, chiếm tỷ lệ 12%`.

Which whole a part belongs to is not written. It is taken from what the report says around it, in this
order: the whole whose part it is known to be; the one whose ratio the share is; the one that the shares
beside it are of; the one count of its own clause. The last two show a share that is false, so that they
ask for a near miss, or for the same thing counted: any other count may be another thing's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from soccheck.claims.passage import NUMBER, PER_CENT, Passage
from soccheck.claims.scan_counts import Count, is_bound
from soccheck.claims.scan_nouns import is_label, is_rate_of_each, is_same
from soccheck.facts import figures
from soccheck.model import Figure

_LASTING = r" (?:phút|giờ|ngày|tháng|năm|lần|cấp|lớp|bên)\b"
SHARE = re.compile(
    rf"(?:[^.;%()0-9]|(?:(?<=(?:mức|cấp|.độ|oại) )|(?<=[A-Za-z]))[0-9](?!{_LASTING})|[0-9](?=[A-Z])"
    rf"|(?<![A-Za-z0-9])[0-9]{{1,3}}(?={_LASTING})){{0,120}}"
    rf"(?:[,(]? ?(?:chiếm|đạt|bằng|tỷ lệ|tỉ lệ|tương ứng|tương đương|ứng với|tức)[^.;%0-9]{{0,20}}"
    rf" ({NUMBER}){PER_CENT}|\((?:[≈~] ?|khoảng )?({NUMBER}){PER_CENT}\)"
    rf"|, ?(?:or|i\.e\.|that is) ({NUMBER}){PER_CENT})",
    re.I,
)
"""`..., chiếm tỷ lệ 12%` or `... (12%)`."""

TIME = re.compile(
    r" (?:giây|phút|giờ|ngày|tuần|tháng|quý|năm|hours?|days?|weeks?|months?|years?)\b", re.I
)
"""What makes a number behind `trong` no whole: `đạt 95% trong 6 tháng`."""

PER_CENT_BEFORE = re.compile(
    rf"(?<!tăng )(?<!giảm )({NUMBER}){PER_CENT}(?! ?(?:so với|kế hoạch|chỉ tiêu))"
    r"(?: [^.;%()0-9]{0,60}(?:năm (?:19|20)[0-9]{2})?)? ?\( ?(?:khoảng )?\Z"
)
"""`đạt 97% (` before the ratio it tells."""

_IN_BRACKETS = re.compile(r"[^.;%()0-9]{0,30}\)")
_OF_SOMETHING_ELSE = re.compile(
    r"[ )]{0,2}(?:so với|kế hoạch|chỉ tiêu|dự toán|mục tiêu|của năm|cùng kỳ|KH\b)", re.I
)
"""What follows a per cent that is no share of a whole: `98% kế hoạch`, `tăng ... 12% so với cùng kỳ`."""

_GREW = re.compile(r"\b(?:tăng|giảm)(?: thêm| khoảng)? ?\Z", re.I)
"""What makes the per cent behind it the size of a change."""

_ALL_LAST = re.compile(
    rf"(?:trong|trên|của|so với) tổng(?: số)?(?: [^\W\d_]+){{0,6}}:? ({NUMBER})(?![0-9/%]|[.,][0-9])",
    re.I,
)
"""The whole told behind its parts: `12 hệ thống (20%), 33 hệ thống (55%) ... trên tổng số 60`."""

_CLAUSE = re.compile(r"[;.](?=\s|\Z)")
_STOP = re.compile(r"\.(?=\s|\Z)")
_BESIDE = 20
"""Shares on either side that are looked at."""

_BEFORE, _FAR = 6, 400
"""Counts before a part, and characters, within which its whole is looked for."""

_NEAR = Fraction(5)
"""Percentage points by which a share may miss a whole's ratio and still be told of that whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Share:
    """Represents a part told with a per cent, and the counts before it that could be its whole."""

    part: Count
    stated: Figure
    written: str
    end: int
    candidates: Sequence[Count]

    def off(self, whole: Count) -> Fraction:
        """Return by how many percentage points the share misses that of a whole."""
        return abs(self.part.figure.number / whole.figure.number * 100 - self.stated.number)

    def fits(self, whole: Count) -> bool:
        """Return whether the share is the ratio, to the precision it is stated to."""
        return self.off(whole) <= self.stated.half


def shares(text: str, counted: Sequence[Count], whole_of: Mapping[int, Count]) -> Iterator[Passage]:
    """Yield every part with its share; `whole_of` are the wholes already known, by where a part begins."""
    told = list(_told(text, counted))
    sure: list[Count | None] = []
    for share in told:
        latest = next((whole for whole in reversed(sure) if whole), None)
        sure.append(whole_of.get(share.part.start) or _fitting(share, latest))
    for place, share in enumerate(told):
        around = slice(max(0, place - _BESIDE), place + _BESIDE)
        beside = list(zip(told[around], sure[around], strict=True))
        whole = sure[place] or _missed(text, share, beside)
        if whole is None or whole.figure.places:
            continue
        fields = {
            "numerator": share.part.text,
            "denominator": whole.text,
            "per_cent": share.written,
        }
        yield Passage(
            kind="ratio", start=share.part.start, end=share.end, fields=fields, since=whole.start
        )


def _told(text: str, counted: Sequence[Count]) -> Iterator[_Share]:
    """Yield the counts that a per cent is told of."""
    for place, part in enumerate(counted):
        written, end = _per_cent_of(text, part)
        if not written or part.over or TIME.match(text, part.end):
            continue
        try:
            stated = figures.stated("per_cent", written)
        except ValueError:
            continue
        around = [*counted[max(0, place - _BEFORE) : place], *_told_last(text, part, counted)]
        yield _Share(
            part=part,
            stated=stated,
            written=written,
            end=end,
            candidates=[whole for whole in around if _can_be_of(part, whole)],
        )


def _told_last(text: str, part: Count, counted: Sequence[Count]) -> Sequence[Count]:
    """Return the whole that the sentence of a part ends with."""
    stop = _STOP.search(text, part.end)
    behind = _ALL_LAST.search(
        text, part.end, min(part.end + _FAR, stop.start() if stop else len(text))
    )
    return [whole for whole in counted if behind is not None and whole.start == behind.start(1)]


def _per_cent_of(text: str, part: Count) -> tuple[str, int]:
    """Return the per cent told of a count, behind it or, in `78% (61 xã)`, before it; and where that ends."""
    if match := SHARE.match(text, part.end):
        told = match.start(match.lastindex or 0)
        between = text[part.end : told]
        bound = is_bound(between, text[match.end() :][:12]) or _GREW.search(between)
        return ("" if bound else match[match.lastindex or 0]), match.end()
    before = PER_CENT_BEFORE.search(text, max(0, part.start - 90), part.start)
    closed = _IN_BRACKETS.match(text, part.end)
    if (
        before is None
        or closed is None
        or is_bound(text[max(0, before.start() - 10) : before.start()])
    ):
        return "", part.end
    return before[1], closed.end()


def _can_be_of(part: Count, whole: Count) -> bool:
    """Return whether a count can be the whole of a part: both whole numbers, not far apart."""
    if part.figure.places or whole.figure.places:
        return False
    near = part.start - whole.start <= _FAR
    return near and 0 < part.figure.number <= whole.figure.number


def _fitting(share: _Share, latest: Count | None) -> Count | None:
    """Return the whole whose ratio the share is: that of the share before, or the one that fits best."""
    fitting = [whole for whole in share.candidates if share.fits(whole)]
    return latest if latest in fitting else min(fitting, key=share.off, default=None)


def _missed(text: str, share: _Share, told: Sequence[tuple[_Share, Count | None]]) -> Count | None:
    """Return the whole of a share that no count fits: what is told there is false.

    `told` are the shares around it, each with its whole where that is sure. Where all shares of its
    sentence are of one whole, it is that: the share nearly is its ratio, or the parts make it up. Else
    it can be the only count of its own clause, or the one of its sentence that counts the same thing or is
    told by a label; and only where the share nearly is its ratio, or both count the same thing.
    """
    between = text[share.part.end : share.end]
    if _OF_SOMETHING_ELSE.match(text, share.end) or is_rate_of_each(text, share.part, between):
        return None
    clause = _begin(_CLAUSE, text, share.part.start)
    begin = _begin(_STOP, text, share.part.start)
    stop = _STOP.search(text, share.end, share.end + _FAR)
    end = stop.start() if stop else len(text)
    beside = [(other.part, of) for other, of in told if begin <= other.part.start < end]
    of_others = [whole for _, whole in beside if whole in share.candidates]
    if len({whole.start for whole in of_others if whole}) == 1 and (whole := of_others[0]):
        made_up = sum(part.figure.number for part, _ in beside)
        if share.off(whole) <= _NEAR or made_up == whole.figure.number:
            return whole
    here = [whole for whole in share.candidates if whole.start >= begin]
    shared = {part.start for part, _ in beside}
    alike = [
        whole
        for whole in share.candidates
        if is_same(text, share.part, whole) and (whole.start >= clause or whole.start not in shared)
    ]
    possible = [
        wholes[0]
        for wholes in (
            [whole for whole in of_others if whole],
            [whole for whole in here if whole.start >= clause],
            [w for w in here if w in alike and (share.off(w) <= _NEAR or len(here) == 1)],
            [whole for whole in here if is_label(text, whole)],
        )
        if len({whole.start for whole in wholes}) == 1
    ]
    likely = [whole for whole in possible if whole in alike or share.off(whole) <= _NEAR]
    return min(likely, key=share.off, default=None)


def _begin(pattern: re.Pattern[str], text: str, position: int) -> int:
    """Return where the clause or the sentence around a position begins."""
    ends = [match.end() for match in pattern.finditer(text, max(0, position - _FAR), position)]
    return ends[-1] if ends else 0
