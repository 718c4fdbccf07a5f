"""The entries of a list an asset states, days that come every year, and whom a grace covers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from soccheck.model import Status
from tests.assess.test_evaluate import assessed, only
from tests.kit import policy_text

CHANGES = "systems: {{s: {{organization: o, {}}}}}"
EVERY = "{every: {records: changes, when: {changes.kind: data}, require: {changes.date|gte: 2024-01-01}}}"
SOME = EVERY.replace("every", "some")
OLD, NEW = "{date: 2023-05-05, kind: data}", "{date: 2024-05-05, kind: data}"
OTHER = "{date: 2023-05-05, kind: scale}"


@pytest.mark.parametrize(
    ("changes", "every", "some"),
    [
        ("changes: []", Status.PASS, Status.FAIL),
        (f"changes: [{OTHER}]", Status.PASS, Status.FAIL),
        (f"changes: [{NEW}, {OTHER}]", Status.PASS, Status.PASS),
        (f"changes: [{OLD}, {NEW}]", Status.FAIL, Status.PASS),
        (f"changes: [{OLD}]", Status.FAIL, Status.FAIL),
        ("note: none", Status.UNKNOWN, Status.UNKNOWN),
    ],
)
def test_entries(tmp_path: Path, changes: str, every: Status, some: Status) -> None:
    """A list that is stated is whole; one that is not stated is unknown, never empty."""
    for name, require, status in (("every", EVERY, every), ("some", SOME, some)):
        text = CHANGES.format(changes)
        finding, detail = only(assessed(tmp_path / name, text, policy_text(require)))
        assert finding.status is status
        assert (detail.reason, detail.about) == (
            ("missing", "changes") if status is Status.UNKNOWN else ("", "")
        )


def test_what_an_entry_does_not_say_is_unknown(tmp_path: Path) -> None:
    """What one entry leaves out is not filled in from another."""
    text = CHANGES.format(f"changes: [{NEW}, {{date: 2024-05-05, kind: data, description: new}}]")
    require = "{every: {records: changes, require: {changes.description: new}}}"
    finding, detail = only(assessed(tmp_path, text, policy_text(require)))
    assert finding.status is Status.UNKNOWN
    assert (detail.reason, detail.about) == ("missing", "changes.description")


def test_an_entry_is_compared_with_the_assets_own_facts(tmp_path: Path) -> None:
    require = "{every: {records: changes, require: {changes.date|lte|fact: risk.assessed}}}"
    for assessed_on, status in (("2024-05-05", Status.PASS), ("2024-05-04", Status.FAIL)):
        text = CHANGES.format(f"changes: [{NEW}], risk: {{assessed: {assessed_on}}}")
        finding, detail = only(assessed(tmp_path / status, text, policy_text(require)))
        assert finding.status is status
        assert [item.chosen.value for item in detail.observed] == [date(2024, 5, 5)]


@pytest.mark.parametrize(
    ("day", "assessed_on", "status"),
    [
        # The span of 2023 is the last that is over; of 2024 it is on the day after its end.
        ("2024-06-30", "2023-12-15", Status.PASS),
        ("2024-06-30", "2023-12-24", Status.PASS),
        ("2024-06-30", "2023-12-14", Status.FAIL),
        ("2024-06-30", "2022-12-20", Status.FAIL),
        ("2024-06-30", "2024-01-05", Status.FAIL),
    ],
)
def test_days_of_every_year(tmp_path: Path, day: str, assessed_on: str, status: Status) -> None:
    text = CHANGES.format(f"risk: {{assessed: {assessed_on}}}")
    require = policy_text("{risk.assessed|in_last: 12-15..12-24}")
    finding, _ = only(assessed(tmp_path, text, require, date.fromisoformat(day)))
    assert finding.status is status


def test_days_that_passed_since_it_was_stated_leave_it_unknown(tmp_path: Path) -> None:
    """Stated in June: whether it was done in December nobody has said."""
    text = CHANGES.format("risk: {assessed: 2023-12-20}")
    require = policy_text("{risk.assessed|in_last: 12-15..12-24}")
    on_the_last_day = only(assessed(tmp_path / "a", text, require, date(2024, 12, 24)))[0]
    finding, detail = only(assessed(tmp_path / "b", text, require, date(2024, 12, 25)))
    assert on_the_last_day.status is Status.PASS
    assert (finding.status, detail.reason) == (Status.UNKNOWN, "aged")


@pytest.mark.parametrize(
    ("since", "excused"), [("2020-01-01", True), ("2023-01-01", False), (None, False)]
)
def test_grace_is_given_to_those_it_covers_only(
    tmp_path: Path, since: str | None, excused: bool
) -> None:
    told = f"operation: {{since: {since}}}, " if since else ""
    text = CHANGES.format(f"{told}dossier: {{status: draft}}")
    extra = "grace: {until: 2025-01-01, when: {operation.since|lt: 2022-01-01}}"
    control = policy_text("{dossier.status: approved}", extra=extra)
    finding, _ = only(assessed(tmp_path, text, control))
    assert finding.result is Status.FAIL
    assert finding.excuse == (date(2025, 1, 1) if excused else None)
