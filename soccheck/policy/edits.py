"""What an edit of a policy changes: every control as flat text, compared item by item."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from soccheck.facts import services, values
from soccheck.model import Basis, Severity
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
    found = []
    for item in dict.fromkeys((*before, *after)):
        old, new = before.get(item), after.get(item)
        if old != new:
            found.append(
                Edit(
                    item=item,
                    before=old or "",
                    after=new or "",
                    direction=_direction(item, old, new),
                )
            )
    return found


def _direction(item: str, old: str | None, new: str | None) -> Direction:
    word = item.partition(" ")[0]
    if word == "require" or word == "headline":
        if old is None or new is None:
            return Direction.STRICTER if old is None else Direction.LOOSER
        return _limit(item.rpartition("|")[2].removesuffix(" (again)"), old, new)
    if word == "optional":
        return Direction.LOOSER if old is None else Direction.STRICTER
    if word == "when" and (old is None or new is None):
        # A scope condition more is an asset less that must comply.
        return Direction.LOOSER if old is None else Direction.STRICTER
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
        return "number", float(text.removesuffix("%"))
    except ValueError:
        return None
