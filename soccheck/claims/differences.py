"""Tell whether a change is what two figures of a report differ by."""

from __future__ import annotations

from fractions import Fraction

from soccheck.facts import figures

_WIDE = Fraction(1, 4)
"""The part of a growth of thousands, or of what was, by which a change may miss."""

_NEAR = 30
"""Percentage points by which a growth may miss the only two counts it could be between."""


def is_difference(then: str, now: str, change: str) -> bool:
    """Return whether a change is what two figures differ by; one in per cent, of what was before."""
    try:
        told = [figures.stated(n, t) for n, t in (("from", then), ("to", now), ("change", change))]
    except ValueError:
        return False
    if not change.endswith("%"):
        return figures.adds_up(told[1], [told[0], told[2]])
    off = told[1].number - told[0].number
    return told[0].number > 0 and figures.agrees(told[2], off / told[0].number * 100)


def is_near(then: str, now: str, change: str) -> bool:
    """Return whether a growth nearly is that between two counts, which nothing else says it is between."""
    try:
        told = [figures.stated(n, t) for n, t in (("from", then), ("to", now), ("change", change))]
    except ValueError:
        return False
    was, is_now, grown = (figure.number for figure in told)
    return was > 0 and abs((is_now - was) / was * 100 - grown) <= _NEAR


def is_near_times(then: str, now: str, thousands: str) -> bool:
    """Return whether a growth of thousands of per cent nearly is that between two counts."""
    told = int(thousands.replace(".", ""))
    was, is_now = (figures.stated("from", each).number for each in (then, now))
    return was > 0 and abs((is_now - was) / was * 100 - told) <= told * _WIDE


def is_near_amount(then: str, now: str, change: str) -> bool:
    """Return whether how many more or fewer are told nearly is what two counts differ by, and as it goes."""
    try:
        told = [figures.stated(n, t) for n, t in (("from", then), ("to", now), ("change", change))]
    except ValueError:
        return False
    was, is_now, moved = (figure.number for figure in told)
    return (is_now - was) * moved > 0 and abs(is_now - was - moved) <= was * _WIDE
