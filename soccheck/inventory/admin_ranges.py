"""Where administrators come from: of ranges that hold the Internet everybody is one."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from soccheck.model import Asset, Problem
from soccheck.phrase import phrase

Range = ipaddress.IPv4Network | ipaddress.IPv6Network

_OWN4 = [
    ipaddress.IPv4Network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16")
]
_OWN6 = [ipaddress.IPv6Network(text) for text in ("fc00::/7", "fe80::/10")]
"""Ranges that nobody has on the Internet: RFC 1918, 6598, 3927, 4193, 4291."""
_MOST4, _MOST6 = 2**24, 2**112
"""Addresses of the Internet that one holder's networks may have: an IPv4 /8, an IPv6 /16; a choice."""


def check(ids: Mapping[str, Asset]) -> Iterator[Problem]:
    """Yield the fault of administrators' ranges that hold the Internet, or lie where attacks begin.

    Whoever reaches a machine is then an administrator, and nothing is open beyond them.
    """
    networks = set()
    for asset in ids.values():
        if asset.kind == "network" and asset.facts.get("type") == "management":
            networks.add(asset.id)
        networks |= set(_texts(asset, "firewall.admin_networks"))
        yield from _wide(asset, "firewall.admin_prefixes")
    for name in sorted(networks & ids.keys()):
        if ids[name].facts.get("untrusted") is True:
            text = phrase(
                "untrusted: true contradicts that administrators come from {network}",
                network=repr(name),
            )
            yield Problem(ids[name].where("untrusted"), text, phrase("correct one of the two"))
        yield from _wide(ids[name], "prefixes")


def _wide(asset: Asset, fact: str) -> Iterator[Problem]:
    ranges = list(_ranges(_texts(asset, fact)))
    four = ipaddress.collapse_addresses(r for r in ranges if isinstance(r, ipaddress.IPv4Network))
    six = ipaddress.collapse_addresses(r for r in ranges if isinstance(r, ipaddress.IPv6Network))
    # Neighbours are joined: two halves are the whole.
    outside4 = [one for one in four if not any(one.subnet_of(own) for own in _OWN4)]
    outside6 = [one for one in six if not any(one.subnet_of(own) for own in _OWN6)]
    for outside, most in ((outside4, _MOST4), (outside6, _MOST6)):
        if sum(one.num_addresses for one in outside) > most:
            text = phrase(
                "{fact}: {ranges} hold much of the Internet: everybody would be an administrator",
                fact=fact,
                ranges=", ".join(map(str, outside[:3])),
            )
            hint = phrase("state the ranges that administrators come from, and no more")
            yield Problem(asset.where(fact), text, hint)


def _texts(asset: Asset, fact: str) -> tuple[str, ...]:
    value = asset.facts.get(fact)
    return tuple(map(str, value)) if isinstance(value, tuple) else ()


def _ranges(texts: Iterable[str]) -> Iterator[Range]:
    """Yield the address ranges; what is none is a fault of its own."""
    for text in texts:
        with suppress(ValueError):
            yield ipaddress.ip_network(text)
