"""A parent's machines that are those of the units below it: a sum beside its parts is counted twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from soccheck.inventory.times import at_one_time
from soccheck.model import Asset, Problem
from soccheck.phrase import phrase

_TOTAL = "workstations.total"


def check(assets: Iterable[Asset]) -> Iterator[Problem]:
    """Yield the fault of a unit's machines that are as many as those of all the units below it."""
    fleets: dict[object, list[Asset]] = {}
    units: dict[object, list[str]] = {}
    for asset in assets:
        if asset.kind == "fleet" and isinstance(asset.facts.get(_TOTAL), int):
            fleets.setdefault(asset.facts.get("organization"), []).append(asset)
        if asset.kind == "organization":
            units.setdefault(asset.facts.get("parent"), []).append(asset.id)
    for unit, own in fleets.items():
        if unit is None:
            continue
        every = list(_below(unit, units, fleets))
        nearest = list(_below(unit, units, fleets, nearest=True))
        for fleet in own:
            parts = next((p for p in (nearest, every) if _is_sum(fleet, p)), None)
            if parts is not None:
                text = phrase(
                    "{whole}: {count} is the sum of the units below {unit}: {place}",
                    whole=_TOTAL,
                    count=fleet.facts[_TOTAL],
                    unit=repr(unit),
                    place=parts[0].where(_TOTAL),
                )
                hint = phrase("count each machine in one fleet: leave out the sum, or the parts")
                yield Problem(fleet.where(_TOTAL), text, hint)


def _below(
    unit: object,
    units: Mapping[object, list[str]],
    fleets: Mapping[object, list[Asset]],
    *,
    nearest: bool = False,
) -> Iterator[Asset]:
    """Yield the fleets of the units below one; `nearest`: of none whose own parent has some."""
    seen, left = {unit}, [unit]
    while left:
        for one in units.get(left.pop(), ()):
            if one in seen:  # units in a circle, which is a fault of its own
                continue
            seen.add(one)
            yield from fleets.get(one, ())
            if not (nearest and one in fleets):
                left.append(one)


def _is_sum(fleet: Asset, parts: list[Asset]) -> bool:
    total = sum(int(str(part.facts[_TOTAL])) for part in parts)
    same = len(parts) > 1 and fleet.facts[_TOTAL] == total
    return same and all(at_one_time(fleet, part) for part in parts)
