"""Find, in a report's sentences, totals with their parts: `1.000 = 600 + 400`, `10 (nam: 6; nữ: 4)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from soccheck.claims.passage import NUMBER, WHOLE, Passage
from soccheck.facts import figures
from soccheck.model import Part

_EQUATION = re.compile(rf"(?<![0-9.,])({NUMBER}) ?= ?({NUMBER}(?: ?\+ ?{NUMBER}){{1,20}})(?![0-9])")
_ADDED = re.compile(rf"(?<![0-9.,])({NUMBER}(?: ?\+ ?{NUMBER}){{1,20}}) ?= ?({NUMBER})(?![0-9%])")
_TOTAL = re.compile(rf"(?<![0-9.,/])({WHOLE}) ?(?:\(|,? ?trong đó[:,]?|,? ?of which[:,]?)", re.I)
_ITEM = re.compile(
    rf"[ ]{{0,3}}([^:;,()\n0-9][^:;,()\n]{{0,80}}): ?({WHOLE})(?![0-9%/]|[.,][0-9]| ?%)"
)


def equations(text: str) -> Iterator[Passage]:
    """Yield `1.000 = 600 + 400`, told either way round."""
    told = [(match, match[1], match[2]) for match in _EQUATION.finditer(text)]
    told += [(match, match[2], match[1]) for match in _ADDED.finditer(text)]
    for match, total, made in told:
        terms = [term.strip() for term in made.split("+")]
        parts = tuple(
            Part(label=str(number), figure=figures.read(term, integer=True))
            for number, term in enumerate(terms, 1)
            if _reads(term)
        )
        if _reads(total) and len(parts) > 1:
            whole = Part(label="total", figure=figures.read(total, integer=True), parts=parts)
            yield Passage(kind="sum", start=match.start(), end=match.end(), whole=whole)


def lists(text: str) -> Iterator[Passage]:
    """Yield `10 (nam: 6; nữ: 4)`."""
    for match in _TOTAL.finditer(text):
        inside = match[0].endswith("(")
        items, end = _items(text, match.end(), 0)
        closed = text[end : end + 1] == ")" if inside else True
        if len(items) > 1 and closed:
            total = figures.read(match[1], integer=True)
            whole = Part(label="total", figure=total, parts=tuple(items))
            yield Passage(kind="sum", start=match.start(), end=end, whole=whole)


def _reads(term: str) -> bool:
    try:
        figures.read(term, integer=True)
    except ValueError:
        return False
    return True


def _items(text: str, position: int, depth: int) -> tuple[list[Part], int]:
    """Read `label: number (items), label: number ...` from `position`; two levels at most."""
    items: list[Part] = []
    while match := _ITEM.match(text, position):
        position = match.end()
        parts: list[Part] = []
        opening = re.compile(r" ?\(").match(text, position)
        if opening and depth < 1:
            inner, end = _items(text, opening.end(), depth + 1)
            if len(inner) > 1 and text[end : end + 1] == ")":
                parts, position = inner, end + 1
        number = figures.read(match[2], integer=True)
        items.append(Part(label=match[1].strip(), figure=number, parts=tuple(parts)))
        if text[position : position + 1] not in (",", ";"):
            break
        position += 1
    return items, position
