"""Runs of the command in processes forked where all of it is imported already: many cost little.

Each is a process of its own, with its own streams, folder and exit code, and can be killed.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from soccheck.__main__ import main
from tests.cli.run import environment

_FORKS = multiprocessing.get_context("forkserver")
# The last two a run imports only when it needs them.
_FORKS.set_forkserver_preload(
    ["__main__", "pytest", __name__, "paramiko", "soccheck.cli.collect_run"]
)


def _run(folder: Path, code: str, words: tuple[str, ...], given: dict[str, str], to: str) -> None:
    """Run the command after `code`, as a process of its own that prints into the files `to`."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(given)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(Path(to, name), os.O_WRONLY | os.O_CREAT), number)
    sys.stdout, sys.stderr = (os.fdopen(n, "w", encoding="utf-8", closefd=False) for n in (1, 2))
    sys.argv = ["soccheck", *words]
    exec(code, {})
    main()


class Forked:
    """One run: it has begun, and says what it printed when it has ended."""

    def __init__(self, folder: Path, code: str, words: tuple[str, ...]) -> None:
        self._to = tempfile.TemporaryDirectory()
        arguments = (folder, code, words, environment(), self._to.name)
        self._process: ForkServerProcess = _FORKS.Process(target=_run, args=arguments)
        self._process.start()

    def kill(self) -> None:
        """Send it SIGKILL."""
        self._process.kill()

    def ended(self) -> tuple[int, str, str]:
        """Wait for its end; return its exit code and what it printed on either stream."""
        self._process.join(60)
        code = self._process.exitcode
        assert code is not None
        found = [Path(self._to.name, name) for name in ("out", "err")]
        out, err = (path.read_text("utf-8") if path.exists() else "" for path in found)
        self._to.cleanup()
        return code, out, err
