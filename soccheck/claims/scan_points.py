"""Find, in a report's sentences, points kept and lost, and what rose or fell by how much."""

from __future__ import annotations

import re
from collections.abc import Iterator

from soccheck.claims.differences import is_difference, is_near
from soccheck.claims.passage import NUMBER, PER_CENT, Passage
from soccheck.claims.scan_counts import SCALE, plain

_POINT = (
    r"(?:điểm(?! (?:yếu|cầu|tiếp|giao|bưu|trường|truy|kết|phát|phục|đo|bán|đen|công|dân|thu|trạm|đặt|lắp"
    r"|quan|kiểm|nghẽn|nóng|hỗ|dịch|sinh|du)\b)|points?)"
)
"""What is scored, and no place: `27/29 điểm tiếp nhận`, `14/20 điểm yếu`."""

_SCORE = re.compile(
    rf"(?<![0-9A-Za-zÀ-ỹ/.,-])({NUMBER}) ?{_POINT}? ?/ ?({NUMBER}) ?{_POINT}"
    rf"(?:(?: ?\(|, )(?:mất|(?:bị )?trừ|lost) ({NUMBER}) ?{_POINT}?)?"
)
_CHANGE = re.compile(
    rf"(tăng|giảm|tụt|up|down) (?:thêm )?({NUMBER}) (điểm|hạng|bậc|points?|places?)", re.I
)
_RANK = re.compile(
    r"hạng (?:thứ )?([0-9]{1,4})(?:/([0-9]{1,4}))?(?![0-9./])|([0-9]{1,4})/([0-9]{1,4})"
)
_POINTS = re.compile(rf"(?<![/0-9.,])({NUMBER}) ?{_POINT}")
_SINCE = re.compile(
    rf"(?<![0-9.,/])({NUMBER}) ?(%?)(?: [^\W\d_]{{1,12}}){{0,6}},? (tăng|giảm|cao hơn|thấp hơn) ({NUMBER}) ?"
    rf"(%(?! điểm)|[^\W\d_]{{1,12}})[^.;()0-9]{{0,30}}so với [^.;()]{{0,40}}"
    rf"\(({NUMBER}) ?%?(?: ?[^\W\d_]{{1,12}}){{0,3}}\)",
    re.I,
)
_YEAR = r"(?: (?:19|20)[0-9]{2})?"
_FROM_TO = re.compile(
    rf"từ ({NUMBER})(?: ?%| [^\W\d_]{{2,12}}){{0,3}}{_YEAR} (?:xuống|lên)(?: còn| đến)? ({NUMBER})"
    rf"(?: ?%| [^\W\d_]{{2,12}}){{0,3}}{_YEAR},? \(?(tăng|giảm) ({NUMBER})(?![0-9]|[.,][0-9]| lần\b)",
    re.I,
)
_OVER = re.compile(
    rf"\b(?:(tăng|nhiều hơn)|giảm|ít hơn)(?: {NUMBER}(?: [^\W\d_]{{1,12}}){{1,3}} ?=)? ({NUMBER}){PER_CENT}"
    rf" ?\(({NUMBER}) ?/ ?({NUMBER})(?: [^\W\d_]{{1,12}}){{0,3}}\)",
    re.I,
)
"""`giảm 6% (3.290/3.500 vụ)`, `ít hơn 9 vụ = 4% (216/225 vụ)`: what there is over what there was."""

_OTHER = re.compile(r"\A[^()]*\)|chỉ số|tiêu chí", re.I)
"""Where what is told of a change ends: with its bracket, or where another figure is named."""

_PER_CENT = re.compile(PER_CENT)
_OUT_OF = re.compile(
    rf"(?<![0-9.,/])({NUMBER}) điểm trên (?:thang )?(?:điểm )?(?:tối đa )?({NUMBER}) điểm"
    rf"(?:,? (?:bị trừ|mất|lost) ({NUMBER}) điểm)?",
    re.I,
)


def scores(text: str) -> Iterator[Passage]:
    """Yield `0,5/1 điểm (mất 0,5 điểm)` and `1,5 điểm trên thang điểm 2 điểm`."""
    for match in (*_SCORE.finditer(text), *_OUT_OF.finditer(text)):
        points, maximum, lost = match.groups()
        fields = {"points": points, "maximum": maximum}
        if lost:
            fields["lost"] = lost
        yield Passage(kind="score", start=match.start(), end=match.end(), fields=fields)


def changes(text: str) -> Iterator[Passage]:
    """Yield what rose or fell, told in one go or with its figures somewhere around."""
    for match in _SINCE.finditer(text):
        now, of_all, word, amount, unit, then = match.groups()
        if (unit == "%" and not of_all) or not _is_in_one_scale(match, 6, 1, 4):
            continue  # a part of what it was, and no difference
        if not of_all and not unit.lower().startswith("điểm"):
            now, amount, then = plain(now), plain(amount), plain(then)
        # What it is now may be told as a share, too.
        grows = word.lower() in ("tăng", "cao hơn")
        yield _change(match, then, now, amount, grows=grows, alone=not of_all)
    for match in _FROM_TO.finditer(text):
        then, now, word, amount = match.groups()
        grows, per_cent = word.lower() == "tăng", _PER_CENT.match(text, match.end())
        if ("%" not in match[0] and per_cent) or not _is_in_one_scale(match, 1, 2, 4):
            continue  # a part of what it was, and no difference
        if per_cent and is_difference(then, now, f"{'' if grows else '-'}{amount}%"):
            amount += "%"  # `từ 12% xuống 9%, giảm 25%`: of what it was, too
        yield _change(match, then, now, amount, grows=grows)
    yield from (passage for passage, _ in over(text))
    for match in _CHANGE.finditer(text):
        word, amount, unit = match.groups()
        in_points = unit.lower().startswith(("điểm", "point"))
        last = _last(text[max(0, match.start() - 250) : match.start()], in_points)
        first = _first(_OTHER.split(text[match.end() : match.end() + 250], 1)[0], in_points)
        if last is not None and first is not None:
            # A better rank is a smaller number.
            grows = (word.lower() in ("tăng", "up")) == in_points
            # Its figures stand around it, and may be a score, too.
            yield _change(match, first, last, amount, grows=grows, alone=False)


def over(text: str) -> Iterator[tuple[Passage, int]]:
    """Yield each growth with what there is over what there was behind it, and where these end; no share."""
    for match in _OVER.finditer(text):
        up, amount, now, then = match[1], match[2], plain(match[3]), plain(match[4])
        if is_near(then, now, f"{'' if up else '-'}{amount}%"):
            yield _change(match, then, now, f"{amount}%", grows=up is not None), match.end(4)


def _is_in_one_scale(match: re.Match[str], *groups: int) -> bool:
    """Return whether figures are told in one scale: `412.500 văn bản, tăng 12,5 nghìn văn bản` is not.

    The first may leave it out: `từ 1.350 lên 1.512 tỷ đồng`.
    """
    told = (SCALE.match(match.string, match.end(group)) for group in groups)
    first, *others = (scale and scale[1].lower() for scale in told)
    return len(set(others)) == 1 and first in (None, others[0])


def _change(
    match: re.Match[str], then: str, now: str, amount: str, *, grows: bool, alone: bool = True
) -> Passage:
    fields = {"from": then, "to": now, "change": amount if grows else f"-{amount}"}
    return Passage(
        kind="difference", start=match.start(), end=match.end(), fields=fields, alone=alone
    )


def _last(before: str, in_points: bool) -> str | None:
    if in_points:
        told = list(_SCORE.finditer(before)) or list(_POINTS.finditer(before))
        return told[-1][1] if told else None
    ranks = list(_RANK.finditer(before))
    return (ranks[-1][1] or ranks[-1][3]) if ranks else None


def _first(after: str, in_points: bool) -> str | None:
    match = (_POINTS if in_points else _RANK).search(after)
    if match is None:
        return None
    return match[1] if in_points else (match[1] or match[3])
