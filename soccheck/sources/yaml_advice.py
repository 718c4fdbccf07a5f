"""How a line that is no YAML was meant: what is wrong with it, where, and what to do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from soccheck.model import Mark
from soccheck.phrase import Phrase, phrase
from soccheck.sources import secrets
from soccheck.sources.garbled import ERROR_BEHIND, cell_error
from soccheck.sources.yaml_faults import ADVICE, advice_on

_TAB = phrase("a tab at the beginning of a line"), phrase("a tab cannot indent: use spaces")

_NO_BLANK = re.compile(
    r"\s*(?:- )?(?P<key>[\w.-]+)(?P<colon>:[\u00a0\u2000-\u200a\u202f\u3000]*|\uff1a *)"
    r"(?P<value>[^\s:].*)|\s*(?P<section>[\w.-]+)\uff1a\s*"
)
_WIDE = re.compile("[^\"'#]*?(?P<sign>[\uff5b\uff5d\uff3b\uff3d\uff0c])")
"""A full-width brace, bracket or comma outside quotes."""
UNSEEN = phrase("a character that cannot be seen stands here"), phrase("remove control characters")


def advice(told: str, lines: Sequence[str], at: Mark) -> tuple[Phrase, Phrase, Mark]:
    """Return what is wrong where the parser stopped, what to do, and where: the line before, sometimes."""
    line = min(at[0], len(lines))
    if lines[line - 1].lstrip(" ").startswith("\t"):
        return *_TAB, at
    for number in (line, line - 1):
        here = lines[number - 1] if number else ""
        if (wrong := _without_a_blank(here)) is not None:
            return *wrong, (number, _indent(here) + 1)
    for number in range(line, max(line - _ABOVE, 0), -1):
        here = lines[number - 1]
        if (wrong := _no_yaml(here, told)) is not None:
            seen = told in _EMPTY and number == at[0]
            return *wrong, at if seen else (number, _indent(here) + 1)
    if told == "did not find expected comment or line break" and _is_block(lines, line):
        return *_BLOCK, at
    for number in range(line, max(line - _ABOVE, 0), -1):
        if (wrong := _unquoted(here := lines[number - 1], told)) is not None:
            return *wrong, at if number == at[0] else (number, _indent(here) + 1)
    above = lines[line - 2] if line > 1 else ""
    wrong = _lacks_colon(lines[line - 1], above, told) or _lone_dash(lines[line - 1], above, told)
    if wrong is not None:
        return *wrong, (line - 1, _indent(above) + 1)
    return *advice_on(told), at


_NO_TOKEN = (
    "did not find expected comment or line break",
    "found character that cannot start any token",
    "did not find expected alphabetic or numeric character",
)
_THAN = {">": "gt", ">=": "gte"}
_MORE_THAN = re.compile(
    r"(?:.*[\s{,])?(?P<key>[\w.|-]+): *(?P<sign>>=?) ?(?P<number>[0-9]+(?:[.,][0-9]+)?)\s*(?:[,}#].*)?\Z"
)
"""A number that something is more or less than, as formulas have it: total: >10."""
_NO_VALUE = re.compile(r".*[:\[{,]\s*(?P<sign>[-?])\s*(?:[,}\]].*|#.*)?\Z")
_COLONS = re.compile(r".*[\s\[,](?P<address>::[0-9A-Fa-f:]*)\s*(?:[,\]}].*)?\Z")
_ABOVE = 3
"""Lines above the one the parser stopped at that may have led it astray, its own among them."""
_EMPTY = (
    "did not find expected node content",
    "block sequence entries are not allowed in this context",
)
_COMMENT = re.compile(r"\s*(//|--(?=\s)|/\*|;|<!--|REM(?=\s))")
_BRACED = re.compile(r"[^\"']*\{[^{}\"']*")
_SECOND_COLON = re.compile(r"[^\"']*\{[^{}\"']*?[^{},:\"']+: [^{},:\"']+: ")
_BEHIND_QUOTES = re.compile(r"\s*[\w.-]+: (['\"]).*\1\s*[^\s#,}\]]")
_BEHIND_BRACES = re.compile(r"(?:[^\"'#]|\"[^\"]*\"|'[^']*')*[}\],]\s*(//|/\*)")
_ARROW = re.compile(r"\s*([\w.-]+) *([-=]>|→)")
_NO_COLON = ("could not find expected ':'", "mapping values are not allowed in this context")
_BULLET = re.compile(r"\s*([•·●▪◦–—])\s*\w")
_QUOTED_TWICE = re.compile(r"[^\"']*\{[^\"']*: '[^']*'[^\s,}\]']")
"""A quotation inside quotes of its own kind: 'Hệ thống 'một cửa''."""
_INNER_QUOTE = re.compile(r"[^\"]*[\s\[{,]'[^']*\w'\w[^']*'")
_EQUALS = re.compile(r"\s*([\w.-]+)(?: *= *| +[-–—] +)(\S[^:]*)")
"""What people write for a colon: role = server, role - server."""
_LINE_MARK = re.compile(r"[ \t]*\ufeff")
_ODD_BLANK = re.compile(
    r"[ \t]*[\u00a0\u2000-\u200b\u202f\u2060\u3000][ \u00a0\u2000-\u200b\u202f\u2060\u3000]*"
    r"(?:- *)?[\w.-]+:(?:\s|\Z)"
)
"""A key with blanks before it that indent nothing: a word processor's and a chat's."""


_UNQUOTED = {
    "did not find expected comment or line break": r"[|>]",
    "block sequence entries are not allowed in this context": r"- ",
    "mapping keys are not allowed in this context": r"\? ",
    "found character that cannot start any token": r"[@`%]",
    "did not find expected key": r"(?:\[[^\[\]]*\]|\{[^{}]*\})\s*[^\s#]",
    **dict.fromkeys(
        (
            "did not find expected alphabetic or numeric character",
            "did not find expected whitespace or line break",
            "did not find expected tag URI",
        ),
        r"[&*!]",
    ),
}
"""What the parser says -> how a text begins that YAML takes for something else, alone behind its key."""

_BLOCK = (
    phrase("a line must end after | or >, and a blank stand before #"),
    phrase("write all of the text below the key, indented, and nothing behind | or >"),
)


def _is_block(lines: Sequence[str], line: int) -> bool:
    """Return whether a text in several lines begins behind | or >, on the line of its key."""
    here, below = lines[line - 1], lines[line] if line < len(lines) else ""
    deeper = _indent(below) > _indent(here)
    return deeper and bool(below.strip())


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def opens_there(told: str, lines: Sequence[str], opened: int, stopped: int) -> bool:
    """Return whether one looks where a text or a mapping was opened, and not where the parser stopped.

    Of a brace it is so where the next key stands in the column of its line, or before it.
    """
    if not told.startswith("did not find expected ',") or stopped <= opened:
        return told == "found unexpected end of stream"
    above, here = lines[opened], lines[min(stopped, len(lines) - 1)]
    deeper = _indent(here) > _indent(above)
    return not deeper and re.match(r"\s*[\w.-]+:(?:\s|$)", here) is not None


_REPEATED = 80
"""Characters of a text that a hint repeats at most."""


def _unquoted(line: str, told: str) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong with a text that begins with a sign of YAML's own, and how to quote it."""
    begins = _UNQUOTED.get(told, r"\Z.")
    found = re.fullmatch(
        rf"\s*(?:- )?(?P<key>[\w.-]+): +(?P<text>(?:{begins})[^\"\\]{{0,{_REPEATED}}})",
        line.rstrip(),
    )
    if found is None or not found["text"].isprintable():
        return None
    if secrets.in_key(found["key"]) or secrets.in_text(line):
        return None  # no message repeats a secret
    text = phrase("a text cannot begin with this character")
    if told == "did not find expected key":
        text = phrase("something follows the closing bracket")
    return text, phrase('quote it: "{text}"', text=found["text"])


def _lacks_colon(line: str, above: str, told: str) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong where the line above is a key by its looks, and its colon is missing."""
    inner = _indent(line) > _indent(above)
    key = re.fullmatch(r"\s*([\w.-]+)\s*", above)
    if told != "mapping values are not allowed in this context" or key is None or not inner:
        return None
    return phrase("a key without its colon"), phrase("write {what}", what=f"{key[1]}:")


def _lone_dash(line: str, above: str, told: str) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong where the line above begins an entry of a list, and this one stands beside it."""
    key = re.match(r"\s*- ([\w.-]+:)", above)
    if told != "did not find expected '-' indicator" or key is None:
        return None
    if _indent(line) != _indent(above):
        return None
    said = phrase("- begins an entry of a list, and the line below it belongs to none")
    return said, phrase(
        "write {what} without the dash, or what belongs to the entry in the column of that key",
        what=key[1],
    )


def _no_yaml(line: str, told: str) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong with a line that is written as other languages, or people, have it."""
    return _sign(line) or _value(line, told) or _entry(line, told) or _pair(line, told)


def _sign(line: str) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong with a comment of another language, a tab or a full-width sign."""
    if found := _COMMENT.match(line):
        text = phrase("{what} begins no comment here", what=found[1])
        return text, phrase("write # before a comment")
    if _LINE_MARK.match(line):
        return phrase("a byte order mark begins the line, as where files were joined"), phrase(
            "take it away, or type the beginning of the line anew"
        )
    if _ODD_BLANK.match(line):
        return phrase("the blanks that begin the line are none that YAML indents by"), phrase(
            "write plain spaces in their place"
        )
    if re.match(r"\s*-\t", line):
        return phrase("a tab behind a dash"), phrase(
            "write a blank in its place, and spaces before the lines below"
        )
    if re.match(r"[^\"'#]*:\t", line):
        return phrase("a tab behind a colon"), phrase(
            "write a blank in its place, and each key in a line of its own"
        )
    if found := _WIDE.match(line):
        text = phrase("{sign} is a full-width sign, which YAML does not know", sign=found["sign"])
        return text, phrase("write {what}", what=unicodedata.normalize("NFKC", found["sign"]))
    return None


def _value(line: str, told: str) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong where a value is a bound, a sign for none, or cut off by a comment."""
    if told in _NO_TOKEN and (found := _MORE_THAN.match(line)):
        key, number = found["key"], found["number"]
        if "|" in key:
            return phrase("a text cannot begin with this character"), phrase(
                "write {what}", what=f"{key}|{_THAN[found['sign']]}: {number}"
            )
        return phrase("a text cannot begin with this character"), phrase(
            "write {key}: {number} if it is exact; in a policy {key}|{operator}: {number}",
            key=key,
            number=number,
            operator=_THAN[found["sign"]],
        )
    if told in _EMPTY and (found := _COLONS.match(line)):
        return phrase("a text cannot begin with this character"), phrase(
            'quote it: "{text}"', text=found["address"]
        )
    if told in _EMPTY and (found := _NO_VALUE.match(line)):
        return phrase("{what} is no value", what=found["sign"]), phrase(
            "leave the key out where it is not known: it is then judged unknown"
        )
    broken = told in _EMPTY or told.startswith("did not find expected ','")
    if broken and (error := ERROR_BEHIND.match(line)):
        return cell_error(error["error"])
    if broken and re.match(r"[^\"'#]*[\[{][^\"'\]}]* #", line):
        return phrase(
            "what follows # is a comment, and what [ or {{ begins does not end before it"
        ), phrase("quote a text that has # in it, or leave the key out where it is not known")
    return None


def _entry(line: str, told: str) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong with an entry that begins or is parted as elsewhere: an arrow, a bullet, a row."""
    if found := _BEHIND_BRACES.match(line):
        text = phrase("{what} begins no comment here", what=found[1])
        return text, phrase("write # before a comment")
    if found := _ARROW.match(line):
        text = phrase("{what} ends no key", what=found[2])
        return text, phrase("write {what}", what=f"{found[1]}: ...")
    if told == "could not find expected ':'" and (found := _BULLET.match(line)):
        text = phrase("{what} begins no entry of a list", what=found[1])
        return text, phrase("write - in its place, further in than the key above")
    if told in _EMPTY and re.search(r",\s*,", line):
        return phrase("nothing stands between two commas"), phrase("take one of them away")
    if told.startswith("did not find expected ','") and (
        _INNER_QUOTE.match(line) or _QUOTED_TWICE.match(line)
    ):
        text = phrase("something follows the closing quotes")
        return text, phrase('a text that has \' in it stands in double quotes: "..."')
    is_rows = told == "could not find expected ':'" and re.match(r"[^\t:]*\t[^\t]*\t", line)
    if is_rows or re.match(r"\s*\|.*\|", line):
        return phrase("this is a table"), phrase(
            "rows of a table go into a file such as hosts.csv, the keys in its first line"
        )
    if line.startswith("```"):
        text = phrase("``` belongs to the document that this was copied from")
        return text, phrase("take the lines with ``` away")
    return None


def _pair(line: str, told: str) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong between a key and its value, or between two pairs."""
    if told in _NO_COLON and (found := _EQUALS.fullmatch(line)):
        return ADVICE["could not find expected ':'"][0], phrase(
            "write {what}", what=f"{found[1]}: {found[2].rstrip()}"
        )
    if told == "did not find expected ',' or '}'" and re.match(_BRACED.pattern + ";", line):
        text = phrase("a semicolon stands between two keys")
        return text, phrase("write a comma between the keys in {{ }}")
    if told == "did not find expected ',' or '}'" and _SECOND_COLON.match(line):
        return ADVICE["mapping values are not allowed in this context"]
    if told == "did not find expected key" and _BEHIND_QUOTES.match(line):
        text = phrase("something follows the closing quotes")
        return text, phrase("put the whole text in one pair of quotes")
    if told == "could not find expected ':'" and line.strip() and not re.search("[:#]", line):
        return ADVICE[told]
    if told == "did not find expected key" and line.count("}") > line.count("{"):
        return phrase("one }} too many"), phrase("take it away")
    return None


def _without_a_blank(line: str) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong with a line whose colon is no key's: none follows it, or it is full-width."""
    found = _NO_BLANK.fullmatch(line.rstrip())
    if found is None or '"' in line or "'" in line:
        return None
    if found["section"]:
        text = phrase("this colon is a full-width one, which ends no key")
        return text, phrase("write {what}", what=f"{found['section']}:")
    if found["colon"] == ":":
        text = phrase("no blank follows the colon, so that it ends no key")
    elif found["colon"].startswith(":"):
        text = phrase("the blank behind the colon is one that does not break, which ends no key")
    else:
        text = phrase("this colon is a full-width one, which ends no key")
    return text, phrase("write {what}", what=f"{found['key']}: {found['value']}")
