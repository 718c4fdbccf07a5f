"""Strict YAML over PyYAML's C parser: every fault found, each with path, line and column.

Values are those of JSON: text, numbers, true, false, lists and mappings. Whatever YAML 1.1 and 1.2
read differently (`no`, `0600`, `22:30`, `1.10`) is a fault, so that nobody has to know which is used.
"""

from __future__ import annotations

import contextlib
import gc
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

import yaml
from yaml._yaml import CParser

from soccheck.files import Fault
from soccheck.model import COLUMN_BITS, Location, Problem

MAX_DEPTH = 40
MAX_UNFOLDED = 100_000  # values that aliases add, beside ten for each value written out
MAX_FAULTS = 1000
MAX_COLUMN = (1 << COLUMN_BITS) - 1

# What a YAML 1.1 reader (PyYAML and most others) takes for something else than the text it looks like.
_TRAPS = (
    (
        r"(?i:(?:yes|no|on|off|y|n)\Z)",
        "some readers take {!r} for true or false",
        'write true or false, or quote it: "{}"',
    ),
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
        r"(?i:(?=[^_]*_)[-+]?(?:[0-9][0-9_]*\.?|\.[0-9])[0-9_]*\Z|[-+]?\.(?:inf|nan)\Z)",
        "{!r} is a number to some readers and text to others",
        'write plain digits, or quote it: "{}"',
    ),
    (
        r"[-+]?(?:[0-9][0-9_]*\.?|\.[0-9])[0-9_]*[eE][-+]?[0-9]+\Z",
        "{!r} is a number to some readers and text to others",
        'quote it: "{}"',
    ),
    (
        r"(?:True|TRUE|False|FALSE)\Z",
        "{!r} is written true or false",
        "use small letters",
    ),
    (
        r"(?:~|null|Null|NULL|=|<<)?\Z",
        "there is nothing here ({!r})",
        "leave the key out when nothing is known, or give it a value",
    ),
    (
        r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9].*",
        "{!r} is a date and time to some readers",
        'quote it: "{}"',
    ),
)
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]*[1-9]\Z")
_TRAP = re.compile("|".join(f"({pattern})" for pattern, _, _ in _TRAPS))
_TRAP_HEAD = frozenset("0123456789+-.yYnNoOtTfF~=<")

_SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\$(?:1|2[aby]|5|6|y|argon2id?)\$[./A-Za-z0-9=,$]{8}"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30}|\bglpat-[A-Za-z0-9_-]{20}"
    r"|\bxox[abpr]-[A-Za-z0-9-]{10}|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\."
    r"|\b(?i:passw(?:or)?d|passphrase|mật khẩu)\s*[:=]\s*\S"
    r"|://[^/\s:@]*:[^/\s:@]+@|PuTTY-User-Key-File|\$ANSIBLE_VAULT;"
)
_SECRET_MARK = re.compile(r"[:=$]|-----B|A[KS]IA|gh[pousr]_|glpat-|xox|eyJ|PuTTY")
"""Stands in whatever `_SECRET` finds, and in few other texts: those alone need the slower look."""
_SECRET_KEY = re.compile(
    r"(?:.*[_-])?(?:passw(?:or)?d|pwd|passphrase|secret|token|(?:api|private|access|secret)[_-]?key|credentials?"
    r"|community|mat_?khau)(?:[_-](?:hash|value))?\Z",
    re.I,
)


_BREAKS = re.compile(rb"\xc2\x85|\xe2\x80[\xa8\xa9]")
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

    def places(self, node: Any, at: Location) -> list[Location]:
        """Return where each key or item of `node` stands: where it stands itself, if nothing is known."""
        marks = self.marks.get(id(node))
        return [at] * len(node) if marks is None else [self.location(mark) for mark in marks]

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
        end = self.location(marks[i + 1]) if i + 1 < len(marks) else start._replace(column=1 << 30)
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
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        where = _place(raw, error.start, source.path)
        text = f"not UTF-8: byte 0x{raw[error.start]:02x}"
        source.problems.append(Problem(where, text, "save the file as UTF-8"))
        return source
    broken = _BREAKS.search(raw)
    if broken:
        where = _place(raw, broken.start(), source.path)
        text = f"a line break to some readers only: U+{ord(broken[0].decode()):04X}"
        source.problems.append(Problem(where, text, "end the line, or write a space"))
        return source
    try:
        with _without_gc():
            source.data = _Builder(source, CParser(raw), nulls=nulls).document()
    except _Abandon:
        pass
    except yaml.MarkedYAMLError as error:
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
    except yaml.YAMLError as error:
        said = str(error).splitlines()[0] if str(error) else "not YAML"
        position = getattr(error, "position", None)
        where = _place(raw, position if isinstance(position, int) else 0, source.path)
        source.problems.append(Problem(where, f"not YAML: {said}", "remove control characters"))
    return source


def _place(raw: bytes, position: int, path: str) -> Location:
    """Return the line and column of a byte; columns count characters, as editors do."""
    head = raw[:position]
    column = len(head[head.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    return Location(path, head.count(b"\n") + 1, column)


class _Abandon(Exception):  # noqa: N818  - control flow, never seen outside this module
    """Ends a file whose faults would multiply: too deep, too large, a second document."""


class _Builder:
    """Builds plain dicts and lists straight from parser events, noting each key's place.

    No node objects in between: that is what makes it several times faster than PyYAML's loader.
    """

    def __init__(self, source: Source, parser: Any, *, nulls: bool) -> None:
        self.source = source
        self.nulls = nulls
        self.marks = source.marks
        self.next: Callable[[], Any] = parser.get_event
        self.scalars: dict[str, Any] = {}
        self.keys: set[str] = set()
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.nodes = 0
        self.unfolded = 0
        self.depth = 0

    def fault(self, event: Any, message: str, hint: str | None = None) -> None:
        mark = event.start_mark
        where = Location(self.source.path, mark.line + 1, mark.column + 1)
        self.source.problems.append(Problem(where, message, hint))
        if len(self.source.problems) >= MAX_FAULTS:
            # Each fault takes time and a line of the log: a hostile file has no end of them.
            text = f"more than {MAX_FAULTS} faults: the rest is not read"
            self.source.problems.append(Problem(where, text, "correct these first"))
            raise _Abandon

    def abandon(self, event: Any, message: str, hint: str | None = None) -> NoReturn:
        self.fault(event, message, hint)
        raise _Abandon

    def document(self) -> Any:
        """Return the tree of the only document; an empty file is an empty mapping."""
        data: Any = {}
        seen = False
        while (event := self.next()).__class__ is not yaml.StreamEndEvent:
            kind = event.__class__
            if kind is yaml.DocumentStartEvent:
                if seen:
                    self.abandon(event, "a second document", "keep one document in a file")
                seen = True
                first = self.next()
                empty = first.__class__ is yaml.ScalarEvent and first.implicit[0]
                empty = empty and first.value == ""
                data = {} if empty else self.value(first)
        return data

    def value(self, event: Any) -> Any:
        """Return what `event` begins."""
        kind = event.__class__
        self.nodes += 1
        if kind is yaml.ScalarEvent:
            if event.anchor is None and event.tag is None and event.implicit[0]:
                try:
                    return self.scalars[event.value]
                except KeyError:
                    return self.plain(event)
            return self.unusual(event)
        if kind is yaml.AliasEvent:
            return self.alias(event)
        if event.tag is not None:
            self.fault(event, f"the tag {event.tag!r} is not accepted", "remove the tag")
        if self.depth >= MAX_DEPTH:
            self.abandon(event, f"nested deeper than {MAX_DEPTH} levels", "flatten the data")
        before = self.nodes
        self.depth += 1
        node = self.mapping() if kind is yaml.MappingStartEvent else self.sequence()
        self.depth -= 1
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, self.nodes - before + 1)
        return node

    def mapping(self) -> dict[str, Any]:
        """Return the mapping whose start event was just read."""
        node: dict[str, Any] = {}
        marks: list[int] = []
        following, keys, value_of, scalars = self.next, self.keys, self.value, self.scalars
        end, scalar = yaml.MappingEndEvent, yaml.ScalarEvent
        while (event := following()).__class__ is not end:
            if event.__class__ is not scalar:
                self.abandon(event, "a key must be a plain text", "use a name as the key")
            key = event.value
            if key not in keys or event.tag is not None:
                self.new_key(event, key)
            inner = following()
            text = inner.value if inner.__class__ is scalar and inner.implicit[0] else None
            if text in scalars and inner.anchor is None and inner.tag is None:
                self.nodes += 1  # as `value` does: most values are plain texts met before
                value = scalars[text]
            else:
                value = value_of(inner)
            mark: Any = event.start_mark
            if key in node:
                first = self.source.location(marks[list(node).index(key)])
                hint = f"it stands first at {first}: merge the two, or delete one"
                self.fault(event, f"the key {key!r} stands here a second time", hint)
                self.source.dropped.append(value)
                continue
            node[key] = value
            marks.append(mark.line + 1 << COLUMN_BITS | min(mark.column + 1, MAX_COLUMN))
        if marks:
            self.marks[id(node)] = marks
        return node

    def sequence(self) -> list[Any]:
        """Return the sequence whose start event was just read."""
        node: list[Any] = []
        marks: list[int] = []
        end = yaml.SequenceEndEvent
        while (event := self.next()).__class__ is not end:
            mark = event.start_mark
            marks.append(mark.line + 1 << COLUMN_BITS | min(mark.column + 1, MAX_COLUMN))
            node.append(self.value(event))
        if marks:
            self.marks[id(node)] = marks
        return node

    def new_key(self, event: Any, key: str) -> None:
        """Judge a key text the first time it is met; a faulty one is reported each time."""
        if event.anchor is not None or event.tag is not None:
            self.fault(event, "a key takes no anchor and no tag", "write the key plainly")
        elif key == "<<" and event.implicit[0]:
            hint = "write the keys out, or use an alias for the whole value"
            self.fault(event, "the merge key << is not read the same way everywhere", hint)
        elif _SECRET_KEY.match(key):
            hint = "remove it, and change the secret: git keeps it. soccheck needs no password here"
            self.fault(
                event, f"{key!r} looks like a secret, which an inventory must not hold", hint
            )
        elif event.implicit[0] and self.trap(event, key):
            pass
        elif event.implicit[0] or not _TRAP.match(
            key
        ):  # a quoted "no" is no licence for a plain one
            self.keys.add(key)

    def plain(self, event: Any) -> Any:
        """Return the value of an unquoted scalar the first time its text is met."""
        text: str = event.value
        value: Any = text
        if not text or text[0] in _TRAP_HEAD:
            if text in ("true", "false"):
                value = text == "true"
            elif text == "null" and self.nulls:
                value = None
            elif _INT.match(text):
                value = self.number(event, int, text)
            elif _FLOAT.match(text):
                value = self.number(event, float, text)
            elif self.trap(event, text):
                return text
        if self.secret(event, text):
            return text
        self.scalars[text] = value
        return value

    def number(self, event: Any, kind: type[int] | type[float], text: str) -> int | float | str:
        if len(text) > 18:
            self.fault(event, f"the number {text[:18]}… has too many digits", "quote it as text")
            return text
        return kind(text)

    def trap(self, event: Any, text: str) -> bool:
        """Report a scalar that readers of YAML disagree about; say whether it was one."""
        match = _TRAP.match(text)
        if match is None:
            return False
        _, message, hint = _TRAPS[(match.lastindex or 1) - 1]
        self.fault(event, message.format(text), hint.format(text))
        return True

    def secret(self, event: Any, text: str) -> bool:
        if not _SECRET_MARK.search(text) or not _SECRET.search(text):
            return False
        hint = "remove it, and change the secret: git keeps it. Name where it is kept instead"
        self.fault(event, "this looks like a secret, which an inventory must not hold", hint)
        return True

    def unusual(self, event: Any) -> Any:
        """Return a quoted, anchored or tagged scalar."""
        if event.tag is not None and event.tag != "!":
            self.fault(event, f"the tag {event.tag!r} is not accepted", "remove the tag")
        value = self.plain(event) if event.implicit[0] else str(event.value)
        if not event.implicit[0]:
            self.secret(event, event.value)
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, 1)
        return value

    def alias(self, event: Any) -> Any:
        """Return what an alias stands for, counting it as if written out (an alias bomb ends here)."""
        if event.anchor not in self.anchors:
            hint = "define it first: &name before the value, *name where it is used again"
            self.abandon(event, f"*{event.anchor} names no anchor that ends before it", hint)
        value, size = self.anchors[event.anchor]
        self.nodes += size
        self.unfolded += size
        allowed = MAX_UNFOLDED + 10 * (self.nodes - self.unfolded)
        if self.unfolded > allowed:
            text = f"aliases unfold to more than {allowed} values"
            self.abandon(event, text, "write the values out")
        return value
