"""How much of a table is read, in whatever form it comes."""

from __future__ import annotations

from soccheck.errors import InputError
from soccheck.model import Problem
from soccheck.phrase import Phrase, phrase

MAX_ROWS = 200_000
MAX_COLUMNS = 500
MAX_CELLS = 5_000_000


def refused(where: Phrase | str, text: Phrase, hint: Phrase | None = None) -> InputError:
    """Return the error of a file that is not read."""
    return InputError([Problem(where, text, hint)])


def bounded(file: Phrase | str, rows: int = 0, columns: int = 0, cells: int = 0) -> None:
    """Raise `InputError` where a table has more than is read."""
    if rows <= MAX_ROWS and columns <= MAX_COLUMNS and cells <= MAX_CELLS:
        return
    what, most = phrase("cells"), MAX_CELLS
    if rows > MAX_ROWS:
        what, most = phrase("rows"), MAX_ROWS
    elif columns > MAX_COLUMNS:
        what, most = phrase("columns"), MAX_COLUMNS
    text = phrase("more than {limit} {what}", limit=most, what=what)
    hint = phrase("leave out what is no part of the list, or split the file")
    raise refused(file, text, hint)
