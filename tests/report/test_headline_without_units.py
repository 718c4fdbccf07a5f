"""Findings of machines that belong to no unit of a headline: it is not "nothing assessed"."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from soccheck import audit
from soccheck.i18n import Language
from soccheck.inventory import load as inventory
from soccheck.policy import load as policy
from soccheck.report.wording import sections
from soccheck.sources.files import Memory

SHIPPED = Path(__file__).parents[2] / "policies"
HOSTS = """
authority: {stated: 2026-02-01}
organizations: {o: {type: office, tier: province}}
hosts: {web-1: {organization: o, role: server, antivirus: {installed: false}}}
"""


def headline(text: str) -> str:
    loaded = inventory.read(Memory({"a.yaml": text.encode()}), "inv")
    known = policy.load([(SHIPPED / "antivirus.yaml", "antivirus.yaml")])
    made = audit.judge(loaded, known, date(2026, 2, 1))
    return sections.result(made.headline(known[0]), "systems protected", Language("en"))


def test_hosts_without_systems_are_not_nothing() -> None:
    assert headline(HOSTS) == "no unit to count by"


def test_nothing_is_nothing() -> None:
    assert headline("authority: {stated: 2026-02-01}") == "nothing assessed"
