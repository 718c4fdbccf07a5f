"""Find figures in a report's text whose arithmetic can be checked, and name the shares it could not read.

Every pattern is bounded and none nests a repetition, so that time grows with the text alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from soccheck.claims import tables
from soccheck.claims.documents import plain_characters
from soccheck.claims.found import Found
from soccheck.claims.passage import FOOTNOTE, Passage
from soccheck.claims.pieces import in_one_line, pieces, without_marks
from soccheck.claims.scan_averages import averages
from soccheck.claims.scan_counts import Count, counts
from soccheck.claims.scan_left import left
from soccheck.claims.scan_left_changes import changes_left
from soccheck.claims.scan_lists import equations, lists
from soccheck.claims.scan_moves import moves
from soccheck.claims.scan_out_of import among, out_of
from soccheck.claims.scan_points import changes, scores
from soccheck.claims.scan_ratios import ratios
from soccheck.claims.scan_rests import rests
from soccheck.claims.scan_rough import is_of_rough_counts, roughly
from soccheck.claims.scan_sentence_sums import sentence_sums
from soccheck.claims.scan_series import series
from soccheck.claims.scan_shares import shares
from soccheck.claims.scan_totals import totals
from soccheck.claims.scan_worded_shares import shares_in_words
from soccheck.claims.table_changes import Followed, followed
from soccheck.claims.table_sums import TableSum, sums
from soccheck.claims.told import Sentence, sentences
from soccheck.claims.told_shares import not_taken
from soccheck.claims.unexplained import unexplained
from soccheck.errors import UsageError
from soccheck.phrase import phrase

MAX_FOUND = 5_000
"""A report with more figures than these is none."""

_BEFORE, _AFTER = 400, 400
_NEAR = 200
"""Characters before figures in which it stands that they are told roughly."""

_NOTE = re.compile(r"\[([0-9]{1,4}): ([^\[\]]{0,4000}+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Represents figures that were not checked: as written, their sentence, line and column, from 1."""

    written: str
    says: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """Represents what a report states: the figures found, and those that nothing read ties."""

    found: Sequence[Found]
    unread: Sequence[Unread]


def scan(text: str) -> Scanned:
    """Return the figures found in a report, and those told together that nothing ties, in its order."""
    text = plain_characters(text)
    notes = {match[1]: match[2] for match in _NOTE.finditer(text)}
    grids = list(tables.tables(text))
    told = [share for rows in grids for share in tables.shares(rows)]
    found = [(share.row.start, _of_row(share)) for share in told if share.fields]
    made = [total for rows in grids for total in sums(rows)]
    found += [(total.row.start, _of_total(total)) for total in made if total.whole]
    kept = [one for rows in grids for one in followed(rows)]
    found += [(one.row.start, _of_followed(one)) for one in kept if one.change or one.whole]
    cells = [share.share for share in told if not share.fields]
    cells += [one.total for one in made if not one.whole]
    cells += [one.cell for one in kept if not (one.change or one.whole)]
    unchecked = {cell.start: [(cell.start, cell.end)] for cell in cells}
    in_rows = [(row.start, row.end) for rows in grids for row in rows]
    said: list[Sentence] = []
    for start, end in pieces(text, told):
        is_row = "|" in text[start:end] or "\t" in text[start:end] or _is_in_one(in_rows, start)
        here, told_here = _paragraph(text[start:end], notes, is_row=is_row)
        found += [(start + place, item) for place, item in here]
        said += [one.moved(start) for one in told_here]
    for figures in unexplained(said):
        left = [(one.start, one.end) for one in figures if one.start not in unchecked]
        unchecked |= {left[0][0]: left} if left else {}
    if len(found) + len(unchecked) > MAX_FOUND:
        raise UsageError(
            phrase("more than {MAX_FOUND} figures", MAX_FOUND=MAX_FOUND),
            hint=phrase("scan one report at a time"),
        )
    return Scanned(
        found=[item for _, item in sorted(found, key=lambda pair: pair[0])],
        unread=list(_placed(text, unchecked)),
    )


def _is_in_one(stretches: Sequence[tuple[int, int]], place: int) -> bool:
    """Return whether a place stands in one of some stretches, which follow each other."""
    before = bisect_right(stretches, place, key=lambda stretch: stretch[0])
    return before > 0 and place < stretches[before - 1][1]


def _of_row(share: tables.RowShare) -> Found:
    """Return the figure that a row of a table states."""
    return Found(kind="ratio", says=_printable(share.row.says), fields=share.fields)


def _of_total(total: TableSum) -> Found:
    """Return the sum that a table states."""
    return Found(kind="sum", says=_printable(total.row.says), whole=total.whole)


def _of_followed(one: Followed) -> Found:
    """Return the change or the running total that a table states."""
    names = ("from", "to", "change")
    return Found(
        kind="difference" if one.change else "sum",
        says=_printable(one.row.says),
        fields=dict(zip(names, one.change or (), strict=False)),
        whole=one.whole,
    )


def _placed(text: str, left: Mapping[int, Sequence[tuple[int, int]]]) -> Iterator[Unread]:
    """Yield the figures that were not read, each with its sentence and where the first of them stands."""
    line, start, end = 0, 0, 0
    lines = iter(text.splitlines(keepends=True))
    for place in sorted(left):
        while place >= end:
            start, line = end, line + 1
            end += len(next(lines))
        last = max((high for _, high in left[place] if high <= end), default=end)
        yield Unread(
            written=", ".join(_printable(text[low:high]) for low, high in left[place]),
            says=sentence(text[start:end], place - start, last - start),
            line=line,
            column=place - start + 1,
        )


def _paragraph(
    lines: str, notes: Mapping[str, str], *, is_row: bool
) -> tuple[list[tuple[int, Found]], list[Sentence]]:
    """Return the figures of a paragraph with where they begin, and its sentences as the report has them."""
    text = in_one_line(lines)
    plain = without_marks(text)
    english = _is_english(plain)
    if english:
        plain = _FIGURE.sub(lambda figure: figure[0].translate(_OTHER_MARKS), plain)
    found: list[tuple[int, Found]] = []
    taken: list[Passage] = []
    counted = counts(plain)
    for passage in _all_passages(plain, counted, notes):
        written = _in_other_marks(passage) if english else passage
        item = Found(
            kind=passage.kind,
            says=sentence(
                text, passage.start if passage.since is None else passage.since, passage.end
            ),
            fields=written.fields,
            whole=passage.whole,
            listed=passage.listed,
        )
        low = passage.start if passage.since is None else passage.since
        around = text[max(0, low - _NEAR) : passage.end]
        if _is_read(item) and not (item.wrong and is_of_rough_counts(around, item)):
            taken.append(passage)
            found.append((passage.start, item))
    return found, list(sentences(plain, lines, counted, taken, is_row=is_row))


def _is_english(text: str) -> bool:
    """Return whether a text without Vietnamese letters has English words, or parts thousands as it does."""
    if _VIETNAMESE.search(text):
        return False
    parted = _THOUSANDS.search(text) and not _VIETNAMESE_THOUSANDS.search(text)
    return bool(parted or _ENGLISH.search(text))


def _all_passages(
    text: str, counted: Sequence[Count], notes: Mapping[str, str]
) -> Sequence[Passage]:
    """Return what is told in a known form, no stretch twice, and what gives the shares left."""
    read = bytearray(len(text))
    taken: list[Passage] = []
    for passage in _passages(text, counted, notes):
        place = slice(passage.start, passage.end)
        if not (passage.alone and any(read[place])) and not _is_told_again(passage, taken):
            if passage.alone:
                read[place] = b"\1" * (passage.end - passage.start)
            taken.append(roughly(text, passage))
    told = {tuple(passage.fields.items()) for passage in taken}
    taken += [one for one in moves(text, counted) if tuple(one.fields.items()) not in told]
    taken += changes_left(text, counted, taken)
    taken += shares_in_words(text, counted, taken)
    shares = not_taken(text, taken)
    taken += [roughly(text, one) for one in left(text, counted, shares, taken)]
    taken += list(sentence_sums(text, counted, taken))
    taken += list(averages(text, counted))
    shared = {_told(passage) for passage in taken if "per_cent" in passage.fields}
    return [one for one in taken if "per_cent" in one.fields or _told(one) not in shared]


def _told(passage: Passage) -> tuple[str | None, str | None]:
    """Return the part and the whole that a passage tells, if it does."""
    return passage.fields.get("numerator"), passage.fields.get("denominator")


def _in_other_marks(passage: Passage) -> Passage:
    """Return a passage read with Vietnamese marks as its English text writes it."""
    fields = {name: value.translate(_OTHER_MARKS) for name, value in passage.fields.items()}
    return replace(passage, fields=fields)


def _is_told_again(passage: Passage, taken: Sequence[Passage]) -> bool:
    """Return whether the same figures, or parts of the same whole, were read from a stretch around it."""
    return any(
        (passage.fields == other.fields if passage.fields else _is_in(passage, other))
        for other in taken
        if other.start < passage.end and passage.start < other.end
    )


def _is_in(passage: Passage, other: Passage) -> bool:
    """Return whether another passage tells the whole of a passage with its parts."""
    if passage.whole is None or other.whole is None:
        return False
    whole = passage.whole.figure
    return any(one.parts and one.figure == whole for one in (other.whole, *other.whole.parts))


def _is_read(item: Found) -> bool:
    """Return whether its figures can be read; an ambiguous one (1.348) is left to the reader."""
    try:
        return item.claim is not None
    except ValueError:
        return False


_ENGLISH = re.compile(r"\b(?:the|of|and|was|were|is|are|have|has|from|than|with|by)\b")
_VIETNAMESE = re.compile(r"[À-ÖØ-öø-ỹ]")
_THOUSANDS = re.compile(r"(?<![0-9.,])[1-9][0-9]{0,2}(?:,[0-9]{3}){1,3}(?![0-9]|[.,][0-9])")
_VIETNAMESE_THOUSANDS = re.compile(r"[0-9]\.[0-9]{3}(?![0-9])")
_OTHER_MARKS = str.maketrans(",.", ".,")
_FIGURE = re.compile(r"[0-9]+(?:[.,][0-9]+)+")


def _passages(text: str, counted: Sequence[Count], notes: Mapping[str, str]) -> Iterator[Passage]:
    """Yield everything told in a known form, what is written most plainly first.

    An English text has its marks as Vietnamese has them.
    """
    yield from equations(text)
    yield from lists(text)
    yield from scores(text)
    yield from changes(text)
    told = [*series(text, counted), *ratios(text, notes), *out_of(text, counted)]
    told += list(among(text, counted, told))
    yield from told
    whole_of = {}
    for total in totals(text, counted):
        whole_of.update({part.start: total.whole for part in total.parts})
        yield total.passage
    parts = list(shares(text, counted, whole_of, told))
    yield from rests(text, counted, [*told, *parts])
    yield from parts


_STOPS = (". ", ".;", ";")
"""What ends a sentence; a point of a list ends in a semicolon that `in_one_line` put there."""


def sentence(text: str, start: int, end: int) -> str:
    """Return the sentence around a stretch: from the last full stop before it to the first after."""
    low, high = max(0, start - _BEFORE), min(len(text), end + _AFTER)
    first = max(text.rfind(stop, low, start) for stop in _STOPS) + 1
    ends = [place for stop in _STOPS if (place := text.find(stop, end, high)) >= 0]
    last = min(ends, default=high)
    said = _NOTE.sub("", text[max(first, low) : last + 1])
    return _printable(FOOTNOTE.sub("", said)).strip(" ;-+")


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))
