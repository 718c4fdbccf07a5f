"""`python -m tests.bench.reports`: each format beside the audit itself, CPU and memory, of many findings.

Each is the real command in a process of its own, taken in turn; the least of the rounds counts. What a
format takes is what the command takes more than the audit that only prints its summary.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.bench import fleet
from tests.bench.goals import Spent, at_most, run, soccheck

LIMITS = {"json": 1.0, "csv": 1.0, "html": 1.0, "xlsx": 3.0}
"""Format -> the most it may take beside the audit, as a multiple of the audit's own time."""
MB_LIMIT = 350
_FACTS = ("installed", "running", "realtime", "central", "tamper_protection")


def policy(controls: int) -> str:
    """Return a policy of so many controls on hosts."""
    parts = [
        f"""\
  - id: B-{number:02d}
    title: {{en: Requirement {number}, vi: Yêu cầu {number}}}
    asset: host
    require: {{antivirus.{_FACTS[number % len(_FACTS)]}: true}}
    severity: high
    label: {{en: met, vi: đạt}}
    reference: [{{source: the bench, verified: unverified}}]
    remediation: {{en: Turn it on., vi: Bật lên.}}
"""
        for number in range(controls)
    ]
    head = """\
policy: bench
version: "1"
title: {en: Bench, vi: Đo}
headline: {asset: system, controls: [B-00], label: {en: met, vi: đạt}}
controls:
"""
    return head + "".join(parts)


def measured(folder: Path, rounds: int) -> dict[str, Spent]:
    """Return what each format takes at best."""
    judge = soccheck("audit", "fleet", "--as-of", "2024-06-30", "--policies", "policy.yaml")
    best: dict[str, Spent] = {}
    for _ in range(rounds):
        for form in ("table", *LIMITS):
            spent = run([*judge, "--format", form, "--output", f"out.{form}"], folder)
            if form not in best or spent.cpu < best[form].cpu:
                best[form] = spent
    return best


def main() -> int:
    """Print the ratios, and exit with 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=10_000)
    parser.add_argument("--controls", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        fleet.write(Path(name, "fleet"), options.hosts)
        Path(name, "policy.yaml").write_text(policy(options.controls), encoding="utf-8")
        best = measured(Path(name), options.rounds)
        size = Path(name, "out.html").stat().st_size
    table = best["table"]
    count = options.hosts * options.controls
    print(f"{options.hosts} hosts, {count} findings; audit {table.cpu:.2f} s CPU; HTML {size} B")
    kept = True
    for form, limit in LIMITS.items():
        spent = best[form]
        line = f"  {form} {spent.cpu:.2f} s CPU, beside the audit"
        kept &= at_most(line, (spent.cpu - table.cpu) / table.cpu, limit)
        kept &= at_most(f"  {form} at its peak", spent.mb, MB_LIMIT, "MB")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
