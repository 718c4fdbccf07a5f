"""Tell whether what is told of each makes what is told of all: `12 units at 15 each, 180 in all`.

A rate may be of more than a sentence tells, so that one that is only nearly made is named, and never false.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from soccheck.claims.passage import NUMBER, PER_CENT
from soccheck.facts import figures
from soccheck.model import Figure

_EACH = re.compile(
    r"\b(?:each|apiece|per(?! ?cent)|every|average|averag(?:ed|ing|es)|mean|a (?:month|week|day|quarter|year)"
    r"|mỗi|bình quân|trung bình)\b|(?<=[^\W\d_])/(?!(?:giờ|ngày|tuần|tháng|quý|năm)\b)(?=[^\W\d_])",
    re.I,
)
_NUMBER = re.compile(rf"(?<![0-9A-Za-zÀ-ỹ/.,:-])({NUMBER})(?![0-9A-Za-z/-]|[.,][0-9]|{PER_CENT})")
_NAMED = re.compile(r"(?:ngày|(?<!mỗi )tháng|năm|quý|điều|khoản|cấp độ|số|level|no\.) \Z", re.I)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}\Z")
_IN_A_YEAR = re.compile(r"\b(?:(?:cả|trong|một) năm|năm (?:qua|nay|[0-9]{4})|year|annual)\b", re.I)
_BY_MONTH = re.compile(r"\b(?:tháng|month|monthly)\b", re.I)
_STOP = re.compile(r"\.(?=\s|\Z)|\n")
_MONTHS = Figure(number=Fraction(12), places=0)
_NEAR, _FAR = Fraction(1, 4), 40
_LEAST, _MOST = 20, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    figure: Figure
    match: re.Match[str] | None
    each: bool = False


def unmultiplied(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Yield what is told of all between two places, where a number of each nearly makes it."""
    first = start
    for stop in (*_STOP.finditer(text, start, end), None):
        last = stop.start() if stop else end
        if _EACH.search(text, first, last):
            numbers = _numbers(text, first, last)
            near = _nearly(numbers) if not _is_made(numbers) else None
            yield from [near] if near else []
        first = stop.end() if stop else end


def is_multiplied(text: str, start: int, end: int) -> bool:
    """Return whether a number of each makes what is told of all in a sentence."""
    return _EACH.search(text, start, end) is not None and _is_made(_numbers(text, start, end))


def _numbers(text: str, start: int, end: int) -> Sequence[_Told]:
    """Return the numbers of a sentence, and the twelve months of its year; none where there are many."""
    rates = [match.span() for match in _EACH.finditer(text, start, end)][:_MOST]
    told = []
    for match in _NUMBER.finditer(text, start, end):
        before = text[max(start, match.start() - 12) : match.start()]
        if _YEAR.match(match[1]) or _NAMED.search(before):
            continue
        try:
            figure = figures.read(match[1], integer=True)
        except ValueError:
            try:
                figure = figures.read(match[1])
            except ValueError:
                continue
        each = any(low - _FAR <= match.start() <= high + _FAR for low, high in rates)
        told.append(_Told(figure=figure, match=match, each=each))
    if len(told) > _MOST:
        return []
    if _IN_A_YEAR.search(text, start, end) and _BY_MONTH.search(text, start, end):
        told.append(_Told(figure=_MONTHS, match=None))
    return told


def _is_made(numbers: Sequence[_Told]) -> bool:
    return any(
        one.each and of.figure.number and abs(whole / of.figure.number - rate) <= one.figure.half
        for one, of, total in permutations(numbers, 3)
        if (rate := one.figure.number) and (whole := total.figure.number) >= _LEAST
    )


def _nearly(numbers: Sequence[_Told]) -> re.Match[str] | None:
    """Return the first number that a number of each nearly makes with another one."""
    for one, of, total in permutations(numbers, 3):
        made, whole = one.figure.number * of.figure.number, total.figure.number
        more = min(one.figure.number, of.figure.number) > 1
        if one.each and more and whole >= _LEAST and abs(made - whole) <= whole * _NEAR:
            return total.match
    return None
