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

    def __bool__(self) -> bool:
        return bool(self.text)

    def __str__(self) -> str:
        return self.text.format(**dict(self.values))


def plain(text: str) -> Phrase:
    """Return a text of a table, such as what a fact means, as a sentence that nothing is filled into."""
    return Phrase(text.replace("{", "{{").replace("}", "}}"))


def echo(text: str) -> Phrase:
    """Return what somebody else wrote, such as a line of a configuration: it is not translated."""
    return Phrase("{text}", (("text", text),)) if text else Phrase("")


def said(text: Phrase | str) -> Phrase:
    """Return a sentence as it is, and a plain text as one that is not translated."""
    return text if isinstance(text, Phrase) else echo(text)


def series(several: Iterable[Phrase], between: str = ", ") -> Phrase:
    """Return sentences or names behind each other, with a mark between them."""
    parts = tuple((f"part{number}", one) for number, one in enumerate(several))
    return Phrase(between.join(f"{{{name}}}" for name, _ in parts), parts)


def shortened(sentence: Phrase, most: int) -> Phrase:
    """Return a sentence with what stands for its names cut where all of it would be too long."""
    if len(str(sentence)) <= most or not sentence.values:
        return sentence
    share = most // len(sentence.values)
    return Phrase(
        sentence.text, tuple((name, _cut(value, share)) for name, value in sentence.values)
    )


def _cut(value: object, most: int) -> object:
    if isinstance(value, Phrase):
        return shortened(value, most)
    text = str(value)
    return value if len(text) <= most else text[: most - 1] + "…"


def phrase(text: str, /, **values: object) -> Phrase:
    """Return a sentence; its text is looked for here when translations are gathered."""
    return Phrase(text, tuple(values.items()))
