"""`python -m tests.bench.tables`: an inventory of many hosts as a table beside the same as YAML.

Both are loaded in a process of their own, in turn; time is the process's CPU time, memory its peak.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from soccheck.inventory import load
from tests.bench import fleet, goals

FASTER, MIB = 8, 1024


def loaded(folder: str) -> None:
    """Load an inventory, and print the CPU seconds, the peak in MiB and how many hosts it has."""
    began = time.process_time()
    found = load.load(Path(folder), "inv")
    spent = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(spent, peak, len(found.assets["host"]))


def measured(folder: Path) -> tuple[float, float, int]:
    command = [sys.executable, "-m", "tests.bench.tables", "--load", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    spent, peak, count = done.stdout.split()
    return float(spent), float(peak), int(count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=100_000)
    parser.add_argument("--load", metavar="FOLDER")
    given = parser.parse_args()
    if given.load:
        loaded(given.load)
        return
    with tempfile.TemporaryDirectory() as scratch:
        yaml, table = Path(scratch) / "yaml", Path(scratch) / "table"
        fleet.write(yaml, given.hosts)
        table.mkdir()
        for path in yaml.iterdir():
            (table / path.name).write_bytes(path.read_bytes())
        # In a process of its own: what a parent held counts as its children's peak.
        export = goals.soccheck("export", "csv", str(yaml), "-o", str(table), "--kind", "host")
        goals.run(export, Path(scratch))
        (table / "hosts.yaml").unlink()
        as_yaml, as_table = measured(yaml), measured(table)
    assert as_yaml[2] == as_table[2]
    ratio = as_yaml[0] / as_table[0]
    print(f"{as_yaml[2]:,} hosts: YAML {as_yaml[0]:.2f} s {as_yaml[1]:.0f} MiB; "
          f"table {as_table[0]:.2f} s {as_table[1]:.0f} MiB")  # fmt: skip
    print(f"the table loads {ratio:.1f} times faster (goal {FASTER}), "
          f"in {as_table[1]:.0f} MiB (goal {MIB})")  # fmt: skip


if __name__ == "__main__":
    main()
