"""The lines of an ssh_config file as ssh splits them: keywords, words in quotes, what `Include` names."""

from __future__ import annotations

import glob
import os
import re
from dataclasses import dataclass
from pathlib import Path

from soccheck.collect.faults import plain
from soccheck.collect.ssh import own_files
from soccheck.collect.ssh.config_values import stops
from soccheck.errors import quoted, refusal
from soccheck.phrase import phrase

_DEEPEST = 16
_CLASS = re.compile(r"\[!?(?:[0-9]-[0-9]|[A-Za-z0-9_.])+\]")
"""Signs as every glob(3) takes them, whatever the language of who runs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigLine:
    """Represents a line: where it is, its keyword, its rest, and the lines of each file it includes."""

    shown: str
    keyword: str
    rest: str
    included: tuple[tuple[ConfigLine, ...], ...] = ()


def read_lines(path: Path, home: Path, base: Path, depth: int) -> tuple[ConfigLine, ...]:
    """Return the lines of a file, relative names of `Include` being below `base`; raises `ValueError`."""
    if depth > _DEEPEST:
        raise ValueError(
            phrase("{shown}: includes go more than {count} deep", shown=path, count=_DEEPEST)
        )
    found = []
    for number, raw in enumerate(_text(path).split("\n"), 1):
        line, shown = raw.rstrip(" \t\r\f").lstrip(" \t\r"), f"{path}:{number}"
        if not line or line.startswith("#"):
            continue
        keyword, rest = _keyword(line, shown)
        words = words_of(rest, shown)
        # ProxyJump knows no quotes, and a comment anywhere; nothing may stand for no value at all.
        heard = rest.partition("#")[0].split() if keyword == "proxyjump" else words
        if not rest or stops(keyword, heard):
            said = plain(" ".join((keyword, *words)), 60)
            raise ValueError(phrase("{shown}: {text}: ssh stops here", shown=shown, text=said))
        included: tuple[tuple[ConfigLine, ...], ...] = ()
        if keyword == "include":
            files = [file for word in words for file in _named(word, home, base, shown)]
            for file in files:
                must_be_own(file)
            included = tuple(read_lines(file, home, base, depth + 1) for file in files)
        found.append(ConfigLine(shown=shown, keyword=keyword, rest=rest, included=included))
    return tuple(found)


def _text(path: Path) -> str:
    try:
        return own_files.read(path).decode()  # a bare carriage return ends no line
    except OSError as error:
        reason = refusal(error)
        raise ValueError(
            phrase("{shown}: cannot be read: {reason}", shown=path, reason=reason)
        ) from error
    except UnicodeDecodeError as error:
        raise ValueError(phrase("{where}: {what}", where=path, what=quoted(error))) from error


def _keyword(line: str, shown: str) -> tuple[str, str]:
    """Return a line's keyword, and what stands behind it; ssh reads nothing behind a zero byte."""
    match = re.fullmatch(r"([A-Za-z0-9_-]+)(?:[ \t]*=[ \t]*|[ \t]+)(.*)", line)
    if match is None or "\0" in line:
        raise ValueError(
            phrase(
                "{shown}: no keyword with a value: {text}",
                shown=shown,
                text=plain(line, 60),
            )
        )
    return match[1].lower(), match[2]


def must_be_own(path: Path) -> None:
    """Raise `ValueError` for a file that another user owns or may write, as ssh refuses it.

    Debian's ssh lets the user's own group write; ssh_config(5) does not, and neither do we.
    """
    try:
        held = path.stat()
    except OSError as error:
        raise ValueError(f"{path}: {plain(str(error), 200)}") from error
    if held.st_uid not in (0, os.geteuid()) or held.st_mode & 0o022:
        raise ValueError(
            phrase("{shown}: another user owns or may write it: chmod go-w, chown", shown=path)
        )


def _named(pattern: str, home: Path, base: Path, shown: str) -> list[Path]:
    """Return the files that a pattern of `Include` names, in order; one that names none is no fault.

    Escapes and most classes of signs are not those of glob(3), and tokens and variables are replaced by some
    versions of ssh only: they are refused, as is the home of another user.
    """
    if pattern.startswith("~/"):
        pattern = f"{home}/{pattern[2:]}"
    odd = any(sign in _CLASS.sub("", pattern) for sign in "\\$%[")
    if not pattern or pattern.startswith("~") or odd:
        raise ValueError(
            phrase(
                "{shown}: Include {pattern} is not followed",
                shown=shown,
                pattern=plain(pattern, 60),
            )
        )
    return [Path(name) for name in sorted(glob.glob(str(base / pattern)))]


def words_of(rest: str, shown: str) -> list[str]:
    """Return the words of a line's rest as ssh splits them: quotes, escapes, and a comment at the end."""
    words: list[str] = []
    at = 0
    while at < len(rest):
        if rest[at] in " \t":
            at += 1
            continue
        if rest[at] == "#":
            break
        word, quote = "", ""
        while at < len(rest) and (quote or rest[at] not in " \t"):
            sign, after = rest[at], rest[at + 1 : at + 2]
            if sign == "\\" and after and (after in "'\"\\" or (not quote and after == " ")):
                word += after
                at += 1
            elif not quote and sign in "'\"":
                quote = sign
            elif quote and sign == quote:
                quote = ""
            else:
                word += sign
            at += 1
        if quote:
            raise ValueError(phrase("{shown}: a quote is not closed", shown=shown))
        words.append(word)
    return words
