"""Which thing is called so: by its name without marks, or as offices shorten names, Sở TT&TT, UBND tỉnh."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from soccheck.facts.spoken import plain

_PASSED_OVER = ("va", "cua", "ve", "cac", "and", "of", "the")
"""Words of a name of which an abbreviation has no letter."""
_MOST = 1000
"""Names of several words that are tried for an abbreviation: a province has fewer offices."""


class Called:
    """Finds the one thing that a text calls by a name; `names` are those of each id."""

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        self._ids: dict[str, set[str]] = defaultdict(set)
        whole: dict[str, None] = {}
        for key, known in names.items():
            for name in known:
                spoken = plain(name)
                self._ids[spoken].add(key)
                if " " in name.strip():
                    whole[spoken] = None
        self._whole = [name.split() for name in whole] if len(whole) <= _MOST else []

    def find(self, text: str) -> str | None:
        """Return the id of the one that is called so."""
        short = plain(text)
        found = self._ids.get(short, set())
        if short and not found:
            words = short.split()
            found = {
                key
                for full in self._whole
                if _shortens(words, full)
                for key in self._ids[" ".join(full)]
            }
        return next(iter(found)) if len(found) == 1 else None


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
