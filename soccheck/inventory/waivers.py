"""Waivers: time-limited, approved acceptances of failing findings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from soccheck.facts import values
from soccheck.model import Asset, Policy, Problem, Selector, Status, Waiver
from soccheck.sources.source import Source

if TYPE_CHECKING:
    from soccheck.assess.assessment import Assessment


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


class Lint(NamedTuple):
    """Represents one remark on a waiver: a code, what it is about, and whether it is only a warning.

    Codes: `expired`, `expiring`, `unused`, `not_needed`, `broad`, `no_control`, `no_asset`,
    `no_approver`.
    """

    waiver: Waiver
    code: str
    about: str = ""
    warning: bool = False


_NOBODY = r"(?i:[\W_]*|tbd|todo|n/?a|none|nobody|unknown|xxx+|chưa (?:rõ|có|duyệt))"


def lint(
    assessment: Assessment, policies: Iterable[Policy], soon: date, broad: float
) -> Iterator[Lint]:
    """Yield what is wrong with the waivers as of the assessment's day.

    `soon` is the day before which an expiry is near; `broad` the share, in per cent, of a control's
    assets that one waiver may reach. The policies are all editions, in force or not.
    """
    known = {control.id for policy in policies for control in policy.controls}
    for waiver in assessment.inventory.waivers:
        if re.fullmatch(_NOBODY, waiver.approver.strip()):
            yield Lint(waiver, "no_approver", waiver.approver)
        if waiver.control not in known:
            yield Lint(waiver, "no_control", waiver.control)
        if not waiver.assets:
            yield Lint(waiver, "no_asset")
        if waiver.expires < assessment.as_of:
            yield Lint(waiver, "expired", waiver.expires.isoformat())
        elif waiver.granted <= assessment.as_of:
            if waiver.expires < soon:
                yield Lint(waiver, "expiring", waiver.expires.isoformat(), warning=True)
            yield from _use(waiver, assessment, broad)


def _use(waiver: Waiver, assessment: Assessment, broad: float) -> Iterator[Lint]:
    """Yield where a waiver that holds is not needed, or reaches too far."""
    findings = [assessment.finding(waiver.control, asset) for asset in waiver.assets]
    if not any(findings):
        if waiver.assets and assessment.controls.get(waiver.control):
            yield Lint(waiver, "no_asset", assessment.controls[waiver.control].asset)
        return
    idle = [f.asset.id for f in findings if f is not None and f.excuse is not waiver]
    if len(idle) == len([f for f in findings if f is not None]):
        yield Lint(waiver, "unused")
    elif idle:
        yield Lint(waiver, "not_needed", ", ".join(idle))
    whole = assessment.of_control(assessment.controls[waiver.control])
    applying = [f for f in whole if f.status is not Status.NOT_APPLICABLE]
    reached = [f for f in applying if f.asset.id in waiver.assets]
    # Three assets can be most of a small control's; more than that is a policy change in disguise.
    if len(reached) > 3 and len(reached) * 100 > broad * len(applying):
        yield Lint(waiver, "broad", f"{len(reached)}/{len(applying)}")


def _day(
    source: Source, name: str, node: dict[str, Any], key: str, problems: list[Problem]
) -> date | None:
    day = values.day(node[key])
    if day is None:
        hint = "write a date as year-month-day: 2024-06-30"
        where = source.where("waivers", name, key)
        problems.append(Problem(where, f"there is no day {node[key]}", hint))
    return day
