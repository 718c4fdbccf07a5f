"""Files that are ZIP archives (XLSX, ODS): how much they hold is known before any of it is unfolded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence

from soccheck.errors import quoted
from soccheck.phrase import phrase
from soccheck.sources.bounds import refused

MAX_UNFOLDED = 128 * 1024 * 1024
"""Bytes of all parts together; 200,000 rows of twelve columns have about 100 MB."""
MAX_RATIO = 200
"""How many times its packed size a part may have; lists of one repeated text reach 60."""
_SMALL = 1024 * 1024
_CHUNK = 1024 * 1024
_HINT = phrase("open it in a spreadsheet program and save the list alone, as XLSX")


def opened(raw: bytes, file: str) -> zipfile.ZipFile:
    """Return the archive; raises `InputError` where it is none, or would unfold to too much."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise refused(
            file, phrase("not a whole workbook: {what}", what=quoted(error)), _HINT
        ) from error
    total = 0
    names = set()
    for info in archive.infolist():
        total += info.file_size
        if info.flag_bits & 1:
            raise refused(file, phrase("it is locked with a password"), phrase("save it without"))
        if info.filename in names:
            text = phrase("it holds {name} twice", name=repr(info.filename))
            raise refused(file, text, _HINT)
        names.add(info.filename)
        if info.file_size > _SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            text = phrase("a part unfolds to more than {limit} times its size", limit=MAX_RATIO)
            raise refused(f"{file}, {info.filename}", text, _HINT)
    if total > MAX_UNFOLDED:
        text = phrase(
            "it unfolds to {size} bytes, more than {limit}", size=total, limit=MAX_UNFOLDED
        )
        raise refused(file, text, _HINT)
    return archive


def pieces(archive: zipfile.ZipFile, name: str, file: str) -> Iterator[bytes]:
    """Yield the content of a part piece by piece; never more than it says it has."""
    try:
        with archive.open(name) as part:
            while chunk := part.read(_CHUNK):
                yield chunk
    except (zipfile.BadZipFile, KeyError, NotImplementedError, EOFError, OSError) as error:
        raise refused(
            file, phrase("not a whole workbook: {what}", what=quoted(error)), _HINT
        ) from error


def count(archive: zipfile.ZipFile, name: str, file: str, words: Sequence[bytes]) -> list[int]:
    """Return how often each word stands in a part."""
    found = [0] * len(words)
    before = b""
    for chunk in pieces(archive, name, file):
        for at, word in enumerate(words):
            # One shorter than the word: what is counted again begins before and ends in this piece.
            rest = before[max(len(before) - len(word) + 1, 0) :]
            found[at] += (rest + chunk).count(word)
        before = chunk[-100:]
    return found
