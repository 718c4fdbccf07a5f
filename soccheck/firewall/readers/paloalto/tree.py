"""The two forms of a PAN-OS configuration, XML and `set` lines, as one tree entered in the ledger.

Elements, names of entries, members and texts are all words below one another, as in a `set` line. Whoever
opens a node takes its words; a word that nobody takes stands for all that is below it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from soccheck.errors import ReadError, quoted
from soccheck.firewall.model import Where
from soccheck.firewall.readers.base import Text
from soccheck.firewall.readers.ledger import Ledger, Record
from soccheck.firewall.readers.markup import Element, elements
from soccheck.phrase import Phrase, phrase

DEVICE = ("network", "deviceconfig", "mgt-config", "shared", "predefined", "policy", "vsys")
"""What stands beside the virtual systems; on a device with one, its words stand at the top of `set` lines."""
NAMED = ("entry", "member")
"""Elements whose own name says nothing: their name or text is the word."""
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""What newer versions print after the name of a rule."""
AROUND = ("response", "result", "config", "devices", "entry")
"""Elements around the whole of a configuration."""


@dataclass(slots=True)
class PanNode:
    """A word and the words below it."""

    word: str
    where: Where
    ledger: Ledger
    inner: dict[str, PanNode] = field(default_factory=dict)
    opened: Record | None = None
    beside: list[PanNode] = field(default_factory=list)
    """What stands below its harmless words, opened with it."""

    @property
    def record(self) -> Record:
        """Return its entry in the ledger; raises `ValueError` where nobody opened it."""
        if self.opened is None:
            raise ValueError(phrase("{word} is not open", word=self.word))
        return self.opened

    def open(self, section: str) -> PanNode:
        """Enter the words below it in the ledger, once."""
        if self.opened is None:
            values = {name: list(node.inner) for name, node in self.inner.items()}
            shown = f"{section} {self.word}".strip() if section.endswith("*") else section
            self.opened = self.ledger.record(section, self.where, shown, values)
            for key, node in self.inner.items():
                self._known(key, node, f"{section}/{key}".strip("/"))
        return self

    def _known(self, key: str, node: PanNode, section: str) -> None:
        """Open what the vocabulary lists below a word; elsewhere nothing but values may stand there."""
        deep = [found for found in node.inner.values() if found.inner]
        if self.ledger.is_listed(section):
            self.beside.append(node.open(section))
        elif deep and self.ledger.is_listed(f"{section}/*"):
            self.beside += [found.open(f"{section}/*") for found in deep]
        elif not deep or self.ledger.vocabulary.is_whole(self.record.section, key):
            return
        elif self.record.harmless(key):
            for found in deep:
                self.record.doubtful(" ".join([key, found.word, *found.inner]))

    def __contains__(self, key: str) -> bool:
        return key in self.record

    def words(self, key: str) -> list[str]:
        """Take the values of a key; one with further words below it makes the node doubtful."""
        found = self.record.words(key)
        for name in found:
            if self.inner[key].inner[name].inner:
                self.record.doubtful(f"{key} {name} {' '.join(self.inner[key].inner[name].inner)}")
        return found

    def whole(self, key: str) -> bool:
        """Take all that stands below a key, however deep; tell whether there is any."""
        self.record.words(key)
        return key in self.record

    def get(self, key: str, default: str = "") -> str:
        """Take the one value of a key; more than one makes the node doubtful."""
        found = self.words(key)
        if len(found) > 1:
            self.record.doubtful(f"{key} {' '.join(found)}")
        return found[-1] if found else default

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Take a key that is `yes` or `no`."""
        value = self.get(key, "" if key in self else "yes" if default else "no")
        if value not in ("yes", "no"):
            self.record.doubtful(f"{key} {value}")
            return default
        return value == "yes"

    def at(self, *path: str) -> PanNode | None:
        """Open what stands at a path."""
        node = self
        for key in path:
            if key not in node.record:
                return None
            node.record.words(key)
            node = node.inner[key].open(f"{node.record.section}/{key}".strip("/"))
        return node

    def entries(self, *path: str) -> Iterator[PanNode]:
        """Open the entries of the table at a path and yield them."""
        outer = self.at(*path[:-1])
        key = path[-1]
        if outer is None or key not in outer.record:
            return
        outer.record.words(key)
        for node in outer.inner[key].inner.values():
            yield node.open(f"{outer.record.section}/{key}/*".strip("/"))

    def left(self) -> list[Phrase | str]:
        """Return what nobody took of it, and of what stands below its harmless words."""
        return [*self.record.left(), *(text for node in self.beside for text in node.left())]

    def pass_over(self) -> None:
        """Account for all below it: it is switched off."""
        self.record.pass_over()
        for node in self.beside:
            node.pass_over()


def grown(root: PanNode, path: list[str], where: Where) -> PanNode:
    """Return the node at the end of a path, which grows where it is not there."""
    for word in path:
        if word not in root.inner:
            root.inner[word] = PanNode(word, where, root.ledger)
        root = root.inner[word]
    return root


def parse(text: Text, ledger: Ledger) -> PanNode:
    """Return the root; raises `ReadError` for what is neither form, or is cut off."""
    root = PanNode("configuration", text.at(1), ledger)
    (_xml if text.content.lstrip()[:1] == "<" else _lines)(text, root)
    return root.open("")


def _lines(text: Text, root: PanNode) -> None:
    pending, started = "", 0
    for number, raw in text.numbered():
        line = raw.strip()
        if not pending and (not line or line.startswith("#")):
            continue
        # A quoted value (a certificate, a banner) goes on over several lines.
        pending = f"{pending}\n{raw}" if pending else line
        started = started or number
        if pending.count('"') % 2:
            continue
        where, line = text.at(started), pending
        pending, started = "", 0
        try:
            found = shlex.split(line) if '"' in line or "'" in line else line.split()
        except ValueError as error:
            raise ReadError(
                where, phrase("cannot read the line: {error}", error=quoted(error))
            ) from error
        if found[0] != "set" or len(found) < 2:
            raise ReadError(
                where,
                phrase("not a line of `show` in the form of `set`: {line}", line=repr(line[:60])),
            )
        _line(root, found[1:], where)
    if pending:
        raise ReadError(text.at(started), phrase("a quoted value does not end"))


def _line(root: PanNode, words: list[str], where: Where) -> None:
    if words[:2] == ["config", "devices"]:
        words = words[3:]
    elif words[:1] == ["config"]:
        words = words[1:]
    if words and words[0] not in DEVICE:
        words = ["vsys", "vsys1", *words]
    before = ["", "", *words]
    words = [
        w for w, two in zip(words, before, strict=False) if two != "rules" or not UUID.fullmatch(w)
    ]
    values: list[str] = []
    if "[" in words and words[-1] == "]":
        at = words.index("[")
        words, values = words[:at], words[at + 1 : -1]
    node = grown(root, words, where)
    for value in values:
        grown(node, [value], where)


def _xml(text: Text, root: PanNode) -> None:
    _element(elements(text), root, whole=True)


def _element(element: Element, outer: PanNode, *, whole: bool) -> None:
    """Grow the tree from an element; those around a whole configuration are passed by."""
    if whole and element.tag in AROUND:
        node = outer
    elif element.tag in NAMED:
        name = element.attributes.get("name")
        node = grown(outer, [name], element.where) if name else outer
        whole = False
    else:
        node = grown(outer, [element.tag], element.where)
        whole = False
    said = element.text.strip()
    if said and element.inner:
        raise ReadError(element.where, phrase("text beside elements: {said}", said=repr(said[:60])))
    if said:
        grown(node, [said], element.where)
    for inner in element.inner:
        _element(inner, node, whole=whole)


def names_of(node: PanNode | None, *path: str) -> list[str]:
    """Return the words at a path without taking them, to tell what a text is of."""
    for key in path:
        node = node.inner.get(key) if node is not None else None
    return list(node.inner) if node is not None else []


def plain(text: str) -> bool:
    """Tell whether a text is an address, a prefix or a range, not a name."""
    return bool(re.fullmatch(r"[0-9a-fA-F.:]*[.:][0-9a-fA-F.:]*(/\d+)?(-[0-9a-fA-F.:]+)?", text))
