"""Read the columns of a table that follow from others: what changed between two, and running totals.

Which columns they follow from is not written: it is the ones that give most rows; a column that none gives
is named as not checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

from soccheck.claims.differences import is_difference
from soccheck.claims.passage import NUMBER
from soccheck.claims.tables import ReportCell, ReportRow, heads_of, number_in, parted
from soccheck.facts import figures
from soccheck.model import Part

CHANGE_HEAD = re.compile(
    r"tăng|giảm|chênh|so sánh|biến động|\b(?:change|changed|difference|diff|growth|variation)\b|\+/-|±|Δ",
    re.I,
)
RUNNING_HEAD = re.compile(
    r"l[ũu][ỹy] kế|cộng dồn|\bcumulative\b|\brunning\b|\bto date\b|\bytd\b", re.I
)
_CHANGE_CELL = re.compile(rf"([+–−-])? ?({NUMBER}) ?(%)?\Z")
_COLUMNS, _TWO = 6, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Represents a cell that follows from others: a change with its figures, or a sum; else not read."""

    row: ReportRow
    cell: ReportCell
    change: tuple[str, str, str] | None = None
    whole: Part | None = None


def is_followed(head: str) -> bool:
    """Return whether a column says that it follows from others, and is neither a count nor a share."""
    return bool(CHANGE_HEAD.search(head) or RUNNING_HEAD.search(head))


def followed(rows: Sequence[ReportRow]) -> Iterator[Followed]:
    """Yield every change and running total of a table."""
    head, body = parted(rows)
    heads = heads_of(rows, head)
    counted = [c for c, name in enumerate(heads) if c and not is_followed(name)]
    counted = [c for c in counted if any(row.count(c) for row in body)][:_COLUMNS]
    for column, name in enumerate(heads):
        if CHANGE_HEAD.search(name):
            yield from _changes(body, column, counted, in_cents="%" in name)
        elif RUNNING_HEAD.search(name):
            yield from _running(body, column, counted)


def _changes(
    body: Sequence[ReportRow], column: int, counted: Sequence[int], *, in_cents: bool
) -> Iterator[Followed]:
    told = [(row, _change_in(row, column, in_cents=in_cents)) for row in body]
    changed = [(row, change) for row, change in told if change]

    def fits(pair: tuple[int, ...]) -> int:
        return sum(is_difference(*_pair(row, pair), change) for row, change in changed)

    best = _best(list(permutations(counted, _TWO)), fits)
    sure = best is not None and fits(best) * 2 >= len(changed) and len(changed) > 1
    for row, change in changed:
        then, now = _pair(row, best) if best is not None else ("", "")
        if best is not None and sure and then and now:
            yield Followed(row=row, cell=row.cells[column], change=(then, now, change))
        elif len(counted) >= _TWO:
            yield Followed(row=row, cell=row.cells[column])


def _change_in(row: ReportRow, column: int, *, in_cents: bool) -> str:
    """Return the change a cell tells, or nothing: a bare nought and a word are none."""
    text = row.cells[column].text if column < len(row.cells) else ""
    match = _CHANGE_CELL.match(text)
    if match is None:
        return ""
    number = match[2] if match[3] or in_cents else str(number_in(match[2]))
    sign = "-" if (match[1] or "+") != "+" else ""
    return f"{sign}{number}{'%' if match[3] or in_cents else ''}"


def _pair(row: ReportRow, pair: Sequence[int]) -> tuple[str, str]:
    then, now = (row.count(column) for column in pair)
    return (str(number_in(then)), str(number_in(now))) if then and now else ("", "")


def _best(
    choices: Sequence[tuple[int, ...]], fits: Callable[[tuple[int, ...]], int]
) -> tuple[int, ...] | None:
    best = max(choices, key=fits, default=None)
    return best if best is not None and fits(best) else None


def _running(body: Sequence[ReportRow], column: int, counted: Sequence[int]) -> Iterator[Followed]:
    pairs = [(a, b) for a, b in pairwise(body) if a.count(column) and b.count(column)]

    def fits(choice: tuple[int, ...]) -> int:
        return sum(_made(a, b, column, choice[0]) for a, b in pairs)

    best = _best([(c,) for c in counted], fits)
    for last, row in pairs if counted else []:
        whole = None
        if best is not None and fits(best) * 2 >= len(pairs) and row.count(best[0]):
            whole = _whole(row.count(column), [last.count(column), row.count(best[0])])
        yield Followed(row=row, cell=row.cells[column], whole=whole)


def _made(last: ReportRow, row: ReportRow, column: int, of: int) -> bool:
    made = number_in(last.count(column)) + number_in(row.count(of))
    return bool(row.count(of)) and number_in(row.count(column)) == made


def _whole(total: str, cells: Sequence[str]) -> Part:
    parts = [figures.read(str(number_in(cell)), integer=True) for cell in cells]
    return Part(
        label="total",
        figure=figures.read(str(number_in(total)), integer=True),
        parts=tuple(Part(label=str(n), figure=part) for n, part in enumerate(parts, 1)),
    )
