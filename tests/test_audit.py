"""The whole flow: faults of both sides are told together, and what rulesets say is judged."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from soccheck import audit
from soccheck.errors import InputError, UsageError
from soccheck.inventory import load as inventories
from soccheck.model import Basis, Status
from soccheck.sources.files import Memory
from tests.kit import policies, policy_text, written

INVENTORY = """\
authority: {stated: 2026-08-20}
organizations: {o: {type: office, tier: province}}
firewalls: {fw: {organization: o, vendor: fortinet, firewall: {default_inbound: allow, ruleset: fw.conf}}}
"""
FORTIGATE = Path(__file__).parent / "firewall" / "cases" / "fortios" / "branch" / "fortigate.conf"
DAY = date(2026, 8, 20)


def test_the_faults_of_policies_and_inventory_are_told_together(tmp_path: Path) -> None:
    folder = written(tmp_path / "i", a="authority: {stated: 2024-01-01}\nsystems: {s: {}}\n")
    file = written(tmp_path / "p", p=policy_text("{no.such.fact: 1}")) / "p.yaml"
    with pytest.raises(InputError) as caught:
        audit.load((folder, "inv"), [(file, "p.yaml")])
    said = str(caught.value)
    assert "p.yaml:" in said
    assert "inv/a.yaml:" in said


def test_a_policy_that_is_asked_for_and_is_none_is_told(tmp_path: Path) -> None:
    folder = written(tmp_path / "i", a="authority: {stated: 2024-01-01}\n")
    file = written(tmp_path / "p", p=policy_text("{dossier.status: approved}")) / "p.yaml"
    with pytest.raises(UsageError, match="no policy 'other'"):
        audit.load((folder, "inv"), [(file, "p.yaml")], only=("other",))


def test_what_a_ruleset_says_decides_over_what_is_declared(tmp_path: Path) -> None:
    """No command that judges may pass over a ruleset: it would pass by what was only said."""
    made = policies(tmp_path, policy_text("{firewall.default_inbound: allow}", asset="firewall"))
    text = FORTIGATE.read_bytes()
    loaded = inventories.read(Memory({"a.yaml": INVENTORY.encode(), "fw.conf": text}), "inv")
    assessment = audit.judge(loaded, made, DAY)
    (finding,) = assessment.findings
    assert finding.result is Status.FAIL
    assert assessment.basis(finding) is Basis.IMPORTED
