"""The README shows what the commands really print.

`python -m tests.test_readme` writes the present output into it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
SHOWN = re.compile(r"(<!-- output of: (.+?) -->\n```[a-z]*\n)(.*?)(```\n)", re.DOTALL)


def output(command: str) -> str:
    """Return what a command of the README prints, as in a terminal of 80 columns."""
    folder = Path(sys.executable).parent
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", "COLUMNS": "80"}
    shell = ["bash", "-c", command]
    done = subprocess.run(
        shell, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout


def filled(text: str) -> str:
    """Return the README with every shown output as it is now."""
    return SHOWN.sub(lambda found: found[1] + output(found[2]) + found[4], text)


def test_the_readme_shows_what_the_commands_print() -> None:
    text = README.read_text(encoding="utf-8")
    assert SHOWN.search(text)
    assert filled(text) == text, "run `python -m tests.test_readme` and read what changed"


def test_the_readme_names_every_command() -> None:
    from soccheck.cli import COMMANDS

    text = README.read_text(encoding="utf-8")
    assert [name for name in COMMANDS if name not in text] == []


if __name__ == "__main__":
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")
