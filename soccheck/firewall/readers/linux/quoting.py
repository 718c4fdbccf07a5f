"""The words of a line as iptables-restore and ipset part them."""

from __future__ import annotations

import re

from soccheck.phrase import phrase

_WORD = re.compile(r'((?:"(?:[^"\\]|\\.)*"|[^\s"])+)(?:\s+|$)')
_ESCAPED = re.compile(r"\\(.)")


class Quoted(str):
    """A word in quotes: a value, wherever it stands among the options of a module nobody knows."""

    __slots__ = ()


def words_of(line: str) -> list[str]:
    """Return the words of a line as iptables-restore parts them; raises `ValueError` at an open quote.

    Only `"` quotes, and a backslash is one only within quotes (add_param_to_argv of iptables).
    """
    if '"' not in line:
        return line.split()
    out: list[str] = []
    at = len(line) - len(line.lstrip())
    while at < len(line):
        found = _WORD.match(line, at)
        if found is None:
            raise ValueError(phrase("a quote is not closed"))
        at, word = found.end(), found[1]
        out.append(Quoted(_plain(word)) if '"' in word else word)
    return out


def _plain(word: str) -> str:
    parts = re.split(r'"((?:[^"\\]|\\.)*)"', word)
    return "".join(_ESCAPED.sub(r"\1", part) if n % 2 else part for n, part in enumerate(parts))
