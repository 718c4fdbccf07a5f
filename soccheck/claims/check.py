"""Check claims, the figures stated in reports: each with itself, and with the inventory. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from soccheck.assess.evidence import World
from soccheck.claims import looked_up
from soccheck.facts import figures
from soccheck.model import Claim, Figure, Inventory, Location, Lookup, Part


class Agreement(StrEnum):
    """What a comparison of a claim comes to; `unchecked` where there is nothing to compare with."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Represents one comparison: what of, the figure stated, the one found, and where that stands.

    `kind` is `ratio`, `score`, `complement`, `difference`, `growth`, `sum`, `list`, or, against the
    inventory, the field compared; `reason` says why it is unchecked, or what is wrong.
    """

    kind: str
    about: str
    stated: Figure
    found: Figure | None
    agreement: Agreement
    where: Location | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Represents a claim checked twice: with itself, and with the inventory as of a day."""

    claim: Claim
    as_of: date
    itself: tuple[Check, ...]
    inventory: tuple[Check, ...]

    @property
    def agreement(self) -> Agreement:
        """The worst of its checks; a claim that nothing could be compared with is unchecked."""
        outcomes = {check.agreement for check in (*self.itself, *self.inventory)}
        if Agreement.DISAGREES in outcomes:
            return Agreement.DISAGREES
        if Agreement.UNCHECKED in outcomes or not outcomes:
            return Agreement.UNCHECKED
        return Agreement.AGREES


def check(inventory: Inventory) -> list[Checked]:
    """Return every claim of an inventory, checked as of the day it speaks of."""
    checked = []
    worlds: dict[date, World] = {}
    for claim in inventory.claims:
        # The report's own day: what came after it could not be counted in it.
        day = claim.as_of or inventory.documents[claim.document].date or inventory.stated
        world = worlds.setdefault(day, World(inventory, {}, day))
        checked.append(
            Checked(
                claim=claim,
                as_of=day,
                itself=tuple(with_itself(claim)),
                inventory=tuple(_with_inventory(claim, world)),
            )
        )
    return checked


def exit_code(checked: list[Checked]) -> int:
    """Return 1 with a false claim, 3 with one that could not be checked or with none at all, else 0."""
    outcomes = {item.agreement for item in checked}
    if Agreement.DISAGREES in outcomes:
        return 1
    return 3 if Agreement.UNCHECKED in outcomes or not outcomes else 0


# -- with itself -----------------------------------------------------------------------------------


def with_itself(claim: Claim) -> Iterator[Check]:
    """Yield every comparison the figures of a claim allow among themselves."""
    stated = claim.figures
    yield from _ratio(stated)
    yield from _score(stated)
    if {"from", "to", "change"} <= stated.keys():
        yield from _change(stated["from"], stated["to"], stated["change"])
    if claim.whole is not None:
        yield from _parts(claim.whole)


def _change(before: Figure, after: Figure, change: Figure) -> Iterator[Check]:
    """Yield whether a change is the difference, in per cent of what is none of what was, or in times."""
    difference = after.number - before.number
    if change.unit == figures.TIMES:
        if before.number:
            yield _rounded("growth", "change", change, after.number / before.number)
        return
    if change.unit == "%" and not (before.unit or after.unit):
        if before.number:
            yield _rounded("growth", "change", change, difference / before.number * 100)
        return
    found = _figure(difference, max(after.places, before.places))
    fits = figures.adds_up(after, [before, change])
    yield _compared("difference", "change", change, found, fits)


def _ratio(stated: Mapping[str, Figure]) -> Iterator[Check]:
    if not {"numerator", "denominator"} <= stated.keys():
        return
    passed, of = stated["numerator"], stated["denominator"]
    # More than the whole is a fault, unless the per cent says so too: 118 % of what was planned.
    beyond = passed.number > of.number and not {"per_cent", "value"} & stated.keys()
    if of.number == 0 or beyond:
        yield Check(
            kind="ratio",
            about="numerator",
            stated=passed,
            found=of,
            agreement=Agreement.DISAGREES,
            reason="overcounted",
        )
        return
    ratio = passed.number / of.number
    if "value" in stated:
        yield _rounded("average", "value", stated["value"], ratio)
    for field, factor in (("per_cent", Fraction(100)), ("points", _maximum(stated))):
        if field in stated and factor is not None:
            yield _rounded("ratio", field, stated[field], ratio * factor)


def _score(stated: Mapping[str, Figure]) -> Iterator[Check]:
    maximum = _maximum(stated)
    if "points" not in stated or maximum is None:
        return
    points = stated["points"]
    if points.number > maximum:
        yield Check(
            kind="score",
            about="points",
            stated=points,
            found=stated["maximum"],
            agreement=Agreement.DISAGREES,
            reason="over",
        )
    elif "lost" in stated:
        found = _figure(maximum - points.number, points.places)
        fits = figures.adds_up(stated["maximum"], [points, stated["lost"]])
        yield _compared("complement", "lost", stated["lost"], found, fits)
    if "per_cent" in stated and "numerator" not in stated:
        yield _rounded("score", "per_cent", stated["per_cent"], points.number / maximum * 100)


def _maximum(stated: Mapping[str, Figure]) -> Fraction | None:
    return stated["maximum"].number if "maximum" in stated else None


def _parts(part: Part) -> Iterator[Check]:
    """Yield whether a figure is the sum of its parts and the number of its names, all the way down."""
    if part.parts:
        found = [inner.figure for inner in part.parts]
        total = sum((figure.number for figure in found), Fraction(0))
        shown = _figure(total, max(figure.places for figure in found))
        fits = figures.adds_up(part.figure, found)
        yield _compared("sum", part.label, part.figure, shown, fits)
    if part.listed:
        count = _figure(Fraction(len(set(part.listed))), 0)
        fits = part.figure.number == count.number
        yield _compared("list", part.label, part.figure, count, fits)
    for inner in part.parts:
        yield from _parts(inner)


def _figure(number: Fraction, places: int, unit: str = "") -> Figure:
    """Return a computed figure; never shown to fewer places than it takes to see a difference."""
    return Figure(number=number, places=places, unit=unit)


def _compared(
    kind: str,
    about: str,
    stated: Figure,
    found: Figure,
    fits: bool,
    where: Location | None = None,
) -> Check:
    return Check(
        kind=kind,
        about=about,
        stated=stated,
        found=found,
        agreement=Agreement.AGREES if fits else Agreement.DISAGREES,
        where=where,
    )


def _rounded(kind: str, about: str, stated: Figure, computed: Fraction) -> Check:
    """Return whether a figure is what was computed, rounded; where it was cut off instead, that it was."""
    found = _figure(computed, max(stated.places, 2), stated.unit)
    check = _compared(kind, about, stated, found, figures.agrees(stated, computed))
    return replace(check, reason="cut_off") if figures.is_cut_off(stated, computed) else check


# -- with the inventory ----------------------------------------------------------------------------


def _with_inventory(claim: Claim, world: World) -> Iterator[Check]:
    """Yield the comparison of each figure with what the inventory says it speaks of."""
    stated_figures = dict(claim.figures)
    if claim.whole is not None:
        stated_figures.setdefault("total", claim.whole.figure)
    for field, lookup in claim.inventory.items():
        stated = stated_figures[field]
        found, where, reason = looked_up.found(lookup, world)
        if found is None:
            yield Check(
                kind=field,
                about=_about(lookup),
                stated=stated,
                found=None,
                agreement=Agreement.UNCHECKED,
                where=where,
                reason=reason,
            )
            continue
        # A per cent is the same figure whether or not the sentence's % was copied.
        alike = _figure_as(stated, found)
        fits = figures.same(alike, found)
        yield _compared(field, _about(lookup), stated, found, fits, where)


def _figure_as(stated: Figure, found: Figure) -> Figure:
    return Figure(
        number=stated.number, places=stated.places, unit=found.unit or stated.unit, sure=stated.sure
    )


def _about(lookup: Lookup) -> str:
    if lookup.count_of:
        return lookup.count_of
    return f"{lookup.asset}: {lookup.fact}" if lookup.asset else str(lookup.fact)
