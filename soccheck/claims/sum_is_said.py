"""Tell whether a count is said to be what the others of its stretch make, or what they leave of it.

A count that others only nearly make is false where it is; elsewhere groups may overlap, or be left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from soccheck.claims.scan_counts import SCALE, Count
from soccheck.claims.scan_nouns import is_alike, noun_of

LABELS = re.compile(
    r"(?:(?:\A|(?<=[.;] )|(?<=[.;\n]))[^.;:\n0-9]{1,60}[: ] ?[0-9](?:[0-9.,]{0,12}[0-9])?"
    r"(?: [^\W\d_]+){0,2}(?:[.;] ?|\Z)){3,12}"
)
"""`Servers: 92. Physical: 34. Virtual: 58.`"""

GOES_ON = re.compile(
    r"\b(?:remaining|remain|remains|rest|others?|left|includ(?:ed?|es)"
    r"|outstanding|pending|còn lại|total|altogether|tổng)\b",
    re.I,
)
"""What makes a sentence tell of the count of the one before it."""

_ADDED = re.compile(
    r"\b(?:tổng cộng|cộng(?: lại| chung)?|hết thảy|cả thảy|in total|altogether|all told|for a total of"
    r"|making|makes|make up|gives|which accounts for"
    r"|giving a total of|so (?:it|we|they|there) now (?:has|have|are)|nâng tổng số[^.;0-9]{0,20} lên"
    r"|tổng (?:kinh phí|chi|vốn|số tiền|dự toán))\b"
    r"[^.;0-9]{0,30}\Z",
    re.I,
)
ADDED_AFTER = re.compile(
    r"(?: [^\W\d_]+){0,3} (?:in (?:total|all)|altogether|all told|cả thảy|tất cả)\b", re.I
)
_OPENED = re.compile(r"[^.;:0-9]{0,60}:[^.;:0-9]{0,60}\Z")
_TOTAL = re.compile(
    r"\b(?:total|tổng(?: số| cộng)?|altogether|in all)\b[^.;:0-9]{0,40}:? ?\Z", re.I
)
_OF = re.compile(
    r"(?:\s*|.*\b)(?:out of|of|from|among|trong(?: (?:tổng )?số)?) (?:the |our |these |those |all )*\Z",
    re.I,
)
_REST = re.compile(
    r"\b(?:còn lại|leaving|(?:the|the remaining|the other|remaining|other|others|rest))\b"
    r"[^.;0-9]{0,15}\Z",
    re.I,
)
_REMAINS = re.compile(
    r"(?: [^\W\d_]+){0,3}? (?:remain|remains|still|left|outstanding|còn lại"
    r"|(?:have|has|had|are|is|were|was|do|does|did) not(?=[.,;)]|\Z))(?!\w)",
    re.I,
)
_NOT = re.compile(
    r"\b(?:not|non|un[a-z]+|chưa|không|khác|other|others|còn lại|remaining|rest)\b", re.I
)
_LACKS = re.compile(r"\b(?:chưa|không)(?: được| có)? ([^\W\d_]+(?: [^\W\d_]+)?)", re.I)
"""What the other part lacks: a rest only where the first is said to have that very thing."""

_MARK = re.compile(r"[,:;.()]")
_WORD = re.compile(r"[^\W\d_]+")
_ONE_OF = {"do", "mức", "cấp", "loại", "thuộc", "xếp"}
"""What each of a group is told by, and one thing alone can be said: what caused it, how it is graded."""

_OTHERS = re.compile(r"\b(?:khác|còn lại|others?|rest|remaining)\b", re.I)
_COMPRISES = re.compile(
    r"[^.;0-9]{0,40}\b(?:gồm|compris(?:es?|ed|ing)|consists? of|made up of)\b[^.;0-9]{0,30}", re.I
)
_SHORT = re.compile(r"(?: [^\W\d_]+){1,2}(?: (?:và|and)\b|[.,;)]|\Z)")
"""`gồm 95 nam và 55 nữ`; what more words are told of may be told of twice."""

_OUT_OF = re.compile(
    r"[^.;0-9]{0,40}\b(?:trong|trên) (?:tổng )?số |[^.;0-9]{0,40}\bout of (?:a total of )?", re.I
)
_PART_OF = re.compile(r" (?:out )?of (?:the |our |all )?")
_BEFORE, _AFTER = 60, 40
_TWO = 2
_NEAR = Fraction(1, 10)


def is_said(text: str, begin: int, whole: Count, parts: Sequence[Count], off: Fraction) -> bool:
    """Return whether a whole that its parts miss by `off` is told to be their sum."""
    if any(part.over for part in parts):
        return False
    near = off <= whole.figure.number * _NEAR
    return (
        (near and _is_added(text, whole, parts))
        or (near and _is_listed(text, whole, parts))
        or (near and _is_labelled(text, begin, whole, parts))
        or (near and _are_halves(text, whole, parts))
        or (near and _is_comprised(text, whole, parts))
        or (near and _is_told_last(text, whole, parts))
        or (near and _is_more_of_one_kind(text, begin, whole, parts, off))
        or _is_closed(text, whole, parts)
        or _has_a_rest(text, begin, whole, parts)
    )


def _is_added(text: str, whole: Count, parts: Sequence[Count]) -> bool:
    """Return whether a whole is called the sum of the same things told before it, or of all of them."""
    added = _ADDED.search(text, max(0, whole.start - _BEFORE), whole.start)
    if not (added or ADDED_AFTER.match(text, whole.end)):
        return False
    behind = all(part.end <= whole.start for part in parts)
    if not behind and added and whole.end <= parts[0].start:
        return all(not noun_of(text, part) or is_alike(text, part, whole) for part in parts)
    first = next((one for one in (whole, *parts) if noun_of(text, one)), whole)
    return behind and all(_may_be_same(text, part, first) for part in parts)


def _is_listed(text: str, whole: Count, parts: Sequence[Count]) -> bool:
    """Return whether a mark behind a whole opens the list of its parts."""
    if parts[0].start < whole.end or not _OPENED.match(text[whole.end : parts[0].start]):
        return False
    total = _TOTAL.search(text, max(0, whole.start - _BEFORE), whole.start)
    return bool(total) or all(_may_be_same(text, part, whole) for part in parts)


def _is_labelled(text: str, begin: int, whole: Count, parts: Sequence[Count]) -> bool:
    """Return whether a row of labels ends in its total, or begins with it and tells what has not."""
    last = max(parts[-1].end, whole.end)
    if not LABELS.fullmatch(text, begin, last):
        return False
    total = _TOTAL.search(text, max(begin, whole.start - _BEFORE), whole.start)
    return bool(total) and (whole.end == last or _NOT.search(text, begin, last) is not None)


def _has_a_rest(text: str, begin: int, whole: Count, parts: Sequence[Count]) -> bool:
    """Return whether the last part is told as all that another one leaves of a whole told first."""
    if len(parts) != _TWO:
        return False
    if whole.start > parts[0].start and not _PART_OF.fullmatch(text[parts[0].end : whole.start]):
        return False
    of = _OF.match(text[begin : whole.start])
    rest = parts[-1]
    left = _REST.search(text, max(parts[0].end, rest.start - _BEFORE), rest.start)
    left = left or _REMAINS.match(text, rest.end)
    of = of or _PART_OF.fullmatch(text[parts[0].end : whole.start])
    return bool(left) and (of is not None or all(_may_be_same(text, part, whole) for part in parts))


def _is_comprised(text: str, whole: Count, parts: Sequence[Count]) -> bool:
    """Return whether a whole is said to comprise the parts behind it, told in one clause."""
    if parts[0].start < whole.end or ";" in text[parts[0].end : parts[-1].start]:
        return False
    short = all(_SHORT.match(text, part.end) for part in parts)
    return short and _COMPRISES.fullmatch(text[whole.end : parts[0].start]) is not None


def _is_told_last(text: str, whole: Count, parts: Sequence[Count]) -> bool:
    """Return whether three parts and more of the same things stand before the whole that they are out of."""
    if len(parts) <= _TWO or parts[-1].end > whole.start:
        return False
    of = _OUT_OF.fullmatch(text[parts[-1].end : whole.start])
    return bool(of) and all(noun_of(text, part) and is_alike(text, part, whole) for part in parts)


def _is_more_of_one_kind(
    text: str, begin: int, whole: Count, parts: Sequence[Count], off: Fraction
) -> bool:
    """Return whether groups of what a sentence begins with, told by one thing, are more than all of it.

    So `Trong 64 sự cố, 40 do mã độc, 16 do lừa đảo, 10 do lộ thông tin`; what has one thing may have another.
    """
    if len(parts) <= _TWO or not _OF.match(text[begin : whole.start]):
        return False
    if sum(part.figure.number for part in parts) != whole.figure.number + off:
        return False
    said = [_MARK.split(text[part.end : part.end + _AFTER])[0].lower() for part in parts]
    words = [{word.removesuffix("s") for word in _WORD.findall(each)} for each in said]
    common = set.intersection(*words) - set(noun_of(text, whole).split())
    return len(common) > 1 or bool(common & _ONE_OF)


def _is_closed(text: str, whole: Count, parts: Sequence[Count]) -> bool:
    """Return whether the last of the parts told behind a total of the same unit is all that is left of it."""
    if len(parts) <= _TWO or parts[0].start < whole.end:
        return False
    if not _TOTAL.search(text, max(0, whole.start - _BEFORE), whole.start):
        return False
    units = {
        (unit[1].lower() if (unit := SCALE.match(text, count.end)) else noun_of(text, count))
        for count in (whole, *parts)
    }
    last = _MARK.split(text[parts[-2].end : parts[-1].end + _AFTER])
    return len(units) == 1 and any(_OTHERS.search(said) for said in last[1:])


def _are_halves(text: str, whole: Count, parts: Sequence[Count]) -> bool:
    """Return whether the second of two parts is told not to have what the first has."""
    of = _OUT_OF.fullmatch(text[parts[-1].end : whole.start])
    if len(parts) != _TWO or (whole.start > parts[0].start and not of):
        return False
    one, other = parts
    lacks = _LACKS.search(text, one.end, min(len(text), other.end + _AFTER))
    if lacks is None or not all(is_alike(text, part, whole) for part in parts):
        return False
    had = text[min(whole.end, one.end) : min(one.end + _AFTER, lacks.start())].lower()
    return f" {lacks[1].lower()} " in f"{_MARK.sub(' ', had)} "


def _may_be_same(text: str, part: Count, whole: Count) -> bool:
    noun = noun_of(text, part)
    return noun.partition(" ")[0] in ("", "for", "with") or is_alike(text, part, whole)
