r"""The patterns of policies: RE2, whose time is linear in the text, whoever wrote the pattern.

`\w`, `\d`, `\s` and `\b` know ASCII only; `\p{L}` is a letter of any script.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import re2

from soccheck.phrase import Phrase, phrase

ADVICE = phrase(
    "RE2 syntax, that must match the whole value: no look-around, no back-references; \\z is the end"
)
MAX_LENGTH = 1000
"""Characters of a pattern: RE2 bounds what it compiles, not what it reads."""

_REFUSED = {
    "invalid escape sequence": phrase("invalid escape sequence"),
    "invalid character class": phrase("invalid character class"),
    "invalid character class range": phrase("invalid character class range"),
    "missing ]": phrase("missing ]"),
    "missing )": phrase("missing )"),
    "unexpected )": phrase("unexpected )"),
    "trailing \\": phrase("trailing \\"),
    "no argument for repetition operator": phrase("no argument for repetition operator"),
    "invalid repetition size": phrase("invalid repetition size"),
    "bad repetition operator": phrase("bad repetition operator"),
    "invalid perl operator": phrase("invalid perl operator"),
    "invalid UTF-8": phrase("invalid UTF-8"),
    "invalid named capture group": phrase("invalid named capture group"),
    "pattern too large - compile failed": phrase("pattern too large"),
}
"""What RE2 says of a pattern it refuses (re2/re2.cc, RE2::ErrorCode) -> the same, to be translated."""

_OPTIONS = re2.Options()
_OPTIONS.never_capture = True  # only whether it matches is asked: each group would cost memory
_OPTIONS.log_errors = False  # they are told as faults of the policy
_NO_LEAST = re.compile(r"(?<!\\)\{,")
_LETTERS = re.compile(r"(?:\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|([^\W\d_]\*)")
_ASCII = re.compile(r"\\[wWdDsSbB]|\[:\^?[a-z]+:\]")


class PatternError(ValueError):
    """A pattern that RE2 refuses; `said` is why."""

    def __init__(self, said: Phrase) -> None:
        super().__init__(said)
        self.said = said


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Represents a pattern that a policy states."""

    pattern: str
    compiled: Any = field(repr=False, compare=False)

    def matches(self, text: str) -> bool:
        """Return whether it matches the whole of `text`; half a surrogate pair is no character of it."""
        return self.compiled.fullmatch(text.encode(errors="replace").decode()) is not None

    @property
    def ascii_only(self) -> bool:
        """Whether it has a class of characters that leaves out the letters of Vietnamese."""
        return _ASCII.search(self.pattern) is not None

    @property
    def repeats_a_letter(self) -> bool:
        """Whether a star stands behind a letter, which it repeats; `Kas*` is no word that begins so."""
        return any(found[1] for found in _LETTERS.finditer(self.pattern))


def read(text: str) -> Pattern:
    """Return the pattern; raises `PatternError` with the reason where RE2 refuses it."""
    if len(text) > MAX_LENGTH:
        raise PatternError(phrase("longer than {limit} characters", limit=MAX_LENGTH))
    if _NO_LEAST.search(text):
        # elsewhere it is one, for RE2 it is text
        raise PatternError(phrase("{{, is no repetition: write {{0,"))
    try:
        return Pattern(pattern=text, compiled=re2.compile(text, _OPTIONS))
    except re2.error as error:
        (said,) = error.args
        told, _, part = said.decode(errors="replace").partition(": ")
        what = _REFUSED.get(told, phrase("RE2 does not take it"))
        raise PatternError(phrase("{what}: {part}", what=what, part=part or text)) from error
