"""Runs the real command in a process of its own, in a scrubbed environment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from soccheck.cli import command_line

ROOT = Path(__file__).parents[2]


class Ran(NamedTuple):
    """Represents what a command did."""

    code: int
    out: str
    err: str


def environment(**more: str) -> dict[str, str]:
    """Return an environment with nothing of the developer's in it."""
    return {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", **more}


def heed_interrupts() -> None:
    """Let a child hear Ctrl-C where this process was told to ignore it, as `nohup pytest &` does."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def inside(capsys: pytest.CaptureFixture[str], *args: str | Path) -> Ran:
    """Run the command line in this process, for messages by the dozen: a start takes its time."""
    code = command_line([str(arg) for arg in args])
    return Ran(code, *capsys.readouterr())


def soccheck(
    *args: str | Path, cwd: Path | None = None, code: str | None = None, **env: str
) -> Ran:
    """Run `soccheck ARGS`; with `code`, run that Python first in the same process."""
    start = ["-m", "soccheck"]
    if code is not None:
        start = ["-c", f"{code}\nfrom soccheck.__main__ import main\nmain()"]
    done = subprocess.run(
        [sys.executable, *start, *map(str, args)],
        cwd=cwd,
        env=environment(**env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
