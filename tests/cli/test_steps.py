"""Long work says what it is at, on a terminal only, and leaves nothing behind."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.run import ROOT, environment, soccheck

AT_ONCE = "from soccheck.cli import steps; steps.SILENT_SECONDS = 0; "
MAIN = "from soccheck.__main__ import main; main()"


def told(*args: str | Path, code: str = AT_ONCE) -> str:
    """Run a command with a terminal for its standard error; return what that was written."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", code + MAIN, *map(str, args)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=theirs
    ) as process:
        os.close(theirs)
        process.wait(60)
    os.set_blocking(ours, False)
    text = ""
    while True:
        try:
            text += os.read(ours, 65536).decode()
        except OSError:  # a terminal nobody holds any more
            break
    os.close(ours)
    return text


def left(written: str) -> str:
    """Return what stands on the terminal's last line: a return begins it anew, over what was there."""
    line = ""
    for part in written.split("\r"):
        line = part + line[len(part) :]
    return line


@pytest.mark.parametrize(
    ("command", "language", "said"),
    [
        (["audit", "inventories/an-giang"], "en", "Reading the inventory and the policies…"),
        (["audit", "inventories/an-giang"], "vi", "Đang đọc danh mục kê khai và các chính sách…"),
        (["report", "inventories/an-giang", "-o", "{tmp}/r.html"], "vi", "Đang ghi {tmp}/r.html"),
        (["gate", "inventories/an-giang", "--base", "HEAD"], "vi", "Đang đánh giá hai bên"),
        (["audit", "inventories/an-giang", "inventories/hau-giang"], "en", "Reading and judging"),
        (["compare", "inventories/an-giang-2019", "inventories/an-giang"], "vi", "Đang đọc"),
    ],
)
def test_a_terminal_is_told_and_left_clean(
    tmp_path: Path, command: list[str], language: str, said: str
) -> None:
    args = [word.format(tmp=tmp_path) for word in command]
    written = told(*args, "--lang", language)
    assert said.format(tmp=tmp_path)[:70] in written
    assert left(written).strip() == ""


def test_what_is_quick_is_not_told() -> None:
    assert told("compare", "inventories/nowhere", "inventories/an-giang", code="").count("…") == 0


@pytest.mark.parametrize("command", ["audit", "worklist", "report"])
def test_nothing_is_on_the_stderr_of_a_pipe(command: str, tmp_path: Path) -> None:
    more = ["--output", str(tmp_path / "report.html")] if command == "report" else []
    ran = soccheck(command, "inventories/an-giang", *more, cwd=ROOT, code=AT_ONCE)
    assert ran.err == ""
