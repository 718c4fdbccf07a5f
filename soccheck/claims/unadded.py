"""Name the wholes of a report whose parts are told beside them, as it seems, and do not make them.

Groups may overlap, and some may be left out, so that none of these is called false; a reader can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

from soccheck.claims.passage import Passage
from soccheck.claims.scan_counts import Count, is_change, plain, within
from soccheck.claims.scan_left_changes import AMOUNT, is_between
from soccheck.claims.scan_nouns import is_alike, is_label
from soccheck.claims.scan_told import TIME
from soccheck.model import Part

_TELLS = re.compile(
    r"\b(?:tổng cộng|tổng số|cộng lại|l[ũu][ỹy] kế|trong (?:số )?đó|gồm|còn|chưa|nâng"
    r"|totals?|including|of which|remaining|rest)\b|[0-9][^.;:0-9]{1,40}:(?= )",
    re.I,
)
"""What says that counts are a whole, its parts, or a rest."""

_AMONG = re.compile(r"\b(?:trong (?:số )?đó|of which)\b", re.I)
_STOP = re.compile(r"\.(?=\s|\Z)(?!\s{1,4}(?:trong (?:số )?đó|bao gồm|gồm|of which)\b)|\Z", re.I)
_UNDER = re.compile(r" ?/ ?[0-9.]+")
_MOST = 20
"""Counts of a sentence that are looked at."""


def unadded(text: str, counted: Sequence[Count], taken: Sequence[Passage]) -> Iterator[Count]:
    """Yield each whole that no sum was read for, and that the same things told around it do not make."""
    first = 0
    for stop in _STOP.finditer(text):
        told = [count for count in counted if first <= count.start < stop.start()]
        if _TELLS.search(text, first, stop.start()):
            free = _free(text, told[:_MOST], taken)
            whole = max(free, key=lambda count: count.figure.number, default=None)
            if whole is not None and _is_unadded(text, whole, free):
                yield whole
        first = stop.end()


def unchanged(text: str, counted: Sequence[Count], taken: Sequence[Passage]) -> Iterator[Count]:
    """Yield each number by which something grew that no change was read for, though two counts are told."""
    read = {p.fields["change"].strip("-%") for p in taken if p.kind == "difference"}
    for match in AMOUNT.finditer(text):
        if plain(match[3]) not in read and is_between(text, counted, match):
            yield from within(counted, match.start(3), match.end(3))


def _free(text: str, told: Sequence[Count], taken: Sequence[Passage]) -> Sequence[Count]:
    """Return the counts that are no parts of a sum that was read, and no changes."""
    read = {number for passage in taken if passage.whole for number in _parts(passage.whole)}
    return [
        count
        for count in told
        if count.figure.number not in read
        and not is_change(text, count)
        and not TIME.match(text, count.end)
    ]


def _parts(whole: Part) -> Iterator[Fraction]:
    for part in whole.parts:
        yield part.figure.number
        yield from _parts(part)


def _is_unadded(text: str, whole: Count, free: Sequence[Count]) -> bool:
    """Return whether two or more parts of a whole are left when those that make it are taken out."""
    under = _UNDER.match(text, whole.end)
    named = replace(whole, end=under.end()) if under and whole.over else whole
    parts = [
        count
        for count in free
        if count is not whole and (is_label(text, count) or is_alike(text, count, named))
    ]
    for first, last in combinations(range(len(parts) + 1), 2):
        run = parts[first:last]
        beside = whole.end <= run[0].start or run[-1].end <= whole.start
        if (
            len(run) > 1
            and beside
            and sum(part.figure.number for part in run) == whole.figure.number
        ):
            parts = [*parts[:first], *parts[last:]]
            break
    more = [part for part in parts if part.end <= whole.start]
    return len(parts) > 1 or any(_AMONG.search(text, one.end, whole.start) for one in more)
