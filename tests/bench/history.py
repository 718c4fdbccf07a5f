"""`python -m tests.bench.history`: what keeping a run takes, and how three years of nights are read.

Two parts: `--part keep` is `soccheck run` beside what a crontab had before, `soccheck audit` that writes
its JSON result, of many findings; `--part years` keeps so many nights of a province, a fact edited every
week, and asks `diff`, `failing` and `trend` of them, in SQLite and, with `--url`, of the same rows in an
empty database of PostgreSQL.
"""

from __future__ import annotations

import argparse
import lzma
import os
import re
import shutil
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select

from soccheck import audit
from soccheck.cli import run_made
from soccheck.history import database as databases
from soccheck.history import store
from soccheck.history.database import Database
from soccheck.history.settings import Settings
from soccheck.history.tables import BLOB, METADATA
from tests.bench import fleet
from tests.bench.goals import at_most, run, soccheck
from tests.bench.reports import policy

SETTINGS = "history: {folder: history}\naudit: {policies: [policy.yaml]}\n"
ADDED, SECONDS, MB = 0.25, 1.0, 20
ASKED = (("diff",), ("diff", "#2"), ("failing",), ("trend", "--last", "36mo"))
ASKED_BY = (("trend", "--by", "organization"), ("trend", "--by", "level", "--last", "36mo"))


def keeping(folder: Path, hosts: int, controls: int) -> bool:
    """Print what keeping adds on a night without a change, on one with a change, and on the first."""
    fleet.write(folder / "fleet", hosts)
    (folder / "policy.yaml").write_text(policy(controls), encoding="utf-8")
    (folder / "soccheck.yaml").write_text(SETTINGS, encoding="utf-8")
    judge = soccheck("audit", "fleet", "--as-of", "2024-06-30", "--policies", "policy.yaml")
    alone = min(run(judge, folder).cpu for _ in range(2))
    result = [*judge, "--format", "json", "--output", "result.json"]
    before = min(run(result, folder).cpu for _ in range(2))
    print(f"{hosts} hosts x {controls}: audit {alone:.2f} s CPU, with its JSON {before:.2f} s")
    first = run(soccheck("run", "fleet", "--as-of", "2024-06-30"), folder).cpu
    quiet = run(soccheck("run", "fleet", "--as-of", "2024-07-01"), folder).cpu
    file = folder / "fleet" / "hosts.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("realtime: true", "realtime: false", 5), encoding="utf-8")
    changed = run(soccheck("run", "fleet", "--as-of", "2024-07-02"), folder).cpu
    for name, spent in (("first night", first), ("a night with changes", changed)):
        print(f"  {name} {spent:.2f} s CPU, {(spent - before) / before:+.0%}")
    line = f"  a quiet night {quiet:.2f} s CPU, beside the audit with its JSON"
    return at_most(line, (quiet - before) / before, ADDED)


def years(folder: Path, inventory: Path, count: int, url: str | None) -> bool:
    """Print how long each question takes after `count` nights, and how large the database is."""
    shutil.copytree(inventory, folder / "inv")
    (folder / "soccheck.yaml").write_text("history: {folder: history}\n", encoding="utf-8")
    database = databases.opened(folder / "history", "history")
    _nights(folder, database, count)
    kept = _asked(folder, "SQLite", {})
    size = (folder / "history/history.db").stat().st_size / 1e6
    kept &= at_most(f"  SQLite: the database of {count} nights", size, MB, "MB")
    print(f"  blobs {database.blobs.size() / 1e6:.1f} MB")
    if url is not None:
        _copied(database, databases.opened(folder / "other", "other", url))
        kept &= _asked(folder, "PostgreSQL", {"SOCCHECK_DATABASE_URL": url})
    return kept


def _nights(folder: Path, database: Database, count: int) -> None:
    hosts = folder / "inv/hosts.yaml"
    found = run_made.read(Settings(), str(folder / "inv"))
    for number in range(count):
        after = timedelta(days=number)
        if number % 7 == 3:
            hosts.write_text(_edited(hosts.read_text("utf-8"), number // 7), encoding="utf-8")
            found = run_made.read(Settings(), str(folder / "inv"))
        day, moment = date(2024, 6, 30) + after, datetime(2024, 6, 30, 23, tzinfo=UTC) + after
        assessment = audit.judge(found.inventory, found.policies, day)
        if number == 0 or number % 7 == 3:
            made = run_made.made(found, None, assessment, str(folder / "inv"), moment, "timer")
        else:  # the result itself takes most of a night, and is no part of what is asked here
            side = replace(made.side, as_of=day)
            document = f"the result of night {number}".encode()
            made = replace(made, assessment=assessment, side=side, document=document)
        made = replace(made, started_at=moment, ended_at=moment)
        with database.begin() as connection:
            store.keep(connection, database.blobs, made)


def _edited(text: str, number: int) -> str:
    """Return hosts of which one has broken, or was mended."""
    parts = re.split(r"(realtime: (?:true|false))", text)
    at = number % (len(parts) // 2) * 2 + 1
    parts[at] = "realtime: false" if parts[at].endswith("true") else "realtime: true"
    return "".join(parts)


def _copied(source: Database, target: Database) -> None:
    """Copy every row, and the blobs into their table."""
    with source.begin() as read, target.begin() as written:
        for table in METADATA.sorted_tables:
            rows = [dict(row) for row in read.execute(select(table)).mappings()]
            if table is BLOB:
                for row in rows:
                    row["packed"] = lzma.compress(
                        source.blobs.content(read, row["sha256"]), preset=1
                    )
            if rows:
                written.execute(insert(table), rows)


def _asked(folder: Path, name: str, more: dict[str, str]) -> bool:
    os.environ.update(more)
    kept = True
    for words in (*ASKED, *ASKED_BY):
        best = min(run(soccheck(*words), folder).cpu for _ in range(2))
        kept &= at_most(f"  {name}: {' '.join(words)}, CPU", best, SECONDS, "s")
    for key in more:
        del os.environ[key]
    return kept


def main() -> int:
    """Print the figures, and exit with 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("keep", "years"))
    parser.add_argument("--hosts", type=int, default=10_000)
    parser.add_argument("--controls", type=int, default=20)
    parser.add_argument("--inventory", type=Path, default=Path("inventories/an-giang"))
    parser.add_argument("--nights", type=int, default=1_100)
    parser.add_argument("--url", help="an empty database of PostgreSQL")
    given = parser.parse_args()
    kept = True
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed soccheck is compiled once
    run(soccheck("run", "--help"), Path())
    run(soccheck("diff", "--help"), Path())
    with tempfile.TemporaryDirectory() as name:
        if given.part != "years":
            (Path(name) / "keep").mkdir()
            kept &= keeping(Path(name) / "keep", given.hosts, given.controls)
        if given.part != "keep":
            (Path(name) / "years").mkdir()
            kept &= years(Path(name) / "years", given.inventory, given.nights, given.url)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
