"""Reports narrowed to a unit, a system, a control, a severity: said in the head, and never falsely green."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.run import ROOT, soccheck

AUDIT = ("audit", "--details", "inventories/an-giang", "--as-of", "2024-06-30", "--lang", "en")
PLAIN = tuple(word for word in AUDIT if word != "--details")


def document(*words: str) -> tuple[int, dict[str, Any]]:
    ran = soccheck(*PLAIN, "--format", "json", *words, cwd=ROOT)
    assert ran.err == ""
    return ran.code, json.loads(ran.out)


def keys(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(item["control"], item["asset"]) for item in found["findings"]]


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    return document()[1]


def test_the_units_parts_are_the_whole(whole: dict[str, Any]) -> None:
    """No finding is in two units' reports, and none in nobody's but the authority's own."""
    units: dict[str, int] = {}
    csv = soccheck(*PLAIN, "--format", "csv", cwd=ROOT).out.splitlines()
    head = csv[0].split(",")
    assert "organization" in head
    for unit in ("so-yt", "so-tttt", "so-tnmt"):
        code, part = document("--organization", unit)
        assert part["narrowed"] == {"organizations": [unit]}
        units[unit] = len(part["findings"])
        assert set(keys(part)) < set(keys(whole))
        failing = [item for item in part["findings"] if item["status"] == "fail"]
        assert code == 1 if failing else 0
    assert all(units.values())


def test_a_system_brings_what_belongs_to_it(whole: dict[str, Any]) -> None:
    _, part = document("--system", "lris")
    kinds = {item["kind"] for item in part["findings"]}
    assert {"system", "host"} <= kinds
    headline = next(p for p in part["policies"] if p["id"] == "security-level")["headline"]
    assert headline["members"] == {"lris": "pass"}
    assert len(part["findings"]) < len(whole["findings"])


def test_a_level_is_all_of_its_systems(whole: dict[str, Any]) -> None:
    _, part = document("--level", "3", "--control", "SL-APPROVED")
    (policy,) = part["policies"]
    assert [control["id"] for control in policy["controls"]] == ["SL-APPROVED"]
    assert (policy["headline"]["passed"], policy["headline"]["total"]) == (7, 7)
    assert len(part["findings"]) == 7


@pytest.mark.parametrize(
    ("words", "member", "value"),
    [
        (("--status", "pass"), "status", "pass"),
        (("--status", "grace"), "status", "grace"),
        (("--basis", "declared"), "basis", "declared"),
    ],
)
def test_what_is_shown_does_not_decide_the_exit_code(
    words: tuple[str, str], member: str, value: str
) -> None:
    code, part = document(*words)
    assert code == part["exit_code"] == 1, "other findings fail"
    assert {item[member] for item in part["findings"]} == {value}


def test_severities_are_shown_and_figures_are_of_the_whole(whole: dict[str, Any]) -> None:
    _, part = document("--severity", "critical")
    severe = {
        control["id"]
        for policy in whole["policies"]
        for control in policy["controls"]
        if control["severity"] == "critical"
    }
    assert {control for control, _ in keys(part)} <= severe
    assert part["policies"] == whole["policies"]


def test_the_head_says_so() -> None:
    for form in ("table", "markdown"):
        ran = soccheck(*PLAIN, "--format", form, "--organization", "so-yt", cwd=ROOT)
        text = " ".join(ran.out.replace("\\", "").split())
        assert "Narrowed by --organization so-yt:" in text
    ran = soccheck(*AUDIT[:-1], "vi", "--level", "3", "--status", "fail", cwd=ROOT)
    assert "Thu hẹp theo --level 3, --status fail:" in " ".join(ran.out.split())


def test_a_machine_that_is_in_no_headline_is_green_only_when_it_is() -> None:
    assert soccheck(*AUDIT, "--asset", "syt-pc-03.ag.example", cwd=ROOT).code == 1
    code, part = document("--asset", "syt-pc-03.ag.example", "--control", "SL-APPROVED")
    assert (code, part["findings"]) == (3, []), "nothing assessed is never green"


@pytest.mark.parametrize(
    "words",
    [
        ("--control", "AV-INSTALLED"),
        ("--level", "3"),
        ("--organization", "so-yt"),
        ("--system", "lris"),
    ],
)
def test_a_headline_is_never_better_for_being_narrowed(
    words: tuple[str, str], whole: dict[str, Any]
) -> None:
    """33/39 protected stays so where one control, or one unit's machines, are looked at."""
    figures = {item["id"]: item["headline"] for item in whole["policies"]}
    _, part = document(*words)
    for policy in part["policies"]:
        told = figures[policy["id"]]["members"]
        assert policy["headline"]["members"].items() <= told.items(), policy["id"]
    if words[0] == "--control":
        (antivirus,) = part["policies"]
        assert (antivirus["headline"]["passed"], antivirus["headline"]["total"]) == (33, 39)


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (
            ("--organization", "so-y-te"),
            "--organization: there is no 'so-y-te'",
            "write --organization so-yt",
        ),
        (("--asset", "nobody-at-all"), "--asset: there is no 'nobody-at-all'", "known here: "),
        (("--system", "lri"), "--system: there is no 'lri'", "'lris'"),
        (("--control", "SL-APROVED"), "--control: there is no 'SL-APROVED'", "'SL-APPROVED'"),
        (("--level", "6"), "'6' is no level, which are 1 to 5", ""),
        (("--level", "cấp III"), "which are 1 to 5\n  hint: write 3", ""),
        (("--severity", "worst"), "'worst' is not one of", ""),
        (("--status", "broken"), "'broken' is not one of", ""),
        (("--basis", "guessed"), "'guessed' is not one of", ""),
        (("--level", "3", "--report", "table", "--report", "baseline=b"), "is of the whole", ""),
        (("--level", "3", "inventories/hau-giang"), "several inventories is not narrowed", ""),
    ],
)
def test_what_is_not_there_is_refused(words: tuple[str, ...], message: str, hint: str) -> None:
    ran = soccheck(*AUDIT, *words, cwd=ROOT)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert hint in ran.err


def test_a_narrowed_result_is_no_former_side(tmp_path: Any) -> None:
    result = tmp_path / "part.json"
    soccheck(*PLAIN, "--level", "3", "--report", f"json={result}", cwd=ROOT)
    ran = soccheck("gate", *AUDIT[1:], "--baseline", result, cwd=ROOT)
    assert ran.code == 2
    assert "a report that was narrowed says nothing of all that it leaves out" in ran.err
