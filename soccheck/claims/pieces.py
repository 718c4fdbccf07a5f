"""Part a report's text into what is read at once: lines, lists, and the cells that no share was read from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from soccheck.claims import tables

MAX_PARAGRAPH = 20_000
"""A longer paragraph is read in pieces."""

_BEFORE = 400
"""Characters before a line in which the end of the one before it stands."""

_POINT = re.compile(
    r"\s*(?:[-+*•–]|[a-zđ][).]|[0-9]{1,2}[.)]|\([0-9a-zđ]{1,2}\))\s"
    r"|[^:\n]{1,60}: ?[0-9][0-9.,]* ?(?:[^\W\d_]+ ?)?\("
)
"""How a line begins that goes on with what the line before it tells: the points of a list."""

_LABELLED = re.compile(
    r"\s*[^:\n|\t]{1,60}: ?[$€£]?[0-9][0-9.,]* ?%?(?: ?[^\W\d_]+){0,2}[.;,]?\s*\Z"
    r"|\s*(?:[^\W\d_][\w'’-]* ){1,6}[0-9][0-9.,]*\s*\Z"
)
"""A line that tells one figure behind its label: several of them make a list."""

_NUMBERED = re.compile(r"\s*[0-9]{1,2}[.)]\s")

_BULLET = re.compile(r"(?<=\n)[-+*•–](?= )")
_ENDED = re.compile(r"(?<=[.;])\n")
"""The end of a line that ends its sentence, or its clause, by itself."""

_FULL = re.compile(r"\.\n(?=.)")
"""A full stop that ends a point, behind which the list goes on."""

_LONGEST_POINT = 240
"""A longer line is a paragraph of its own, whatever it begins with."""


def in_one_line(text: str) -> str:
    """Return a list as one sentence, its points as clauses; as long as it was."""
    head, line, points = text.rstrip("\n").partition("\n")
    points = _FULL.sub("; ", _BULLET.sub(" ", points))
    points = _ENDED.sub(" ", points).replace("\n", ";")
    parted = ";" if _LABELLED.match(head) else " "
    return f"{head}{parted if line else ''}{points}"


def pieces(text: str, told: Sequence[tables.RowShare]) -> Iterator[tuple[int, int]]:
    """Yield where a sentence may stand: lines, lists, and in a row that was read its other cells."""
    held: tuple[int, int] | None = None
    was_labelled = False
    for start, end in _lines(text, told):
        goes_on = held is not None and held[1] == start and end - held[0] < MAX_PARAGRAPH
        short = end - start <= _LONGEST_POINT
        point = short and _POINT.match(text, start, end) and not _is_begun(text, start, end)
        labelled = short and _LABELLED.match(text, start, end) is not None
        point = point or (labelled and was_labelled)
        was_labelled = labelled
        if held is not None and goes_on and point:
            held = (held[0], end)
            continue
        if held is not None:
            yield held
        held = (start, end)
    if held is not None:
        yield held


def _is_begun(text: str, start: int, end: int) -> bool:
    """Return whether a numbered line tells something new: the line before it ends in a full stop."""
    return bool(_NUMBERED.match(text, start, end)) and text[
        max(0, start - _BEFORE) : start
    ].rstrip().endswith(".")


def _lines(text: str, told: Sequence[tables.RowShare]) -> Iterator[tuple[int, int]]:
    """Yield the lines, and of a row that was read the other cells."""
    read: dict[int, list[tables.RowShare]] = {}
    for share in told:
        if share.fields:
            read.setdefault(share.row.start, []).append(share)
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        if start in read:
            used = frozenset[int]().union(*(share.columns for share in read[start]))
            cells = read[start][0].row.cells
            yield from ((c.start, c.end) for n, c in enumerate(cells) if n not in used)
        else:
            for first in range(start, end, MAX_PARAGRAPH):
                yield first, min(end, first + MAX_PARAGRAPH)
        start = end


_ALWAYS = re.compile(r"\b24 ?[/x] ?7(?![0-9/]|[.,][0-9])|\b24/24(?: ?(?:giờ|h)\b|(?=[,.;]))", re.I)
"""Round the clock: no number counts anything there."""

_NUMERAL = re.compile(r"\[[0-9]{1,3}(?=[\]:])|(?<=[:;.\]] )\([0-9]{1,2}\)(?= [^\W\d_])")
"""A mark of a footnote, and the numerals of what it lists."""

_SHORTENED = re.compile(
    r"\b(?:[A-Z]\.){2,4}(?= [A-Z]?[a-z])|\b(?:Jan|Feb|Aug|Sept?|Oct|Nov|Dec|approx)\.(?= ?[0-9])"
)
"""`U.S. agencies`, `Sept. 20`: no sentence ends there."""


def without_marks(text: str) -> str:
    """Return a text, as long as it was, without digits that count nothing and dots that end nothing."""
    text = _ALWAYS.sub(lambda match: "x" * len(match[0]), text)
    text = _NUMERAL.sub(lambda match: re.sub("[0-9]", "x", match[0]), text)
    return _SHORTENED.sub(lambda match: match[0].replace(".", "x"), text)
