"""Whether rsyslog's configuration sends the machine's own logs away.

Every statement is a known one or makes the answer unknown. Sources: rsyslog.conf(5), and rsyslog's
documentation on legacy format, RainerScript and omfwd.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

MAIN = "/etc/rsyslog.conf"
FOLDER = "/etc/rsyslog.d/"
_DEEPEST = 8
_DEEPEST_BLOCK = 64

_LONGEST = 16_384
"""A longer statement is none of a configuration's: what a machine answers may be made to take long."""

_STRING = r'"(?:[^"\\]|\\.){0,1000}"'
_COMMENT = re.compile(
    rf"({_STRING}|'(?:[^'\\\n]|\\.){{0,1000}}')|#[^\n]*|(?<!\S)/\*.*?(?:\*/|\Z)", re.DOTALL
)
"""A string, kept, or a comment; `/*` inside a word is a path's."""

_INCLUDE = re.compile(
    rf'(?i)\$IncludeConfig\s+(?P<legacy>\S+)|include\s{{0,99}}\((?:[^)"]|{_STRING}){{0,1000}}?\bfile\s*=\s*"(?P<file>[^"]*)"'
)
_PARAMETER = re.compile(r'([\w.]+)\s*=\s*"((?:[^"\\]|\\.)*)"')
_OBJECT = re.compile(
    r"(?i)(module|input|global|main_queue|template|include|parser|lookup_table|timezone|dyn_stats"
    r"|property|constant)\s*\("
)
_LEADS_IN = re.compile(
    rf"(?i)(?P<selector>[\w*,;.!=/-]*[\w*]\.[\w*!=][\w*,;.!=/-]*)(?=\s|$)"
    rf"|:\s*[\w$!.-]+\s*,\s*!?\w+\s*,\s*{_STRING}"
    rf"|(?P<again>&)|(?:if\b(?:[^\"']|{_STRING}|'[^']*')*?\bthen\b|else\b)"
)
"""What stands before an action: a selector, a property, `&` for the last one, a condition."""

_HOST = re.compile(r"@@?(?:\([^)]*\))?\[?([\w.:%-]+)")
_RELP = re.compile(r"(?i):omrelp:\[?([\w.-]+|[\w:]+(?=\]))")
_QUIETLY = re.compile(r"(?i):(?:omusrmsg|omfile|ompipe|omdiscard):")
_LOCAL = re.compile(r"(?:-?[/?]|\||\*(?:\s|$|;)|-?\w+(?:,\w+)*(?:;\w+)?$)")
"""Files, dynamic files, pipes, everyone logged in, users by name."""

_QUIET = ("omfile", "omusrmsg", "ompipe", "omjournal", "omdiscard", "omuxsock", "omstdout")
_HARMLESS = re.compile(r"(?i)(?:set|unset|reset|continue|foreach)\b|\$(?!IncludeConfig)\w")
_ALONE = re.compile(rf"(?i)\s*action\s*\(|\s*{_OBJECT.pattern.removeprefix('(?i)')}")
_BLOCK = re.compile(r"(?i)(ruleset|template)\s*\((.*)", re.DOTALL)


@dataclass(kw_only=True)
class Reading:
    """Collects what a configuration does: the hosts logs go to, and what was not understood."""

    hosts: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    @property
    def sure(self) -> bool | None:
        """Whether logs leave the machine; nothing where that cannot be told."""
        if any(elsewhere(host) for host in self.hosts):
            return True
        return None if self.unsure else False


def elsewhere(host: str) -> bool:
    """Return whether a target is another machine."""
    name = host.strip("[]").lower()
    return bool(name) and not name.startswith(
        ("127.", "localhost", "::1", "0.0.0.0", "ip6-localhost", "ip6-loopback")
    )


def read(files: Mapping[str, str]) -> Reading:
    """Return what the files do that rsyslogd loads: `MAIN` and what it includes.

    A machine that shows no main file is taken for one that includes the folder, as distributions do.
    """
    main = files.get(MAIN, f"$IncludeConfig {FOLDER}*.conf")
    reader = _Reader(files)
    for statement in _statements(reader.whole(main, 0)):
        reader.statement(statement)
    reader.follow_calls()
    return reader.reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Represents a statement, the ruleset it stands in, and whether it does in a block of a condition."""

    text: str
    ruleset: str | None
    conditional: bool


class _Reader:
    """Takes in statements, in their order."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self.reading = Reading()
        self.everything = False
        self.stopped = False
        self.switched: str | None = None
        self.others: dict[str, Reading] = {}

    def whole(self, text: str, depth: int) -> str:
        """Return a file's text without comments, with the files it includes in their places."""
        text = _COMMENT.sub(lambda match: match[1] or " ", text)
        text = re.sub(r"\\\n[ \t]*", "", text)  # a line goes on behind a backslash
        return _INCLUDE.sub(lambda match: self.included(match, depth), text)

    def included(self, match: re.Match[str], depth: int) -> str:
        pattern = match["legacy"] or match["file"]
        if pattern.startswith(FOLDER) and depth < _DEEPEST:
            pattern += "*" if pattern.endswith("/") else ""
            names = [name for name in sorted(self.files) if fnmatch.fnmatchcase(name, pattern)]
            inside = [name for name in names if "/" not in name.removeprefix(FOLDER)]
            texts = [self.whole(self.files[name], depth + 1) for name in inside]
            # What ends with the include's own bracket is an object of no effect.
            return "\n".join(("", *texts, "include(" if match["file"] else ""))
        self.reading.unsure.append(f"{pattern} is included, and was not looked at")
        return "include(" if match["file"] else ""

    def statement(self, one: Statement) -> None:
        """Take in one statement; those of a ruleset count where it is called."""
        text = one.text
        if len(text) > _LONGEST:
            self.reading.unsure.append(f"a statement of {len(text)} characters")
            return
        if match := re.match(r"(?i)\$RuleSet\s+(\S+)", text):
            name = match[1].lower()
            self.switched = None if name == "rsyslog_defaultruleset" else name
            return
        ruleset = self.switched if one.ruleset is None else one.ruleset
        to = self.reading if ruleset is None else self.others.setdefault(ruleset, Reading())
        if re.search(r"(?i)\bdefaultRuleset\b", text):
            to.unsure.append("another ruleset is made the default one")
        if re.match(r"(?i)include\s*\((?:.*\W)?text\s*=", text, re.DOTALL):
            to.unsure.append("text is included that is made up elsewhere")
        if _OBJECT.match(text) or _HARMLESS.match(text):
            return
        # What stands alone is done with everything; a condition, or a block of one, narrows it.
        everything, action = True, text
        while lead := _LEADS_IN.match(action):
            whole = self.everything if lead["again"] else lead["selector"] == "*.*"
            everything = everything and whole
            action = action[lead.end() :].lstrip()
            if lead["selector"]:
                if all(part.endswith(".none") for part in lead["selector"].split(";")):
                    return
                break
        self.everything = everything
        if action:
            self.action(action, to, everything and not one.conditional)

    def action(self, text: str, to: Reading, everything: bool) -> None:
        """Take in what is done with messages."""
        if re.match(r"(?i)(?:stop\b|~)", text):
            self.stopped = self.stopped or (everything and to is self.reading)
        elif match := re.match(r"(?i)action\s*\(", text):
            pairs = _PARAMETER.findall(text[match.end() :])
            self.object({name.lower(): value for name, value in pairs}, text, to)
        elif match := re.match(r"(?i)call\s+(\S+)", text):
            to.calls.append(match[1].lower())
        elif match := _HOST.match(text) or _RELP.match(text):
            self.sends(match[1], to)
        elif not _QUIETLY.match(text) and not _LOCAL.match(text):
            to.unsure.append(f"not understood: {text[:60]}")

    def object(self, parameters: Mapping[str, str], text: str, to: Reading) -> None:
        """Take in an action object."""
        kind = parameters.get("type", "").lower()
        if parameters.get("config.enabled", "").lower() in ("off", "no", "0"):
            return
        if kind in ("omfwd", "omrelp") and ("target" in parameters or "target" not in text.lower()):
            self.sends(parameters.get("target", ""), to)
        elif kind not in _QUIET and not kind.startswith("mm"):
            to.unsure.append(f"not understood: {' '.join(text.split())[:60]}")

    def follow_calls(self) -> None:
        """Count what the rulesets do that are called, over however many of them."""
        seen: set[str] = set()
        waiting = list(self.reading.calls)
        while waiting:
            name = waiting.pop()
            called = self.others.get(name)
            if called is None:
                self.reading.unsure.append(f"the ruleset {name} was not looked at")
            elif name not in seen:
                seen.add(name)
                self.reading.hosts += called.hosts
                self.reading.unsure += called.unsure
                waiting += called.calls

    def sends(self, host: str, to: Reading) -> None:
        if self.stopped:
            to.unsure.append(f"what goes to {host} was discarded before")
        else:
            to.hosts.append(host)


def _statements(text: str) -> Iterator[Statement]:
    """Yield each statement; what a template holds is none."""
    blocks: list[tuple[str, str | None]] = []
    for piece, ends_with in _pieces(text):
        if len(blocks) > _DEEPEST_BLOCK:
            yield Statement(text="blocks nested too deep", ruleset=None, conditional=True)
            return
        head = _BLOCK.match(piece) if ends_with == "{" else None
        kinds = [kind for kind, _ in blocks]
        if piece and not head and "template" not in kinds:
            rulesets = [name for kind, name in blocks if kind == "ruleset"]
            yield Statement(
                text=piece,
                ruleset=rulesets[-1] if rulesets else None,
                conditional="condition" in kinds,
            )
        if head:
            name = re.search(r'(?i)\bname\s*=\s*"([^"]*)"', head[2])
            blocks.append((head[1].lower(), name[1].lower() if name else ""))
        elif ends_with == "{":
            blocks.append(("condition", None))
        elif ends_with == "}" and blocks:
            blocks.pop()


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield the text between line ends and braces, with what ends it; brackets go over lines."""
    begin, depth = 0, 0
    for match in re.finditer(rf"{_STRING}|'(?:[^'\\\n]|\\.){{0,1000}}'|[(){{}}\n]", text + "\n"):
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
