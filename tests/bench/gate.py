"""`python -m tests.bench.gate`: the gate beside one offline audit of the same tree, with the ratio.

Both are the real command in a process of its own, run in turn; the median of the rounds counts. The
limit is on the CPU time, git's included: that of a shared machine's clock says more about its neighbours.
The fleet is changed at one host, once with its hosts in many files and once with all of them in one.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench import fleet, goals

ROOT = Path(__file__).resolve().parents[2]
AS_OF = "2024-06-30"
LIMIT = 2.3


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Bench", "-c", "user.email=bench@bench.example")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def committed(folder: Path) -> None:
    """Put all of a folder into a commit."""
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "base")


def an_giang(folder: Path) -> str:
    """Write the sample and the policies, and change one host; return the inventory's folder."""
    shutil.copytree(ROOT / "inventories" / "an-giang", folder / "inventory")
    shutil.copytree(ROOT / "policies", folder / "policies")
    committed(folder)
    changed(folder / "inventory" / "hosts.yaml")
    return "inventory"


def many(folder: Path, hosts: int, files: int) -> str:
    """Write a fleet of hosts over many files, and change one of them; return the folder."""
    fleet.write(folder / "inventory", hosts)
    shutil.copytree(ROOT / "policies", folder / "policies")
    whole = folder / "inventory" / "hosts.yaml"
    blocks = whole.read_text(encoding="utf-8").removeprefix("hosts:\n").split("\n  host-")
    whole.unlink()
    size = max(1, len(blocks) // files)
    for number in range(0, len(blocks), size):
        part = "\n  host-".join(blocks[number : number + size])
        text = part if part.startswith("  host-") else f"  host-{part}"
        path = folder / "inventory" / f"hosts-{number:06d}.yaml"
        path.write_text(f"hosts:\n{text.rstrip()}\n", encoding="utf-8")
    committed(folder)
    changed(max((folder / "inventory").glob("hosts-*.yaml")))
    return "inventory"


def changed(path: Path) -> None:
    """Make one host of a file worse."""
    text = path.read_text(encoding="utf-8")
    assert "realtime: true" in text
    path.write_text(text.replace("realtime: true", "realtime: false", 1), encoding="utf-8")


def compared(name: str, folder: Path, inventory: str, rounds: int) -> bool:
    """Print the times and their ratios; return whether that of the CPU is within the limit."""
    shared = (inventory, "--policies", "policies", "--as-of", AS_OF)
    commands = {
        "audit": goals.soccheck("audit", *shared),
        "gate": goals.soccheck("gate", *shared, "--base", "HEAD"),
    }
    spent: dict[str, list[goals.Spent]] = {"audit": [], "gate": []}
    goals.run(commands["audit"], folder)  # the first run compiles and fills caches for both
    for _ in range(rounds):
        for key, words in commands.items():
            spent[key].append(goals.run(words, folder))
    wall = {key: statistics.median(run.wall for run in runs) for key, runs in spent.items()}
    cpu = {key: statistics.median(run.cpu for run in runs) for key, runs in spent.items()}
    print(f"{name}: audit {wall['audit']:.3f} s, gate {wall['gate']:.3f} s by the clock")
    text = f"  CPU: audit {cpu['audit']:.3f} s, gate {cpu['gate']:.3f} s"
    return goals.at_most(text, cpu["gate"] / cpu["audit"], LIMIT)


def main() -> int:
    """Run both, and exit with 1 where a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=10_000)
    parser.add_argument("--files", type=int, nargs="+", default=[100, 1])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        (folder := Path(name, "an-giang")).mkdir()
        good = compared("an-giang", folder, an_giang(folder), 3 * options.rounds)
        for files in options.files:
            (folder := Path(name, str(files))).mkdir()
            inventory = many(folder, options.hosts, files)
            fleet_of = f"fleet in {files} file{'s' * (files > 1)}"
            good &= compared(fleet_of, folder, inventory, options.rounds)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
