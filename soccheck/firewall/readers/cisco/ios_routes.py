"""Where the static routes of IOS lead the world, and by what else a default route may come.

Source: Cisco IOS IP Routing: Protocol-Independent Command Reference, `ip route`, `ip default-gateway`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from soccheck.firewall.readers.cisco.lines import Command
from soccheck.firewall.readers.cisco.routing import leads_out, speakers
from soccheck.firewall.readers.learned import Networks, Speaker, is_way_out
from soccheck.firewall.readers.vocabulary import ROUTES
from soccheck.firewall.spans import address, intersect
from soccheck.phrase import phrase

OF_ALL = ("static", "profile")
"""Words after `ip route` that are of all static routes: BFD and profiling."""


def ways_out(root: Command, nets: Networks) -> Iterator[str]:
    """Yield where default routes lead; the empty text where that is not told.

    What is not a route of a known form may lead the world anywhere.
    """
    for command in ("ip route", "ipv6 route"):
        for words in root.each(command):
            found = words.rest()
            found = found[2:] if found[:1] == ["vrf"] else found
            if found[:1] and found[0] in OF_ALL:
                continue
            goal, hops = (found[:2], found[2:]) if command == "ip route" else (found[:1], found[1:])
            if not hops or not re.match(r"[\da-fA-F]*[\d.:]", goal[0]):
                words.hooks = frozenset({ROUTES})
                words.doubtful(phrase("not a route of a known form"))
            elif hops[0] != "dhcp" and (leads_out(goal) if len(goal) > 1 else is_way_out(goal[0])):
                yield _towards(hops[0], nets)


def _towards(hop: str, nets: Networks) -> str:
    """Return the interface that a next hop is, or is reached by; empty where that is not told."""
    try:
        family, goal = address(hop)
    except ValueError:
        return hop
    found = (n for n, of in nets.items() for f, net in of if f == family and intersect(net, goal))
    return next(found, "")


def routers(root: Command, outward: frozenset[str]) -> Iterator[Speaker]:
    """Yield what may bring a default route; a device that does not route has a gateway instead."""
    lines = (line.words for line in root.below)
    names = ["".join(words[1:]) for words in lines if words[0] == "interface"]
    yield from speakers(root, {name: name for name in names}, outward)
    if any(line.words == ["no", "ip", "routing"] for line in root.below):
        for line in root.below:
            if line.words[:2] == ["ip", "default-gateway"]:
                yield Speaker(where=line.where, text=line.text, side=line.words[-1])
