"""Text in columns of a terminal: wrapped lines, and tables that fit them."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import wcwidth
from tabulate import tabulate

from soccheck.report.wording.sections import Section

_MARGIN = 2


def columns(text: str) -> int:
    """Return the columns `text` takes on a terminal; -1 where it holds a control character."""
    return wcwidth.wcswidth(text)


def heading(text: str) -> str:
    """Return a section's title, underlined."""
    return f"{text}\n{'=' * max(map(columns, text.splitlines()))}"


def wrapped(text: str, width: int, indent: str = "") -> str:
    """Return text broken at spaces to `width` display columns, following lines indented.

    A word too long for a line is left whole: file:line:column is there to be copied.
    """
    if 0 <= columns(text) <= width:
        return text.rstrip(" ")
    body = text.lstrip(" ")
    lines: list[str] = []
    line = text[: len(text) - len(body)]
    room, empty = width - len(line), True
    words_ = body.split(" ")
    for word, size in zip(words_, map(columns, words_), strict=True):
        if empty and lines and not word:
            continue  # a space that a line would begin with
        if not empty and size + 1 > room:
            lines.append(line.rstrip(" "))
            line, room, empty = indent, width - len(indent), True
        line += word if empty else f" {word}"
        room -= size + (not empty)
        empty = False
    return "\n".join([*lines, line.rstrip(" ")])


def table(section: Section, width: int, *, titled: bool = True, ruled: bool = True) -> str:
    """Return a section as columns that fit `width`; the widest text columns are wrapped.

    `ruled` draws a line below the header.
    """
    widths = _widths(section, width)
    broken = [
        [_broken(cell, size).strip() for cell, size in zip(row, widths, strict=True)]
        for row in (section.header, *section.rows)
    ]
    # The header is a row like the others: tabulate gives a header of its own two columns more.
    lines = ["-" * max(map(_longest, column)) for column in zip(*broken, strict=True)]
    text = tabulate(
        [broken[0], *([lines] if ruled else []), *broken[1:]],
        tablefmt="plain",
        colalign=["right" if i in section.numbers else "left" for i in range(len(widths))],
        disable_numparse=True,
    )
    titled = titled and bool(section.title)
    return f"{heading(wrapped(section.title, width))}\n{text}" if titled else text


def _longest(cell: str) -> int:
    """Return the columns of a cell's longest line."""
    return max(map(columns, cell.split("\n")))


def _broken(cell: str, width: int) -> str:
    """Return a cell broken into lines of at most `width` columns, inside a word if need be."""
    if 0 <= columns(cell) <= width:
        return cell.rstrip(" ")
    if max(map(columns, cell.split(" "))) > width:
        cell = " ".join(part for word in cell.split(" ") for part in _pieces(word, width))
    return wrapped(cell, width)


def _pieces(word: str, width: int) -> list[str]:
    """Return a word in pieces of at most `width` columns; a mark stays with its letter."""
    if columns(word) <= width:
        return [word]
    pieces, room = [""], width
    for letter in word:
        size = max(wcwidth.wcwidth(letter), 0)
        if size > room and pieces[-1]:
            pieces.append("")
            room = width
        pieces[-1] += letter
        room -= size
    return pieces


def _widths(section: Section, width: int) -> list[int]:
    """Share the line among the columns: numbers get what they need, texts share the rest.

    A header that is wider than what stands below it is broken before any row is, and words of a text
    only where nothing else is left to give.
    """
    texts = list(zip(section.header, *section.rows, strict=True))
    sizes = [list(map(columns, column)) for column in texts]
    longest = list(map(max, sizes))
    room = width - _MARGIN * (len(texts) - 1)
    if sum(longest) <= room:
        return longest
    below = [max(column[1:], default=0) for column in sizes]
    words_ = [max(map(columns, set(" ".join(column).split(" ")))) for column in texts]
    # A word of a number, also of its header, is not broken.
    least, last = (
        [size if i in section.numbers else min(size, text) for i, size in enumerate(words_)]
        for text in (20, 8)
    )
    given = list(longest)
    for floor in (list(map(max, least, below)), least, last):
        while sum(given) > room:
            wider = [i for i, size in enumerate(given) if size > floor[i]]
            if not wider:
                break
            # The header of the narrowest lines is what makes a table higher: it gives last.
            lines = [_height(section.header[i], given[i] - 1) for i in wider]
            low = [i for i, n in zip(wider, lines, strict=True) if n == min(lines)]
            given[max(low, key=given.__getitem__)] -= 1
    return given


@functools.lru_cache(maxsize=4096)
def _height(cell: str, width: int) -> int:
    """Return the lines of a cell that is broken to a width."""
    return _broken(cell, width).count("\n") + 1


def plain(rows: Sequence[Sequence[str]], header: Sequence[str], width: int) -> str:
    """Return a small table without a title."""
    return table(Section(title="", header=header, rows=rows), width, titled=False)
