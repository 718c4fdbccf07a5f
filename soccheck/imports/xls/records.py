"""The records of an XLS: counted before any of it is taken apart; formulas and rules of colours. [MS-XLS].

xlrd reads the rest. It tells neither formulas nor rules, and works out names and links as far as they go:
these are emptied before it reads the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import Struct, unpack, unpack_from

from soccheck.imports.table import Ruled
from soccheck.phrase import phrase
from soccheck.sources.bounds import bounded, refused

_HEAD = Struct("<HH")
_AT = Struct("<HH")
_BEGIN = (0x0809, 0x0409, 0x0209, 0x0009)
_END, _BOUNDSHEET, _NAME, _LOCKED = 0x000A, 0x0085, 0x0018, 0x002F
_FORMULAS = (0x0006, 0x0206, 0x0406)
_SHARED, _ARRAY, _NOT_WORKED_OUT = 0x04BC, 0x0221, 0x005E
_CELLS = (0x0203, 0x00FD, 0x0204, 0x00D6, 0x027E, 0x0205, 0x0201, *_FORMULAS)
_ROWS_OF_CELLS = (0x00BD, 0x00BE)
_RULES = {0x01B0: 12, 0x0879: 24}
"""CondFmt and CondFmt12 -> where the cells they are for begin."""
_MERGED, _LINK, _NO_RECORD = 0x00E5, 0x01B8, 0xFFFE
_CLOCK = re.compile(rb"[\x21\x41\x61][\xdd\x4a\x3f]\x00")
"""TODAY, NOW and RAND as a formula of a name calls them: a function, and its number."""

At = tuple[int, int]
"""A cell: its row and its column, both counted from 0."""


@dataclass(slots=True, kw_only=True)
class SheetRecords:
    """Holds what was found of one sheet: its extent, its formulas as they are kept, its rules of colours.

    `shared` and `arrays` have, by the first cell, a formula that several cells have: with addresses as each
    sees them, and as they are. `stale` says that the sheet was saved before it was worked out.
    """

    visible: bool
    height: int = 0
    width: int = 0
    formulas: dict[At, bytes] = field(default_factory=dict)
    shared: dict[At, bytes] = field(default_factory=dict)
    arrays: dict[At, bytes] = field(default_factory=dict)
    stale: bool = False
    ruled: list[Ruled] = field(default_factory=list)
    merged: int = 0


@dataclass(slots=True, kw_only=True)
class Records:
    """Holds what was found of a workbook, and its stream with neither links nor formulas of names."""

    stream: bytes
    sheets: list[SheetRecords]
    clock: bool


def counted(stream: bytes, file: str) -> Records:
    """Return what a workbook's stream holds; raises `InputError` for a lock, and for more than is read.

    A stream that is torn raises `struct.error` or `IndexError`.
    """
    kept = bytearray(stream)
    found: list[tuple[int, SheetRecords]] = []
    clock = False
    for at, kind, data in _records(stream, 0):
        if kind == _LOCKED:
            raise refused(file, phrase("it is locked with a password"), phrase("save it without"))
        if kind == _BOUNDSHEET and data[5] == 0:  # charts and macros are no tables
            (begin,) = unpack_from("<I", data)
            found.append((begin, SheetRecords(visible=data[4] & 3 == 0)))
        elif kind == _NAME:
            clock = clock or _CLOCK.search(data) is not None
            kept[at + 8 : at + 10] = b"\0\0"  # the length of its formula
    walked = 0
    for begin, sheet in found:
        for at, kind, data in _records(stream, begin):
            walked += 4 + len(data)
            if walked > len(stream):
                raise refused(file, phrase("not a whole workbook: {what}", what="BOUNDSHEET"))
            if kind == _LINK:
                kept[at : at + 2] = _NO_RECORD.to_bytes(2, "little")
            else:
                _take(sheet, kind, data, file)
        bounded(file, sheet.height, sheet.width)
        bounded(file, cells=sheet.height * sheet.width)
    return Records(stream=bytes(kept), sheets=[sheet for _, sheet in found], clock=clock)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield the records of a part: where each is, its kind, its content; not those of charts within."""
    begun = in_chart = False
    while True:
        kind, length = _HEAD.unpack_from(stream, at)
        if kind in _BEGIN:
            begun, in_chart = True, begun
        elif kind == _END and not in_chart:
            return
        elif kind == _END:
            in_chart = False
        elif not in_chart:
            yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _take(sheet: SheetRecords, kind: int, data: bytes, file: str) -> None:
    """Take in a record of a sheet."""
    if kind in _CELLS or kind in _ROWS_OF_CELLS:
        row, column = _AT.unpack_from(data)
        last = column if kind in _CELLS else unpack("<H", data[-2:])[0]
        sheet.height, sheet.width = max(sheet.height, row + 1), max(sheet.width, last + 1)
        if kind in _FORMULAS:
            sheet.formulas[row, column] = _tokens(data, 20)
    elif kind == _SHARED and sheet.formulas:
        sheet.shared[next(reversed(sheet.formulas))] = _tokens(data, 8)  # it follows the first cell
    elif kind == _ARRAY and sheet.formulas:
        sheet.arrays[next(reversed(sheet.formulas))] = _tokens(data, 12)
    elif kind == _NOT_WORKED_OUT:
        sheet.stale = True
    elif kind in _RULES:
        sheet.ruled += _areas(data, _RULES[kind])
    elif kind == _MERGED:
        sheet.merged += sum(area.bottom - area.top + 1 for area in _areas(data, 0))
        bounded(file, cells=sheet.merged)


def _tokens(data: bytes, at: int) -> bytes:
    (length,) = unpack_from("<H", data, at)
    return data[at + 2 : at + 2 + length]


def _areas(data: bytes, at: int) -> Iterator[Ruled]:
    """Yield the cells that a record names, as a rule of colours is for them."""
    (count,) = unpack_from("<H", data, at)
    for number in range(count):
        top, bottom, left, right = unpack_from("<4H", data, at + 2 + 8 * number)
        yield Ruled(top=top + 1, bottom=bottom + 1, left=left, right=right, of_empty=True)
