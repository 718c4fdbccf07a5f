"""What may have been meant by a name that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from soccheck.phrase import Phrase, phrase


def near(name: str, known: Iterable[str]) -> Phrase:
    """Return the hint for an unknown name: the one it is close to, else all there are."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return phrase("did you mean {word}?", word=repr(close[0]))
    return phrase("known: {names}", names=", ".join(names))
