"""20,000 rows of twelve columns read by a map: CPU seconds and memory beside the goals."""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from pathlib import Path

import xlsxwriter

ROWS = 20_000
GOALS = {"xlsx": (6.0, 150), "csv": (1.0, 150)}
"""CPU seconds, MB."""
HEAD = (
    *("Name", "Operating system type", "Windows domain", "Network Agent is running"),
    *("Real-time protection", "Last connected to Administration Server", "Status"),
    *("Connection IP address", "Application version", "Anti-virus databases last updated"),
    *("Network Agent version", "Parent group"),
)
RUN = """
import resource, sys, time
from datetime import date
from pathlib import Path
from soccheck.imports import map_file as maps
from soccheck.imports.imported import ImportFile
from soccheck.imports.read import read
from soccheck.inventory import load
inventory = load.load(Path(sys.argv[2]), "inv")
start = time.process_time()
path = Path(sys.argv[1])
given = ImportFile(shown=path.name, name=path.name, raw=path.read_bytes())
found = read([given], maps.load("kaspersky-device-list"), inventory, date(2026, 8, 20), date(2026, 8, 21))
assert len(found.entries) == int(sys.argv[3]), len(found.entries)
print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def rows() -> list[tuple[str, ...]]:
    return [
        HEAD,
        *(
            (
                *(
                    f"pc-{n:05}",
                    "Microsoft Windows 11",
                    "TINH",
                    "Yes",
                    "Running",
                    "5 minutes",
                    "OK",
                ),
                *(f"198.51.{n // 250}.{n % 250}", "12.6.0.438", "2 hours", "14.2.0.26967", "PCs"),
            )
            for n in range(ROWS)
        ),
    ]


def main() -> int:
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        inventory = Path(folder, "inv")
        inventory.mkdir()
        (inventory / "a.yaml").write_text(
            "authority: {name: {vi: A}, stated: 2026-08-01}\n"
            "organizations: {o: {type: office, tier: province}}\n"
            "hosts:\n"
            + "".join(f"  pc-{n:05}: {{organization: o, role: workstation}}\n" for n in range(100)),
            encoding="utf-8",
        )
        for form, (seconds, megabytes) in GOALS.items():
            path = Path(folder, f"all.{form}")
            if form == "csv":
                with path.open("w", encoding="utf-8", newline="") as file:
                    csv.writer(file).writerows(rows())
            else:
                with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
                    sheet = book.add_worksheet()
                    for number, row in enumerate(rows()):
                        sheet.write_row(number, 0, row)
            done = subprocess.run(
                [sys.executable, "-c", RUN, str(path), str(inventory), str(ROWS)],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
            took, used = map(float, done.stdout.split())
            good = took <= seconds and used <= megabytes
            worst |= not good
            print(
                f"{form:5} {took:6.2f} s CPU (goal {seconds:g})  {used:6.0f} MB (goal {megabytes})"
                f"  {'ok' if good else 'MISSED'}"
            )
    return worst


if __name__ == "__main__":
    sys.exit(main())
