"""What a bundle says, in English, of why something was not learned: said in the reader's language.

A bundle is one file for all readers. What collectors and probes write is told from what machines
and libraries said: the first is translated, the second stands in quotes as it is.
"""

from __future__ import annotations

import functools
import re

from soccheck.errors import known_refusals
from soccheck.facts.values import clean
from soccheck.i18n import Language
from soccheck.phrase import Phrase
from soccheck.report.wording.written import antivirus, collecting, imports, probes

WRITTEN = (*antivirus.WRITTEN, *collecting.WRITTEN, *imports.WRITTEN, *probes.WRITTEN)


def told(text: Phrase | str, language: Language) -> str:
    """Return what a bundle says: translated where it is known, else quoted as it is."""
    if isinstance(text, Phrase):
        return clean(_said(text, language))
    text = clean(text)
    if language.code == "en" or not text:
        return text
    for at in (0, *(found.end() for found in re.finditer(": ", text))):
        if (sentence := _known(text[at:])) is not None:
            head = text[: max(at - 2, 0)]
            said = _said(sentence, language)
            return f"{told(head, language)}: {said}" if head else said
    return text if _NO_PROSE.fullmatch(text) else f"“{text}”"


_NO_PROSE = re.compile(r"\S+")
"""An id, an address, a path."""


def _said(sentence: Phrase, language: Language) -> str:
    values = {
        name: told(str(value), language)
        if name == "said"
        else language.say(value)
        if isinstance(value, Phrase)
        else value
        for name, value in sentence.values
    }
    return language(sentence.text).format(**values)


def _known(text: str) -> Phrase | None:
    for pattern, sentence in _patterns():
        found = pattern.fullmatch(text)
        if found is not None:
            return sentence.of(**found.groupdict())
    return None


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], Phrase], ...]:
    sentences = (*WRITTEN, *known_refusals())
    return tuple((_pattern(sentence.text), sentence) for sentence in sentences)


def _pattern(text: str) -> re.Pattern[str]:
    """Return what fits a sentence with anything in its names' places; only what was said has many words."""
    parts = re.split(r"\{(\w+)\}", text)
    written = [re.escape(part) for part in parts]
    for at in range(1, len(parts), 2):
        inside = ".+" if parts[at] == "said" else r"(?:(?!: )[^;])+?"
        written[at] = f"(?P<{parts[at]}>{inside})"
    return re.compile("".join(written))
