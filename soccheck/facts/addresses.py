"""Names and addresses of machines in the one spelling that all their spellings share."""

from __future__ import annotations

import ipaddress
import re


def plain(text: str) -> str:
    """Return an address in its shortest form (RFC 5952), IPv4 in IPv6 as IPv4; a name as DNS is asked for it.

    Where a machine is asked, `10.1` and `0xa000001` are 10.0.0.1 to inet_aton(3), and `bücher.example`
    is its ASCII form (RFC 5891).
    """
    text = text.strip().removeprefix("[").removesuffix("]")
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return _resolved(text.rstrip(".").lower())
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)


_NUMBERS = re.compile(r"(0x[0-9a-f]+|[0-9]+)(\.(0x[0-9a-f]+|[0-9]+)){0,3}")


def _resolved(name: str) -> str:
    """Return what a resolver makes of a name before it asks anybody."""
    try:
        if _NUMBERS.fullmatch(name):
            return _of_numbers(name.split("."))
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except ValueError:  # as UnicodeError is
        return name


def _of_numbers(parts: list[str]) -> str:
    """Return the address that up to four numbers are, the last of them filling what is left: inet_aton(3)."""
    *first, last = (
        int(p, 16 if p.startswith("0x") else 8 if p.startswith("0") and p != "0" else 10)
        for p in parts
    )
    if last >= 256 ** (4 - len(first)):
        raise ValueError(last)
    return str(ipaddress.IPv4Address(bytes(first) + last.to_bytes(4 - len(first), "big")))


def is_address(text: str) -> bool:
    """Return whether a text is an address of IPv4 or IPv6, and no name."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
