"""A page of few lines: parts that stand as they are, lists that take the room there is, gaps in the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from soccheck.report.columns import wrapped

LINES = 24
"""Lines of a page: those of a terminal of old, on which nothing has to be scrolled back to."""

_INDENT = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBlock:
    """Represents a part of a page.

    `text` stands as it is, a `spare` one only where the page holds it; `items` are a list after `lead`,
    as many as there is room for, `more` saying how many are left out. A part with neither is a gap.
    """

    text: str = ""
    spare: bool = False
    lead: str = ""
    items: Sequence[str] = ()
    more: Callable[[int], str] = str


def fixed(text: str, *, spare: bool = False) -> PageBlock:
    """Return a part that stands as it is; a `spare` one is left out before a page gets too long."""
    return PageBlock(text=text, spare=spare)


def listed(lead: str, items: Sequence[str], more: Callable[[int], str]) -> PageBlock:
    """Return a list that takes the room there is; an empty one is no part of the page."""
    return PageBlock(lead=lead, items=items, more=more)


def gap() -> PageBlock:
    """Return a place for an empty line, where there is room."""
    return PageBlock()


def filled(parts: Sequence[PageBlock], width: int, lines: int = LINES) -> str:
    """Return the page, in `lines` where what must stand leaves room for the rest in one line each."""
    lists = [part for part in parts if part.items]
    texts = {id(part): _list(part, width, 1) for part in lists}
    given = {id(part): 1 for part in lists}
    room = lines - sum(_height(part.text) for part in parts if part.text)
    room -= sum(map(_height, texts.values()))
    parts = list(parts)
    for part in reversed([part for part in parts if part.spare]):
        if room < 0:
            parts.remove(part)
            room += _height(part.text)
    growing = list(lists)
    while growing and room > 0:
        part = growing.pop(0)
        key = id(part)
        longer = _list(part, width, given[key] + 1)
        cost = _height(longer) - _height(texts[key])
        if longer != texts[key] and cost <= room:
            texts[key] = longer
            given[key] += 1
            room -= cost
            growing.append(part)
    written: list[str] = []
    for part in parts:
        text = part.text or texts.get(id(part), "")
        if text:
            written.append(text)
        elif not part.items and not part.lead and room > 0 and written and written[-1]:
            written.append("")
            room -= 1
    return "\n".join(written)


def _height(text: str) -> int:
    return text.count("\n") + 1


def _list(part: PageBlock, width: int, lines: int) -> str:
    """Return as much of a list as fits `lines`, or what its first item takes, which is shown in any case."""
    lines = max(lines, _height(_some(part, 1, width)))
    shown = len(part.items)
    while shown > 1 and _height(_some(part, shown, width)) > lines:
        shown -= 1
    return _some(part, shown, width)


def _some(part: PageBlock, shown: int, width: int) -> str:
    """Return the first items of a list, and how many are left out."""
    left = len(part.items) - shown
    said = [*part.items[:shown], *filter(None, [part.more(left) if left else ""])]
    return wrapped(f"{part.lead} {'; '.join(said)}", width, _INDENT)
