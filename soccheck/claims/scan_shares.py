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

from soccheck.claims.passage import NUMBER, Passage
from soccheck.claims.scan_counts import Count, is_bound, is_whole
from soccheck.facts import figures
from soccheck.model import Figure

_SHARE = re.compile(
    rf"(?:[^.;%()0-9]|(?<=(?:mức|cấp|.độ|oại) )[0-9]|(?<=[A-Za-z])[0-9]){{0,60}}"
    rf"(?:[,(]? ?(?:chiếm|đạt|tỷ lệ|tỉ lệ|tương ứng)[^.;%0-9]{{0,20}} ({NUMBER}) ?%"
    rf"|\(({NUMBER}) ?%\))",
    re.I,
)
"""`..., chiếm tỷ lệ 12%` or `... (12%)`."""

_OF_ALL = re.compile(
    rf"({NUMBER})(?![0-9%A-Za-z])((?:[^.;%0-9/]|[0-9](?=[A-Z])){{1,60}}?|)"
    r" ?(?:(?:trên|(?:trong|của)(?= tổng số )) (tổng số )?|/ ?(tổng (?:số )?|(?<=[^\W\d_]/)))"
    rf"({NUMBER})(?![0-9/%]|[.,][0-9])",
    re.I,
)
_SHARE_OF = re.compile(
    rf"({NUMBER})[ ,][^.;%0-9/]{{0,60}}(?:chiếm|đạt|bằng)[^.;%0-9]{{0,20}} ({NUMBER}) ?%"
    rf" (?:(?:trong|trên|của) )?tổng (?:số )?(?:[^.;%0-9/()]{{0,60}}\(?)?({NUMBER})(?![0-9/%]|[.,][0-9])",
    re.I,
)
_SHARE_FIRST = re.compile(
    rf"({NUMBER}) ?%[^.;%0-9/()]{{0,60}}(?:tương ứng|tương đương)(?: với)? ({NUMBER}) ?/ ?({NUMBER})"
    r"(?![0-9/%]|[.,][0-9])",
    re.I,
)
"""`96% máy trạm được bảo vệ, tương ứng 1.200/1.320 máy`."""

_CLOSED = re.compile(r"[^.;%()0-9]{0,30}\)")
_OF_SOMETHING_ELSE = re.compile(
    r"[ )]{0,2}(?:so với|kế hoạch|chỉ tiêu|dự toán|mục tiêu|của năm|cùng kỳ|KH\b)", re.I
)
"""What follows a per cent that is no share of a whole: `98% kế hoạch`, `tăng ... 12% so với cùng kỳ`."""

_CLAUSE = re.compile(r"[;.](?=\s|\Z)")
_STOP = re.compile(r"\.(?=\s|\Z)")
_NOUN = re.compile(r"(?: (?!trên\b|và\b|có\b|trong\b)[^\W\d_]+){1,2}")
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


def share_first(text: str) -> Iterator[Passage]:
    """Yield `96% máy trạm, tương ứng 1.200/1.320 máy`."""
    for match in _SHARE_FIRST.finditer(text):
        per_cent, part, whole = match.groups()
        if _counts(part) and _counts(whole):
            fields = {"numerator": part, "denominator": whole, "per_cent": per_cent}
            yield Passage(kind="ratio", start=match.start(), end=match.end(), fields=fields)


def out_of(text: str) -> Iterator[Passage]:
    """Yield `12 sở trên tổng số 20`, its per cent behind it or between the two."""
    for match in _OF_ALL.finditer(text):
        after = _SHARE.match(text, match.end())
        part, _, explicit, slashed, whole = match.groups()
        if after is None and (closed := _CLOSED.match(text, match.end())):
            after = _SHARE.match(
                text, closed.end()
            )  # `150 cán bộ (trong tổng số 200 cán bộ), đạt 75%`
        if not (_counts(part) and _counts(whole)) or not (explicit or slashed or after):
            continue
        fields, end = {"numerator": part, "denominator": whole}, match.end()
        if after is not None and not is_bound(
            text[match.end() : after.start(after.lastindex or 0)]
        ):
            fields["per_cent"], end = after[after.lastindex or 0], after.end()
        if _number(part) <= _number(whole):
            yield Passage(kind="ratio", start=match.start(), end=end, fields=fields)
    for match in _SHARE_OF.finditer(text):
        part, per_cent, whole = match.groups()
        if _counts(part) and _counts(whole):
            fields = {"numerator": part, "denominator": whole, "per_cent": per_cent}
            yield Passage(kind="ratio", start=match.start(), end=match.end(), fields=fields)


def _counts(text: str) -> bool:
    return is_whole(text) and _number(text) > 0


def _number(text: str) -> int:
    return int(text.replace(".", "")) if is_whole(text) else 0


def shares(text: str, counted: Sequence[Count], whole_of: Mapping[int, Count]) -> Iterator[Passage]:
    """Yield every part with its share; `whole_of` are the wholes already known, by where a part begins."""
    told = list(_told(text, counted))
    sure: list[Count | None] = []
    for share in told:
        latest = next((whole for whole in reversed(sure) if whole), None)
        sure.append(whole_of.get(share.part.start) or _fitting(share, latest))
    for place, share in enumerate(told):
        whole = sure[place] or _missed(text, share, told, sure)
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
        match = _SHARE.match(text, part.end)
        if (
            match is None
            or part.over
            or is_bound(text[part.end : match.start(match.lastindex or 0)])
        ):
            continue
        try:
            written = match[match.lastindex or 0]
            stated = figures.stated("per_cent", written)
        except ValueError:
            continue
        before = counted[max(0, place - _BEFORE) : place]
        yield _Share(
            part=part,
            stated=stated,
            written=written,
            end=match.end(),
            candidates=[whole for whole in before if _can_be_of(part, whole)],
        )


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


def _missed(
    text: str, share: _Share, told: Sequence[_Share], sure: Sequence[Count | None]
) -> Count | None:
    """Return the whole of a share that no count fits: what is told there is false.

    It can be the one whole that the other shares of its sentence are of, the only count of its own clause,
    or the one count of its sentence that counts the same thing; and only where the share nearly is its
    ratio, or both count the same thing. Of several it is that of the other shares where the share nearly is
    its ratio, else the one that is missed least.
    """
    if _OF_SOMETHING_ELSE.match(text, share.end):
        return None
    clause = _begin(_CLAUSE, text, share.part.start)
    begin = _begin(_STOP, text, share.part.start)
    stop = _STOP.search(text, share.end)
    end = stop.start() if stop else len(text)
    noun = _noun(text, share.part)
    alike = [whole for whole in share.candidates if _is_same(noun, _noun(text, whole))]
    of_others = [
        whole
        for other, whole in zip(told, sure, strict=True)
        if whole and begin <= other.part.start < end and whole in share.candidates
    ]
    if len({whole.start for whole in of_others}) == 1 and share.off(of_others[0]) <= _NEAR:
        return of_others[0]
    possible = [
        wholes[0]
        for wholes in (
            of_others,
            [whole for whole in share.candidates if whole.start >= clause],
            [whole for whole in alike if whole.start >= begin and share.off(whole) <= _NEAR],
        )
        if len({whole.start for whole in wholes}) == 1
    ]
    likely = [whole for whole in possible if whole in alike or share.off(whole) <= _NEAR]
    return min(likely, key=share.off, default=None)


def _begin(pattern: re.Pattern[str], text: str, position: int) -> int:
    """Return where the clause or the sentence around a position begins."""
    ends = [match.end() for match in pattern.finditer(text, max(0, position - _FAR), position)]
    return ends[-1] if ends else 0


def _is_same(noun: str, other: str) -> bool:
    """Return whether two counts count the same thing: `máy` after `máy trạm` is that."""
    if not noun or not other:
        return False
    return f"{noun} ".startswith(f"{other} ") or f"{other} ".startswith(f"{noun} ")


def _noun(text: str, count: Count) -> str:
    """Return the one or two syllables behind a count, which say what is counted."""
    match = _NOUN.match(text, count.end)
    return match[0].lower() if match else ""
