"""Figures in which every unit can be named: tallies, headlines, roll-ups, exit codes."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soccheck.assess import beside
from soccheck.assess.assessment import Assessment
from soccheck.assess.tally import worst
from soccheck.i18n import Language
from soccheck.model import Basis, Status
from soccheck.policy.load import in_force
from soccheck.report.wording.notes import notes
from soccheck.report.wording.sections import result
from tests.kit import an_inventory, policies, policy_text

TODAY = date(2024, 6, 30)
ORDER = [Status.FAIL, Status.UNKNOWN, Status.WAIVED, Status.PASS]
SYSTEMS = {
    "pass": "  s{i}: {{organization: o, dossier: {{status: approved}}, hosting: own}}\n",
    "fail": "  s{i}: {{organization: o, dossier: {{status: draft}}, hosting: own}}\n",
    "waived": "  s{i}: {{organization: o, dossier: {{status: draft}}, hosting: own}}\n",
    "unknown": "  s{i}: {{organization: o, hosting: own}}\n",
    "not_applicable": "  s{i}: {{organization: o, hosting: cloud}}\n",
}
WAIVER = (
    "waivers:\n  w: {{control: T-ONE, assets: [{}], reason: r, approver: p, "
    "granted: 2024-01-01, expires: 2024-12-31}}\n"
)


def assessment(folder: Path, *statuses: str, day: date = TODAY) -> Assessment:
    """Return an assessment with one finding for each status."""
    text = "systems:\n" if statuses else ""
    text += "".join(SYSTEMS[status].format(i=i) for i, status in enumerate(statuses))
    waived = [f"s{i}" for i, status in enumerate(statuses) if status == "waived"]
    text += WAIVER.format(", ".join(waived)) if waived else ""
    policy = policy_text("{dossier.status: approved}", extra="when: {hosting: own}")
    return Assessment(an_inventory(folder / "i", text), policies(folder / "p", policy), day)


def test_worst_of_any() -> None:
    for size in range(1, 5):
        for parts in itertools.product(ORDER, repeat=size):
            assert worst(parts) is min(parts, key=ORDER.index)
    assert worst([]) is Status.UNKNOWN, "nothing assessed is never green"
    assert worst([Status.NOT_APPLICABLE]) is Status.UNKNOWN
    assert worst([Status.NOT_APPLICABLE, Status.PASS]) is Status.PASS


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        (["pass"], 0),
        (["pass", "waived", "not_applicable"], 0),
        (["waived"], 0),
        (["pass", "fail"], 1),
        (["fail", "unknown"], 1),
        (["pass", "unknown"], 3),
        (["not_applicable"], 3),
        ([], 3),
    ],
)
def test_exit_code(tmp_path: Path, statuses: list[str], code: int) -> None:
    made = assessment(tmp_path, *statuses)
    assert made.exit_code() == code
    assert made.exit_code(made.findings) == code
    assert [finding.status.value for finding in made.findings] == statuses


def test_no_policy_is_nothing_assessed(tmp_path: Path) -> None:
    made = Assessment(an_inventory(tmp_path, "systems: {s: {organization: o}}"), [], TODAY)
    assert made.exit_code() == 3


def test_no_edition_in_force_is_nothing_assessed(tmp_path: Path) -> None:
    text = policy_text("{dossier.status: approved}", head="effective: {from: 2030-01-01}")
    loaded = an_inventory(tmp_path / "i", "systems: {s: {organization: o}}")
    made = Assessment(loaded, in_force(policies(tmp_path / "p", text), TODAY), TODAY)
    assert (made.findings, made.exit_code()) == ([], 3)


def test_tally_counts_what_applies_and_names_it(tmp_path: Path) -> None:
    made = assessment(tmp_path, "pass", "fail", "unknown", "waived", "not_applicable", "pass")
    tally = made.tally(made.findings)
    assert (tally.passed, tally.total) == (2, 5)
    assert [asset.id for asset, _ in tally.members] == ["s0", "s1", "s2", "s3", "s5"]
    assert [tally.having(status) for status in ORDER] == [1, 1, 1, 2]
    assert tally.status is Status.FAIL
    assert dict(tally.bases) == {Basis.DECLARED: 4}, "what is unknown stands on nothing"


def test_nothing_tallied_is_unknown(tmp_path: Path) -> None:
    tally = assessment(tmp_path, "not_applicable").tally([])
    assert (tally.passed, tally.total, tally.status) == (0, 0, Status.UNKNOWN)


@given(st.lists(st.sampled_from(sorted(SYSTEMS)), max_size=6))
def test_a_tally_adds_up(tmp_path_factory: pytest.TempPathFactory, statuses: list[str]) -> None:
    made = assessment(tmp_path_factory.mktemp("law"), *statuses)
    for tally in (made.tally(made.findings), made.headline(made.policies[0])):
        assert tally.total == len(tally.members) == sum(s != "not_applicable" for s in statuses)
        assert tally.passed == tally.having(Status.PASS) == statuses.count("pass")
        assert sum(tally.having(status) for status in ORDER) == tally.total
        green = bool(tally.members) and tally.passed + tally.having(Status.WAIVED) == tally.total
        assert (made.exit_code() == 0) is green


def test_a_measure_tallies_what_was_counted(tmp_path: Path) -> None:
    text = """
    fleets:
      a: {organization: o, workstations: {protected: 3, total: 4}}
      b: {organization: o, workstations: {protected: 6, total: 6}}
      c: {organization: o, workstations: {total: 9}}
    """
    measure = "{measure: {passed: workstations.protected, of: workstations.total}}"
    policy = policy_text(measure, asset="fleet", extra="target: 100%")
    made = Assessment(an_inventory(tmp_path / "i", text), policies(tmp_path / "p", policy), TODAY)
    tally = made.tally(made.findings)
    # The nine of c are there, whether or not anybody counted them.
    assert (tally.passed, tally.total, tally.uncounted) == (9, 19, 9)
    assert [status.value for _, status in tally.members] == ["fail", "pass", "unknown"]
    headline = made.headline(made.policies[0])
    assert (headline.passed, headline.total) == (1, 3)


HOSTS = """
systems:
  fine: {organization: o}
  bad: {organization: o}
  mixed: {organization: o}
  bare: {organization: o}
  exempt: {organization: o}
hosts:
  a: {organization: o, role: server, systems: [fine, mixed], antivirus: {running: true}}
  b: {organization: o, role: server, systems: [bad], antivirus: {running: false}}
  c: {organization: o, role: server, systems: [mixed]}
  d: {organization: o, role: appliance, systems: [exempt]}
"""


def test_headline_rolls_up_what_belongs_to_an_asset(tmp_path: Path) -> None:
    policy = policy_text(
        "{antivirus.running: true}", asset="host", headline="system", extra="when: {role: server}"
    )
    made = Assessment(an_inventory(tmp_path / "i", HOSTS), policies(tmp_path / "p", policy), TODAY)
    headline = made.headline(made.policies[0])
    assert {asset.id: status.value for asset, status in headline.members} == {
        "fine": "pass",
        "bad": "fail",
        "mixed": "unknown",
        "bare": "unknown",  # no host of it is listed: nothing was assessed
    }
    assert (headline.passed, headline.total) == (1, 4)


def test_an_asset_without_parts_is_never_compliant(tmp_path: Path) -> None:
    """No finding fails or is unknown, yet the headline cannot say 1/2 and the run end with 0."""
    text = """
    systems: {fine: {organization: o}, bare: {organization: o}}
    hosts: {a: {organization: o, role: server, systems: [fine], antivirus: {running: true}}}
    """
    policy = policy_text("{antivirus.running: true}", asset="host", headline="system")
    made = Assessment(an_inventory(tmp_path / "i", text), policies(tmp_path / "p", policy), TODAY)
    assert [finding.status for finding in made.findings] == [Status.PASS]
    assert made.exit_code() == 3


def test_a_policy_about_nothing_there_is_not_compliance(tmp_path: Path) -> None:
    here = policy_text("{dossier.status: approved}")
    nowhere = policy_text(
        "{antivirus.running: true}", asset="host", policy="other", control="T-TWO"
    )
    text = "systems: {s: {organization: o, dossier: {status: approved}}}"
    loaded = an_inventory(tmp_path / "i", text)
    assert Assessment(loaded, policies(tmp_path / "p", here), TODAY).exit_code() == 0
    assert Assessment(loaded, policies(tmp_path / "q", here, nowhere), TODAY).exit_code() == 3


@pytest.mark.parametrize(
    ("running", "status", "code"),
    [("false", "fail", 1), ("null", "unknown", 3), ("true", "pass", 0)],
)
def test_a_headline_counts_every_finding_on_its_subject(
    running: str, status: str, code: int, tmp_path: Path
) -> None:
    """One control is in the headline, the other is not: its figure is whole, and nothing is hidden."""
    second = policy_text("{antivirus.running: true}", asset="host", control="T-TWO")
    text = policy_text("{antivirus.installed: true}", asset="host", headline="system")
    text += second[second.index("  - id: T-TWO") :]
    stated = "" if running == "null" else f", running: {running}"
    loaded = an_inventory(
        tmp_path / "i",
        "systems: {s: {organization: o}}\n"
        "hosts: {h: {organization: o, role: server, systems: [s], "
        f"antivirus: {{installed: true{stated}}}}}}}\n",
    )
    made = Assessment(loaded, policies(tmp_path / "p", text), TODAY)
    line = made.headline(made.policies[0])
    assert (line.passed, line.total) == (1, 1)
    assert line.status.value == status
    assert line.having(Status(status)) == (2 if status == "pass" else 1)
    assert made.exit_code() == code


def test_finding_by_control_and_asset(tmp_path: Path) -> None:
    made = assessment(tmp_path, "pass", "fail")
    found = made.finding("T-ONE", "s1")
    assert found is made.findings[1]
    assert made.finding("T-ONE", "s9") is None
    assert made.finding("T-TWO", "s1") is None
    assert made.of_control(made.policies[0].controls[0]) == made.findings


def test_what_fails_and_belongs_to_no_unit_is_told_beside_the_figure(tmp_path: Path) -> None:
    """Taking a machine out of its system must not mend the figure in silence."""
    text = "systems: {s: {organization: o}}\nhosts:\n"
    text += "  good: {organization: o, role: server, systems: [s], antivirus: {running: true}}\n"
    for where, alone in (("[s]", []), ("[]", ["bad"])):
        more = f"  bad: {{organization: o, role: server, systems: {where}, antivirus: {{running: false}}}}\n"
        policy = policy_text("{antivirus.running: true}", asset="host", headline="system")
        name = f"i{len(alone)}"
        found = Assessment(
            an_inventory(tmp_path / name, text + more), policies(tmp_path / "p", policy), TODAY
        )
        (only,) = found.policies
        assert only.headline.asset == "system"
        assert [asset.id for asset in beside.failing_alone(found, only)] == alone
        line = found.headline(only)
        assert (line.passed, line.total) == ((1, 1) if alone else (0, 1))
        assert (line.having(Status.FAIL), line.status, found.exit_code()) == (1, Status.FAIL, 1)
        (note,) = notes(found, Language("en")) or [""]
        assert (
            "1 more fails and belongs to nothing that this figure counts: bad." in note
        ) is bool(alone)


@pytest.mark.parametrize(
    ("where", "running", "passed"),
    [
        (", systems: [t]", "false", 1),
        (", systems: []", "false", 2),
        ("", "false", 0),
        ("", "true", 2),
    ],
)
def test_a_server_that_does_not_say_of_what_it_is_part(
    tmp_path: Path, where: str, running: str, passed: int
) -> None:
    """It may be part of any system: left out, it would mend the one that it fails."""
    text = "systems: {s: {organization: o}, t: {organization: o}}\nhosts:\n"
    for name, system in (("a", "s"), ("b", "t")):
        text += f"  {name}: {{organization: o, role: server, systems: [{system}], "
        text += "antivirus: {running: true}}\n"
    text += f"  c: {{organization: o, role: server{where}, antivirus: {{running: {running}}}}}\n"
    policy = policy_text("{antivirus.running: true}", asset="host", headline="system")
    found = Assessment(an_inventory(tmp_path / "i", text), policies(tmp_path / "p", policy), TODAY)
    line = found.headline(found.policies[0])
    assert (line.passed, line.total) == (passed, 2)
    assert [asset.id for asset in line.strays] == ([] if passed else ["c"])
    told = " ".join(notes(found, Language("en")))
    assert ("1 server that is not met does not say of what it is part" in told) is not bool(passed)
    assert result(line, "ok", Language("en")) == (
        f"{passed}/2 ok" if passed else "0/2 ok; 1 server names no system"
    )


def test_what_does_not_say_how_many_leaves_no_share(tmp_path: Path) -> None:
    text = "fleets:\n  f: {organization: o, workstations: {total: 10, protected: 5}}\n"
    control = policy_text(
        "{measure: {passed: workstations.protected, of: workstations.total}}",
        asset="fleet",
        extra="target: 90%",
    )
    for more, share, said in (
        ("", (5, 10), "5/10 (50 %) w"),
        (
            "  g: {organization: o, workstations: {total: 4}}\n",
            (5, 14),
            "5/14 (35.7 %) w; 4 not counted",
        ),
        (
            "  g: {organization: o, workstations: {protected: 4}}\n",
            (0, 0),
            "5/10 w; 1 does not say how many",
        ),
    ):
        loaded = an_inventory(tmp_path / f"i{len(more)}", text + more)
        found = Assessment(loaded, policies(tmp_path / "p", control), TODAY)
        tally = found.tally(found.findings)
        assert tally.share == share
        assert result(tally, "w", Language("en")).replace("\u00a0", " ") == said
