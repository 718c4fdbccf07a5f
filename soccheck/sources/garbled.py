"""Text that lost its letters on the way: UTF-8 read as Windows-1252, TCVN3 and VNI fonts, marks become ?.

So did a cell that shows an error or its formula, and no value.

Each is told only by what neither Vietnamese nor its neighbours write: a sign within a word, two vowels
that never meet. Sources: the code charts of TCVN 5712 VN3 and of VNI; Unicode 16, Latin-1 Supplement.
"""

from __future__ import annotations

import re

from soccheck.phrase import Phrase, phrase

_TCVN3 = re.compile("[A-Za-z][\u00aa-\u00ac\u00ae\u00b5\u00b6\u00b8\u00b9\u00bb-\u00be][A-Za-z]")
"""a mark of TCVN3, which is a sign in Unicode, between two letters: th«ng."""
_VNI = re.compile(
    "[aeAE][\u00e2\u00f9\u00f8\u00fb\u00ef\u00e4\u00e5]|[oO][\u00e2\u00e4\u00f9\u00f8\u00fb\u00ef]|[\u00f6\u00d6][\u00f4\u00f9\u00f8\u00fb\u00f5\u00ef]"
)
"""A vowel and the letter that VNI has for its mark: Heä thoâng tin."""
_LOST = re.compile(r"(?<![^\W\d_]\?)(?<=[^\W\d_])\?[a-z]|\ufffd")
"""A question mark within a word, or the sign for a letter that could not be read."""
_PATTERN = re.compile(r"[()\[\]{}\\|*+^$/=]")
"""Signs of a regular expression or a URL, in which ? has a meaning."""
_ERROR = (
    r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA|SPILL!|CONNECT!|BLOCKED!|UNKNOWN!|FIELD!"
    r"|CALC!|#{2,})"
)
"""What a cell shows in the place of a value; ### where it is too narrow. Source: Microsoft, ERROR.TYPE."""
_CELL = re.compile(rf"{_ERROR}|Err:5[0-9]{{2}}")
ERROR_BEHIND = re.compile(rf"(?:\A|.*[\s\[{{,:])(?P<error>{_ERROR})")
"""A line with such an error, which YAML takes for a comment."""
_FORMULA = re.compile(
    r"=(?!TRUE\(|FALSE\()(?:[A-Z][A-Z0-9.]*\(.*|(?:[^=!]+!)?\$?[A-Z]{1,3}\$?[0-9]+)"
)
_TYPE_ANEW = phrase("type it in Unicode, and save the file as UTF-8")


def garbled(text: str) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong with a text whose letters were lost, and what to write."""
    if "\0" in text:
        # A backslash of a Windows path within double quotes, most often; no path and no name may have it.
        said = phrase("{text} has the character NUL", text=_start(text))
        return said, phrase("write two \\ for one, or use single quotes")
    if _CELL.fullmatch(text):
        return cell_error(text)
    if _FORMULA.fullmatch(text):
        said = phrase("{text} is a spreadsheet's formula", text=_start(text))
        return said, phrase("this is a spreadsheet's formula: write the value that it gives")
    if not text.isascii():
        if (meant := _as_utf_8(text)) is not None:
            said = phrase("{text} is UTF-8 that was read as Windows-1252", text=_start(text))
            return said, phrase("write {what}", what=meant)
        if _TCVN3.search(text) or len(_VNI.findall(text)) > 1:
            said = phrase("{text} is typed for a font of its own, TCVN3 or VNI", text=_start(text))
            return said, _TYPE_ANEW
    doubtful = "\ufffd" in text or ("?" in text and " " in text and not _PATTERN.search(text))
    if doubtful and _LOST.search(text):
        said = phrase("letters of {text} were lost when it was saved", text=_start(text))
        return said, _TYPE_ANEW
    return None


def cell_error(text: str) -> tuple[Phrase, Phrase]:
    """Return what is wrong with what a cell shows in the place of a value, and what to write."""
    said = phrase("{text} is what a spreadsheet shows where it has no value to show", text=text)
    return said, phrase("write the value, or leave the key out where it is not known")


def _as_utf_8(text: str) -> str | None:
    """Return what the bytes of a text say in UTF-8, where Windows-1252 has made other letters of them."""
    raw = bytearray()
    for letter in text:
        try:
            raw += letter.encode("cp1252")
        except UnicodeEncodeError:
            if ord(letter) > 0xFF:
                return None
            raw.append(ord(letter))  # of five bytes, Windows-1252 has none; programs keep them
    try:
        meant = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return meant if meant.isprintable() else None


def _start(text: str) -> str:
    return repr(text if len(text) < 40 else f"{text[:40]}…")
