"""A database of any former form is brought up to date, and one of a later soccheck is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, insert, select, text
from sqlalchemy.pool import StaticPool

from soccheck.history import database as databases
from soccheck.history.database import Database
from soccheck.history.tables import METADATA
from tests.history.nights import Nights

FORMER = Path(__file__).parent / "former"
"""A database of each former form, as SQL: `sqlite3 history.db .dump` of three nights."""


def opened(nights: Nights) -> Database:
    return databases.opened(nights.folder, "history", nights.url)


def test_the_steps_lead_to_the_tables(nights: Nights) -> None:
    with opened(nights).begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_the_last_step_is_the_one_the_code_asks_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(databases.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [databases.REVISION]


@pytest.mark.parametrize("file", sorted(FORMER.glob("*.sql")), ids=lambda path: path.stem)
def test_a_history_of_a_former_form_goes_on(
    nights: Nights, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    """Whatever wrote it, its runs are listed, verify, and the next is added to them."""
    with monkeypatch.context() as former:
        former.setattr(databases, "REVISION", file.stem)
        _fill(opened(nights), file)
    before = nights.call("history", "list", "--format", "csv").out
    assert len(before.splitlines()) == 4
    nights.night("2024-07-05")
    assert nights.call("history", "list", "--format", "csv").out.startswith(before)
    assert "it@b.example: not told: " in nights.call("history", "show", "2").out
    ran = nights.call("history", "verify")
    # The dump has the tables without the blobs beside them.
    assert all("the blob" in line for line in ran.err.splitlines())
    with opened(nights).begin() as connection:
        connection.execute(text("UPDATE notice SET sent_at = '2024-07-01' WHERE run = 2"))
    assert (
        "run 2: that it@b.example was told of it by office" in nights.call("history", "verify").err
    )


def _fill(database: Database, file: Path) -> None:
    """Put what a dump of SQLite holds into the tables of its form."""
    dump = create_engine("sqlite://", poolclass=StaticPool)
    with dump.begin() as connection:
        for statement in file.read_text().split(";\n"):
            if statement.strip() not in ("BEGIN TRANSACTION", "COMMIT", ""):
                connection.exec_driver_sql(statement)
        tables = MetaData()
        tables.reflect(connection)
        rows = {
            table: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in tables.sorted_tables
            if table.name != "alembic_version"
        }
    dump.dispose()
    with database.begin() as connection:
        for table, found in rows.items():
            if found:
                connection.execute(insert(table), found)
        if connection.dialect.name == "postgresql":  # what numbers rows there goes on after them
            for name in ("authority", "control", "asset", "outcome", "span"):
                last = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"
                connection.execute(text(last))


def test_every_form_has_a_dump() -> None:
    steps = {path.stem.removeprefix("step_") for path in _steps()}
    assert {path.stem for path in FORMER.glob("*.sql")} == steps


def _steps() -> list[Path]:
    return sorted((Path(databases.__file__).parent / "migrations/versions").glob("step_*.py"))


def test_what_a_later_soccheck_wrote_is_left_alone(nights: Nights) -> None:
    nights.night("2024-06-30")
    with opened(nights).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    ran = nights.call("history", "list")
    assert ran.code == 2
    assert "written by a later soccheck" in ran.err


def test_a_file_that_is_no_database_is_said_to_be_none(nights: Nights) -> None:
    if nights.url is not None:
        return
    nights.folder.mkdir()
    (nights.folder / "history.db").write_bytes(b"not a database at all, however long it is" * 40)
    ran = nights.call("history", "list")
    assert ran.code == 2
    assert "file is not a database" in ran.err
