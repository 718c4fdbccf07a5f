"""One byte changed in a blob, a span or a run is found and named; what is pruned is said to be."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.cli.run import Ran
from tests.history.conftest import Server
from tests.history.nights import SETTINGS, Nights

IN_A_FILE = pytest.mark.parametrize("nights", ["sqlite"], indirect=True)
ON_A_SERVER = pytest.mark.parametrize("nights", ["postgresql"], indirect=True)


@pytest.fixture
def kept(nights: Nights) -> Nights:
    """Three nights: the second with a change, the third with none."""
    nights.evidence("2024-06-30", {"web-1": True, "web-2": "unreachable"})
    nights.night("2024-06-30")
    nights.scratch.edit("inv/fleets.yaml", "protected: 95", "protected: 50")
    nights.night("2024-07-01")
    nights.night("2024-07-02")
    assert nights.call("history", "verify").code == 0
    return nights


@contextlib.contextmanager
def restored(kept: Nights, request: pytest.FixtureRequest) -> Iterator[None]:
    """Give a database to change, and then the one that it was again."""
    if kept.url is None:
        file = kept.folder / "history.db"
        content = file.read_bytes()
        yield
        file.write_bytes(content)
        return
    server: Server = request.getfixturevalue("server")
    with pytest.MonkeyPatch.context() as patched:
        copy = server.by_socket(str(make_url(kept.url).database))
        patched.setattr(kept, "url", copy)
        patched.setenv("SOCCHECK_DATABASE_URL", copy)
        yield


def changed(kept: Nights, request: pytest.FixtureRequest, statement: str) -> Ran:
    """Change the database behind soccheck's back, then verify."""
    if kept.url is None:
        connection = sqlite3.connect(kept.folder / "history.db")
        with connection:
            connection.execute("PRAGMA foreign_keys=OFF")
            assert connection.execute(statement).rowcount > 0
        connection.close()
    else:
        server: Server = request.getfixturevalue("server")
        server.execute(statement, str(make_url(kept.url).database))
    return kept.call("history", "verify")


CHANGES = [
    ("UPDATE span SET cause = 'aged' WHERE id = 2", "run 1: the span of "),
    (
        "UPDATE span SET outcome = (SELECT outcome FROM span WHERE id = 1) WHERE first_run = 2",
        "run 2: the span of ",
    ),
    (
        "UPDATE outcome SET status = 'pass' WHERE status = 'fail'",
        "the span of T-REALTIME on web-2",
    ),
    ("UPDATE span SET last_run = 2 WHERE id = 1", "does not end where the next begins"),
    (
        "UPDATE span SET last_run = NULL WHERE last_run = 1",
        "does not end where the next begins",
    ),
    ("UPDATE span SET first_run = 2 WHERE id = 3", "the span of "),
    ("UPDATE span SET digest = '00000000' WHERE id = 1", "run 1: the span of "),
    ("DELETE FROM span WHERE first_run = 2", "run 2: its spans, tallies or faults"),
    ("UPDATE asset SET name = 'web-9' WHERE name = 'web-2'", "on web-9"),
    ("UPDATE control SET name = 'T-X' WHERE name = 'T-FLEET'", "of T-X on"),
    (
        "UPDATE tally SET passed = passed + 1 WHERE run = 3",
        "run 3: its spans, tallies or faults",
    ),
    ("DELETE FROM fault WHERE run = 1", "run 1: its spans, tallies or faults"),
    ("UPDATE run SET as_of = '2024-07-03' WHERE id = 3", "run 3: it, or its chain"),
    ("UPDATE run SET exit_code = 0 WHERE id = 2", "run 2: it, or its chain"),
    ("UPDATE run SET login = 'root2' WHERE id = 1", "run 1: it, or its chain"),
    ("UPDATE run SET chain = replace(chain, substr(chain, 1, 1), 'x') WHERE id = 1", "run 1: "),
    ("UPDATE run SET prev_run = 1 WHERE id = 3", "run 3: "),
    ("UPDATE authority SET name = 'other'", "run 1: it, or its chain"),
    ("UPDATE blob SET size = size + 1 WHERE kind = 'assessment'", "has another length"),
    ("DELETE FROM blob WHERE kind = 'evidence'", "its evidence is not there"),
    ("DELETE FROM blob WHERE kind = 'file'", "is not there"),
    ("UPDATE run SET as_of = 'x' WHERE id = 2", "run 2: it, or its chain"),
    ("UPDATE run SET ended_at = 'x' WHERE id = 2", "run 2: it, or its chain"),
    ("UPDATE asset SET organization = 'other' WHERE name = 'web-2'", "web-2: it is not placed as"),
    ("UPDATE asset SET level = 5 WHERE name = 'mail'", "mail: it is not placed as"),
    ("UPDATE asset SET was = 1 WHERE name = 'web-2'", "what it was renamed from is still there"),
    ("UPDATE control SET policy = 'other'", "T-FLEET: it is of another policy"),
    ("UPDATE blob SET kind = 'file' WHERE kind = 'policies'", "run 1: its policies is not there"),
    ("UPDATE blob SET pruned = '2024-07-01' WHERE kind = 'evidence'", "no rule does"),
    ("UPDATE alembic_version SET version_num = '0000'", "it is of no soccheck"),
]
OF_NO_RUN = [  # a server does not take them
    ("INSERT INTO fault VALUES (7, 'web-2', 'antivirus', 'timeout')", "run 7: it is not there"),
    ("UPDATE tally SET run = 7 WHERE run = 3", "run 7: it is not there"),
]


def test_a_row_that_was_changed_is_named(kept: Nights, request: pytest.FixtureRequest) -> None:
    wrong = {}
    for statement, said in CHANGES if kept.url is not None else [*CHANGES, *OF_NO_RUN]:
        with restored(kept, request):
            ran = changed(kept, request, statement)
        if ran.code != 2 or said not in ran.err:
            wrong[statement] = ran
    assert wrong == {}
    assert kept.call("history", "verify").code == 0


@IN_A_FILE
def test_a_history_without_a_run_or_without_its_database_is_not_called_whole(kept: Nights) -> None:
    file = kept.folder / "history.db"
    for content in (None, b""):
        file.unlink(missing_ok=True)
        if content is not None:
            file.write_bytes(content)
        ran = kept.call("run", "inv", "--as-of", "2024-07-03")  # its sweep would take all blobs
        assert ran.code == 2
        assert "history.db is gone or empty, and its blobs are there" in ran.err
        assert kept.call("history", "verify").code == 2
    shutil.rmtree(kept.folder / "blobs")
    ran = kept.call("history", "verify")
    assert ran.code == 2
    assert "no run yet" in ran.err


@IN_A_FILE
def test_any_byte_of_a_blob_that_was_changed_is_found(kept: Nights) -> None:
    blobs = sorted((kept.folder / "blobs").rglob("*.xz"))
    assert len(blobs) > 5
    for number, path in enumerate(blobs):
        raw = path.read_bytes()
        at = (number * 37) % len(raw)
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
        ran = kept.call("history", "verify")
        assert ran.code == 2
        assert (path.parent.name + path.name)[:12] in ran.err
        path.write_bytes(raw)
    blobs[0].unlink()
    assert kept.call("history", "verify").code == 2


@ON_A_SERVER
def test_a_byte_of_a_blob_in_a_table_is_found(kept: Nights, request: pytest.FixtureRequest) -> None:
    change = "UPDATE blob SET packed = set_byte(packed, 30, get_byte(packed, 30) # 1) WHERE kind = 'evidence'"
    ran = changed(kept, request, change)
    assert ran.code == 2
    assert "the blob " in ran.err


def test_runs_that_were_taken_away_at_the_end_are_missed(
    kept: Nights, request: pytest.FixtureRequest
) -> None:
    runs = json.loads(kept.call("history", "list", "--format", "json").out)["runs"]
    head = runs[-1]["chain"]
    assert kept.call("history", "verify", "--head", head).code == 0
    for statement in (
        "UPDATE span SET last_run = NULL WHERE last_run = 2",
        "DELETE FROM tally WHERE run = 3",
        "DELETE FROM fault WHERE run = 3",
        "DELETE FROM run WHERE id = 3",
    ):
        if "last_run" not in statement:
            ran = changed(kept, request, statement)
    assert ran.code == 0  # nothing that is there tells of it,
    assert (
        kept.call("history", "verify", "--head", head).code == 2
    )  # but a report that was printed does


def test_a_head_that_was_signed(kept: Nights, tmp_path: Path) -> None:
    import subprocess

    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    public = (tmp_path / "key.pub").read_text().split()
    (tmp_path / "signers").write_text(f"chief@so.example {public[0]} {public[1]}\n")
    assert kept.call("history", "sign", "--key", key, "-o", tmp_path / "sig").code == 0
    kept.night("2024-07-03")
    trusted = ("--signature", tmp_path / "sig", "--signers", tmp_path / "signers")
    ran = kept.call("history", "verify", *trusted)
    assert ran.code == 0
    assert "signed by chief@so.example" in ran.out
    (tmp_path / "signers").write_text(f"other@so.example {public[0]} {public[1][:-4]}AAAA\n")
    assert kept.call("history", "verify", *trusted).code == 2


def test_what_is_pruned_is_gone_and_the_rest_still_verifies(kept: Nights) -> None:
    assert kept.call("history", "prune").code == 2  # nothing says what to keep
    keep = SETTINGS.replace("folder: history", "folder: history, keep: {daily: 1}")
    kept.scratch.write("soccheck.yaml", keep)
    ran = kept.call("history", "prune")
    assert ran.code == 0
    assert not ran.out.startswith("0 ")
    assert kept.call("history", "verify").code == 0
    assert kept.call("history", "export", "1", "-o", "out").code == 2
    assert kept.call("history", "export", "3", "-o", "out").code == 0
    again = kept.call(
        *("audit", "out/inv", "--policies", "out/policies", "--as-of", "2024-07-02"),
        *("--evidence", "out/evidence.json", "--format", "json"),
    )
    first, second = (
        json.loads((kept.scratch.root / "out/assessment.json").read_text()),
        json.loads(again.out),
    )
    assert [f["status"] for f in first["findings"]] == [f["status"] for f in second["findings"]]
    assert kept.diff("1", "3")["T-FLEET", "pcs"]["cause"] == "not_known"
    kept.night("2024-07-03")
    assert kept.call("history", "verify").code == 0


@IN_A_FILE
def test_a_history_that_lacks_rows_is_refused_and_verify_says_which(kept: Nights) -> None:
    """What a failing control is failing since is read from runs, which somebody took out."""
    connection = sqlite3.connect(kept.folder / "history.db")
    with connection:
        connection.execute("DELETE FROM run WHERE id = 1")
    connection.close()
    for words in (("run", "inv", "--as-of", "2024-07-03"), ("failing",), ("history", "list")):
        ran = kept.call(*words)
        assert (ran.code, ran.out) == (2, "")
        assert "rows that others name are gone from its table 'run'" in ran.err
        assert "take history.db from a copy" in ran.err
    assert "run 1: it is not there, and something of it is" in kept.call("history", "verify").err


@IN_A_FILE
@pytest.mark.parametrize(
    ("statement", "said"), [("DROP TABLE span", "no such table: span"), (None, "is malformed")]
)
def test_a_database_that_is_damaged_is_said_to_be(
    kept: Nights, statement: str | None, said: str
) -> None:
    file = kept.folder / "history.db"
    if statement is None:
        file.write_bytes(file.read_bytes()[:3000])
    else:
        connection = sqlite3.connect(file)
        with connection:
            connection.execute(statement)
        connection.close()
    ran = kept.call("failing")
    assert ran.code == 2
    assert "history.db is damaged: “" in ran.err
    assert said in ran.err
    assert "hint: take history.db from a copy" in ran.err
