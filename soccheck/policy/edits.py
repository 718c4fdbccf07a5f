"""What an edit of a policy changes: every control as flat text, compared item by item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from soccheck.facts import services, values
from soccheck.model import Basis, Severity
from soccheck.policy import nested
from soccheck.policy.flat import Items, row


class Direction(StrEnum):
    """Which way an edit moves a control; `changed` where the text alone does not tell."""

    STRICTER = "stricter"
    LOOSER = "looser"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Represents one item of a control that differs; an empty side is one that was not there."""

    item: str
    before: str
    after: str
    direction: Direction


def compared(before: Items, after: Items) -> list[Edit]:
    """Return what differs between two texts of one control."""
    found = list(_inside(before, after))
    edits = [_edited_inside(*item) for item in found]
    seen = {item for _, *items in found for item in items}
    for item in dict.fromkeys((*before, *after)):
        old, new = before.get(item), after.get(item)
        if old != new and item not in seen:
            direction = _direction(item, old, new)
            edits.append(Edit(item=item, before=old or "", after=new or "", direction=direction))
    return edits


_SIGNS = {"require": 1, "when": -1, "expects where": -1}
"""Words of conditions -> whether one that is harder to meet asks for more, or lets more go."""


def _split(item: str) -> tuple[str, str]:
    """Return the word that an item of a condition begins with, and its text; nothing for another item."""
    word = next((word for word in _SIGNS if item.startswith(f"{word} ")), "")
    return word, item[len(word) + 1 :].removesuffix(" (again)")


def _inside(before: Items, after: Items) -> Iterator[tuple[str, str, str]]:
    """Yield the parts that join several comparisons and were edited inside, each with its item."""
    for word in _SIGNS:
        gone, come = (
            [
                item
                for item, value in one.items()
                if item not in other and _split(item)[0] == word and not value
            ]
            for one, other in ((before, after), (after, before))
        )
        for old in gone:
            alike = [new for new in come if _are_alike(old, new, wholly=len(gone) + len(come) > 2)]
            if len(alike) == 1:
                come.remove(alike[0])
                yield word, old, alike[0]


def _are_alike(old: str, new: str, *, wholly: bool) -> bool:
    return nested.are_alike(_split(old)[1], _split(new)[1], wholly=wholly)


def _edited_inside(word: str, old: str, new: str) -> Edit:
    """Return the edit inside a condition, and which way it moves the control."""
    before, after = _split(old)[1], _split(new)[1]
    way = Direction(nested.direction(before, after, _limit))
    direction = way if _SIGNS[word] > 0 else _OPPOSITE[way]
    return Edit(item=word, before=before, after=after, direction=direction)


def _direction(item: str, old: str | None, new: str | None) -> Direction:
    word = item.partition(" ")[0]
    if word == "require" or word == "headline":
        if old is None or new is None:
            return Direction.STRICTER if old is None else Direction.LOOSER
        return _limit(_operator(item), old, new)
    if word == "optional":
        return Direction.LOOSER if old is None else Direction.STRICTER
    if word == "when" and (old is None or new is None):
        # A scope condition more is an asset less that must comply.
        return Direction.LOOSER if old is None else Direction.STRICTER
    if word == "when" and new is not None and old is not None:
        # As a condition of who must comply, which is harder to meet, leaves more out.
        return _OPPOSITE[_limit(_operator(item), old, new)]
    if word in ("grace", "max_age") and (old is None or new is None):
        added = Direction.LOOSER if word == "grace" else Direction.STRICTER
        removed = Direction.STRICTER if word == "grace" else Direction.LOOSER
        return added if old is None else removed
    if old is None or new is None:
        return Direction.CHANGED
    if word == "severity":
        order = [severity.value for severity in Severity]
        return Direction.STRICTER if order.index(new) < order.index(old) else Direction.LOOSER
    if word == "accept":
        return _accepted(old.split(", "), new.split(", "))
    if word in _AS:
        return _limit(_AS[word], old, new)
    return Direction.CHANGED


_OPPOSITE = {
    Direction.STRICTER: Direction.LOOSER,
    Direction.LOOSER: Direction.STRICTER,
    Direction.CHANGED: Direction.CHANGED,
}


def _operator(item: str) -> str:
    return item.rpartition("|")[2].removesuffix(" (again)")


_AS = {"target": "gte", "max_age": "lte", "grace": "lte"}
"""Items of a control -> the operator that an edit of their value is like."""


def _accepted(old: list[str], new: list[str]) -> Direction:
    """Return the direction of other bases: a stronger one that is taken no more lets a weaker decide.

    One that is taken as well may pass what the others leave stale, however strong it is.
    """
    order = [basis.value for basis in Basis]
    looser = [
        *(lost for lost in set(old) - set(new) if max(map(order.index, new)) > order.index(lost)),
        *(more for more in set(new) - set(old) if max(map(order.index, old)) < order.index(more)),
    ]
    if looser:
        return Direction.LOOSER
    return Direction.CHANGED if set(new) - set(old) else Direction.STRICTER


def _limit(operator: str, old: str, new: str) -> Direction:
    """Return the direction of a comparison whose value moved."""
    if operator in ("in", "not_in", "none_of", "contains_all", "contains_any"):
        one, other = frozenset(row(old)), frozenset(row(new))
        if operator == "none_of":
            # As ports: [tcp/22] asks for less than [tcp/1-1024], and for less than [tcp].
            more, fewer = services.cover(other, one), services.cover(one, other)
            if more == fewer:
                return Direction.CHANGED
            return Direction.STRICTER if more else Direction.LOOSER
        if not (one < other or other < one):
            return Direction.CHANGED
        more_is_strict = operator in ("not_in", "contains_all")
        return Direction.STRICTER if (one < other) == more_is_strict else Direction.LOOSER
    if operator not in ("lt", "lte", "gt", "gte"):
        return Direction.CHANGED
    sizes = _size(old), _size(new)
    if sizes[0] is None or sizes[1] is None or sizes[0][0] != sizes[1][0]:
        return Direction.CHANGED
    less_is_strict = operator in ("lt", "lte")
    return Direction.STRICTER if (sizes[1] < sizes[0]) == less_is_strict else Direction.LOOSER


def _size(text: str) -> tuple[str, float] | None:
    """Return what kind of quantity a text is and how large; nothing where it is none."""
    length = values.duration(text)
    if length is not None:
        return "duration", length.months * 30.44 * 86400 + length.days * 86400 + length.seconds
    day = values.day(text)
    if day is not None:
        return "date", day.toordinal()
    try:
        # What a fact of a length of time is compared with is written in seconds.
        if text.endswith("s"):
            return "duration", float(text.removesuffix("s"))
        return "number", float(text.removesuffix("%"))
    except ValueError:
        return None
