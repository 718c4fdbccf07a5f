"""Find, in a report's sentences, counts that grew by per cent: `96 máy, tăng 20% so với quý trước (80 máy)`.

Both counts are of one thing, as the word behind each says; where only one is said, the per cent must be near.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from soccheck.claims.passage import NUMBER, Passage
from soccheck.claims.scan_counts import is_count, is_whole, number_of
from soccheck.facts import figures

_WORDS = r"((?: [^\W\d_]{1,12}){%s})"
_GREW = (
    rf"(tăng|giảm|cao hơn|thấp hơn|nhiều hơn|ít hơn) (?:nhẹ |thêm |được )?({NUMBER}) ?%(?! ?điểm)"
)
_WHEN = r"(?:[^.;()0-9%]{0,40}(?:tháng|quý|năm|kỳ) [0-9/]{1,7})?[^.;()0-9%]{0,40}"
_EQUAL = r"(?:tương ứng|tương đương|ứng với|tức)(?: với| là)? "
_LINK = rf"(?:{_EQUAL})?(?:mức )?"
_SINCE = re.compile(
    rf"(?<![0-9.,/])({NUMBER})(?! ?%){_WORDS % '1,6'},? \(?{_GREW}[^.;()0-9]{{0,40}}"
    rf"so với (?:[^.;()]{{0,60}}\(|{_WHEN}(?<=[ ]))({NUMBER})(?![0-9/]|[.,][0-9]| ?%){_WORDS % '0,3'}",
    re.I,
)
"""The count, by how much it grew, and what it was, in brackets or behind `so với`."""

_FROM_TO = re.compile(
    rf"từ ({NUMBER})(?! ?%){_WORDS % '0,3'},? (?:giảm |tăng )?(?:xuống|lên|còn)(?: chỉ)?(?: còn| đến| tới)?"
    rf" ({NUMBER})(?! ?%){_WORDS % '0,3'},? \(?{_LINK}{_GREW}",
    re.I,
)
_BEFORE_FIRST = re.compile(
    rf"so với [^.;()]{{0,60}}\(({NUMBER})(?! ?%){_WORDS % '0,3'}\)[^.;()0-9%]{{0,80}}\b{_GREW}"
    rf"[^.;()0-9%]{{0,20}}\b(?:còn|xuống|lên|đạt|là)(?: chỉ)?(?: còn| đến| tới)? ({NUMBER})(?! ?%)"
    rf"{_WORDS % '0,3'}",
    re.I,
)
"""What it was, in brackets behind `so với`, by how much it grew, and what it is."""

_BY = re.compile(
    rf"(?<![0-9.,/])({NUMBER})(?! ?%){_WORDS % '1,6'},? \(?(tăng|giảm) (?:thêm )?({NUMBER})(?! ?%)"
    rf"{_WORDS % '1,3'}(?: so với [^.,;()%]{{0,40}}(?:\([^.;()%]{{1,40}}\))?)?,? ?\(?"
    rf"(?:{_EQUAL}(?:mức )?(?:tăng |giảm )?|tăng |giảm )({NUMBER}) ?%(?! ?điểm)",
    re.I,
)
"""What it is, by how many it grew, and which per cent that is."""

_RAISED = re.compile(
    rf"(?:thêm|bổ sung|mới)(?: được)? ({NUMBER})(?! ?%){_WORDS % '1,6'},? (?:qua đó |đã )?"
    rf"(?:nâng|đưa) tổng số[^.;()0-9%]{{0,60}}\b(?:lên|thành|là) ({NUMBER})(?! ?%){_WORDS % '1,6'},? \(?"
    rf"{_LINK}tăng ({NUMBER}) ?%(?! ?điểm)",
    re.I,
)
"""How many were added, what all are now, and which per cent that is of what was before."""

_TIME = re.compile(r"(?:năm|tháng|quý|ngày|kỳ|lần|đợt) \Z", re.I)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_NEAR = 30
"""Percentage points by which a growth may be off where what was before has no word of its own."""


def growths(text: str) -> Iterator[Passage]:
    """Yield `1.250 cảnh báo, giảm 12% so với 1.420 cảnh báo` and `từ 75 vụ xuống 60 vụ, giảm 20%`."""
    for match in _SINCE.finditer(text):
        now, thing, word, amount, then, before = match.groups()
        timed = _TIME.search(text[: match.start(5)]) or (not before and _YEAR.fullmatch(then))
        if not timed:
            yield from _growth(match, (then, before), (now, thing), (word, amount))
    for match in _FROM_TO.finditer(text):
        then, before, now, thing, word, amount = match.groups()
        if not _TIME.search(text[: match.start(1)]):
            yield from _growth(match, (then, before or thing), (now, thing), (word, amount))
    for match in _BEFORE_FIRST.finditer(text):
        then, before, word, amount, now, thing = match.groups()
        yield from _growth(match, (then, before), (now, thing), (word, amount))
    yield from _added(text)


def _added(text: str) -> Iterator[Passage]:
    """Yield growths of what is told with how many came or went: `412 lượt, tăng 103 lượt (33,3%)`."""
    told = [(match, match.groups()) for match in _BY.finditer(text)]
    for match in _RAISED.finditer(text):
        more, added, now, thing, amount = match.groups()
        told.append((match, (now, thing, "tăng", more, added, amount)))
    for match, (now, thing, word, more, added, amount) in told:
        grew = word.lower() == "tăng"
        then = number_of(now) - number_of(more) * (1 if grew else -1)
        if is_count(now) and is_count(more) and then > 0:
            yield from _growth(match, (str(then), added), (now, thing), (word, amount))


def is_growth(then: str, now: str, change: str) -> bool:
    """Return whether a per cent between two figures is what they grew by, to the precision it is told to."""
    try:
        before, after = figures.stated("from", then), figures.stated("to", now)
        told = figures.stated("change", f"{change}%")
    except ValueError:
        return False
    difference = after.number - before.number
    return before.number > 0 and figures.agrees(told, difference / before.number * 100)


def _growth(
    match: re.Match[str], then: tuple[str, str], now: tuple[str, str], told: tuple[str, str]
) -> Iterator[Passage]:
    sign = "" if told[0].lower() in ("tăng", "cao hơn", "nhiều hơn") else "-"
    fields = {"from": _plain(then[0]), "to": _plain(now[0]), "change": f"{sign}{told[1]}%"}
    try:
        before, after, change = (figures.stated(name, text) for name, text in fields.items())
    except ValueError:
        return
    things = [words.split()[0].lower() for words in (then[1], now[1]) if words.split()]
    alike = len(things) > 1 and things[0] == things[1]
    if not before.number or (len(things) > 1 and not alike):
        return
    off = abs((after.number - before.number) / before.number * 100 - change.number)
    if alike or off <= _NEAR:
        # The figures may be told with a share, too.
        yield Passage(
            kind="difference", start=match.start(), end=match.end(), fields=fields, alone=False
        )


def _plain(number: str) -> str:
    """Return a count without the marks of its thousands, which a figure that may have decimals needs."""
    return str(number_of(number)) if is_whole(number) else number
