"""Scans by nmap and by OpenSCAP that say less than they seem to: what was not looked at is not known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from soccheck.imports import map_file as maps
from soccheck.imports.imported import ImportedRow, ImportFile
from soccheck.imports.read import read
from soccheck.inventory import load as inventories

HERE = Path(__file__).parent
INVENTORY = inventories.load(HERE / "inventory", "inv")
SCAN = (HERE / "samples/nmap/scan.xml").read_text(encoding="utf-8")
ARF = (HERE / "samples/openscap/arf.xml").read_text(encoding="utf-8")


def entries(text: str, by: str) -> list[ImportedRow]:
    given = ImportFile(shown="scan.xml", name="scan.xml", raw=text.encode())
    return list(read([given], maps.load(by), INVENTORY, None, date(2026, 11, 1)).entries)


def told(text: str, asset: str = "web-1.tinh.example", by: str = "nmap") -> Mapping[str, object]:
    """Return what a scan says of an asset: facts, or why they are not known."""
    (row,) = (e for e in entries(text, by) if e.asset is not None and e.asset.id == asset)
    return {**row.facts, **{name: str(it.why) for name, it in row.troubles.items()}}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("two-ports", "1 of 65535 TCP ports were scanned; open among them: 22"),
        ("ping-only", "no TCP port was scanned"),
        ("nobody-pinged", "2 of 65535 TCP ports were scanned; open among them: 22"),
    ],
)
def test_a_recorded_scan_of_some_ports_says_nothing_of_the_others(name: str, said: str) -> None:
    text = (HERE / f"scans/{name}.xml").read_text(encoding="utf-8")
    assert said in str(told(text)["listens.found_ipv4"])


def test_who_did_not_answer_is_no_machine_that_was_found() -> None:
    text = (HERE / "scans/nobody-pinged.xml").read_text(encoding="utf-8")
    assert [entry.name for entry in entries(text, "nmap")] == ["192.0.2.10"]


def test_a_machine_that_nobody_wrote_down_is_named_with_its_network() -> None:
    (lost,) = (entry for entry in entries(SCAN, "nmap") if entry.asset is None)
    assert str(lost.why) == "in the network may-chu, not in the inventory"
    (lost,) = (e for e in entries(SCAN.replace('.12"', '.1"'), "nmap") if e.asset is None)
    assert str(lost.why) == "192.0.2.1 is the address of firewall fw-1"


def test_a_scan_over_ipv6_says_nothing_of_ipv4() -> None:
    text = (HERE / "scans/over-ipv6.xml").read_text(encoding="utf-8")
    (row,) = entries(text, "nmap")
    assert dict(row.facts) == {"listens.found_ipv6": (22,)}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('services="1-65535"', 'services="1-65534"', "65534 of 65535 TCP ports"),
        ('type="syn"', 'type="ack"', "a scan of the type ack does not tell open ports"),
        ('state state="open" reason="syn-ack"', 'state state="open|filtered" reason="x"', "2 of"),
        ('ports="1-21,23-442,444-65535"', 'ports="1-21,23-442"', "65092 of 65535"),
        ('extraports state="closed"', 'extraports state="unfiltered"', "65533 of 65535"),
        ("<host starttime", '<host timedout="true" starttime', "it took too long"),
    ],
)
def test_what_a_scan_leaves_open_is_not_decided(old: str, new: str, said: str) -> None:
    assert old in SCAN
    assert said in str(told(SCAN.replace(old, new))["listens.found_ipv4"])


@pytest.mark.parametrize(
    ("old", "new", "unmet", "passed"),
    [
        ("<result>fixed<", "<result>pass<", 4, 3),
        ("<result>error<", "<result>notapplicable<", 4, 2),
        ("<result>unknown<", "<result>not heard of<", 5, 2),
        ("<result>unknown<", "<override/><result>pass<", 5, 2),
        ("<result>fail<", "<override/><result>fail<", 5, 2),
    ],
)
def test_only_what_passed_is_a_pass(old: str, new: str, unmet: int, passed: int) -> None:
    assert old in ARF
    found = told(ARF.replace(old, new), by="openscap")
    assert (found["hardening.unmet"], found["hardening.passed"]) == (unmet, passed)


def test_a_tailored_profile_is_not_the_profile() -> None:
    text = ARF.replace("<profile idref", '<tailoring-file href="x"/><profile idref')
    assert "tailored" in str(told(text, by="openscap")["hardening.profile"])


def test_where_no_rule_was_decided_nothing_is_known() -> None:
    found = told(ARF, "web-2.tinh.example", "openscap")
    for fact in ("hardening.unmet", "hardening.passed"):
        assert "no rule was decided: 4 notapplicable, 3 notselected" in str(found[fact])
