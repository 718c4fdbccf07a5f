"""Find, in a report's sentences, shares told before what they are of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from soccheck.claims.passage import NUMBER, Passage
from soccheck.claims.scan_counts import is_count

_SHARE_FIRST = re.compile(
    rf"(?<!tăng )(?<!giảm )(?<![0-9.,])({NUMBER}) ?%[^.;%0-9/()]{{0,60}}\(?"
    rf"(?:tương ứng|tương đương|tức|là|cụ thể|với)(?: với| là| có)?:? ({NUMBER})"
    rf"(?: [^.;%0-9/()]{{1,40}}?)? ?(?:/|(?:trên|trong)(?: tổng)?(?: số)? ) ?({NUMBER})"
    r"(?![0-9/%]|[.,][0-9])",
    re.I,
)
"""`96% máy trạm được bảo vệ, tương ứng 1.200/1.320 máy`."""


def share_first(text: str) -> Iterator[Passage]:
    """Yield `96% máy trạm, tương ứng 1.200/1.320 máy`."""
    for match in _SHARE_FIRST.finditer(text):
        per_cent, part, whole = match.groups()
        if is_count(part) and is_count(whole):
            fields = {"numerator": part, "denominator": whole, "per_cent": per_cent}
            yield Passage(kind="ratio", start=match.start(), end=match.end(), fields=fields)
