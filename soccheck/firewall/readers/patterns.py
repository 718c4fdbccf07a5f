"""Names and words of which some hold `*`: each is compiled once, when it is first asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import translate
from functools import cache, cached_property, lru_cache
from typing import Generic, TypeVar

Listed = TypeVar("Listed")


class Sections(Generic[Listed]):
    """What is listed by section, whose names may hold `*`."""

    def __init__(self, listed: Mapping[str, Listed]) -> None:
        self._listed = listed
        self._of = lru_cache(maxsize=10_000)(self._found)

    def of(self, section: str) -> tuple[Listed, ...]:
        """Return what is listed for a section, in order; the same few are asked for again and again."""
        return self._of(section)

    def _found(self, section: str) -> tuple[Listed, ...]:
        return tuple(
            found
            for name, found in self._listed.items()
            if name == section or ("*" in name and _pattern(name).match(section))
        )


class StarredWords:
    """A set of words; of those that hold `*`, each part stands for one word, and the last for the rest.

    So nothing unknown between words that are known is taken for one of them.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)

    def __contains__(self, text: str) -> bool:
        if text in self._words or (self._single is not None and self._single.match(text)):
            return True
        return any(_fits(text, parts) for parts in self._several)

    @cached_property
    def _single(self) -> re.Pattern[str] | None:
        parts = [translate(word) for word in self._words if "*" in word and " " not in word]
        return re.compile("|".join(parts)) if parts else None

    @cached_property
    def _several(self) -> list[list[str]]:
        return [word.split(" ") for word in self._words if "*" in word and " " in word]


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(translate(name))


def _fits(text: str, parts: list[str]) -> bool:
    words = text.split(" ", len(parts) - 1)
    fits = (_pattern(part).match(word) for part, word in zip(parts, words, strict=False))
    return len(words) == len(parts) and all(fits)
