"""XML of other programs, element by element, in bounded memory; without entities, and nothing loaded."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from xml.etree.ElementTree import Element, ParseError
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml import sax
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from soccheck.errors import quoted
from soccheck.phrase import Phrase, phrase
from soccheck.sources.bounds import refused

_DEEP = 100
_MANY = 100_000
"""Elements within one that is wanted."""
_WHOLE = phrase("export it again, and let the program end")


class NoXmlError(ValueError):
    """Text that is no whole XML, or has a DTD: at which line, counted from 1, and what is wrong."""

    def __init__(self, line: int, said: Phrase) -> None:
        super().__init__(str(said))
        self.line = line
        self.said = said


def handled(raw: bytes, handler: ContentHandler) -> None:
    """Hand the elements of XML to a handler, in file order; raises `NoXmlError`."""
    try:
        sax.parseString(raw, handler, forbid_dtd=True)
    except DefusedXmlException as error:
        said = phrase("XML with a DTD or entities is refused: {error}", error=quoted(error))
        raise NoXmlError(1, said) from error
    except SAXParseException as error:
        said = phrase("not XML, or cut off: {getMessage}", getMessage=error.getMessage())
        raise NoXmlError(error.getLineNumber() or 1, said) from error


def elements(raw: bytes, file: str, names: Collection[str]) -> Iterator[Element]:
    """Yield the elements of these names, without their namespaces, as each ends.

    What was yielded is emptied afterwards. Raises `InputError` where it is no whole XML, declares
    entities, or holds more than is read.
    """
    open_: list[Element] = []
    inside = count = 0
    try:
        for event, element in iterparse(io.BytesIO(raw), events=("start", "end")):
            wanted = local(element) in names
            count += 1
            if event == "start":
                open_.append(element)
                inside += wanted
                count = count if inside else 0
                if len(open_) > _DEEP or count > _MANY * 2:
                    raise refused(file, phrase("too many elements within one another"))
                continue
            open_.pop()
            if wanted:
                yield element
                inside -= 1
            if not inside:
                element.clear()
                if open_:
                    open_[-1].remove(element)
    except ParseError as error:
        text = phrase("not whole XML: {what}", what=quoted(error))
        raise refused(f"{file}:{error.position[0]}", text, _WHOLE) from error
    except DefusedXmlException as error:
        raise refused(file, phrase("it declares entities, which are not read")) from error


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]
