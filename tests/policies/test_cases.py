"""Every shipped control is shown evidence that passes, that fails, and that leaves it unknown.

`cases/<edition>/<CONTROL-ID>.yaml` holds the cases of a control; `base.yaml` beside it what they all
share. `soccheck policy test` runs them, too.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from soccheck import audit
from soccheck.assess import policy_cases as cases
from soccheck.facts.catalogue import FACTS
from soccheck.policy import load as policy
from soccheck.sources.files import Folder
from tests.kit import shipped

HERE = Path(__file__).parent / "cases"
SHIPPED = Path(__file__).parents[2] / "policies"


CASES = cases.read(Folder(HERE), "cases")


@pytest.mark.parametrize(
    "case", CASES, ids=lambda c: f"{c.edition}-{c.control}-{c.number}-{c.status.value}"
)
def test_finding(case: cases.Case) -> None:
    (outcome,) = cases.run([case], shipped(), audit.judge)
    assert outcome.problem == ""
    assert outcome.finding is not None
    assert outcome.finding.status is case.status
    assert case.reason in (None, outcome.reason)
    assert outcome.good


def test_every_control_is_shown_to_pass_fail_and_be_unknown() -> None:
    shown = cases.coverage(CASES, shipped())
    assert len(shown) == sum(len(item.controls) for item in shipped())
    assert [item.control for item in shown if item.missing] == []


def test_cases_belong_to_shipped_controls() -> None:
    known = {(Path(p.path).stem, c.id) for p in shipped() for c in p.controls}
    assert {(case.edition, case.control) for case in CASES} <= known
    for path in HERE.glob("*/*.yaml"):
        assert path.name == cases.BASE or (path.parent.name, path.stem) in known


@pytest.mark.parametrize("stem", ["security-level-2016", "security-level-2026"])
def test_the_headline_counts_approved_systems(stem: str) -> None:
    (found,) = (p for p in shipped() if Path(p.path).stem == stem)
    assert found.headline.asset == "system"
    assert found.headline.controls == ("SL-APPROVED",)
    assert found.headline.label == {"en": "approved", "vi": "được phê duyệt"}


def test_editions_meet_without_gap_or_overlap() -> None:
    for day, version in ((date(2026, 8, 18), "2016"), (date(2026, 8, 19), "2026")):
        levels = [p for p in policy.in_force(shipped(), day) if p.id == "security-level"]
        assert [p.version for p in levels] == [version]


def test_what_is_noted_of_the_law_stands_in_both_languages() -> None:
    for edition in shipped():
        for control in edition.controls:
            for item in control.references:
                assert item.note is None or set(item.note) == {"en", "vi"}, control.id


def test_what_nobody_verified_is_a_parameter_or_says_so() -> None:
    """A control that rests on unverified text alone says in a note that it is our own choice."""
    for one in shipped():
        for parameter in one.parameters.values():
            assert parameter.reference is not None, f"{one.path}: {parameter.name}"
        for control in one.controls:
            if all(r.verified == "unverified" for r in control.references):
                assert all(r.note for r in control.references), control.id


@pytest.mark.parametrize("profile", sorted((SHIPPED / "profiles").glob("*.yaml")))
def test_profile_loads(profile: Path) -> None:
    policies = policy.load([(SHIPPED, "policies")], [(profile, f"policies/{profile.name}")])
    (tailored,) = (p for p in policies if profile.stem in p.version)
    added = {"strict": "AV-TAMPER", "firewall-rules": "FWR-EXPOSED"}[profile.stem]
    assert added in {control.id for control in tailored.controls}


def test_the_strict_profile_tightens_a_limit() -> None:
    path = SHIPPED / "profiles" / "strict.yaml"
    policies = policy.load([(SHIPPED, "policies")], [(path, f"policies/{path.name}")])
    (tailored,) = (p for p in policies if "strict" in p.version)
    assert tailored.parameters["signatures_max_age"].value == "1d"
    assert "AV-TAMPER" in {control.id for control in tailored.controls}


def test_what_to_do_is_said_without_the_keys_of_an_inventory() -> None:
    """An official document prints it; `explain` and the control's page say which keys there are."""
    keys = {fact for _, fact in FACTS if "." in fact or "_" in fact}
    found = [
        (control.id, word)
        for item in shipped()
        for control in item.controls
        for text in control.remediation.values()
        for word in re.findall(r"\w+(?:\.\w+)+|\w+_\w+|“[^”]*”", text)
        if word in keys or "_" in word or "“" in word
    ]
    assert found == []
