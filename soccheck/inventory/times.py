"""When assets exist: whether two of them ever do so together."""

from __future__ import annotations

from datetime import date

from soccheck.model import Asset


def at_one_time(one: Asset, other: Asset) -> bool:
    """Return whether there is a day on which both exist."""
    return not (_ends_before(one, other) or _ends_before(other, one))


def _ends_before(one: Asset, other: Asset) -> bool:
    end, start = one.facts.get("valid.to"), other.facts.get("valid.from")
    return isinstance(end, date) and isinstance(start, date) and end < start
