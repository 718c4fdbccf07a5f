"""A server that goes down before, during or after a run: told in one sentence, and no run is half there."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest

from soccheck import audit
from soccheck.cli import run as run_command
from soccheck.history import chain
from tests.history.conftest import Server, own_server
from tests.history.nights import Nights
from tests.scratch import Scratch

# pg8000 leaves a socket to the collector where the server hung up before it said goodbye.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
REPORT = "reports: [{format: json, file: out.json}]\n"
KEPT = "history: {folder: history, keep: {daily: 1}}\naudit: {policies: [pol]}\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of this module's own: what is done to it is felt by nobody else."""
    yield from own_server()


@pytest.fixture
def served(
    server: Server,
    scratch: Scratch,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Nights]:
    monkeypatch.chdir(scratch.root)
    url = server.url()
    monkeypatch.setenv("SOCCHECK_DATABASE_URL", url)
    nights = Nights(scratch, capsys, url)
    nights.night("2024-07-01")
    yield nights
    gc.collect()  # here, and not in a later test


def _hang_up(server: Server) -> None:
    """End every connection to the history, as a server that stops does."""
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ~ '^soccheck'"
    )


def _before(
    monkeypatch: pytest.MonkeyPatch, where: object, name: str, done: Callable[[], None]
) -> None:
    work = getattr(where, name)

    def called(*arguments: object) -> object:
        done()
        return work(*arguments)

    monkeypatch.setattr(where, name, called)


def test_a_server_that_does_not_let_in(
    served: Nights, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert served.url is not None
    database = served.url.rpartition("/")[2]
    server.execute("DROP ROLE IF EXISTS reader")
    server.execute("CREATE ROLE reader LOGIN PASSWORD 'reads'")
    server.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", database)
    reading = served.url.replace(f"soc:{server.password}", "reader:reads")
    for url, said in (
        (served.url.replace(server.password, "S3cret"), "password authentication failed"),
        (served.url.replace(database, "nowhere"), 'database "nowhere" does not exist'),
        (served.url.replace(f":{server.port}/", ":1/"), "cannot be reached: Connection refused"),
        (served.url.replace("127.0.0.1", "none.invalid"), "cannot be reached: "),
        (reading, "permission denied for table"),
    ):
        monkeypatch.setenv("SOCCHECK_DATABASE_URL", url)
        ran = served.call("run", "inv", "--as-of", "2024-07-02")
        assert ran.code == 2, ran
        assert said in ran.err
        assert "hint: " in ran.err
        assert "S3cret" not in ran.err + ran.out
    assert served.call("history", "verify").code == 0  # a reader may read
    server.execute("DROP OWNED BY reader", database)


def test_a_server_that_goes_down_in_the_middle_leaves_the_last_run(
    served: Nights, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as during:
        _before(during, chain, "of_content", lambda: _hang_up(server))
        ran = served.call("run", "inv", "--as-of", "2024-07-02")
    assert ran.code == 2
    assert "cannot be reached: " in ran.err
    assert "Traceback" not in ran.err
    verified = served.call("history", "verify")
    assert verified.code == 0
    assert "inv: 1 runs" in verified.out
    with monkeypatch.context() as during:  # the lock is gone, the run is not
        _before(during, audit, "judge", lambda: _hang_up(server))
        served.night("2024-07-02")


def test_a_server_that_goes_down_once_a_run_is_kept_changes_no_exit_code(
    served: Nights, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.scratch.write("soccheck.yaml", KEPT + REPORT)
    database = str(served.url).rpartition("/")[2]

    def down(night: run_command.Night) -> None:
        server.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
        _hang_up(server)

    with monkeypatch.context() as during:
        during.setattr(run_command, "STEPS", (down, *run_command.STEPS))
        ran = served.night("2024-07-02")
    assert f"{database}: \N{LEFT DOUBLE QUOTATION MARK}database" in ran.err
    assert (served.scratch.root / "out.json").is_file()
    assert served.call("health").code == 2
    server.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")
    assert "inv: 2 runs" in served.call("history", "verify").out
    served.night("2024-07-03")
