"""Runs the real command in a scrubbed environment."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple
from unittest import mock

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
    """Run `soccheck ARGS` as a process would, in a scrubbed environment with no standard input.

    It runs in this process, which need not start Python and import everything again; in one of its own
    where a test says something to Python: `code` to run first, or a variable of Python's.
    """
    if code is not None or any(name.startswith("PYTHON") for name in env):
        return process(*args, cwd=cwd, code=code, **env)
    return here([str(arg) for arg in args], cwd or Path.cwd(), environment(**env))


def here(args: list[str], cwd: Path, env: dict[str, str]) -> Ran:
    """Run the command line in this process with a folder, an environment and streams of its own."""
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace", newline="") as out,
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace", newline="") as err,
        open(os.devnull, encoding="utf-8") as nothing,
        contextlib.chdir(cwd),
        mock.patch.dict(os.environ, env, clear=True),
        mock.patch.multiple(sys, stdin=nothing, stdout=out, stderr=err),
    ):
        code = command_line(args)
        for stream in (out, err):
            stream.seek(0)
        return Ran(code, out.read(), err.read())


def process(*args: str | Path, cwd: Path | None = None, code: str | None = None, **env: str) -> Ran:
    """Run `soccheck ARGS` in a process of its own; with `code`, run that Python first in it."""
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
