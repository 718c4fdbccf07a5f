"""Read the text of a Word document (ECMA-376, transitional and strict), whose bytes are hostile input."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from pathlib import Path
from xml.parsers import expat

from soccheck.errors import UsageError, quoted
from soccheck.phrase import phrase

MAX_BYTES = 4 * 1024 * 1024
"""Most of a part once it is unpacked: a report of a thousand pages is smaller."""

MAX_COLUMNS = 63
"""Most columns of a table in Word."""

MIN_CELLS = 3
"""Cells from which a row is a table's: pages are laid out by rows of two."""

_NAMESPACES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main ",
    "http://purl.oclc.org/ooxml/wordprocessingml/main ",
)
"""Of WordprocessingML, transitional and strict; the space parts it from a name."""

_TWICE = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"
"""Holds once more, for older readers, what stands before it: a text box is written twice."""

_MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math "

_GONE = ("del", "moveFrom")
"""What a tracked change took away: Word shows it struck out, and the report no longer says it."""

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""A raised digit is a note's mark typed by hand, or a power: no digit of the figure before it."""

_WRITTEN = {"tab": " ", "ptab": " ", "br": " ", "cr": " ", "noBreakHyphen": "-"}
"""Elements that stand for a character."""

_SYMBOLS = range(0xF020, 0xF07F)
"""Where a symbol font keeps the characters of ASCII."""

_RELATIONS = "_rels/.rels"
_BESIDE = ("/footnotes", "/endnotes", "/header", "/footer")
"""Parts read after the main one; a comment is said about the report, not by it."""


def read(path: Path, shown: str) -> str:
    """Return the text of a DOCX, a paragraph a line, notes and page heads after it; raises `UsageError`."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "\n".join(_Archive(archive, shown).texts())
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise UsageError(
            phrase("{shown}: a damaged DOCX: {error}", shown=shown, error=quoted(error)),
            hint=phrase("save it again"),
        ) from error
    except (expat.ExpatError, _RefusedError, ValueError) as error:
        raise UsageError(
            phrase("{shown}: XML that is not a report's: {error}", shown=shown, error=quoted(error))
        ) from error


class _Archive:
    """Finds the parts of a DOCX by its relations, as Word does: the main one need not be document.xml."""

    def __init__(self, archive: zipfile.ZipFile, shown: str) -> None:
        self._archive = archive
        self._names = set(archive.namelist())
        self._shown = shown

    def texts(self) -> list[str]:
        """Return the text of the main part, of its notes and of what heads and ends its pages."""
        related = self._related("", _RELATIONS)
        mains = [target for type_, target in related if type_.endswith("/officeDocument")]
        main = next(iter(mains), "word/document.xml")
        if main not in self._names:
            hint = phrase("save it as DOCX from a word processor")
            raise UsageError(
                phrase("{shown}: no Word document in it", shown=self._shown), hint=hint
            )
        folder, name = posixpath.split(main)
        beside = self._related(folder, f"{folder}/_rels/{name}.rels")
        parts = [main, *(target for type_, target in beside if type_.endswith(_BESIDE))]
        if not beside:
            parts.append(f"{folder}/footnotes.xml")
        return [_text(self._part(part)) for part in dict.fromkeys(parts) if part in self._names]

    def _related(self, folder: str, name: str) -> list[tuple[str, str]]:
        """Return the type and the target of each relation that a part names."""
        found: list[tuple[str, str]] = []
        if name not in self._names:
            return found

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag.endswith(" Relationship"):
                target = posixpath.join("/", folder, attributes.get("Target", ""))
                found.append((attributes.get("Type", ""), posixpath.normpath(target).lstrip("/")))

        parser = _parser()
        parser.StartElementHandler = start
        parser.Parse(self._part(name), True)
        return found

    def _part(self, name: str) -> bytes:
        """Return a part unpacked, reading no more than the bound whatever its header claims."""
        with self._archive.open(name) as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            hint = phrase(
                "at most {MAX_BYTES} bytes of a part are unpacked: split the report",
                MAX_BYTES=MAX_BYTES,
            )
            raise UsageError(
                phrase("{shown}: {name} unpacks to more", shown=self._shown, name=name), hint=hint
            )
        return data


class _RefusedError(Exception):
    """XML with a document type: entities are how XML attacks its readers, and Word writes none."""


def _parser() -> expat.XMLParserType:
    """Return a parser that refuses document types."""

    def refuse(*_: object) -> None:
        raise _RefusedError("it has a document type")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    return parser


def _text(data: bytes) -> str:
    """Return the text of a Word part: a paragraph a line, footnotes as `[2: ...]`."""
    words = _Words()
    parser = _parser()
    parser.StartElementHandler = words.start
    parser.EndElementHandler = words.end
    parser.CharacterDataHandler = words.characters
    parser.Parse(data, True)
    return "".join(words.lines)


class _Words:
    """Collects the text of a part as Word shows it, a paragraph or a table's row a line.

    A text box is a paragraph inside another one, and a table may stand in a cell of another. A cell that
    goes on from the row above says what that one says.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._open: list[list[str]] = [[]]
        self._in_text = False
        self._hidden = self._raised = False
        self._is_point = False
        self._passed_over = 0
        self._rows: list[list[str]] = []
        self._above: list[list[str]] = []
        self._cells: list[list[str]] = []
        self._spans: list[int] = []
        self._goes_on: list[bool] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag, number = _tag(name), _attribute(attributes, "id")
        if name == _TWICE or tag in _GONE or self._passed_over:
            self._passed_over += 1
        elif tag == "t" or name == f"{_MATH}t":
            self._in_text = True
        elif tag in _WRITTEN:
            self._open[-1].append(_WRITTEN[tag])
        elif name == f"{_MATH}den":
            self._open[-1].append("/")
        elif tag == "sym":
            self._open[-1].append(_symbol(_attribute(attributes, "char")))
        elif tag == "p":
            self._open.append([])
        elif tag in ("footnoteReference", "endnoteReference"):
            self._open[-1].append(f"[footnoteRef:{number}]")
        elif tag in ("footnote", "endnote"):
            self.lines.append(f"[{number}: ")
        else:
            self._start_kept(tag, _attribute(attributes, "val"))

    def _start_kept(self, tag: str, value: str) -> None:
        """Take in how a run looks, and where a table's cells stand."""
        if tag == "r":
            self._hidden = self._raised = False
        elif tag == "vanish":
            self._hidden = value not in ("0", "false", "off")
        elif tag == "vertAlign":
            self._raised = value == "superscript"
        elif tag == "numPr" or (tag == "pStyle" and value.startswith("List")):
            self._is_point = True
        elif tag == "tbl":
            self._above.append([])
        elif tag == "tr":
            self._rows.append([])
        elif tag == "tc":
            self._cells.append([])
            self._spans.append(1)
            self._goes_on.append(False)
        elif tag == "gridSpan" and self._spans:
            self._spans[-1] = min(int(value), MAX_COLUMNS) if value.isdecimal() else 1
        elif tag == "vMerge" and self._goes_on:
            self._goes_on[-1] = value != "restart"

    def end(self, name: str) -> None:
        if self._passed_over:
            self._passed_over -= 1
            return
        tag = _tag(name)
        if tag == "t" or name == f"{_MATH}t":
            self._in_text = False
        elif tag == "p":
            self._write(self._point("".join(self._open.pop()).strip()))
        elif tag == "pPr":
            self._hidden = self._raised = False  # of the paragraph's mark alone
        elif tag in ("footnote", "endnote"):
            self.lines.append("]\n")
        elif tag == "tc":
            self._end_cell(self._cells.pop(), self._spans.pop(), self._goes_on.pop())
        elif tag == "tr":
            self._end_row(self._rows.pop())
        elif tag == "tbl":
            self._above.pop()

    def _end_cell(self, paragraphs: list[str], wide: int, goes_on: bool) -> None:
        if not self._rows:
            return
        row, text = self._rows[-1], " ".join(filter(None, paragraphs))
        if goes_on and self._above and len(row) < len(self._above[-1]):
            text = self._above[-1][len(row)]
        row += [text, *[""] * (wide - 1)]

    def _end_row(self, cells: list[str]) -> None:
        """Write a row in one line; one of two cells is how a page is laid out, and no table."""
        if self._above:
            self._above[-1] = cells
        if len(cells) < MIN_CELLS:
            for cell in cells:
                self._write(cell)
        else:
            self._write(f"| {' | '.join(cells)} |")

    def _point(self, text: str) -> str:
        """Return a paragraph; a point that goes on with the line before it gets its mark."""
        point, self._is_point = self._is_point, False
        goes_on = bool(self.lines) and self.lines[-1].rstrip().endswith((":", ";", ","))
        return f"- {text}" if point and goes_on and text and not self._cells else text

    def _write(self, text: str) -> None:
        if self._cells:
            self._cells[-1].append(text)
        else:
            self.lines.append(text + "\n")

    def characters(self, text: str) -> None:
        if self._in_text and not self._passed_over and not self._hidden:
            self._open[-1].append(text.translate(_RAISED) if self._raised else text)


def _symbol(code: str) -> str:
    """Return what a symbol of a font stands for; one that is no character of ASCII is a sign of its own."""
    try:
        number = int(code, 16)
    except ValueError:
        return "�"
    return chr(number - 0xF000) if number in _SYMBOLS else "�"


def _tag(name: str) -> str:
    """Return the name of an element of WordprocessingML, or nothing for another one."""
    for namespace in _NAMESPACES:
        if name.startswith(namespace):
            return name.removeprefix(namespace)
    return ""


def _attribute(attributes: dict[str, str], name: str) -> str:
    return next((attributes[f"{n}{name}"] for n in _NAMESPACES if f"{n}{name}" in attributes), "")
