"""Which thing is called so: by its name without marks, or as offices shorten names, Sở TT&TT, UBND tỉnh."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from soccheck.facts.spoken import plain

_PASSED_OVER = ("va", "cua", "ve", "cac", "and", "of", "the")
"""Words of a name of which an abbreviation has no letter."""


def called(text: str, names: Mapping[str, Iterable[str]]) -> str | None:
    """Return the one id whose thing a text calls by a name; `names` are those of each id."""
    short = plain(text).split()
    if not short:
        return None
    found = [
        key
        for key, known in names.items()
        if any(_shortens(short, plain(n).split()) for n in known)
    ]
    return found[0] if len(found) == 1 else None


def _shortens(short: Sequence[str], full: Sequence[str]) -> bool:
    """Return whether each word of `short` is a word of `full`, or the first letters of some, in order."""
    if full and full[0] in _PASSED_OVER and _shortens(short, full[1:]):
        return True
    if not short or not full:
        return not short and not full
    if short[0] == full[0]:
        return _shortens(short[1:], full[1:])
    if len(short[0]) < 2 or short[0][0] != full[0][0]:
        return False
    rest, left = short[0], full
    while rest and left:
        if left[0] in _PASSED_OVER and rest[0] != left[0][0]:
            left = left[1:]
        elif rest[0] == left[0][0]:
            rest, left = rest[1:], left[1:]
        else:
            return False
    return not rest and _shortens(short[1:], left)
