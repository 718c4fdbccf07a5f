"""Read and compare figures as reports write them: both decimal styles, exactly; nothing is guessed."""

from __future__ import annotations

import re
from fractions import Fraction

from soccheck.model import Figure
from soccheck.phrase import phrase

_DECIMAL = re.compile(r"([0-9]{1,18})[.,]([0-9]{1,9})\Z")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3}){1,5}|(?:,[0-9]{3}){1,5})\Z")
_BOTH = (
    r"([1-9][0-9]{0,2}(?:\.[0-9]{3}){1,5}),([0-9]{1,9})\Z"
    r"|([1-9][0-9]{0,2}(?:,[0-9]{3}){1,5})\.([0-9]{1,9})\Z"
)
_SURE = re.compile(r"(about|over) (.*)\Z")


INTEGERS = ("count", "numerator", "denominator")
"""Fields of a claim that hold whole numbers, in which 1.348 is a thousand and more."""

AMOUNTS = ("numerator", "denominator")
"""Those of them that may hold an amount of money with decimals instead: 12,6 of 120 billion."""


TIMES = "x"
"""What a figure begins with that tells how many times as much: `x1.5`."""


class AmbiguousError(ValueError):
    """A figure that is one number in Vietnamese and another in English: 1.348."""

    def __init__(self, text: str, one: str, other: str) -> None:
        self.said = phrase(
            "{text} is {one} to one reader and {other} to another", text=text, one=one, other=other
        )
        super().__init__(str(self.said))


def read(text: str, *, integer: bool = False) -> Figure:
    """Return the figure `text` writes: 94,2 or 94.2, 2.430.409, 08, 70%, about 70%, x1,5.

    One group of three behind a mark is thousands only where a whole number is expected (`integer`).
    Raises `AmbiguousError` where it is not, and `ValueError` for anything that is no figure.
    """
    body, sure, unit = text.strip(), "", ""
    if match := _SURE.match(body):
        sure, body = match.groups()
    if body.endswith("%"):
        unit, body = "%", body[:-1].rstrip()
    elif body.startswith(TIMES):
        unit, body = TIMES, body[1:]
    sign = -1 if body[:1] in ("-", "−") else 1
    body = body[1:] if body[:1] in ("+", "-", "−") else body
    number, places = _number(body, integer)
    return Figure(number=sign * number, places=places, unit=unit, sure=sure)


def _number(body: str, integer: bool) -> tuple[Fraction, int]:
    if body.isascii() and body.isdecimal() and len(body) <= 18:
        return Fraction(int(body)), 0
    if _GROUPED.match(body):
        groups = body.replace(",", ".").split(".")
        # Several groups can only be thousands; one may be three decimals.
        if integer or len(groups) > 2:
            return Fraction(int("".join(groups))), 0
        raise AmbiguousError(body, "".join(groups), ".".join(groups))
    if not integer and (match := _DECIMAL.match(body)):
        places = len(match[2])
        return Fraction(int(match[1] + match[2]), 10**places), places
    if match := re.match(_BOTH, body):
        whole, rest = (match[1], match[2]) if match[1] else (match[3], match[4])
        places = len(rest)
        return Fraction(int(re.sub(r"[.,]", "", whole) + rest), 10**places), places
    raise ValueError(f"{body!r} is not a {'whole number' if integer else 'figure'}")


def stated(field: str, text: str) -> Figure:
    """Return the figure of a claim's field; counts are whole numbers, and a per cent needs no sign."""
    whole = field in INTEGERS and not (field in AMOUNTS and _DECIMAL.match(text.strip()))
    whole = whole or (field in INTEGERS and _GROUPED.match(text.strip()) is not None)
    figure = read(text, integer=whole)
    if field == "per_cent" and not figure.unit:
        return Figure(number=figure.number, places=figure.places, unit="%", sure=figure.sure)
    return figure


def exact(value: float) -> Fraction:
    """Return a number of YAML as it was written, not as binary holds it: 0.1 is a tenth."""
    return Fraction(str(value))


def half_up(value: Fraction, places: int) -> Fraction:
    """Return a number that is not negative rounded to `places` decimals, half up as people do."""
    return Fraction(units(value, places), 10**places)


def units(value: Fraction, places: int) -> int:
    """Return how many units of the last place `half_up` gives."""
    scale: int = 10**places
    return (2 * value.numerator * scale + value.denominator) // (2 * value.denominator)


def agrees(stated: Figure, computed: Fraction) -> bool:
    """Return whether `stated` is `computed` rounded to its own precision; a tie may go either way.

    What is told as about a figure may be off by one of its last digit.
    """
    if stated.sure == "over":
        return computed > stated.number if stated.number >= 0 else computed < stated.number
    half = stated.half if stated.places or stated.unit else Fraction(1, 2)
    half *= 2 if stated.sure == "about" else 1
    return abs(stated.number - computed) <= half


def is_cut_off(stated: Figure, computed: Fraction) -> bool:
    """Return whether `stated` is `computed` with its further digits left out, and not rounded."""
    off = abs(computed) - abs(stated.number)
    near = stated.number * computed > 0 and 0 < off < 2 * stated.half
    return near and not stated.sure and not agrees(stated, computed)


def is_share_of(stated: Figure, passed: int, total: int) -> bool:
    """Return whether a share may be told of counts: rounded or cut off; of a rough one nobody knows."""
    computed = Fraction(100 * passed, total)
    if stated.sure:
        return stated.sure == "about" or computed > stated.number
    return abs(stated.number - computed) < 2 * stated.half


def same(one: Figure, other: Figure) -> bool:
    """Return whether two statements are of one value, each to its own precision and equally sure."""
    if one.sure != other.sure or one.unit != other.unit:
        return False
    return abs(one.number - other.number) <= max(one.half, other.half) * (
        one.places != other.places
    )


def adds_up(total: Figure, parts: list[Figure]) -> bool:
    """Return whether the parts make the total, allowing what rounding each of them can explain."""
    off = abs(sum((part.number for part in parts), Fraction(0)) - total.number)
    slack = sum((part.half for part in parts), total.half)
    # Strictly less: two complements rounded alike still add up exactly, 0,4118 + 0,5882 = 1.
    return off == 0 or off < slack
