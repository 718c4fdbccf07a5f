"""Which interfaces lead to the world: the routes that `ip -j route show table all` shows (ip-route(8))."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

Listing: TypeAlias = Sequence[Mapping[str, Any]]
"""What one `ip -j route show table all` printed: the routes of one family, those of policies and VRFs too."""
_WORLD = ("0", "1", "2", "3")
"""Lengths of prefixes that stand for the world: all of IPv6's Internet is 2000::/3."""
_NOWHERE = ("unreachable", "blackhole", "prohibit", "throw")


def uplinks(listings: Iterable[Listing], families: Collection[int] = (4, 6)) -> tuple[str, ...]:
    """Return the interfaces that routes to the world take; none where not all of them are known.

    The routes of one family alone would hide the interface by which the other's strangers come.
    """
    told: set[int] = set()
    untold = 0
    found: dict[str, None] = {}
    for listing in listings:
        if not all(_has_destination(entry) for entry in listing):
            return ()
        ways = [way for entry in listing for way in _ways(entry)]
        of = {family for entry in (*listing, *ways) if (family := _family(entry))}
        told |= of
        # A listing without any address is of the family that no other one is of.
        untold += not of
        for way in ways:
            if not isinstance(way.get("dev"), str) or not way["dev"]:
                return ()
            if way["dev"] != "lo":
                found[way["dev"]] = None
    return tuple(found) if len(set(families) - told) <= untold else ()


def _has_destination(entry: Mapping[str, Any]) -> bool:
    """Return whether a route leads to a network, or to all: any other word may stand for the world."""
    destination = str(entry.get("dst", "default"))
    try:
        return destination == "default" or bool(ipaddress.ip_network(destination, strict=False))
    except ValueError:
        return False


def _ways(entry: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the next hops of a route to the world or to a half of it: `default`, `0.0.0.0/1`."""
    destination = str(entry.get("dst", ""))
    wide = destination == "default" or destination.partition("/")[2] in _WORLD
    if wide and entry.get("type") not in _NOWHERE:
        hops = entry.get("nexthops", [entry])
        for hop in hops if hops and isinstance(hops, list) else [None]:
            yield hop if isinstance(hop, Mapping) else {}


def _family(entry: Mapping[str, Any]) -> int:
    """Return the family of a route's addresses, or 0 where it has none."""
    texts = [str(entry.get(key, "")) for key in ("dst", "gateway", "prefsrc")]
    return 6 if any(":" in text for text in texts) else 4 if any("." in t for t in texts) else 0
