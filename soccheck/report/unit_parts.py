"""An assessment by unit: a part for each that answers for anything, and one for what none answers for."""

from __future__ import annotations

from dataclasses import replace

from soccheck.assess.assessment import Assessment
from soccheck.model import Asset, Inventory

REST = "_"
"""Name of the part that no unit answers for; no id begins so."""


def answering(asset: Asset, inventory: Inventory) -> str:
    """Return the id of the unit that answers for an asset, or `REST` where none does."""
    unit = asset.id if asset.kind == "organization" else str(asset.facts.get("organization", ""))
    return unit if unit in inventory.assets["organization"] else REST


def unit_parts(whole: Assessment) -> dict[str, Assessment]:
    """Return the parts by the unit's id, in order of the ids.

    Every finding that is reported stands in exactly one of them: their sums are those of the whole.
    """
    assets: dict[str, dict[str, None]] = {}
    for finding in whole.findings:
        unit = answering(finding.asset, whole.inventory)
        assets.setdefault(unit, {})[finding.asset.id] = None
    return {
        unit: whole.narrowed(
            replace(whole.selection, assets=tuple(ids))
            if unit == REST
            else replace(whole.selection, organizations=(unit,))
        )
        for unit, ids in sorted(assets.items())
    }
