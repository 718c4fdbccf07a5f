"""Where an asset is placed, by which figures are parted: its kind, its organisation, its level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from soccheck.assess.assessment import Assessment
from soccheck.history.cells import organization_of
from soccheck.model import KINDS, Asset


def placed(asset: Asset, levels: Mapping[str, int]) -> dict[str, Any]:
    """Return the kind of an asset, the organisation that answers for it, and its level."""
    return {
        "kind": asset.kind,
        "organization": organization_of(asset),
        "level": levels.get(asset.id),
    }


def levels(assessment: Assessment) -> dict[str, int]:
    """Return the level of each system, and the highest of the systems that an asset belongs to."""
    found: dict[str, int] = {}
    world = assessment.world
    for system in world.assets("system"):
        level = system.facts.get("dossier.proposed_level")
        if isinstance(level, int):
            for asset in (system, *(a for kind in KINDS for a in world.related(system, kind))):
                if asset.kind not in ("organization", "site"):
                    found[asset.id] = max(level, found.get(asset.id, 0))
    return found
