"""Strict YAML over PyYAML's C parser: every fault found, each with path, line and column.

Values are those of JSON: text, numbers, true, false, lists and mappings. Whatever YAML 1.1 and 1.2
read differently (`no`, `0600`, `22:30`, `1.10`) is a fault, so that nobody has to know which is used.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

import yaml

from soccheck.model import Location, Mark, Problem, by_place
from soccheck.phrase import Phrase, phrase
from soccheck.sources import secrets
from soccheck.sources.files import Fault
from soccheck.sources.garbled import ERROR_BEHIND, cell_error, garbled
from soccheck.sources.source import Source
from soccheck.sources.yaml_advice import UNSEEN, advice, opens_there
from soccheck.sources.yaml_text import no_text, pasted, place, unmerged
from soccheck.sources.yaml_traps import (
    COMMENT,
    MERGE_KEY,
    NO_COLON,
    cut_off,
    number,
    office_quotes,
    trap,
)

MAX_DEPTH = 40
MAX_UNFOLDED = 100_000  # values that aliases add, beside ten for each value written out
MAX_FAULTS = 1000
_NEAR = 80  # characters before a value in which its colon is looked for
_TAGGED = phrase("the tag {tag} is not accepted")
_NO_TAG = phrase("quote a text that begins with !, or remove the tag")


def parse(raw: bytes | Fault, shown: str, *, nulls: bool = False) -> Source:
    """Parse the bytes of one file; every fault is in the result's `problems`, never raised.

    `nulls` lets `null` stand, for files that are laid over others and take something away.
    """
    source = Source(shown)
    if isinstance(raw, Fault):
        source.problems.append(Problem(Location(shown, 1, 1), raw.message, raw.hint))
        return source
    source.problems += no_text(raw, shown) or unmerged(raw, shown) or pasted(raw, shown)
    if source.problems:
        return source
    try:
        source.data = _Builder(source, raw, nulls=nulls).document()
    except _Abandon:
        pass
    except yaml.MarkedYAMLError as error:
        told = _not_yaml(raw, error, source)
        # What was found in the line that is no YAML is a part of that.
        mark = error.problem_mark
        # The key above it had its value there.
        line = by_place(told).line
        lines = {line - 1, line, mark.line + 1 if mark else 0}
        before = [one for one in source.problems if by_place(one).line not in lines]
        source.problems = _met_before(raw, error, nulls, shown) or [*before, told]
    except yaml.YAMLError as error:
        position = getattr(error, "position", None)
        where = place(raw, position if isinstance(position, int) else 0, source.path)
        source.problems.append(Problem(where, *UNSEEN))
    return source


def _not_yaml(raw: bytes, error: yaml.MarkedYAMLError, source: Source) -> Problem:
    """Return the parser's fault, with what to do."""
    told = error.problem or error.context or "?"
    mark = error.problem_mark or error.context_mark
    lines = re.split(r"\r\n?|\n", raw.decode("utf-8"))
    opened = error.context_mark
    if opened is not None and mark is not None and opens_there(told, lines, opened.line, mark.line):
        mark = opened
    at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    text, hint, at = advice(told, lines, at)
    return Problem(source.location(at), phrase("not YAML: {what}", what=text), hint)


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
        self.text = raw.decode("utf-8")
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
                    hint = phrase("keep one document in a file: remove the line ---")
                    self.abandon(event, phrase("a second document"), hint)
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
            self.fault(event, _TAGGED.of(tag=repr(event.tag)), _NO_TAG)
        if self.depth >= MAX_DEPTH:
            text = phrase("nested deeper than {limit} levels", limit=MAX_DEPTH)
            self.abandon(event, text, phrase("flatten the data"))
        self.depth += 1
        node = self.mapping() if isinstance(event, yaml.MappingStartEvent) else self.sequence()
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
                text = phrase("the key {key} stands here a second time", key=repr(key))
                hint = phrase(
                    "it stands first at {place}: merge the two, or delete one", place=first
                )
                self.fault(event, text, hint)
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
            text, hint = phrase("a key must be a plain text"), phrase("use a name as the key")
            at = event.start_mark
            if at is not None and self.text[at.index - 1 : at.index + 1] == "{{":
                text = phrase("{{{{ }}}} is filled in by a program that makes files, and not here")
                hint = phrase("write the value itself")
            self.abandon(event, text, hint)
        key: str = event.value
        if event.anchor is not None or event.tag is not None:
            text = phrase("a key takes no anchor and no tag")
            self.fault(event, text, phrase("write the key plainly"))
        elif key not in self.keys:
            disputed = MERGE_KEY if key == "<<" else trap(key)
            wrong = secrets.in_key(key) or (disputed if event.implicit[0] else None)
            if wrong:
                self.fault(event, *wrong)
            elif not disputed:
                self.keys.add(key)  # a quoted "no" is no licence for a plain one
        return key

    def scalar(self, event: yaml.ScalarEvent) -> Any:
        """Return the value of a scalar: a plain one is what every reader takes it for, or a fault."""
        self.nodes += 1
        if event.tag is not None and event.tag != "!":
            self.fault(event, _TAGGED.of(tag=repr(event.tag)), _NO_TAG)
        value: Any = event.value
        if event.implicit[0]:
            value = self.scalars[value] if value in self.scalars else self.plain(event)
            if isinstance(value, str) and event.end_mark is not None:
                wrong = cut_off(value, self.text, event.end_mark.index)
                if wrong is not None:
                    self.fault(event, *wrong)
        elif wrong := _spoilt(value):
            self.fault(event, *wrong)
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
                message = phrase("the number {start}… has too many digits", start=text[:18])
                self.fault(event, message, phrase("quote it as text"))
                return text
            value = kind(text)
        elif wrong := (self.comment(event) or trap(text) or office_quotes(text) or _spoilt(text)):
            self.fault(event, *wrong)
            return text
        self.scalars[text] = value
        return value

    def alias(self, event: yaml.AliasEvent) -> Any:
        """Return what an alias stands for, counting it as if written out (an alias bomb ends here)."""
        self.nodes += 1
        if event.anchor not in self.anchors:
            hint = phrase(
                'quote a text that begins with *: "*{name}"; an alias needs &{name} before it',
                name=event.anchor,
            )
            text = phrase("*{name} names no anchor that ends before it", name=event.anchor)
            self.abandon(event, text, hint)
        value, size = self.anchors[event.anchor]
        self.nodes += size
        self.unfolded += size
        allowed = MAX_UNFOLDED + 10 * (self.nodes - self.unfolded)
        if self.unfolded > allowed:
            text = phrase("aliases unfold to more than {limit} values", limit=allowed)
            self.abandon(event, text, phrase("write the values out"))
        return value

    def comment(self, event: yaml.ScalarEvent) -> tuple[Phrase, Phrase] | None:
        """Return what is wrong where nothing stands for a value: `number: #12`, `{in: a, b}`."""
        at = event.start_mark
        if event.value or at is None:
            return None
        if self.text[max(at.index - _NEAR, 0) : at.index].rstrip()[-1:] not in (*":-?,[", ""):
            return NO_COLON
        rest = self.text[at.index :].partition("\n")[0].strip()
        if found := ERROR_BEHIND.match(rest):
            return cell_error(found["error"])
        text, hint = COMMENT
        return (text, hint.of(text=rest)) if rest[:1] == "#" and rest[1:2].strip() else None

    def fault(self, event: yaml.Event, message: Phrase, hint: Phrase) -> None:
        """Keep a fault; raises `_Abandon` where there are too many."""
        where = self.source.location(_start(event))
        self.source.problems.append(Problem(where, message, hint))
        if len(self.source.problems) >= MAX_FAULTS:
            # Each fault takes time and a line of the log: a hostile file has no end of them.
            text = phrase("more than {limit} faults: the rest is not read", limit=MAX_FAULTS)
            self.source.problems.append(Problem(where, text, phrase("correct these first")))
            raise _Abandon(event)

    def abandon(self, event: yaml.Event, message: Phrase, hint: Phrase) -> NoReturn:
        self.fault(event, message, hint)
        raise _Abandon(event)


def _spoilt(text: str) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong with a text, however it is quoted, that is a secret, or no text any more."""
    return secrets.in_text(text) or garbled(text)


def _is_empty(event: yaml.Event) -> bool:
    """Return whether a document begins with the nothing that it also ends with."""
    if not isinstance(event, yaml.ScalarEvent):
        return False
    return event.implicit[0] and not (event.anchor or event.tag or event.value)
