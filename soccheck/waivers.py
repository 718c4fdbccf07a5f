"""Waivers: time-limited, approved acceptances of failing findings."""

from __future__ import annotations

from datetime import date
from typing import Any

from soccheck import values
from soccheck.model import Problem, Waiver
from soccheck.yamlio import Source


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
            hint = "correct the days: it would never hold"
            problems.append(Problem(where, f"it expires before it is granted ({granted})", hint))
        waivers.append(
            Waiver(
                id=name,
                control=node["control"],
                assets=tuple(node["assets"]),
                reason=node["reason"],
                approver=node["approver"],
                granted=granted,
                expires=expires,
                ticket=node.get("ticket"),
                at=source.where("waivers", name),
            )
        )
    return waivers


def _day(
    source: Source, name: str, node: dict[str, Any], key: str, problems: list[Problem]
) -> date | None:
    day = values.day(node[key])
    if day is None:
        hint = "write a date as year-month-day: 2024-06-30"
        where = source.where("waivers", name, key)
        problems.append(Problem(where, f"there is no day {node[key]}", hint))
    return day
