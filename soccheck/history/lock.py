"""One run at a time: a second one is told who holds the history.

The lock is flock(2)'s on this machine, and an advisory lock of PostgreSQL among several: either goes with
the process that held it, however that ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text

from soccheck.errors import unwritable
from soccheck.history.database import Database
from soccheck.history.errors import HistoryError
from soccheck.phrase import Phrase, phrase

_KEY = 0x50CC4EC4
"""Of PostgreSQL's advisory lock, of every soccheck on one database."""
_BY = re.compile(
    r"(?:soccheck )?process (?P<number>\d+) of (?P<user>[\w.@+-]+)"
    r" on (?P<machine>[\w.-]+)(?:, since (?P<moment>[\dT:+-]+))?"
)
"""What a run says of itself."""
_HOLDER = text(
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
    " WHERE l.locktype = 'advisory' AND l.objid = :key AND l.granted"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@contextlib.contextmanager
def of_folder(folder: Path, shown: str, by: str) -> Iterator[None]:
    """Hold a history's folder; raises `HistoryError`, which says who does, when another process holds it.

    It is raised as well where the folder cannot be written.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = os.open(folder / "lock", flags, 0o600)
    except FileExistsError as error:
        hint = phrase("move it away, or name another folder in soccheck.yaml: history: folder")
        raise HistoryError(phrase("{path}: not a folder", path=shown), hint=hint) from error
    except OSError as error:
        raise unwritable(shown, error) from error
    with os.fdopen(opened, "r+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _held(shown, file.read(200).strip()) from None
        try:
            os.ftruncate(opened, 0)
            os.write(opened, by.encode())
        except OSError as error:
            raise unwritable(shown, error) from error
        try:
            yield
        finally:
            file.truncate(0)


@contextlib.contextmanager
def of_server(database: Database) -> Iterator[None]:
    """Hold a history on a server, too; raises `HistoryError` as `of_folder` does."""
    if database.engine.dialect.name != "postgresql":
        yield
        return
    with database.connected() as connection:
        taken = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY})
        if not taken.scalar():
            raise _held(database.shown, str(connection.execute(_HOLDER, {"key": _KEY}).scalar()))
        connection.commit()  # the lock is the session's, and outlives it
        yield


def _held(shown: str, by: str) -> HistoryError:
    hint = phrase("wait until it has ended")
    return HistoryError(
        phrase("{path}: another run holds it: {run}", path=shown, run=_run(by)), hint=hint
    )


def _run(by: str) -> Phrase:
    """Return which process holds a history, as far as it has said."""
    found = _BY.fullmatch(by)
    if found is None:
        return phrase("a process that has not said which")
    values = {name: value for name, value in found.groupdict().items() if value is not None}
    if "moment" in values:
        text = phrase("process {number} of {user} on {machine}, since {moment}")
    else:
        text = phrase("process {number} of {user} on {machine}")
    return text.of(**values)
