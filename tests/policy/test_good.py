"""What a policy file becomes: typed conditions, tailored by profiles, chosen by the as-of day."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from soccheck.i18n import Language
from soccheck.model import Basis, Duration, Group, Leaf, Measure, Policy, Quantifier, Score
from soccheck.policy import load as policy
from soccheck.policy.right_side import AS_OF
from tests.kit import policies, policy_text, written

APPROVED = "{dossier.status: approved}"


def leaf(folder: Path, require: str, **more: str) -> Leaf:
    (found,) = policies(folder, policy_text(require, **more))[0].controls
    assert isinstance(found.require, Leaf)
    return found.require


@pytest.mark.parametrize(
    ("require", "operator", "value"),
    [
        ("{dossier.status: approved}", "eq", "approved"),
        ("{dossier.proposed_level|in: [3, 4]}", "in", (3, 4)),
        ("{criteria.administrative_procedures: false}", "eq", False),
        ("{operation.since|lt: 2024-02-29}", "lt", date(2024, 2, 29)),
        ("{operation.since|lte: $as_of}", "lte", AS_OF),
        ("{operation.since|age|lte: 6mo}", "lte", Duration(months=6)),
        ("{changes|count|gt: 0}", "gt", 0),
        ("{changes.date|max|age|gte: 1y}", "gte", Duration(months=12)),
        ("{tags|contains: a}", "contains", "a"),
        ("{dossier.status|exists: false}", "exists", False),
    ],
)
def test_values_are_typed(tmp_path: Path, require: str, operator: str, value: object) -> None:
    found = leaf(tmp_path, require)
    assert (found.operator, found.value) == (operator, value)
    assert type(found.value) is type(value)


def test_durations_facts_and_patterns(tmp_path: Path) -> None:
    age = leaf(tmp_path / "a", "{antivirus.signatures_age|lte: 2w}", asset="host")
    assert age.value == timedelta(days=14)
    other = leaf(tmp_path / "b", "{regulation.date|lte|fact: dossier.decision.date}")
    assert other.other == "dossier.decision.date"
    owner = leaf(tmp_path / "c", "{dossier.decision.issuer|in|fact: authority.former_owners}")
    assert owner.other == "authority.former_owners"
    pattern = leaf(tmp_path / "d", "{regulation.number|re: '[0-9]+/QĐ.*'}").value
    assert getattr(pattern, "pattern", None) == "[0-9]+/QĐ.*"


def test_parameters_stand_for_their_values(tmp_path: Path) -> None:
    head = """
    parameters:
      interval: {value: 2y, title: {en: a, vi: b}}
      levels: {value: [3, 4], title: {en: a, vi: b}}
      level: {value: 5, title: {en: a, vi: b}}
    """
    one = leaf(tmp_path / "a", "{operation.since|age|lte: $interval}", head=head)
    assert one.value == Duration(months=24)
    two = leaf(tmp_path / "b", "{dossier.proposed_level|in: $levels}", head=head)
    assert two.value == (3, 4)
    three = leaf(tmp_path / "c", "{dossier.proposed_level|in: [1, $level]}", head=head)
    assert three.value == (1, 5)


def test_groups_and_quantifiers(tmp_path: Path) -> None:
    text = policy_text(
        "{dossier.status: approved, any: [{hosting: own}, {not: {hosting: cloud}}], "
        "if: {hosting: own}, then: {every: {asset: host, when: {role: server}, "
        "require: {antivirus.realtime: true}}}}"
    )
    require = policies(tmp_path, text)[0].controls[0].require
    assert isinstance(require, Group)
    assert [type(part) for part in require.parts] == [Leaf, Group, Group]
    implication = require.parts[2]
    assert isinstance(implication, Group)
    assert implication.join == "if"
    every = implication.parts[1]
    assert isinstance(every, Quantifier)
    assert (every.quantity, every.kind) == ("every", "host")


def test_what_is_not_said_has_a_default(tmp_path: Path) -> None:
    (found,) = policies(tmp_path, policy_text(APPROVED))
    (control,) = found.controls
    assert control.accept == tuple(Basis)
    assert control.max_age is None
    assert control.grace is None
    assert found.order == 100
    assert found.effective.holds(date.min)
    assert found.effective.holds(date.max)


def test_evidence_grace_and_measure(tmp_path: Path) -> None:
    extra = """
    target: 99.5%
    evidence: {accept: [declared, observed], max_age: 3mo}
    grace: {period: 1y, since: valid.from}
    """
    measure = "{measure: {passed: workstations.protected, of: workstations.total}}"
    (control,) = policies(tmp_path, policy_text(measure, asset="fleet", extra=extra))[0].controls
    assert isinstance(control.require, Measure)
    assert control.require.target == 99.5
    assert control.accept == (Basis.OBSERVED, Basis.DECLARED), "the strongest first"
    assert control.max_age == Duration(months=3)
    assert control.grace is not None
    assert control.grace.period == Duration(months=12)


# -- editions by the as-of day --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "versions"),
    [
        (date(2016, 6, 30), []),
        (date(2016, 7, 1), ["1"]),
        (date(2026, 8, 18), ["1"]),
        (date(2026, 8, 19), ["2"]),
        (date(2099, 1, 1), ["2"]),
    ],
)
def test_the_edition_in_force(tmp_path: Path, day: date, versions: list[str]) -> None:
    old = policy_text(APPROVED, head="effective: {from: 2016-07-01, to: 2026-08-18}")
    new = policy_text(APPROVED, head="effective: {from: 2026-08-19}")
    loaded = policies(tmp_path, new.replace('version: "1"', 'version: "2"'), old)
    assert [p.version for p in policy.in_force(loaded, day)] == versions


def test_a_control_in_force_for_a_time(tmp_path: Path) -> None:
    text = policy_text(APPROVED, extra="effective: {from: 2026-01-01, to: 2026-12-31}")
    loaded = policies(tmp_path, text)
    for day, count in ((date(2025, 12, 31), 0), (date(2026, 1, 1), 1), (date(2027, 1, 1), 0)):
        (found,) = policy.in_force(loaded, day)
        assert len(found.controls) == count


# -- profiles -------------------------------------------------------------------------------------

PROFILE = """
policy: strict
version: "7"
extends: test
title: {en: stricter, vi: chặt hơn}
"""
PARAMETER = "parameters: {interval: {value: 2y, title: {en: a, vi: b}}}"


def tailored(folder: Path, text: str, more: str) -> Policy:
    profile = written(folder / "profiles", strict=PROFILE + more) / "strict.yaml"
    (found,) = policy.load([(written(folder, p=text), "pol")], [(profile, "strict.yaml")])
    return found


def test_a_profile_overrides_a_parameter(tmp_path: Path) -> None:
    text = policy_text("{operation.since|age|lte: $interval}", head=PARAMETER)
    (plain,) = policies(tmp_path / "plain", text)
    found = tailored(tmp_path, text, "parameters: {interval: 1y}")
    require = found.controls[0].require
    assert isinstance(require, Leaf)
    assert require.value == Duration(months=12)
    assert found.parameters["interval"].value == "1y"
    assert str(found.parameters["interval"].at) == "strict.yaml:6:14"
    assert found.version == "1 + strict"
    assert found.title["en"] == "stricter"
    assert found.digest != plain.digest


def test_a_profile_disables_and_adds(tmp_path: Path) -> None:
    two = policy_text(APPROVED).split("\ncontrols:")[1].replace("T-ONE", "T-TWO")
    three = policy_text("{hosting: own}").split("\ncontrols:")[1].replace("T-ONE", "T-THREE")
    text = policy_text(APPROVED) + two.lstrip("\n")
    found = tailored(tmp_path, text, f"disable: {{T-TWO: not for us}}\ncontrols:{three}")
    assert [control.id for control in found.controls] == ["T-ONE", "T-THREE"]
    assert found.controls[1].at.path == "strict.yaml"
    assert found.headline.controls == ("T-ONE",)


def test_policies_stand_in_their_order(tmp_path: Path) -> None:
    texts = [
        policy_text(APPROVED, policy=name, control=f"T-{name.upper()}", head=head)
        for name, head in (("b", ""), ("c", "order: 1"), ("a", ""))
    ]
    assert [p.id for p in policies(tmp_path, *texts)] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("note", "text"),
    [
        ("tự chọn", {"vi": "tự chọn"}),
        ("{en: our choice, vi: tự chọn}", {"en": "our choice", "vi": "tự chọn"}),
    ],
)
def test_a_note_in_one_language_is_vietnamese(
    tmp_path: Path, note: str, text: dict[str, str]
) -> None:
    made = policy_text(APPROVED).replace("verified:", f"note: {note}, verified:")
    (control,) = policies(tmp_path, made)[0].controls
    assert [item.note for item in control.references] == [text]


def test_a_plain_text_where_two_languages_go_is_vietnamese(tmp_path: Path) -> None:
    """Shown as it is to whoever reads English."""
    made = re.sub(r"\{en: [^{}]*, vi: ([^{}]*)\}", r"\1", policy_text(APPROVED))
    assert "{en:" not in made
    (loaded,) = policies(tmp_path, made)
    (control,) = loaded.controls
    texts = [loaded.title, loaded.headline.label, control.title, control.label, control.remediation]
    assert texts == [{"vi": text} for text in ("test", "ổn", "one", "ổn", "sửa")]
    assert Language("en").text(control.remediation) == "sửa"


def test_what_begins_later_is_known_by_its_first_day(tmp_path: Path) -> None:
    later = "effective: {from: 2025-01-01}"
    text = policy_text(APPROVED, control="T-OLD")
    (_, _, body) = policy_text(APPROVED, control="T-NEW", extra=later).partition("controls:\n")
    text += body
    loaded = policy.load([(written(tmp_path, a=text), "pol")])
    assert policy.beginning(loaded, date(2024, 6, 30)) == {date(2025, 1, 1): frozenset({"T-NEW"})}
    assert policy.beginning(loaded, date(2025, 1, 1)) == {}
    (only,) = policy.of_controls(loaded, frozenset({"T-NEW"}))
    assert [control.id for control in only.controls] == ["T-NEW"]
    assert policy.of_controls(loaded, frozenset({"T-ELSE"})) == []


def test_of_a_policy_with_scores_no_control_is_left_out() -> None:
    """A score counts the others by their ids."""
    shipped = [(Path(__file__).parents[2] / "policies", "policies")]
    loaded = policy.load(shipped)
    scored = [p for p in loaded if any(isinstance(c.require, Score) for c in p.controls)]
    assert scored
    for item in scored:
        name = next(c.id for c in item.controls if isinstance(c.require, Score))
        assert item in policy.of_controls(loaded, frozenset({name}))
