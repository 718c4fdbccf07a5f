"""Find the whole that is named behind a share: `88% trên số phiếu hợp lệ`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from soccheck.claims.scan_counts import Count
from soccheck.claims.scan_told import ToldShare

_NAMED = re.compile(
    r" ?(?:(?:trên|của|trong|so với) )?(?:tổng )?số"
    r" ((?:(?!(?:trên|của|trong|tại|đã|và)\b)[^\W\d_]+ ?){2,3})",
    re.I,
)

_CUT = re.compile(r"[,;.:()]")

_WORD = re.compile(r"[^\W\d_]+")

NAME = 40
"""Characters behind a count in which its name stands."""


def named_behind(text: str, share: ToldShare) -> Count | None:
    """Return the one whole named behind a share: `1.462 phiếu hợp lệ ..., 88% trên số phiếu hợp lệ`."""
    named = _NAMED.match(text, text.rfind("%", share.part.end, share.end) + 1)
    if named is None:
        return None
    name = f" {named[1].strip().lower()} "
    wholes = [w for w in share.candidates if _is_called(text, w, name)]
    return wholes[0] if len(wholes) == 1 else _called_most_like(text, share.candidates, named)


def _called_most_like(text: str, wholes: Sequence[Count], named: re.Match[str]) -> Count | None:
    """Return the whole that most words of a name are said of: `225 máy còn lỗ hổng ... số máy có lỗ hổng`."""
    name = set(_words(_CUT.split(text[named.start(1) : named.start(1) + NAME])[0]).split())
    said = [
        len(name & set(_words(_CUT.split(text[w.end : w.end + NAME])[0]).split())) for w in wholes
    ]
    most = max(said, default=0)
    return wholes[said.index(most)] if said.count(most) == 1 and 2 * most > len(name) else None


def _is_called(text: str, whole: Count, name: str) -> bool:
    """Return whether a name stands behind a count, or as its label before it."""
    behind = _CUT.split(text[whole.end : whole.end + NAME])[0]
    before = _CUT.split(text[max(0, whole.start - NAME) : whole.start].rstrip(": "))[-1]
    return name in _words(behind) or _words(before).removesuffix("là ").endswith(name)


def _words(text: str) -> str:
    return " ".join(("", *_WORD.findall(text.lower()), ""))
