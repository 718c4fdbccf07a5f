"""Commands as a vendor's reference writes their syntax, and the lines that are of it.

`{a | b}` is a choice, `[a]` may be left out, what ends with `*` may come again, `...` is whatever follows.
Values are written in capitals (`VALUES`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

ADDRESS = r"(?:\d+(?:\.\d+){3}|[\dA-Fa-f]*:[\dA-Fa-f:.]*)"
VALUES: Mapping[str, str] = {
    "W": r" \S+",
    "N": r" \d+",
    "INT": r" -?\d+",
    "A": f" {ADDRESS}",
    "NET": f" {ADDRESS}/\\d+",
    "MAC": r" [\dA-Fa-f]{4}(?:\.[\dA-Fa-f]{4}){2}",
    "IF": r" [A-Za-z][\w-]*(?: ?\d[\d/.:]*)?",
    "NAME": r" [A-Za-z][\w-]*",
    "RD": r" \S+:\d+",
    "IFACE": r" \(\S+\)",
    "TIME": r" \d+(?::\d+)*",
    "PLACE": r" \d+(?:/\d+)+",
    "VLANS": r" \d[\d,-]*",
    "TEXT": " .+",
    "...": "(?: .*)?",
}
"""What stands for each value; a word, a number, an address, a network, an interface, text to the end, ..."""
_TOKENS = re.compile(r"[\[\]{}]\*?|\||[^\s\[\]{}|]+")
Forms = Mapping[str, Sequence[str]]
"""Forms by the word that they begin with; those that begin with a value or a choice under the empty text."""


def by_first_word(text: str, named: Mapping[str, str]) -> Forms:
    """Return the forms of a text, one a line; `named` are parts that are written by their name."""
    out: dict[str, list[str]] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        if line[0] == "#":
            continue
        tokens = _TOKENS.findall(line)
        form = " ".join(_named(token, named) for token in tokens)
        out.setdefault(_first(tokens), []).append(form)
    return out


def is_written(forms: Forms, words: Sequence[str]) -> bool:
    """Tell whether a line is of a form; one that switches off what is may end before its last word."""
    switches_off = len(words) > 1 and words[0] == "no"
    return _matches(forms, words, 0) or (switches_off and _matches(forms, words[1:], 1))


def _matches(forms: Forms, words: Sequence[str], begun: int) -> bool:
    line = "".join(f" {word}" for word in words)
    return any(
        _patterns(form)[begun].fullmatch(line)
        for first in (words[0], "")
        for form in forms.get(first, ())
    )


def _named(token: str, named: Mapping[str, str]) -> str:
    """Return the part that a token names, which may come again as well as a value; else the token."""
    name = token.rstrip("*")
    return f"{named[name]}{token[len(name) :]}" if name in named else token


def _first(tokens: Sequence[str]) -> str:
    """Return the word that a form begins with; none where it may be one of several."""
    return "" if tokens[0][0] in "[{" or tokens[0].rstrip("*") in VALUES else tokens[0]


@cache
def _patterns(form: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what matches the lines of a form, and what matches those and their beginnings."""
    tokens = _TOKENS.findall(form)[::-1]
    whole, begun = _choice(tokens)
    if tokens:
        raise ValueError(f"a bracket is missing: {form}")
    return re.compile(whole), re.compile(begun)


def _choice(tokens: list[str]) -> tuple[str, str]:
    """Take what stands up to the end of a bracket; return its pattern, and that of its beginnings."""
    found: list[tuple[str, str]] = []
    while True:
        found.append(_sequence(tokens))
        if not tokens or tokens[-1] != "|":
            break
        tokens.pop()
    whole, begun = ("|".join(part) for part in zip(*found, strict=True))
    return f"(?:{whole})", f"(?:{begun})"


def _sequence(tokens: list[str]) -> tuple[str, str]:
    parts: list[tuple[str, str]] = []
    while tokens and tokens[-1][0] not in "|]}":
        token = tokens.pop()
        if token[0] in "[{":
            whole, begun = _choice(tokens)
            end = tokens.pop()
        else:
            end = "*" if len(token) > 1 and token[:-1] in VALUES else ""
            whole = VALUES.get(token.rstrip("*") if end else token, f" {re.escape(token)}")
            begun = f"(?:{whole})?"
        again = end.endswith("*")
        least = "?" if end[:1] == "]" else ""
        parts.append(
            (
                f"(?:{whole}){'*' if again and least else '+' if again else least}",
                f"(?:{whole})*{begun}" if again else begun,
            )
        )
    begun = ""
    for whole, ends in reversed(parts):
        begun = f"(?:{whole}{begun}|{ends})"
    return "".join(whole for whole, _ in parts), begun
