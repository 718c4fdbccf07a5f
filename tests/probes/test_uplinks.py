"""Which interfaces lead to the world, of routes as `ip -j route show table all` shows them."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from soccheck.probes.shared import ROUTES, ROUTES6
from soccheck.probes.uplinks import uplinks
from tests.firewall import netlab

FOUR = {"dst": "default", "gateway": "192.0.2.1", "dev": "eth0"}
SIX = {"dst": "default", "gateway": "fe80::1", "dev": "he6"}
PARTS = [{"dst": f"{16 * n}.0.0.0/4", "dev": "eth1"} for n in range(14)]
HOP = {"gateway": "192.0.2.1", "dev": "eth0"}


@pytest.mark.parametrize(
    ("listings", "expected"),
    [
        ([[FOUR], [SIX]], ("eth0", "he6")),
        ([[SIX], [FOUR]], ("he6", "eth0")),
        ([[FOUR], []], ("eth0",)),
        # One family's routes alone say nothing of the other's.
        ([[FOUR]], ()),
        ([[SIX]], ()),
        ([[]], ()),
        ([], ()),
        ([[FOUR], [{**FOUR, "dev": "eth1"}]], ()),
        # A listing without addresses is the other family's.
        ([[{"dst": "default", "dev": "ppp0"}], [SIX]], ("ppp0", "he6")),
        ([[{"dst": "default", "dev": "ppp0"}]], ()),
        # Several next hops, and one whose interface is not shown.
        ([[{"dst": "default", "nexthops": [HOP, {**HOP, "dev": "eth1"}]}], []], ("eth0", "eth1")),
        ([[{"dst": "default", "nexthops": [HOP, {"gateway": "192.0.2.9"}]}], []], ()),
        ([[{"dst": "default", "gateway": "192.0.2.1"}], [SIX]], ()),
        ([[FOUR], [{"dst": "default", "nexthops": 5}]], ()),
        ([[FOUR], [{"dst": "default", "nexthops": []}]], ()),
        ([[FOUR], [{"dst": "default", "nexthops": [5]}]], ()),
        # The world, and halves of it.
        ([[FOUR], [{"dst": "2000::/3", "dev": "he6"}]], ("eth0", "he6")),
        (
            [[{"dst": "0.0.0.0/1", "dev": "a"}, {"dst": "128.0.0.0/1", "dev": "b"}], []],
            ("a", "b"),
        ),
        ([[FOUR, {"dst": "192.0.2.0/24", "dev": "lan0"}], [{"dst": "::/0", "dev": "x"}]], ("eth0", "x")),
        ([[FOUR, {"dst": "240.0.0.0/4", "dev": "lan0"}], []], ("eth0",)),
        # The tables of policies and VRFs lead there, too; the local one holds the machine's own addresses.
        ([[FOUR, {**FOUR, "dev": "wwan0", "table": "100"}], []], ("eth0", "wwan0")),
        ([[FOUR, {"type": "local", "dst": "127.0.0.0/8", "dev": "lo", "table": "local"}], []], ("eth0",)),
        # What is refused leads nowhere, and the loopback to nobody.
        ([[], [{"type": "unreachable", "dst": "default", "dev": "lo"}]], ()),
        ([[FOUR], [{"type": "blackhole", "dst": "default"}]], ("eth0",)),
        ([[], [{"dst": "default", "dev": "lo"}]], ()),
        ([[FOUR], [{"type": "local", "dst": "default", "dev": "eth1"}]], ("eth0",)),
        # What is not known may lead to the world.
        ([[FOUR], [{}]], ()),
        ([[FOUR], [{"gateway": "fe80::1", "dev": "eth1"}]], ()),
        ([[FOUR, {**FOUR, "dev": "eth1", "type": "zz"}], []], ()),
        ([[FOUR, {**FOUR, "dev": "eth1", "type": None}], []], ()),
        ([[FOUR, {"dst": "default", "nhid": 10}], []], ()),
        # Many routes that together lead to an eighth of the world, and fewer.
        ([[FOUR, *PARTS[:2]], []], ("eth0", "eth1")),
        ([[FOUR, PARTS[0], PARTS[0]], []], ("eth0",)),
        ([[FOUR], [{"dst": f"2{n}00::/8", "dev": "eth1"} for n in range(4)]], ("eth0", "eth1")),
        ([[FOUR], [{"dst": f"2{n}00::/8", "dev": "eth1"} for n in range(3)]], ("eth0",)),
        ([[FOUR, {"dst": "224.0.0.0/4", "dev": "eth1"}, PARTS[0]], []], ("eth0",)),
    ],
)  # fmt: skip
def test_uplinks(listings: list[list[dict[str, Any]]], expected: tuple[str, ...]) -> None:
    assert uplinks(listings) == expected


def test_one_family_is_enough_where_no_other_is_asked_for() -> None:
    assert uplinks([[FOUR]], {4}) == ("eth0",)
    assert uplinks([[SIX]], {4}) == ()


def test_the_routes_of_a_policy_are_shown_by_the_kernel() -> None:
    """A second line to the Internet that `ip rule` sends some packets to stands in no main table."""
    if reason := netlab.missing():
        pytest.skip(reason)
    name = f"uplinks-{uuid.uuid4().hex[:6]}"
    in_it = ("ip", "-n", name)
    netlab.run("ip", "netns", "add", name)
    try:
        for link, address in (("up0", "192.0.2.2/24"), ("up1", "198.51.100.2/24")):
            netlab.run(*in_it, "link", "add", link, "type", "veth", "peer", "name", f"{link}p")
            netlab.run(*in_it, "link", "set", link, "up")
            netlab.run(*in_it, "link", "set", f"{link}p", "up")
            netlab.run(*in_it, "addr", "add", address, "dev", link)
        netlab.run(*in_it, "route", "add", "default", "via", "192.0.2.1")
        netlab.run(*in_it, "route", "add", "default", "via", "198.51.100.1", "table", "100")
        netlab.run(*in_it, "rule", "add", "from", "198.51.100.2", "lookup", "100")
        shown = [
            json.loads(netlab.run("ip", "netns", "exec", name, *ask.argv))
            for ask in (ROUTES, ROUTES6)
        ]
    finally:
        netlab.run("ip", "netns", "del", name)
    assert set(uplinks(shown)) == {"up0", "up1"}
