"""The text of rsyslog's configuration: what is included, comments left out, statements parted.

Sources: rsyslog.conf(5), and rsyslog's documentation on legacy format and RainerScript.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from soccheck.probes.rsyslog_filters import STRING

MAIN = "/etc/rsyslog.conf"
FOLDER = "/etc/rsyslog.d/"
RUN = "/run/rsyslog/"
"""What SUSE's main file includes; among the files where it was looked at."""
_DEEPEST = 8
_DEEPEST_BLOCK = 64

_COMMENT = re.compile(
    rf"({STRING}|'(?:[^'\\\n]|\\.){{0,1000}}')|#[^\n]*|(?<!\S)/\*.*?(?:\*/|\Z)", re.DOTALL
)
"""A string, kept, or a comment; `/*` inside a word is a path's."""

_INCLUDE = re.compile(
    rf'(?i)\$IncludeConfig\s+(?P<legacy>\S+)|include\s{{0,99}}\((?:[^)"]|{STRING}){{0,1000}}?\bfile\s*=\s*"(?P<file>[^"]*)"'
)
OBJECT = re.compile(
    r"(?i)(module|input|global|main_queue|template|include|parser|lookup_table|timezone|dyn_stats"
    r"|property|constant)\s*\("
)
_ALONE = re.compile(rf"(?i)\s*action\s*\(|\s*{OBJECT.pattern.removeprefix('(?i)')}")
_BLOCK = re.compile(r"(?i)(ruleset|template)\s*\((.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class RsyslogStatement:
    """Represents a statement, the ruleset it stands in, and the heads of the blocks around it."""

    text: str
    ruleset: str | None
    conditions: tuple[str, ...]


def statements(files: Mapping[str, str], unseen: list[str]) -> Iterator[RsyslogStatement]:
    """Yield the statements of the files that rsyslogd loads: `MAIN` and what it includes.

    What is included and not among the files is added to `unseen`, and stands as a statement `INCLUDED`.
    """
    if MAIN not in files:
        unseen.append("its main file was not seen")
    yield from _statements(_whole(files, files.get(MAIN, ""), 0, unseen))


_TEMPLATE = re.compile(
    rf'(?i)\btemplate\s*\((?P<head>(?:[^()"]|{STRING}){{0,2000}})\)\s*(?P<block>\{{(?:[^{{}}"]|{STRING}){{0,8000}}\}})?'
    r"|^[ \t]*\$template[ \t]+(?P<name>[^\s,]+)[ \t]*,(?P<text>.*)$",
    re.MULTILINE,
)
_OF_MESSAGE = re.compile(
    r"(?i)%(?:rawmsg|msg|jsonmesg|\$!)"
    r'|property\s*\([^()]*\bname\s*=\s*"(?:msg|rawmsg|rawmsg-after-pri|jsonmesg|\$!(?:all-json[\w-]*)?)"'
    r'|subtree\s*=\s*"\$!"'
)
"""What of a template is the message itself."""


_OF_ALL = re.compile(
    r"(?im)^[ \t]*\$ActionForwardDefaultTemplate[ \t]+(\S+)"
    r'|\bmodule\s*\((?:[^()"]|"(?!builtin:omfwd")[^"]*"){0,500}"builtin:omfwd"[^()]*?\btemplate\s*=\s*"([^"]*)"'
)
_BUILT_IN = (
    *(
        "",
        "rsyslog_traditionalfileformat",
        "rsyslog_fileformat",
        "rsyslog_traditionalforwardformat",
    ),
    *("rsyslog_forwardformat", "rsyslog_sysklogdfileformat", "rsyslog_syslogprotocol23format"),
    *("rsyslog_syslogrfc5424format", "rsyslog_debugformat", "stdjsonfmt"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Formats:
    """Represents the templates that have the message in them, and the one taken where none is named."""

    with_message: frozenset[str]
    otherwise: str


def formats(files: Mapping[str, str]) -> Formats:
    """Return the templates of the files, names in small letters, and those rsyslogd has of itself."""
    text = _whole(files, files.get(MAIN, ""), 0, [])
    found = {*_BUILT_IN}
    for match in _TEMPLATE.finditer(text):
        name = match["name"]
        if match["head"] is not None:
            named = re.search(r'(?i)\bname\s*=\s*"([^"]*)"', match["head"])
            name = named[1] if named else ""
        if _OF_MESSAGE.search(match[0]):
            found.add(name.lower())
    told = [first or second for first, second in _OF_ALL.findall(text)]
    return Formats(
        with_message=frozenset(found),
        otherwise=next((name for name in told if name.lower() not in found), ""),
    )


INCLUDED = "$SoccheckNotSeen"
"""Stands where a file is included that was not looked at."""


def _whole(files: Mapping[str, str], text: str, depth: int, unseen: list[str]) -> str:
    """Return a file's text without comments, with the files it includes in their places."""
    text = _COMMENT.sub(lambda match: match[1] or " ", text)
    text = re.sub(r"\\\n[ \t]*", "", text)  # a line goes on behind a backslash
    return _INCLUDE.sub(lambda match: _included(files, match, depth, unseen), text)


def _included(files: Mapping[str, str], match: re.Match[str], depth: int, unseen: list[str]) -> str:
    pattern = match["legacy"] or match["file"]
    # What ends with the include's own bracket is an object of no effect.
    rest = "include(" if match["file"] else ""
    pattern = pattern.removeprefix("/var") if pattern.startswith(f"/var{RUN}") else pattern
    folder = RUN if pattern.startswith(RUN) and RUN in files else FOLDER
    if not pattern.startswith(folder) or depth >= _DEEPEST:
        unseen.append(f"{pattern} is included, and was not looked at")
        return f"\n{INCLUDED}\n{rest}"
    pattern += "*" if pattern.endswith("/") else ""
    names = [name for name in sorted(files) if fnmatch.fnmatchcase(name, pattern)]
    inside = [name for name in names if "/" not in name.removeprefix(folder)]
    texts = [_whole(files, files[name], depth + 1, unseen) for name in inside]
    return "\n".join(("", *texts, rest))


def _statements(text: str) -> Iterator[RsyslogStatement]:
    """Yield each statement; what a template holds is none."""
    blocks: list[tuple[str, str]] = []
    for piece, ends_with in _pieces(text):
        if len(blocks) > _DEEPEST_BLOCK:
            yield RsyslogStatement(text="blocks nested too deep", ruleset=None, conditions=())
            return
        head = _BLOCK.match(piece) if ends_with == "{" else None
        kinds = [kind for kind, _ in blocks]
        if piece and not head and ends_with != "{" and "template" not in kinds:
            rulesets = [name for kind, name in blocks if kind == "ruleset"]
            yield RsyslogStatement(
                text=piece,
                ruleset=rulesets[-1] if rulesets else None,
                conditions=tuple(name for kind, name in blocks if kind == "condition"),
            )
        if head:
            named = re.search(r'(?i)\bname\s*=\s*"([^"]*)"', head[2])
            name = named[1].lower() if named else ""
            blocks.append((head[1].lower(), name))
            if head[1].lower() == "ruleset":  # its queue is its own
                yield RsyslogStatement(text=piece, ruleset=name, conditions=())
        elif ends_with == "{":
            blocks.append(("condition", piece))
        elif ends_with == "}" and blocks:
            blocks.pop()


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield the text between line ends and braces, with what ends it; brackets go over lines."""
    begin, depth = 0, 0
    for match in re.finditer(rf"{STRING}|'(?:[^'\\\n]|\\.){{0,1000}}'|[(){{}}\n]", text + "\n"):
        mark = match[0]
        if mark == "(":
            depth += 1
        elif mark == ")":
            depth = max(depth - 1, 0)
            # An object ends here: another may follow on the line.
            if depth == 0 and _ALONE.match(text, begin):
                yield text[begin : match.end()].strip(), ""
                begin = match.end()
        elif mark in ("{", "}", "\n") and depth == 0:
            yield text[begin : match.start()].strip(), mark
            begin = match.end()
    if depth:
        yield f"a bracket is not closed: {text[begin:].strip()[:60]}", ""
