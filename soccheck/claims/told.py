"""Find, in a piece of a report, all that is told in figures, and whether a passage that was read has it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction

from soccheck.claims.passage import NUMBER, PER_CENT, Passage
from soccheck.claims.scan_counts import Count, is_whole, is_year
from soccheck.claims.told_shares import SHARE, is_share, not_taken
from soccheck.facts import figures
from soccheck.model import Figure, Part

_WORDED = re.compile(
    r"\b(?:(?:một|hai|ba|bốn|năm|bảy|tám|chín) phần (?:hai|ba|tư|bốn|năm|mười)|(?:một|quá|hơn|gần) nửa"
    rf"|gấp (?:đôi|rưỡi|(?:hơn |gần |khoảng )?(?:hai|ba|bốn|năm|{NUMBER})(?: lần)?)"
    rf"|(?:tăng|giảm) (?:hơn |gần |khoảng |lên )?(?:hai|ba|bốn|năm|{NUMBER}) lần"
    r"|(?:chiếm|bằng|tương đương|tức)(?: với| là)?(?: khoảng)? [1-9]/[2-9]"
    r"|(?:an?|one|two|three|four)[ -](?:half|halves|thirds?|quarters?|fifths?|tenths?)|by half"
    r"|(?<!fewer than )(?<!less than )half of"
    r"|(?:one|two|three|four|five|six|seven|eight|nine) (?:in|out of) (?:two|three|four|five|six|ten)"
    rf"|every (?:second|third|fourth|fifth)|halved|twice|doubled|tripled|trebled|quadrupled"
    rf"|(?:{NUMBER}|two|three|four|five|ten) times"
    r"|(?:ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety) per ?cent"
    r"|cứ (?:[0-9]{1,3}|hai|ba|bốn|năm|sáu|mười)(?: [^\W\d_]{1,9}){1,3} (?:có|thì)"
    r" (?:[0-9]{1,3}|một|hai|ba))\b|[½⅓⅔¼¾]",
    re.I,
)
"""A share or a growth in words."""

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_WORDS = 20
"""Characters behind a figure in words in which the passage ends that it was read in."""

_OVER = re.compile(
    rf"(?<![0-9A-Za-zÀ-ỹ/.,:-])({NUMBER}) ?/ ?({NUMBER})(?![0-9A-Za-zÀ-ỹ/-]|[.,][0-9]|{PER_CENT})"
)
_MEASURED = re.compile(
    rf"(?<![0-9A-Za-zÀ-ỹ/.,:-])({NUMBER})"
    r"(?= ?(?:[KMGT]B|[kMGT]b(?:ps|it/s|/s)|giờ|phút|giây|hours?|minutes?|điểm|points?|pp)\b)"
    rf"|(?<=[^\W\d_]/)({NUMBER})(?= [^\W\d_])"
    rf"|(?<![0-9A-Za-zÀ-ỹ/.,:-])([0-9]{{1,9}}[.,](?:[0-9]{{1,2}}|[0-9]{{4,9}}))"
    rf"(?![0-9A-Za-z/-]|[.,][0-9]|{PER_CENT})|(?<=[$€£])({NUMBER})(?=m\b)"
)
"""What counts nothing, and is told to be compared all the same."""

_ONES = ["một", "mốt", "hai", "ba", "bốn", "tư", "năm", "lăm", "sáu", "bảy", "tám", "chín"]
_VALUES = dict(zip(_ONES, (1, 1, 2, 3, 4, 4, 5, 5, 6, 7, 8, 9), strict=True))
_IN_WORDS = re.compile(
    r"\b(?:(?P<tens>(?:hai|ba|bốn|năm|sáu|bảy|tám|chín) mươi|mười)"
    rf"(?: (?P<ones>{'|'.join(_ONES)}))?|(?P<few>hai|ba|bốn|sáu|bảy|tám|chín))(?= [^\W\d_])"
    r"(?! phần| lần| mươi| thì)",
    re.I,
)
"""A number in Vietnamese words; a small one at the head of its clause alone."""

_TIME = re.compile(r" (?:ngày|tuần|tháng|quý|năm|days?|weeks?|months?|years?)\b", re.I)
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_NONE = re.compile(
    r"\([0-9]{1,2}\) (?=[^\W\d_])|\[(?:footnoteRef:)?[0-9]{1,4}[\]:]|\bcả [2-9] (?:tiêu chí|mặt)\b"
    r"|^\s*[0-9]{1,2}(?:\.[0-9]{1,2})*[.)] "
    r"|\b(?:hạng|(?:xếp|đứng|vị trí) thứ)(?: thứ)? [0-9]+(?:/[0-9]+)?"
    r"|[0-9]+ (?:bậc|hạng)\b|\b20[0-9]{2}: [0-9]+/[0-9]+"
    r"|\bmức(?: độ)? [1-5](?! (?:giờ|phút|giây|điểm|triệu|tỷ)\b|[0-9.,]+[0-9])"
    r"|\b(?:mục|tiêu chí|section|clause|article|annex|version|phiên bản|Windows|Office|TCVN|ISO) [0-9.]+"
    r"|[0-9]+(?:st|nd|rd|th) (?:out )?of [0-9]+|\b[0-9]+/(?:19|20)[0-9]{2}\b"
    r"|(?<![0-9])(?:[0-9]{1,2}[/-]){1,2}(?:19|20)[0-9]{2}\b|(?:19|20)[0-9]{2} ?[-–] ?(?:19|20)[0-9]{2}"
    r"|\b(?:ngày|trước|sau|đến|hết|từ|quá) (?:[0-9]{1,2}, )?(?:[12]?[0-9]|3[01])/(?:[1-9]|0[1-9]|1[0-2])\b"
    rf"|\b[0-9]{{1,2}}(?:st|nd|rd|th)? (?:{_MONTH})\b|\b(?:{_MONTH}) [0-9]{{1,2}}\b"
    r"|\b[0-9]+(?:/[0-9]{4})?/[^\W\d_][\w-]*|[0-9]+:(?:19|20)[0-9]{2}",
    re.I | re.M,
)
"""The numerals of a list, ranks, sections, products, dates and numbers of documents, which tell nothing."""

_STOP = re.compile(r"(?<!\bi\.e)(?<!\be\.g)\.(?=\s|\Z)|\Z")


class FigureKind(Enum):
    """Names what a figure is; one time alone only makes others, by multiplying."""

    COUNT = "count"
    SHARE = "share"
    WORDS = "words"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFigure:
    """Represents a figure where it stands in a text; `half` is what rounding may have taken from it."""

    start: int
    end: int
    kind: FigureKind
    number: Fraction
    half: Fraction
    read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """Represents a sentence with the figures it tells, and where it stands."""

    text: str
    start: int
    told: Sequence[ToldFigure]

    def moved(self, by: int) -> Sentence:
        """Return it as it stands where its piece begins at `by`."""
        told = [replace(one, start=one.start + by, end=one.end + by) for one in self.told]
        return replace(self, start=self.start + by, told=told)


def sentences(
    text: str, lines: str, counted: Sequence[Count], taken: Sequence[Passage], *, is_row: bool
) -> Iterator[Sentence]:
    """Yield the sentences that tell something in a piece of a report, which is also given in its lines.

    Of a row of a table only shares were not read: its counts are judged with their columns.
    """
    told = sorted(_told(text, lines, counted, taken, is_row=is_row), key=lambda one: one.start)
    first = place = 0
    for stop in _STOP.finditer(text):
        last = bisect_left(told, stop.start(), lo=place, key=lambda one: one.start)
        if last > place:
            yield Sentence(
                text=text[first : stop.start()],
                start=first,
                told=told[place:last],
            )
        first, place = stop.end(), last


def _told(
    text: str, lines: str, counted: Sequence[Count], taken: Sequence[Passage], *, is_row: bool
) -> Iterator[ToldFigure]:
    read = _read(text, taken)
    left = {share.start() for share in not_taken(text, taken)}
    for share in SHARE.finditer(text):
        is_read = share.start() not in left
        if is_read or is_share(text, share):
            yield _one(share, FigureKind.SHARE, _figure(share[1]), read=is_read)
    worded = sorted(passage.end for passage in taken if passage.worded)
    none = bytearray(len(text) + 1)
    for match in _NONE.finditer(lines):
        none[match.start() : match.end()] = b"\1" * len(match[0])
    for match in _WORDED.finditer(text):
        near = bisect_left(worded, match.start())
        is_read = worded[near : near + 1] <= [match.end() + _WORDS] and near < len(worded)
        none[match.start() : match.end()] = b"\1" * len(match[0])
        yield _one(match, FigureKind.WORDS, _NO_FIGURE, read=is_read)
    for place, figure in _counts(text, counted):
        if not none[place.start]:
            kind = FigureKind.TIME if _TIME.match(text, place.stop) else FigureKind.COUNT
            is_read = is_row or any(place.start in there for there in read.get(figure.number, ()))
            yield _one(place, kind, figure, read=is_read)


def _read(text: str, taken: Sequence[Passage]) -> Mapping[Fraction, Sequence[range]]:
    """Return where each number was read: the sentences of what it belongs to, and those beside them."""
    stops = [0, *(stop.end() for stop in _STOP.finditer(text))]
    unmade = set(_unmade(taken))
    read: dict[Fraction, list[range]] = {}
    for passage in taken:
        low = min(passage.start, passage.start if passage.since is None else passage.since)
        first = stops[max(0, bisect_left(stops, low + 1) - 1 - _BESIDE)]
        last = bisect_left(stops, passage.end)
        end = stops[min(last + _BESIDE, len(stops) - 1)]
        for number in set(_numbers(passage)) - unmade:
            read.setdefault(number, []).append(range(first, end + 1))
    return read


_BESIDE = 1
"""Sentences on either side of what was read in which one of its numbers is it, told again."""

_ALL_OF_IT = 100
_NO_FIGURE = Figure(number=Fraction(0), places=0)


def _one(
    place: re.Match[str] | range, kind: FigureKind, figure: Figure, *, read: bool
) -> ToldFigure:
    start, end = (place.start, place.stop) if isinstance(place, range) else place.span()
    return ToldFigure(
        start=start, end=end, kind=kind, number=figure.number, half=figure.half, read=read
    )


def _counts(text: str, counted: Sequence[Count]) -> Iterator[tuple[range, Figure]]:
    """Yield what counts something, and what else is told to be compared, each place once."""
    found = {range(c.start, c.end): c.figure for c in counted if not is_year(c)}
    spans = [match.span(half) for match in _OVER.finditer(text) for half in (1, 2)]
    spans += [match.span(match.lastindex or 0) for match in _MEASURED.finditer(text)]
    for span in spans:
        if not _YEAR.fullmatch(text, *span):
            found[range(*span)] = _figure(text[slice(*span)])
    for match in _IN_WORDS.finditer(text):
        if match["tens"] or _begins(text, match.start()):
            found[range(*match.span())] = _worded(match)
    yield from found.items()


def _worded(match: re.Match[str]) -> Figure:
    """Return the figure of a number in words."""
    tens, ones, few = (match[name] and match[name].lower() for name in ("tens", "ones", "few"))
    number = _VALUES[few] if few else 10 * _VALUES.get(tens.partition(" ")[0], 1)
    return Figure(number=Fraction(number + (_VALUES[ones] if ones else 0)), places=0)


def _begins(text: str, place: int) -> bool:
    return text[max(0, place - 2) : place].strip(" ;") in ("", ".", ":", ",")


def _figure(written: str) -> Figure:
    """Return the figure that is written; of one that may be two, its digits, which nothing makes."""
    try:
        return figures.read(written.rpartition(" ")[2], integer=is_whole(written))
    except ValueError:
        return Figure(number=Fraction(int("".join(re.findall(r"[0-9]", written)) or 0)), places=0)


def _numbers(passage: Passage) -> Iterator[Fraction]:
    """Yield what a passage tells that is no per cent."""
    for name, written in passage.fields.items():
        if name != "per_cent" and not written.endswith("%"):
            figure = _figure(written.removeprefix(figures.TIMES))
            yield abs(figure.number)
    if passage.kind == "difference":
        yield abs(_figure(passage.fields["to"]).number - _figure(passage.fields["from"]).number)
    yield from _parts(passage.whole) if passage.whole else []


def _unmade(taken: Sequence[Passage]) -> Iterator[Fraction]:
    """Yield each whole whose parts were read with shares that make a hundred, and do not make it."""
    parts: dict[str, list[tuple[Fraction, Fraction]]] = {}
    for passage in taken:
        if passage.kind == "ratio" and "per_cent" in passage.fields:
            part, share = (_figure(passage.fields[name]) for name in ("numerator", "per_cent"))
            parts.setdefault(passage.fields["denominator"], []).append((part.number, share.number))
    for whole, of_it in parts.items():
        shares = sum((share for _, share in of_it), Fraction(0))
        made, number = sum(part for part, _ in of_it), _figure(whole).number
        if len(of_it) > 1 and abs(shares - _ALL_OF_IT) <= 1 and made != number:
            yield number


def _parts(whole: Part) -> Iterator[Fraction]:
    yield whole.figure.number
    for part in whole.parts:
        yield from _parts(part)
