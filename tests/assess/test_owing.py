"""What each unit owes is expected: leaving it out is unknown, named, and never raises a share."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from soccheck.assess.assessment import Assessment
from soccheck.errors import InputError
from soccheck.model import Status
from tests.cli.run import ROOT, inside
from tests.kit import BASE, an_inventory, policies, policy_text, read_yaml

MEASURE = "{measure: {passed: workstations.protected, of: workstations.total}}"
EXPECTS = """
    target: 100%
    expects: {asset: organization, when: {any: [{type|in: [office, department]}, {staff.it_fulltime: 0}]}}
"""
FLEET = "f: {organization: o, workstations: {total: 4, protected: 4}}"


def assessed(folder: Path, units: str, fleets: str, headline: str = "fleet") -> Assessment:
    units = units.replace("OF", "tier: province, staff: {it_fulltime: 2}")
    policy = policy_text(MEASURE, asset="fleet", extra=EXPECTS, headline=headline)
    loaded = an_inventory(folder / "inv", f"fleets: {{{fleets}}}", base=BASE + units)
    return Assessment(loaded, policies(folder / "pol", policy), date(2024, 6, 30))


def results(assessment: Assessment) -> dict[str, Status]:
    return {finding.asset.id: finding.status for finding in assessment.findings}


def test_a_unit_that_states_none_is_unknown_and_says_so(tmp_path: Path) -> None:
    assessment = assessed(
        tmp_path,
        "  p: {type: department, OF}\n  q: {type: party, OF}\n",
        FLEET,
    )
    assert results(assessment) == {"f": Status.PASS, "p": Status.UNKNOWN}
    detail = assessment.detail(assessment.findings[1])
    assert (detail.reason, detail.about, detail.basis) == ("owed", "fleet", None)
    tally = assessment.tally(assessment.findings)
    assert (tally.passed, tally.total, tally.status) == (4, 4, Status.UNKNOWN)
    assert tally.having(Status.UNKNOWN) == 1
    assert assessment.exit_code() == 3


def test_a_unit_of_which_the_scope_is_not_known_owes(tmp_path: Path) -> None:
    assert (
        results(assessed(tmp_path, "  p: {type: party, tier: province}\n", FLEET))["p"]
        is Status.UNKNOWN
    )


def test_a_part_of_a_unit_is_counted_with_it_and_not_with_one_that_owes_nothing(
    tmp_path: Path,
) -> None:
    units = (
        "  part: {type: office, OF, parent: o}\n  deep: {type: office, OF, parent: part}\n"
        "  c: {type: committee, OF}\n  p: {type: department, OF, parent: c}\n"
    )
    fleets = f"{FLEET}, all: {{organization: c, workstations: {{total: 9, protected: 9}}}}"
    found = results(assessed(tmp_path, units, fleets))
    assert found == {"f": Status.PASS, "all": Status.PASS, "p": Status.UNKNOWN}


def test_what_is_gone_owes_nothing_and_is_nothing_stated(tmp_path: Path) -> None:
    units = "  p: {type: office, OF, valid: {to: 2024-01-01}}\n"
    assert results(assessed(tmp_path, units, FLEET)) == {"f": Status.PASS}
    gone = "f: {organization: o, valid: {to: 2024-01-01}, workstations: {total: 4, protected: 4}}"
    assert results(assessed(tmp_path / "2", "", gone)) == {"o": Status.UNKNOWN}


@pytest.mark.parametrize("headline", ["organization", "authority"])
def test_a_headline_counts_what_is_owed(tmp_path: Path, headline: str) -> None:
    assessment = assessed(tmp_path, "  p: {type: office, OF}\n", FLEET, headline)
    assert assessment.headline(assessment.policies[0]).status is Status.UNKNOWN


def test_what_cannot_belong_together_does_not_load(tmp_path: Path) -> None:
    extra = "target: 100%\nexpects: {asset: network, when: {untrusted: true}}"
    with pytest.raises(InputError) as raised:
        policies(tmp_path, policy_text(MEASURE, asset="fleet", extra=extra))
    assert "pol/p0.yaml:17:15: a fleet does not belong to a network" in str(raised.value)


def test_nine_units_that_leave_their_fleet_out_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "inventories/an-giang", tmp_path / "inv")
    path = tmp_path / "inv/fleets.yaml"
    data = read_yaml(path.read_text(encoding="utf-8"))
    dropped = [*data["fleets"].values()][-9:]
    data["fleets"] = dict([*data["fleets"].items()][:-9])
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    args = [
        "audit",
        "--details",
        "--as-of",
        "2024-06-30",
        "--limit",
        "1000",
        "--policy",
        "antivirus",
    ]
    ran = inside(capsys, *args, tmp_path / "inv")
    assert ran.code == 1
    for fleet in dropped:
        assert f"UNKNOWN  {fleet['organization']}" in ran.out
    # Two communes were counted with districts that now state nothing; three controls ask for a fleet.
    assert ran.out.count("no fleet of it is stated, and it must state one") == (9 + 2) * 3
