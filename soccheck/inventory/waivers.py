"""Waivers: time-limited, approved acceptances of failing findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from soccheck.inventory.terms import read_term
from soccheck.model import Asset, Problem, Selector, Waiver
from soccheck.sources.source import Source


def read_waivers(source: Source, problems: list[Problem]) -> list[Waiver]:
    """Return the waivers of a file that holds to the schema, adding faults to `problems`."""
    waivers = []
    for name, node in source.data["waivers"].items():
        term = read_term(source, ("waivers", name), ("granted", "expires"), problems)
        if term is None:
            continue
        waivers.append(
            Waiver(
                id=name,
                control=node["control"],
                assets=tuple(node.get("assets", ())),
                reason=node["reason"],
                approver=node["approver"],
                granted=term[0],
                expires=term[1],
                ticket=node.get("ticket"),
                at=source.where("waivers", name),
                select=_selector(node.get("select")),
            )
        )
    return waivers


def _selector(node: dict[str, Any] | None) -> Selector | None:
    if node is None:
        return None
    return Selector(
        kind=node["kind"], organization=node.get("organization"), tags=tuple(node.get("tags", ()))
    )


def with_selected(waiver: Waiver, assets: Iterable[Asset]) -> Waiver:
    """Return a waiver that reaches the assets it selects, too."""
    if waiver.select is None:
        return waiver
    selected = (asset.id for asset in assets if waiver.select.fits(asset))
    return replace(waiver, assets=tuple(dict.fromkeys((*waiver.assets, *selected))))
