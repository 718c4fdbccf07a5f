"""Assets that look like one thing under several ids: each figure that counts them counts it that often.

What they share, and one thing alone can have: a unit its parent, tier and name; a system its unit and name,
or the decision on it and its name; a group of machines its name and count; a machine an address in its unit,
or its unit and name where it has none; a page its address; a service its name and type; a network its ranges,
and its unit where many may use them. It is told, not refused: two things may be called alike.
"""

from __future__ import annotations

import ipaddress
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from soccheck.model import Asset

_REUSED = tuple(
    ipaddress.ip_network(prefix)
    for prefix in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"),
        *("fc00::/7", "fe80::/10"),
    )
)


def doubles(assets: Iterable[Asset]) -> list[tuple[str, str, list[Asset]]]:
    """Return a fact, its value and the assets that share it, for those that may be one thing."""
    found: dict[tuple[object, ...], tuple[str, str, list[Asset]]] = {}
    for asset in assets:
        for fact, key in _keys(asset):
            value = asset.facts[fact]
            shown = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            found.setdefault((asset.kind, fact, *key), (fact, shown, []))[2].append(asset)
    several, seen = [], set()
    for fact, shown, sharing in found.values():
        ids = tuple(asset.id for asset in sharing)
        if len(ids) > 1 and ids not in seen:  # alike in both languages is alike once
            seen.add(ids)
            several.append((fact, shown, sharing))
    return several


def _keys(asset: Asset) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yield each fact that makes an asset the one it is, and what is compared of it."""
    facts = asset.facts
    unplaced = asset.kind in ("host", "firewall") and not _told_apart(facts)
    if asset.kind in ("system", "organization") or unplaced:
        within = ("parent", "tier") if asset.kind == "organization" else ("organization",)
        for fact in ("name.vi", "name.en"):
            if isinstance(text := facts.get(fact), str):
                yield fact, (plain(text), *(facts.get(one) for one in within))
                if isinstance(decided := facts.get("dossier.decision.number"), str):
                    yield fact, (plain(text), "decided", plain(decided))
    elif asset.kind in ("host", "firewall"):
        stated = facts.get("addresses")
        for address in dict.fromkeys(stated) if isinstance(stated, tuple) else ():
            yield "addresses", (facts.get("organization"), facts.get("ssh.jump"), str(address))
    elif asset.kind == "fleet":
        total = facts.get("workstations.total")
        for fact in ("name.vi", "name.en"):
            if isinstance(text := facts.get(fact), str) and total:
                yield fact, (plain(text), total)
    elif asset.kind == "endpoint":
        if isinstance(url := facts.get("url"), str):
            yield "url", (plain(url).rpartition("://")[2].rstrip("/"),)
        elif isinstance(name := facts.get("host_name"), str):
            yield "host_name", (plain(name).rstrip("."), facts.get("type"))
    elif asset.kind == "network" and isinstance(ranges := facts.get("prefixes"), tuple) and ranges:
        many = any(_is_reused(str(one)) for one in ranges)
        yield "prefixes", (facts.get("organization") if many else None, frozenset(map(str, ranges)))


def _told_apart(facts: Mapping[str, object]) -> bool:
    """Return whether a machine has what another cannot have as well: a place where it is asked."""
    return bool(facts.get("addresses") or facts.get("ssh.address") or facts.get("firewall.ruleset"))


def _is_reused(prefix: str) -> bool:
    """Return whether many networks may have a prefix: RFC 1918, 6598, 3927, 4193 and 4291."""
    network = ipaddress.ip_network(prefix, strict=False)
    return any(network.version == one.version and network.overlaps(one) for one in _REUSED)


def plain(text: str) -> str:
    """Return a name as two people write it alike: composed, in small letters, with single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
