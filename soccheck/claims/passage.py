"""What a finder of figures hands over: a stretch of a report's text, and the figures it states."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from soccheck.model import Part

NUMBER = r"[0-9]{1,9}(?:[.,][0-9]{1,9}){0,4}"
"""A number as reports write it, in either decimal style."""

WHOLE = r"[0-9]{1,3}(?:\.[0-9]{3}){1,4}|[0-9]{1,9}"
RATIO = re.compile(
    rf"(?<![0-9A-Za-zÀ-ỹ/.,-])({WHOLE}) ?/ ?({WHOLE})(?![0-9A-Za-zÀ-ỹ/-]|[.,][0-9]| split\b)"
)
"""`179/188`: no date, document's number or path."""

PER_CENT = r" ?(?:%|phần trăm|per ?cent(?!age))"
"""What follows a share."""

FOOTNOTE = re.compile(r"\[footnoteRef:([0-9]{1,4})\]")
"""Where a report's text refers to a footnote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Represents figures that belong together, and where in the text they begin and end.

    `kind` is `ratio`, `score`, `difference` or `sum`; `fields` hold the figures as the report writes
    them, `whole` a total with its parts, `listed` the names a footnote gives. `since` is where the
    sentence to quote begins, where a figure stands before `start`. `alone` says that its figures can
    belong to nothing else: no other passage with this is read from the same stretch. `worded` says that
    a fraction or a multiple in words stands at that stretch, and was read.
    """

    kind: str
    start: int
    end: int
    fields: Mapping[str, str] = field(default_factory=dict)
    whole: Part | None = None
    listed: tuple[str, ...] = ()
    since: int | None = None
    alone: bool = True
    worded: bool = False
