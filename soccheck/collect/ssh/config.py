"""ssh_config(5) as the ssh client reads it: the first value counts, blocks by `Host` and `Match`, `Include`.

Every keyword is followed, or known to change neither where we connect, nor whom we trust, nor who logs in
by what; one that is neither is a refusal, which names its line, for the machines it concerns. At what ssh
does not know it stops for every machine, unless `IgnoreUnknown` names it before; so do we.
"""

from __future__ import annotations

import re
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from soccheck.collect.faults import plain
from soccheck.collect.ssh.config_followed import (
    ALIASES,
    EXPECTED,
    INSTEAD,
    NOT_FOLLOWED,
    forbids,
    is_misread,
    told,
)
from soccheck.collect.ssh.config_lines import ConfigLine, must_be_own, read_lines, words_of
from soccheck.collect.ssh.config_values import is_known
from soccheck.collect.ssh.known_hosts import fits
from soccheck.phrase import phrase

_SINGLE = frozenset(
    {
        *("hostname", "port", "user", "identitiesonly", "proxyjump", "proxycommand"),
        *("hostkeyalias", "revokedhostkeys", "identityagent", "addressfamily"),
        *("ciphers", "macs", "kexalgorithms", "hostkeyalgorithms", "pubkeyacceptedalgorithms"),
        *("casignaturealgorithms", "requiredrsasize"),
    }
)
_FILES = frozenset({"userknownhostsfile", "globalknownhostsfile"})
"""Those with several values, of which the first line counts."""
_MANY = frozenset({"identityfile"})
"""Those whose lines add up."""
_CRITERIA = frozenset(
    (
        *("command", "exec", "host", "localnetwork", "localuser", "originalhost", "sessiontype"),
        *("tagged", "user", "version"),
    )
)
"""Those that ssh knows: it stops at any other."""
_QUOTED = re.compile(r"""(?<![^\s=])"(?:[^"\\]|\\[^"'\\])*"(?!\S)""")
"""A word of `Match` that is quoted as every release of ssh reads it: single quotes and escapes came later."""
_ODD = re.compile(r"""["'\\]|(?<!\S)=|=(?!\S)""")
"""What is left of other quoting then, and a sign of assignment that stands apart."""
_SYSTEM = (Path("/etc/ssh/ssh_config"), Path("/usr/etc/ssh/ssh_config"))
"""The system's file; SUSE has one of its own, which counts where there is no other."""


@dataclass(slots=True, kw_only=True)
class Said:
    """Represents what ssh_config says of one name: values by keyword, and what cannot be followed."""

    values: dict[str, list[str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def one(self, keyword: str, otherwise: str = "") -> str:
        """Return a keyword's value."""
        return self.values.get(keyword, [otherwise])[0]


class ReadConfig(Protocol):
    """Represents an ssh_config that was read."""

    def __call__(self, name: str, user: str | None = None, port: int | None = None) -> Said:
        """Return what it says of a name, when such a user and port are asked for on the command line."""


def read_config(path: Path | None, home: Path, login: str, shell: str = "/bin/sh") -> ReadConfig:
    """Return the lookup of an ssh_config file, or of the user's and the system's when none is named.

    `home`, `login` and `shell` are those of who connects. Raises `ValueError` when a file cannot be read or
    understood.
    """
    if path is not None:
        files = [read_lines(path, home, home / ".ssh", 0)]
    else:
        user = home / ".ssh" / "config"
        if user.exists():
            must_be_own(user)
        files = [read_lines(user, home, home / ".ssh", 0)] if user.exists() else []
        system = next((file for file in _SYSTEM if file.exists()), None)
        if system is not None:
            files.append(read_lines(system, home, _SYSTEM[0].parent, 0))
    known: dict[tuple[str, str | None, int | None], Said] = {}

    def lookup(name: str, user: str | None = None, port: int | None = None) -> Said:
        asked = (name, user, port)
        if asked not in known:
            known[asked] = _Reading(name, user, port, login, shell).of(files)
        return known[asked]

    return lookup


class _Reading:
    """Reads the lines for one name: twice where a block asks for a final pass."""

    def __init__(
        self, name: str, user: str | None, port: int | None, login: str, shell: str
    ) -> None:
        self.name = name
        self.login = login
        self.shell = shell
        self.final = False
        self.wants_final = False
        self.said = Said()
        if user is not None:
            self.said.values["user"] = [user]
        if port is not None:
            self.said.values["port"] = [str(port)]

    def of(self, files: Sequence[Sequence[ConfigLine]]) -> Said:
        """Read the files one by one: a block ends with its file."""
        for lines in files:
            self._read(lines, active=True, never=False)
        values = self.said.values
        if "hostname" in values:
            values["hostname"] = [written(self._host().lower())]
        if self.wants_final:
            self.final = True
            values.setdefault("hostname", [written(self.name.lower())])
            for lines in files:
                self._read(lines, active=True, never=False)
        return self.said

    def _host(self) -> str:
        name = self.said.one("hostname", self.name)
        return name.replace("%%", "\0").replace("%h", self.name).replace("\0", "%")

    def _read(self, lines: Sequence[ConfigLine], *, active: bool, never: bool) -> None:
        """Take in lines; `never` stands in an included file that a block that does not fit includes."""
        for line in lines:
            if not is_known(line.keyword):
                if not self._is_ignored(line.keyword):
                    self._refuse(line)
            elif line.keyword == "host":
                patterns = words_of(line.rest, line.shown)
                if "" in patterns:
                    raise ValueError(phrase("{shown}: a name is empty", shown=line.shown))
                active = not never and self._fits_host(patterns)
            elif line.keyword == "match":
                active = self._fits_match(line, never) and not never
            elif line.keyword == "include":
                for part in line.included:
                    self._read(part, active=active, never=not active)
            elif active:
                self._take(line)

    def _fits_host(self, patterns: Sequence[str]) -> bool:
        # In the final pass ssh takes the name it found for the one that was asked for.
        return fits(self.said.one("hostname") if self.final else self.name, patterns)

    def _is_ignored(self, keyword: str) -> bool:
        return fits(keyword, self.said.one("ignoreunknown").lower().split(","))

    # -- Match -------------------------------------------------------------------------------------

    def _fits_match(self, line: ConfigLine, never: bool) -> bool:
        if _ODD.search(_QUOTED.sub("x", line.rest).partition("#")[0]):
            self._refuse(line)
            return False
        listed = words_of(line.rest, line.shown)
        if not listed:
            raise ValueError(
                phrase("{shown}: {word} needs a value", shown=line.shown, word="Match")
            )
        words = iter(listed)
        result = True
        for count, word in enumerate(words):
            negated, criterion = word.startswith("!"), word.removeprefix("!").lower()
            if criterion == "all":
                if count > 1 or next(words, None) is not None:
                    raise ValueError(phrase("{shown}: Match all stands alone", shown=line.shown))
                fit = True
            elif criterion in ("canonical", "final"):
                self.wants_final = self.wants_final or criterion == "final"
                fit = self.final
            else:
                criterion, equals, _ = criterion.partition("=")
                given = word.partition("=")[2] if equals else next(words, "")
                if "=" in given and (word if equals else given) in line.rest.split():
                    self._refuse(line)  # OpenSSH 9.2 ends a word without quotes at the sign
                    return False
                fit = self._fits(criterion, given, line, needed=result and not never)
            if fit is negated:
                result = False
        return result

    def _fits(self, criterion: str, given: str, line: ConfigLine, *, needed: bool) -> bool:
        if not given:
            raise ValueError(
                phrase("{shown}: {word} needs a value", shown=line.shown, word=f"Match {criterion}")
            )
        patterns = given.split(",")
        lowered = [pattern.lower() for pattern in patterns]
        if criterion == "host":
            return fits(self._host().lower(), lowered)
        if criterion == "originalhost":
            return fits(self.name.lower(), lowered)
        if criterion == "user":
            return fits(self.said.one("user", self.login), patterns)
        if criterion == "localuser":
            return fits(self.login, patterns)
        if criterion == "exec":
            return needed and self._runs(given, line)
        if needed or criterion not in _CRITERIA:
            self.said.refused.append(f"{line.shown}: Match {plain(criterion, 40)} is not known")
        return False

    def _runs(self, command: str, line: ConfigLine) -> bool:
        """Return whether the command of the user's own file ends well, as ssh runs it."""
        known = {
            "%h": self._host(),
            "%n": self.name,
            "%r": self.said.one("user", self.login),
            "%u": self.login,
            "%p": self.said.one("port", "22"),
            "%%": "%",
        }
        if any(token not in known for token in re.findall("%.?", command)):
            self.said.refused.append(f"{line.shown}: Match exec has a token that is not known")
            return False
        text = re.sub("%.", lambda found: known[found[0]], command)
        null = subprocess.DEVNULL
        done = subprocess.run([self.shell, "-c", text], stdin=null, stdout=null, stderr=null)
        if done.returncode < 0:
            raise ValueError(
                phrase(
                    "{shown}: the command of Match exec was killed: ssh stops here",
                    shown=line.shown,
                )
            )
        return done.returncode == 0

    # -- values ------------------------------------------------------------------------------------

    def _take(self, line: ConfigLine) -> None:
        values, keyword = self.said.values, ALIASES.get(line.keyword, line.keyword)
        if keyword == "proxycommand":
            # It is the rest of the line, and the first of it and ProxyJump counts; no jump is none.
            if self.said.one("proxyjump", "none").lower() == "none":
                values.setdefault(keyword, [line.rest])
            return
        # A comment ends no command, and stands for the value of what ssh no longer reads.
        words = words_of(line.rest, line.shown) if keyword != "knownhostscommand" else []
        words = words or [line.rest]
        if keyword == "proxyjump" and "proxycommand" in values:
            return
        if is_misread(keyword, words, line.rest):
            if keyword not in values or keyword in _MANY:
                self._refuse(line)
        elif keyword in _MANY:
            held = values.setdefault(keyword, [])
            held += [word for word in words[:1] if word not in held]
        elif forbids(keyword, words[0]):
            if keyword not in values:
                self._refuse(line)
        elif keyword in _SINGLE:
            values.setdefault(keyword, [told(keyword, words[0])])
        elif keyword in _FILES | EXPECTED.keys() | {"ignoreunknown"}:
            values.setdefault(keyword, words)
        elif keyword in NOT_FOLLOWED:
            self._refuse(line)

    def _refuse(self, line: ConfigLine) -> None:
        instead = f": {INSTEAD[line.keyword]}" if line.keyword in INSTEAD else ""
        said = f"{line.shown}: {line.keyword} {plain(line.rest, 60)}{instead}"
        if said not in self.said.refused:
            self.said.refused.append(said)


def written(name: str) -> str:
    """Return an address as ssh writes it: it takes `10.1` and `::FFFF` for 10.0.0.1 and ::ffff.

    The interface of an address that is of this link (`fe80::1%eth0`) remains.
    """
    try:
        found = socket.getaddrinfo(name, None, flags=socket.AI_NUMERICHOST)
        return socket.getnameinfo(found[0][4], socket.NI_NUMERICHOST)[0]
    except (OSError, UnicodeError):
        return name
