"""Tables of text: CSV, its encoding and its delimiter found. RFC 4180, and what Excel makes of it."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from soccheck.errors import quoted
from soccheck.facts.written import composed
from soccheck.imports.table import FileForm, Line, Sheet
from soccheck.phrase import phrase
from soccheck.sources.bounds import bounded, refused

NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
"""Delimiter -> its sign."""
_SAMPLE = 200
_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_VOWELS = frozenset("aăâeêioôơuưy")
_LETTERS = _VOWELS | frozenset("bcdđfghjklmnpqrstvwxz")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_SAVE = phrase("save it as CSV UTF-8, or as XLSX")
_QUOTE = phrase("put an entry that has the delimiter in it in quotes, or save the list as XLSX")
_OPEN = phrase("quotes open here, and do not close")


def read(raw: bytes, file: str, options: FileForm) -> list[Sheet]:
    """Return the one table of a file of text.

    Raises `InputError` at the line where the encoding is none that is known, the delimiter changes or a
    row has more or fewer fields than its heading.
    """
    # A row may have several lines within quotes; this many would be a fourth of all there may be.
    bounded(file, raw.count(b"\n") // 3)
    text = decoded(raw, file)
    first, _, rest = text.partition("\n")
    said = re.fullmatch(r"sep=(.)\r?", first)
    skipped = 1 if said else 0
    text = rest if said else text
    delimiter = said[1] if said else NAMES[options.delimiter] if options.delimiter else None
    delimiter = delimiter or _delimiter(text, file)
    lines = list(_lines(composed(text), delimiter, file, skipped))
    _even(lines, delimiter, file)
    return [Sheet(file=file, name="", lines=lines)]


def decoded(raw: bytes, file: str) -> str:
    """Return the text of a file: UTF-8, UTF-16 with its mark, or Windows-1258."""
    for mark, name in _MARKED:
        if raw.startswith(mark):
            try:
                text = raw.decode(name)
            except UnicodeDecodeError as error:
                said = phrase("not {name}, which its first bytes say it is", name=name.upper())
                raise refused(_at(raw, error.start, file), said, _SAVE) from error
            return _without_nul(text, file)
    _without_nul(raw.decode("latin-1"), file)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _windows_1258(raw, file)


def _at(raw: bytes, position: int, file: str) -> str:
    return f"{file}:{raw.count(10, 0, position) + 1}"


def _without_nul(text: str, file: str) -> str:
    at = text.find("\0")
    if at >= 0:
        line = text.count("\n", 0, at) + 1
        said = phrase("a NUL: not a file of text, or UTF-16 without its mark")
        raise refused(f"{file}:{line}", said, _SAVE)
    return text


def _windows_1258(raw: bytes, file: str) -> str:
    """Return text in Windows-1258; a letter that Vietnamese does not have says that it is another.

    TCVN 5712 (.VnTime) and VNI put Vietnamese letters where Latin-1 has signs and foreign letters.
    """
    said = phrase("neither UTF-8 nor Windows-1258: it may be TCVN3 (ABC) or VNI")
    try:
        text = unicodedata.normalize("NFC", raw.decode("cp1258"))
    except UnicodeDecodeError as error:
        raise refused(_at(raw, error.start, file), said, _SAVE) from error
    for number, line in enumerate(text.split("\n"), 1):
        for sign in line:
            if ord(sign) >= 0xA0 and not _is_vietnamese(sign):
                raise refused(f"{file}:{number}", said, _SAVE)
    return text


def _is_vietnamese(sign: str) -> bool:
    if not sign.isalpha():
        return sign in "\u00a0«»–—‘’“”…°₫€"
    apart = unicodedata.normalize("NFD", sign.lower())
    letter = unicodedata.normalize("NFC", "".join(c for c in apart if c not in _TONES))
    return letter in (_VOWELS if any(c in _TONES for c in apart) else _LETTERS)


def _delimiter(text: str, file: str) -> str:
    """Return the sign that divides most rows alike; raises `InputError` where two do equally well."""
    sample = "\n".join(text.split("\n", _SAMPLE)[:_SAMPLE])
    marks: list[tuple[tuple[int, int], str]] = []
    for sign in NAMES.values():
        try:
            # The sample may end within quotes: only the whole file is read strictly.
            counts = [
                len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=sign)
            ]
        except csv.Error:
            continue
        widths = [count for count in counts if count > 1]
        usual = max(widths, key=lambda n: (widths.count(n), n), default=0)
        marks.append(((widths.count(usual) if usual else 0, usual), sign))
    marks.sort()
    if not marks or marks[-1][0] == (0, 0):
        return ","  # one column, which any sign divides alike
    if len(marks) > 1 and marks[-1][0] == marks[-2][0]:
        text_ = phrase("two delimiters divide the rows alike")
        raise refused(file, text_, phrase("name it in the map, under table: delimiter: semicolon"))
    return marks[-1][1]


def _lines(text: str, delimiter: str, file: str, skipped: int) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    first = 1 + skipped
    cells = 0
    try:
        for number, row in enumerate(reader, 1):
            cells += len(row)
            bounded(f"{file}:{first}", number, len(row), cells)
            if len(row) == 1:  # what parts a row otherwise than the others must stay to be seen
                row = [row[0].strip(" \r\n")]
                yield Line(number=first, cells=(row[0] or None,))
            else:
                cleaned = (" ".join(cell.split()) or None for cell in row)
                yield Line(number=first, cells=tuple(cleaned))
            first = reader.line_num + 1 + skipped
    except csv.Error as error:
        is_open = "unexpected end" in str(error)
        what = phrase("not CSV: {what}", what=_OPEN if is_open else quoted(error))
        hint = phrase('close them, or write "" for a quote inside quotes') if is_open else _SAVE
        raise refused(f"{file}:{first}", what, hint) from error


def _even(lines: list[Line], delimiter: str, file: str) -> None:
    """Raise `InputError` at the first row that has more fields than others, or fewer once they began.

    One that another delimiter divides is such a row.
    """
    widths = Counter(len(line.cells) for line in lines if len(line.cells) > 1)
    width = widths.most_common(1)[0][0] if widths else 0
    others = [sign for sign in NAMES.values() if sign != delimiter]
    begun = False
    for line in lines:
        cells, filled = line.cells, line.filled
        begun = begun or len(cells) >= width
        if filled and filled[-1] >= max(width, 1) and len(cells) > 1:
            said = phrase(
                "{count} fields, where others have {width}", count=len(cells), width=width
            )
            raise refused(f"{file}:{line.number}", said, _QUOTE)
        if begun and len(cells) < width and len(filled) > 1:
            said = phrase(
                "{count} fields, where others have {width}", count=len(cells), width=width
            )
            raise refused(f"{file}:{line.number}", said, _SAVE)
        whole = str(cells[0]) if len(cells) == 1 else ""
        if begun and width > 1 and any(whole.count(sign) >= width - 1 for sign in others):
            said = phrase("the delimiter changes here")
            raise refused(f"{file}:{line.number}", said, _SAVE)
