"""A machine that is really protected passes the shipped controls by what was observed alone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from soccheck.assess.assessment import Assessment
from soccheck.facts.catalogue import FACTS
from soccheck.facts.values import decode
from soccheck.inventory import load as inventory
from soccheck.model import Basis, Evidence, Status
from soccheck.policy import load as policy
from soccheck.probes.base import read
from soccheck.sources.files import Memory
from tests.probes.test_corpus import HERE, read_case

SHIPPED = Path(__file__).parents[2] / "policies"
HOST = """
authority: {stated: 2026-02-01}
organizations: {o: {type: office, tier: province}}
hosts: {h: {organization: o, role: server}}
"""
PROTECTED = {
    "clamav-protecting": ("AV-INSTALLED", "AV-REALTIME", "AV-FRESH"),
    "mdatp-on": ("AV-INSTALLED", "AV-REALTIME", "AV-FRESH"),
    "windows-defender": ("AV-INSTALLED", "AV-REALTIME", "AV-FRESH"),
    "kesl-12": ("AV-INSTALLED", "AV-FRESH"),  # whether it acts is not among its answers
}
UNPROTECTED = {
    "clamav-old": "AV-FRESH",
    "clamav-stopped": "AV-REALTIME",
    "mdatp-passive": "AV-REALTIME",
    "mdatp-unlicensed": "AV-REALTIME",
    "windows-passive": "AV-REALTIME",
}


def judged(name: str) -> Assessment:
    case = read_case(HERE / "antivirus" / f"{name}.yaml")
    facts, _ = read(case.probe, case.kind, case.answers, case.when)
    when = datetime(2026, 2, 1, 8, tzinfo=UTC)
    evidence = {
        fact: [
            Evidence(
                value=decode(FACTS["host", fact], raw),
                basis=Basis.OBSERVED,
                when=when,
                origin="antivirus probe",
            )
        ]
        for fact, raw in facts.items()
    }
    loaded = inventory.read(Memory({"a.yaml": HOST.encode()}), "inv")
    policies = policy.load([(SHIPPED / "antivirus.yaml", "antivirus.yaml")])
    return Assessment(loaded, policies, when.date(), {"h": evidence})


@pytest.mark.parametrize(
    ("name", "control"), [(name, c) for name, controls in PROTECTED.items() for c in controls]
)
def test_a_protected_machine_passes(name: str, control: str) -> None:
    finding = judged(name).finding(control, "h")
    assert finding is not None
    assert finding.result is Status.PASS


@pytest.mark.parametrize(("name", "control"), UNPROTECTED.items())
def test_an_unprotected_machine_does_not_pass(name: str, control: str) -> None:
    finding = judged(name).finding(control, "h")
    assert finding is not None
    assert finding.result is Status.FAIL


@pytest.mark.parametrize("control", ["AV-REALTIME", "AV-FRESH", "AV-LICENCE"])
def test_a_product_without_a_licence_passes_nothing(control: str) -> None:
    finding = judged("mdatp-unlicensed").finding(control, "h")
    assert finding is not None
    assert finding.result in (Status.FAIL, Status.UNKNOWN)
