"""Plain texts that readers of YAML disagree about: what is wrong with each, and what to do instead."""

from __future__ import annotations

import re

# What a YAML 1.1 reader (PyYAML and most others) takes for something else than the text it looks like.
_TRAPS = (
    (
        re.compile(r"[-+]?0[0-7_]*[0-9_]+\Z|[-+]?0[xob][0-9a-fA-F_]+\Z"),
        "{!r} is a different number to different readers",
        'quote it: "{}"',
    ),
    (
        re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?\Z"),
        "some readers take {!r} for a number in base 60",
        'quote it: "{}"',
    ),
    (
        re.compile(
            r"[-+]?[0-9]*\.[0-9]*0\Z|[-+]?\.[0-9]+\Z|[-+]?[0-9]+\.\Z|[-+]?0[0-9]+\.[0-9]*\Z"
        ),
        "as a number {!r} is not what it looks like (1.10 becomes 1.1)",
        'quote a version: "{}"; for a number leave out the last zero',
    ),
    (
        re.compile(r"(?=[^_]*_)[-+]?(?:[0-9][0-9_]*\.?|\.[0-9])[0-9_]*\Z|[-+]?\.(?i:inf|nan)\Z"),
        "{!r} is a number to some readers and text to others",
        'write plain digits, or quote it: "{}"',
    ),
    (
        re.compile(r"[-+]?(?:[0-9][0-9_]*\.?|\.[0-9])[0-9_]*[eE][-+]?[0-9]+\Z"),
        "{!r} is a number to some readers and text to others",
        'quote it: "{}"',
    ),
    (
        re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9].*"),
        "{!r} is a date and time to some readers",
        'quote it: "{}"',
    ),
)
_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?P<decimals>\.[0-9]*[1-9])?\Z")
"""What every reader takes for the same number; none is one of `_TRAPS`."""

_SWITCH = (
    "some readers take {!r} for true or false",
    'write true or false, or quote it: "{}"',
)
_SWITCHES = frozenset(("yes", "no", "on", "off", "y", "n"))
"""Words that are a trap however they are written, in small letters."""

_WORDS = {
    **dict.fromkeys(
        ("True", "TRUE", "False", "FALSE"), ("{!r} is written true or false", "use small letters")
    ),
    **dict.fromkeys(
        ("", "~", "null", "Null", "NULL", "=", "<<"),
        (
            "there is nothing here ({!r})",
            "leave the key out when nothing is known, or give it a value",
        ),
    ),
}
"""Words that are a trap as they stand -> what is said of them, and what to do."""

MERGE_KEY = (
    "the merge key << is not read the same way everywhere",
    "write the keys out, or use an alias for the whole value",
)


def trap(text: str) -> tuple[str, str] | None:
    """Return what is wrong with a plain text that readers of YAML disagree about, and what to do."""
    for pattern, message, hint in _TRAPS:
        if pattern.match(text):
            return message, hint
    return _SWITCH if text.lower() in _SWITCHES else _WORDS.get(text)


def number(text: str) -> type[int] | type[float] | None:
    """Return the type of number that every reader takes a plain text for; nothing where it is none."""
    found = _NUMBER.match(text)
    if found is None:
        return None
    return float if found["decimals"] else int
