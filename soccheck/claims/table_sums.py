"""Read the sums of tables in a report's text: of the rows above a total, and of the columns beside one.

What a total is of is not written. It is taken for the sum of all the rows, or of a run of columns, where
that holds elsewhere in the same table; where it only fails, the total is named as not checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from soccheck.claims.scan_counts import is_whole
from soccheck.claims.table_changes import is_followed
from soccheck.claims.tables import (
    SHARE_HEAD,
    TOTAL_ROW,
    ReportCell,
    ReportRow,
    heads_of,
    is_order,
    is_signed,
    number_in,
    parted,
)
from soccheck.facts import figures
from soccheck.model import Part

_GROUP = re.compile(r"(?:[IVX]{1,4}|[A-Z])\.?\Z")
"""What numbers the rows that are sums of those under them."""

_ADDED = re.compile(r"\bcộng\b|\bcả\b|\bsum\b|^ ?tổng ?$|\btotal\b", re.I)
_AVERAGE = re.compile(r"trung bình|bình quân|điểm|hạng|\baverage\b|\bmean\b|\bscore\b", re.I)
"""What is never added up."""

_MEAN = re.compile(r"trung bình|bình quân|hạng|\baverage\b|\bmean\b", re.I)
_DECIMAL = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,2})?\Z")
_NOTHING = re.compile(r"[-–—0]?\Z")
_COLUMNS = 8
"""Columns of counts in which one that the others make is looked for."""

_TWO = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSum:
    """Represents a total of a table, with its parts; without them it was not read."""

    row: ReportRow
    total: ReportCell
    whole: Part | None


def sums(rows: Sequence[ReportRow]) -> Iterator[TableSum]:
    """Yield every total of a table: of its row of totals, then those of each row."""
    head, body = parted(rows)
    heads = heads_of(rows, head)
    wholes = [row for row in body if any(TOTAL_ROW.match(cell.text) for cell in row.cells[:3])]
    others = [row for row in body if row not in wholes]
    counted = [
        column
        for column, name in enumerate(heads)
        if not (SHARE_HEAD.search(name) or is_followed(name))
        and not _AVERAGE.search(name)
        and not is_order(others, name, column)
        and not any(is_signed(row, column) for row in body)
        and any(row.count(column) for row in others)
    ]
    if len(wholes) == 1 and body[0] is not body[-1] and wholes[0] in (body[0], body[-1]):
        yield from _down(wholes[0], others, counted)
    added = [column for column in counted if _ADDED.search(heads[column])]
    yield from _across(others, wholes, counted, added)
    yield from _of_groups(others, counted)
    for total in wholes[:1]:
        yield from _with_decimals(
            total, others, [c for c in range(len(heads)) if c not in counted], heads
        )


def _down(
    total: ReportRow, rows: Sequence[ReportRow], counted: Sequence[int]
) -> Iterator[TableSum]:
    """Yield the totals of a row with what stands above or below them."""
    groups = [row for row in rows if _GROUP.match(row.cells[0].text)]
    parts = {
        column: cells
        for column in counted
        if total.count(column)
        and len(cells := [row.count(column) for row in groups or rows]) >= _TWO
        and all(_is_counted(row, column) for row in groups or rows)
    }
    fits = [column for column, cells in parts.items() if _adds_up(total.count(column), cells)]
    sure = len(fits) * 2 >= len(parts)
    for column, cells in parts.items():
        likely = column in fits or number_in(total.count(column)) > max(map(number_in, cells))
        whole = _whole(total.count(column), cells) if sure and likely else None
        yield TableSum(row=total, total=total.cells[column], whole=whole)


def _across(
    rows: Sequence[ReportRow],
    totals: Sequence[ReportRow],
    counted: Sequence[int],
    added: Sequence[int],
) -> Iterator[TableSum]:
    """Yield the count of each row that those right behind it, or right before it, make in most rows.

    The columns of `added` say that they are sums; beside any other, a column may be left out.
    """
    counted = counted[:_COLUMNS]
    full = [row for row in rows if all(row.count(column) for column in counted)]
    runs = [
        counted[first:last]
        for first, last in combinations(range(len(counted) + 1), 2)
        if last - first > _TWO
    ]
    fits = {
        (whole, *parts): sum(
            _adds_up(row.count(whole), [row.count(column) for column in parts]) for row in full
        )
        for run in runs
        for whole, parts in ((run[0], run[1:]), (run[-1], run[:-1]))
    }
    best = max(fits, key=lambda columns: fits[columns], default=())
    if best and fits[best] >= _TWO and fits[best] * 3 >= len(full) * 2:
        for row in full:
            total, cells = row.count(best[0]), [row.count(c) for c in best[1:]]
            more = sum(map(number_in, cells)) >= number_in(total)
            whole = _whole(total, cells) if more or best[0] in added else None
            yield TableSum(row=row, total=row.cells[best[0]], whole=whole)
        for row in totals:
            total, cells = row.count(best[0]), [row.count(c) for c in best[1:]]
            if total and all(cells):  # what is wrong in it is shown by its columns
                whole = _whole(total, cells) if _adds_up(total, cells) else None
                yield TableSum(row=row, total=row.cells[best[0]], whole=whole)
    elif full and len(counted) > _TWO and counted[-1] in added:
        # A last column that says it is the sum, of which too few rows are right to be sure.
        for row in full:
            total, cells = row.count(counted[-1]), [row.count(c) for c in counted[:-1]]
            whole = _whole(total, cells) if _adds_up(total, cells) else None
            yield TableSum(row=row, total=row.cells[counted[-1]], whole=whole)


def _of_groups(rows: Sequence[ReportRow], counted: Sequence[int]) -> Iterator[TableSum]:
    """Yield the totals of numbered groups with the rows under them, or name them where none is right."""
    groups: list[tuple[ReportRow, list[ReportRow]]] = []
    for row in rows:
        if _GROUP.match(row.cells[0].text):
            groups.append((row, []))
        elif groups:
            groups[-1][1].append(row)
    groups = [(head, under) for head, under in groups if len(under) >= _TWO]
    for column in counted:
        told = [
            (head, head.count(column), [row.count(column) for row in under])
            for head, under in groups
            if head.count(column) and all(_is_counted(row, column) for row in under)
        ]
        sure = any(_adds_up(total, cells) for _, total, cells in told)
        for head, total, cells in told:
            near = abs(number_in(total) - sum(map(number_in, cells))) * 5 <= number_in(total)
            if sure or near:
                whole = _whole(total, cells) if sure else None
                yield TableSum(row=head, total=head.cells[column], whole=whole)


def _with_decimals(
    total: ReportRow, rows: Sequence[ReportRow], columns: Sequence[int], heads: Sequence[str]
) -> Iterator[TableSum]:
    """Yield the totals of columns of which some cells have decimals; named where they do not add up."""
    for column in columns:
        cells = [row.cells[column].text for row in (total, *rows) if column < len(row.cells)]
        plain = len(cells) == len(rows) + 1 > _TWO and all(_DECIMAL.match(text) for text in cells)
        if not plain or SHARE_HEAD.search(heads[column]) or _MEAN.search(heads[column]):
            continue
        if not any("," in text or "." in text for text in cells):
            continue
        whole, *parts = (figures.read(text, integer=is_whole(text)) for text in cells)
        made = Part(
            label="total",
            figure=whole,
            parts=tuple(Part(label=str(n), figure=part) for n, part in enumerate(parts, 1)),
        )
        fits = figures.adds_up(whole, parts)
        near = abs(sum(part.number for part in parts) - whole.number) * 5 <= whole.number
        if fits or near:
            yield TableSum(row=total, total=total.cells[column], whole=made if fits else None)


def _is_counted(row: ReportRow, column: int) -> bool:
    text = row.cells[column].text if column < len(row.cells) else ""
    return bool(row.count(column) or _NOTHING.match(text))


def _adds_up(total: str, cells: Sequence[str]) -> bool:
    return number_in(total) == sum(map(number_in, cells))


def _whole(total: str, cells: Sequence[str]) -> Part:
    parts = [
        Part(label=str(n), figure=figures.read(str(number_in(cell)), integer=True))
        for n, cell in enumerate(filter(None, cells), 1)
    ]
    figure = figures.read(str(number_in(total)), integer=True)
    return Part(label="total", figure=figure, parts=tuple(parts))
