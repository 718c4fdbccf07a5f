"""What the facts of a firewall say of each other: nothing is denied by a filter that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from soccheck.firewall.facts import facts
from soccheck.firewall.readers import read
from soccheck.firewall.readers.base import Text
from soccheck.firewall.zones import Zones
from tests.firewall.test_cases import GOOD, name, ruleset


@pytest.mark.parametrize("folder", GOOD, ids=name)
def test_what_is_denied_is_denied_by_a_filter(folder: Path) -> None:
    found = ruleset(folder)
    told = {fact: learned.value for fact, learned in facts(found, Zones(found)).items()}
    across = found.vendor not in ("linux", "windows")
    for default, chain in (
        ("default_inbound", "input_chain"),
        ("default_inbound_ipv6", "input_chain_ipv6"),
    ):
        if told[default] == "deny":
            # One profile of Windows may be off while the one in force denies: then nobody says it is on.
            proofs = (True,) if found.vendor != "windows" else (True, None)
            assert told["active"] in proofs
            assert across or told[chain] in proofs
        if told["active"] is False:
            assert told[default] in ("allow", None)
    if told["active"] is False:
        assert told["logs_denied"] is not True


@pytest.mark.parametrize(
    ("case", "active"),
    [
        ("parts-off", False),
        ("parts-rules-only", None),
        ("parts-openbsd", True),
    ],
)
def test_a_filter_that_is_switched_off_is_not_on(case: str, active: bool | None) -> None:
    """Its rules are listed like those of any other (pfctl(8), -d)."""
    found = ruleset(next(folder for folder in GOOD if folder.name == case))
    assert facts(found, Zones(found))["active"].value is active


ROUTED = """version 15.7
hostname r1
router bgp 65000
 neighbor %s remote-as 65001
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.0
 ip access-group SHUT in
interface GigabitEthernet0/1
 ip address 10.0.0.1 255.255.255.0
 ip access-group OPEN in
ip access-list extended SHUT
 deny ip any any
ip access-list extended OPEN
 permit ip any any
ip route 0.0.0.0 0.0.0.0 GigabitEthernet0/0 203.0.113.1
end
"""


@pytest.mark.parametrize(
    ("peer", "ports", "wide", "default"),
    [
        ("203.0.113.1", [], 0, "deny"),
        ("10.0.0.9", ["maybe tcp/0-65535", "maybe udp/0-65535"], None, None),
    ],
)
def test_what_only_the_side_of_a_routing_protocol_opens_is_perhaps_open(
    peer: str, ports: list[str], wide: int | None, default: str | None
) -> None:
    found = read([Text("r1", ROUTED % peer)], "ios")
    told = facts(found, Zones(found))
    assert told["open_ipv4"].value == ports
    assert told["any_any_rules"].value == wide
    assert told["default_inbound"].value == default
    assert bool(told["any_any_rules"].shown) == (wide is None)


UNREAD = """# 2024-06-20 10:00:00 by RouterOS 7.15
/ip firewall filter
add action=accept chain=input comment=known connection-state=established,related
%s
add action=drop chain=input comment=rest
add action=drop chain=forward comment=rest
"""


@pytest.mark.parametrize(
    ("line", "none"), [("", 0), ("add action=new chain=input comment=new", None)]
)
def test_a_rule_that_was_not_read_may_be_one_of_those_that_are_counted(
    line: str, none: int | None
) -> None:
    found = read([Text("fw", UNREAD % line)])
    told = facts(found, Zones(found))
    names = ("any_any_rules", "shadowed_rules", "never_matching_rules", "undefined_objects")
    assert [told[name].value for name in names] == [none] * 4
    if none is None:
        assert "not read" in str(told["any_any_rules"].shown[0])


def test_where_the_internet_is_not_known_a_rule_of_an_interface_may_let_all_of_it_in() -> None:
    chain = "type filter hook input priority 0; policy drop;"
    found = {}
    for rule in ("", 'iifname "eth1" accept', 'iifname "eth1" tcp dport 22 accept'):
        text = (
            f'table inet f {{\n chain i {{\n  {chain}\n  iifname "lo" accept\n  {rule}\n }}\n}}\n'
        )
        ruleset = read([Text("rules.nft", text)], None)
        found[rule] = facts(ruleset, Zones(ruleset))["any_any_rules"].value
    assert list(found.values()) == [0, None, 0]
