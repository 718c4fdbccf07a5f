"""Which interfaces lead to the world: the routes that `ip -j route show table all` shows (ip-route(8))."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

Listing: TypeAlias = Sequence[Mapping[str, Any]]
"""What one `ip -j route show table all` printed: the routes of one family, those of policies and VRFs too."""
_WORLD = 3
"""Length of a prefix that stands for the world: all of IPv6's Internet is 2000::/3."""
_Network = TypeVar("_Network", ipaddress.IPv4Network, ipaddress.IPv6Network)
_NOWHERE = (
    "unreachable", "blackhole", "prohibit", "throw", "local", "broadcast", "anycast", "multicast",
)  # fmt: skip
"""Types of routes that send nothing on to one that is somewhere else; an unknown one may."""


def uplinks(listings: Iterable[Listing], families: Collection[int] = (4, 6)) -> tuple[str, ...]:
    """Return the interfaces that routes to the world take; none where not all of them are known.

    The routes of one family alone would hide the interface by which the other's strangers come.
    """
    told: set[int] = set()
    untold = 0
    found: dict[str, None] = {}
    for listing in listings:
        if not all(map(_is_known, listing)):
            return ()
        ways = list(_ways(listing))
        hops = [hop for entry in listing for hop in _hops(entry)]
        of = {family for entry in (*listing, *hops) if (family := _family(entry))}
        told |= of
        # A listing without any address is of the family that no other one is of.
        untold += not of
        if not all(ways):
            return ()
        found |= dict.fromkeys(ways)
    return tuple(found) if len(set(families) - told) <= untold else ()


def shows_all_tables(listings: Iterable[Listing]) -> bool:
    """Tell whether routes are those of all tables: that of the machine's own addresses is never empty."""
    return any("table" in entry for listing in listings for entry in listing)


def _is_known(entry: Mapping[str, Any]) -> bool:
    """Return whether a route leads to a network, or to all, by a type that is known: others lead anywhere."""
    destination, kind = entry.get("dst"), entry.get("type", "unicast")
    if not isinstance(destination, str) or kind not in ("unicast", *_NOWHERE):
        return False
    try:
        return destination == "default" or bool(ipaddress.ip_network(destination, strict=False))
    except ValueError:
        return False


def _ways(listing: Listing) -> Iterator[str]:
    """Yield the interfaces of routes to the world, or of those that together lead to an eighth of it.

    The empty text stands for one that is not told.
    """
    four: dict[str, list[ipaddress.IPv4Network]] = {}
    six: dict[str, list[ipaddress.IPv6Network]] = {}
    for entry in listing:
        if entry.get("type") in _NOWHERE:
            continue
        whole = entry["dst"] == "default"
        network = ipaddress.ip_network("0.0.0.0/0" if whole else entry["dst"], strict=False)
        for hop in _hops(entry):
            name = hop.get("dev")
            name = name if isinstance(name, str) else ""
            if name == "lo":
                continue
            if network.prefixlen <= _WORLD:
                yield name
            elif isinstance(network, ipaddress.IPv4Network):
                four.setdefault(name, []).append(network)
            else:
                six.setdefault(name, []).append(network)
    yield from (name for name, of in four.items() if _size(of) >= 1 << 32 - _WORLD)
    yield from (name for name, of in six.items() if _size(of) >= 1 << 128 - 2 * _WORLD)


def _size(networks: Sequence[_Network]) -> int:
    """Return how many addresses are in any of some networks of one family, but for those of groups."""
    single = (network for network in networks if not network.is_multicast)
    return sum(network.num_addresses for network in ipaddress.collapse_addresses(single))


def _hops(entry: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the next hops of a route; an empty one where they are not told."""
    if "nexthops" not in entry:
        yield entry
        return
    hops = entry["nexthops"]
    for hop in hops if hops and isinstance(hops, list) else [None]:
        yield hop if isinstance(hop, Mapping) else {}
    if "dev" in entry:
        yield entry


def _family(entry: Mapping[str, Any]) -> int:
    """Return the family of a route's addresses, or 0 where it has none."""
    texts = [str(entry.get(key, "")) for key in ("dst", "gateway", "prefsrc")]
    return 6 if any(":" in text for text in texts) else 4 if any("." in t for t in texts) else 0
