"""What each bench prints and measures by: a figure beside its goal, and a command of its own process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


def at_most(line: str, value: float, limit: float, unit: str = "x") -> bool:
    """Print a figure beside the goal it may not pass; return whether it is kept."""
    return _said(line, value, f"at most {limit:g} {unit}", unit, kept=value <= limit)


def at_least(line: str, value: float, limit: float, unit: str = "x") -> bool:
    """Print a figure beside the goal it has to reach; return whether it is."""
    return _said(line, value, f"at least {limit:g} {unit}", unit, kept=value >= limit)


def _said(line: str, value: float, goal: str, unit: str, *, kept: bool) -> bool:
    print(f"{line:<66} {value:8.2f} {unit:<2}  {goal:<16} {'ok' if kept else 'MISSED'}", flush=True)
    return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Represents what one run took: seconds by the clock and of CPU, and MB at its peak."""

    wall: float
    cpu: float
    mb: float


def run(words: list[str], folder: Path, codes: tuple[int, ...] = (0, 1, 3)) -> Spent:
    """Return what a command takes, the processes it started included; it must have judged."""
    start = time.perf_counter()
    with subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in codes, (words, process.returncode)
    return Spent(wall=wall, cpu=used.ru_utime + used.ru_stime, mb=used.ru_maxrss / 1024)


def soccheck(*arguments: str) -> list[str]:
    """Return the command line of soccheck as it is installed here."""
    return [str(Path(sys.executable).with_name("soccheck")), *arguments]
