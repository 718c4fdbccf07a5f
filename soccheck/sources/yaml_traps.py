"""Plain texts that readers of YAML disagree about: what is wrong with each, and what to do instead."""

from __future__ import annotations

import re
from collections.abc import Callable

from soccheck.phrase import Phrase, phrase

_TWO = phrase('write {number} for the number, or "{text}" in quotes for a text')
_QUOTE = phrase('quote it: "{text}"')
_GROUPED = re.compile(r"[-+]?[1-9][0-9]{0,2}(\.[0-9]{3})+\Z")


def _either(number: str, text: str) -> Phrase:
    """Return what to write where the text may have been meant as a number, and where not."""
    return _TWO.of(number=number, text=text)


def _zeros(text: str) -> Phrase:
    """Return what to write for a number with a zero before it: a telephone number keeps it."""
    if not text.isdecimal():
        return _QUOTE.of(text=text)
    hint = phrase(
        'write "{text}" in quotes for a text (a telephone number), or {number} for the number'
    )
    return hint.of(text=text, number=text.lstrip("0") or "0")


def _decimals(text: str) -> Phrase:
    """Return what to write for 120.000, which is a thousand and more in Vietnamese, and for 1.10."""
    if _GROUPED.match(text):
        return _either(text.replace(".", ""), text)
    whole, _, rest = text.partition(".")
    number = f"{whole.lstrip('0') or '0'}.{rest}".rstrip("0").rstrip(".")
    return phrase(
        'write "{text}" in quotes for a version or another text, or {number} for the number'
    ).of(text=text, number=number)


def _exponent(text: str) -> Phrase:
    number = float(text.replace("_", ""))
    whole = number.is_integer() and abs(number) < 1e15
    return _either(f"{number:.0f}", text) if whole else _QUOTE.of(text=text)


def _underscores(text: str) -> Phrase:
    plain = text.replace("_", "")
    return _either(plain, text) if plain.isdecimal() else _QUOTE.of(text=text)


def _first_day(text: str) -> Phrase:
    year, month, rest = text.split("-", 2)
    day = re.match("[0-9]+", rest)
    assert day is not None
    return phrase('write the day alone, {day}, or "{text}" in quotes for a text').of(
        day=f"{year}-{month:0>2}-{day[0]:0>2}", text=text
    )


# What a YAML 1.1 reader (PyYAML and most others) takes for something else than the text it looks like.
_TRAPS: tuple[tuple[re.Pattern[str], Phrase, Callable[[str], Phrase]], ...] = (
    (
        re.compile(r"[-+]?0[0-7_]*[0-9_]+\Z|[-+]?0[xob][0-9a-fA-F_]+\Z"),
        phrase("{shown} is a different number to different readers"),
        _zeros,
    ),
    (
        re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?\Z"),
        phrase("some readers take {shown} for a number in base 60"),
        lambda text: _QUOTE.of(text=text),
    ),
    (
        re.compile(
            r"[-+]?[0-9]*\.[0-9]*0\Z|[-+]?\.[0-9]+\Z|[-+]?[0-9]+\.\Z|[-+]?0[0-9]+\.[0-9]*\Z"
        ),
        phrase("as a number {shown} is not what it looks like (1.10 becomes 1.1)"),
        _decimals,
    ),
    (
        re.compile(r"(?=[^_]*_)[-+]?(?:[0-9][0-9_]*\.?|\.[0-9])[0-9_]*\Z|[-+]?\.(?i:inf|nan)\Z"),
        phrase("{shown} is a number to some readers and text to others"),
        _underscores,
    ),
    (
        re.compile(r"[-+]?(?:[0-9][0-9_]*\.?|\.[0-9])[0-9_]*[eE][-+]?[0-9]+\Z"),
        phrase("{shown} is a number to some readers and text to others"),
        _exponent,
    ),
    (
        re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9].*"),
        phrase("{shown} is a date and time to some readers"),
        _first_day,
    ),
)
_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?P<decimals>\.[0-9]*[1-9])?\Z")
"""What every reader takes for the same number; none is one of `_TRAPS`."""

_SWITCHES = {
    **dict.fromkeys(("yes", "on", "y"), "true"),
    **dict.fromkeys(("no", "off", "n"), "false"),
}
"""Words that are a trap however they are written, in small letters -> what they mean."""

_NOTHING = (
    phrase("there is nothing here ({shown})"),
    phrase(
        "leave the key out when nothing is known, give it a value, or indent what belongs to it"
    ),
)
_WORDS = frozenset(("", "~", "null", "Null", "NULL", "=", "<<"))
"""Words that are nothing, as they stand."""

COMMENT = (
    phrase("there is nothing here: what follows # is a comment"),
    phrase('quote a text that has # in it: "{text}"'),
)

NO_COLON = (
    phrase("there is no colon behind this key"),
    phrase("write key: value; of several values write [a, b], a text with a comma in quotes"),
)
"""A key of a mapping in braces that ends where the next one begins."""

MERGE_KEY = (
    phrase("the merge key << is not read the same way everywhere"),
    phrase("write the keys out, or use an alias for the whole value"),
)


_OFFICE_QUOTES = re.compile("[“”„][^“”„]+[“”„]|[‘’‚][^‘’‚]+[‘’‚]|«[^«»]+»")


def office_quotes(text: str) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong with a text that an office program's quotes would be a part of, and what to do."""
    if not _OFFICE_QUOTES.fullmatch(text):
        return None
    said = phrase("the quotes are an office program's, and would be part of the text: {text}")
    hint = phrase(
        'write {bare} without them; a text that has them stands in straight quotes: "{text}"',
        bare=text[1:-1],
        text=text,
    )
    return said.of(text=text), hint


def trap(text: str) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong with a plain text that readers of YAML disagree about, and what to do."""
    for pattern, message, hint in _TRAPS:
        if pattern.match(text):
            return message.of(shown=repr(text)), hint(text)
    if text in ("True", "TRUE", "False", "FALSE"):
        said_ = phrase("{shown} is written true or false", shown=repr(text))
        return said_, phrase("write {word}", word=text.lower())
    if (meant := _SWITCHES.get(text.lower())) is not None:
        hint_ = phrase('write {word}, or "{text}" in quotes for a text', word=meant, text=text)
        return phrase("some readers take {shown} for true or false", shown=repr(text)), hint_
    if text in _WORDS:
        message, nothing = _NOTHING
        return message.of(shown=repr(text)), nothing
    return None


def number(text: str) -> type[int] | type[float] | None:
    """Return the type of number that every reader takes a plain text for; nothing where it is none."""
    found = _NUMBER.match(text)
    if found is None:
        return None
    return float if found["decimals"] else int


_LOST = re.compile(r"[ \t]+(?P<rest>#\w.*)")
_WORD = re.compile(r"[a-z0-9][a-z0-9._-]*\Z")
"""A word of the inventory's own, an id or a choice, which has no # in it."""


def cut_off(value: str, text: str, end: int) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong where a text goes on as a comment: `phòng #3` is `phòng`.

    A blank behind # tells a comment from what was to be read.
    """
    found = _LOST.match(text, end)
    if not value or found is None or (_WORD.match(value) and not found["rest"][1].isdecimal()):
        return None
    rest = found["rest"].rstrip()
    what = phrase("what follows # is a comment, and is not read: {rest}", rest=rest)
    hint = phrase(
        'quote the text: "{text}"; where it is a comment, write a blank behind #',
        text=f"{value} {rest}",
    )
    return what, hint
