"""The figure of the inventory that a claim speaks of: a fact of an asset, or a count or a sum of assets."""

from __future__ import annotations

from fractions import Fraction

from soccheck.assess.compile import compile_condition
from soccheck.assess.evidence import View, World
from soccheck.facts.figures import exact
from soccheck.model import Asset, Basis, Figure, Location, Lookup, Value


def found(lookup: Lookup, world: World) -> tuple[Figure | None, Location, str]:
    """Return the inventory's figure and where it stands, or why there is none."""
    if lookup.count_of or lookup.add:
        return _over_assets(lookup, world)
    asset: Asset | None = world.inventory.authority
    if lookup.asset is not None:
        asset = world.inventory.find(lookup.asset)
    if asset is None:
        return None, lookup.at, f"no asset {lookup.asset!r}"
    if not world.exists(asset):
        return None, asset.at, f"{asset.id} does not exist on that day"
    assert lookup.fact is not None
    figure = as_figure(asset.facts.get(lookup.fact))
    reason = "" if figure is not None else f"{lookup.fact} is not stated"
    return figure, asset.where(lookup.fact), reason


def _over_assets(lookup: Lookup, world: World) -> tuple[Figure | None, Location, str]:
    """Count the assets for which the condition holds, or add a fact up over them."""
    view = View(world, tuple(Basis), None)
    judge = compile_condition(lookup.when, world, view) if lookup.when else None
    total, where = 0, lookup.at
    counted = world.assets(lookup.count_of or lookup.add or "")
    for asset in counted:
        facts = view(asset)
        fits = True if judge is None else judge(facts, asset)
        if fits is None:
            return None, asset.at, f"{asset.id}: cannot tell whether it counts"
        if not fits:
            continue
        value: Value | None = 1 if lookup.count_of else facts.get(lookup.fact or "")
        if not isinstance(value, int):
            return None, asset.at, f"{asset.id}: {lookup.fact} is not stated"
        total += value
        where = asset.at
    if not counted:
        return None, lookup.at, f"no {lookup.count_of or lookup.add} is listed"
    return Figure(number=Fraction(total), places=0), where, ""


def as_figure(value: Value | None) -> Figure | None:
    """Return a fact's value as a figure; a list is as many as it names."""
    if isinstance(value, Figure):
        return value
    if isinstance(value, tuple):
        return Figure(number=Fraction(len(value)), places=0)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = exact(value)
    return Figure(number=number, places=len(str(value).partition(".")[2]))
