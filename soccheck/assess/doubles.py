"""Assets that look like one thing under several ids: each figure that counts them counts it that often.

What they share, and one thing alone can have: a system its unit and name, a unit its parent, tier and name,
a page its address, a service its name and type, a network its unit and ranges. It is told, not refused:
two things may be called alike.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from soccheck.model import Asset


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
    if asset.kind in ("system", "organization"):
        within = ("organization",) if asset.kind == "system" else ("parent", "tier")
        for fact in ("name.vi", "name.en"):
            if isinstance(text := facts.get(fact), str):
                yield fact, (plain(text), *(facts.get(one) for one in within))
    elif asset.kind == "endpoint":
        if isinstance(url := facts.get("url"), str):
            yield "url", (plain(url).rpartition("://")[2].rstrip("/"),)
        elif isinstance(name := facts.get("host_name"), str):
            yield "host_name", (plain(name).rstrip("."), facts.get("type"))
    elif asset.kind == "network" and isinstance(ranges := facts.get("prefixes"), tuple) and ranges:
        yield "prefixes", (facts.get("organization"), frozenset(map(str, ranges)))


def plain(text: str) -> str:
    """Return a name as two people write it alike: composed, in small letters, with single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
