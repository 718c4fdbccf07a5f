"""Strict YAML over PyYAML's C parser: every fault found, each with path, line and column.

Values are those of JSON: text, numbers, true, false, lists and mappings. Whatever YAML 1.1 and 1.2
read differently (`no`, `0600`, `22:30`, `1.10`) is a fault, so that nobody has to know which is used.
"""

from __future__ import annotations

import contextlib
import gc
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NoReturn

from soccheck import libyaml
from soccheck.libyaml import MAPPING_END, SEQUENCE_END, STREAM_END, Alias, Document, Scalar, Start
from soccheck.model import COLUMN_BITS, Location, Problem
from soccheck.sources.files import Fault

MAX_DEPTH = 40
MAX_UNFOLDED = 100_000  # values that aliases add, beside ten for each value written out
MAX_FAULTS = 1000
MAX_COLUMN = (1 << COLUMN_BITS) - 1

# What a YAML 1.1 reader (PyYAML and most others) takes for something else than the text it looks like.
_TRAPS = (
    (
        r"[-+]?0[0-7_]*[0-9_]+\Z|[-+]?0[xob][0-9a-fA-F_]+\Z",
        "{!r} is a different number to different readers",
        'quote it: "{}"',
    ),
    (
        r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?\Z",
        "some readers take {!r} for a number in base 60",
        'quote it: "{}"',
    ),
    (
        r"[-+]?[0-9]*\.[0-9]*0\Z|[-+]?\.[0-9]+\Z|[-+]?[0-9]+\.\Z|[-+]?0[0-9]+\.[0-9]*\Z",
        "as a number {!r} is not what it looks like (1.10 becomes 1.1)",
        'quote a version: "{}"; for a number leave out the last zero',
    ),
    (
        r"(?=[^_]*_)[-+]?(?:[0-9][0-9_]*\.?|\.[0-9])[0-9_]*\Z|[-+]?\.(?i:inf|nan)\Z",
        "{!r} is a number to some readers and text to others",
        'write plain digits, or quote it: "{}"',
    ),
    (
        r"[-+]?(?:[0-9][0-9_]*\.?|\.[0-9])[0-9_]*[eE][-+]?[0-9]+\Z",
        "{!r} is a number to some readers and text to others",
        'quote it: "{}"',
    ),
    (
        r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9].*",
        "{!r} is a date and time to some readers",
        'quote it: "{}"',
    ),
)
_NUMBER_HEAD = frozenset("0123456789+-.")
"""How a number begins, and whatever is one of `_TRAPS`."""

_CLEAR = re.compile(
    r"([-+]?(?:0|[1-9][0-9]*)(\.[0-9]*[1-9])?)\Z|[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"
    r"|[0-9]+(?:\.[0-9]+){3}|[0-9.,]*[ %/dhwmy]"
)
"""Numbers, days, and how addresses, shares, lengths of time and sentences begin: none is in `_TRAPS`."""

_SWITCH = (
    "some readers take {!r} for true or false",
    'write true or false, or quote it: "{}"',
)
_SWITCHES = frozenset(("yes", "no", "on", "off", "y", "n"))
"""Words that are a trap however they are written, in small letters."""

_WORDS = {
    **dict.fromkeys(
        ("True", "TRUE", "False", "FALSE"), ("{!r} is written true or false", "use small letters")
    ),
    **dict.fromkeys(
        ("", "~", "null", "Null", "NULL", "=", "<<"),
        (
            "there is nothing here ({!r})",
            "leave the key out when nothing is known, or give it a value",
        ),
    ),
}
"""Words that are a trap as they stand -> what is said of them, and what to do."""

_MERGE = (
    "the merge key << is not read the same way everywhere",
    "write the keys out, or use an alias for the whole value",
)

_SECRET = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\$(?:1|2[aby]|5|6|y|argon2id?)\$[./A-Za-z0-9=,$]{8}"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30}|\bglpat-[A-Za-z0-9_-]{20}"
    r"|\bxox[abpr]-[A-Za-z0-9-]{10}|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\."
    r"|\b(?i:passw(?:or)?d|passphrase|mật khẩu)\s*[:=]\s*\S"
    r"|://[^/\s:@]*:[^/\s:@]+@|PuTTY-User-Key-File|\$ANSIBLE_VAULT;"
)
_SECRET_HEAD = re.compile(r"-----B|A[KS]IA|gh[pousr]_|glpat-|xox|eyJ|PuTTY")
"""How a secret of `_SECRET`'s begins that has none of $ : = in it; none is shorter than 15."""
_SECRET_KEY = (
    r"(?i)(?:.*[_-])?(?:passw(?:or)?d|pwd|passphrase|secret|token|(?:api|private|access|secret)[_-]?key|credentials?"
    r"|community|mat_?khau)(?:[_-](?:hash|value))?\Z"
)
_SECRET_KEY_ENDS = (
    *("passwd", "password", "pwd", "passphrase", "secret", "token", "key", "community", "khau"),
    *("credential", "credentials", "_hash", "-hash", "_value", "-value"),
)
"""How whatever `_SECRET_KEY` matches ends: few other keys do, and they alone need the slower look."""


_BREAKS = ("\x85", "\u2028", "\u2029")
"""NEL, LS and PS: they end a line in YAML 1.1, and are text in YAML 1.2 and on a reader's screen."""


_ADVICE = {
    "mapping values are not allowed in this context": 'quote a text that has ": " in it',
    "found character that cannot start any token": "quote a text that begins with this character",
    "found unknown escape character": "write two \\ for one, or use single quotes",
    "did not find expected ',' or ']'": "close the list with ], or quote a text that has [ in it",
    "did not find expected ',' or '}'": "close the mapping with }, or quote a text that has { in it",
    "found unexpected end of stream": "close the quotes",
}
"""What the parser says -> what to do."""


class Source:
    """Represents one parsed file: its data, and where each key and item stands."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.data: Any = None
        self.problems: list[Problem] = []
        self.marks: dict[int, list[int]] = {}
        self.dropped: list[Any] = []  # kept alive: `marks` goes by identity, which is used again
        self._found: dict[tuple[str | int, ...], tuple[Any, int]] = {}

    def location(self, mark: int) -> Location:
        """Return the place a packed position stands for."""
        return Location(self.path, mark >> COLUMN_BITS, mark & MAX_COLUMN)

    def where(self, *path: str | int) -> Location:
        """Return where the key or item at `path` stands, or its nearest parent that exists."""
        return self.location(self._resolved(path)[1])

    def _resolved(self, path: tuple[str | int, ...]) -> tuple[Any, int]:
        """Return what stands at `path`, nothing where it does not exist, and the nearest position."""
        if not path:
            return self.data, 1 << COLUMN_BITS | 1
        known = self._found.get(path)
        if known is not None:
            return known
        node, mark = self._resolved(path[:-1])
        step, marks = path[-1], self.marks.get(id(node))
        if marks is not None and isinstance(node, dict) and step in node:
            mark, node = marks[list(node).index(str(step))], node[step]
        elif marks is not None and isinstance(step, int) and step < len(node):
            mark, node = marks[step], node[step]
        else:
            node = None
        self._found[path] = node, mark
        return node, mark

    def refused(self, path: Sequence[str | int]) -> bool:
        """Return whether the reader has a fault with the scalar at `path`."""
        if not self.problems or not path:
            return False
        parent = self.data
        for step in path[:-1]:
            parent = parent[step]
        marks = self.marks.get(id(parent), [])
        keys: Any = list(parent) if isinstance(parent, dict) else range(len(marks))
        i = list(keys).index(path[-1])
        start = self.location(marks[i])
        # The scalar ends before the next key or item begins; the last one ends with its line.
        end = self.location(marks[i + 1]) if i + 1 < len(marks) else replace(start, column=1 << 30)
        return any(start <= p.where < end for p in self.problems if isinstance(p.where, Location))


@contextlib.contextmanager
def _without_gc() -> Iterator[None]:
    """Pause the collector: a tree being built is all live, and scanning it again doubles the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def parse(raw: bytes | Fault, shown: str, *, nulls: bool = False) -> Source:
    """Parse the bytes of one file; every fault is in the result's `problems`, never raised.

    `nulls` lets `null` stand, for files that are laid over others and take something away.
    """
    source = Source(shown)
    if isinstance(raw, Fault):
        source.problems.append(Problem(Location(shown, 1, 1), raw.message, raw.hint))
        return source
    source.problems += _no_text(raw, shown)
    if source.problems:
        return source
    try:
        with _without_gc():
            source.data = _Builder(source, raw, nulls=nulls).document()
    except _Abandon:
        pass
    except libyaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        said = error.problem or error.context or "not YAML"
        hint = _ADVICE.get(said, "correct the line, or the one before it")
        lines = re.split(rb"\r\n?|\n", raw)
        if lines[min(line, len(lines)) - 1].lstrip(b" ").startswith(b"\t"):
            hint = "a tab cannot indent: use spaces"
        source.problems.append(
            Problem(Location(source.path, line, column), f"not YAML: {said}", hint)
        )
    except libyaml.YAMLError as error:
        said = str(error).splitlines()[0] if str(error) else "not YAML"
        position = getattr(error, "position", None)
        where = _place(raw, position if isinstance(position, int) else 0, source.path)
        source.problems.append(Problem(where, f"not YAML: {said}", "remove control characters"))
    return source


def _no_text(raw: bytes, path: str) -> list[Problem]:
    """Return what keeps bytes from being text that all readers part into the same lines."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        said = f"not UTF-8: byte 0x{raw[error.start]:02x}"
        where = _place(raw, error.start, path)
        return [Problem(where, said, "save the file as UTF-8")]
    return [
        Problem(
            _place(raw, raw.index(mark.encode()), path),
            f"a line break to some readers only: U+{ord(mark):04X}",
            "end the line, or write a space",
        )
        for mark in _BREAKS
        if mark in text
    ]


def _place(raw: bytes, position: int, path: str) -> Location:
    """Return the line and column of a byte; columns count characters, as editors do."""
    head = raw[:position]
    column = len(head[head.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    return Location(path, head.count(b"\n") + 1, column)


Said = tuple[str, str]
"""What is wrong with a text, and what to do."""


def _trap(text: str) -> Said | None:
    """Return what is wrong with a plain text that readers of YAML disagree about."""
    if text[:1] in _NUMBER_HEAD:
        clear = _CLEAR.match(text)
        return None if clear else next((t[1:] for t in _TRAPS if re.match(t[0], text)), None)
    if len(text) < 6:
        return _SWITCH if text.lower() in _SWITCHES else _WORDS.get(text)
    return None


def _secret(text: str) -> Said | None:
    """Return what is wrong with a text that holds what `_SECRET` matches; the quicker looks come first."""
    if (
        (len(text) > 14 and _SECRET_HEAD.search(text))
        or ("$" in text and (text.count("$") > 1 or "$ANS" in text))
        or ("@" in text and "://" in text)
        or ((":" in text or "=" in text) and any(w in text.casefold() for w in ("pass", "mật")))
    ) and re.search(_SECRET, text):
        return (
            "this looks like a secret, which an inventory must not hold",
            "remove it, and change the secret: git keeps it. Name where it is kept instead",
        )
    return None


def _secret_key(key: str) -> Said | None:
    """Return what is wrong with a key under which a secret would stand."""
    if key.casefold().endswith(_SECRET_KEY_ENDS) and re.match(_SECRET_KEY, key):
        return (
            "{!r} looks like a secret, which an inventory must not hold",
            "remove it, and change the secret: git keeps it. soccheck needs no password here",
        )
    return None


class _Abandon(Exception):  # noqa: N818  - control flow, never seen outside this module
    """Ends a file whose faults would multiply: too deep, too large, a second document."""


class _Builder:
    """Builds plain dicts and lists straight from parser events, noting each key's place.

    No node objects in between: that is what makes it several times faster than PyYAML's loader.
    """

    def __init__(self, source: Source, raw: bytes, *, nulls: bool) -> None:
        self.source = source
        self.nulls = nulls
        self.marks = source.marks
        self.next: Callable[[], Any] = libyaml.Parser(raw).get_event
        self.scalars: dict[str, Any] = {}
        self.keys: set[str] = set()
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.nodes = 0
        self.unfolded = 0
        self.depth = 0

    def fault(self, mark: Any, message: str, hint: str | None = None) -> None:
        where = Location(self.source.path, mark.line + 1, mark.column + 1)
        self.source.problems.append(Problem(where, message, hint))
        if len(self.source.problems) >= MAX_FAULTS:
            # Each fault takes time and a line of the log: a hostile file has no end of them.
            text = f"more than {MAX_FAULTS} faults: the rest is not read"
            self.source.problems.append(Problem(where, text, "correct these first"))
            raise _Abandon

    def abandon(self, mark: Any, message: str, hint: str | None = None) -> NoReturn:
        self.fault(mark, message, hint)
        raise _Abandon

    def document(self) -> Any:
        """Return the tree of the only document; an empty file is an empty mapping."""
        data: Any = {}
        seen = False
        while (event := self.next()) is not STREAM_END:
            if type(event) is Document:
                if seen:
                    self.abandon(event.mark, "a second document", "keep one document in a file")
                seen = True
                first = self.next()
                empty = type(first) is tuple and not first[0]
                data = {} if empty else self.value(first)
        return data

    def value(self, event: Any) -> Any:
        """Return what `event` begins."""
        self.nodes += 1
        kind = type(event)
        if kind is tuple:
            text, mark = event
            return self.scalars[text] if text in self.scalars else self.plain(text, mark)
        if kind is not Start:
            return self.unusual(event) if kind is Scalar else self.alias(event)
        if event.tag is not None:
            self.fault(event.mark, f"the tag {event.tag!r} is not accepted", "remove the tag")
        if self.depth >= MAX_DEPTH:
            self.abandon(event.mark, f"nested deeper than {MAX_DEPTH} levels", "flatten the data")
        before = self.nodes
        self.depth += 1
        node = self.mapping() if event.mapping else self.sequence()
        self.depth -= 1
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, self.nodes - before + 1)
        return node

    def mapping(self) -> dict[str, Any]:
        """Return the mapping whose start event was just read."""
        node: dict[str, Any] = {}
        marks: list[int] = []
        following, keys, value_of, scalars = self.next, self.keys, self.value, self.scalars
        while (event := following()) is not MAPPING_END:
            if type(event) is tuple:
                key, mark = event
                if key not in keys:
                    self.new_key(key, mark)
            else:
                key, mark = self.unusual_key(event)
            inner = following()
            if type(inner) is tuple and inner[0] in scalars:
                self.nodes += 1  # as `value` does: most values are plain texts met before
                value = scalars[inner[0]]
            else:
                value = value_of(inner)
            if key in node:
                first = self.source.location(marks[list(node).index(key)])
                hint = f"it stands first at {first}: merge the two, or delete one"
                self.fault(mark, f"the key {key!r} stands here a second time", hint)
                self.source.dropped.append(value)
                continue
            node[key] = value
            column = mark.column + 1
            marks.append(
                mark.line + 1 << COLUMN_BITS | (column if column < MAX_COLUMN else MAX_COLUMN)
            )
        if marks:
            self.marks[id(node)] = marks
        return node

    def sequence(self) -> list[Any]:
        """Return the sequence whose start event was just read."""
        node: list[Any] = []
        marks: list[int] = []
        while (event := self.next()) is not SEQUENCE_END:
            mark = event[1]  # where each kind of event has it, but the last
            column = mark.column + 1
            marks.append(
                mark.line + 1 << COLUMN_BITS | (column if column < MAX_COLUMN else MAX_COLUMN)
            )
            node.append(self.value(event))
        if marks:
            self.marks[id(node)] = marks
        return node

    def unusual_key(self, event: Any) -> tuple[str, Any]:
        """Return a key that is quoted, anchored or tagged, and its place."""
        if type(event) is not Scalar:
            self.abandon(event.mark, "a key must be a plain text", "use a name as the key")
        key, mark = event.text, event.mark
        if event.anchor is not None or event.tag is not None:
            self.fault(mark, "a key takes no anchor and no tag", "write the key plainly")
        elif event.plain:
            if key not in self.keys:
                self.new_key(key, mark)
        elif key not in self.keys:
            if said := _secret_key(key):
                self.report(said, key, mark)
            elif not _trap(key):
                self.keys.add(key)  # a quoted "no" is no licence for a plain one
        return key, mark

    def new_key(self, key: str, mark: Any) -> None:
        """Judge a plain key's text the first time it is met; a faulty one is reported each time."""
        if said := _MERGE if key == "<<" else _secret_key(key) or _trap(key):
            self.report(said, key, mark)
        else:
            self.keys.add(key)

    def plain(self, text: str, mark: Any) -> Any:
        """Return the value of an unquoted scalar the first time its text is met."""
        value: Any = text
        if text == "true" or text == "false":
            value = text == "true"
        elif text == "null" and self.nulls:
            value = None
        elif text[:1] in _NUMBER_HEAD and (clear := _CLEAR.match(text)) and clear[1]:
            value = self.number(float if clear[2] else int, text, mark)
        elif said := _trap(text) or _secret(text):
            self.report(said, text, mark)
            return text
        self.scalars[text] = value
        return value

    def number(self, kind: type[int] | type[float], text: str, mark: Any) -> int | float | str:
        if len(text) > 18:
            self.fault(mark, f"the number {text[:18]}… has too many digits", "quote it as text")
            return text
        return kind(text)

    def report(self, said: Said, text: str, mark: Any) -> None:
        message, hint = said
        self.fault(mark, message.format(text), hint.format(text))

    def unusual(self, event: Scalar) -> Any:
        """Return a quoted, anchored or tagged scalar."""
        text, mark = event.text, event.mark
        if event.tag is not None and event.tag != "!":
            self.fault(mark, f"the tag {event.tag!r} is not accepted", "remove the tag")
        value = self.plain(text, mark) if event.plain else text
        if not event.plain and (said := _secret(text)):
            self.report(said, text, mark)
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, 1)
        return value

    def alias(self, event: Alias) -> Any:
        """Return what an alias stands for, counting it as if written out (an alias bomb ends here)."""
        if event.anchor not in self.anchors:
            hint = "define it first: &name before the value, *name where it is used again"
            message = f"*{event.anchor} names no anchor that ends before it"
            self.abandon(event.mark, message, hint)
        value, size = self.anchors[event.anchor]
        self.nodes += size
        self.unfolded += size
        allowed = MAX_UNFOLDED + 10 * (self.nodes - self.unfolded)
        if self.unfolded > allowed:
            text = f"aliases unfold to more than {allowed} values"
            self.abandon(event.mark, text, "write the values out")
        return value
