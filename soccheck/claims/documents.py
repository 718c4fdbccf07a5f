"""Read the text of a report, txt, Markdown or DOCX; the file is hostile input, bounded in every way."""

from __future__ import annotations

import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

from soccheck.errors import UsageError

MAX_BYTES = 4 * 1024 * 1024
"""Most of a text file, and of each part of a DOCX once unpacked: a report of a thousand pages is smaller."""

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_PARTS = ("word/document.xml", "word/footnotes.xml")


def text_of(path: Path, shown: str) -> str:
    """Return the text of a report, a paragraph a line, composed (NFC); raises `UsageError`."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        raise UsageError(f"{shown}: not a file this can read", hint=f"give one of {known}")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            hint = f"at most {MAX_BYTES} bytes are read: split the report"
            raise UsageError(f"{shown}: {size} bytes", hint=hint)
        text = reader(path, shown)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(f"{shown}: cannot be read: {reason}") from error
    return unicodedata.normalize("NFC", text)


def _plain(path: Path, shown: str) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        hint = "save the file as UTF-8"
        raise UsageError(f"{shown}: not UTF-8 at byte {error.start}", hint=hint) from error


def _docx(path: Path, shown: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if _PARTS[0] not in names:
                hint = "save it as DOCX from a word processor"
                raise UsageError(f"{shown}: no Word document in it", hint=hint)
            found = [_paragraphs(_member(archive, name, shown)) for name in _PARTS if name in names]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise UsageError(f"{shown}: a damaged DOCX: {error}", hint="save it again") from error
    except (expat.ExpatError, _RefusedError, ValueError) as error:
        raise UsageError(f"{shown}: XML that is not a report's: {error}") from error
    return "\n".join(found)


def _member(archive: zipfile.ZipFile, name: str, shown: str) -> bytes:
    """Return a part unpacked, reading no more than the bound whatever its header claims."""
    with archive.open(name) as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        hint = f"at most {MAX_BYTES} bytes of a part are unpacked: split the report"
        raise UsageError(f"{shown}: {name} unpacks to more", hint=hint)
    return data


class _RefusedError(Exception):
    """XML with a document type: entities are how XML attacks its readers, and Word writes none."""


def _paragraphs(data: bytes) -> str:
    """Return the text of a Word part: a paragraph a line, footnotes as `[2: ...]`."""
    lines: list[str] = []
    words: list[str] = []
    in_text = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal in_text
        tag = name.removeprefix(_WORD)
        if tag == "t":
            in_text = True
        elif tag in ("tab", "br", "cr"):
            words.append(" ")
        elif tag == "footnoteReference":
            words.append(f"[footnoteRef:{attributes.get(_WORD + 'id', '')}]")
        elif tag == "footnote":
            lines.append(f"[{attributes.get(_WORD + 'id', '')}: ")

    def end(name: str) -> None:
        nonlocal in_text
        tag = name.removeprefix(_WORD)
        if tag == "t":
            in_text = False
        elif tag == "p":
            lines.append("".join(words).strip() + "\n")
            words.clear()
        elif tag == "footnote":
            lines.append("]\n")

    def characters(text: str) -> None:
        if in_text:
            words.append(text)

    def refuse(*_: object) -> None:
        raise _RefusedError("it has a document type")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(data, True)
    return "".join(lines)


READERS: dict[str, Callable[[Path, str], str]] = {
    ".txt": _plain,
    ".md": _plain,
    ".docx": _docx,
}
"""Ending of a file's name -> how its text is read."""
