"""Names and addresses of machines in the one spelling that all their spellings share."""

from __future__ import annotations

import ipaddress


def plain(text: str) -> str:
    """Return an address in its shortest form (RFC 5952), IPv4 in IPv6 as IPv4; a name in small letters."""
    text = text.strip().removeprefix("[").removesuffix("]")
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return text.rstrip(".").lower()
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)


def is_address(text: str) -> bool:
    """Return whether a text is an address of IPv4 or IPv6, and no name."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
