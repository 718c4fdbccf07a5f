"""What of the messages a filter of rsyslog lets through: selectors and properties.

A filter is told by the selectors' bits and by whether more is asked of a message; one that cannot be told
counts for nothing and, before a `stop`, for everything. Sources: rsyslog.conf(5); rsyslog's documentation
on filter conditions; tried with rsyslogd 8.2302.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
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
_NOTICE = 5


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

    def either(self, other: Filter) -> Filter:
        """Return what passes one of both: all that the wide ones let through, and more."""
        known = [one for one in (self, other) if one.told]
        wide = [one for one in known if not one.narrow]
        if len(known) < 2 and not wide:
            return UNTOLD
        return Filter(
            bits=frozenset[tuple[str, int]]().union(*(one.bits for one in wide or known)),
            partly=self.partly or other.partly or len(known) < 2,
            narrow=not wide,
        )

    def negated(self) -> Filter:
        """Return what does not pass."""
        if not self.partly and self.told:
            return Filter(bits=ALL - self.bits)
        if not self.told or self.bits != ALL:
            return UNTOLD
        return SOME if self.narrow else FEW


EVERYTHING = Filter()
NOTHING = Filter(bits=frozenset())
UNTOLD = Filter(told=False)
SOME = replace(EVERYTHING, partly=True)
FEW = replace(SOME, narrow=True)


_LOGINS = ("auth", "authpriv")


def severe(bits: Bits, left: Bits) -> bool:
    """Return whether failed logins pass, told as notices, and what is graver: errors alone are no log.

    Which of the two facilities tells of them is the services' choice: of what is `left`, nothing of either
    may have been discarded before.
    """
    grave = [{(facility, severity) for severity in range(_NOTICE + 1)} for facility in _LOGINS]
    return all(of_one <= left for of_one in grave) and any(of_one <= bits for of_one in grave)


def selector(text: str) -> Filter:
    """Return what `auth,authpriv.*;mail.none` selects; each part adds to those before, or takes away."""
    bits: set[tuple[str, int]] = set()
    for part in text.lower().split(";"):
        names, _, priority = part.rpartition(".")
        facilities = _facilities(names)
        name = priority.lstrip("!=")
        severities = _severities(name, exactly="=" in priority[:2])
        of_none = (name in ("*", "none") and "=" in priority) or priority == "!none"
        if facilities is None or severities is None or of_none:
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

_OF_LOGINS = ("sshd", "sudo", "su", "login", "systemd-logind", "polkitd")
"""Programs whose messages are not one kind among others: without them no login is told."""

_HOW = (
    ("Failed", "password"),
    ("Accepted", "password"),
    ("Failed", "publickey"),
    ("Accepted", "publickey"),
)
_TOLD_OF_LOGINS = (
    *(f"{how} {what} for root from 192.0.2.1 port 22 ssh2" for how, what in _HOW),
    "Invalid user admin from 192.0.2.1 port 22",
    "error: maximum authentication attempts exceeded for root from 192.0.2.1 port 22 ssh2 [preauth]",
    "Connection closed by authenticating user root 192.0.2.1 port 22 [preauth]",
    "Disconnected from user root 192.0.2.1 port 22",
    "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1",
    "pam_unix(sshd:session): session opened for user root(uid=0) by (uid=0)",
    "pam_unix(sshd:session): session closed for user root",
    "root : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/bin/sh",
    "root : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/bin/sh",
    "FAILED SU (to root) admin on pts/0",
    "New session 1 of user root.",
    "FAILED LOGIN (1) on '/dev/tty1' FOR 'root', Authentication failure",
)
"""Messages of those programs (OpenSSH's auth.c and packet.c, pam_unix, sudo, su, systemd-logind, login)."""

_PROPERTY = re.compile(
    r":\s*(?P<name>[\w$!.-]+)\s*,\s*(?P<not>!?)(?P<how>\w+)\s*,\s*\"(?P<value>(?:\\\"|[^\"])*)\""
)


def matched(text: str) -> Filter:
    """Return what `:programname, isequal, "sshd"` lets through."""
    match = _PROPERTY.fullmatch(text.strip())
    if match is None:
        return UNTOLD
    name, how = match["name"].lower().lstrip("$"), match["how"].lower()
    if how in ("regex", "ereregex") and name in _ABOUT_MESSAGES and not match["not"]:
        return SOME if _says_anything(match["value"]) else UNTOLD
    if how not in ("isequal", "contains", "contains_i", "startswith"):
        return UNTOLD
    found = compared(name, how.replace("isequal", "=="), match["value"])
    return found.negated() if match["not"] else found


def compared(name: str, how: str, value: str) -> Filter:
    """Return what `$programname == 'sshd'` lets through; `how` may be contains and startswith as well."""
    if name == "fromhost-ip":
        return EVERYTHING if _holds("127.0.0.1", how, value) else NOTHING
    if name in ("syslogfacility-text", "syslogseverity-text"):
        at = 0 if name == "syslogfacility-text" else 1
        value = (_SAME_FACILITY if at == 0 else _SAME_SEVERITY).get(value, value)
        if how == "==" and value not in (_FACILITIES if at == 0 else _SEVERITIES):
            return UNTOLD
        return Filter(bits=frozenset(one for one in ALL if _holds(_word(one, at), how, value)))
    if name not in _ABOUT_MESSAGES or not _says_anything(value):
        return UNTOLD
    if name in ("msg", "rawmsg"):
        logins = any(_in_message(text, how, value) for text in _TOLD_OF_LOGINS)
    else:
        logins = any(_holds(program, how, value.rstrip(":[")) for program in _OF_LOGINS)
    return UNTOLD if logins and name != "procid" else FEW


def _word(one: tuple[str, int], at: int) -> str:
    return one[0] if at == 0 else _SEVERITIES[one[1]]


def _in_message(text: str, how: str, value: str) -> bool:
    """Return whether a message is held, which syslog gives a blank before it, and a raw one its head."""
    return _holds(text, how, value.strip()) or _holds(f" {text}", how, value)


def _holds(text: str, how: str, value: str) -> bool:
    if how.endswith("_i"):
        text, value = text.lower(), value.lower()
    if how.startswith("contains"):
        return value in text
    return text.startswith(value) if how.startswith("startswith") else text == value


def numbered(name: str, how: str, number: int) -> Filter:
    """Return what `$syslogseverity <= 4` lets through, or `$syslogfacility` by its number."""
    if name not in ("syslogseverity", "syslogfacility"):
        return UNTOLD
    numbers = {
        one: one[1] if name == "syslogseverity" else _FACILITIES.index(one[0]) for one in ALL
    }
    # local0 is 16: four numbers before it have no name.
    numbers = {
        one: n + 4 if name == "syslogfacility" and n > 11 else n for one, n in numbers.items()
    }
    return Filter(bits=frozenset(one for one, n in numbers.items() if ordered(n, how, number)))


def ordered(first: int, how: str, second: int) -> bool:
    """Return whether a comparison of numbers holds."""
    below, above = first < second, first > second
    holding = {"<": below, "<=": not above, ">": above, ">=": not below}
    return holding.get(how, (first == second) == (how == "=="))


def _says_anything(text: str) -> bool:
    """Return whether a string holds more than blanks, which about every message has or lacks."""
    return bool(text.strip())
