"""Assets that look like one thing under several ids: each figure that counts them counts it that often.

What they share, and one thing alone can have: its name in its unit, except where each has an address of its
own; a unit its code; a system its name, or its number of users, in one decision; a machine an address, in
its unit where many may use it, its id but for the domain, or its name and what it protects or serves; a unit
that was merged into another what that one has; a group of machines its name and
count, or the count of a unit above; a page its address; a service its name and type; a network
one of its ranges, or one within that of another of its type.
It is told, not refused: two things may be called alike.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping

from soccheck.facts import addresses
from soccheck.facts.written import folded
from soccheck.inventory.times import at_one_time
from soccheck.model import Asset, Value

_REUSED = tuple(
    ipaddress.ip_network(prefix)
    for prefix in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"),
        *("fc00::/7", "fe80::/10"),
    )
)
_PLACES = {
    "host": ("addresses", "ssh.address", "firewall.ruleset"),
    "firewall": ("addresses", "ssh.address", "firewall.ruleset"),
    "network": ("prefixes",),
    "endpoint": ("url", "host_name"),
}
"""Kind -> facts that no other thing can have as well: two that state one are told apart by it."""

Key = tuple[object, ...]
Told = tuple[str, str, list[Asset]]


def doubles(assets: Iterable[Asset]) -> list[Told]:
    """Return a fact, its value and the assets that share it, for those that may be one thing."""
    known = list(assets)
    parents = {a.id: a.facts.get("parent") for a in known if a.kind == "organization"}
    found: dict[Key, Told] = {}
    for asset in known:
        for fact, shown, key in (*_by_name(asset), *_by_itself(asset)):
            found.setdefault(key, (fact, shown, []))[2].append(asset)
    several, seen = [], set()
    for fact, shown, sharing in (
        *found.values(),
        *_above(known, parents),
        *_within(known),
        *_merged(known),
        *_short(known),
    ):
        sharing = [one for one in sharing if _coexists(one, sharing)]
        ids = tuple(asset.id for asset in sharing)
        if len(ids) < 2 or ids in seen:  # alike in both languages is alike once
            continue
        if fact not in _NAMES or not all(_is_placed(asset) for asset in sharing):
            seen.add(ids)
            several.append((fact, shown, sharing))
    return several


_NAMES = ("name.vi", "name.en", "id")


def _by_name(asset: Asset) -> Iterator[tuple[str, str, Key]]:
    """Yield each name of an asset, what is shown of it, and what is compared of it."""
    facts = asset.facts
    unit = ("parent", "tier") if asset.kind == "organization" else ("organization",)
    for fact in ("name.vi", "name.en"):
        if not isinstance(text := facts.get(fact), str):
            continue
        name = (asset.kind, fact, folded(text))
        yield fact, text, (*name, *(facts.get(one) for one in unit))
        if isinstance(decided := facts.get("dossier.decision.number"), str):
            yield fact, text, (*name, "decided", folded(decided))
        if total := facts.get("workstations.total"):
            yield fact, text, (*name, "counted", total)
        for of in ("protects", "systems") if asset.kind in ("host", "firewall") else ():
            if isinstance(others := facts.get(of), tuple) and others:
                yield fact, text, (*name, of, frozenset(others))


def _by_itself(asset: Asset) -> Iterator[tuple[str, str, Key]]:
    """Yield each other fact that makes an asset the one it is, what is shown and what is compared of it."""
    facts = asset.facts
    if asset.kind == "organization" and isinstance(code := facts.get("code"), str):
        yield "code", code, ("code", folded(code))
    elif asset.kind == "system" and facts.get("criteria.users"):
        if isinstance(number := facts.get("dossier.decision.number"), str):
            key = ("users", folded(number), facts["criteria.users"])
            yield "dossier.decision.number", number, key
    elif asset.kind in ("host", "firewall"):
        itself = (asset.id,) if addresses.is_address(asset.id) else ()
        for address in dict.fromkeys((*_texts(facts.get("addresses")), *itself)):
            plain = addresses.plain(address)
            own: Key = (facts.get("organization"), facts.get("ssh.jump"))
            own = own if _is_reused(plain) else ()
            yield "addresses", address, ("address", plain, *own)
    elif asset.kind == "endpoint":
        yield from _of_page(facts)
    elif asset.kind == "network":
        for prefix in _texts(facts.get("prefixes")):
            if not prefix.endswith("/0"):  # a way to everywhere is no range
                unit = facts.get("organization") if _is_reused(prefix) else None
                yield "prefixes", prefix, ("prefix", prefix, unit)


def _of_page(facts: Mapping[str, Value]) -> Iterator[tuple[str, str, Key]]:
    """Yield the address of a page, and the name of a service that is no part of another."""
    url, name, path = facts.get("url"), facts.get("host_name"), ""
    if isinstance(url, str):
        server, _, path = url.casefold().rpartition("://")[2].rstrip("/").partition("/")
        server = server.removesuffix(":443").removesuffix(":80")
        yield "url", url, ("url", addresses.plain(server), path)
        name = name or server
    if isinstance(name, str) and not path:
        fact = "host_name" if "host_name" in facts else "url"
        yield fact, str(facts[fact]), ("service", addresses.plain(name), facts.get("type"))


def _above(assets: Iterable[Asset], parents: Mapping[str, Value | None]) -> Iterator[Told]:
    """Yield the groups of machines that are as many as those of a unit above."""
    fact = "workstations.total"
    fleets = [a for a in assets if a.kind == "fleet" and a.facts.get(fact)]
    by_unit: dict[object, list[Asset]] = {}
    for fleet in fleets:
        by_unit.setdefault(fleet.facts.get("organization"), []).append(fleet)
    for fleet in fleets:
        unit = parents.get(str(fleet.facts.get("organization")))
        while unit is not None:  # a circle of units does not load
            for other in by_unit.get(unit, ()):
                if other.facts[fact] == fleet.facts[fact]:
                    yield fact, str(fleet.facts[fact]), [other, fleet]
            unit = parents.get(str(unit))


def _merged(assets: Iterable[Asset]) -> Iterator[Told]:
    """Yield the units beside that into which they were merged, and what is counted of both.

    Of a unit that is gone, its machines may be counted with its successor's.
    """
    units = {asset.id: asset for asset in assets if asset.kind == "organization"}
    fleets = [asset for asset in assets if asset.kind == "fleet"]
    for unit in units.values():
        for name in _texts(unit.facts.get("predecessors")):
            if name in units and at_one_time(units[name], unit):
                yield "predecessors", name, [units[name], unit]
                continue
            for old in (one for one in fleets if one.facts.get("organization") == name):
                for new in fleets:
                    if new.facts.get("organization") == unit.id and _counted(old) & _counted(new):
                        yield "predecessors", name, [old, new]


def _counted(fleet: Asset) -> set[str]:
    """Return the totals that a group of machines states."""
    return {fact for fact in ("workstations.total", "lans.total") if fleet.facts.get(fact)}


def _short(assets: Iterable[Asset]) -> Iterator[Told]:
    """Yield the machines of a unit whose ids are one but for a domain, or for _ and -."""
    by_name: dict[Key, list[Asset]] = {}
    for asset in assets:
        if asset.kind in ("host", "firewall") and not addresses.is_address(asset.id):
            name = asset.id.partition(".")[0].replace("_", "-")
            by_name.setdefault((asset.kind, asset.facts.get("organization"), name), []).append(
                asset
            )
    for sharing in by_name.values():
        bare = [asset for asset in sharing if "." not in asset.id]
        if bare and len(sharing) > 1:
            yield "id", bare[0].id, sharing


def _within(assets: Iterable[Asset]) -> Iterator[Told]:
    """Yield the networks of one type of which one's range is a part of the other's."""
    ranges = {}
    for asset in assets:
        for prefix in _texts(asset.facts.get("prefixes")) if asset.kind == "network" else ():
            unit = asset.facts.get("organization") if _is_reused(prefix) else None
            network = ipaddress.ip_network(prefix, strict=False)
            ranges[asset.facts.get("type"), unit, network] = asset
    for (type_, unit, network), asset in ranges.items():
        for length in range(1, network.prefixlen):  # 0 is a way to everywhere
            outer = ranges.get((type_, unit, network.supernet(new_prefix=length)))
            if outer is not None and outer is not asset:
                yield "prefixes", str(network), [outer, asset]


def _texts(value: Value | None) -> Iterable[str]:
    return dict.fromkeys(map(str, value)) if isinstance(value, tuple) else ()


def _coexists(asset: Asset, others: Iterable[Asset]) -> bool:
    return any(other is not asset and at_one_time(asset, other) for other in others)


def _is_placed(asset: Asset) -> bool:
    """Return whether an asset has what no other can have as well."""
    return any(asset.facts.get(fact) for fact in _PLACES.get(asset.kind, ()))


def _is_reused(prefix: str) -> bool:
    """Return whether many networks may have a prefix: RFC 1918, 6598, 3927, 4193 and 4291."""
    network = ipaddress.ip_network(prefix, strict=False)
    return any(network.version == one.version and network.overlaps(one) for one in _REUSED)
