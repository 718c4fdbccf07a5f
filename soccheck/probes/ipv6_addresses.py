"""Which IPv6 addresses are a machine's in the Internet, by the registries of IANA.

Sources: iana.org/assignments/ipv6-unicast-address-assignments, iana-ipv6-special-registry (RFC 6890).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

GLOBAL = ipaddress.IPv6Network("2000::/3")
_HANDED_OUT = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        *("2001::/16", "2003::/18", "2400::/8", "2600::/8", "2800::/8", "2a00::/8", "2c00::/8"),
    )
)
"""What the five regional registries hand out, in ranges as wide as IANA gives them more out of."""

_TUNNELLED = (ipaddress.IPv6Network("2002::/16"), ipaddress.IPv6Network("2001::/32"))
"""6to4 and Teredo."""
_SPECIAL = tuple(
    ipaddress.IPv6Network(network)
    for network in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)
"""Protocols' own (Teredo, ORCHIDv2, benchmarks), documentation (RFC 3849, RFC 9637), 6to4, and the name
service of AS112, whose addresses many machines have at once (RFC 7534)."""


def tunnelled(address: ipaddress.IPv6Address) -> bool:
    """Return whether an address is one of an automatic tunnel."""
    return any(address in network for network in _TUNNELLED)


def public(address: ipaddress.IPv6Address) -> bool:
    """Return whether an address may be one of the Internet, handed out or not."""
    return address in GLOBAL and not any(address in network for network in _SPECIAL)


def nobodys(addresses: Iterable[ipaddress.IPv6Address]) -> ipaddress.IPv6Address | None:
    """Return one of some addresses where no registry handed out any of them."""
    listed = sorted(addresses)
    known = any(one in network for one in listed for network in _HANDED_OUT)
    return None if known or not listed else listed[0]
