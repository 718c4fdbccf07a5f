"""Which requirements a system meets in full, one by one, and when the others will be met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from soccheck.assess.assessment import Assessment
from soccheck.assess.tally import worst
from soccheck.i18n import Language
from soccheck.model import Asset, Control, Finding, Policy, Status, Waiver

_OF_A_SYSTEM = ("system", "host", "network", "firewall", "endpoint")
"""Kinds of asset whose controls are requirements on a system; a unit's are its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Represents requirements of one group that are met, not met or not known (None) alike.

    Those met, and those not known, of a group stand together, `count` of them; one not met by itself,
    with the day it will be met and the unit that sees to it, where they are stated.
    """

    group: str
    text: str
    met: bool | None
    count: int = 1
    by: date | None = None
    unit: str | None = None


def requirements(
    assessment: Assessment, system: Asset, language: Language
) -> Iterator[Requirement]:
    """Yield what a system meets, and what not, group by group."""
    for policy in assessment.policies:
        if policy.headline.asset == "system":
            yield from _of_policy(assessment, policy, system, language)


def _of_policy(
    assessment: Assessment, policy: Policy, system: Asset, language: Language
) -> Iterator[Requirement]:
    group = language.text(policy.title)
    together: dict[bool | None, list[str]] = {True: [], None: []}
    for control in policy.controls:
        if control.asset not in _OF_A_SYSTEM:
            continue
        parts = assessment.parts(system, [control])
        results = [p.result for p in parts if p.result is not Status.NOT_APPLICABLE]
        if not results:
            continue
        title = language.text(control.title)
        result = worst(results)
        if result is Status.FAIL:
            by, unit = _plan(parts, control, system)
            yield Requirement(group=group, text=title, met=False, by=by, unit=unit)
        else:
            together[True if result is Status.PASS else None].append(title)
    for met, titles in together.items():
        if titles:
            yield Requirement(group=group, text="; ".join(titles), met=met, count=len(titles))


def _plan(parts: list[Finding], control: Control, system: Asset) -> tuple[date | None, str | None]:
    """Return when a requirement will be met and who sees to it, as plans, waivers and the law have it."""
    failing = [part for part in parts if part.result is Status.FAIL]
    days: list[date | None] = []
    unit: str | None = None
    for part in failing:
        stated = [
            entry
            for asset in (part.asset, system)
            for entry in asset.entries("plans")
            if entry["control"] == control.id
        ]
        if stated:
            day, unit = stated[0]["expected"], unit or _unit(stated[0].get("organization"))
            days.append(day if isinstance(day, date) else None)
        elif part.excuse is not None:
            days.append(part.excuse.expires if isinstance(part.excuse, Waiver) else part.excuse)
        else:
            days.append(None)
    known = [day for day in days if day is not None]
    return (max(known) if known and len(known) == len(days) else None), unit


def _unit(value: object) -> str | None:
    return value if isinstance(value, str) else None
