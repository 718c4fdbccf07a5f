"""Beside a headline: the units another reader counts, and units of it that fail another control."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.run import soccheck

INVENTORY = """\
authority: {name: {vi: Tỉnh}, stated: 2024-06-30, owner: u, specialists: [s]}
organizations:
  u: {type: committee, tier: province}
  s: {type: department, tier: province}
systems:
"""
SYSTEM = """\
  {}:
    organization: u
    owner: u
    operation: {{since: {}}}
    dossier: {{status: {}, proposed_level: {}, decision: {{number: 1/QĐ, date: 2023-01-01, issuer: s}}}}
"""
IN_OPERATION = (
    INVENTORY
    + SYSTEM.format("one", "2020-01-01", "approved", 2)
    + SYSTEM.format("two", "2020-01-01", "approved", 3)
)
MANAGED = IN_OPERATION + SYSTEM.format("three", "2027-06-01", "draft", 2)


def audited(folder: Path, text: str, *more: str) -> str:
    (folder / "inv.yaml").write_text(text, encoding="utf-8")
    long = [] if "--format" in more else ["--details"]
    words = ("--policy", "security-level", "--as-of", "2024-06-30")
    ran = soccheck("audit", *long, folder, *words, *more)
    assert ran.code == 1
    return ran.out


def test_a_unit_of_the_figure_that_fails_another_control_is_told(tmp_path: Path) -> None:
    said = " ".join(audited(tmp_path, IN_OPERATION).split())
    assert "2/2 approved" in said
    wrong = "2 approved, of them 1 fails another control: approved by the right authority 1"
    unknown = ". Of them 2 are unknown in another control: appraised 2; independently appraised 2; "
    assert f"Security-level dossier: {wrong}{unknown}" in said


def test_both_denominators_are_told_where_they_differ(tmp_path: Path) -> None:
    assert "under management" not in audited(tmp_path, IN_OPERATION)
    said = " ".join(audited(tmp_path, MANAGED).split())
    assert "2/3 approved" in said
    assert "dossier, approved: 2/2 in operation; 2/3 under management" in said
    page_one = soccheck(
        "audit", tmp_path, "--policy", "security-level", "--as-of", "2024-06-30"
    ).out
    assert "2/3 approved (2/2 in operation)" in page_one
    vietnamese = " ".join(audited(tmp_path, MANAGED, "--lang", "vi").split())
    assert "2/2 đang vận hành; 2/3 thuộc phạm vi quản lý" in vietnamese
    assert "trong đó 1 chưa đạt yêu cầu khác: phê duyệt đúng thẩm quyền 1" in vietnamese


def test_json_has_both(tmp_path: Path) -> None:
    said = json.loads(audited(tmp_path, MANAGED, "--format", "json"))
    headline = said["policies"][0]["headline"]
    assert (headline["passed"], headline["total"]) == (2, 3)
    assert headline["among"] == {"passed": 2, "total": 2}
    assert headline["beside"] == {"SL-AUTHORITY": ["two"]}
