"""Judge: every control on every asset in its scope gives exactly one finding. Pure, and three-valued.

A condition is compiled once into functions that return true, false or None for unknown; `trace` walks
the same leaves to say why.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from soccheck import scores
from soccheck.conditions import AS_OF
from soccheck.model import (
    Asset,
    Basis,
    Condition,
    Control,
    Duration,
    Evidence,
    EvidenceByAsset,
    Finding,
    Group,
    Inventory,
    Leaf,
    Measure,
    Policy,
    Score,
    Status,
    Value,
    Waiver,
)
from soccheck.operators import OPERATORS, PYTHON_TYPES, TRANSFORMS

Facts = Mapping[str, Value]
Judge = Callable[[Facts, Asset], bool | None]
_NOTHING: Facts = {}


class Chosen(NamedTuple):
    """Represents the evidence that decides a fact, or why there is none, and what it contradicts.

    `drift` is the weaker evidence that says something else; `shown` what shows the value.
    """

    value: Value | None
    basis: Basis | None
    when: date | None
    origin: str | None
    reason: str | None = None
    detail: str | None = None
    drift: tuple[Evidence, ...] = ()
    shown: tuple[str, ...] = ()


class World:
    """Holds what the judging of one run draws on: the inventory, the evidence and the as-of day."""

    def __init__(self, inventory: Inventory, evidence: EvidenceByAsset, as_of: date) -> None:
        self.inventory = inventory
        self.evidence = evidence
        self.as_of = as_of
        # What a scope asks (a role, a level) is what is known of the asset, however long ago it was
        # said: the denominator comes from the inventory, and only a requirement asks for fresh evidence.
        self.scope = View(self, tuple(Basis), None)

    def exists(self, asset: Asset) -> bool:
        """Return whether the asset exists on the as-of day."""
        start, end = asset.facts.get("valid.from"), asset.facts.get("valid.to")
        return not (
            (isinstance(start, date) and start > self.as_of)
            or (isinstance(end, date) and end < self.as_of)
        )

    def assets(self, kind: str, ids: Container[str] | None = None) -> list[Asset]:
        """Return the assets of `kind` that exist on the as-of day, or those of them in `ids`."""
        assets = self.inventory.assets.get(kind, {}).values()
        return [a for a in assets if (ids is None or a.id in ids) and self.exists(a)]

    def related(self, asset: Asset, kind: str) -> list[Asset]:
        """Return the assets of `kind` that belong to `asset` and exist on the as-of day."""
        return [other for other in self.inventory.related(asset, kind) if self.exists(other)]


class View:
    """Gives the facts of an asset as a control may use them: its bases, no older than its max_age."""

    def __init__(self, world: World, accept: Sequence[Basis], max_age: Duration | None) -> None:
        self.world = world
        self.accept = accept
        self.oldest = max_age.oldest(world.as_of) if max_age else None
        stated = world.inventory.stated
        self.declared_is_stale = self.oldest is not None and stated < self.oldest
        # A state that must be recent must also have been stated by then: what an inventory says of a
        # later day is no evidence of this one. Without max_age it is the statement's own dates that count.
        self.declared_is_later = self.oldest is not None and stated > world.as_of
        usable = not (self.declared_is_stale or self.declared_is_later)
        self.declared_counts = Basis.DECLARED in accept and usable
        self._merged: dict[str, Facts] = {}

    def __call__(self, asset: Asset) -> Facts:
        """Return the facts, flat: the asset's own mapping where nothing stronger is known."""
        if not self.world.evidence.get(asset.id):
            return asset.facts if self.declared_counts else _NOTHING
        merged = self._merged.get(asset.id)
        if merged is None:
            facts = dict(asset.facts) if self.declared_counts else {}
            for name in self.world.evidence[asset.id]:
                value = self.choose(asset, name).value
                if value is None:
                    facts.pop(name, None)
                else:
                    facts[name] = value
            merged = self._merged[asset.id] = facts
        return merged

    def choose(self, asset: Asset, name: str) -> Chosen:
        """Return the evidence that decides a fact: the strongest accepted basis, then the freshest."""
        if name.startswith("authority."):
            authority = self.world.inventory.authority
            value = authority.facts.get(name.removeprefix("authority."))
            when = self.world.inventory.stated
            return Chosen(
                value, Basis.DECLARED, when, None, None if value is not None else "missing"
            )
        answers = list(self.world.evidence.get(asset.id, {}).get(name, ()))
        declared = asset.facts.get(name)
        problem: tuple[str, str | None] | None = None
        for basis in self.accept:
            if basis is Basis.DECLARED:
                continue
            of_basis = sorted((a for a in answers if a.basis is basis), key=lambda a: a.when)
            if not of_basis:
                continue
            past = [a for a in of_basis if a.when.date() <= self.world.as_of]
            last = past[-1] if past else of_basis[0]
            if not past:
                problem = problem or ("later", last.when.date().isoformat())
            elif last.problem is not None:
                problem = problem or (last.problem, last.origin)
            elif self.oldest is not None and last.when.date() < self.oldest:
                problem = problem or ("stale", last.when.date().isoformat())
            else:
                known = [
                    a for a in answers if a.value is not None and a.when.date() <= self.world.as_of
                ]
                others = [a for a in known if a.value != last.value]
                weaker = [
                    a for a in others if list(Basis).index(a.basis) > list(Basis).index(basis)
                ]
                if declared is not None and declared != last.value:
                    weaker.append(self._declared(asset, name, declared))
                when = last.when.date()
                return Chosen(
                    last.value, basis, when, last.origin, drift=tuple(weaker), shown=last.shown
                )
        if declared is not None and self.declared_counts:
            return Chosen(declared, Basis.DECLARED, self.world.inventory.stated, None)
        if problem is not None:
            return Chosen(None, None, None, None, *problem)
        if declared is None and not answers:
            return Chosen(None, None, None, None, "missing")
        if declared is not None and Basis.DECLARED in self.accept:
            code = "later" if self.declared_is_later else "stale"
            return Chosen(None, None, None, None, code, self.world.inventory.stated.isoformat())
        bases = {answer.basis.value for answer in answers} | (
            {"declared"} if declared is not None else set()
        )
        return Chosen(None, None, None, None, "basis", ", ".join(sorted(bases)))

    def _declared(self, asset: Asset, name: str, value: Value) -> Evidence:
        from datetime import UTC, datetime, time

        when = datetime.combine(self.world.inventory.stated, time(), UTC)
        return Evidence(value, Basis.DECLARED, when, str(asset.where(name)))


# -- conditions, compiled --------------------------------------------------------------------------


def compile_condition(condition: Condition, world: World, view: View) -> Judge:
    """Return the function that judges a condition: true, false, or None for unknown."""
    if isinstance(condition, Leaf):
        return _leaf(condition, world)
    if isinstance(condition, Group):
        parts = tuple(compile_condition(part, world, view) for part in condition.parts)
        return _JOINS[condition.join](parts)
    when = compile_condition(condition.when, world, world.scope) if condition.when else None
    require = compile_condition(condition.require, world, view)
    decisive = condition.quantity == "some"
    return partial(_quantified, world, view, condition.kind, when, require, decisive)


def _quantified(
    world: World,
    view: View,
    kind: str,
    when: Judge | None,
    require: Judge,
    decisive: bool,
    facts: Facts,
    asset: Asset,
) -> bool | None:
    """Judge `every` (one false decides) or `some` (one true decides).

    Over nothing it is unknown, as what is not listed may still be there; only `some` of what the
    asset itself states to be none (`systems: []`) is false.
    """
    seen = unsure = False
    for other in world.related(asset, kind):
        fits = True if when is None else when(world.scope(other), other)
        if fits is False:
            continue
        seen = True
        result = require(view(other), other)
        if fits and result is decisive:
            return decisive
        unsure = unsure or result is None or fits is None
    if not seen and decisive and stated_none(asset, kind):
        return False
    return None if unsure or not seen else not decisive


def stated_none(asset: Asset, kind: str) -> bool:
    """Return whether the asset states that no asset of `kind` belongs to it."""
    return asset.facts.get(f"{kind}s") == ()


def _all(parts: tuple[Judge, ...]) -> Judge:
    if len(parts) == 2:
        first, second = parts

        def both(facts: Facts, asset: Asset) -> bool | None:
            one = first(facts, asset)
            if one is False:
                return False
            other = second(facts, asset)
            return other if one or other is False else None

        return both

    def judge(facts: Facts, asset: Asset) -> bool | None:
        unsure = False
        for part in parts:
            result = part(facts, asset)
            if result is False:
                return False
            if result is None:
                unsure = True
        return None if unsure else True

    return judge


def _any(parts: tuple[Judge, ...]) -> Judge:
    def judge(facts: Facts, asset: Asset) -> bool | None:
        unsure = False
        for part in parts:
            result = part(facts, asset)
            if result:
                return True
            if result is None:
                unsure = True
        return None if unsure else False

    return judge


def _not(parts: tuple[Judge, ...]) -> Judge:
    (part,) = parts

    def judge(facts: Facts, asset: Asset) -> bool | None:
        result = part(facts, asset)
        return None if result is None else not result

    return judge


def _if(parts: tuple[Judge, ...]) -> Judge:
    condition, then = parts
    return _any((_not((condition,)), then))


_JOINS: dict[str, Callable[[tuple[Judge, ...]], Judge]] = {
    "all": _all,
    "any": _any,
    "not": _not,
    "if": _if,
}


def _leaf(leaf: Leaf, world: World) -> Judge:
    """Return the function for one comparison; what cannot be compared is unknown."""
    name = leaf.fact
    if name.startswith("authority."):
        value = world.inventory.authority.facts.get(name.removeprefix("authority."))
        test = _test(leaf, world)
        return lambda facts, asset: test(value, facts)
    first = leaf.value[0] if isinstance(leaf.value, tuple) and leaf.value else leaf.value
    if (
        not leaf.transforms
        and leaf.other is None
        and isinstance(first, bool | str)
        and first != AS_OF
    ):
        # The commonest comparisons, without the steps of the general one.
        if leaf.operator == "eq":
            return _equals(name, leaf.value)
        if leaf.operator in ("in", "not_in"):
            return _among(name, leaf.value, leaf.operator == "in")
    if not leaf.transforms and leaf.other is None and leaf.operator in _ORDERS:
        return _ordered(leaf, world)
    test = _test(leaf, world)
    return lambda facts, asset: test(facts.get(name), facts)


_ORDERS = ("lt", "lte", "gt", "gte")


def _ordered(leaf: Leaf, world: World) -> Judge:
    """Return an ordering with a fixed value."""
    name, compare = leaf.fact, OPERATORS[leaf.operator].test
    fixed = world.as_of if leaf.value == AS_OF else leaf.value
    kinds = PYTHON_TYPES["number"] if isinstance(fixed, int | float) else (fixed.__class__,)

    def judge(facts: Facts, asset: Asset) -> bool | None:
        value = facts.get(name)
        return compare(value, fixed) if value.__class__ in kinds else None

    return judge


def _equals(name: str, expected: object) -> Judge:
    kind = expected.__class__

    def judge(facts: Facts, asset: Asset) -> bool | None:
        value = facts.get(name)
        if value.__class__ is kind:
            return value == expected
        return None

    return judge


def _among(name: str, expected: object, wanted: bool) -> Judge:
    allowed: tuple[object, ...] = expected if isinstance(expected, tuple) else ()
    kind = allowed[0].__class__

    def judge(facts: Facts, asset: Asset) -> bool | None:
        value = facts.get(name)
        if value.__class__ is kind:
            return (value in allowed) is wanted
        return None

    return judge


def _test(leaf: Leaf, world: World) -> Callable[[Value | None, Facts], bool | None]:
    """Return the comparison of a value with the leaf's right side."""
    compare = OPERATORS[leaf.operator].test
    if "age" in leaf.transforms:
        return _age_test(leaf, world)
    steps = [TRANSFORMS[word].apply for word in leaf.transforms]
    fixed = world.as_of if leaf.value == AS_OF else leaf.value
    authority = world.inventory.authority.facts

    def test(value: Value | None, facts: Facts) -> bool | None:
        right: object = fixed
        if leaf.operator == "exists":
            return compare(value, right)
        if value is None:
            return None
        for step in steps:
            value = step(value)
        if leaf.other is not None:
            head, _, tail = leaf.other.partition(".")
            right = authority.get(tail) if head == "authority" else facts.get(leaf.other)
        if value is None or right is None or not _alike(value, right):
            return None
        return compare(value, right)

    return test


def _alike(left: object, right: object) -> bool:
    """Return whether two values may be compared: true is not 1, and a text is not a date."""
    if isinstance(left, tuple):
        left = left[0] if left else None
    if isinstance(right, tuple):
        right = right[0] if right else None
    if left is None or right is None:
        return True
    if hasattr(right, "fullmatch"):
        return isinstance(left, str)
    if left.__class__ is right.__class__:
        return True
    numbers = PYTHON_TYPES["number"]
    return left.__class__ in numbers and right.__class__ in numbers


def _age_test(leaf: Leaf, world: World) -> Callable[[Value | None, Facts], bool | None]:
    """Return the comparison of an age: months are calendar months before the as-of day."""
    length = leaf.value
    assert isinstance(length, Duration)
    limit = length.oldest(world.as_of)
    # An age at most a year old is a day no earlier than a year ago: the sides change places.
    compare = OPERATORS[leaf.operator].test
    steps = [TRANSFORMS[word].apply for word in leaf.transforms if word != "age"]

    def test(value: Value | None, facts: Facts) -> bool | None:
        for step in steps:
            value = None if value is None else step(value)
        if not isinstance(value, date) or value > world.as_of:
            return None  # what had not happened yet has no age
        return compare(limit, value)

    return test


# -- controls --------------------------------------------------------------------------------------


class Judged(NamedTuple):
    """Represents a control ready to judge, what may excuse its failures, and its findings so far."""

    policy: Policy
    control: Control
    when: Judge | None
    require: Judge | None
    waivers: Mapping[str, Waiver]
    findings: list[Finding]


def prepare(policies: Iterable[Policy], world: World) -> dict[str, dict[View, list[Judged]]]:
    """Compile the controls, by kind of asset and by the view of the facts they share."""
    views: dict[tuple[object, ...], View] = {}
    ready: dict[str, dict[View, list[Judged]]] = {}
    waivers: dict[str, dict[str, Waiver]] = {}
    for waiver in world.inventory.waivers:
        if waiver.granted <= world.as_of <= waiver.expires:
            waivers.setdefault(waiver.control, {}).update(dict.fromkeys(waiver.assets, waiver))
    for policy in policies:
        for control in policy.controls:
            key = (control.accept, control.max_age)
            view = views.get(key)
            if view is None:
                view = views[key] = View(world, control.accept, control.max_age)
            when = compile_condition(control.when, world, world.scope) if control.when else None
            require = None
            if not isinstance(control.require, Measure | Score):
                require = compile_condition(control.require, world, view)
            item = Judged(policy, control, when, require, waivers.get(control.id, {}), [])
            ready.setdefault(control.asset, {}).setdefault(view, []).append(item)
    return ready


Only = Mapping[str, Container[str]]
"""Kind of asset -> the ids of those to judge; a kind that is left out is judged whole."""


def judge(policies: Sequence[Policy], world: World, only: Only | None = None) -> list[Finding]:
    """Return the findings: one for each control and each asset of its kind that exists.

    They stand in the order of the policies' controls, and within a control in inventory order.
    `only` narrows them to what a comparison needs.
    """
    ready = prepare(policies, world)
    new = tuple.__new__
    passed, failed, unknown = Status.PASS, Status.FAIL, Status.UNKNOWN
    # Asset by asset, so that an asset's facts are at hand for all of its controls at once.
    for kind, views in ready.items():
        for asset in world.assets(kind, only.get(kind) if only else None):
            known = world.scope(asset)
            for view, group in views.items():
                facts = view(asset)
                for policy, control, when, require, waivers, findings in group:
                    fits = True if when is None else when(known, asset)
                    counted: scores.Counted = None
                    if fits and require is not None:
                        met = require(facts, asset)
                        result = passed if met else unknown if met is None else failed
                    elif fits:
                        others = points_of(world, policy, asset)
                        result, counted = scores.judged(control.require, facts, others)  # type: ignore[arg-type]
                    else:
                        result = unknown if fits is None else Status.NOT_APPLICABLE
                    status, excuse = result, None
                    if result is failed and (waivers or control.grace is not None):
                        excuse = excused(control, asset, facts, waivers, world.as_of)
                        status = Status.WAIVED if excuse else failed
                    made = (policy, control, asset, result, status, excuse, counted)
                    findings.append(new(Finding, made))
    judged = (item for views in ready.values() for group in views.values() for item in group)
    by_control = {item.control.id: item.findings for item in judged}
    return [f for policy in policies for c in policy.controls for f in by_control[c.id]]


def points_of(world: World, policy: Policy, asset: Asset) -> scores.PointsOf:
    """Return the function that gives the points of a policy's other scores on the same asset."""
    controls = {control.id: control for control in policy.controls}

    def points(name: str) -> Fraction | None:
        control = controls.get(name)
        if control is None or not isinstance(control.require, Score):
            return None
        if control.when is not None:
            fits = compile_condition(control.when, world, world.scope)(world.scope(asset), asset)
            if not fits:
                return None
        view = View(world, control.accept, control.max_age)
        return scores.points(control.require, view(asset), points)

    return points


def excused(
    control: Control,
    asset: Asset,
    facts: Facts,
    waivers: Mapping[str, Waiver],
    as_of: date,
) -> Waiver | date | None:
    """Return the waiver, or the last day of grace, that accepts a failure on the as-of day.

    `waivers` are those that hold on that day.
    """
    waiver = waivers.get(asset.id)
    if waiver is not None:
        return waiver
    grace = control.grace
    if grace is None:
        return None
    until = grace.until
    if grace.since is not None and grace.period is not None:
        since = facts.get(grace.since)
        until = grace.period.after(since) if isinstance(since, date) else None
    return until if until is not None and as_of <= until else None
