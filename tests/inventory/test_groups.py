"""Hosts have what they do not say themselves from their group, and then from the defaults."""

from __future__ import annotations

from pathlib import Path

from soccheck.facts.catalogue import of_kind
from soccheck.inventory import load as inventory
from soccheck.inventory.groups import GIVEN
from tests.kit import BASE, written

GROUPED = """
systems: {s: {name: {vi: S}, organization: o}, t: {name: {vi: T}, organization: o}}
documents: {d: {title: List of machines}}
defaults: {organization: o, os: {family: linux}, role: server}
groups:
  web:
    source: {document: d}
    systems: [s]
    os: {family: windows, name: Windows Server}
    illustrative: true
hosts:
  bare: {addresses: [203.0.113.1]}
  web-1: {group: web, antivirus: {realtime: true}}
  web-2: {group: web, systems: [t], role: workstation}
"""


def test_own_then_group_then_defaults(tmp_path: Path) -> None:
    loaded = inventory.load(written(tmp_path / "inv", a=BASE, b=GROUPED), "inv")
    bare, one, two = loaded.assets["host"].values()
    assert dict(bare.facts) == {
        "addresses": ("203.0.113.1",), "organization": "o", "os.family": "linux", "role": "server",
    }  # fmt: skip
    assert one.facts["os.family"] == "windows"
    assert one.facts["systems"] == ("s",)
    assert one.facts["role"] == "server"
    assert two.facts["systems"] == ("t",)
    assert two.facts["role"] == "workstation"
    assert [asset.id for asset in loaded.related(loaded.assets["system"]["s"], "host")] == ["web-1"]
    assert one.given == {
        "systems": "web", "os.family": "web", "os.name": "web", "organization": "", "role": "",
    }  # fmt: skip


def test_a_given_fact_is_found_where_it_is_written(tmp_path: Path) -> None:
    loaded = inventory.load(written(tmp_path / "inv", a=BASE, b=GROUPED), "inv")
    one = loaded.assets["host"]["web-1"]
    lines = GROUPED.splitlines()
    for fact, text in (("systems", "systems: [s]"), ("os.name", "os: {family: windows")):
        at = one.where(fact)
        assert at.path == "inv/b.yaml"
        assert text in lines[at.line - 1]
    assert "defaults:" in lines[one.where("role").line - 1]
    assert "web-1" in lines[one.where("antivirus.realtime").line - 1]


def test_who_says_so_is_of_the_group_for_what_it_gives_alone(tmp_path: Path) -> None:
    loaded = inventory.load(written(tmp_path / "inv", a=BASE, b=GROUPED), "inv")
    one = loaded.assets["host"]["web-1"]
    systems, own, default = (one.source(n) for n in ("systems", "antivirus.realtime", "role"))
    assert systems is not None
    assert systems.document == "d"
    assert own is None
    assert default is None


def test_no_requirement_is_met_by_what_a_group_may_give() -> None:
    """A state that a control asks for is said of each machine: only these say what a machine is."""
    assert of_kind("host").keys() >= GIVEN
    states = ("installed", "running", "realtime", "active", "updated", "logs", "until", "central")
    assert not [fact for fact in GIVEN if any(word in fact for word in states)]
