"""Statements of one inventory that cannot both be true: one denies of a system what another says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from soccheck.model import Asset, Problem
from soccheck.phrase import Phrase, phrase


def check(authority: Asset, assets: Iterable[Asset]) -> list[Problem]:
    """Return the fault of every system that denies what another statement says of it, with both places.

    What is gone on the day the inventory is of, or is still to come, says nothing of that day.
    """
    day = authority.facts.get("stated")
    known = [asset for asset in assets if _exists(asset, day)]
    systems = {asset.id: asset for asset in known if asset.kind == "system"}
    wireless = {a.id: a for a in known if a.kind == "network" and a.facts.get("type") == "wireless"}
    problems: list[Problem] = []
    for system in systems.values():
        zones = system.facts.get("zones")
        if isinstance(zones, tuple) and "wireless" in zones:
            what = phrase("its zones have a wireless one")
            problems += _denied(system, "wireless.used", False, what, system, "zones")
    sites_of: dict[str, list[Asset]] = defaultdict(list)
    for site in known:
        for system in _named(site, "systems", systems) if site.kind == "site" else ():
            sites_of[system.id].append(site)
    for name, sites in sites_of.items():
        # A second site in a cloud is no contradiction: the first one is the system's own.
        if all(site.facts.get("type") == "cloud" for site in sites):
            what = phrase("the site {id} is a cloud", id=repr(sites[0].id))
            problems += _denied(systems[name], "hosting", "own", what, sites[0], "type")
    for asset in known:
        of = list(_named(asset, "systems", systems))
        networks = _named(asset, "networks", wireless) if asset.kind == "host" else ()
        if any(networks):
            what = phrase("its host {id} is on a wireless network", id=repr(asset.id))
            for system in of:
                problems += _denied(system, "wireless.used", False, what, asset, "networks")
    return problems


def _exists(asset: Asset, day: object) -> bool:
    start, end = asset.facts.get("valid.from"), asset.facts.get("valid.to")
    if not isinstance(day, date):
        return True
    return not ((isinstance(start, date) and day < start) or (isinstance(end, date) and end < day))


def _named(asset: Asset, fact: str, among: dict[str, Asset]) -> Iterator[Asset]:
    names = asset.facts.get(fact)
    for name in names if isinstance(names, tuple) else ():
        if name in among:
            yield among[str(name)]


def _denied(
    system: Asset, fact: str, value: object, what: Phrase, other: Asset, beside: str
) -> Iterator[Problem]:
    """Yield the fault of a system's fact where it has the value that the other statement contradicts."""
    if system.facts.get(fact) == value:
        text = phrase(
            "{fact}: {value} contradicts that {what}: {place}",
            fact=fact,
            value=str(value).lower(),
            what=what,
            place=other.where(beside),
        )
        yield Problem(system.where(fact), text, phrase("correct one of the two"))
