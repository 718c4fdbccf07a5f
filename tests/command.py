"""The real command, as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def soccheck(*args: str | Path, cwd: Path = ROOT, seconds: float = 120) -> tuple[int, str, str]:
    """Run `python -m soccheck` in 80 columns and return its exit code, output and errors."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "80",
        "PYTHONWARNINGS": "error",
    }
    done = subprocess.run(
        [sys.executable, "-m", "soccheck", *map(str, args)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=seconds,
    )
    return done.returncode, done.stdout, done.stderr
