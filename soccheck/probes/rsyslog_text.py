"""The statements of rsyslog's configuration, with the files it includes in their places, and its templates.

Where rsyslogd finds that a statement cannot be parsed, it gives up the whole configuration. Sources:
grammar/grammar.y of rsyslog, rsyslog.conf(5); tried with rsyslogd 8.2302.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from soccheck.probes.rsyslog_lexer import NotUnderstoodError, Token, joined, tokens

MAIN = "/etc/rsyslog.conf"
FOLDER = "/etc/rsyslog.d/"
RUN = "/run/rsyslog/"
"""What SUSE's main file includes; among the files where it was looked at."""
_DEEPEST = 8
_DEEPEST_BLOCK = 64

_DECLARED = ("action", "include")
_ACTIONS = ("action", "stop", "call", "call_indirect", "continue")
_FILTERS = ("selector", "property", "if")


@dataclass(frozen=True, slots=True, kw_only=True)
class RsyslogStatement:
    """Represents a statement: its first word, what it does, and, of a condition, what it does else."""

    token: Token
    inside: tuple[RsyslogStatement, ...] = ()
    otherwise: tuple[RsyslogStatement, ...] = ()

    @property
    def kind(self) -> str:
        """Its kind: `object action`, say, or `selector`."""
        of_object = self.token.kind == "object"
        return f"object {self.token.text}" if of_object else self.token.kind

    def whole(self) -> Iterator[RsyslogStatement]:
        """Yield the statement and all that stand in it."""
        yield self
        for one in (*self.inside, *self.otherwise):
            yield from one.whole()


def statements(files: Mapping[str, str], unseen: list[str]) -> list[RsyslogStatement]:
    """Return the statements of the files that rsyslogd loads: `MAIN` and what it includes.

    What is included and not among the files is added to `unseen`, and stands as a statement `unseen`. Raises
    `NotUnderstoodError`.
    """
    if MAIN not in files:
        unseen.append("its main file was not seen")
    return _Parser([*_tokens(files, files.get(MAIN, ""), 0, unseen)]).everything()


def _tokens(files: Mapping[str, str], text: str, depth: int, unseen: list[str]) -> Iterator[Token]:
    """Yield the words of a file, and those of the files it includes in their places."""
    for token in tokens(joined(text)):
        legacy = re.match(r"(?i)\$IncludeConfig[ \t]+(\S+)", token.text)
        if token.kind == "directive" and legacy:
            yield from _included(files, legacy[1], depth, unseen)
        elif token.kind == "object" and token.text == "include":
            yield token
            if token.parameters.get("config.enabled", "on") != "on":
                continue
            named = token.parameters.get("file")
            if named is None:
                raise NotUnderstoodError("text is included that is made up elsewhere")
            yield from _included(files, named, depth, unseen)
        else:
            yield token


def _included(
    files: Mapping[str, str], pattern: str, depth: int, unseen: list[str]
) -> Iterator[Token]:
    pattern = pattern.removeprefix("/var") if pattern.startswith(f"/var{RUN}") else pattern
    folder = RUN if pattern.startswith(RUN) and RUN in files else FOLDER
    inside = pattern.removeprefix(folder)
    if inside == pattern or "/" in inside or depth >= _DEEPEST:
        unseen.append(f"{pattern} is included, and was not looked at")
        yield Token(kind="unseen", text=pattern)
        return
    pattern += "" if inside else "*"
    for name in sorted(files):
        in_folder = name.startswith(folder) and "/" not in name.removeprefix(folder)
        if in_folder and name != folder and fnmatch.fnmatchcase(name, pattern):
            yield from _tokens(files, files[name], depth + 1, unseen)


class _Parser:
    """Takes words for statements, as rsyslog's grammar does.

    Settings, and files that were not looked at, may stand between any words: they take effect where they are
    read, before the statement that is read next.
    """

    def __init__(self, words: list[Token]) -> None:
        self.words = words
        self.at = 0
        self.found: list[RsyslogStatement] = []

    def peek(self, text: str = "") -> Token | None:
        """Return the next word, if there is one, and it is this one where one is asked for."""
        while self.at < len(self.words) and self.words[self.at].kind in ("directive", "unseen"):
            self.found.append(RsyslogStatement(token=self.words[self.at]))
            self.at += 1
        token = self.words[self.at] if self.at < len(self.words) else None
        return None if token and text and token.text != text else token

    def take(self) -> Token:
        """Return the next word and go on; raises `NotUnderstoodError` where there is none."""
        token = self.peek()
        if token is None:
            raise NotUnderstoodError("a block is not closed")
        self.at += 1
        return token

    def taken(self) -> tuple[RsyslogStatement, ...]:
        """Return the settings that were passed, and forget them."""
        found, self.found = tuple(self.found), []
        return found

    def everything(self) -> list[RsyslogStatement]:
        """Return all statements."""
        all_of_them: list[RsyslogStatement] = []
        while token := self.peek():
            declared = token.kind == "object" and token.text not in _DECLARED
            if declared or token.kind == "bsd":
                self.at += 1
                all_of_them += self.taken()
                all_of_them.append(RsyslogStatement(token=token, inside=self.body(token)))
            else:
                all_of_them += self.statement(0)
        return [*all_of_them, *self.taken()]

    def body(self, token: Token) -> tuple[RsyslogStatement, ...]:
        """Return what stands in the braces behind a ruleset, or a template."""
        if token.text not in ("ruleset", "template") or not self.peek("{"):
            return ()
        self.take()
        found: list[RsyslogStatement] = []
        while not self.peek("}"):
            if token.text == "ruleset":
                found += self.statement(0)
                continue
            part = self.take()
            if part.text not in ("property", "constant"):
                raise NotUnderstoodError(f"not understood: {part.text[:40]}")
            found.append(RsyslogStatement(token=part))
        self.take()
        return (*found, *self.taken())

    def statement(self, depth: int) -> list[RsyslogStatement]:
        """Return a statement, or several actions that `&` joins."""
        token = self.take()
        found = [*self.taken()]
        if depth > _DEEPEST_BLOCK:
            raise NotUnderstoodError("blocks nested too deep")
        if token.kind in _FILTERS:
            inside = self.block(depth + 1)
            otherwise: tuple[RsyslogStatement, ...] = ()
            if token.kind == "if" and self.peek("else"):
                self.take()
                otherwise = self.block(depth + 1)
            return [*found, RsyslogStatement(token=token, inside=inside, otherwise=otherwise)]
        if token.kind in ("set", "reset", "unset") or token.text == "include":
            return [*found, RsyslogStatement(token=token)]
        found.append(_action(token))
        while self.peek("&"):
            self.take()
            action = _action(self.take())
            found += [*self.taken(), action]
        return found

    def block(self, depth: int) -> tuple[RsyslogStatement, ...]:
        """Return the statement behind a filter, or those in braces: not none."""
        if not self.peek("{"):
            return tuple(self.statement(depth))
        self.take()
        found = self.statement(depth)
        while not self.peek("}"):
            found += self.statement(depth)
        self.take()
        return (*found, *self.taken())


def _action(token: Token) -> RsyslogStatement:
    """Return a statement that is an action; raises `NotUnderstoodError` where it is none."""
    if token.kind not in _ACTIONS and (token.kind, token.text) != ("object", "action"):
        raise NotUnderstoodError(f"not understood: {token.text[:60]}")
    return RsyslogStatement(token=token)


_LEGACY = re.compile(r"(?is)\$template[ \t]+([^\s,]+)[ \t]*,[ \t]*(.*)")
_OF_MESSAGE = re.compile(r"(?i)%(?:rawmsg|rawmsg-after-pri|msg|jsonmesg|\$!)(?::::[a-z0-9,-]*)?%")
_MESSAGE = ("msg", "rawmsg", "rawmsg-after-pri", "jsonmesg", "$!", "$!all-json", "$!all-json-plain")
"""What of a template is the message itself, and the whole of it."""
_WHOLE = re.compile(
    r"name|outname|format|spifno1stsp|droplastlf|controlcharacters|caseconversion|securepath"
    r"|compressspace|mandatory|datatype|onempty"
)
_BUILT_IN = (
    *("RSYSLOG_TraditionalFileFormat", "RSYSLOG_FileFormat", "RSYSLOG_TraditionalForwardFormat"),
    *("RSYSLOG_ForwardFormat", "RSYSLOG_SysklogdFileFormat", "RSYSLOG_SyslogProtocol23Format"),
    *("RSYSLOG_SyslogRFC5424Format", "RSYSLOG_DebugFormat", "StdJSONFmt"),
)


@dataclass(slots=True, kw_only=True)
class Formats:
    """Collects the templates that have the message in them, and the one taken where none is named."""

    known: set[str] = field(default_factory=set)
    with_message: set[str] = field(default_factory=lambda: {"", *_BUILT_IN})
    otherwise: str = ""

    def take(self, one: RsyslogStatement) -> None:
        """Take in what a statement says of templates; of two of one name the first counts."""
        parameters = one.token.parameters
        if match := _LEGACY.match(one.token.text):
            self.add(match[1], _OF_MESSAGE.search(match[2]) is not None)
        elif match := re.match(r"(?i)\$ActionForwardDefaultTemplate\s+(\S+)", one.token.text):
            self.otherwise = match[1]
        elif one.kind == "object template":
            self.add(parameters.get("name") or "", _has_message(parameters, one.inside))
        elif one.kind == "object module" and parameters.get("load") == "builtin:omfwd":
            self.otherwise = parameters.get("template", "") or self.otherwise

    def add(self, name: str, message: bool) -> None:
        """Take in a template."""
        if message and name not in self.known:
            self.with_message.add(name)
        self.known.add(name)


def _has_message(parameters: Mapping[str, str | None], inside: Iterable[RsyslogStatement]) -> bool:
    kind = (parameters.get("type") or "").lower()
    if kind == "string":
        return _OF_MESSAGE.search(parameters.get("string") or "") is not None
    if kind == "subtree":
        return parameters.get("subtree") == "$!"
    listed = [one.token.parameters for one in inside if one.token.text == "property"]
    return kind == "list" and any(
        (told.get("name") or "").lower() in _MESSAGE and all(_WHOLE.fullmatch(key) for key in told)
        for told in listed
    )
