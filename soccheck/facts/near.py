"""What may have been meant by a name that is not known."""

from __future__ import annotations

from collections.abc import Iterable

from soccheck.facts.spoken import plain
from soccheck.phrase import Phrase, phrase

_SHOWN = 12


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the name that was meant by a word: but for case, marks and look-alikes, else the closest.

    `cutoff` is how alike the closest must be, up to 1 (`difflib.get_close_matches`).
    A machine's short name is meant where one name alone goes on with a domain.
    """
    import difflib

    by_plain: dict[str, str] = {}
    for name in known:
        by_plain.setdefault(plain(name), name)
    text = plain(word)
    if text in by_plain:
        return by_plain[text]
    longer = [name for name in by_plain.values() if name.startswith(f"{word}.")]
    if len(longer) == 1:
        return longer[0]
    close = difflib.get_close_matches(text, by_plain, n=1, cutoff=cutoff)
    return by_plain[close[0]] if close else None


def near(word: str, known: Iterable[str], otherwise: Phrase | None = None) -> Phrase:
    """Return the hint for an unknown name: the nearest one, else `otherwise`, else those there are."""
    names = list(known)
    longer = [name for name in names if len(word) > 2 and plain(word) in plain(name)]
    close = nearest(word, names) or (longer[0] if len(longer) == 1 else None)
    if close is not None and (len(longer) < 2 or plain(close) == plain(word)):
        return phrase("did you mean {word}?", word=repr(close))
    if longer:
        return phrase("write one of these: {names}", names=", ".join(longer[:_SHOWN]))
    if otherwise is not None:
        return otherwise
    few = names[:_SHOWN]
    more = ["..."] if len(names) > len(few) else []
    return phrase("known here: {names}", names=", ".join([*few, *more]) or "-")


def misspelt(value: str, values: Iterable[str], otherwise: Phrase) -> Phrase:
    """Return the value that was misspelt; of one with more said beside it none is meant."""
    close = nearest(value, values)
    several = close is not None and plain(value) == f"{plain(close)}s"
    if close is None or (plain(close) in plain(value) and not several) or len(value.split()) > 1:
        return otherwise
    return phrase("did you mean {word}?", word=repr(close))
