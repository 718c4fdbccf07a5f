"""What a cell says for the rows below it: merged down over them, or left out in them as the same again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from soccheck.imports.table import Cell, Line, Merged, Sheet, Unreadable
from soccheck.phrase import phrase

_SHARED = phrase(
    "merged over several rows, so whether each is meant is not said; the map can say it: rows: fill"
)


def down(sheet: Sheet, keys: Sequence[int], of_each: set[int]) -> dict[int, dict[int, Cell]]:
    """Return, by row and column of merged cells, the value they have.

    Only down: what is merged across stands over several columns, and is no value of them. What says
    something of each row is no value where it is merged over rows of several assets.
    """
    by_number = {line.number: line for line in sheet.lines} if sheet.merged else {}
    found: dict[int, dict[int, Cell]] = {}
    for merged in sheet.merged:
        corner = by_number.get(merged.top)
        if corner is None or merged.left >= len(corner.cells) or merged.top == merged.bottom:
            continue
        value = corner.cells[merged.left]
        if merged.left in of_each and value is not None and not _of_one(sheet, merged, keys):
            value = Unreadable(_SHARED)
        for row in range(merged.top, min(merged.bottom, sheet.lines[-1].number) + 1):
            found.setdefault(row, {})[merged.left] = value
    return found


def _of_one(sheet: Sheet, merged: Merged, keys: Sequence[int]) -> bool:
    """Return whether all rows of merged cells are of one asset, whose name is merged over them, too."""
    return any(
        other.left in keys and other.top <= merged.top and merged.bottom <= other.bottom
        for other in sheet.merged
    )


def whole(line: Line, down: Mapping[int, Cell]) -> Line:
    """Return a row with the values of the merged cells that reach down to it."""
    if not down:
        return line
    cells = list(line.cells) + [None] * (max(down) + 1 - len(line.cells))
    for at, value in down.items():
        cells[at] = value
    return replace(line, cells=tuple(cells))


def filled_down(line: Line, above: dict[int, Cell], filled: set[int]) -> Line:
    """Return a row whose empty cells of some columns have what the last row had, kept in `above`."""
    if not filled:
        return line
    cells = list(line.cells) + [None] * (max(filled, default=-1) + 1 - len(line.cells))
    for at in filled:
        if cells[at] is None:
            cells[at] = above.get(at)
        above[at] = cells[at]
    return replace(line, cells=tuple(cells))
