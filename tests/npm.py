"""Tools from npm, each installed once in a cache; a test that needs one is skipped without npm."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest


def installed(package: str, version: str) -> Path:
    """Return the `node_modules` that holds a package; none of its install scripts has run."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not here")
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "soccheck-tests"
    folder = cache / f"{package.replace('/', '-').lstrip('@')}-{version}"
    modules = folder / "node_modules"
    if not (modules / package / "package.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund"]
        command += ["--ignore-scripts", f"{package}@{version}"]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
    return modules


def run(modules: Path, script: str, data: object) -> str:
    """Return what a script prints that reads `data`, JSON on its standard input, as `data`."""
    start = "const data = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
    done = subprocess.run(
        ["node", "-e", f"{start}\n{script}"],
        input=json.dumps(data),
        env={"PATH": os.environ["PATH"], "NODE_PATH": str(modules)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def answer(modules: Path, script: str, data: object) -> Any:
    """Return, as Python has it, the value of the expression `script`."""
    return json.loads(run(modules, f"console.log(JSON.stringify({script}))", data))
