"""Find, in a report's sentences, ratios: `179/188 đơn vị, đạt tỷ lệ 95,2%`.

Ranks (9/63), dates (15/12) and document numbers (28/2018) have the shape of a ratio and are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from soccheck.claims.passage import FOOTNOTE, NUMBER, PER_CENT, RATIO, WHOLE, Passage
from soccheck.claims.scan_counts import counts, is_bound
from soccheck.claims.scan_nouns import is_another_rate
from soccheck.claims.scan_told import PER_CENT_BEFORE, SHARE
from soccheck.facts import figures

_PER_CENT_AFTER = re.compile(
    rf"[^.;%\n]{{0,140}}?(?:[;.]? ?(?:[Đđ]ạt|[Tt][ỷỉ] lệ|chiếm)|bằng|tương đương|reach|rate|\(|=|,)"
    rf"[^.;%\n0-9]{{0,30}}({NUMBER}){PER_CENT}"
)
_VERB = re.compile(r"đạt|t[ỷỉ] lệ|chiếm|bằng|tương|=|reach|rate")
_NOUN = re.compile(r"(?:\[footnoteRef:[0-9]{1,4}\])? (?:[^\W\d_])")
_LISTED = re.compile(r"\([0-9]{1,3}\) ?([^;()\n]{1,300}(?:\([^()\n]{1,200}\)[^;()\n]{0,100}){0,3})")
_OTHERS = re.compile(r"\bkhác\b|\.\.\.|…|v\.v|\bothers?\b|\betc\b", re.I)
"""What makes the names of a footnote not all there are."""

_DATE_BEFORE = re.compile(r"(?:ngày|tháng|năm|quý|(?<!có )đến|từ|date|số:?|no\.?)\s*\Z", re.I)
_RANK_BEFORE = re.compile(
    r"(?:thứ|xếp|đứng|nhóm|tốp|phụ lục|biểu|mẫu|top|place|position)\s*\Z", re.I
)
_SERIES_BEFORE = re.compile(r"(?:19|20)[0-9]{2}: ?\Z")
_FRACTION = re.compile(
    r"(?:gần|khoảng|hơn|trên|quá|ít nhất|tối thiểu|about|nearly|at least) [1-9]/[1-9]\Z"
    r"|chiếm [1-4]/[2-5]\Z"
    r"|t[ỷỉ] lệ (?:[^\W\d_]{1,12} ){0,2}(?:[1-4]/[2-5]|50/50|60/40|70/30|1/[0-9.]{1,9})\Z",
    re.I,
)
"""A part told as a fraction, `gần 1/3 cán bộ`, or a scale, `tỷ lệ 1/2.000`: nobody was counted."""

_UNIT = re.compile(
    r" ?(?:giờ|phút|giây|ngày|tuần|tháng|quý|năm|[kKMG]b(?:ps|it|/s)|[KMGT]B|[kM]?VA|[kM]?[WV]|sao"
    r"|số|thời gian|chi phí|kinh phí|diện tích|khối lượng|công việc|quãng đường|dân số"
    r"|hours?|days?|weeks?|months?|years?|stars?)\b"
)
"""What measures: `6/7 ngày`, `300/300 Mbps` and `1/3 thời gian` count nothing that was looked at."""

_DAYS, _MONTHS = 31, 12
_HAS = re.compile(r"(?:\A|[ ,;])(?:có|được|là) \Z", re.I)
"""What makes `13/12 phòng` no day: `có 13/12 phòng`."""

_OF_EACH = re.compile(r"\bcó t[ỷỉ] lệ\b", re.I)
"""What tells how far each of them came: `3/13 trường có tỷ lệ tốt nghiệp 100%`."""

_SIGNS = ("-", "+", "–")
"""What makes the per cent behind it a change: `2/8 indexes decreased: public finance (-0.02%)`."""

_TOLD = re.compile(r"(?:\blà|:) \Z", re.I)
_ENDED = re.compile(r"[,.;](?: |\Z)|\Z")
"""`Số hồ sơ được giải quyết là 1.364/1.520, trong đó ...`: what is counted stands before."""

_OPENED = re.compile(rf"(?:({WHOLE})[^0-9.;()]{{0,60}})?\(\Z")
_CLOSED = re.compile(r"[^()0-9%]{0,40}\) (?!đạt|chiếm|bằng|t[ỷỉ] lệ|tương)[^\W\d_]")
_OF_THEM = re.compile(r"\b(?:toàn bộ|tất cả|t[ỷỉ] lệ)\b[^.;(]*\(\Z", re.I)
_CLOSE = 10
"""Percentage points by which a share of a ratio that only names who was counted may be off."""

_PLAN = re.compile(r"\bvượt\b|kế hoạch|chỉ tiêu", re.I)
_NEAR = 60
"""More than what was planned, `1.500/1.400 lượt, vượt 7,1% kế hoạch`, is not more than all there are."""

_YEAR = re.compile(r"(?:19|20)[0-9]{2}\Z")


def ratios(text: str, notes: Mapping[str, str]) -> Iterator[Passage]:
    """Yield `179/188 đơn vị, đạt tỷ lệ 95,2%`, with the names its footnote lists."""
    for match in RATIO.finditer(text):
        before, after = text[max(0, match.start() - 90) : match.start()], text[match.end() :][:240]
        if _no_ratio(match, before, after):
            continue
        fields = {"numerator": match[1], "denominator": match[2]}
        # Of several ratios in one bracket nobody says which of them the per cent before it tells.
        alone = not RATIO.search(after.partition(")" if before.endswith("(") else ";")[0])
        per_cent = (PER_CENT_BEFORE.search(before) if alone else None) or _told_after(
            match, before, after
        )
        bound = per_cent is not None and is_bound(per_cent[0].partition(per_cent[1])[0])
        if _FRACTION.search(before + match[0]):
            continue
        if per_cent is not None and not bound and not RATIO.search(per_cent[0]):
            fields["per_cent"] = per_cent[1]
        elif not _counts(match, before, after):
            continue
        listed: tuple[str, ...] = ()
        reference = FOOTNOTE.match(after)
        if reference and reference[1] in notes and not _OTHERS.search(notes[reference[1]]):
            listed = tuple(name.strip(" .") for name in _LISTED.findall(notes[reference[1]]))
        yield Passage(
            kind="ratio", start=match.start(), end=match.end(), fields=fields, listed=listed
        )


def _told_after(ratio: re.Match[str], before: str, after: str) -> re.Match[str] | None:
    """Return the per cent behind a ratio; one of something else, `, 87% người dân hài lòng`, is none."""
    told = _PER_CENT_AFTER.match(after)
    if told is None:
        return None
    between = told[0][: told.start(1)]
    if between.endswith(_SIGNS) or _OF_EACH.search(between) or _is_of_a_count(ratio, told, after):
        return None
    if _is_of_the_named(ratio, told[1], before, after):
        return None
    new = _NOUN.match(after, told.end()) and not _VERB.search(re.split("[,(]", between)[-1])
    return None if new or is_another_rate(before, between) else told


def _is_of_a_count(ratio: re.Match[str], told: re.Match[str], after: str) -> bool:
    """Return whether the per cent is told of a count between: `89/90 phiếu, đạt 48, chiếm 51%`."""
    return _off(ratio, told[1]) > 0 and any(
        (share := SHARE.match(after, count.end)) and share.end() == told.end()
        for count in counts(after[: told.start(1)])
    )


def _off(ratio: re.Match[str], per_cent: str) -> Fraction:
    """Return by how many percentage points a per cent misses a ratio, 0 to the precision it is told to."""
    part, whole = (int(number.replace(".", "")) for number in ratio.groups())
    try:
        stated = figures.stated("per_cent", per_cent)
    except ValueError:
        return Fraction(0)  # left to who reads the claim
    off = abs(Fraction(part * 100, whole) - stated.number)
    return off if off > stated.half else Fraction(0)


def _is_of_the_named(ratio: re.Match[str], per_cent: str, before: str, after: str) -> bool:
    """Return whether a per cent is of those whose number a bracket tells: `cấp độ 3 (9/46) ..., đạt 100%`."""
    told = _OPENED.search(before)
    if told is None or told[1] == ratio[1] or not _CLOSED.match(after):
        return False
    off = _off(ratio, per_cent)
    return off > _CLOSE or (off > 0 and _OF_THEM.search(before) is not None)


def _counts(match: re.Match[str], before: str, after: str) -> bool:
    """Return whether a ratio without a per cent counts something; more than all of it is told as wrong."""
    part, whole = (int(number.replace(".", "")) for number in match.groups())
    if part > whole and _PLAN.search(before[-_NEAR:] + after[:_NEAR].partition(". ")[0]):
        return False
    told = part <= whole or part > _DAYS or whole > _MONTHS or _HAS.search(before) is not None
    alone = whole > _DAYS and _TOLD.search(before) and _ENDED.match(after)
    opened = _OPENED.search(before)
    counted = opened is not None and opened[1] == match[1] and after.startswith(")")
    named = _NOUN.match(after) or alone or counted
    return told and bool(named) and not _UNIT.match(after)


def _no_ratio(match: re.Match[str], before: str, after: str) -> bool:
    """Return whether it is a rank, a date, a place in a yearly series or a document's number."""
    near = f"{before[-40:]} {after[:60].partition('%')[0]}".lower()
    return bool(
        "hạng" in near
        or "bậc" in near
        or "rank" in near
        or _RANK_BEFORE.search(before)
        or _DATE_BEFORE.search(before)
        or _SERIES_BEFORE.search(before)
        or _YEAR.match(match[2])
        or int(match[2].replace(".", "")) == 0
    )
