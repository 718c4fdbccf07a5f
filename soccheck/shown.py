"""Make text that somebody else wrote safe to show: on a terminal, and in the log of a pipeline."""

from __future__ import annotations

import re
import unicodedata

# What a pipeline's runner takes for a command: GitHub at the start of a line, `##[` and `##vso[`
# (GitHub, Azure) anywhere in it. An IPv6 address keeps its colons: a command has a letter past f.
_COMMAND = re.compile(r"::(?=[a-z-]*[g-z-])|##(?=\[|vso\[)", re.I)


def clean(text: str) -> str:
    """Return text with control, escape and direction characters visible, and no runner's command.

    CWE-150: what a name holds must reach a reader as it is, and nothing else as a command.
    """
    if not text.isprintable():
        text = "".join(
            c if c.isprintable() or unicodedata.category(c) == "Zs" else _visible(c) for c in text
        )
    return _COMMAND.sub(_parted, text) if ":" in text or "#" in text else text


def _visible(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _parted(match: re.Match[str]) -> str:
    return " ".join(match[0])
