"""The grammar of `config.xml` of pfSense and OPNsense: elements as records in the ledger.

The two systems have ideas of their own of what is true. pfSense asks whether an element is there
(`isset`), OPNsense whether it holds something but 0 (`!empty`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from soccheck.errors import ReadError
from soccheck.firewall.model import Where
from soccheck.firewall.readers.base import MAX_NESTING, Text
from soccheck.firewall.readers.ledger import Ledger, Record

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

OFF = ("", "0")
IS_IT_THERE = ("any",)
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
        """Return its line, or that of the nearest rule before it."""
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
            self.record.doubtful(f"<{tag}/> without a value")
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


class _Parser:
    def __init__(self, text: Text, ledger: Ledger, *, strict: bool) -> None:
        self.text = text
        self.ledger = ledger
        self.strict = strict
        starts = [n for n, raw in text.numbered() if re.search(r"<rule\b", raw)]
        self.starts = iter(starts)
        self.line = 1

    def node(self, element: Element, section: str, depth: int = 0) -> Node:
        if depth > MAX_NESTING:
            raise ReadError(self.text.at(self.line), f"elements nest deeper than {MAX_NESTING}")
        if element.tag == "rule":
            self.line = next(self.starts, self.line)
        record = self.ledger.record(section, self.text.at(self.line), f"<{section or element.tag}>")
        record.done = bool(
            section
        )  # until somebody opens it, its word in the outer one stands for it
        found = Node(element.tag, record, self.strict)
        for child in element:
            tag = str(child.tag)
            record.values.setdefault(tag, []).append((child.text or "").strip())
            # A leaf is a word of its element; one that may be opened is an element, too.
            found.inner.append(self.node(child, f"{section}/{tag}".strip("/"), depth + 1))
        return found


def parse(text: Text, ledger: Ledger) -> Node:
    """Return the root element; raises `ReadError` for what is not XML, or holds a DTD."""
    try:
        root: Element = ElementTree.fromstring(text.content.encode(), forbid_dtd=True)
    except DefusedXmlException as error:
        raise ReadError(text.at(1), f"XML with a DTD or entities is refused: {error}") from error
    except (ElementTree.ParseError, ValueError) as error:
        line = getattr(error, "position", (1, 0))[0]
        raise ReadError(text.at(line), f"not XML, or cut off: {error}") from error
    return _Parser(text, ledger, strict=root.tag == "opnsense").node(root, "")
