r"""The patterns of policies: RE2, whose time is linear in the text, whoever wrote the pattern.

`\w`, `\d`, `\s` and `\b` know ASCII only; `\p{L}` is a letter of any script.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import re2

ADVICE = r"RE2 syntax, that must match the whole value: no look-around, no back-references; \z is the end"
MAX_LENGTH = 1000
"""Characters of a pattern: RE2 bounds what it compiles, not what it reads."""

_OPTIONS = re2.Options()
_OPTIONS.never_capture = True  # only whether it matches is asked: each group would cost memory
_OPTIONS.log_errors = False  # they are told as faults of the policy
_NO_LEAST = re.compile(r"(?<!\\)\{,")
_ASCII = re.compile(r"\\[wWdDsSbB]|\[:\^?[a-z]+:\]")


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


def read(text: str) -> Pattern:
    """Return the pattern; raises `ValueError` with the reason where RE2 refuses it."""
    if len(text) > MAX_LENGTH:
        raise ValueError(f"longer than {MAX_LENGTH} characters")
    if _NO_LEAST.search(text):
        raise ValueError(
            "{, is no repetition: write {0,"
        )  # elsewhere it is one, for RE2 it is text
    try:
        return Pattern(pattern=text, compiled=re2.compile(text, _OPTIONS))
    except re2.error as error:
        (said,) = error.args
        raise ValueError(said.decode(errors="replace")) from error
