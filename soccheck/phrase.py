"""A sentence for a reader, with what it is about: English as it stands, translated where it is printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """Represents a sentence with `{names}` in it, and what stands for each; a sentence may, too."""

    text: str
    values: tuple[tuple[str, object], ...] = ()

    def of(self, **values: object) -> Phrase:
        """Return the sentence with what stands for its names."""
        return Phrase(self.text, (*self.values, *values.items()))

    def __str__(self) -> str:
        return self.text.format(**dict(self.values))


def plain(text: str) -> Phrase:
    """Return a text of a table, such as what a fact means, as a sentence that nothing is filled into."""
    return Phrase(text.replace("{", "{{").replace("}", "}}"))


def series(several: Iterable[Phrase]) -> Phrase:
    """Return sentences or names behind each other, with a comma between them."""
    first, *others = several
    for other in others:
        first = phrase("{one}, {other}", one=first, other=other)
    return first


def phrase(text: str, /, **values: object) -> Phrase:
    """Return a sentence; its text is looked for here when translations are gathered."""
    return Phrase(text, tuple(values.items()))
