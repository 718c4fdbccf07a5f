"""Page one's values add up to the findings, and leave none out."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.assess.selection import Selection
from soccheck.inventory import load as inventory
from soccheck.model import Severity, Status
from soccheck.report.causes import Cause, cause
from soccheck.report.due import DueKind
from soccheck.report.overview import overview
from tests.kit import an_inventory, policies, policy_text, shipped

ROOT = Path(__file__).parents[2]
PROVINCES = sorted(path.name for path in (ROOT / "inventories").iterdir())
DAY = date(2024, 6, 30)


def _province(name: str) -> Assessment:
    loaded = inventory.load(ROOT / "inventories" / name, name)
    return audit.judge(loaded, shipped(), loaded.stated)


@pytest.fixture(scope="module", params=PROVINCES)
def judged(request: pytest.FixtureRequest) -> Assessment:
    return _province(request.param)


def test_the_rows_add_up_to_the_findings(judged: Assessment) -> None:
    found = overview(judged)
    expected = Counter(finding.status for finding in judged.findings)
    assert Counter(found.statuses) == expected
    assert len(found.lacking) == sum(len(subject.tally.lacking) for subject in found.subjects)
    assert sum(found.severities.values()) == len(found.worst) == expected[Status.FAIL]
    assert sum(item.count for item in found.unknowns) == expected[Status.UNKNOWN]


@pytest.mark.parametrize("day", [None, date(2026, 11, 26)])
def test_one_is_explained_for_all_that_are_alike(judged: Assessment, day: date | None) -> None:
    """What is told without explaining each is what explaining each tells."""
    if day is not None:
        known = shipped()
        judged = audit.judge(judged.inventory, known, day)
    unknown = [finding for finding in judged.findings if finding.status is Status.UNKNOWN]
    details = [(finding.asset.id, judged.detail(finding)) for finding in unknown]
    found = overview(judged).unknowns
    told = {(item.cause, name): count for item in found for name, count in item.about.items()}
    assert told == Counter((cause(detail), detail.about) for _, detail in details)
    for item in found:
        on = {name for name, detail in details if cause(detail) is item.cause}
        assert {asset.id for asset in item.assets} == on


def test_who_must_act_has_every_failing_and_unknown_finding_once(judged: Assessment) -> None:
    found = overview(judged)
    for status in (Status.FAIL, Status.UNKNOWN):
        told = sum(duty.statuses.get(status, 0) for duty in found.duties)
        assert told == found.statuses.get(status, 0)


def test_a_row_counts_as_the_headline_does(judged: Assessment) -> None:
    for subject in overview(judged).subjects:
        for status in (Status.FAIL, Status.UNKNOWN, Status.WAIVED, Status.GRACE):
            assert subject.statuses.get(status, 0) == subject.tally.having(status)
        assert subject.others <= subject.statuses.get(Status.FAIL, 0)


def test_the_worst_come_first(judged: Assessment) -> None:
    order = list(Severity)
    ranks = [order.index(finding.control.severity) for finding in overview(judged).worst]
    assert ranks == sorted(ranks)


def test_every_unit_alone_adds_up_to_the_whole() -> None:
    judged = _province("hau-giang")
    whole = overview(judged).statuses
    units = [*judged.inventory.assets["organization"]]
    alone = sum(
        (
            Counter(overview(judged.narrowed(Selection(organizations=(unit,)))).statuses)
            for unit in units
        ),
        Counter[Status](),
    )
    authority = Counter(f.status for f in judged.findings if f.asset.kind == "authority")
    assert alone + authority == Counter(whole)


SYSTEMS = """
systems:
  a: {organization: o, owner: o, operator: o, dossier: {status: approved}}
  b: {organization: o, owner: o, operator: o, dossier: {status: draft, expected: 2024-09-30}}
  c:
    organization: o
    owner: o
    operator: o
    plans: [{control: T-ONE, expected: 2024-08-31}]
"""
APPROVED = "{dossier.status: approved}"


def small(tmp_path: Path, **head: str) -> Assessment:
    loaded = an_inventory(tmp_path / "inv", SYSTEMS)
    return Assessment(loaded, policies(tmp_path / "pol", policy_text(APPROVED, **head)), DAY)


def test_a_promised_day_is_told_until_what_it_is_for_is_done(tmp_path: Path) -> None:
    found = overview(small(tmp_path))
    told = [(due.day, due.kind, due.about, [a.id for a in due.assets]) for due in found.dues]
    assert told == [
        (date(2024, 8, 31), DueKind.EXPECTED, "T-ONE", ["c"]),
        (date(2024, 9, 30), DueKind.EXPECTED, "dossier.expected", ["b"]),
    ]
    (duty,) = found.duties
    assert (duty.unit.id, duty.nearest, duty.severity) == ("o", date(2024, 8, 31), Severity.HIGH)


def test_what_is_not_stated_says_which_fact(tmp_path: Path) -> None:
    (unknown,) = overview(small(tmp_path)).unknowns
    assert (unknown.cause, unknown.count) == (Cause.NOT_STATED, 1)
    assert unknown.about == {"dossier.status": 1}


def test_a_time_to_comply_falls_due(tmp_path: Path) -> None:
    judged = small(tmp_path, extra="grace: {until: 2024-12-31}")
    told = [(due.day, due.kind, due.about) for due in overview(judged).dues]
    assert (date(2024, 12, 31), DueKind.GRACE, "T-ONE") in told


def test_what_is_shown_narrows_every_count(tmp_path: Path) -> None:
    judged = small(tmp_path).narrowed(Selection(statuses=(Status.PASS,)))
    found = overview(judged)
    assert found.statuses == {Status.PASS: 1}
    assert found.code == 1
    assert not found.worst
    assert not found.unknowns


def test_what_fails_beside_the_label_is_told(tmp_path: Path) -> None:
    second = policy_text(APPROVED, control="T-TWO").partition("\ncontrols:")[2]
    text = policy_text("{organization: o}", control="T-ONE").rstrip() + second
    judged = Assessment(
        an_inventory(tmp_path / "inv", SYSTEMS), policies(tmp_path / "pol", text), DAY
    )
    (subject,) = overview(judged).subjects
    assert (subject.tally.passed, subject.tally.total) == (3, 3)
    assert (subject.statuses[Status.FAIL], subject.others) == (1, 1)
