"""The untrusted side: never a part of it for the whole, and never one that nothing comes in by."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from soccheck import audit
from soccheck.errors import ReadError, UsageError
from soccheck.facts.catalogue import SHOWN_BY_RULESETS
from soccheck.firewall.facts import facts
from soccheck.firewall.machines import analysed
from soccheck.firewall.model import Ruleset
from soccheck.firewall.queries import parse
from soccheck.firewall.questions import ask
from soccheck.firewall.readers import read
from soccheck.firewall.readers.base import Text
from soccheck.firewall.sides import on_sides
from soccheck.firewall.zones import Zone, Zones
from soccheck.inventory import load as inventory
from soccheck.model import Evidence
from soccheck.probes.base import Answer
from tests.firewall.gathering import entry, gathered
from tests.firewall.make import linux, save
from tests.firewall.test_learn import NFT

FOUR = {"dst": "default", "gateway": "192.0.2.1", "dev": "eth0"}
SIX = {"dst": "default", "gateway": "fe80::1", "dev": "he6"}
HOPS = {"dst": "default", "nexthops": [{"gateway": "fe80::1", "dev": d} for d in ("eth0", "he6")]}
LINKS = json.dumps(
    [
        {"ifname": "lo", "flags": ["LOOPBACK"], "addr_info": [{"local": "127.0.0.1"}]},
        {"ifname": "eth0", "flags": ["UP"], "addr_info": [{"local": "198.51.100.1"}]},
        {"ifname": "he6", "flags": ["UP"], "addr_info": [{"local": "2001:db8::1"}]},
    ]
)
TUNNEL = ("-A INPUT -i he6 -j ACCEPT",)


def machine(**more: str | Answer) -> dict[str, str | Answer]:
    """Return the listings of a machine that takes in all by a tunnel for IPv6, and nothing else."""
    four, six = save(policy="DROP"), save(*TUNNEL, policy="DROP", v6=True)
    routes = {"routes": json.dumps([FOUR]), "routes6": json.dumps([SIX])}
    return {"nft": NFT, "iptables": four, "ip6tables": six, "links": LINKS, **routes, **more}


def told(folder: Path, texts: dict[str, str | Answer], stated: str = "") -> dict[str, Evidence]:
    """Return what the evidence of one machine says, of which the inventory states the side."""
    more = f", firewall: {{untrusted: {stated}}}" if stated else ""
    text = (
        "authority: {stated: 2026-08-20}\norganizations:\n  o: {type: office, tier: province}\n"
        f"hosts:\n  web: {{organization: o, role: server{more}}}\n"
    )
    folder.mkdir()
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    loaded = inventory.load(folder, "i")
    found = audit.take(gathered(loaded, {"web": entry("web", texts)}), loaded).answers["web"]
    return {fact: answers[-1] for fact, answers in found.items()}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"routes6": json.dumps([HOPS])},
        {"routes6": json.dumps([{"dst": "2000::/3", "dev": "he6"}])},
    ],
)
def test_a_way_in_that_one_family_has_is_seen(tmp_path: Path, change: dict[str, Any]) -> None:
    found = told(tmp_path / "i", machine(**change))
    assert found["firewall.open_ipv6"].value == ("tcp/0-65535", "udp/0-65535")
    assert found["firewall.default_inbound_ipv6"].value == "allow"
    assert found["firewall.open_ipv4"].value == ()


WITH_DMZ = """ASA Version 9.12(4)
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 198.51.100.2 255.255.255.248
interface GigabitEthernet0/1
 nameif dmz
 security-level 50
 ip address 203.0.113.1 255.255.255.240
route outside 0.0.0.0 0.0.0.0 198.51.100.1 1
: end
"""
UNTOLD: tuple[dict[str, Any], ...] = (
    {"routes6": Answer(command="ip", state="timeout")},
    {"routes6": Answer(command="ip", state="absent")},
    {"routes": Answer(command="ip", state="denied", exit=1)},
    {"routes6": ""},
    {"routes": "[]", "routes6": json.dumps([{**SIX, "type": "unreachable", "dev": "lo"}])},
)


@pytest.mark.parametrize("change", UNTOLD)
def test_what_one_interface_lets_in_is_open_where_the_internet_comes_in_by_it(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    found = told(tmp_path / "i", machine(**change))
    open_ = found["firewall.open_ipv6"]
    assert open_.value == ("maybe tcp/0-65535", "maybe udp/0-65535")
    assert "state `firewall: {untrusted: [INTERFACE]}`" in str(open_.shown[0])
    assert found["firewall.default_inbound_ipv6"].problem == "undecided"
    assert found["firewall.open_ipv4"].value == ()


@pytest.mark.parametrize("change", UNTOLD)
def test_what_every_interface_lets_in_is_open_whichever_leads_out(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    six = save("-A INPUT -i he6 -j ACCEPT", "-A INPUT -p tcp --dport 22 -j ACCEPT", v6=True)
    four = save("-A INPUT -p tcp --dport 22 -j ACCEPT", policy="DROP")
    six = six.replace(":INPUT ACCEPT", ":INPUT DROP")
    found = told(tmp_path / "i", machine(iptables=four, ip6tables=six, **change))
    assert found["firewall.open_ipv4"].value == ("tcp/22",)
    opened = found["firewall.open_ipv6"].value
    assert isinstance(opened, tuple)
    assert "tcp/22" in opened


@pytest.mark.parametrize(
    ("rules", "logs"),
    [(("-A INPUT -i he6 -j DROP",), None), (("-A INPUT -p tcp --dport 23 -j DROP",), False)],
)
def test_what_an_inner_interface_denies_in_silence_may_be_no_news(
    tmp_path: Path, rules: tuple[str, ...], logs: bool | None
) -> None:
    """Whether the Internet comes in by it is not told; what each of them denies is denied to it."""
    four, six = save(*rules, policy="ACCEPT"), save(policy="ACCEPT", v6=True)
    found = told(tmp_path / "i", machine(iptables=four, ip6tables=six, **UNTOLD[2]))
    assert found["firewall.logs_denied"].value is logs


LOCAL = {"type": "local", "dst": "127.0.0.1", "dev": "lo", "table": "local"}


@pytest.mark.parametrize(
    ("routes", "right"),
    [
        ([LOCAL, FOUR], "no"),
        ([LOCAL, FOUR, {**FOUR, "dev": "he6"}], "yes"),
        # The main table alone: `ip rule` may use one that leads out by another interface.
        ([FOUR], "unknown"),
        ([], "unknown"),
        # An interface that is not there: the listings are not of one moment.
        ([LOCAL, {**FOUR, "dev": "eth9"}], "unknown"),
        ([LOCAL, FOUR, {"gateway": "192.0.2.9", "dev": "he6"}], "unknown"),
    ],
)
def test_an_inner_interface_is_one_that_no_table_may_lead_out_by(
    routes: list[dict[str, Any]], right: str
) -> None:
    rules = save("-A INPUT -i he6 -p tcp --dport 22 -j ACCEPT", policy="DROP")
    ruleset = read([Text("rules", rules), Text("links", LINKS), Text("r", json.dumps(routes))])
    found = ask(ruleset, parse("tcp/22 from internet", Zones(ruleset)), 4)
    assert found.answer == right
    assert (len(routes) == 1) == ("`ip rule` may use others" in "".join(map(str, found.reasons)))


@pytest.mark.parametrize("entry", ["dst", 1, None, ["dst"]])
def test_routes_that_are_none_are_refused(entry: object) -> None:
    with pytest.raises(ReadError, match="not the output of `ip -j`"):
        read([Text("rules", save(policy="DROP")), Text("r", json.dumps([FOUR, entry]))])


def test_routes_of_one_family_beside_rules_of_both_name_no_side() -> None:
    texts = [
        Text("four", save(policy="DROP")),
        Text("six", save(*TUNNEL, policy="DROP", v6=True)),
        Text("route", json.dumps([FOUR])),
    ]
    assert read(texts).untrusted == ()
    assert read([*texts, Text("route6", "[]")]).untrusted == ("eth0",)
    assert read([texts[0], texts[2]]).untrusted == ("eth0",)


# -- a side that is stated ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stated",
    ["[eth7]", "[Eth0]", '["eth0 "]', "[lo]", "[eth0, eth7]", '["wlan*"]', '["lo*"]', "[tcp]", "[DROP]"],
)  # fmt: skip
def test_a_side_that_nothing_comes_in_by_is_a_problem_of_every_fact(
    tmp_path: Path, stated: str
) -> None:
    found = told(tmp_path / "i", machine(), stated)
    for name in SHOWN_BY_RULESETS:
        assert (found[name].value, found[name].problem) == (None, "unparsed"), name
    assert "untrusted side: no interface '" in str(found["firewall.open_ipv6"].origin)
    assert "write it as the ruleset does" in str(found["firewall.open_ipv6"].origin)


@pytest.mark.parametrize(
    ("stated", "six"),
    [
        ("[eth0]", ("maybe tcp/0-65535", "maybe udp/0-65535")),
        ('["eth*"]', ("maybe tcp/0-65535", "maybe udp/0-65535")),
        ("[eth0, he6]", ("tcp/0-65535", "udp/0-65535")),
        ('["he*"]', ("tcp/0-65535", "udp/0-65535")),
        ('["*"]', ("tcp/0-65535", "udp/0-65535")),
    ],
)
def test_a_side_that_is_there_is_judged_by(
    tmp_path: Path, stated: str, six: tuple[str, ...]
) -> None:
    found = told(tmp_path / "i", machine(), stated)
    assert (found["firewall.open_ipv4"].value, found["firewall.open_ipv6"].value) == ((), six)


@pytest.mark.parametrize("first", [True, False])
def test_an_interface_that_is_down_is_so_on_its_own_machine_alone(
    tmp_path: Path, *, first: bool
) -> None:
    analysed.cache_clear()
    four = save("-A INPUT -i eth0 -p tcp --dport 22 -j ACCEPT", policy="DROP")
    found = {}
    for up in (first, not first):
        links = json.loads(LINKS)
        links[1]["flags"] = ["UP"] if up else ["BROADCAST"]
        texts = machine(links=json.dumps(links), iptables=four)
        found[up] = told(tmp_path / str(up), texts)["firewall.open_ipv4"].value
    assert found == {True: ("tcp/22",), False: ()}


def test_an_address_of_a_network_that_is_listed_is_no_further_way_out() -> None:
    found = read([Text("c", WITH_DMZ)])
    zone = Zone(name="internet", interfaces=("outside",), internet=True)
    assert [name for name, _ in on_sides(found, {"internet": zone}).internet().perhaps] == ["dmz"]
    known = replace(zone, inside=("203.0.113.0/28",))
    assert on_sides(found, {"internet": known}).internet().perhaps == ()


def side(name: str) -> dict[str, Zone]:
    return {"internet": Zone(name="internet", interfaces=(name,), internet=True)}


def test_an_interface_is_known_by_the_rules_alone() -> None:
    found = linux(save("-A INPUT -i ppp+ -j ACCEPT"))
    assert on_sides(found, side("ppp0")).internet().interfaces == ("ppp0",)
    for name in ("eth0", "Ppp0", "rules", ""):
        with pytest.raises(UsageError, match="no interface"):
            on_sides(found, side(name))


# -- a router that lists its interfaces ---------------------------------------------------------------

ROUTER = """version 16.9
interface Loopback0
 ip address 192.0.2.1 255.255.255.255
interface GigabitEthernet0/0
 ip address 198.51.100.2 255.255.255.248
%s
interface GigabitEthernet0/1
 ip address 10.1.0.1 255.255.255.0
%s
end
"""


def router(outer: str = " no shutdown", more: str = "!") -> Ruleset:
    return read([Text("r1", ROUTER % (outer, more))], "ios")


def test_no_ipv6_line_is_no_ipv6() -> None:
    found = facts(router(), Zones(router()))
    assert found["default_deny_input_ipv6"].value is True
    assert found["default_inbound_ipv6"].value == "deny"
    assert found["open_ipv6"].value == []
    assert (found["icmpv6_missing"].value, found["icmpv6_unwanted"].value) == ([], [])
    assert found["default_inbound"].value == "allow"


@pytest.mark.parametrize(
    "line", [" ipv6 enable", " ipv6 address autoconfig", " ipv6 unnumbered Loopback0"]
)
def test_any_ipv6_line_lets_ipv6_in(line: str) -> None:
    found = facts(router(line), Zones(router(line)))
    assert found["default_deny_input_ipv6"].value is False
    assert found["default_inbound_ipv6"].value == "allow"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("ip route 0.0.0.0 0.0.0.0 GigabitEthernet0/0 198.51.100.1", ("GigabitEthernet0/0",)),
        ("ip route 0.0.0.0 0.0.0.0 198.51.100.1", ("GigabitEthernet0/0",)),
        ("ip route 0.0.0.0 0.0.0.0 192.0.2.99", ()),
        ("ip route 0.0.0.0 0.0.0.0 Null0", ()),
        ("ip route 0.0.0.0 0.0.0.0 Tunnel9", ()),
        (
            "ip route 0.0.0.0 0.0.0.0 GigabitEthernet0/0\nipv6 route ::/0 2001:db8::1",
            (),
        ),
        (
            "ip route 0.0.0.0 0.0.0.0 GigabitEthernet0/0\nipv6 route ::/0 GigabitEthernet0/1",
            ("GigabitEthernet0/0", "GigabitEthernet0/1"),
        ),
    ],
)
def test_where_the_default_routes_of_a_router_lead(more: str, expected: tuple[str, ...]) -> None:
    found = router(more=more)
    assert found.untrusted == expected
    assert facts(found, Zones(found))["default_inbound"].value == "allow"


@pytest.mark.parametrize("name", ["Loopback0", "Gi0/0", "Vlan1", "lo"])
def test_a_router_has_no_other_interfaces_than_it_lists(name: str) -> None:
    with pytest.raises(UsageError, match="no interface"):
        on_sides(router(), side(name))
    assert on_sides(router(), side("GigabitEthernet0/0"))


ROUTEROS = """# 2026-01-01 10:00:00 by RouterOS 7.16
/ip firewall filter
add action=drop chain=input
/ip route
add dst-address=0.0.0.0/0 gateway=ether1
/ipv6 address
add address=2001:db8::1/64 interface=ether3
/ipv6 route
add dst-address={six}
"""


@pytest.mark.parametrize(
    ("six", "side"),
    [
        ("::/0 gateway=ether2", ("ether1", "ether2")),
        ("2000::/3 gateway=sit1", ("ether1", "sit1")),
        ("::/0 gateway=fe80::1%ether2,ether3", ("ether1", "ether2", "ether3")),
        ("::/0 gateway=ether2,2001:db8:9::1", ()),
        ("::/0 gateway=2001:db8:9::1", ()),
        ("::/0 gateway=2001:db8::9", ("ether1", "ether3")),
        ("2001:db8:5::/48 gateway=ether2", ()),
    ],
)
def test_a_way_out_by_address_alone_leaves_any_interface_outside(six: str, side: object) -> None:
    assert read([Text("rules", ROUTEROS.format(six=six))]).untrusted == side


@pytest.mark.parametrize(
    ("four", "six", "side"),
    [
        ("ge-0/0/0.0", "ge-0/0/1.0", ("ge-0/0/0.0", "ge-0/0/1.0")),
        ("ge-0/0/0.0", "", ("ge-0/0/0.0",)),
        ("ge-0/0/0.0", "2001:db8::1", ("ge-0/0/0.0",)),
        ("198.51.100.1", "ge-0/0/1.0", ()),
    ],
)
def test_an_srx_says_nothing_of_ipv6_whose_way_out_it_does_not_name(
    four: str, six: str, side: tuple[str, ...]
) -> None:
    lines = [
        "set version 21.4R1",
        "set security forwarding-options family inet6 mode flow-based",
        "set security zones security-zone untrust interfaces ge-0/0/0.0",
        "set security policies default-policy deny-all",
        f"set routing-options static route 0.0.0.0/0 next-hop {four}",
        f"set routing-options rib inet6.0 static route ::/0 next-hop {six}" if six else "",
    ]
    found = read([Text("rules", "\n".join(lines) + "\n")])
    assert found.untrusted == side
    assert bool(found.incomplete.get(6)) == (len(side) == 1)


ASA = """ASA Version 9.16(4)
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 198.51.100.2 255.255.255.0
 {v6}
route outside 0.0.0.0 0.0.0.0 198.51.100.1 1
: end
{six}
"""


@pytest.mark.parametrize(
    ("v6", "six", "told"),
    [
        ("no shutdown", "", True),
        ("ipv6 enable", "", False),
        ("ipv6 enable", "ipv6 route tunnel ::/0 2001:db8::1", True),
    ],
)
def test_an_asa_without_an_ipv6_way_out_says_nothing_of_ipv6(v6: str, six: str, told: bool) -> None:
    text = ASA.format(v6=v6, six=six).replace("\n\n", "\n") + ": end\n"
    ruleset = read([Text("rules", text)])
    assert (6 not in ruleset.incomplete) is told
    assert (facts(ruleset, Zones(ruleset))["open_ipv6"].value is not None) is told
