"""Every file of `bad/` is refused with exactly the faults of its `.expected`; so are files that clash."""

from __future__ import annotations

from pathlib import Path

import pytest

from soccheck.errors import InputError, UsageError
from soccheck.model import Location, Problem
from soccheck.policy import load as policy
from tests.kit import policies, policy_text, written

FILES = sorted((Path(__file__).parent / "bad").glob("*.yaml"))
APPROVED = "{dossier.status: approved}"
PROFILE = """
policy: strict
version: "1"
extends: test
title: {en: strict, vi: chặt}
"""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_bad(path: Path) -> None:
    with pytest.raises(InputError) as caught:
        policy.load([(path, path.name)])
    said = f"{caught.value}\n"
    assert said == path.with_suffix(".expected").read_text(encoding="utf-8")
    for problem in caught.value.problems:
        assert isinstance(problem, Problem)
        assert isinstance(problem.where, Location)
        assert problem.hint, f"what is to be done? {problem}"


def refused(folder: Path, *texts: str, profile: str | None = None) -> list[str]:
    profiles = []
    if profile is not None:
        profiles = [(written(folder / "profiles", strict=profile) / "strict.yaml", "strict.yaml")]
    files = {f"p{i}": text for i, text in enumerate(texts)}
    with pytest.raises(InputError) as caught:
        policy.load([(written(folder, **files), "pol")], profiles)
    return str(caught.value).splitlines()


def test_two_editions_in_force_at_once(tmp_path: Path) -> None:
    first = policy_text(APPROVED, head="effective: {from: 2016-07-01, to: 2026-08-19}")
    second = policy_text(APPROVED, head="effective: {from: 2026-08-19}")
    assert refused(tmp_path, first, second) == [
        "pol/p1.yaml:1:1: two editions of test are in force at once: pol/p0.yaml and pol/p1.yaml",
        "  hint: end the older one: effective: {to: ...}",
    ]


def test_one_file_given_twice(tmp_path: Path) -> None:
    folder = written(tmp_path, p=policy_text(APPROVED))
    with pytest.raises(InputError, match="two editions of test are in force at once"):
        policy.load([(folder, "pol"), (folder / "p.yaml", "p.yaml")])


def test_one_control_id_in_two_policies(tmp_path: Path) -> None:
    other = policy_text(APPROVED, policy="other")
    assert refused(tmp_path, policy_text(APPROVED), other)[0] == (
        "pol/p1.yaml:8:5: a second control T-ONE: the first is at pol/p0.yaml:8:5"
    )


def test_faults_of_all_files_are_shown_together(tmp_path: Path) -> None:
    bad = policy_text("{dossier.stats: approved}", policy="b", control="T-TWO")
    said = refused(tmp_path, policy_text("{nothing: 1}"), bad, "policy: [\n")
    assert [line.split(": ")[0] for line in said if not line.startswith(" ")] == [
        "pol/p0.yaml:11:15",
        "pol/p1.yaml:11:15",
        "pol/p2.yaml:2:1",
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            "parameters: {intervl: 2y}",
            "strict.yaml:6:14: no parameter 'intervl' to override\n  hint: test has interval",
        ),
        (
            "parameters: {interval: often}",
            "pol/p0.yaml:11:15: 'often' is not a value of operation.since (age): $interval, "
            "set at strict.yaml:6:14\n  hint: write 3d, 2w, 6mo or 1y",
        ),
        (
            "disable: {T-TWO: not here}",
            "strict.yaml:6:11: no control 'T-TWO' to disable\n  hint: it has T-ONE",
        ),
        (
            "disable: {T-ONE: not here}",
            "pol/p0.yaml:5:27: no control is left for the headline\n"
            "  hint: keep at least one of them enabled",
        ),
    ],
)
def test_profile_that_does_not_fit(tmp_path: Path, more: str, said: str) -> None:
    text = policy_text(
        "{operation.since|age|lte: $interval}",
        head="parameters: {interval: {value: 1y, title: {en: a, vi: b}}}",
    )
    assert "\n".join(refused(tmp_path, text, profile=PROFILE + more)) == said


def test_profile_of_no_policy(tmp_path: Path) -> None:
    profile = PROFILE.replace("extends: test", "extends: tests")
    assert refused(tmp_path, policy_text(APPROVED), profile=profile) == [
        "strict.yaml:4:1: there is no policy 'tests' to extend",
        "  hint: a profile extends one of test",
    ]


def test_profile_that_adds_a_control_there_is(tmp_path: Path) -> None:
    again = policy_text(APPROVED).split("\ncontrols:")[1]
    said = refused(tmp_path, policy_text(APPROVED), profile=f"{PROFILE}controls:{again}")
    assert said[0] == "strict.yaml:7:5: a second control T-ONE: the first is at pol/p0.yaml:8:5"


@pytest.mark.parametrize("name", ["missing.yaml", "empty"])
def test_no_policy(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError) as caught:
        policy.load([(tmp_path / name, name)])
    assert caught.value.hint


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to("a.yaml")
    with pytest.raises(InputError, match=r"pol/a\.yaml:1:1: cannot be read"):
        policy.load([(tmp_path, "pol")])


def test_a_policy_named_yml_is_not_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(policy_text(APPROVED), encoding="utf-8")
    (tmp_path / "b.YAML").write_text(
        policy_text(APPROVED, policy="b", control="T-B"), encoding="utf-8"
    )
    assert [p.id for p in policies(tmp_path / "none", policy_text(APPROVED, control="T-C"))]
    assert [p.id for p in policy.load([(tmp_path, "pol")])] == ["b", "test"]
