"""What of the messages a filter of syslog-ng lets through: by facilities and levels, and some by programs.

`not` binds closer than `and`, and that closer than `or`. Source: syslog-ng Open Source Edition,
administration guide, filter functions; tried with syslog-ng 3.38.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from soccheck.probes import rsyslog_filters as filters
from soccheck.probes.rsyslog_filters import ALL, UNTOLD, Filter
from soccheck.probes.syslog_ng_text import STRING

_WORD = re.compile(
    rf"(?P<blank>\s+)|(?P<mark>[()])|(?P<name>[a-z][\w-]*)\s*(?P<opens>\()?"
    rf"|(?P<string>{STRING}|'[^'\n]{{0,1000}}')",
    re.IGNORECASE,
)
_ARGUMENT = re.compile(rf"((?:[^()\"']|{STRING}|'[^'\n]{{0,1000}}')*)\)")
_SEVERITIES = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
_SAME = {"error": "err", "warn": "warning", "panic": "emerg"}
_PLAIN = re.compile(r"[\w-][\w -]{1,60}")
_DEEPEST = 20


class NotAFilterError(Exception):
    """Says that a filter is not understood."""


def passing(body: str, defined: Mapping[str, str], depth: int = 0) -> Filter:
    """Return what a filter lets through, `defined` being the filters by name."""
    if depth > _DEEPEST:
        return UNTOLD
    try:
        reader = _Reader(body.strip().removesuffix(";").strip(), defined, depth)
        found = reader.joined("or")
        return found if reader.at == len(reader.words) else UNTOLD
    except NotAFilterError:
        return UNTOLD


class _Reader:
    """Reads a filter's words from the left."""

    def __init__(self, body: str, defined: Mapping[str, str], depth: int) -> None:
        self.defined = defined
        self.depth = depth
        self.words = [*_words(body)]
        self.at = 0

    def take(self) -> tuple[str, str]:
        """Return the next word, with what stands in its brackets."""
        if self.at >= len(self.words):
            raise NotAFilterError
        self.at += 1
        return self.words[self.at - 1]

    def joined(self, by: str) -> Filter:
        """Return what passes terms that `or` joins, or `and`."""
        inner: Callable[[], Filter] = (lambda: self.joined("and")) if by == "or" else self.term
        found = inner()
        while self.at < len(self.words) and self.words[self.at] == (by, ""):
            self.at += 1
            found = found.either(inner()) if by == "or" else found.also(inner())
        return found

    def term(self) -> Filter:
        """Return what passes a function, one negated, or a filter in brackets."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise NotAFilterError
        name, inside = self.take()
        if name == "not" and not inside and self.words[self.at : self.at + 1] != [("not", "")]:
            return self.term().negated()
        if name == "(":
            found = self.joined("or")
            if self.take()[0] != ")":
                raise NotAFilterError
            return found
        if name == "filter":
            named = inside.strip().strip("\"'")
            return passing(self.defined.get(named, "?"), self.defined, self.depth)
        return _of(name, inside)


def _words(body: str) -> list[tuple[str, str]]:
    """Return the words of a filter: functions with what stands in their brackets, `and`, `(`."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(body):
        match = _WORD.match(body, at)
        if match is None or match["string"]:
            raise NotAFilterError
        at = match.end()
        name = (match["name"] or match["mark"] or "").lower()
        if name in ("and", "or", "not") and match["opens"]:
            found += [(name, ""), ("(", "")]
        elif match["opens"]:
            inside = _ARGUMENT.match(body, at)
            if inside is None:
                raise NotAFilterError
            found.append((name, inside[1] or " "))
            at = inside.end()
        elif name:
            found.append((name, ""))
    return found


def _of(name: str, inside: str) -> Filter:
    """Return what a function lets through."""
    if name == "facility":
        facilities = {part.strip().lower() for part in inside.split(",")}
        known = facilities <= {facility for facility, _ in ALL}
        of_them = frozenset(one for one in ALL if one[0] in facilities)
        return Filter(bits=of_them) if known else UNTOLD
    if name in ("level", "severity", "priority"):
        levels = _levels(inside.lower())
        return Filter(bits=frozenset(one for one in ALL if one[1] in levels)) if levels else UNTOLD
    value = inside.strip().strip("\"'")
    if name in ("program", "message") and _PLAIN.fullmatch(value):
        return filters.compared("programname" if name == "program" else "msg", "contains", value)
    return UNTOLD


def _levels(text: str) -> set[int]:
    """Return the numbers of `info..emerg`, or `err, crit`; none where one is not known."""
    found: set[int] = set()
    for part in text.split(","):
        ends = [_SAME.get(end.strip(), end.strip()) for end in part.split("..")]
        if len(ends) > 2 or not all(end in _SEVERITIES for end in ends):
            return set()
        first, last = sorted((_SEVERITIES.index(ends[0]), _SEVERITIES.index(ends[-1])))
        found |= {*range(first, last + 1)}
    return found
