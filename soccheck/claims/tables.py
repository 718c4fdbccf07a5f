"""Read the shares of tables in a report's text: rows of a line, their cells parted by `|` or tabs.

Which columns are the part and the whole of a column of per cents is not written. They are the two that
give it in most rows; else those whose heads say so; else the two before it, where they nearly give it.
In every other table the share is left unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from soccheck.claims.docx import MAX_COLUMNS, MIN_CELLS
from soccheck.claims.passage import NUMBER, RATIO, WHOLE
from soccheck.facts import figures
from soccheck.model import Figure

_RULE = re.compile(r"[\s|:+=-]*\Z")
"""A blank line, or the line under a table's head in Markdown."""

SHARE_HEAD = re.compile(r"t[ỷỉ] lệ|%|phần trăm|\bper ?cent\b|\brate\b|\bshare\b", re.I)
_SHARE_CELL = re.compile(rf"({NUMBER}) ?(%?)\Z")
_COUNT_CELL = re.compile(
    rf"({WHOLE}|[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,4}})(?: [^\W\d_][^0-9/%]{{0,40}})?\Z"
)
_ORDER_HEAD = re.compile(r"(?:s?tt|số tt|số thứ tự|no\.?|#)\Z", re.I)
_WHOLE_HEAD = re.compile(r"tổng|phải|kế hoạch|được giao|hiện có|\btotal\b|\ball\b", re.I)
_PART_HEAD = re.compile(
    r"\bđã\b|hoàn thành|thực hiện|đạt|được (?!giao)|kết quả|đúng hạn|\b(?:done|passed|approved|met)\b",
    re.I,
)
TOTAL_ROW = re.compile(r"(?:tổng|cộng|toàn tỉnh|chung|total|all)\b", re.I)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}\Z")
_COLUMNS = 8
"""Columns nearest to a column of shares that are tried."""

_NEAR = Fraction(5)
"""Percentage points by which shares may miss the ratio of two columns that nothing but their place names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCell:
    """Represents a cell: its text without marks around it, and where it begins and ends in the report."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """Represents a line of a table."""

    cells: Sequence[ReportCell]
    start: int
    end: int

    def share(self, column: int) -> Figure | None:
        """Return the per cent in a column, with its sign or without."""
        match = _SHARE_CELL.match(self._text(column))
        try:
            return figures.stated("per_cent", match[1]) if match else None
        except ValueError:
            return None

    def count(self, column: int) -> str:
        """Return the whole number in a column as it is written, or nothing."""
        match = _COUNT_CELL.match(self._text(column))
        return match[1] if match else ""

    def _text(self, column: int) -> str:
        return self.cells[column].text if column < len(self.cells) else ""

    @property
    def says(self) -> str:
        """The row as one quotes it."""
        return " | ".join(cell.text for cell in self.cells if cell.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowShare:
    """Represents a share of a row, with the part and the whole it is of; without them it was not read."""

    row: ReportRow
    share: ReportCell
    fields: Mapping[str, str]
    columns: frozenset[int]


def tables(text: str) -> Iterator[Sequence[ReportRow]]:
    """Yield the tables of a report: two rows or more, blank lines and rules between them."""
    rows: list[ReportRow] = []
    told = False
    place = 0
    for line in text.splitlines(keepends=True):
        row = _row(line, place)
        if row is not None:
            of_figures = _is_of_figures(row)
            if told and not of_figures and _begins(row, rows[-1]):
                yield from [rows] if len(rows) > 1 else []
                rows, told = [], False
            rows.append(row)
            told = told or of_figures
        elif not _RULE.match(line):
            yield from [rows] if len(rows) > 1 else []
            rows, told = [], False
        place += len(line)
    yield from [rows] if len(rows) > 1 else []


def _begins(row: ReportRow, last: ReportRow) -> bool:
    """Return whether a row behind figures is the head of another table, with nothing between the two."""
    shares = any(SHARE_HEAD.search(cell.text) for cell in row.cells)
    return shares or len(row.cells) != len(last.cells)


def _row(line: str, place: int) -> ReportRow | None:
    """Return a line as a row, where it is one."""
    mark = "|" if "|" in line else "\t"
    if not MIN_CELLS - 1 <= line.count(mark) <= MAX_COLUMNS or _RULE.match(line):
        return None
    cells = []
    start = place
    for piece in line.rstrip("\r\n").split(mark):
        text = piece.strip(" \t*_")
        first = start + (piece.find(text) if text else 0)
        cells.append(ReportCell(text=text, start=first, end=first + len(text)))
        start += len(piece) + 1
    if mark == "|" and not cells[0].text and line.lstrip().startswith("|"):
        cells = cells[1:]
    return ReportRow(cells=cells, start=place, end=place + len(line.rstrip("\r\n")))


def shares(rows: Sequence[ReportRow]) -> Iterator[RowShare]:
    """Yield every share of a table, row by row of each of its columns of shares."""
    head, body = parted(rows)
    heads = heads_of(rows, head)
    for column in range(len(heads)):
        signed = any(is_signed(row, column) for row in body)
        if not signed and not SHARE_HEAD.search(heads[column]):
            continue
        told = [(row, stated) for row in body if (stated := row.share(column)) is not None]
        pair = _pair(told, heads, column)
        of = _total(body, told, column) if pair is None else None
        for row, _ in told:
            yield _told(row, column, pair) if of is None else _of_total(row, column, *of)


def heads_of(rows: Sequence[ReportRow], head: Sequence[ReportRow]) -> Sequence[str]:
    """Return what stands over each column."""
    width = max(len(row.cells) for row in rows)
    return [" ".join(row.cells[c].text for row in head if c < len(row.cells)) for c in range(width)]


def parted(rows: Sequence[ReportRow]) -> tuple[Sequence[ReportRow], Sequence[ReportRow]]:
    """Return the head of a table and its body, without a line that numbers the columns."""
    first = next((n for n, row in enumerate(rows) if _is_of_figures(row)), len(rows))
    return rows[:first], [row for row in rows[first:] if not _numbers_columns(row)]


def _is_of_figures(row: ReportRow) -> bool:
    told = [row.count(c) for c in range(1, len(row.cells)) if row.count(c)]
    years = len(told) > 1 and all(map(_YEAR.match, told))  # a head of years
    return (bool(told) and not years) or any(is_signed(row, c) for c in range(1, len(row.cells)))


def is_signed(row: ReportRow, column: int) -> bool:
    """Return whether a cell is a per cent with its sign."""
    match = _SHARE_CELL.match(row.cells[column].text) if column < len(row.cells) else None
    return match is not None and bool(match[2])


def _numbers_columns(row: ReportRow) -> bool:
    """Return whether a row only numbers the columns: `(1) (2) (3)`."""
    numbers = [cell.text.strip("()").partition("=")[0].strip("() ") for cell in row.cells]
    first = int(numbers[0]) if numbers[0].isdecimal() and len(numbers[0]) < 3 else 1
    return numbers == [str(n) for n in range(first, first + len(numbers))]


def _told(row: ReportRow, column: int, pair: tuple[int, int] | None) -> RowShare:
    """Return the share of a row with its figures: of two columns, or of a ratio in one."""
    share = row.cells[column]
    fields: dict[str, str] = {}
    columns = {column}
    written = share.text.rstrip("% ")
    ratios = [
        (c, match) for c, cell in enumerate(row.cells) if (match := RATIO.fullmatch(cell.text))
    ]
    if pair is not None and row.count(pair[0]) and row.count(pair[1]):
        part, whole = (row.count(c) for c in pair)
        fields = {"numerator": part, "denominator": whole, "per_cent": written}
        columns |= set(pair)
    elif len(ratios) == 1:
        at, match = ratios[0]
        fields = {"numerator": match[1], "denominator": match[2], "per_cent": written}
        columns.add(at)
    return RowShare(row=row, share=share, fields=fields, columns=frozenset(columns))


def _pair(
    told: Sequence[tuple[ReportRow, Figure]], heads: Sequence[str], column: int
) -> tuple[int, int] | None:
    """Return the columns of the part and of the whole of a column of shares."""
    rows = [row for row, _ in told]
    counted = [
        c
        for c in range(len(heads))
        if c != column and any(row.count(c) for row in rows) and not is_order(rows, heads[c], c)
    ]
    counted = sorted(sorted(counted, key=lambda c: abs(c - column))[:_COLUMNS])
    fits = {
        pair: sum(1 for row, stated in told if _fits(row, stated, pair))
        for pair in permutations(counted, 2)
    }
    best = max(fits, key=lambda pair: (fits[pair], _is_named(heads, pair), *pair), default=None)
    if best is not None and fits[best] and (fits[best] * 2 >= len(told)):
        return best
    named = [pair for pair in fits if _is_named(heads, pair)]
    if len(named) == 1:
        return named[0]
    before = [c for c in counted if c < column][-2:]
    for pair in permutations(before, 2) if len(before) > 1 else ():
        if all(
            (off := _off(row, stated, pair)) is not None and off <= _NEAR for row, stated in told
        ):
            return pair
    return None


def _total(
    body: Sequence[ReportRow], told: Sequence[tuple[ReportRow, Figure]], column: int
) -> tuple[int, ReportRow] | None:
    """Return the column whose counts are shares of its total, and the row that tells that.

    It is the one row called a total; at least half of the shares must be the ratio of their row to it.
    """
    wholes = [row for row in body if any(TOTAL_ROW.match(cell.text) for cell in row.cells[:3])]
    if len(wholes) != 1:
        return None
    for counted in range(column - 1, -1, -1):
        fits = [row for row, stated in told if _is_of(row, stated, counted, wholes[0])]
        if len(fits) > 1 and len(fits) * 2 >= len(told):
            return counted, wholes[0]
    return None


def _is_of(row: ReportRow, stated: Figure, counted: int, total: ReportRow) -> bool:
    """Return whether a share is the ratio of a row's count to that of the total."""
    part, whole = (number_in(each.count(counted)) for each in (row, total))
    return whole > 0 and abs(Fraction(part * 100, whole) - stated.number) <= stated.half


def _of_total(row: ReportRow, column: int, counted: int, total: ReportRow) -> RowShare:
    """Return the share of a row with its count and that of the total."""
    share, part = row.cells[column], row.count(counted)
    fields = {
        "numerator": part,
        "denominator": total.count(counted),
        "per_cent": share.text.rstrip("% "),
    }
    columns = frozenset((column, counted))
    return RowShare(row=row, share=share, fields=fields if part else {}, columns=columns)


def number_in(count: str) -> int:
    """Return the number that a count is written as; 0 for nothing."""
    return int(re.sub("[.,]", "", count or "0"))


def is_order(rows: Sequence[ReportRow], head: str, column: int) -> bool:
    """Return whether a column numbers the rows."""
    numbers = [number for row in rows if (number := row.count(column))]
    counting = [str(n) for n in range(1, len(numbers) + 1)]
    return bool(_ORDER_HEAD.match(head.strip())) or (
        len(numbers) > 2 and [n.lstrip("0") for n in numbers] == counting
    )


def _is_named(heads: Sequence[str], pair: tuple[int, int]) -> bool:
    """Return whether the heads of two columns say which is the part and which the whole."""
    part, whole = (heads[c] for c in pair)
    return bool(_PART_HEAD.search(part) and _WHOLE_HEAD.search(whole)) and not (
        _WHOLE_HEAD.search(part)
    )


def _off(row: ReportRow, stated: Figure, pair: tuple[int, int]) -> Fraction | None:
    """Return by how many percentage points a share misses the ratio of two columns."""
    part, whole = (number_in(row.count(c)) for c in pair)
    return (
        abs(Fraction(part * 100, whole) - stated.number) if whole and row.count(pair[0]) else None
    )


def _fits(row: ReportRow, stated: Figure, pair: tuple[int, int]) -> bool:
    off = _off(row, stated, pair)
    return off is not None and off <= stated.half
