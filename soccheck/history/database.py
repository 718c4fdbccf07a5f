"""Opens the history's database, a file of SQLite or a PostgreSQL server, and brings it up to date."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from soccheck.errors import SoccheckError, quoted, unwritable
from soccheck.history import server
from soccheck.history.blobs import Blobs
from soccheck.history.errors import HistoryError
from soccheck.phrase import phrase
from soccheck.sources import tls

REVISION = "0002"
"""The step of `migrations/` that makes the tables as they are now."""
_MIGRATIONS = Path(__file__).parent / "migrations"
_POSTGRESQL = "postgresql+pg8000"
logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)  # what breaks is told once: by us
_SECONDS = 10
"""To get a connection, and to wait for another writer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Represents an open history: its engine, where its blobs are, and what messages call it."""

    engine: Engine
    blobs: Blobs
    shown: str

    @contextlib.contextmanager
    def begin(self) -> Iterator[Connection]:
        """Give a connection whose work is whole or not done; raises `HistoryError`, without a secret."""
        with self.connected() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def connected(self) -> Iterator[Connection]:
        """Give a connection; raises `HistoryError` for what is refused, which names no user or password."""
        try:
            connection = self.engine.connect()
        except (
            SQLAlchemyError,
            OSError,
        ) as error:  # pg8000 lets some errors of the network through
            raise _untrusted(self.shown, error) or _refused(self.shown, error) from None
        try:
            with connection:
                yield connection
        except SQLAlchemyError as error:
            raise _refused(self.shown, error) from None


def opened(
    folder: Path, shown: str, url: str | None = None, application: str = "", *, torn: bool = False
) -> Database:
    """Return the history in a folder, or on the server at `url`, made or brought up to date.

    Raises `HistoryError` where it cannot be opened, a later soccheck wrote it, or rows are missing in a file,
    unless it may be `torn`.
    """
    database = _connected(folder, shown, url, application)
    with database.begin() as connection:
        _bring_up_to_date(connection, database.shown)
        if not torn:
            _refuse_torn(connection, database.shown)
    return database


def exists(folder: Path, url: str | None = None) -> bool:
    """Return whether there is a history: a server is asked when it is opened."""
    return url is not None or _file(folder).is_file()


def _file(folder: Path) -> Path:
    return folder / "history.db"


def _connected(folder: Path, shown: str, url: str | None, application: str) -> Database:
    if url is None:
        blobs = Blobs(folder / "blobs")
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _has_content(_file(folder)) and blobs.size():
                raise _lost(shown)
        except OSError as error:
            raise unwritable(shown, error) from error
        return Database(engine=_sqlite(_file(folder)), blobs=blobs, shown=shown)
    parsed = server.parsed(url)
    plain, more = server.arguments(parsed)
    named = {"application_name": application} if application else {}
    engine = create_engine(
        plain.set(drivername=_POSTGRESQL),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"timeout": _SECONDS, **named, **more},
    )
    return Database(engine=engine, blobs=Blobs(None), shown=server.shown(parsed))


def _has_content(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0


def _lost(shown: str) -> HistoryError:
    """Return what to tell of blobs without their database: to begin anew would sweep them away."""
    hint = phrase("take history.db from a copy; or move the folder blobs away, to begin anew")
    return HistoryError(
        phrase("{database}: history.db is gone or empty, and its blobs are there", database=shown),
        hint=hint,
    )


def _sqlite(file: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"timeout": _SECONDS},
    )

    # So that the making of tables is part of a transaction, too: SQLAlchemy's documentation,
    # "Serializable isolation / Savepoints / Transactional DDL".
    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _bring_up_to_date(connection: Connection, shown: str) -> None:
    """Run the steps that the database has not had; raises `HistoryError` for one of a later soccheck."""
    found = None
    if inspect(connection).has_table("alembic_version"):
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found == REVISION:
        return
    if found is not None and found > REVISION:
        hint = phrase("use the soccheck that wrote it, or a later one")
        message = phrase("{database}: written by a later soccheck", database=shown)
        raise HistoryError(message, hint=hint)
    from alembic import command  # a third of a second, on the first run of a release only
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, REVISION)
    except CommandError:
        text_ = phrase(
            "{database}: it is of no soccheck: its tables are of a step {step}",
            database=shown,
            step=repr(found),
        )
        raise HistoryError(text_, hint=phrase("take it from a copy")) from None


def _refuse_torn(connection: Connection, shown: str) -> None:
    """Raise `HistoryError` where rows name others that are not there; a server never lets them go."""
    if connection.dialect.name != "sqlite":
        return
    lacking = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if lacking is not None:
        text_ = phrase("{database}: rows that others name are gone from its table {table}")
        hint = phrase("take history.db from a copy; `soccheck history verify` says what is lacking")
        raise HistoryError(text_.of(database=shown, table=repr(lacking[2])), hint=hint)


_PLAIN = "Server refuses SSL"
"""What pg8000 says of a server without TLS."""


def _untrusted(shown: str, error: SQLAlchemyError | OSError) -> HistoryError | None:
    """Return what is told of a server without TLS, or with a certificate that is not to be trusted."""
    plain = isinstance(error, DBAPIError) and str(error.orig) == _PLAIN
    said = phrase("it offers no TLS") if plain else tls.fault(error)
    if said is None:
        return None
    hint = phrase("no password was sent; sslmode and sslrootcert of its URL say what is trusted")
    return HistoryError(phrase("{database}: {said}", database=shown, said=said), hint=hint)


_DISK = ("SQLITE_FULL", "SQLITE_IOERR")
"""Result codes of a disk that takes no more: sqlite.org/rescode.html."""
_BROKEN = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
"""Result codes of a file that is damaged, or no database; and a table may be gone."""


def _refused(shown: str, error: SQLAlchemyError | OSError) -> SoccheckError:
    """Return what a database refused, in its own words alone: those of SQLAlchemy may hold the URL."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    network = cause if isinstance(cause, OSError) else getattr(cause, "__cause__", None)
    if isinstance(network, OSError) or getattr(error, "connection_invalidated", False):
        why = getattr(network, "strerror", None) or phrase("the connection broke off")
        hint = phrase("run it again once the server answers; the runs kept before are whole")
        return HistoryError(
            phrase("{database}: cannot be reached: {why}", database=shown, why=why), hint=hint
        )
    details = cause.args[0] if cause is not None and cause.args else type(error).__name__
    if isinstance(details, dict):  # as pg8000 has it: PostgreSQL, 55.8, error and notice fields
        details = details.get("M", "")
    said = "".join(c if c.isprintable() else " " for c in str(details))[:200]
    if getattr(cause, "sqlite_errorname", "").startswith(_DISK):
        text = phrase("{database}: {said}", database=shown, said=quoted(said))
        return SoccheckError(text, hint=phrase("make room, then run it again"))
    if getattr(cause, "sqlite_errorname", "").startswith(_BROKEN) or said.startswith("no such "):
        text = phrase(
            "{database}: history.db is damaged: {said}", database=shown, said=quoted(said)
        )
        return HistoryError(text, hint=phrase("take history.db from a copy"))
    hint = phrase("see that it is there, may be written, and is no other program's")
    return HistoryError(phrase("{database}: {said}", database=shown, said=quoted(said)), hint=hint)
