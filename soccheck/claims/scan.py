"""Find figures in the text of a report whose arithmetic can be checked.

Ranks (9/63), dates (15/12) and document numbers (28/2018) have the shape of a ratio and are none.
Every pattern is bounded and none nests a repetition, so that time grows with the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from soccheck.claims.documents import plain_spaces
from soccheck.claims.found import Found
from soccheck.claims.passage import NUMBER, PER_CENT, RATIO, WHOLE, Passage
from soccheck.claims.scan_counts import counts, is_bound
from soccheck.claims.scan_nouns import is_another_rate
from soccheck.claims.scan_points import changes, scores
from soccheck.claims.scan_rests import rests
from soccheck.claims.scan_series import series
from soccheck.claims.scan_share_first import share_first
from soccheck.claims.scan_shares import PER_CENT_BEFORE, out_of, shares
from soccheck.claims.scan_totals import totals
from soccheck.errors import UsageError
from soccheck.facts import figures
from soccheck.model import Part
from soccheck.phrase import phrase

MAX_PARAGRAPH = 20_000
"""A longer paragraph is read in pieces."""

MAX_FOUND = 5_000
"""A report with more figures than these is none."""

_BEFORE, _AFTER = 400, 400

_PER_CENT_AFTER = re.compile(
    rf"[^.;%\n]{{0,140}}?(?:[;.]? ?(?:[Đđ]ạt|[Tt][ỷỉ] lệ|chiếm)|bằng|tương đương|reach|rate|\(|=|,)"
    rf"[^.;%\n0-9]{{0,30}}({NUMBER}){PER_CENT}"
)
_VERB = re.compile(r"đạt|t[ỷỉ] lệ|chiếm|bằng|tương|=|reach|rate")
_NOUN = re.compile(r"(?:\[footnoteRef:[0-9]{1,4}\])? (?:[^\W\d_])")
_EQUATION = re.compile(rf"(?<![0-9.,])({NUMBER}) ?= ?({NUMBER}(?: ?\+ ?{NUMBER}){{1,20}})(?![0-9])")
_TOTAL = re.compile(rf"(?<![0-9.,/])({WHOLE}) ?(?:\(|,? ?trong đó[:,]?|,? ?of which[:,]?)", re.I)
_ITEM = re.compile(
    rf"[ ]{{0,3}}([^:;,()\n0-9][^:;,()\n]{{0,80}}): ?({WHOLE})(?![0-9%/]|[.,][0-9]| ?%)"
)
_FOOTNOTE = re.compile(r"\[footnoteRef:([0-9]{1,4})\]")
_NOTE = re.compile(r"\[([0-9]{1,4}): ([^\[\]]{0,4000}+)\]")
_LISTED = re.compile(r"\([0-9]{1,3}\) ?([^;()\n]{1,300}(?:\([^()\n]{1,200}\)[^;()\n]{0,100}){0,3})")
_DATE_BEFORE = re.compile(r"(?:ngày|tháng|năm|quý|đến|từ|date|số:?|no\.?)\s*\Z", re.I)
_RANK_BEFORE = re.compile(
    r"(?:thứ|xếp|đứng|nhóm|tốp|phụ lục|biểu|mẫu|top|place|position)\s*\Z", re.I
)
_SERIES_BEFORE = re.compile(r"(?:19|20)[0-9]{2}: ?\Z")
_FRACTION = re.compile(
    r"(?:gần|khoảng|hơn|about|nearly) [1-9]/[1-9]\Z"
    r"|t[ỷỉ] lệ (?:[^\W\d_]{1,12} ){0,2}(?:[1-4]/[2-5]|50/50|60/40|70/30|1/[0-9.]{1,9})\Z",
    re.I,
)
"""A part told as a fraction, `gần 1/3 cán bộ`, or a scale, `tỷ lệ 1/2.000`: nobody was counted."""

_UNIT = re.compile(
    r" ?(?:giờ|phút|giây|ngày|tuần|tháng|quý|năm|[kKMG]b(?:ps|it|/s)|[KMGT]B|[kM]?VA|[kM]?[WV]|sao"
    r"|số|thời gian|chi phí|kinh phí|diện tích|khối lượng|công việc|quãng đường|dân số"
    r"|hours?|days?|weeks?|months?|years?|stars?)\b"
)
"""What measures: `6/7 ngày`, `300/300 Mbps` and `1/3 thời gian` count nothing that was looked at."""

_DAYS, _MONTHS = 31, 12
_HAS = re.compile(r"(?:\A|[ ,;])(?:có|được|là) \Z", re.I)
"""What makes `13/12 phòng` no day: `có 13/12 phòng`."""

_ALWAYS = re.compile(r"24/7\Z|24/24(?: ?(?:giờ|h)\b|[,.;])", re.I)
"""Round the clock."""

_YEAR = re.compile(r"(?:19|20)[0-9]{2}\Z")


def scan(text: str) -> list[Found]:
    """Return the figures found in a report, in the order of its text."""
    text = plain_spaces(text)
    notes = {match[1]: match[2] for match in _NOTE.finditer(text)}
    found = []
    for line in text.splitlines():
        for start in range(0, len(line), MAX_PARAGRAPH):
            found += _paragraph(line[start : start + MAX_PARAGRAPH], notes)
            if len(found) > MAX_FOUND:
                raise UsageError(
                    phrase("more than {MAX_FOUND} figures", MAX_FOUND=MAX_FOUND),
                    hint=phrase("scan one report at a time"),
                )
    return found


class _Stretches:
    """Keeps which characters of a paragraph figures were already read from, alone or as a sum."""

    def __init__(self, length: int) -> None:
        self._alone = bytearray(length)
        self._summed = bytearray(length)

    def take(self, passage: Passage) -> bool:
        """Return whether a passage's stretch was free, and take it."""
        kept = [self._alone] if passage.alone else []
        kept += [self._summed] if passage.whole is not None else []
        place = slice(passage.start, passage.end)
        if any(any(marks[place]) for marks in kept):
            return False
        for marks in kept:
            marks[place] = b"\1" * (passage.end - passage.start)
        return True


def _paragraph(text: str, notes: Mapping[str, str]) -> list[Found]:
    stretches = _Stretches(len(text))
    found: list[tuple[int, Found]] = []
    taken: list[Passage] = []
    for passage in _passages(text, notes):
        if not stretches.take(passage) or _is_told_again(passage, taken):
            continue
        taken.append(passage)
        since = passage.start if passage.since is None else passage.since
        item = Found(
            kind=passage.kind,
            says=sentence(text, since, passage.end),
            fields=passage.fields,
            whole=passage.whole,
            listed=passage.listed,
        )
        if _is_read(item):
            found.append((passage.start, item))
    return [item for _, item in sorted(found, key=lambda pair: pair[0])]


def _is_told_again(passage: Passage, taken: Sequence[Passage]) -> bool:
    """Return whether the same figures were read from a stretch around it, by another way of telling."""
    return not passage.alone and any(
        passage.fields == other.fields and other.start <= passage.start < other.end
        for other in taken
        if passage.fields
    )


def _is_read(item: Found) -> bool:
    """Return whether its figures can be read; an ambiguous one (1.348) is left to the reader."""
    try:
        return item.claim is not None
    except ValueError:
        return False


def _passages(text: str, notes: Mapping[str, str]) -> Iterator[Passage]:
    """Yield everything found in a paragraph, what is written most plainly first."""
    yield from _equations(text)
    yield from _lists(text)
    yield from scores(text)
    yield from changes(text)
    yield from share_first(text)
    yield from series(text)
    yield from _ratios(text, notes)
    yield from out_of(text)
    counted = counts(text)
    whole_of = {}
    for total in totals(text, counted):
        whole_of.update({part.start: total.whole for part in total.parts})
        yield total.passage
    yield from rests(text, counted)
    yield from shares(text, counted, whole_of)


def sentence(text: str, start: int, end: int) -> str:
    """Return the sentence around a stretch: from the last full stop before it to the first after."""
    low, high = max(0, start - _BEFORE), min(len(text), end + _AFTER)
    first = max(text.rfind(stop, low, start) for stop in (". ", "; ")) + 1
    ends = [place for stop in (". ", "; ") if (place := text.find(stop, end, high)) >= 0]
    last = min(ends, default=high)
    said = _NOTE.sub("", text[max(first, low) : last + 1])
    said = " ".join(_FOOTNOTE.sub("", said).split())
    return "".join(c if c.isprintable() else " " for c in said).strip(" ;-+")


def _equations(text: str) -> Iterator[Passage]:
    """Yield `1.000 = 600 + 400`."""
    for match in _EQUATION.finditer(text):
        terms = [term.strip() for term in match[2].split("+")]
        parts = tuple(
            Part(label=str(number), figure=figures.read(term, integer=True))
            for number, term in enumerate(terms, 1)
            if _reads(term)
        )
        if _reads(match[1]) and len(parts) > 1:
            whole = Part(label="total", figure=figures.read(match[1], integer=True), parts=parts)
            yield Passage(kind="sum", start=match.start(), end=match.end(), whole=whole)


def _lists(text: str) -> Iterator[Passage]:
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


def _ratios(text: str, notes: Mapping[str, str]) -> Iterator[Passage]:
    """Yield `179/188 đơn vị, đạt tỷ lệ 95,2%`, with the names its footnote lists."""
    for match in RATIO.finditer(text):
        before, after = text[max(0, match.start() - 90) : match.start()], text[match.end() :][:240]
        if _no_ratio(match, before, after):
            continue
        fields = {"numerator": match[1], "denominator": match[2]}
        # Of several ratios in one bracket nobody says which of them the per cent before it tells.
        alone = not RATIO.search(after.partition(")")[0])
        per_cent = (PER_CENT_BEFORE.search(before) if alone else None) or _told_after(before, after)
        bound = per_cent is not None and is_bound(per_cent[0].partition(per_cent[1])[0])
        if per_cent is not None and not bound and not RATIO.search(per_cent[0]):
            fields["per_cent"] = per_cent[1]
        elif _FRACTION.search(before + match[0]) or not _counts(match, before, after):
            continue
        listed: tuple[str, ...] = ()
        reference = _FOOTNOTE.match(after)
        if reference and reference[1] in notes:
            listed = tuple(name.strip(" .") for name in _LISTED.findall(notes[reference[1]]))
        yield Passage(
            kind="ratio", start=match.start(), end=match.end(), fields=fields, listed=listed
        )


def _told_after(before: str, after: str) -> re.Match[str] | None:
    """Return the per cent behind a ratio; one of something else, `, 87% người dân hài lòng`, is none."""
    told = _PER_CENT_AFTER.match(after)
    if told is None:
        return None
    between = told[0][: told.start(1)]
    new = _NOUN.match(after, told.end()) and not _VERB.search(re.split("[,(]", between)[-1])
    return None if new or is_another_rate(before, between) else told


def _counts(match: re.Match[str], before: str, after: str) -> bool:
    """Return whether a ratio without a per cent counts something; more than all of it is told as wrong."""
    part, whole = (int(number.replace(".", "")) for number in match.groups())
    told = part <= whole or part > _DAYS or whole > _MONTHS or _HAS.search(before) is not None
    return told and _NOUN.match(after) is not None and not _UNIT.match(after)


def _no_ratio(match: re.Match[str], before: str, after: str) -> bool:
    """Return whether it is a rank, a date, a place in a yearly series or a document's number."""
    near = f"{before[-40:]} {after[:60].partition('%')[0]}".lower()
    return bool(
        "hạng" in near
        or "bậc" in near
        or "rank" in near
        or _RANK_BEFORE.search(before)
        or _DATE_BEFORE.search(before)
        or _SERIES_BEFORE.search(before)
        or _YEAR.match(match[2])
        or _ALWAYS.match(match[0] + after[:5] if match[2] == "24" else match[0])
        or int(match[2].replace(".", "")) == 0
    )
