"""Footnotes, which python-docx has no call for: a part of their own. ECMA-376-1, 11.3.7 and 17.11."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.text.paragraph import Paragraph
from lxml import etree

_LINES = ((-1, "separator"), (0, "continuationSeparator"))
"""The notes every document has: the lines above notes, and above those that go on from the page before."""


def refer(paragraph: Paragraph, number: int) -> None:
    """Write the sign of a footnote at the end of a paragraph."""
    run = paragraph.add_run()
    run.font.superscript = True
    sign: Any = OxmlElement("w:footnoteReference")
    sign.set(qn("w:id"), str(number))
    run.element.append(sign)


def attach(document: Document, notes: Sequence[str], style: str) -> None:
    """Add the footnotes to a document, numbered from 1; their texts are safe ones."""
    root = parse_xml(f"<w:footnotes {nsdecls('w')}/>")
    for number, kind in _LINES:
        root.append(_note(number, style, OxmlElement(f"w:{kind}"), kind))
    for number, text in enumerate(notes, start=1):
        sign = OxmlElement("w:footnoteRef")
        note = _note(number, style, sign)
        run, words = OxmlElement("w:r"), OxmlElement("w:t")
        words.text = f" {text}"
        words.set(qn("xml:space"), "preserve")
        run.append(words)
        note[0].append(run)
        root.append(note)
    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    name, package = PackURI("/word/footnotes.xml"), document.part.package
    part = Part(name, CONTENT_TYPE.WML_FOOTNOTES, content, package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _note(number: int, style: str, sign: Any, kind: str = "") -> Any:
    note = OxmlElement("w:footnote")
    note.set(qn("w:id"), str(number))
    if kind:
        note.set(qn("w:type"), kind)
    paragraph, about, run = (OxmlElement(f"w:{name}") for name in ("p", "pPr", "r"))
    named = OxmlElement("w:pStyle")
    named.set(qn("w:val"), style.replace(" ", ""))
    about.append(named)
    paragraph.append(about)
    if not kind:
        raised = OxmlElement("w:rPr")
        height = OxmlElement("w:vertAlign")
        height.set(qn("w:val"), "superscript")
        raised.append(height)
        run.append(raised)
    run.append(sign)
    paragraph.append(run)
    note.append(paragraph)
    return note
