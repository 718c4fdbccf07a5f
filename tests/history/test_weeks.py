"""Four weekly runs of a province that nobody edits: how much is kept, and why anything changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from soccheck import audit
from soccheck.cli import run_made
from soccheck.history import changes, database, store
from soccheck.history.settings import Settings

INVENTORY = Path(__file__).parents[2] / "inventories" / "an-giang"
WEEKS, YEAR = 4, 53
KB, MB = 1000, 1_000_000


def test_weeks_of_a_province_are_kept_small_and_change_by_the_calendar_alone(
    tmp_path: Path,
) -> None:
    kept = database.opened(tmp_path, "history")
    found = run_made.read(Settings(), str(INVENTORY))
    told: list[changes.RunChange] = []
    sizes: list[tuple[int, int]] = []
    for week in range(WEEKS):
        after = timedelta(weeks=week)
        day, moment = date(2024, 6, 30) + after, datetime(2024, 6, 30, 23, tzinfo=UTC) + after
        assessment = audit.judge(found.inventory, found.policies, day)
        made = run_made.made(found, None, assessment, str(INVENTORY), moment, "timer")
        with kept.begin() as connection:
            run = store.keep(connection, kept.blobs, made)
            told += changes.of_run(connection, run, None).changes
        sizes.append(((tmp_path / "history.db").stat().st_size, kept.blobs.size()))
    assert told
    assert [change for change in told if not change.by_calendar] == []
    assert {change.cause.value for change in told} <= {"aged", "waiver", "grace"}
    # What a year takes: the first run once, and each week what a week of these took.
    (first, first_blobs), (last, last_blobs) = sizes[0], sizes[-1]
    weeks = (YEAR - 1) / (WEEKS - 1)
    assert first + (last - first) * weeks <= 300 * KB
    assert first_blobs + (last_blobs - first_blobs) * weeks <= 6.5 * MB
