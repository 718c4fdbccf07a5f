"""Runs that ask real sshds and are killed at any moment, two at once; and a fleet whose tests are ended."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from soccheck.bundle import bundle as evidence
from tests import fleet as fleets
from tests.cli.run import heed_interrupts
from tests.collect.conftest import HEALTHY, ROOT, Soccheck
from tests.fleet import Fleet

PAIRS = 25


def _state(folder: Path) -> list[tuple[str, int, int]]:
    """Return what is there, so that it is seen when a run begins to write."""
    found = []
    for path in (*folder.glob("e.json*"), *folder.glob(".e.json*")):
        with contextlib.suppress(FileNotFoundError):
            found.append((path.name, path.stat().st_ino, path.stat().st_size))
    return sorted(found)


def test_fifty_runs_killed_as_they_ask_real_machines(soccheck: Soccheck, real_fleet: Fleet) -> None:
    """No bundle is torn, no night blocked, and nothing of a killed run stays beside the bundle."""
    names = {f"ok-{kind}" for kind in HEALTHY}
    soccheck.inventory({m.name: m.v4 for m in real_fleet.machines if m.name in names})
    folder = soccheck.folder
    key = ("--identity", str(real_fleet.key))
    words = ("collect", "inv", "-o", "e.json", "--workers", "2", *key)
    chance = random.Random(20261126)
    torn = 0
    for _ in range(PAIRS):
        before = _state(folder)
        pair = [
            subprocess.Popen(
                soccheck.argv(*words, *more),
                cwd=folder,
                env=soccheck.environment(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for more in ((), ("--resume",))
        ]
        end = time.monotonic() + 10
        while _state(folder) == before and time.monotonic() < end:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.5))
        for process in pair:
            process.send_signal(signal.SIGKILL)
            _, err = process.communicate(timeout=20)
            assert "Traceback" not in err
        torn += (folder / "e.json.partial").exists()
        if (folder / "e.json").exists():
            assert set(evidence.load(folder / "e.json", "e.json")["assets"]) == names
    assert torn, "no run was killed in its middle"
    last = soccheck(*words)
    assert last.returncode == 0, (
        last.stderr + soccheck("evidence", "show", "e.json", "--problems").stdout
    )
    made = evidence.load(folder / "e.json", "e.json")
    assert set(made["assets"]) == names
    assert made["complete"] is True
    left = {path.name for path in folder.iterdir() if ".aside" not in path.name}
    assert left == {"e.json", "home", "inv"}


HELD = """
import time
from pathlib import Path
from tests import fleet

def test_it(tmp_path):
    with fleet.fleet(tmp_path, fleet.machines(tmp_path, 2)) as built:
        pids = " ".join(str(machine.init_pid) for machine in built.machines)
        Path("up.part").write_text(f"{built.tag} {pids}")
        Path("up.part").rename("up")
        time.sleep(300)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_fleet_is_taken_down_when_its_tests_are_ended(
    can_build: None, tmp_path: Path, number: signal.Signals
) -> None:
    (tmp_path / "test_held.py").write_text(HELD)
    words = ["-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider", "test_held.py"]
    process = subprocess.Popen(
        [sys.executable, *words],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=heed_interrupts,
    )
    end = time.monotonic() + 180
    while not (tmp_path / "up").exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.05)
    tag, *pids = (tmp_path / "up").read_text().split()
    assert all(Path(f"/proc/{pid}").exists() for pid in pids)
    process.send_signal(number)
    process.communicate(timeout=180)
    assert process.returncode in (2, 128 + number)
    assert tag not in fleets.sh(["ip", "netns", "list"]).stdout
    end = time.monotonic() + 10  # whoever inherits what was killed takes a moment to bury it
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < end
        time.sleep(0.05)
