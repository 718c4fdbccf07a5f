"""Texts of what nobody took."""

from __future__ import annotations

from collections.abc import Iterable

from soccheck.phrase import Phrase, said, series


def first_word(text: Phrase | str) -> str:
    """Return the word of an entry that its unread text begins with."""
    return str(text).partition(" ")[0]


def together(left: Iterable[Phrase | str]) -> Phrase:
    """Return unread texts as one."""
    return series(map(said, left), "; ")
