"""The words of rsyslog's configuration, parted as rsyslogd does: in any other way a file means another thing.

A line that ends with a backslash goes on, one in a comment as well; a selector stands at the beginning of a
line; an action in legacy form takes the whole rest of its line, braces too. Sources: grammar/lexer.l and
readConfFile() of rsyslog; tried with rsyslogd 8.2302.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

_LONGEST = 10_000
"""What stands behind this many characters of a line is read as another line."""

OBJECTS = (
    *("main_queue", "timezone", "parser", "global", "template", "ruleset", "property", "constant"),
    *("input", "module", "lookup_table", "dyn_stats", "include", "action"),
)
_KEYWORDS = ("if", "else", "stop", "call", "call_indirect", "continue", "set", "reset", "unset")
_TOKEN = re.compile(
    rf"(?P<blank>[\n\t ]+|\#[^\n]*|/\*)"
    rf"|(?P<object>(?:{'|'.join(OBJECTS)})[ \n\t]*\()"
    r'|(?P<property>:\$?[a-z-]+[ ]*,[ ]*!?[a-z]+[ ]*,[ ]*"(?:\\"|[^"])*")'
    r"|(?P<selector>[*a-z]+[0-7]*[.,][,!=;.*a-z0-7]+)"
    r"|(?P<directive>\$[a-z][^\n]*)"
    r"|(?P<mark>[&{}])"
    r"|(?P<action>-?/[^*\n][^\n]*|:[a-z0-9]+:[^\n]*|[|.@^?~>-][^\n]+|~|\*(?![ \t]*$))"
    r"|(?P<bsd>![^ \t\n]+[ \t]*$|[+-]\*[ \t]*(?:\#[^\n]*)?$|\+[a-z0-9.:-]+[ \t]*$)"
    r"|(?P<word>[a-z0-9_][a-z0-9_+,;-]*)|(?P<everyone>\*)",
    re.IGNORECASE | re.MULTILINE,
)
_AT_BEGINNING = ("property", "selector")

_ESCAPED = r"\\(?:['\"\\$bntr]|x[0-9a-f][0-9a-f]|[0-7]{3})"
_EXPRESSION = re.compile(
    r"(?P<blank>[ \t\n]+|/\*)"
    rf"|(?P<string>'(?:[^'\\]|{_ESCAPED})*'|\"(?:[^\"\\$]|{_ESCAPED})*\")"
    r"|(?P<variable>\$[$!./]?[\w@!.\[\]-]*)|(?P<number>0x[0-9a-f]+|[0-9]+)"
    r"|(?P<operator>==|<=|>=|!=|<>|[=,*/%+&()<>\[\]-])|(?P<word>[a-z]\w*)|(?P<end>;)",
    re.IGNORECASE,
)
_INSIDE = re.compile(
    r"(?P<blank>[ \n\t]+|\#[^\n]*|/\*)|(?P<name>[a-z][a-z0-9_.]*)|(?P<mark>[,=\[\])])"
    r"|(?P<string>\"(?:[^\"\\]|\\(?:['\"?\\abfnrtv]|[0-7]{1,3}))*\")"
    r"|(?P<elsewhere>`(?:[^`\\]|\\(?:['`?\\abfnrtv]|[0-7]{1,3}))*`)",
    re.IGNORECASE,
)

Word: TypeAlias = tuple[str, str]
"""A word of an expression: its kind (string, variable, number, operator, word), and its text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """Represents a word of the configuration.

    `parameters` are those of an object, names in small letters; nothing stands for a value that is a list, is
    made up elsewhere, goes over lines, or is given twice. `expression` stands between `if` and `then`.
    """

    kind: str
    text: str
    parameters: dict[str, str | None] = field(default_factory=dict)
    expression: tuple[Word, ...] = ()


class NotUnderstoodError(Exception):
    """Says at what rsyslogd gives up, and the whole configuration with it."""


def joined(text: str) -> str:
    """Return a file's text with the lines joined that go on behind a backslash."""
    lines, going_on = [""], False
    for line in text.split("\n"):
        if len(line) > _LONGEST:
            raise NotUnderstoodError(f"a line of {len(line)} characters")
        line = (line.lstrip() if going_on else line).rstrip()
        # A blank line does not end what goes on.
        going_on = line.endswith("\\") if line else going_on
        lines[-1] += line.removesuffix("\\")
        if not going_on:
            lines.append("")
    return "\n".join(lines)


def tokens(text: str) -> Iterator[Token]:
    """Yield the words of a text; raises `NotUnderstoodError`."""
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is not None and match.lastgroup in _AT_BEGINNING:
            before = text[text.rfind("\n", 0, at) + 1 : at]
            if before.strip(" \t"):
                raise _fault(text, at)
        if match is None:
            raise _fault(text, at)
        kind, at = match.lastgroup or "", match.end()
        if kind == "blank":
            at = _after_comment(text, match)
        elif kind == "object":
            parameters, at = _parameters(text, at)
            yield Token(kind=kind, text=match[0][:-1].strip(" \n\t").lower(), parameters=parameters)
        elif kind == "word" and match[0].lower() in (*_KEYWORDS, "foreach", "reload_lookup_table"):
            token, at = _keyword(text, match[0].lower(), at)
            yield token
        else:
            yield Token(kind="action" if kind in ("word", "everyone") else kind, text=match[0])


def _fault(text: str, at: int) -> NotUnderstoodError:
    line = text[at : at + 60].partition("\n")[0]
    return NotUnderstoodError(f"not understood: {line}")


def _after_comment(text: str, match: re.Match[str]) -> int:
    """Return where it goes on behind blanks, or a comment that may go over lines."""
    if not match[0].startswith("/*"):
        return match.end()
    end = text.find("*/", match.end())
    if end < 0:
        raise NotUnderstoodError("a comment is not closed")
    return end + 2


def _keyword(text: str, word: str, at: int) -> tuple[Token, int]:
    if word in ("if", "set", "reset", "unset", "call_indirect"):
        expression, at = _expression(text, at, "then" if word == "if" else ";")
        return Token(kind=word, text=word, expression=expression), at
    if word == "call":
        # A name of one letter is an invalid character to rsyslogd.
        named = re.compile(r"[ \t\n]*([a-z][\w.-]+)", re.IGNORECASE).match(text, at)
        if named is None:
            raise _fault(text, at)
        return Token(kind=word, text=named[1].lower()), named.end()
    if word in ("foreach", "reload_lookup_table"):
        raise NotUnderstoodError(f"not understood: {word}")
    return Token(kind=word, text=word), at


def _expression(text: str, at: int, end: str) -> tuple[tuple[Word, ...], int]:
    """Return the words of an expression, up to the one that ends it, and where it goes on."""
    words: list[Word] = []
    while match := _EXPRESSION.match(text, at):
        kind, word, at = match.lastgroup or "", match[0], match.end()
        if kind == "blank":
            at = _after_comment(text, match)
        elif word.lower() == end:
            return tuple(words), at
        elif kind == "end" or (kind == "word" and word.lower() == "do"):
            break
        else:
            words.append((kind, word if kind == "string" else word.lower()))
    raise _fault(text, at)


def _parameters(text: str, at: int) -> tuple[dict[str, str | None], int]:
    """Return the parameters of an object behind its opening bracket, and where it goes on."""
    inside: list[Word] = []
    while match := _INSIDE.match(text, at):
        kind, at = match.lastgroup or "", match.end()
        if kind == "blank":
            at = _after_comment(text, match)
        elif match[0] == ")":
            return _paired(inside), at
        else:
            inside.append((kind, match[0]))
    raise _fault(text, at)


def _paired(inside: list[Word]) -> dict[str, str | None]:
    """Return the parameters that `name = "value"`, repeated, gives."""
    found: dict[str, str | None] = {}
    rest = iter(inside)
    for kind, name in rest:
        (_, equals), (what, value) = next(rest, ("", "")), next(rest, ("", ""))
        if kind != "name" or equals != "=" or what not in ("string", "elsewhere", "mark"):
            raise NotUnderstoodError(f"not understood: {name[:40]} {equals[:5]} {value[:40]}")
        if what == "mark":
            _listed(value, rest)
        name = name.lower()
        plain = what == "string" and name not in found and "\n" not in value
        found[name] = value[1:-1] if plain else None
    return found


def _listed(opened: str, rest: Iterator[Word]) -> None:
    """Pass over `["a", "b"]`, of which the bracket is taken."""
    if opened != "[":
        raise NotUnderstoodError(f"not understood: {opened}")
    for kind, _ in rest:
        _, mark = next(rest, ("", ""))
        if kind != "string" or mark not in (",", "]"):
            break
        if mark == "]":
            return
    raise NotUnderstoodError("a list is not closed")
