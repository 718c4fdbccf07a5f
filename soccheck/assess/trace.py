"""Walks a condition on one asset, keeping the comparisons that decided its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from soccheck.assess.compile import compile_condition, records, stated_none
from soccheck.assess.evidence import Facts, Judge, View, World
from soccheck.model import Asset, Condition, Group, Leaf, Quantifier


class Compared(NamedTuple):
    """Represents a comparison that was made: its evidence is looked up once it has decided.

    Below a `not` it is `negated`: `met` says whether it came out as it must, which is then that it fails.
    """

    view: View
    asset: Asset
    leaf: Leaf
    met: bool | None
    context: bool = False
    entry: Facts | None = None
    negated: bool = False


class Tracer:
    """Walks a condition on one asset, keeping the comparisons that decided its outcome.

    `judges` holds every comparison that was compiled, for the next asset; `entry` the facts as an
    entry of one of the asset's lists has them. `with_open` keeps what is not known beside what
    decided.
    """

    def __init__(
        self,
        world: World,
        view: View,
        judges: dict[Leaf, Judge],
        entry: Facts | None = None,
        *,
        with_open: bool = False,
    ) -> None:
        self.world = world
        self.view = view
        self.judges = judges
        self.entry = entry
        self.with_open = with_open
        self.unrelated = ""

    def walk(self, condition: Condition, asset: Asset) -> tuple[bool | None, list[Compared]]:
        """Return the outcome, and the comparisons that decided it."""
        if isinstance(condition, Leaf):
            judge = self.judges.get(condition)
            if judge is None:
                judge = compile_condition(condition, self.world, self.view)
                self.judges[condition] = judge
            met = judge(self.view(asset) if self.entry is None else self.entry, asset)
            seen = Compared(view=self.view, asset=asset, leaf=condition, met=met, entry=self.entry)
            return met, [seen]
        if isinstance(condition, Quantifier):
            if condition.records is not None:
                return self._of_records(condition, condition.records, asset)
            return self._quantifier(condition, asset)
        return self._group(condition, asset)

    def _group(self, group: Group, asset: Asset) -> tuple[bool | None, list[Compared]]:
        if group.join == "if":
            return self._implication(group, asset)
        walked = [self.walk(part, asset) for part in group.parts]
        if group.join == "not":
            ((met, seen),) = walked
            return _opposite(met), [
                item._replace(met=_opposite(item.met), negated=not item.negated) for item in seen
            ]
        met, seen = self._decided(walked, decisive=group.join == "any")
        if group.join == "any" and not met:
            # That a fact is stated at all says little beside what it should have been.
            told = [item for item in seen if item.leaf.operator != "exists"]
            seen = told or seen
        return met, seen

    def _implication(self, group: Group, asset: Asset) -> tuple[bool | None, list[Compared]]:
        (fits, premise), (met, seen) = (self.walk(part, asset) for part in group.parts)
        if fits is not False and met:
            return True, seen
        if fits is None:
            return None, [item._replace(context=False) for item in premise]
        premise = [item._replace(context=True) for item in premise]
        return (True, premise) if fits is False else (met, premise + seen)

    def _of_records(
        self, node: Quantifier, name: str, asset: Asset
    ) -> tuple[bool | None, list[Compared]]:
        entries = records(self.view(asset) if self.entry is None else self.entry, name)
        walked: list[tuple[bool | None, list[Compared]]] = []
        for entry in entries or ():
            inside = Tracer(self.world, self.view, self.judges, entry, with_open=self.with_open)
            fits: bool | None = True
            scope: list[Compared] = []
            if node.when is not None:
                outside = Tracer(self.world, self.world.scope, self.judges, entry)
                fits, scope = outside.walk(node.when, asset)
            if fits is False:
                continue
            walked.append((None, scope) if fits is None else inside.walk(node.require, asset))
        if not walked:
            # None of them is spoken of, or there is no list: what is seen is how many there are.
            met = None if entries is None else node.quantity == "every"
            count = Leaf(
                fact=name, transforms=("count",), operator="gte", value=1, other=None, at=node.at
            )
            return met, [
                Compared(view=self.view, asset=asset, leaf=count, met=met, context=bool(met))
            ]
        return self._decided(walked, decisive=node.quantity == "some")

    def _quantifier(self, node: Quantifier, asset: Asset) -> tuple[bool | None, list[Compared]]:
        walked: list[tuple[bool | None, list[Compared]]] = []
        for other in self.world.related(asset, node.kind):
            fits: bool | None = True
            scope: list[Compared] = []
            if node.when is not None:
                fits, scope = Tracer(self.world, self.world.scope, self.judges).walk(
                    node.when, other
                )
            if fits is False:
                continue
            met, seen = self.walk(node.require, other)
            walked.append((None, scope) if fits is None else (met, seen))
        if not walked:
            if stated_none(asset, node.kind) and node.quantity == "some":
                return False, []
            self.unrelated = self.unrelated or node.kind
            return None, []
        return self._decided(walked, decisive=node.quantity == "some")

    def _decided(
        self, walked: Sequence[tuple[bool | None, list[Compared]]], decisive: bool
    ) -> tuple[bool | None, list[Compared]]:
        """Return the joined outcome and the parts that decided it: deciders, else unknowns, else all."""
        for outcome in (decisive, None):
            wanted = (outcome, None) if self.with_open else (outcome,)
            parts = [seen for met, seen in walked if met in wanted]
            if any(met is outcome for met, _ in walked):
                return outcome, [item for seen in parts for item in seen]
        return not decisive, [item for _, seen in walked for item in seen]


def _opposite(met: bool | None) -> bool | None:
    return None if met is None else not met
