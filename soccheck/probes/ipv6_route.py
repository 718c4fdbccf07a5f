"""Whether a Linux machine has an IPv6 default route, by the routes of `ip -j -6 route` (ip-route(8)).

`ipv6.default_route` is
true   of the main table's routes to all of the Internet, the one that the kernel takes (the longest prefix,
       then the lowest metric, whose links are up) is unicast, by a router over a link that leads away;
false  there is none, or the one that comes first refuses;
and unknown otherwise: only another table has one, two of one metric disagree, its link is not listed, its
router is none that another machine can be, it has none on a link that needs one, it holds for other
addresses than the machine's, or a rule (ip-rule(8)) may keep packets from the main table.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Mapping
from typing import Any

from soccheck.probes import itself
from soccheck.probes.base import Answer, Answers, Learnt
from soccheck.probes.ipv6_addresses import GLOBAL
from soccheck.probes.ipv6_links import beside_nobody, inward, is_up, links
from soccheck.probes.shared import objects

FACT = "ipv6.default_route"
_TYPES = (
    *("unicast", "local", "anycast", "multicast", "broadcast", "nat"),
    *("unreachable", "blackhole", "prohibit", "throw"),
)
_FLAGS = frozenset(
    (
        *("dead", "linkdown", "onlink", "pervasive", "offload", "trap", "notify", "unresolved"),
        *("rt_offload", "rt_trap", "rt_offload_failed", "offload_failed"),
    )
)
"""Words of iproute2's routes; a type is printed only where it is not unicast."""
_IDLE = {"dead", "linkdown", "unresolved"}
Route = Mapping[str, Any]


def default_route(answers: Answers, learnt: Learnt) -> None:
    """Read whether there is a default route."""
    routes = objects(answers["routes6"])
    if routes is None or not all(_told(route) for route in routes):
        learnt.blame(answers["routes6"], FACT)
        return
    world = [(_rank(route), route) for route in routes if GLOBAL.subnet_of(_network(route))]
    if links(answers["links"]) is None and any("type" not in route for _, route in world):
        learnt.blame(answers["links"], FACT)
        return
    leading = [(rank, route, _leads(route, answers)) for rank, route in world]
    main = [one for one in leading if one[1].get("table", "main") == "main"]
    for rank in sorted({rank for rank, _, leads in main if leads != "idle"}):
        found = {leads for of, _, leads in main if of == rank and leads != "idle"}
        if len(found) > 1:
            learnt.fail("unparsed", "two default routes of one metric disagree", FACT)
        for leads in found - {"away", "nowhere"}:
            learnt.fail("unparsed", leads, FACT)
        if found == {"away"}:
            odd = {str(one.get("table")) for _, one, leads in leading if leads != "away"}
            _ruled(answers["rules6"], odd, learnt)
        learnt.say(FACT, found == {"away"})
    elsewhere = [
        route["table"] for _, route, leads in leading if leads != "nowhere" and "table" in route
    ]
    if elsewhere and not any(leads in ("away", "nowhere") for _, _, leads in main):
        learnt.fail("unparsed", f"only table {elsewhere[0]} has a default route", FACT)
    learnt.say(FACT, False)


_ALWAYS = {"priority", "src", "table", "protocol"}
"""What iproute2 prints of a rule that holds for every packet."""


def _ruled(answer: Answer, odd: Collection[str], learnt: Learnt) -> None:
    """Take in that packets may never come to the main table, nor to one whose routes all lead away.

    Of the tables `odd` a route to the Internet leads nowhere, or where to is not known.
    """
    rules = objects(answer)
    if not rules or not all(type(rule.get("priority")) is int for rule in rules):
        learnt.blame(answer, FACT)
        return
    for rule in sorted(rules, key=lambda rule: int(rule["priority"])):
        if rule.keys() <= _ALWAYS and (rule.get("src"), rule.get("table")) == ("all", "main"):
            return
        if not _of_some(rule) and ("table" not in rule or rule["table"] in odd):
            break
    learnt.fail("unparsed", "a rule may keep packets from the main table's default route", FACT)


def _of_some(rule: Route) -> bool:
    """Return whether a rule is for packets with a mark, from elsewhere, or of a VRF alone."""
    marked = str(rule.get("fwmark", 0)) not in ("0", "0x0")
    some = marked or "l3mdev" in rule or rule.get("iif", "lo") != "lo"
    return some and "not" not in rule


def _rank(route: Route) -> tuple[int, int]:
    """Return by what the kernel prefers one route to another, the first one before."""
    metric = route.get("metric", 0)
    return -_network(route).prefixlen, metric if type(metric) is int else 0


def _network(route: Route) -> ipaddress.IPv6Network:
    destination = route["dst"]
    return ipaddress.IPv6Network("::/0" if destination == "default" else destination, strict=False)


def _told(route: Route) -> bool:
    """Return whether a route has what `ip` tells of every one, in words that are known."""
    hops, kind = route.get("nexthops", [route]), route.get("type", "unicast")
    try:
        _network({"dst": str(route.get("dst"))})
    except ValueError:
        return False
    return (
        kind in _TYPES
        and isinstance(hops, list)
        and all(isinstance(hop, dict) for hop in hops)
        and (kind != "unicast" or all(isinstance(hop.get("dev"), str) for hop in hops))
        and all(_known(one.get("flags")) for one in (route, *hops))
    )


def _known(flags: object) -> bool:
    return isinstance(flags, list) and all(
        isinstance(flag, str) and flag in _FLAGS for flag in flags
    )


def _leads(route: Route, answers: Answers) -> str:
    """Return where a route leads: away, nowhere, `idle` while its links are down; else why it is unknown."""
    if route.get("type", "unicast") != "unicast":
        return "nowhere"
    expires = route.get("expires")
    if type(expires) is int and expires <= 0:
        return "idle"
    both = (
        {**hop, "flags": [*hop["flags"], *route["flags"]]} for hop in route.get("nexthops", [route])
    )
    hops = {_hop(hop, answers) for hop in both}
    found = "away" if "away" in hops else min(hops - {"idle"}, default="idle")
    if found == "away" and "from" in route and not _holds(str(route["from"]), answers):
        network = str(route["from"])[:60]
        return f"a default route holds for {network}, and no address of the machine is of it"
    return found


def _hop(hop: Route, answers: Answers) -> str:
    name, gateway = hop["dev"], hop.get("gateway")
    listed = links(answers["links"])
    link = (listed or {}).get(name)
    within = inward(name) or beside_nobody(link or {"ifname": name, "flags": []})
    if within or _IDLE & {*hop["flags"]} or (link is not None and not is_up(link)):
        return "idle"
    if link is None:
        return f"a default route leads over {name}, which is none of the links"
    if gateway is None:
        needed = link.get("link_type") == "ether"
        return f"a default route over {name} names no router" if needed else "away"
    if _is_router(itself.parsed(str(gateway)), answers):
        return "away"
    return f"a default route has {str(gateway)[:60]} as its router, which can be no other machine's"


def _is_router(address: itself.Address | None, answers: Answers) -> bool:
    """Return whether an address can be another machine's."""
    if address is None or address.version == 4 or address in itself.addresses(answers):
        return False
    return not (address.is_multicast or address.is_unspecified or address.is_loopback)


def _holds(source: str, answers: Answers) -> bool:
    """Return whether one of the machine's addresses is of a network that a route is for."""
    try:
        network = ipaddress.ip_network(source, strict=False)
    except ValueError:
        return False
    return any(one in network for one in itself.addresses(answers))
