"""Whom to ask what: machines, platforms, addresses, and only the probes that are needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from soccheck.collect.plan import plan
from soccheck.inventory import load as inventory
from soccheck.model import Inventory

TEXT = """
authority: {stated: 2026-01-31}
organizations:
  office: {type: office, tier: province}
hosts:
  web-1:
    {organization: office, role: server, addresses: ["2001:db8::1", 192.0.2.1],
     ssh: {port: 2222, user: soc, jump: "root@bastion:22"}}
  named: {organization: office, role: server, addresses: [192.0.2.2], ssh: {address: web.example}}
  pc: {organization: office, role: workstation, os: {family: windows}}
  pc-2: {organization: office, role: workstation, os: {name: Windows 11 Pro}}
firewalls:
  edge: {organization: office, vendor: cisco, addresses: [192.0.2.9]}
  inner: {organization: office, vendor: linux, addresses: [192.0.2.8]}
  east: {organization: office, vendor: paloalto, addresses: [192.0.2.7]}
  west: {organization: office, vendor: opnsense, addresses: [192.0.2.6]}
  north: {organization: office, os: {family: bsd}, addresses: [192.0.2.5]}
"""


@pytest.fixture
def loaded(tmp_path: Path) -> Inventory:
    (tmp_path / "all.yaml").write_text(TEXT)
    return inventory.load(tmp_path, "inv")


def test_platforms_and_addresses(loaded: Inventory) -> None:
    found = {target.asset: target for target in plan(loaded)}
    assert {name: t.platform for name, t in found.items()} == {
        "web-1": "linux",
        "named": "linux",
        "pc": "windows",
        "pc-2": "windows",
        "edge": "cisco",
        "inner": "linux",
        "east": "paloalto",
        "west": "pf",
        "north": "pf",
    }
    web = found["web-1"]
    assert (web.address, web.port, web.user, web.jump) == (
        "2001:db8::1",
        2222,
        "soc",
        "root@bastion:22",
    )
    assert found["named"].address == "web.example"
    assert found["pc"].address == ""


def test_only_the_probes_that_are_needed(loaded: Inventory) -> None:
    def names(**limits: object) -> dict[str, list[str]]:
        targets = plan(loaded, **limits)  # type: ignore[arg-type]
        return {target.asset: [probe.name for probe in target.probes] for target in targets}

    assert names(facts={"antivirus.realtime"}) == {
        "web-1": ["antivirus"],
        "named": ["antivirus"],
        "pc": ["antivirus"],
        "pc-2": ["antivirus"],
    }
    assert names(subjects=["configuration"]) == {
        name: ["configuration"] for name in ("edge", "east", "west", "north")
    }
    assert names(facts={"dossier.status"}) == {}
    assert names(keep=lambda asset: asset.id == "inner")["inner"] == [
        "firewall",
        "identity",
        "ipv6",
    ]
