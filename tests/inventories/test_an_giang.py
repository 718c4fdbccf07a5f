"""The An Giang sample: the report's figures exactly, all else marked, and no real machine in it."""

from __future__ import annotations

import ipaddress
from datetime import date
from pathlib import Path

import pytest

from soccheck.inventory import load as inventory
from soccheck.model import Asset, Inventory
from tests.kit import shipped

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "inventories" / "an-giang"
DOCUMENTATION = [
    ipaddress.ip_network(prefix)
    for prefix in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]


@pytest.fixture(scope="module")
def an_giang() -> Inventory:
    return inventory.load(FOLDER, "inventories/an-giang")


def _texts(asset: Asset, name: str) -> list[str]:
    value = asset.facts.get(name, ())
    return [str(item) for item in value] if isinstance(value, tuple) else [str(value)]


def test_states_the_half_year_of_the_report(an_giang: Inventory) -> None:
    assert an_giang.stated == date(2024, 6, 30)
    assert an_giang.authority.facts["owner"] == "ubnd-tinh"


def test_39_of_39_dossiers_are_approved(an_giang: Inventory) -> None:
    systems = an_giang.assets["system"].values()
    assert len(systems) == 39
    for system in systems:
        assert system.facts["dossier.status"] == "approved", system.id
        day = system.facts["dossier.decision.date"]
        assert isinstance(day, date), system.id
        assert day <= an_giang.stated, system.id
        assert system.facts["dossier.decision.number"], system.id


def test_the_approvals_are_the_documents_and_the_details_made_up(an_giang: Inventory) -> None:
    for system in an_giang.assets["system"].values():
        status = system.source("dossier.status")
        assert status is not None, system.id
        assert (status.document, status.place) == ("tham-luan-2024", "I.10"), system.id
        for fact in ("dossier.decision.number", "dossier.proposed_level", "operator"):
            origin = system.source(fact)
            assert origin is not None, (system.id, fact)
            assert origin.illustrative, (system.id, fact)


def test_the_portal_runs_on_ipv6_as_the_report_says(an_giang: Inventory) -> None:
    portal = an_giang.assets["endpoint"]["cong-tinh"]
    origin = portal.source("ipv6.aaaa")
    assert portal.facts["ipv6.aaaa"] is True
    assert origin is not None
    assert (origin.document, origin.place, origin.illustrative) == ("tham-luan-2024", "I.7", False)


def test_counts_the_report_gives_without_a_list(an_giang: Inventory) -> None:
    units = an_giang.assets["organization"].values()
    here = [unit for unit in units if unit.facts.get("valid.to", date.max) >= an_giang.stated]  # type: ignore[operator]
    districts = [unit for unit in here if unit.facts["tier"] == "district"]
    assert len(districts) == 11
    footnote = [unit for unit in here if (_place(unit) or "").startswith("I.12")]
    assert len(footnote) == 13
    agencies = {"department", "office", "inspectorate", "other"}
    assert sum(1 for unit in here if _is_agency(unit, agencies)) == 20


def _place(asset: Asset) -> str | None:
    origin = asset.source("name.vi")
    return origin.place if origin else None


def _is_agency(unit: Asset, types: set[str]) -> bool:
    return unit.facts.get("parent") == "ubnd-tinh" and unit.facts["type"] in types


def test_the_counted_workstations_add_up(an_giang: Inventory) -> None:
    fleets = an_giang.assets["fleet"].values()
    sums = [
        sum(int(str(fleet.facts[name])) for fleet in fleets)
        for name in ("workstations.protected", "workstations.total")
    ]
    assert sums == [2884, 4120]
    for fleet in fleets:
        assert int(str(fleet.facts["workstations.protected"])) <= int(
            str(fleet.facts["workstations.total"])
        ), fleet.id


def test_everything_is_sourced_or_marked_made_up(an_giang: Inventory) -> None:
    for asset in an_giang:
        for fact in asset.facts:
            origin = asset.source(fact)
            assert origin is not None, (asset.id, fact)
            assert origin.document or origin.illustrative, (asset.id, fact)


def test_every_source_names_document_and_section(an_giang: Inventory) -> None:
    sourced = [
        (asset.id, origin)
        for asset in (an_giang.authority, *an_giang)
        for origin in asset.provenance
        if origin.document or not origin.illustrative
    ]
    assert sourced
    for name, origin in sourced:
        assert origin.document in an_giang.documents, name
        assert origin.place, name


def test_every_machine_has_a_name_under_example(an_giang: Inventory) -> None:
    for kind in ("host", "firewall"):
        for asset in an_giang.assets[kind].values():
            assert asset.id.endswith(".example"), asset.id
    for endpoint in an_giang.assets["endpoint"].values():
        assert str(endpoint.facts["host_name"]).endswith(".example"), endpoint.id
        url = endpoint.facts.get("url")
        assert url is None or ".example/" in str(url), endpoint.id


def test_every_address_is_for_documentation(an_giang: Inventory) -> None:
    ranges = [
        (asset.id, ipaddress.ip_network(text))
        for asset in an_giang
        for name in ("addresses", "prefixes", "ipv6_plan.prefix")
        for text in _texts(asset, name)
    ]
    assert len(ranges) > 100
    for name, prefix in ranges:
        inside = [doc for doc in DOCUMENTATION if doc.version == prefix.version]
        assert any(prefix.subnet_of(doc) for doc in inside), (name, prefix)  # type: ignore[arg-type]


def test_no_two_machines_share_an_address_and_each_is_in_its_network(an_giang: Inventory) -> None:
    seen: dict[str, str] = {}
    networks = an_giang.assets["network"]
    for kind in ("host", "firewall"):
        for asset in an_giang.assets[kind].values():
            prefixes = [
                ipaddress.ip_network(text)
                for name in _texts(asset, "networks")
                for text in _texts(networks[name], "prefixes")
            ]
            for text in _texts(asset, "addresses"):
                assert seen.setdefault(text, asset.id) == asset.id, text
                if kind == "host":
                    assert any(ipaddress.ip_address(text) in p for p in prefixes), (asset.id, text)


def test_the_sample_has_something_to_find(an_giang: Inventory) -> None:
    with_hosts = {
        name for host in an_giang.assets["host"].values() for name in _texts(host, "systems")
    }
    assert set(an_giang.assets["system"]) - with_hosts == {"du-lich"}
    stated = [
        host for host in an_giang.assets["host"].values() if "antivirus.realtime" in host.facts
    ]
    assert {host.facts["antivirus.realtime"] for host in stated} == {True, False}


def test_waivers_in_force_and_expired(an_giang: Inventory) -> None:
    expired = [waiver for waiver in an_giang.waivers if waiver.expires < an_giang.stated]
    assert (len(an_giang.waivers) - len(expired), len(expired)) == (2, 1)


def test_waivers_name_controls_that_exist(an_giang: Inventory) -> None:
    policies = shipped()
    controls = {control.id for one in policies for control in one.controls}
    assert {waiver.control for waiver in an_giang.waivers} <= controls
