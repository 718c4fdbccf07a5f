"""Read the text of a report, txt, Markdown or DOCX; the file is hostile input, bounded in every way."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

from soccheck.claims import docx
from soccheck.errors import UsageError, refusal
from soccheck.phrase import phrase

MAX_BYTES = docx.MAX_BYTES
"""Most of a file, and of each part of a DOCX once unpacked."""


def text_of(path: Path, shown: str) -> str:
    """Return the text of a report, a paragraph a line, composed (NFC); raises `UsageError`."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        raise UsageError(
            phrase("{shown}: not a file this can read", shown=shown),
            hint=phrase("save or export it as one of {known}", known=known),
        )
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            hint = phrase(
                "at most {MAX_BYTES} bytes are read: split the report", MAX_BYTES=MAX_BYTES
            )
            raise UsageError(phrase("{shown}: {size} bytes", shown=shown, size=size), hint=hint)
        text = reader(path, shown)
    except OSError as error:
        reason = refusal(error)
        raise UsageError(
            phrase("{shown}: cannot be read: {reason}", shown=shown, reason=reason)
        ) from error
    return unicodedata.normalize("NFC", text)


_UNSEEN = ("Zs", "Cf")
"""Unicode's categories of spaces, and of characters that only format."""

_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
"""The characters of ASCII as East Asian keyboards write them, as wide as a syllable."""

_ALIKE = {"\u2010": "-", "\u2011": "-", "\u2044": "/", "\u2215": "/", "\ufe6a": "%", "\u066a": "%"}
"""Other forms of a hyphen, a stroke of a fraction and the sign of a per cent."""

_GROUPED = re.compile(
    r"(?<![0-9.,])[1-9][0-9]{0,2}(?:[\u00a0\u2007\u2009\u202f][0-9]{3}){1,4}(?![0-9])"
)
"""Thousands parted by a space that does not break, as the metric system writes them."""


def plain_characters(text: str) -> str:
    """Return text whose spaces, digits and signs are the plain ones: word processors write others.

    What has no width (a soft hyphen, a joiner) goes: it would part a figure from its sign unseen.
    """
    if text.isascii():
        return text
    text = _GROUPED.sub(lambda figure: re.sub(r"[^0-9]", ".", figure[0]), text)
    kinds = {c: unicodedata.category(c) for c in set(text)}
    table = {ord(c): " " if kind == "Zs" else None for c, kind in kinds.items() if kind in _UNSEEN}
    return text.translate(table | _WIDE | str.maketrans(_ALIKE))


def _plain(path: Path, shown: str) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        hint = phrase("save the file as UTF-8")
        raise UsageError(
            phrase("{shown}: not UTF-8 at byte {start}", shown=shown, start=error.start), hint=hint
        ) from error


READERS: dict[str, Callable[[Path, str], str]] = {
    ".txt": _plain,
    ".md": _plain,
    ".docx": docx.read,
}
"""Ending of a file's name -> how its text is read."""
