"""A parent's machines that are those of the units below it: a sum beside its parts is counted twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from soccheck.inventory.times import at_one_time
from soccheck.model import Asset, Problem
from soccheck.phrase import phrase

_TOTAL = "workstations.total"


def check(assets: Iterable[Asset]) -> Iterator[Problem]:
    """Yield the fault of a unit's machines that are as many as those of all the units below it."""
    fleets: dict[object, list[Asset]] = {}
    units: dict[object, list[Asset]] = {}
    for asset in assets:
        if asset.kind == "fleet" and isinstance(asset.facts.get(_TOTAL), int):
            fleets.setdefault(asset.facts.get("organization"), []).append(asset)
        if asset.kind == "organization":
            units.setdefault(asset.facts.get("parent"), []).append(asset)
    for unit, own in fleets.items():
        below = [fleet for one in units.get(unit, ()) for fleet in fleets.get(one.id, ())]
        if unit is None or len(below) < 2:
            continue
        total = sum(int(str(fleet.facts[_TOTAL])) for fleet in below)
        for fleet in own:
            if fleet.facts[_TOTAL] == total and all(at_one_time(fleet, one) for one in below):
                text = phrase(
                    "{whole}: {count} is the sum of the units below {unit}: {place}",
                    whole=_TOTAL,
                    count=total,
                    unit=repr(unit),
                    place=below[0].where(_TOTAL),
                )
                hint = phrase("count each machine in one fleet: leave out the sum, or the parts")
                yield Problem(fleet.where(_TOTAL), text, hint)
