"""Text as people write it: composed, on one line, and compared without what nobody sees."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = dict.fromkeys(
    (0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)
)  # soft hyphens, joiners, a byte order mark
_END = (".", ":", ";")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_EARLY = re.compile(rf"([ou])([{_TONES}])([aey])")
"""Hòa, thúy, Ủy: the tone on the first of two vowels, where others write hoà, thuý, Uỷ."""


def composed(text: str) -> str:
    """Return text composed (NFC), and nothing invisible in it."""
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_INVISIBLE))


def plain(text: str) -> str:
    """Return text composed, on one line, with single spaces."""
    return " ".join(composed(text).split())


def folded(text: str) -> str:
    """Return text as two are compared: in small letters, one place for a tone, without a sign at its end.

    An asterisk stays: it sends a reader to a note, which may say anything.
    """
    text = plain(text).casefold()
    if not text.isascii():
        text = _EARLY.sub(r"\1\3\2", unicodedata.normalize("NFD", text))
        text = unicodedata.normalize("NFC", text)
    return text[:-1].rstrip() if text.endswith(_END) else text
