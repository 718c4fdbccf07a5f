"""Tell whether the parts of a whole are told by opposites, of which everything is one: `7 nam, 5 nữ`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from soccheck.claims.scan_counts import Count
from soccheck.claims.scan_told import SHARE

_PAIRS = tuple(
    (re.compile(one, re.I), re.compile(other, re.I))
    for one, other in (
        (r"\bnam\b", r"\bnữ\b"),
        (
            r"\b(?:trước|đúng|trong|chưa (?:đến|tới)) (?:thời )?hạn\b",
            r"\b(?:quá|trễ|chậm)(?: thời)? hạn\b",
        ),
        (r"\btrực tuyến\b", r"\b(?:trực tiếp|giấy)\b"),
        (r"\bmới\b", r"\bcũ\b"),
        (r"\bon time\b|\bwithin (?:the )?deadline\b", r"\blate\b|\boverdue\b"),
        (r"\b(?:males?|men|boys)\b", r"\b(?:females?|women|girls)\b"),
        (r"\b(?:opened|still open|open)\b", r"\bclosed\b"),
        (r"\bonline\b", r"\b(?:in person|on paper|by post)\b"),
        (r"\bphysical\b", r"\bvirtual\b"),
        (r"\binternal\b", r"\bexternal\b"),
    )
)
_STATE = re.compile(r"\b(?:(đã|hoàn thành)|(đang)|(chưa))\b", re.I)
_STATES = 3
"""Done, under way, not begun."""

_STATED = 25
"""Characters behind a part in which it may be told how far it is."""

_CLAUSE = re.compile(r"[,;:]|\bvà\b")
UNTOLD = re.compile(
    r"[^.;0-9]{0,60}[,;] ?(?:và |and )?(?:(?:số )?còn lại|the (?:rest|others|remainder))\b"
    r"[^.;0-9]{0,80}(?:[.;]|\Z)",
    re.I,
)
"""A rest without its figure: `420 hồ sơ trực tuyến, còn lại qua bưu chính`."""

_NON = re.compile(r"\bnon[- ]?([a-z]{3,20})", re.I)
_TWO = 2
_CUT = re.compile(r"[,;:()]|\b(?:và|and|có|thì)\b")
_LONGEST = 80
"""Characters on either side of a part that tell what it is."""


def are_opposites(text: str, whole: Count, parts: Sequence[Count]) -> bool:
    """Return whether each part is told as one of two opposites, and both are told."""
    before = [
        _CUT.split(text[last.end : part.start][-_LONGEST:])[-1]
        for last, part in pairwise((whole, *parts))
    ]
    behind = [
        _CUT.split(text[part.end : part.end + _LONGEST].partition(". ")[0])[0] for part in parts
    ]
    if any(SHARE.match(text, part.end) for part in parts):
        return False  # shares of their own tell whether there are others
    told = [f"{one} {other}" for one, other in zip(before, behind, strict=True)]
    if len(told) == _TWO and (_is_none_of(told[0], told[1]) or _is_none_of(told[1], told[0])):
        return True
    for one, other in _PAIRS:
        sides = [(bool(one.search(said)), bool(other.search(said))) for said in told]
        if all(a != b for a, b in sides) and len(set(sides)) == _TWO:
            return True
    return False


def _is_none_of(one: str, other: str) -> bool:
    """Return whether a part is told not to be what the other one is: `94 cyber, 124 non-cyber`."""
    non = _NON.search(one)
    return (
        non is not None and f" {non[1].lower()}" in f" {other.lower()}" and not _NON.search(other)
    )


def are_states(text: str, whole: Count, parts: Sequence[Count]) -> bool:
    """Return whether parts are told as done, under way and not begun, of which nothing is two."""
    told = []
    for last, part in pairwise((whole, *parts)):
        before = _CLAUSE.split(text[last.end : part.start])[-1]
        state = _STATE.search(before) or _STATE.search(text, part.end, part.end + _STATED)
        told.append(state.lastindex if state else None)
    return None not in told and len(set(told)) == len(told) == _STATES
