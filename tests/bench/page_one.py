"""`python -m tests.bench.page_one`: page one beside the long form, both the real command, with the ratio.

Once as of the day an inventory states, when little is unknown, and once two years later, when most is. Each
is a process of its own, taken in turn; the least of the rounds counts.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.bench import fleet
from tests.bench.goals import Spent, at_most, run, soccheck

LIMIT = 1.0
"""The most that page one may take, as a multiple of what the long form takes."""
DAYS = ("2024-06-30", "2026-11-26")


def measured(folder: Path, day: str, rounds: int) -> tuple[Spent, Spent]:
    """Return what page one and the long form take at best."""
    judge = soccheck("audit", "fleet", "--as-of", day)
    taken = [(run(judge, folder), run([*judge, "--details"], folder)) for _ in range(rounds)]
    one, long = (min(spent, key=lambda each: each.cpu) for spent in zip(*taken, strict=True))
    return one, long


def main() -> int:
    """Print the ratios, and exit with 1 where the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    kept = True
    with tempfile.TemporaryDirectory() as name:
        fleet.write(Path(name, "fleet"), options.hosts)
        for day in DAYS:
            one, long = measured(Path(name), day, options.rounds)
            line = f"{options.hosts} hosts as of {day}: {one.cpu:.2f} beside {long.cpu:.2f} s CPU"
            kept &= at_most(line, one.cpu / long.cpu, LIMIT)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
