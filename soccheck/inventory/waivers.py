"""Waivers: time-limited, approved acceptances of failing findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from soccheck.facts import values
from soccheck.model import Asset, Problem, Selector, Waiver
from soccheck.phrase import phrase
from soccheck.sources.source import Source


def read_waivers(source: Source, problems: list[Problem]) -> list[Waiver]:
    """Return the waivers of a file that holds to the schema, adding faults to `problems`."""
    waivers = []
    for name, node in source.data["waivers"].items():
        granted = _day(source, name, node, "granted", problems)
        expires = _day(source, name, node, "expires", problems)
        if granted is None or expires is None:
            continue
        if expires < granted:
            where = source.where("waivers", name, "expires")
            text = phrase("it expires before it is granted ({day})", day=granted)
            problems.append(Problem(where, text, phrase("correct the days: it would never hold")))
        if expires.year == date.max.year:
            where = source.where("waivers", name, "expires")
            text = phrase("what is accepted for ever is no waiver")
            problems.append(Problem(where, text, phrase("write the last day on which it holds")))
        waivers.append(
            Waiver(
                id=name,
                control=node["control"],
                assets=tuple(node.get("assets", ())),
                reason=node["reason"],
                approver=node["approver"],
                granted=granted,
                expires=expires,
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


def _day(
    source: Source, name: str, node: dict[str, Any], key: str, problems: list[Problem]
) -> date | None:
    day = values.day(node[key])
    if day is None:
        problems.append(values.no_day(source.where("waivers", name, key), node[key]))
    return day
