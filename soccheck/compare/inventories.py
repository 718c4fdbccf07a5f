"""Compare two inventories, or one in two years: what rose, fell, is new, is no longer stated. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from soccheck.assess.assessment import Assessment
from soccheck.assess.explain import counted_facts
from soccheck.assess.scores import Counted, points, tallied
from soccheck.assess.tally import Tally
from soccheck.claims.looked_up import as_figure
from soccheck.facts.catalogue import of_kind
from soccheck.model import Asset, Control, Figure, Measure, Score, Status, Text

SUMMED = ("organization", "fleet")
"""Kinds whose counts are added up; what is said of the authority is a figure already."""

_FIGURES = ("int", "number", "share", "count")


class Movement(StrEnum):
    """What became of a figure from the first inventory to the second."""

    UP = "up"
    DOWN = "down"
    SAME = "same"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Represents a figure on one side: as it is printed, and as a number where it is one."""

    shown: Counted | bool
    number: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Represents one figure of both inventories: a policy's, or a fact of `owner`.

    `owner` is none where the fact is the authority's, or a count added up over all who state it.
    """

    section: str
    key: str
    title: Text
    before: Side | None
    after: Side | None
    owner: Asset | None = None

    @property
    def movement(self) -> Movement:
        """What became of it."""
        if self.before is None or self.after is None:
            return Movement.NEW if self.before is None else Movement.GONE
        if self.before.number == self.after.number:
            return Movement.SAME
        return Movement.UP if self.after.number > self.before.number else Movement.DOWN


def compare(before: Assessment, after: Assessment) -> list[Row]:
    """Return every figure that either side states, headlines first, then measures, then facts."""
    rows = [*_headlines(before, after), *_measures(before, after), *_facts(before, after)]
    return [row for row in rows if row.before is not None or row.after is not None]


def _headlines(before: Assessment, after: Assessment) -> Iterator[Row]:
    sides = [{policy.id: policy for policy in side.policies} for side in (before, after)]
    for name in dict.fromkeys((*sides[0], *sides[1])):
        one, other = sides[0].get(name), sides[1].get(name)
        policy = other or one
        assert policy is not None
        yield Row(
            section="headline",
            key=name,
            title=policy.title,
            before=_tally(before.headline(one)) if one else None,
            after=_tally(after.headline(other)) if other else None,
        )


def _tally(tally: Tally) -> Side | None:
    """Return a tally as a side; where nothing was judged there is no figure."""
    judged = any(status is not Status.UNKNOWN for _, status in tally.members)
    if not tally.total or not judged:
        return None
    return _side([(tally.passed, tally.total)])


def _measures(before: Assessment, after: Assessment) -> Iterator[Row]:
    sides = [_counting(side) for side in (before, after)]
    for name in dict.fromkeys((*sides[0], *sides[1])):
        one, other = sides[0].get(name), sides[1].get(name)
        control = other or one
        assert control is not None
        # A control that was not in force on one side still says what to count there.
        yield Row(
            section="measure",
            key=name,
            title=control.title,
            before=_counted(before, one or control),
            after=_counted(after, other or control),
        )


def _counting(side: Assessment) -> dict[str, Control]:
    return {
        control.id: control
        for policy in side.policies
        for control in policy.controls
        if isinstance(control.require, Measure | Score)
    }


def _counted(side: Assessment, control: Control) -> Side | None:
    """Return what a measure counted, or a score's points; shares of several assets cannot be added."""
    judged = side.of_control(control)
    if judged and isinstance(control.require, Measure):
        tally = side.tally(judged)
        if tally.total > tally.uncounted:
            return _side([(tally.passed, tally.total)])
        return _side(list(tally.shares))
    if judged:
        return _side([side.points(finding) for finding in judged])
    return _side([_declared(control, asset) for asset in side.world.assets(control.asset)])


def _side(counts: list[Counted]) -> Side | None:
    """Return counts as one side: pairs are added up, anything else stands only alone."""
    known = [item for item in counts if item is not None]
    pairs = [item for item in known if isinstance(item, tuple)]
    if pairs:
        passed, total = (sum(column) for column in zip(*pairs, strict=True))
        return Side(shown=(passed, total), number=Fraction(passed, total))
    if len(known) != 1 or isinstance(known[0], tuple):
        return None
    number = known[0] if isinstance(known[0], Fraction) else known[0].number / 100
    return Side(shown=known[0], number=number)


def _declared(control: Control, asset: Asset) -> Counted:
    """Return what an asset declares of a measure or a score that was not judged on its side."""
    require = control.require
    if isinstance(require, Score):
        return points(require, asset.facts, lambda name: None)
    return tallied(require, asset.facts) if isinstance(require, Measure) else None


def _facts(before: Assessment, after: Assessment) -> Iterator[Row]:
    """Yield the facts that no measure of either side has counted already."""
    said = {
        (control.asset, name)
        for side in (before, after)
        for control in _counting(side).values()
        if isinstance(control.require, Measure | Score)
        for name in counted_facts(control.require)
    }
    for kind in ("authority", *SUMMED):
        for name, fact in of_kind(kind).items():
            if (kind, name) in said or fact.many:
                continue
            title = fact.title or {"en": name}
            if kind != "authority" and fact.type == "int":
                yield Row(
                    section=kind,
                    key=name,
                    title=title,
                    before=_summed(before, kind, name),
                    after=_summed(after, kind, name),
                )
            elif fact.type in _FIGURES or (fact.type == "bool" and kind == "authority"):
                # A share without a numerator cannot be added up: it is compared asset by asset.
                sides = [_each(side, kind, name) for side in (before, after)]
                for id_ in dict.fromkeys((*sides[0], *sides[1])):
                    yield Row(
                        section=kind,
                        key=f"{id_}: {name}" if id_ else name,
                        title=title,
                        before=sides[0].get(id_),
                        after=sides[1].get(id_),
                        owner=after.inventory.find(id_) or before.inventory.find(id_),
                    )


def _summed(side: Assessment, kind: str, name: str) -> Side | None:
    """Return the sum of a count over the assets that state it."""
    values = [v for a in side.world.assets(kind) if isinstance(v := a.facts.get(name), int)]
    total = Fraction(sum(values))
    return Side(shown=Figure(number=total), number=total) if values else None


def _each(side: Assessment, kind: str, name: str) -> dict[str, Side]:
    """Return what each asset states of a fact, by its id; the authority's has none, as it is one."""
    found = {}
    for asset in side.world.assets(kind):
        value = asset.facts.get(name)
        figure = as_figure(value)
        owner = "" if kind == "authority" else asset.id
        if isinstance(value, bool):
            found[owner] = Side(shown=value, number=Fraction(value))
        elif figure is not None:
            found[owner] = Side(shown=figure, number=figure.number)
    return found
