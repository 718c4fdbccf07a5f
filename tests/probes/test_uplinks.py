"""Which interfaces lead to the world, of routes as `ip -j route` shows them."""

from __future__ import annotations

from typing import Any

import pytest

from soccheck.probes.uplinks import uplinks

FOUR = {"dst": "default", "gateway": "192.0.2.1", "dev": "eth0"}
SIX = {"dst": "default", "gateway": "fe80::1", "dev": "he6"}
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
        ([[FOUR], [{"dst": "default", "nexthops": [5]}]], ()),
        # The world, and halves of it.
        ([[FOUR], [{"dst": "2000::/3", "dev": "he6"}]], ("eth0", "he6")),
        (
            [[{"dst": "0.0.0.0/1", "dev": "a"}, {"dst": "128.0.0.0/1", "dev": "b"}], []],
            ("a", "b"),
        ),
        ([[FOUR, {"dst": "192.0.2.0/24", "dev": "lan0"}], [{"dst": "::/0", "dev": "x"}]], ("eth0", "x")),
        ([[FOUR, {"dst": "240.0.0.0/4", "dev": "lan0"}], []], ("eth0",)),
        # What is refused leads nowhere, and the loopback to nobody.
        ([[], [{"type": "unreachable", "dst": "default", "dev": "lo"}]], ()),
        ([[FOUR], [{"type": "blackhole", "dst": "default"}]], ("eth0",)),
        ([[], [{"dst": "default", "dev": "lo"}]], ()),
        ([[FOUR], [{}]], ("eth0",)),
    ],
)  # fmt: skip
def test_uplinks(listings: list[list[dict[str, Any]]], expected: tuple[str, ...]) -> None:
    assert uplinks(listings) == expected


def test_one_family_is_enough_where_no_other_is_asked_for() -> None:
    assert uplinks([[FOUR]], {4}) == ("eth0",)
    assert uplinks([[SIX]], {4}) == ()
