"""A history in a file, and one on a real server: the same tests are held to both."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pg8000.native
import pytest

from tests.history.nights import Nights
from tests.scratch import Scratch

BIN = Path("/usr/lib/postgresql/15/bin")


class Server:
    """Represents a PostgreSQL server of our own, on loopback; its databases are made as asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.password = secrets.token_hex(8)
        self.port = _free_port()
        self.count = 0
        # initdb refuses root.
        self.user = "postgres" if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / "log"

    def start(self) -> None:
        word = self.folder / "password"
        word.write_text(self.password)
        if self.user is not None:
            for path in (self.folder, word):
                shutil.chown(path, self.user)
        data = self.folder / "data"
        made: list[str | Path] = [
            BIN / "initdb",
            "-D",
            data,
            "-U",
            "soc",
            "-A",
            "scram-sha-256",
            "--no-sync",
        ]
        self._run([*made, "--pwfile", word, "-E", "UTF8", "--locale", "C"])
        self.run()

    def run(self, **settings: str) -> None:
        """Run the server that was made, with more settings; anew where it runs."""
        self.stop()
        data = self.folder / "data"
        given = {"fsync": "off", "listen_addresses": "127.0.0.1", **settings}
        options = [word for name in given for word in ("-c", f"{name}={given[name]}")]
        started = [BIN / "postgres", "-D", data, "-p", str(self.port), "-k", self.folder, *options]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*map(str, started)],
                user=self.user,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a signal to the tests' group would end it
            )
        for _ in range(200):
            if self._run(
                [BIN / "pg_isready", "-h", "127.0.0.1", "-p", str(self.port)], check=False
            ):
                return
            time.sleep(0.05)
        raise AssertionError(f"the server did not start: {self._log.read_text()}")

    def check(self) -> None:
        """Say what the server said last, where it is not there any more."""
        ended = self._process is None or self._process.poll() is not None
        assert not ended, f"the server is gone: {self._log.read_text()[-2000:]}"

    def _run(self, command: list[str | Path], *, check: bool = True) -> bool:
        done = subprocess.run(
            [*map(str, command)], user=self.user, cwd=self.folder, capture_output=True, check=False
        )
        assert not check or done.returncode == 0, done.stderr.decode()
        return done.returncode == 0

    def url(self, template: str = "template1") -> str:
        """Return the URL of a new database, empty or a copy of another."""
        self.count += 1
        name = f"history_{self.count}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return f"postgresql://soc:{self.password}@127.0.0.1:{self.port}/{name}"

    def by_socket(self, template: str = "template1") -> str:
        """Return the URL of a new database, reached by the server's socket: that is cheaper than TLS."""
        return f"{self.url(template)}?unix_sock={self.folder}/.s.PGSQL.{self.port}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        self.check()
        connection = pg8000.native.Connection(
            "soc", "127.0.0.1", database, self.port, password=self.password, ssl_context=False
        )
        connection.run(statement)
        connection.close()

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)  # at once: what it would write is thrown away
            self._process.wait(20)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    yield from own_server()


def own_server() -> Iterator[Server]:
    """Yield a server that runs, and end it."""
    if not (BIN / "initdb").exists():
        pytest.skip("postgresql-15 is not installed")
    # Not below pytest's own folder: every pytest that starts closes that to other users, and a server
    # that cannot reach its data by their path ends at its next checkpoint.
    with tempfile.TemporaryDirectory(prefix="soccheck-postgresql-") as folder:
        made = Server(Path(folder))
        try:
            made.start()
            yield made
        finally:
            made.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def nights(
    request: pytest.FixtureRequest,
    scratch: Scratch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Nights]:
    """The scratch inventory with a history that has no run yet, on each database."""
    monkeypatch.delenv("SOCCHECK_DATABASE_URL", raising=False)
    monkeypatch.chdir(scratch.root)
    if request.param != "postgresql":
        yield Nights(scratch, capsys)
        return
    server: Server = request.getfixturevalue("server")
    url = server.by_socket()
    monkeypatch.setenv("SOCCHECK_DATABASE_URL", url)
    yield Nights(scratch, capsys, url)
    server.check()
