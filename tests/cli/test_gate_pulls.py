"""What is done to a repository before a pipeline judges it: nothing but what is committed is judged."""

from __future__ import annotations

import os
import subprocess
import zlib
from pathlib import Path
from typing import Any

import pytest

from tests.kit import read_yaml
from tests.scratch import DAY, PIPELINE, Scratch, soccheck

CASES = read_yaml(Path(__file__).with_name("gate_pulls.yaml").read_text(encoding="utf-8"))

WORDS = """\
set -e
export GIT_AUTHOR_NAME=T GIT_AUTHOR_EMAIL=t@trial.example
export GIT_COMMITTER_NAME=T GIT_COMMITTER_EMAIL=t@trial.example
git checkout -q -b change
cp inv/hosts.yaml .git/good
pad() { sed -i '0,/{realtime: true}/s//{realtime: true }/' inv/hosts.yaml; cp inv/hosts.yaml .git/good; }
worse() { sed -i '0,/{realtime: true *}/s//{realtime: false}/' inv/hosts.yaml; }
hide() { cat .git/good > inv/hosts.yaml; }
commit() { git add -A; git commit -q -m change; }
other() { sed -i '/^  mail-1:/,$d' inv/hosts.yaml; }
extra() { { echo hosts:; sed -n '/^  mail-1:/,$p' .git/good; } > inv/mail.yaml; }
forge() { echo "$(git rev-parse "$1") $(git rev-parse "$2")" > .git/forged; }
"""


def forge(root: Path) -> None:
    """Write one object in the place of another, as nobody but who owns the clone can."""
    file = root / ".git/forged"
    if file.exists():
        of, by = (
            root / ".git/objects" / key[:2] / key[2:]
            for key in file.read_text(encoding="ascii").split()
        )
        of.chmod(0o644)
        of.write_bytes(zlib.compress(zlib.decompress(by.read_bytes())))


@pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])
def test_what_is_judged_is_what_is_committed(scratch: Scratch, case: dict[str, Any]) -> None:
    desk = {k: v for k, v in os.environ.items() if k not in PIPELINE}
    done = subprocess.run(
        ["sh", "-c", WORDS + case["do"]], cwd=scratch.root, capture_output=True, text=True, env=desk
    )
    assert done.returncode == 0, done.stderr
    forge(scratch.root)
    given = {
        name: str(scratch.root / value) if value.startswith(".git/") else value
        for name, value in case.get("env", {}).items()
    }
    words = ("gate", "--details", "inv", "--policies", "pol", "--as-of", DAY)
    base = case.get("base", "main")
    found = soccheck(*words, "--base", base, cwd=scratch.root, env={"CI": "true", **given})
    told = found.stdout + found.stderr
    assert found.returncode in ((0,) if case.get("passes") else (1, 2)), told
