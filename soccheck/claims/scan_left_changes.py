"""Find, in a report's sentences, what gives the changes that no form of telling them was known for.

Two per cents that differ by the points told, or two counts of one thing of which one grew to the other by
the per cent told. Where none do, it is shown as false only where its sentence tells exactly two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations

from soccheck.claims.passage import NUMBER, PER_CENT, Passage
from soccheck.claims.scan_counts import Count, is_year, number_of, sentences, within
from soccheck.claims.scan_nouns import is_same, noun_of
from soccheck.claims.scan_rough import how_sure
from soccheck.facts import figures

_UP = r"tăng|vượt|cao hơn|nhiều hơn|lớn hơn|up|rose|rise|increased?|growth|higher|more"
_DOWN = r"giảm|thấp hơn|ít hơn|nhỏ hơn|hụt|down|fell|decreased?|reduction|drop(?:ped)?|lower|less"
_GAP = r"(?: (?!(?:so|từ|lên|xuống|còn|đạt|from|to)\b)[^\W\d_]+){0,3}"
_ASIDE = r"(?: [^.;,0-9]{1,60}\([^()]{1,40}\))?"
POINTS = re.compile(
    rf"\b(?:({_UP})|({_DOWN})){_ASIDE}{_GAP} ({NUMBER}) ?(?:%|phần trăm)?"
    r" ?(?:điểm (?:phần trăm|%)|(?:percentage )?points?\b)",
    re.I,
)
"""`tăng 2,3 điểm phần trăm`."""

RANKS = re.compile(rf"\b(?:(tăng|lên)|(giảm|tụt|xuống)){_GAP} ({NUMBER}) (?:bậc|hạng)\b", re.I)
"""`tăng 4 bậc`: a better rank is a smaller number."""

_RANK = re.compile(r"(?:hạng|thứ|vị trí)(?: thứ)? ([0-9]{1,3})(?![0-9])", re.I)

GROWTH = re.compile(
    rf"\b(?:({_UP})|({_DOWN})){_GAP} ({NUMBER}){PER_CENT}(?=[,.;)]| ?\(|\Z| so với| về| cùng kỳ| compared)",
    re.I,
)
"""`giảm 12%`; `giảm 30% chi phí` is of something else."""

_FROM_TO = re.compile(
    rf" ?\(?(?:từ|from) ({NUMBER})[^.;()0-9]{{0,40}}? (?:lên|xuống|còn|to)(?: còn)? ({NUMBER})",
    re.I,
)
"""`tăng 20% (từ 150 lên 180)`."""

_SHARE = re.compile(rf"(?<![0-9.,])({NUMBER}){PER_CENT}(?! ?(?:điểm|points?\b))")
_STOP = re.compile(r"[.;](?=\s|\Z)|\n")
_TWO = 2
_REACH, _MOST = 300, 8
"""Characters around a change, and figures, that are looked at."""

_FAR = 120
"""Characters around a change that was read in which it stands."""


def changes_left(
    text: str, counted: Sequence[Count], taken: Sequence[Passage]
) -> Iterator[Passage]:
    """Yield each change of those left with what it is between."""
    told: dict[str, list[Passage]] = {}
    for passage in taken:
        if passage.kind == "difference":
            told.setdefault(passage.fields["change"].strip("-%"), []).append(passage)
    for match in POINTS.finditer(text):
        if not _is_told(match, told):
            yield from _of_points(text, match)
    for match in RANKS.finditer(text):
        begin, end = _sentence(text, match)
        ranks = [rank[1] for rank in _RANK.finditer(text, begin, end)][:_MOST]
        if not _is_told(match, told):
            yield from _between(text, match, ranks, grows=match[1] is None)
    for match in GROWTH.finditer(text):
        if not _is_told(match, told):
            yield from _of_growth(text, counted, match)


def _is_told(match: re.Match[str], told: Mapping[str, Sequence[Passage]]) -> bool:
    """Return whether a change was read already: the same figure, from around there."""
    return any(
        passage.start - _FAR <= match.start() <= passage.end + _FAR
        for passage in told.get(match[3], ())[-_MOST:]
    )


def _sentence(text: str, match: re.Match[str]) -> tuple[int, int]:
    begins, end = sentences(text, _STOP, match, _REACH)
    return begins[-1], end


def _of_points(text: str, match: re.Match[str]) -> Iterator[Passage]:
    """Yield a change in points with the two shares it is between."""
    begin, end = _sentence(text, match)
    grown = {growth.start(3) for growth in GROWTH.finditer(text, begin, end)}
    told = [share for share in _SHARE.finditer(text, begin, end) if share.start() not in grown]
    shares = [share[1] for share in told][:_MOST]
    yield from _between(text, match, shares, grows=match[1] is not None)


def _between(
    text: str, match: re.Match[str], told: Sequence[str], *, grows: bool
) -> Iterator[Passage]:
    """Yield a change with the two figures told beside it that it is between."""
    change = match[3] if grows else f"-{match[3]}"
    giving = [pair for pair in permutations(told, 2) if _is_difference(*pair, change)]
    if not giving and len(told) == _TWO and not _is_rough(text, match):
        giving = [_in_order(told[0], told[1], grows=grows)]
    if len(set(giving)) == 1:
        fields = {"from": giving[0][0], "to": giving[0][1], "change": change}
        yield Passage(kind="difference", start=match.start(), end=match.end(), fields=fields)


def _is_difference(then: str, now: str, change: str) -> bool:
    try:
        told = [figures.stated(n, t) for n, t in (("from", then), ("to", now), ("change", change))]
    except ValueError:
        return False
    return figures.adds_up(told[1], [told[0], told[2]])


def _is_rough(text: str, match: re.Match[str]) -> bool:
    """Return whether a change is told only roughly: `giảm hơn 20%`."""
    return bool(how_sure(text[match.start() : match.start(3)]))


def _in_order(one: str, other: str, *, grows: bool) -> tuple[str, str]:
    """Return two shares as what was and what is, as the word of the change says."""
    try:
        first, second = (figures.stated("from", share).number for share in (one, other))
    except ValueError:
        return one, other
    return (one, other) if (first < second) == grows else (other, one)


def _of_growth(text: str, counted: Sequence[Count], match: re.Match[str]) -> Iterator[Passage]:
    """Yield a growth in per cent with the two counts it is between."""
    begin, end = _sentence(text, match)
    near = [c for c in within(counted, begin, end) if not c.over and not is_year(c)]
    near = [count for count in near if count.figure.number][:_MOST]
    pairs = [(a, b) for a, b in permutations(near, 2) if _is_alike(text, a, b)]
    change = match[3] if match[1] else f"-{match[3]}"
    giving = [(a, b) for a, b in pairs if _is_growth(a, b, change)]
    between = _FROM_TO.match(text, match.end())
    if not giving and between is not None:
        near = [c for c in near if c.start in (between.start(1), between.start(2))]
        pairs = list(permutations(near, 2))
    if not giving and len(pairs) == _TWO and not _is_rough(text, match):
        giving = [_as_told(pairs[0], grows=bool(match[1]))]
    if len({(a.text, b.text) for a, b in giving}) == 1:
        then, now = giving[0]
        fields = {"from": _plain(then), "to": _plain(now), "change": f"{change}%"}
        yield Passage(kind="difference", start=match.start(), end=match.end(), fields=fields)


def _is_alike(text: str, one: Count, other: Count) -> bool:
    nouns = [noun_of(text, count).partition(" ")[0] for count in (one, other)]
    return (
        not all(nouns)
        or nouns[0] == nouns[1]
        or is_same(text, one, other)
        or is_same(text, other, one)
    )


def _as_told(pair: tuple[Count, Count], *, grows: bool) -> tuple[Count, Count]:
    """Return two counts as what was and what is, as the word of the change says."""
    one, other = pair
    return pair if (one.figure.number < other.figure.number) == grows else (other, one)


def _is_growth(then: Count, now: Count, change: str) -> bool:
    try:
        told = figures.stated("change", f"{change}%")
    except ValueError:
        return False
    growth = (now.figure.number - then.figure.number) / then.figure.number * 100
    return figures.agrees(told, growth)


def _plain(count: Count) -> str:
    """Return a count without the marks of its thousands, which a figure that may have decimals needs."""
    return str(number_of(count.text)) if number_of(count.text) else count.text
