"""Style, types and imports, by the versions in requirements/lock.txt: others may ask for more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = {
    "style": ["ruff", "check", "--quiet", "."],
    "form": ["ruff", "format", "--quiet", "--check", "."],
    "types": ["mypy", "--no-error-summary"],
    "imports": ["lint-imports", "--no-logo"],
}


@pytest.mark.parametrize("tool", TOOLS)
def test_nothing_is_to_mend(tool: str) -> None:
    name, *words = TOOLS[tool]
    command = [str(Path(sys.executable).parent / name), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
