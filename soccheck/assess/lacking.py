"""What is not stated and would settle an unknown finding: every fact of it at once, asset by asset. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from soccheck.assess.compile import compile_condition
from soccheck.assess.evidence import View, World
from soccheck.assess.explain import counted_facts
from soccheck.facts.catalogue import RULESET, SHOWN_BY_RULESETS, of_kind
from soccheck.facts.examples import writable
from soccheck.facts.kinds import LINKS, THROUGH
from soccheck.model import (
    Asset,
    Basis,
    Condition,
    Finding,
    Group,
    Leaf,
    Measure,
    Quantifier,
    Score,
    Value,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """Represents the facts that an asset does not state.

    `asset` is none where none of `kind` is listed that belongs to `owner`: it is to be listed first.
    `day` is the as-of day, on which what is stated anew holds.
    """

    kind: str
    asset: Asset | None
    owner: Asset
    facts: tuple[str, ...]
    day: date


def lacking(finding: Finding, world: World) -> list[Lacking]:
    """Return what would settle an unknown finding if it were stated; nothing where stating does not help.

    Of alternatives all are named. What only a ruleset shows is lacking the ruleset; a fact whose
    statement is too old is lacking a new day of the statement.
    """
    control, asset = finding.control, finding.asset
    found = _Found(world)
    if asset.kind != control.asset:
        found.add_new(control.asset, asset, _facts(control.require, control.asset))
        return found.items()
    view = View(world, control.accept, control.max_age)
    if control.when is not None:
        found.take(control.when, asset, world.scope)
    if isinstance(control.require, Measure | Score):
        counted = counted_facts(control.require)
        if len(counted) > 1 and view.choose(asset, counted[-1]).value is None:
            counted = counted[:2]  # a share only stands in for the counts
        for name in counted:
            found.fact(asset, name, view)
    else:
        found.take(control.require, asset, view)
    return found.items()


_BEYOND_ADMINS = tuple(
    f"firewall.{name}_ipv{family}"
    for name in ("beyond_admins", "console_beyond_admins")
    for family in (4, 6)
)
_ADMINS = ("firewall.admin_prefixes", "firewall.admin_networks")
"""Facts that say where administrators come from."""


class _Found:
    """Gathers the facts that are not stated, each once, in the order they are asked for."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._stated: dict[tuple[str, str], dict[str, None]] = {}
        self._assets: dict[tuple[str, str], tuple[Asset | None, Asset]] = {}

    def items(self) -> list[Lacking]:
        """Return what was found, asset by asset."""
        return [
            Lacking(
                kind=key[0],
                asset=asset,
                owner=owner,
                facts=tuple(self._stated[key]),
                day=self.world.as_of,
            )
            for key, (asset, owner) in self._assets.items()
        ]

    def add_new(self, kind: str, owner: Asset, facts: dict[str, None]) -> None:
        """Add an asset that is to be listed, with the facts asked of it; one of a kind at a time."""
        key = (kind, "\0")
        self._assets.setdefault(key, (None, owner))
        self._stated.setdefault(key, {}).update(facts)

    def unrelated(self, kind: str, asset: Asset, facts: dict[str, None]) -> None:
        """Add what would relate an asset of a kind to `asset`, where the way to it ends.

        That is the link which the last one on the way states itself, or else a new asset.
        """
        for step in THROUGH.get((asset.kind, kind), (kind,)):
            following = self.world.related(asset, step)
            if not following or step == kind:
                break
            asset = following[0]
        known = of_kind(asset.kind)
        link = next((n for n in LINKS if n in known and step in known[n].values), None)
        if link is not None and self.world.inventory.assets[step]:
            self.add(asset, link)
        else:
            self.add_new(step, asset, facts if step == kind else {})

    def add(self, asset: Asset, name: str) -> None:
        """Add a fact of an asset that is listed."""
        key = (asset.kind, asset.id)
        self._assets[key] = (asset, asset)
        self._stated.setdefault(key, {})[writable(asset.kind, name).name] = None

    def fact(self, asset: Asset, name: str, view: View, *, anew: bool = False) -> None:
        """Add a fact that has no value, or what stands for it, where stating it helps.

        With `anew` also one whose declared value settles nothing: a day long past, a day to come.
        """
        chosen = view.choose(asset, name)
        if chosen.value is not None and not (anew and chosen.basis is Basis.DECLARED):
            return
        if name.startswith("authority."):
            asset, name = self.world.inventory.authority, name.removeprefix("authority.")
        if chosen.value is not None:
            self.add(asset, name)
            stated = self.world.inventory.stated
            if chosen.when == stated < self.world.as_of and not _is_after(
                chosen.value, self.world.as_of
            ):
                # What was done since the day of the statement needs a statement of a later day.
                self.add(self.world.inventory.authority, "stated")
            return
        if Basis.DECLARED not in view.accept or name in RULESET:
            if name in SHOWN_BY_RULESETS:
                self.ruleset(asset, name, chosen.reason)
        elif chosen.reason == "stale" and name in asset.facts:
            self.add(self.world.inventory.authority, "stated")
        elif chosen.reason == "missing":
            self.add(asset, name)

    def ruleset(self, asset: Asset, name: str, reason: str | None) -> None:
        """Add what a fact that only a ruleset shows still needs beside it."""
        if not asset.facts.get("firewall.ruleset"):
            self.add(asset, "firewall.ruleset")
        elif reason == "stale":
            self.add(asset, "firewall.exported")
        elif reason == "same_ruleset":
            self.add(asset, "firewall.ruleset_shared")
        if name in _BEYOND_ADMINS and asset.facts.keys().isdisjoint(_ADMINS):
            self.add(asset, "firewall.admin_prefixes")

    def take(self, condition: Condition, asset: Asset, view: View) -> None:
        """Take in a condition on an asset; what is settled already asks for nothing."""
        if self.met(condition, asset, view) is not None:
            return
        if isinstance(condition, Leaf):
            self.fact(asset, condition.fact, view, anew=condition.other is None)
            if condition.other is not None:
                self.fact(asset, condition.other, view)
        elif isinstance(condition, Group):
            for part in condition.parts:
                self.take(part, asset, view)
        elif condition.records is not None:
            self.fact(asset, condition.records, view, anew=True)
        else:
            self.quantified(condition, asset, view)

    def quantified(self, condition: Quantifier, asset: Asset, view: View) -> None:
        """Take in a condition on related assets; where it is about none, one is to be listed."""
        others = self.world.related(asset, condition.kind)
        concerned = False
        for other in others:
            if condition.when is not None:
                self.take(condition.when, other, self.world.scope)
                if self.met(condition.when, other, self.world.scope) is False:
                    continue
            concerned = True
            self.take(condition.require, other, view)
        if not concerned:
            self.unrelated(condition.kind, asset, _facts(condition.require, condition.kind))

    def met(self, condition: Condition, asset: Asset, view: View) -> bool | None:
        """Return the outcome of a part of a condition."""
        return compile_condition(condition, self.world, view)(view(asset), asset)


def _is_after(value: Value, day: date) -> bool:
    return isinstance(value, date) and value > day


def _facts(require: Condition | Measure | Score, kind: str) -> dict[str, None]:
    """Return the facts that a requirement asks of a new asset."""
    if isinstance(require, Measure | Score):
        names = counted_facts(require)
        return dict.fromkeys(names[:2])
    return {
        writable(kind, leaf.fact).name: None
        for leaf in _leaves(require)
        if leaf.fact not in RULESET and not leaf.fact.startswith("authority.")
    }


def _leaves(condition: Condition) -> Iterator[Leaf]:
    """Yield the comparisons on the asset itself; that a fact is not there is no reason to state it."""
    if isinstance(condition, Leaf):
        if condition.operator != "exists":
            yield condition
    elif isinstance(condition, Group):
        for part in condition.parts:
            yield from _leaves(part)
