"""A database of any former form is brought up to date, and one of a later soccheck is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

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
def test_a_history_of_a_former_form_goes_on(nights: Nights, file: Path) -> None:
    """Whatever wrote it, its runs are listed, verify, and the next is added to them."""
    if nights.url is not None:
        return  # the dumps are those of SQLite
    import sqlite3

    nights.folder.mkdir()
    connection = sqlite3.connect(nights.folder / "history.db")
    connection.executescript(file.read_text())
    connection.close()
    before = nights.call("history", "list", "--format", "csv").out
    assert len(before.splitlines()) == 4
    nights.night("2024-07-05")
    assert nights.call("history", "list", "--format", "csv").out.startswith(before)
    ran = nights.call("history", "verify")
    # The dump has the tables without the blobs beside them.
    assert all("the blob" in line for line in ran.err.splitlines())


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
