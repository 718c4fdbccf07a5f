"""The grammar of `config.xml` of pfSense and OPNsense: elements as records in the ledger.

The two systems have ideas of their own of what is true. pfSense asks whether an element is there
(`isset`), OPNsense whether it holds something but 0 (`!empty`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from soccheck.firewall.model import Where
from soccheck.firewall.readers.base import Text
from soccheck.firewall.readers.ledger import Ledger, Record
from soccheck.firewall.readers.markup import Element, elements
from soccheck.phrase import phrase

OFF = ("", "0")
IS_IT_THERE = ("any", "ipv6allow")
"""Elements that both systems ask for by `isset` alone."""


@dataclass(slots=True)
class Node:
    """One element: its leaves by name, and the elements within."""

    tag: str
    record: Record
    strict: bool
    """True for OPNsense, where an empty element says nothing."""
    inner: list[Node] = field(default_factory=list)

    @property
    def where(self) -> Where:
        """Return its line."""
        return self.record.where

    def __contains__(self, tag: str) -> bool:
        return tag in self.record

    def text(self, tag: str) -> str:
        """Take the text of a leaf."""
        return self.record.get(tag).strip()

    def on(self, tag: str) -> bool:
        """Take a leaf that is true or false, as the system at hand means it."""
        if tag not in self.record:
            return False
        value = self.text(tag)
        if not self.strict or tag in IS_IT_THERE:
            return True
        if value == "":
            self.record.doubtful(phrase("<{tag}/> without a value", tag=tag))
        return value not in OFF

    def all(self, *path: str) -> Iterator[Node]:
        """Open the elements at a path and yield them."""
        self.record.done = False
        if not path:
            yield self
            return
        if path[0] not in self.record:
            return
        self.record.words(path[0])
        for node in self.inner:
            if node.tag == path[0]:
                yield from node.all(*path[1:])

    def each(self) -> Iterator[Node]:
        """Open every element within."""
        for node in self.inner:
            if node.tag in self.record:
                self.record.words(node.tag)
                node.record.done = False
                yield node

    def first(self, *path: str) -> Node | None:
        """Open the first element at a path."""
        return next(self.all(*path), None)

    def pass_over(self) -> None:
        """Account for the element and all within: it is switched off."""
        self.record.pass_over()
        for node in self.inner:
            node.pass_over()


def _node(element: Element, ledger: Ledger, section: str, *, strict: bool) -> Node:
    record = ledger.record(section, element.where, f"<{section or element.tag}>")
    # Until somebody opens it, its word in the outer one stands for it, unless its words are listed.
    record.done = bool(section) and not ledger.is_listed(section)
    found = Node(element.tag, record, strict)
    for child in element.inner:
        record.values.setdefault(child.tag, []).append(child.text.strip())
        # A leaf is a word of its element; one that may be opened is an element, too.
        inner = f"{section}/{child.tag}".strip("/")
        found.inner.append(_node(child, ledger, inner, strict=strict))
    return found


def parse(text: Text, ledger: Ledger) -> Node:
    """Return the root element; raises `ReadError` for what is not XML, or holds a DTD."""
    root = elements(text)
    return _node(root, ledger, "", strict=root.tag == "opnsense")
