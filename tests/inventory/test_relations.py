"""Which assets belong together: directly, through others, both ways, each once."""

from __future__ import annotations

from datetime import date

import pytest

from soccheck.assess.evidence import World
from soccheck.facts.kinds import RELATED
from soccheck.model import Inventory
from tests.kit import an_inventory

TEXT = """
  p: {type: office, tier: province, parent: o}
systems:
  portal: {organization: o}
  mail: {organization: p, operator: o}
networks:
  dmz: {organization: o, type: dmz}
  lan: {organization: o, type: lan}
firewalls:
  edge: {organization: o, protects: [dmz, lan]}
  inner: {organization: o, protects: [lan]}
hosts:
  web: {organization: o, role: server, systems: [portal], networks: [dmz]}
  db: {organization: o, role: server, systems: [portal, mail], networks: [dmz, lan]}
  gone: {organization: o, role: server, systems: [portal], networks: [lan], valid: {to: 2024-01-01}}
endpoints:
  www: {organization: o, type: portal, systems: [portal]}
  smtp: {organization: p, type: mail, systems: [mail]}
fleets:
  desks: {organization: p}
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return an_inventory(tmp_path_factory.mktemp("inv"), TEXT)


@pytest.mark.parametrize(
    ("asset", "kind", "expected"),
    [
        ("portal", "host", ["web", "db"]),
        ("portal", "network", ["dmz", "lan"]),
        ("portal", "firewall", ["edge", "inner"]),
        ("portal", "endpoint", ["www"]),
        ("portal", "organization", ["o"]),
        ("mail", "organization", ["p"]),  # the operator is not whose it is
        ("o", "system", ["portal"]),
        ("p", "fleet", ["desks"]),
        ("web", "firewall", ["edge"]),
        ("db", "firewall", ["edge", "inner"]),
        ("inner", "system", ["portal", "mail"]),
        ("edge", "host", ["web", "db"]),
        ("dmz", "endpoint", ["www", "smtp"]),
        ("smtp", "host", ["db"]),
        ("web", "endpoint", ["www"]),
        ("desks", "host", []),
        ("desks", "organization", ["p"]),
    ],
)
def test_related(loaded: Inventory, asset: str, kind: str, expected: list[str]) -> None:
    world = World(loaded, {}, date(2024, 6, 30))
    found = loaded.find(asset)
    assert found is not None
    assert [other.id for other in world.related(found, kind)] == expected


def test_what_no_longer_exists_was_related_then(loaded: Inventory) -> None:
    portal = loaded.assets["system"]["portal"]
    world = World(loaded, {}, date(2024, 1, 1))
    assert [other.id for other in world.related(portal, "host")] == ["web", "db", "gone"]


def test_belonging_goes_both_ways(loaded: Inventory) -> None:
    for one in loaded:
        for other in loaded:
            if (one.kind, other.kind) in RELATED and (other.kind, one.kind) in RELATED:
                there = other in loaded.related(one, other.kind)
                assert there is (one in loaded.related(other, one.kind)), (one.id, other.id)


def test_find(loaded: Inventory) -> None:
    assert loaded.find("nothing") is None
    assert [asset.id for asset in loaded][:3] == ["o", "p", "portal"]
