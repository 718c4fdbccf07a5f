"""What of the messages a filter of rsyslog lets through: selectors, properties, conditions.

A filter is told by the selectors' bits and by whether more is asked of a message; one that cannot be told
counts for nothing and, before a `stop`, for everything. Sources: rsyslog.conf(5); rsyslog's documentation
on filter conditions; tried with rsyslogd 8.2302.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import TypeAlias

Bits: TypeAlias = frozenset[tuple[str, int]]
"""Facilities, each with severities from 0 (emerg) to 7 (debug)."""

_FACILITIES = (
    *(
        "kern",
        "user",
        "mail",
        "daemon",
        "auth",
        "syslog",
        "lpr",
        "news",
        "uucp",
        "cron",
        "authpriv",
    ),
    *("ftp", *(f"local{number}" for number in range(8))),
)
_SAME_FACILITY = {"security": "auth"}
_SEVERITIES = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
_SAME_SEVERITY = {"panic": "emerg", "error": "err", "warn": "warning"}
ALL: Bits = frozenset((facility, severity) for facility in _FACILITIES for severity in range(8))
_ERROR = 3

STRING = r'"(?:[^"\\]|\\.){0,1000}"'
_QUOTED = rf"(?:{STRING}|'(?:[^'\\\n]|\\.){{0,1000}}')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Represents what passes: of these bits all, or some only (`partly`), or nobody can tell (`told`).

    Where it is `narrow`, other messages surely do not pass.
    """

    bits: Bits = ALL
    partly: bool = False
    narrow: bool = False
    told: bool = True

    def also(self, other: Filter) -> Filter:
        """Return what passes both."""
        return Filter(
            bits=self.bits & other.bits,
            partly=self.partly or other.partly,
            narrow=self.narrow or other.narrow,
            told=self.told and other.told,
        )


EVERYTHING = Filter()
UNTOLD = Filter(told=False)
SOME = replace(EVERYTHING, partly=True)
FEW = replace(SOME, narrow=True)


_LOGINS = ("auth", "authpriv")


def severe(bits: Bits) -> bool:
    """Return whether errors of logins pass: one program's facility, or the gravest, is no log."""
    return any((facility, _ERROR) in bits for facility in _LOGINS)


def selector(text: str) -> Filter:
    """Return what `auth,authpriv.*;mail.none` selects; each part adds to those before, or takes away."""
    bits: set[tuple[str, int]] = set()
    for part in text.lower().split(";"):
        names, _, priority = part.rpartition(".")
        facilities = _facilities(names)
        severities = _severities(priority.lstrip("!="), exactly="=" in priority[:2])
        if facilities is None or severities is None:
            return UNTOLD
        chosen = {(facility, severity) for facility in facilities for severity in severities}
        if priority == "none":
            bits -= {(facility, severity) for facility in facilities for severity in range(8)}
        elif priority.startswith("!"):
            bits -= chosen
        else:
            bits |= chosen
    return Filter(bits=frozenset(bits))


def _facilities(names: str) -> list[str] | None:
    listed = [_SAME_FACILITY.get(name, name) for name in names.split(",")]
    if "*" in listed:
        return [*_FACILITIES]
    return listed if all(name in _FACILITIES for name in listed) else None


def _severities(name: str, *, exactly: bool) -> range | None:
    name = _SAME_SEVERITY.get(name, name)
    if name in ("*", "none"):
        return range(8)
    if name not in _SEVERITIES:
        return range(int(name) if exactly else 0, int(name) + 1) if name in [*"01234567"] else None
    number = _SEVERITIES.index(name)
    return range(number if exactly else 0, number + 1)


_ABOUT_MESSAGES = (
    *("programname", "app-name", "syslogtag", "msg", "rawmsg", "procid"),
    *("syslogfacility-text", "syslogseverity-text"),
)
"""Properties that part the machine's own messages; those of origins would part them from others'."""

_PROPERTY = re.compile(
    rf":\s*(?P<name>[\w$!.-]+)\s*,\s*(?P<not>!?)(?P<how>\w+)\s*,\s*(?P<value>{STRING})"
)
_COMPARED = re.compile(
    rf"\$(?P<name>[\w-]+)\s*(?P<how>==|!=|<>|contains_i|contains|startswith_i|startswith)\s*"
    rf"(?P<value>{_QUOTED})"
)
_SEVERITY = re.compile(r"\$syslogseverity\s*(<=?|==)\s*['\"]?([0-7])['\"]?")
_PRIFILT = re.compile(r"""[(\s]*prifilt\s*\(\s*["']([^"']*)["']\s*\)[)\s]*""", re.IGNORECASE)


def matched(text: str) -> Filter:
    """Return what `:programname, isequal, "sshd"` lets through."""
    match = _PROPERTY.fullmatch(text.strip())
    if match is None or match["name"].lower().lstrip("$") not in _ABOUT_MESSAGES:
        return UNTOLD
    plain = match["how"].lower() in ("isequal", "contains", "contains_i", "startswith")
    if not _says_anything(match["value"]) or (match["not"] and not plain):
        return UNTOLD
    if plain:
        return SOME if match["not"] else FEW
    return SOME if match["how"].lower() in ("regex", "ereregex") else UNTOLD


def condition(text: str) -> Filter:
    """Return what `if $programname == 'sshd' and ($msg contains 'x') then` lets through."""
    match = re.fullmatch(r"(?is)\s*if\b(.*)\bthen\s*", text)
    if match is None:
        return UNTOLD
    rest = match[1]
    if prifilt := _PRIFILT.fullmatch(rest):
        return selector(prifilt[1])
    terms = []
    for one in _COMPARED.finditer(rest):
        if one["name"].lower() not in _ABOUT_MESSAGES or not _says_anything(one["value"]):
            return UNTOLD
        terms.append(SOME if one["how"] in ("!=", "<>") else FEW)
    rest = _COMPARED.sub(" ", rest)
    terms += [_of_severities(one[1], int(one[2])) for one in _SEVERITY.finditer(rest)]
    words = re.findall(r"[^()\s]+", _SEVERITY.sub(" ", rest).lower())
    if not terms or not {*words} < {"and", "or"} or len(words) != len(terms) - 1:
        return UNTOLD
    return _any_of(terms) if "or" in words else reduce(Filter.also, terms)


def _of_severities(how: str, number: int) -> Filter:
    """Return what `$syslogseverity <= 4` lets through."""
    passing = {"<": range(number), "<=": range(number + 1), "==": range(number, number + 1)}[how]
    return Filter(bits=frozenset((f, severity) for f in _FACILITIES for severity in passing))


def _any_of(terms: Sequence[Filter]) -> Filter:
    """Return what passes one of several: all that the wide ones let through, and more."""
    wide = [term for term in terms if not term.narrow]
    bits = frozenset[tuple[str, int]]().union(*(term.bits for term in wide))
    return Filter(bits=bits, partly=True) if wide else FEW


def _says_anything(quoted: str) -> bool:
    """Return whether a string holds more than blanks, which about every message has or lacks."""
    return bool(quoted[1:-1].strip())
