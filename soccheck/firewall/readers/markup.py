"""XML that firewalls print, as elements with their lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.handler import ContentHandler

from soccheck.errors import ReadError
from soccheck.firewall.model import Where
from soccheck.firewall.readers.base import MAX_NESTING, Text
from soccheck.phrase import echo, phrase
from soccheck.sources import xml


@dataclass(slots=True)
class Element:
    """One element: its attributes, the text in it, and the elements within, in file order."""

    tag: str
    where: Where
    attributes: Mapping[str, str]
    text: str = ""
    inner: list[Element] = field(default_factory=list)


class _Handler(ContentHandler):
    def __init__(self, text: Text) -> None:
        super().__init__()
        self.source = text
        self.root: Element | None = None
        self.open: list[Element] = []
        self.locator: Any = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802  -- SAX's name
        self.locator = locator

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802  -- SAX's name
        where = self.source.at(self.locator.getLineNumber() or 1)
        if len(self.open) > MAX_NESTING:
            raise ReadError(
                where, phrase("elements nest deeper than {MAX_NESTING}", MAX_NESTING=MAX_NESTING)
            )
        found = Element(name, where, dict(attrs.items()))
        if self.open:
            self.open[-1].inner.append(found)
        else:
            self.root = found
        self.open.append(found)

    def characters(self, content: str) -> None:
        self.open[-1].text += content

    def endElement(self, name: str) -> None:  # noqa: N802  -- SAX's name
        found = self.open.pop()
        beside = found.text.strip()
        if found.inner and beside:
            text = phrase(
                "text beside the elements in <{name}>: {text}", name=name, text=echo(beside[:40])
            )
            raise ReadError(found.where, text)


def elements(text: Text) -> Element:
    """Return the root element; raises `ReadError` for what is not XML, or holds a DTD."""
    handler = _Handler(text)
    try:
        xml.handled(text.content.encode(), handler)
    except xml.NoXmlError as error:
        raise ReadError(text.at(error.line), error.said) from error
    if handler.root is None:
        raise ReadError(text.at(1), phrase("not XML, or cut off: it holds no element"))
    return handler.root
