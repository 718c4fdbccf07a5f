"""`python -m tests.bench.reports`: json and csv beside the table, CPU and memory, of many findings.

Each is the real command in a process of its own, taken in turn; the least of the rounds counts.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.bench import fleet
from tests.bench.goals import Spent, at_most, run, soccheck

FORMATS = ("table", "json", "csv")
CPU_LIMIT, MB_LIMIT = 1.5, 350


def measured(folder: Path, rounds: int) -> dict[str, Spent]:
    """Return what each format takes at best."""
    judge = soccheck("audit", "fleet", "--as-of", "2024-06-30", "--policy", "antivirus")
    best: dict[str, Spent] = {}
    for _ in range(rounds):
        for form in FORMATS:
            spent = run([*judge, "--format", form], folder)
            if form not in best or spent.cpu < best[form].cpu:
                best[form] = spent
    return best


def main() -> int:
    """Print the ratios, and exit with 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=20_000, help="six findings each")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        fleet.write(Path(name, "fleet"), options.hosts)
        best = measured(Path(name), options.rounds)
    table = best["table"]
    print(f"{options.hosts} hosts, {options.hosts * 6} findings; table {table.cpu:.2f} s CPU")
    kept = True
    for form in FORMATS:
        spent = best[form]
        if form != "table":
            line = f"  {form} {spent.cpu:.2f} s CPU beside the table"
            kept &= at_most(line, spent.cpu / table.cpu, CPU_LIMIT)
        kept &= at_most(f"  {form} at its peak", spent.mb, MB_LIMIT, "MB")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
