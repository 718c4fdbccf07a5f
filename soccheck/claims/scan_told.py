"""Find, in a report's sentences, the counts that a per cent is told of, and what could be their wholes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from soccheck.claims.passage import NUMBER, PER_CENT, Passage
from soccheck.claims.scan_counts import Count, in_full, is_bound
from soccheck.facts import figures
from soccheck.model import Figure

_LASTING = r" (?:phút|giờ|ngày|tháng|năm|lần|cấp|lớp|bên)\b"
SHARE = re.compile(
    rf"(?:[^.;%()0-9]|(?:(?<=(?:mức|cấp|.độ|oại) )|(?<=[A-Za-z]))[0-9](?!{_LASTING})|[0-9](?=[A-Z])"
    rf"|(?<![A-Za-z0-9])[0-9]{{1,3}}(?={_LASTING})){{0,120}}"
    rf"(?:[,(]? ?(?:chiếm|đạt|bằng|tỷ lệ|tỉ lệ|tương ứng|tương đương|ứng với|tức"
    rf"|accounting for|reaching|representing|achieving|rate of)[^.;%0-9]{{0,20}} "
    rf"(?<!tăng )(?<!giảm )({NUMBER}){PER_CENT}"
    rf"|\((?:[≈~] ?|khoảng |chỉ |mới đạt |only |just )?({NUMBER}){PER_CENT}"
    r"(?: (?!so với|kế hoạch|chỉ tiêu|cùng kỳ|năm)[^()0-9%]{1,40})?\)"
    rf"|, ?(?:or|i\.e\.|that is) ({NUMBER}){PER_CENT})",
    re.I,
)
"""`..., chiếm tỷ lệ 12%` or `... (12%)`."""

TIME = re.compile(
    r" (?:giây|phút|giờ|ngày|tuần|tháng|quý|năm|hours?|days?|weeks?|months?|years?)\b", re.I
)
"""What makes a number behind `trong` no whole: `đạt 95% trong 6 tháng`."""

_AS_MANY = r"(?:tương ứng|tương đương|ứng với|tức|cụ thể|với|là|or|that is)(?: với| là| có)?:? "
RISE = r"increase|rise|growth|gain|jump|(?:up)?surge"
FALL = r"drop|decrease|decline|reduction|fall"
GROWN = rf"{RISE}|{FALL}|more|fewer|higher|lower|over|up|down"
"""What makes the per cent before it the size of a change."""

PER_CENT_BEFORE = re.compile(
    rf"(?<!tăng )(?<!giảm )(?<!vượt )(?<![0-9.,])({NUMBER}){PER_CENT}(?! ?(?:so với|chỉ tiêu|{GROWN}))"
    rf"(?:(?: kế hoạch)?[, ][^.;%()0-9]{{0,60}}(?:năm (?:19|20)[0-9]{{2}})?)? ?"
    rf"(?:\( ?(?:{_AS_MANY})?|(?<=[ :])(?!với ){_AS_MANY})(?:khoảng )?\Z",
    re.I,
)
"""`đạt 97% (` and `96% máy trạm, tương ứng ` before the ratio it tells."""

_PLAN = re.compile(
    r"(?:kế hoạch|chỉ tiêu|mục tiêu|dự toán)[^.;%0-9()]{0,25}(?:(?:19|20)[0-9]{2} ?)?\(?\Z", re.I
)
_THEN_PART = re.compile(
    rf"(?:chiếm|đạt|tỷ lệ|tỉ lệ) ({NUMBER}){PER_CENT}, ?"
    r"(?:tương ứng|tương đương|ứng với|tức)(?: với| là)? \Z",
    re.I,
)
"""`dịch vụ toàn trình chiếm 57,5%, tương ứng ` before its part."""

_IN_BRACKETS = re.compile(r"[^.;%()0-9]{0,30}\)")
_GREW = re.compile(r"\b(?:tăng|giảm)(?: thêm| khoảng)? ?\Z", re.I)
"""What makes the per cent behind it the size of a change."""

_ALL_LAST = re.compile(
    rf"(?:trong|trên|của|so với) tổng(?: số)?(?: [^\W\d_]+){{0,6}}:? ({NUMBER})(?![0-9/%]|[.,][0-9])",
    re.I,
)
"""The whole told behind its parts: `12 hệ thống (20%), 33 hệ thống (55%) ... trên tổng số 60`."""

_OF_IT = re.compile(
    r"\btrong (?:(?:tổng )?số|đó|này)\b|\b(?:gồm|of which|of these|of them)\b|[:.](?![0-9])", re.I
)
_LEFT = re.compile(r"(?: [^\W\d_]+){1,4}? còn lại\b", re.I)
_LEFT_BEFORE = re.compile(r"\bcòn (?:lại )?(?:là |có )?\Z", re.I)

CLAUSE = re.compile(r"[;.](?=\s|\Z)")
STOP = re.compile(r"\.(?=\s|\Z)")
_BEFORE, FAR = 6, 400
"""Counts before a part, and characters, within which its whole is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldShare:
    """Represents a part told with a per cent, and the counts before it that could be its whole.

    `under` are wholes of ratios: it is of one of them only where it fits.
    """

    part: Count
    stated: Figure
    written: str
    end: int
    candidates: Sequence[Count]
    under: Sequence[Count]

    def off(self, whole: Count) -> Fraction:
        """Return by how many percentage points the share misses that of a whole."""
        return abs(self.part.figure.number / whole.figure.number * 100 - self.stated.number)

    def fits(self, whole: Count) -> bool:
        """Return whether the share is the ratio, to the precision it is stated to."""
        return self.off(whole) <= self.stated.half


def told_shares(
    text: str, counted: Sequence[Count], ratios: Sequence[Passage]
) -> Iterator[ToldShare]:
    """Yield the counts that a per cent is told of; what is left is no share of another part."""
    under = list(wholes_of_ratios(text, ratios))
    read = [passage for passage in ratios if "per_cent" in passage.fields]
    taken = {passage.start for passage in read}
    for place, part in enumerate(counted):
        written, end = _per_cent_of(text, part)
        if any(one.start < part.start < end <= one.end for one in read):
            continue  # the whole of a ratio, whose share this is
        if not written or part.over or TIME.match(text, part.end) or part.change:
            continue
        try:
            stated = figures.stated("per_cent", written)
        except ValueError:
            continue
        rest = is_left(text, part)
        around = [*counted[max(0, place - _BEFORE) : place], *_told_last(text, part, counted)]
        if in_full(text, part) is part:
            around = [in_full(text, whole) for whole in around]
        yield ToldShare(
            part=part,
            stated=stated,
            written=written,
            end=end,
            candidates=[
                w
                for w in around
                if can_be_of(part, w)
                and not is_planned(text, w)
                and not (rest and w.start in taken)
            ],
            under=[whole for whole in under if whole.end <= part.start and can_be_of(part, whole)],
        )


def is_linked(text: str, whole: Count, part: Count) -> bool:
    """Return whether a part is said to be of what has a share of its own: `93 xã (75%), trong đó 31`."""
    return _OF_IT.search(text, whole.end, part.start) is not None


def is_left(text: str, part: Count) -> bool:
    """Return whether a count is told as what is left: `16 bộ còn lại`."""
    before = text[max(0, part.start - 20) : part.start]
    return bool(_LEFT_BEFORE.search(before) or _LEFT.match(text, part.end))


def is_planned(text: str, whole: Count) -> bool:
    """Return whether a count is a plan told in brackets: `đạt 49,85% kế hoạch năm (1.300 đảng viên)`."""
    return _PLAN.search(text[max(0, whole.start - 40) : whole.start]) is not None


def _told_last(text: str, part: Count, counted: Sequence[Count]) -> Sequence[Count]:
    """Return the whole that the sentence of a part ends with."""
    stop = STOP.search(text, part.end)
    behind = _ALL_LAST.search(
        text, part.end, min(part.end + FAR, stop.start() if stop else len(text))
    )
    return [whole for whole in counted if behind is not None and whole.start == behind.start(1)]


def _per_cent_of(text: str, part: Count) -> tuple[str, int]:
    """Return the per cent told of a count, behind it or, in `78% (61 xã)`, before it; and where that ends."""
    if match := SHARE.match(text, part.end):
        told = match.start(match.lastindex or 0)
        between = text[part.end : told]
        bound = is_bound(between, text[match.end() :][:12]) or _GREW.search(between)
        return ("" if bound else match[match.lastindex or 0]), match.end()
    if match := _THEN_PART.search(text, max(0, part.start - 60), part.start):
        return match[1], part.end
    before = PER_CENT_BEFORE.search(text, max(0, part.start - 90), part.start)
    closed = _IN_BRACKETS.match(text, part.end)
    if (
        before is None
        or closed is None
        or is_bound(text[max(0, before.start() - 10) : before.start()])
    ):
        return "", part.end
    return before[1], closed.end()


def can_be_of(part: Count, whole: Count) -> bool:
    """Return whether a count can be the whole of a part: both whole numbers, not far apart."""
    if part.figure.places or whole.figure.places:
        return False
    near = part.start - whole.start <= FAR
    return near and 0 < part.figure.number <= whole.figure.number


def wholes_of_ratios(text: str, ratios: Sequence[Passage]) -> Iterator[Count]:
    """Yield the wholes of ratios that were read, but for what was planned."""
    for passage in ratios:
        written = passage.fields.get("denominator")
        planned = _PLAN.search(text[: passage.end].rstrip(")0123456789. "))
        if written is not None and planned is None:
            figure = figures.stated("denominator", written)
            yield Count(text=written, figure=figure, start=passage.start, end=passage.end)


def sentence_begin(pattern: re.Pattern[str], text: str, position: int) -> int:
    """Return where the clause or the sentence around a position begins."""
    ends = [match.end() for match in pattern.finditer(text, max(0, position - FAR), position)]
    return ends[-1] if ends else 0


def sentence_end(text: str, position: int) -> int:
    """Return where the sentence around a position ends."""
    stop = STOP.search(text, position, position + FAR)
    return stop.start() if stop else len(text)


def is_of_an_untold_whole(others: Sequence[ToldShare]) -> bool:
    """Return whether shares of a sentence that fit no count told are all of one other number.

    So of 94 delegates, who are not told: `72 phiếu, chiếm 76,6%; 12, chiếm 12,77%; 6, chiếm 6,38%`.
    """
    low, high = Fraction(0), Fraction(10**12)
    for one in others:
        number, half = one.part.figure.number, one.stated.half
        low = max(low, number * 100 / (one.stated.number + half))
        if one.stated.number > half:
            high = min(high, number * 100 / (one.stated.number - half))
    return len(others) > 1 and low <= int(high)
