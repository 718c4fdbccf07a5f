"""The journal's file, which one run holds at a time: found free, held by another, or left by one that died.

The lock is flock(2)'s: it goes with the process that held it, however that ends.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
from pathlib import Path
from typing import BinaryIO

from soccheck.errors import UsageError, refusal
from soccheck.phrase import Phrase, phrase

_AWAY = phrase("move it away, or name another file")


def held(path: Path, shown: str) -> BinaryIO:
    """Return the file, made when it is not there, held by this process; raises `OSError`.

    Raises `UsageError`, which says who holds it, when another run does, and for what is no file of ours.
    """
    journal = shown + path.suffix
    while True:
        if not _is_file_or_free(path):
            text = phrase("{file}: not a file, as the journal of a run is", file=journal)
            raise UsageError(text, hint=_AWAY)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
        try:
            file = os.fdopen(os.open(path, flags, 0o600), "a+b")
        except PermissionError as error:
            if not os.path.lexists(path):
                raise  # it is the folder that cannot be written
            text = phrase(
                "{path}: cannot be written: {reason}", path=journal, reason=refusal(error)
            )
            raise UsageError(text, hint=_AWAY) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            by = last_run(file)
            file.close()
            hint = phrase("wait until it has ended, or name another file")
            text = phrase("{file}: another run is writing it: {run}", file=shown, run=by)
            raise UsageError(text, hint=hint) from error
        if _is_at(file, path):
            return file
        file.close()  # the run that held it has just ended, and took it away


def remove(file: BinaryIO, path: Path) -> None:
    """Remove a file that is held; what has taken its place meanwhile is another's."""
    if _is_at(file, path):
        path.unlink(missing_ok=True)


def _is_file_or_free(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return True


def _is_at(file: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def last_run(file: BinaryIO) -> Phrase:
    """Return which process wrote the file last, on which machine, and since when, as far as it says."""
    file.seek(0)
    heads = [line for line in file if line.startswith(b"{")]
    try:
        head = json.loads(heads[-1])
        number, machine = str(head["by"]).removeprefix("process ").split(" on ", 1)
        text = phrase("process {number} on {machine}, since {moment}")
        return text.of(number=number, machine=machine, moment=str(head["started"]))
    except (IndexError, ValueError, KeyError, TypeError, RecursionError):
        return phrase("a process that has not said which")
