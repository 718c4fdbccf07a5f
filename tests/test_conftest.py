"""What skips mean: in CI a missing tool is a failure, and only a user that is not root may skip, by name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PLAIN = """
import pytest
def test_fleet(): pytest.skip("the fleet of real machines needs root")
def test_tool(): pytest.skip("npm is not here")
"""
RUN = """
import os, sys, pytest
os.geteuid = lambda: int(sys.argv[1])
from tests import conftest
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "--rootdir", ".", "test_it.py"], [conftest]))
"""


@pytest.mark.parametrize(
    ("user", "variables", "failed"),
    [
        (1000, {}, ()),
        (1000, {"CI": "1"}, ("test_tool",)),
        (0, {}, ()),
        (0, {"CI": "1"}, ("test_fleet", "test_tool")),
    ],
    ids=["user", "user-ci", "root", "root-ci"],
)
def test_a_skip_is_named_and_in_ci_a_failure_unless_it_needs_root(
    tmp_path: Path, user: int, variables: dict[str, str], failed: tuple[str, ...]
) -> None:
    (tmp_path / "test_it.py").write_text(PLAIN)
    kept = {name: value for name, value in os.environ.items() if name != "CI"}
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(user)],
        cwd=tmp_path,
        env={**kept, **variables, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (1 if failed else 0), done.stdout + done.stderr
    skipped = done.stdout.partition("skipped, ")[2]
    for name in ("test_fleet", "test_tool"):
        assert (f"  test_it.py::{name}\n" in skipped) is (name not in failed)
        assert (f"FAILED test_it.py::{name}" in done.stdout) is (name in failed)
