"""Find the ratios of a report that a share in words is told of: `ba phần tư số xã (117/156 xã)`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from soccheck.claims.passage import Passage
from soccheck.claims.scan_counts import Count, is_year, sentence_around, within
from soccheck.claims.scan_nouns import is_alike, noun_of
from soccheck.claims.worded import worded_shares
from soccheck.facts import figures

_TWO = 2
_OF = re.compile(r" (?:of|trong|trên|trong số)(?: (?:the|our|all|tổng|số|tổng số))? ", re.I)
_OPENED = re.compile(r"(?: [^\W\d_]+){0,5} \(")


def shares_in_words(
    text: str, counted: Sequence[Count], taken: Sequence[Passage]
) -> Iterator[Passage]:
    """Yield each share in words with the one ratio of its sentence, or its only two counts."""
    for worded in worded_shares(text):
        begin, end = sentence_around(text, worded.start, worded.end)
        ratios = [one for one in taken if one.kind == "ratio" and begin <= one.start < end]
        here = [
            count
            for count in within(counted, begin, end)
            if not is_year(count) and not worded.start <= count.start < worded.end
        ]
        if any("per_cent" in one.fields for one in ratios):
            continue
        pairs = {(one.fields["numerator"], one.fields["denominator"]) for one in ratios}
        pairs |= set(_told_behind(text, worded.end, [c for c in here if c.start > worded.end]))
        if not pairs and len(here) == _TWO:
            pairs = {(min(here, key=_number).text, max(here, key=_number).text)}
        if len(pairs) != 1:
            continue
        part, whole = pairs.pop()
        numbers = [figures.stated("numerator", each).number for each in (part, whole)]
        fits = worded.is_share(*numbers) if numbers[1] else None
        alike = (
            bool(ratios)
            or len(here) != _TWO
            or is_alike(text, *here)
            or not noun_of(text, min(here, key=_number))
        )
        if fits or (fits is False and alike):
            fields = {"numerator": part, "denominator": whole, "per_cent": worded.told}
            since = min([worded.start, *(count.start for count in here)])
            yield Passage(
                kind="ratio",
                start=worded.start,
                end=worded.end,
                fields=fields,
                since=since,
                worded=True,
            )


def _told_behind(text: str, end: int, behind: Sequence[Count]) -> Iterator[tuple[str, str]]:
    """Yield the whole right behind a share in words with its part in brackets: `a third of the 54 (18)`."""
    for whole, part in pairwise(behind[:_TWO]):
        if _OF.fullmatch(text[end : whole.start]) and _OPENED.fullmatch(
            text[whole.end : part.start]
        ):
            yield part.text, whole.text


def _number(count: Count) -> float:
    return float(count.figure.number)
