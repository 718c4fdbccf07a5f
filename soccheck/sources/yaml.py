"""Strict YAML over PyYAML's C parser: every fault found, each with path, line and column.

Values are those of JSON: text, numbers, true, false, lists and mappings. Whatever YAML 1.1 and 1.2
read differently (`no`, `0600`, `22:30`, `1.10`) is a fault, so that nobody has to know which is used.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

import yaml

from soccheck.model import Location, Mark, Problem
from soccheck.sources import secrets
from soccheck.sources.files import Fault
from soccheck.sources.source import Source
from soccheck.sources.yaml_traps import MERGE_KEY, number, trap

MAX_DEPTH = 40
MAX_UNFOLDED = 100_000  # values that aliases add, beside ten for each value written out
MAX_FAULTS = 1000

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


def parse(raw: bytes | Fault, shown: str, *, nulls: bool = False) -> Source:
    """Parse the bytes of one file; every fault is in the result's `problems`, never raised.

    `nulls` lets `null` stand, for files that are laid over others and take something away.
    """
    source = Source(shown)
    if isinstance(raw, Fault):
        start = Location(shown, 1, 1)
        source.problems.append(Problem(start, raw.message, raw.hint))
        return source
    source.problems += _no_text(raw, shown)
    if source.problems:
        return source
    try:
        source.data = _Builder(source, raw, nulls=nulls).document()
    except _Abandon:
        pass
    except yaml.MarkedYAMLError as error:
        source.problems = _met_before(raw, error, nulls, shown) or [
            *source.problems,
            _not_yaml(raw, error, source),
        ]
    except yaml.YAMLError as error:
        said = str(error).splitlines()[0] if str(error) else "not YAML"
        position = getattr(error, "position", None)
        where = _place(raw, position if isinstance(position, int) else 0, source.path)
        hint = "remove control characters"
        source.problems.append(Problem(where, f"not YAML: {said}", hint))
    return source


def _not_yaml(raw: bytes, error: yaml.MarkedYAMLError, source: Source) -> Problem:
    """Return the parser's fault, with what to do."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    said = error.problem or error.context or "not YAML"
    hint = _ADVICE.get(said, "correct the line, or the one before it")
    lines = re.split(rb"\r\n?|\n", raw)
    if lines[min(line, len(lines)) - 1].lstrip(b" ").startswith(b"\t"):
        hint = "a tab cannot indent: use spaces"
    where = source.location((line, column))
    return Problem(where, f"not YAML: {said}", hint)


def _met_before(raw: bytes, error: yaml.MarkedYAMLError, nulls: bool, shown: str) -> list[Problem]:
    """Return the faults up to the one of ours that ends the file before the parser's; else none.

    The parser reads ahead, by a line at most, and has a limit to nesting of its own since libyaml
    0.2.6: what stands before its fault is read again, so that ours comes first in every version.
    """
    before = Source(shown)
    mark = error.problem_mark or error.context_mark
    text = raw.decode("utf-8-sig")[: mark.index] if mark else ""
    try:
        _Builder(before, text.encode(), nulls=nulls).document()
    except _Abandon as abandoned:
        end = abandoned.event.end_mark
        # What ends where the text was cut off may be half of what was written.
        return before.problems if end is not None and end.index < len(text) else []
    except yaml.YAMLError:
        return []  # what stands before a fault is seldom whole
    return []


def _start(event: yaml.Event) -> Mark:
    """Return where an event's text begins, as editors count it: the parser counts from 0."""
    at = event.start_mark
    assert at is not None  # the C parser marks every event
    return at.line + 1, at.column + 1


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


class _Abandon(Exception):  # noqa: N818  - control flow, never seen outside this module
    """Ends a file whose faults would multiply: too deep, too large, a second document."""

    def __init__(self, event: yaml.Event) -> None:
        self.event = event


class _Builder:
    """Builds plain dicts and lists straight from parser events, noting each key's place.

    No node objects in between: that is what makes it several times faster than PyYAML's loader.
    """

    def __init__(self, source: Source, raw: bytes, *, nulls: bool) -> None:
        self.source = source
        self.nulls = nulls
        self.events = yaml.parse(raw, Loader=yaml.CSafeLoader)
        self.scalars: dict[str, Any] = {}  # plain texts met before -> their value
        self.keys: set[str] = set()  # plain keys met before, and found good
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.nodes = 0
        self.unfolded = 0
        self.depth = 0

    def document(self) -> Any:
        """Return the tree of the only document; an empty file is an empty mapping."""
        data: Any = {}
        seen = False
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if seen:
                    hint = "keep one document in a file"
                    self.abandon(event, "a second document", hint)
                seen = True
                first = next(self.events)
                data = {} if _is_empty(first) else self.value(first)
        return data

    def value(self, event: yaml.Event) -> Any:
        """Return what `event` begins."""
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if isinstance(event, yaml.CollectionStartEvent):
            return self.collection(event)
        assert isinstance(event, yaml.AliasEvent)
        return self.alias(event)

    def collection(self, event: yaml.CollectionStartEvent) -> Any:
        """Return the mapping or the sequence whose start event was just read."""
        before = self.nodes
        self.nodes += 1
        if event.tag is not None:
            text = f"the tag {event.tag!r} is not accepted"
            self.fault(event, text, "remove the tag")
        if self.depth >= MAX_DEPTH:
            self.abandon(event, f"nested deeper than {MAX_DEPTH} levels", "flatten the data")
        self.depth += 1
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        node = self.mapping() if is_mapping else self.sequence()
        self.depth -= 1
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, self.nodes - before)
        return node

    def mapping(self) -> dict[str, Any]:
        """Return the mapping whose start event was just read."""
        node: dict[str, Any] = {}
        marks: list[Mark] = []
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.key(event)
            value = self.value(next(self.events))
            if key in node:
                first = self.source.location(marks[list(node).index(key)])
                hint = f"it stands first at {first}: merge the two, or delete one"
                self.fault(event, f"the key {key!r} stands here a second time", hint)
                self.source.dropped.append(value)
                continue
            node[key] = value
            marks.append(_start(event))
        if marks:
            self.source.marks[id(node)] = marks
        return node

    def sequence(self) -> list[Any]:
        """Return the sequence whose start event was just read."""
        node: list[Any] = []
        marks: list[Mark] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            marks.append(_start(event))
            node.append(self.value(event))
        if marks:
            self.source.marks[id(node)] = marks
        return node

    def key(self, event: yaml.Event) -> str:
        """Return a key; a faulty one is reported each time it is met."""
        if not isinstance(event, yaml.ScalarEvent):
            self.abandon(event, "a key must be a plain text", "use a name as the key")
        key: str = event.value
        if event.anchor is not None or event.tag is not None:
            text = "a key takes no anchor and no tag"
            self.fault(event, text, "write the key plainly")
        elif key not in self.keys:
            disputed = MERGE_KEY if key == "<<" else trap(key)
            said = secrets.in_key(key) or (disputed if event.implicit[0] else None)
            if said:
                self.say(said, event)
            elif not disputed:
                self.keys.add(key)  # a quoted "no" is no licence for a plain one
        return key

    def scalar(self, event: yaml.ScalarEvent) -> Any:
        """Return the value of a scalar: a plain one is what every reader takes it for, or a fault."""
        self.nodes += 1
        if event.tag is not None and event.tag != "!":
            text = f"the tag {event.tag!r} is not accepted"
            self.fault(event, text, "remove the tag")
        value: Any = event.value
        if event.implicit[0]:
            value = self.scalars[value] if value in self.scalars else self.plain(event)
        elif said := secrets.in_text(value):
            self.say(said, event)
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, 1)
        return value

    def plain(self, event: yaml.ScalarEvent) -> Any:
        """Return the value of an unquoted scalar the first time its text is met."""
        text: str = event.value
        value: Any = text
        if text in ("true", "false"):
            value = text == "true"
        elif text == "null" and self.nulls:
            value = None
        elif kind := number(text):
            if len(text) > 18:
                said = f"the number {text[:18]}… has too many digits"
                self.fault(event, said, "quote it as text")
                return text
            value = kind(text)
        elif fault := trap(text) or secrets.in_text(text):
            self.say(fault, event)
            return text
        self.scalars[text] = value
        return value

    def alias(self, event: yaml.AliasEvent) -> Any:
        """Return what an alias stands for, counting it as if written out (an alias bomb ends here)."""
        self.nodes += 1
        if event.anchor not in self.anchors:
            hint = "define it first: &name before the value, *name where it is used again"
            text = f"*{event.anchor} names no anchor that ends before it"
            self.abandon(event, text, hint)
        value, size = self.anchors[event.anchor]
        self.nodes += size
        self.unfolded += size
        allowed = MAX_UNFOLDED + 10 * (self.nodes - self.unfolded)
        if self.unfolded > allowed:
            text = f"aliases unfold to more than {allowed} values"
            self.abandon(event, text, "write the values out")
        return value

    def say(self, said: tuple[str, str], event: yaml.ScalarEvent) -> None:
        """Report what is wrong with a scalar's text."""
        message, hint = said
        self.fault(event, message.format(event.value), hint.format(event.value))

    def fault(self, event: yaml.Event, message: str, hint: str) -> None:
        """Keep a fault; raises `_Abandon` where there are too many."""
        where = self.source.location(_start(event))
        self.source.problems.append(Problem(where, message, hint))
        if len(self.source.problems) >= MAX_FAULTS:
            # Each fault takes time and a line of the log: a hostile file has no end of them.
            text = f"more than {MAX_FAULTS} faults: the rest is not read"
            self.source.problems.append(Problem(where, text, "correct these first"))
            raise _Abandon(event)

    def abandon(self, event: yaml.Event, message: str, hint: str) -> NoReturn:
        self.fault(event, message, hint)
        raise _Abandon(event)


def _is_empty(event: yaml.Event) -> bool:
    """Return whether a document begins with the nothing that it also ends with."""
    if not isinstance(event, yaml.ScalarEvent):
        return False
    bare = event.anchor is None and event.tag is None and event.implicit[0]
    return bare and not event.value
