"""What keeps bytes from being text that all readers part into the same lines, and git's own marks."""

from __future__ import annotations

import re

from soccheck.model import Location, Problem
from soccheck.phrase import phrase
from soccheck.sources import made

_BREAKS = ("\x85", "\u2028", "\u2029")
"""NEL, LS and PS: they end a line in YAML 1.1, and are text in YAML 1.2 and on a reader's screen."""


_CONFLICT = re.compile(rb"^(?:<{7} .*|={7}\r?|>{7} .*|\|{7} .*)$", re.MULTILINE)


def no_text(raw: bytes, path: str) -> list[Problem]:
    """Return what keeps bytes from being text that all readers part into the same lines."""
    if raw.startswith(b"%PDF-"):
        return [Problem(Location(path, 1, 1), *IS_MARKUP)]
    if raw.startswith(b"PK\x03\x04"):
        return [Problem(Location(path, 1, 1), *_OTHER_FORMS[b"PK\x03\x04"])]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        for start, other in _OTHER_FORMS.items():
            if raw.startswith(start):
                return [Problem(Location(path, 1, 1), *other)]
        byte = f"{raw[error.start]:02x}"
        said = phrase("not UTF-8: byte 0x{byte}", byte=byte)
        return [Problem(place(raw, error.start, path), said, _UTF_8)]
    if raw[:2].count(0) == 1 and raw[:400].count(0) * 3 > len(raw[:400]):
        return [Problem(Location(path, 1, 1), *_UTF_16)]
    return [
        Problem(
            place(raw, raw.index(mark.encode()), path),
            phrase("a line break to some readers only: U+{code}", code=f"{ord(mark):04X}"),
            phrase("end the line, or write a space"),
        )
        for mark in _BREAKS
        if mark in text
    ]


_UTF_8 = phrase("save the file as UTF-8 (in Notepad: Save as, Encoding: UTF-8)")
_UTF_16 = phrase("the file is UTF-16, not UTF-8"), _UTF_8
IS_MARKUP = (
    phrase("this is a page or a document of an office program, not YAML"),
    phrase("write the data as YAML into a text file; renaming a document does not convert it"),
)
_OTHER_FORMS = {
    **dict.fromkeys(
        (b"\xff\xfe\0\0", b"\0\0\xfe\xff"), (phrase("the file is UTF-32, not UTF-8"), _UTF_8)
    ),
    **dict.fromkeys((b"\xff\xfe", b"\xfe\xff"), (phrase("the file is UTF-16, not UTF-8"), _UTF_8)),
    **dict.fromkeys(
        (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"),
        (
            phrase("this is an office document, not a text file"),
            phrase(
                "name it .xlsx again: `soccheck export csv FILE -o FOLDER` makes tables of a workbook"
            ),
        ),
    ),
}
"""How a file begins that is no UTF-8 -> what it is, and what to do."""
MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:\{\\rtf|%PDF-|<!doctype|<html|<table|<\?xml)", re.IGNORECASE
)
_CHANGE = re.compile(rb"^@@ -[0-9]+(?:,[0-9]+)? \+[0-9]+(?:,[0-9]+)? @@", re.MULTILINE)
_ADDED = re.compile(rb"^\+ {2,}[\w\"'-]", re.MULTILINE)
_SECTIONS = re.compile(rb"\s*\[[\w.-]+\][ \t]*\r?\n\s*(?:[\w.-]+(?: *=| +[\w.-]+=)|\[)")
_PROMPT = re.compile(rb"\s*(?:\$ |PS [A-Z]:\\|[A-Z]:\\[^\n>]*>|\w+@[\w.-]+:[^\n]*[$#] )")
"""What a shell shows before a command."""
_NUMBERED = re.compile(rb"\s*1[:|.\t ]+\S[^\n]*\n\s*2[:|.\t ]")


def unmerged(raw: bytes, path: str) -> list[Problem]:
    """Return the fault of a file in which git left two versions beside each other."""
    marks = list(_CONFLICT.finditer(raw))
    if not marks or not any(mark[0].startswith((b"<", b">", b"|")) for mark in marks):
        return []
    text = phrase("git could not merge this file: both versions stand in it, from here on")
    if len(marks) < 3:
        text = phrase("git could not merge this file, and one of its marks still stands here")
    hint = phrase("keep what is right and delete the lines with <<<<<<<, ======= and >>>>>>>")
    return [Problem(place(raw, marks[0].start(), path), text, hint)]


def pasted(raw: bytes, path: str) -> list[Problem]:
    """Return the fault of a file that a program wrote, or that holds what one showed of a file."""
    if (kind := made.by_text(raw)) is not None:
        return [Problem(Location(path, 1, 1), *made.MADE[kind])]
    if MARKUP.match(raw):
        return [Problem(Location(path, 1, 1), *IS_MARKUP)]
    if found := _CHANGE.search(raw):
        text = phrase("this is a change to a file, not the file")
        hint = phrase("`git apply` makes the change; delete this file then")
        return [Problem(place(raw, found.start(), path), text, hint)]
    if found := _ADDED.search(raw):
        text = phrase("a + stands before the line, as a change to a file has it")
        return [Problem(place(raw, found.start(), path), text, phrase("take the + away"))]
    if _SECTIONS.match(raw):
        text = phrase("this is INI or TOML, not YAML")
        hint = phrase("write the section as a key, and key: value in the lines below it")
        return [Problem(Location(path, 1, 1), text, hint)]
    if _PROMPT.match(raw):
        text = phrase("a command stands here, as it was typed in a terminal")
        return [Problem(Location(path, 1, 1), text, phrase("take the line away"))]
    if _NUMBERED.match(raw):
        text = phrase("the lines are numbered, as a program showed them")
        return [Problem(Location(path, 1, 1), text, phrase("take the numbers away"))]
    return []


def place(raw: bytes, position: int, path: str) -> Location:
    """Return the line and column of a byte; columns count characters, as editors do."""
    head = raw[:position]
    column = len(head[head.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    return Location(path, head.count(b"\n") + 1, column)
