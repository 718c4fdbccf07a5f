"""Find, in a report's sentences, parts told of all: `12 sở trên tổng số 20`, `chiếm 60% trong số 20`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from soccheck.claims.passage import NUMBER, PER_CENT, Passage
from soccheck.claims.scan_counts import (
    MEASURED,
    Count,
    is_bound,
    is_count,
    is_whole,
    is_year,
    number_of,
)
from soccheck.claims.scan_told import PER_CENT_BEFORE, SHARE, TIME
from soccheck.facts import figures

_OF_ALL = re.compile(
    rf"({NUMBER})(?![0-9%A-Za-z])((?:[^.;%0-9/]|[0-9](?=[A-Z])){{1,60}}?|)"
    r" ?(?:\(?(?:trên|trong|(?:out )?of(?: (?:the|all|its|our|their|these|those)(?: [a-z'’]+)?)?"
    r"|(?:trong|của|so với)(?= tổng ))"
    r" (tổng (?:số )?(?:(?!số)[^\W\d_]+ ){0,2}|số )?"
    r"|/ ?(tổng (?:số )?|(?<=[^\W\d_]/)))"
    rf"({NUMBER})(?![0-9/%]|[.,][0-9])",
    re.I,
)
_SHARE_OF = re.compile(
    rf"(?<![0-9A-Za-zÀ-ỹ.,/-])({NUMBER})[ ,](?:[^.%0-9/()]|(?<=[A-Za-z])[0-9]|\([^()%0-9]{{0,40}}\)){{0,60}}"
    rf"(?:(?:chiếm|đạt|bằng|tương đương|tương ứng|tức)"
    rf"[^.;%0-9]{{0,20}} |\()({NUMBER}){PER_CENT}\)?,?"
    r" (?:(?:trong|trên|so với|của) (?:số |nhu cầu |kế hoạch |chỉ tiêu )?"
    r"|(?:so với )?(?:kế hoạch|chỉ tiêu|mục tiêu|dự toán)[^.;%0-9/()]{0,25}"
    r"(?:(?<=năm )(?:19|20)[0-9]{2})? ?\(?(?:[^.;%0-9/()]{1,25} )?"
    r"|(?:\(|(?:trong|trên|của) )?tổng (?:số:? )?(?:[^.;%0-9/()]{0,60}\(?)?"
    r"|(?!tại |ở |do |từ )[^.,;%0-9/()]{1,60}\()"
    rf"(?!(?<=năm )(?:19|20)[0-9]{{2}}(?![0-9.]))({NUMBER})(?![0-9/%]|[.,][0-9])",
    re.I,
)
_ENGLISH = re.compile(
    rf"(?<![0-9.,/-])({NUMBER})(?: [^\W\d_]+){{1,6}}(?:,| or|, or|, i\.e\.| –|, that is| \() ?"
    rf"({NUMBER}){PER_CENT} of (?:the |our |its |their |all )?({NUMBER})(?![0-9/%]|[.,][0-9])",
    re.I,
)
"""`845 staff, 62% of the 1,290 employees`."""

_PLANNED = re.compile(
    r"1[0-9]{2}(?:,[0-9]{1,2})? ?% (?:so với )?(?:kế hoạch|chỉ tiêu|mục tiêu|dự toán)[^,%]*\Z", re.I
)
_OUT_OF = re.compile(
    rf"\bout of\b|\A{NUMBER} of (?:the|all|its|our|their|these|those) (?!(?:19|20)[0-9]{{2}}\Z)",
    re.I,
)
"""`52 of the 118 weaknesses`, and none of the 2019 reports."""

_OF_THEM = re.compile(
    r" (?:out )?of (?:(?:the|these|those|all|its|our|their) )?|(?: [a-z'’-]+){1,5} \(of (?:the|all) ",
    re.I,
)
"""What stands between a part and its whole: `seven of the 12`, `34 accounts (of the 240 enabled)`."""

_OF_FIRST = re.compile(r"(?:\A|[.;:] |\n)\s*of (?:(?:the|these|those|all|its|our|their) )?\Z", re.I)
_HAVE = re.compile(
    r"(?: of (?:them|these|those))?(?: \([^()]{1,30}\))?(?: [a-z]+){0,2}?"
    r" (?:was|were|is|are|had|has|have|did|do|does|remain(?:ed|s)?|failed|passed|lacked)\b| of them\b",
    re.I,
)
"""What stands behind a part of what the sentence begins with: `Of 240 systems, 66 were rated red`."""

_NUMBERED = re.compile(
    r"\b(?:rank(?:ed|ing|s)?|placed?|position|top|page|step|part|phase|chapter|version|table|day|week"
    r"|item) \Z",
    re.I,
)
_RANKED = re.compile(r"(?:rank(?:ed|ing|s)?|placed?|position) \Z", re.I)
_FAR = 30
"""Percentage points by which a share of a whole that only `trên` or `trong` names may be off."""

_CLOSE = 5
"""The same, of a whole of other things than the part: `656 cơ sở truyền thanh/705 huyện, đạt 94,45%`."""

_IN_BRACKETS = re.compile(
    rf"(?<![0-9.,/])({NUMBER})(?: [^\W\d_]{{1,12}}){{0,4}} ?\([^()\n]{{1,100}}\) ?/ ?({NUMBER})(?= [^\W\d_])"
)
"""`174 đơn (158 khiếu nại, 16 tố cáo)/218 đơn`."""

_ALL_FIRST = re.compile(
    rf"tổng (?:số )?[^.;%0-9/]{{1,60}} ({NUMBER})[^.;%0-9/]{{0,30}}; ?[^.;%0-9/]{{1,80}} ({NUMBER})"
    rf"[^.;%0-9/]{{0,30}}; ?(?:đạt |chiếm )?t[ỷỉ] lệ:?(?: đạt)? ({NUMBER}){PER_CENT}",
    re.I,
)
"""`tổng số: 235 máy; đã vá: 188 máy; tỷ lệ: 80%`."""

_SHARE_FIRST = re.compile(
    rf"(?<!tăng )(?<!giảm )(?<![0-9.,])({NUMBER}) ?%[^.;%0-9/()]{{0,40}}[;,:] ?(?:trong đó|cụ thể|với)[:,]? ?"
    rf"tổng (?:số )?[^.;%0-9/]{{1,80}} ({NUMBER})[^.;%0-9/]{{0,40}}[,;] (?:trong đó )?(?:số|có)\b"
    rf"[^.;%0-9/]{{1,80}} ({NUMBER})(?![0-9/%]|[.,][0-9])",
    re.I,
)
"""`Tỷ lệ ... đạt 99,68%; trong đó tổng số hồ sơ ... là 1.559, số hồ sơ ... là 1.554`."""

_OF_THINGS = re.compile(
    rf"(?<![0-9.,])({NUMBER}){PER_CENT} of [a-z'’ ]{{2,40}}(?:,|:| [-–—]| \() ?\Z", re.I
)
_ENDED = re.compile(r"[,.;)]| [-–—] |\Z")
"""`18 per cent of devices, 270 out of 1,800`: nothing else is named that these could be."""

_CLOSED = re.compile(r"[^.;%()0-9]{0,30}[);]")
_NUMBER = re.compile(rf"(?<![0-9.,/-]){NUMBER}(?![0-9/%-])")
_WORD = re.compile(r" [^\W\d_]+")
_OTHERS = re.compile(r"(?: [^\W\d_]+){1,3}? còn lại\b", re.I)
_SHORT = 40
"""Characters before what is measured in which a part stands."""

_LONG = 120
"""Characters from what a sentence begins with to a part of it."""

_BACK = 80
"""Characters before a part and its whole in which another part of that whole is looked for."""


def out_of(text: str, counted: Sequence[Count]) -> Iterator[Passage]:
    """Yield `12 sở trên tổng số 20`, its per cent behind it or between the two."""
    for match in _IN_BRACKETS.finditer(text):
        part, whole = match.groups()
        after = SHARE.match(text, match.end())
        if is_count(part) and is_count(whole) and number_of(part) <= number_of(whole):
            fields = {"numerator": part, "denominator": whole}
            if after is not None:
                fields["per_cent"] = after[after.lastindex or 0]
            end = after.end() if after else match.end()
            yield Passage(kind="ratio", start=match.start(), end=end, fields=fields)
    for match in _OF_ALL.finditer(text):
        yield from _of_all(text, match)
    starts = {count.start for count in counted}
    told = (m for m in _SHARE_OF.finditer(text) if m.start(1) in starts or not is_whole(m[1]))
    found = [(m, (_not_left(m), m[3], m[2])) for m in told]
    found += [(m, (m[1], m[3], m[2])) for m in _ENGLISH.finditer(text)]
    found += [(m, (m[2], m[1], m[3])) for m in _ALL_FIRST.finditer(text)]
    found += [(m, (m[3], m[2], m[1])) for m in _SHARE_FIRST.finditer(text)]
    for match, (part, whole, per_cent) in found:
        more = number_of(part) > number_of(whole) and not _is_more_than_planned(match)
        if is_count(part) and not more and not TIME.match(text, match.end()):
            fields = {"numerator": part, "denominator": whole, "per_cent": per_cent}
            yield Passage(kind="ratio", start=match.start(), end=match.end(), fields=fields)


def among(text: str, counted: Sequence[Count], told: Sequence[Passage]) -> Iterator[Passage]:
    """Yield each part that English tells of its whole, in figures or words, where nothing told it before."""
    starts = {passage.start for passage in told}
    for part, whole in pairwise(counted):
        between = text[part.end : whole.start] if whole.start - part.end <= _LONG else ""
        behind = _OF_THEM.fullmatch(between)
        if behind is None and _OF_FIRST.search(text, max(0, part.start - 16), part.start):
            part, whole = whole, part
            if part.change or "." in between or not _HAVE.match(text, part.end):
                continue
        elif behind is None:
            continue
        no_part = part.start in starts or is_year(whole) or TIME.match(text, whole.end)
        if no_part or _NUMBERED.search(text, max(0, part.start - 12), part.start):
            continue
        if SHARE.match(text, max(part.end, whole.end)) or not _is_part(part, whole):
            continue
        fields = {"numerator": part.text, "denominator": whole.text}
        start, end = min(part.start, whole.start), max(part.end, whole.end)
        yield Passage(kind="ratio", start=start, end=end, fields=fields)


def _is_part(part: Count, whole: Count) -> bool:
    return 0 < part.figure.number <= whole.figure.number and not part.figure.places


def _of_all(text: str, match: re.Match[str]) -> Iterator[Passage]:
    """Yield a part told of all, where that is told or a per cent says so."""
    if _RANKED.search(text[max(0, match.start() - 12) : match.start()]):
        return
    after = SHARE.match(text, match.end())
    part, thing, explicit, slashed, whole = match.groups()
    if after is None and (closed := _CLOSED.match(text, match.end())):
        # `150 cán bộ (trong tổng số 200 cán bộ), đạt 75%`
        after = SHARE.match(text, closed.end())
    before = PER_CENT_BEFORE.search(text, max(0, match.start() - 90), match.start())
    if before is None and _ENDED.match(text, match.end()):
        before = _OF_THINGS.search(text, max(0, match.start() - 90), match.start())
    told = explicit or slashed or after or before or _OUT_OF.search(match[0])
    part = _counted(match, part)
    if not (is_count(part) and is_count(whole)) or not told or TIME.match(text, match.end()):
        return
    fields, end = {"numerator": part, "denominator": whole}, match.end()
    if before is not None:
        fields["per_cent"], after = before[1], None
    if after is not None and not is_bound(text[match.end() : after.start(after.lastindex or 0)]):
        fields["per_cent"], end = after[after.lastindex or 0], after.end()
        part = _told_of(text[max(0, match.start() - _BACK) : match.start()], fields)
        fields["numerator"] = part
    another = slashed is not None and _is_another(thing, text[match.end() :][:20])
    sure = not another
    if "per_cent" in fields:
        most = _CLOSE if another else 100 if slashed or explicit else _FAR
        sure = _is_near(fields, most)
    # A part above its whole is false where the whole is told as that; else the two count other things.
    as_whole = _OUT_OF.search(match[0]) and "per_cent" not in fields
    if sure and (as_whole or number_of(part) <= number_of(whole)):
        yield Passage(kind="ratio", start=match.start(), end=end, fields=fields)


def _not_left(match: re.Match[str]) -> str:
    """Return the part a per cent of all is told of: `171 máy; 9 máy còn lại ..., đạt 95% trên 180 máy`."""
    text, part = match.string, match[1]
    if not _OTHERS.match(text, match.end(1)) or not is_count(part):
        return part
    fields = {"numerator": part, "denominator": match[3], "per_cent": match[2]}
    return _told_of(text[max(0, match.start() - _BACK) : match.start()].replace(";", ","), fields)


def _is_another(thing: str, behind: str) -> bool:
    """Return whether what stands behind a slash counts another thing: `1.482 vụ/2.051 bị can`."""
    words = [word[0].lower() for told in (thing, behind) if (word := _WORD.match(told))]
    return len(words) > 1 and words[0] != words[1]


def _counted(match: re.Match[str], part: str) -> str:
    """Return the part, where it counts something: `21.356 trẻ dưới 1 tuổi trên tổng số 22.480`."""
    if not MEASURED.match(match.string, match.end(1)):
        return part
    earlier = _NUMBER.findall(match.string[max(0, match.start() - _SHORT) : match.start()])
    return earlier[-1] if earlier else ""


def _is_more_than_planned(match: re.Match[str]) -> bool:
    """Return whether more than all of a plan was done: `118 lớp, đạt 118% kế hoạch năm (100 lớp)`."""
    return _PLANNED.search(match[0]) is not None


def _is_near(fields: Mapping[str, str], most: int) -> bool:
    """Return whether a per cent is not far off: `lớp với trên 43.000 em; tỷ lệ đến lớp 98%` is of neither."""
    share = Fraction(number_of(fields["numerator"]) * 100, number_of(fields["denominator"]))
    try:
        return abs(share - figures.stated("per_cent", fields["per_cent"]).number) <= most
    except ValueError:
        return False


def _told_of(before: str, fields: Mapping[str, str]) -> str:
    """Return the part a per cent is of: an earlier one of its whole, where it is that one's to the digit."""
    part, whole = fields["numerator"], number_of(fields["denominator"])
    try:
        stated = figures.stated("per_cent", fields["per_cent"])
    except ValueError:
        return part
    told = before.rpartition(";")[2]
    earlier: list[str] = [number for number in _NUMBER.findall(told) if is_whole(number)]
    for number in [part, *reversed(earlier)]:
        if abs(Fraction(number_of(number) * 100, whole) - stated.number) <= stated.half:
            return number
    return part
