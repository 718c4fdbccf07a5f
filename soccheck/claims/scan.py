"""Find figures in the text of a report whose arithmetic can be checked.

Ranks (9/63), dates (15/12) and document numbers (28/2018) have the shape of a ratio and are none.
Every pattern is bounded and none nests a repetition, so that time grows with the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from soccheck.claims import scan_points as points
from soccheck.claims import scan_totals as wholes
from soccheck.claims.check import Check, Verdict, with_itself
from soccheck.claims.scan_points import NUMBER
from soccheck.errors import UsageError
from soccheck.facts import figures
from soccheck.model import Claim, Location, Part

MAX_PARAGRAPH = 20_000
"""A longer paragraph is read in pieces."""

MAX_FOUND = 5_000
"""A report with more figures than these is none."""

_BEFORE, _AFTER = 400, 400

_WHOLE = r"[0-9]{1,3}(?:\.[0-9]{3}){1,4}|[0-9]{1,9}"
_RATIO = re.compile(
    rf"(?<![0-9A-Za-zÀ-ỹ/.,-])({_WHOLE}) ?/ ?({_WHOLE})(?![0-9A-Za-zÀ-ỹ/-]|[.,][0-9])"
)
_PER_CENT_AFTER = re.compile(
    rf"[^.;%\n]{{0,80}}?(?:đạt|t[ỷỉ] lệ|chiếm|bằng|reach|rate|\(|=|,)[^.;%\n0-9]{{0,30}}({NUMBER}) ?%"
)
_PER_CENT_BEFORE = re.compile(rf"({NUMBER}) ?% ?\( ?\Z")
_NOUN = re.compile(r"(?:\[footnoteRef:[0-9]{1,4}\])? (?:[^\W\d_])")
_EQUATION = re.compile(rf"(?<![0-9.,])({NUMBER}) ?= ?({NUMBER}(?: ?\+ ?{NUMBER}){{1,20}})(?![0-9])")
_TOTAL = re.compile(rf"(?<![0-9.,/])({_WHOLE}) ?(?:\(|,? ?trong đó[:,]?|,? ?of which[:,]?)", re.I)
_ITEM = re.compile(
    rf"[ ]{{0,3}}([^:;,()\n0-9][^:;,()\n]{{0,80}}): ?({_WHOLE})(?![0-9%/]|[.,][0-9]| ?%)"
)
_FOOTNOTE = re.compile(r"\[footnoteRef:([0-9]{1,4})\]")
_NOTE = re.compile(r"\[([0-9]{1,4}): ([^\[\]]{0,4000}+)\]")
_LISTED = re.compile(r"\([0-9]{1,3}\) ?([^;()\n]{1,300}(?:\([^()\n]{1,200}\)[^;()\n]{0,100}){0,3})")
_DATE_BEFORE = re.compile(r"(?:ngày|tháng|năm|quý|đến|từ|date|số:?|no\.?)\s*\Z", re.I)
_RANK_BEFORE = re.compile(r"(?:thứ|place|position)\s*\Z", re.I)
_SERIES_BEFORE = re.compile(r"(?:19|20)[0-9]{2}: ?\Z")
_FRACTION = re.compile(
    r"(?:gần|khoảng|hơn|about|nearly) [1-9]/[1-9]\Z|t[ỷỉ] lệ (?:[1-4]/[2-5]|50/50|60/40|70/30)\Z",
    re.I,
)
"""A part told as a fraction, `gần 1/3 cán bộ`: nobody was counted."""

_YEAR = re.compile(r"(?:19|20)[0-9]{2}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Represents a figure found in a report: its fields as the report writes them, and its sentence.

    `whole` holds a total with its parts, nested; `listed` the names a footnote gives.
    """

    kind: str
    says: str
    fields: Mapping[str, str] = field(default_factory=dict)
    whole: Part | None = None
    listed: tuple[str, ...] = ()

    @property
    def claim(self) -> Claim:
        """The claim it makes; the scan leaves out what cannot be read, so that this cannot fail."""
        stated = {name: figures.stated(name, text) for name, text in self.fields.items()}
        whole = self.whole
        if self.listed and "numerator" in stated:
            whole = Part(label="numerator", figure=stated["numerator"], listed=self.listed)
        at = Location("", 1, 1)
        return Claim(
            id="",
            says=self.says,
            document="",
            place=None,
            as_of=None,
            figures=stated,
            whole=whole,
            inventory={},
            at=at,
        )

    @property
    def wrong(self) -> list[Check]:
        """The comparisons of its figures that disagree."""
        return [c for c in with_itself(self.claim) if c.verdict is Verdict.DISAGREES]


def scan(text: str) -> list[Found]:
    """Return the figures found in a report, in the order of its text."""
    notes = {match[1]: match[2] for match in _NOTE.finditer(text)}
    found = []
    for line in text.splitlines():
        for start in range(0, len(line), MAX_PARAGRAPH):
            found += _paragraph(line[start : start + MAX_PARAGRAPH], notes)
            if len(found) > MAX_FOUND:
                raise UsageError(f"more than {MAX_FOUND} figures", hint="scan one report at a time")
    return found


class _Spans:
    """Keeps which characters of a paragraph a figure was already read from."""

    def __init__(self, length: int) -> None:
        self.taken = bytearray(length)
        self.summed = bytearray(length)

    def take(self, start: int, end: int) -> bool:
        """Return whether the stretch was free, and take it."""
        return _taken(self.taken, start, end)

    def add_up(self, start: int, end: int) -> bool:
        """Return whether the stretch was free for a sum, and take it; its figures may be shares too."""
        return _taken(self.summed, start, end)


def _taken(marks: bytearray, start: int, end: int) -> bool:
    if any(marks[start:end]):
        return False
    marks[start:end] = b"\1" * (end - start)
    return True


def _paragraph(text: str, notes: Mapping[str, str]) -> list[Found]:
    spans = _Spans(len(text))
    found: list[tuple[int, Found]] = []
    for finder in (_sums, _scores, _changes, _ratios, _told):
        for position, item in finder(text, notes, spans):
            try:
                item.claim  # noqa: B018  - an ambiguous figure (1.348) is left to the reader
            except ValueError:
                continue
            found.append((position, item))
    return [item for _, item in sorted(found, key=lambda pair: pair[0])]


def sentence(text: str, start: int, end: int) -> str:
    """Return the sentence around a stretch: from the last full stop before it to the first after."""
    low, high = max(0, start - _BEFORE), min(len(text), end + _AFTER)
    first = max(text.rfind(stop, low, start) for stop in (". ", "; ")) + 1
    ends = [place for stop in (". ", "; ") if (place := text.find(stop, end, high)) >= 0]
    last = min(ends, default=high)
    said = _NOTE.sub("", text[max(first, low) : last + 1])
    said = " ".join(_FOOTNOTE.sub("", said).split())
    return "".join(c if c.isprintable() else " " for c in said).strip(" ;-+")


def _told(text: str, notes: Mapping[str, str], spans: _Spans) -> Iterator[tuple[int, Found]]:
    """Yield wholes told with their parts and parts with their share, where nothing else was read."""
    for item in wholes.told(text):
        says = sentence(text, item.start if item.since is None else item.since, item.end)
        if item.whole is not None:
            if spans.add_up(item.start, item.end):
                yield item.start, Found(kind="sum", says=says, whole=item.whole)
        elif spans.take(item.start, item.end):
            yield item.start, Found(kind="ratio", says=says, fields=item.fields)


def _sums(text: str, notes: Mapping[str, str], spans: _Spans) -> Iterator[tuple[int, Found]]:
    for match in _EQUATION.finditer(text):
        parts = [
            Part(label=str(number), figure=figures.read(term.strip(), integer=True))
            for number, term in enumerate(match[2].split("+"), 1)
            if _reads(term.strip())
        ]
        if _reads(match[1]) and len(parts) > 1 and spans.take(*match.span()):
            spans.add_up(*match.span())
            whole = Part(
                label="total", figure=figures.read(match[1], integer=True), parts=tuple(parts)
            )
            yield match.start(), Found(kind="sum", says=sentence(text, *match.span()), whole=whole)
    for match in _TOTAL.finditer(text):
        inside = match[0].endswith("(")
        items, end = _items(text, match.end(), 0)
        closed = text[end : end + 1] == ")" if inside else True
        if len(items) > 1 and closed and spans.take(match.start(), end):
            spans.add_up(match.start(), end)
            whole = Part(
                label="total", figure=figures.read(match[1], integer=True), parts=tuple(items)
            )
            says = sentence(text, match.start(), end)
            yield match.start(), Found(kind="sum", says=says, whole=whole)


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


def _scores(text: str, notes: Mapping[str, str], spans: _Spans) -> Iterator[tuple[int, Found]]:
    for item in points.scores(text):
        if spans.take(item.start, item.end):
            says = sentence(text, item.start, item.end)
            yield item.start, Found(kind="score", says=says, fields=item.fields)


def _changes(text: str, notes: Mapping[str, str], spans: _Spans) -> Iterator[tuple[int, Found]]:
    for item in points.changes(text):
        # What is told in one go is read once; what its figures stand around may be a score, too.
        if not item.whole or spans.take(item.start, item.end):
            says = sentence(text, item.start, item.end)
            yield item.start, Found(kind="difference", says=says, fields=item.fields)


def _ratios(text: str, notes: Mapping[str, str], spans: _Spans) -> Iterator[tuple[int, Found]]:
    for match in _RATIO.finditer(text):
        before, after = text[max(0, match.start() - 60) : match.start()], text[match.end() :][:200]
        if _no_ratio(match, before, after) or not spans.take(*match.span()):
            continue
        fields = {"numerator": match[1], "denominator": match[2]}
        per_cent = _PER_CENT_BEFORE.search(before) or _PER_CENT_AFTER.match(after)
        bound = per_cent is not None and wholes.threshold(per_cent[0].partition(per_cent[1])[0])
        if per_cent is not None and not bound and not _RATIO.search(per_cent[0]):
            fields["per_cent"] = per_cent[1]
        elif _FRACTION.search(before + match[0]) or not _counts(match, after):
            continue
        listed: tuple[str, ...] = ()
        reference = _FOOTNOTE.match(after)
        if reference and reference[1] in notes:
            listed = tuple(name.strip(" .") for name in _LISTED.findall(notes[reference[1]]))
        says = sentence(text, *match.span())
        yield match.start(), Found(kind="ratio", says=says, fields=fields, listed=listed)


def _counts(match: re.Match[str], after: str) -> bool:
    """Return whether a ratio without a per cent counts something: no more than all of what it names."""
    part, whole = (int(number.replace(".", "")) for number in match.groups())
    return part <= whole and _NOUN.match(after) is not None


def _no_ratio(match: re.Match[str], before: str, after: str) -> bool:
    """Return whether it is a rank, a date, a place in a yearly series or a document's number."""
    near = f"{before[-40:]} {after[:60].partition('%')[0]}".lower()
    return bool(
        "hạng" in near
        or "rank" in near
        or _RANK_BEFORE.search(before)
        or _DATE_BEFORE.search(before)
        or _SERIES_BEFORE.search(before)
        or _YEAR.match(match[2])
        or int(match[2].replace(".", "")) == 0
    )
