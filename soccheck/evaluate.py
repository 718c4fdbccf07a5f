"""Judge: every control on every asset in its scope gives exactly one finding. Pure, and three-valued.

A condition is compiled once into functions that return true, false or None for unknown; `trace` walks
the same leaves to say why.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from itertools import repeat
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
    Quantifier,
    Score,
    Status,
    Value,
    Waiver,
)
from soccheck.operators import OPERATORS, PYTHON_TYPES, TRANSFORMS

Facts = Mapping[str, Value]
Result = bool | None
Judge = Callable[[Sequence[Facts], Sequence[Asset]], Sequence[Result]]
_NOTHING: Facts = {}


class Chosen(NamedTuple):
    """Represents the evidence that decides a fact, or why there is none, and what it contradicts.

    `when` is the day of the evidence; `drift` the weaker evidence that says something else;
    `passed_over` why stronger evidence has no say: a code as in `reason`, and its `detail`; `shown`
    what shows the value.
    """

    value: Value | None
    basis: Basis | None
    when: date | None
    origin: str | None
    reason: str | None = None
    detail: str | None = None
    drift: tuple[Evidence, ...] = ()
    passed_over: tuple[str, str | None] | None = None
    shown: tuple[str, ...] = ()


class World:
    """Holds what the judging of one run draws on: the inventory, the evidence and the as-of day."""

    def __init__(self, inventory: Inventory, evidence: EvidenceByAsset, as_of: date) -> None:
        self.inventory = inventory
        self.evidence = evidence
        self.as_of = as_of
        self.judges: dict[int, Judge] = {}  # of the comparisons that `trace` repeats, by identity
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
                    last.value,
                    basis,
                    when,
                    last.origin,
                    drift=tuple(weaker),
                    passed_over=problem,
                    shown=last.shown,
                )
        if declared is not None and self.declared_counts:
            when = self.world.inventory.stated
            return Chosen(declared, Basis.DECLARED, when, None, passed_over=problem)
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
    """Return the function that judges a condition on many assets at once.

    For each asset it gives true, false, or None for unknown; the loops are comprehensions, which
    cost a third of a call for each asset.
    """
    if isinstance(condition, Leaf):
        return _leaf(condition, world)
    if isinstance(condition, Group):
        parts = [compile_condition(part, world, view) for part in condition.parts]
        return _JOINS[condition.join](parts)
    when = compile_condition(condition.when, world, world.scope) if condition.when else None
    require = compile_condition(condition.require, world, view)
    one = partial(_quantified, world, view, condition, when, require)
    return lambda facts, assets: [one(asset) for asset in assets]


def _quantified(
    world: World,
    view: View,
    condition: Quantifier,
    when: Judge | None,
    require: Judge,
    asset: Asset,
) -> Result:
    """Judge `every` (one false decides) or `some` (one true decides).

    Over nothing it is unknown, as what is not listed may still be there; only `some` of what the
    asset itself states to be none (`systems: []`) is false.
    """
    decisive = condition.quantity == "some"
    others = world.related(asset, condition.kind)
    fits: Sequence[Result] = [True] * len(others)
    if when is not None:
        fits = when([world.scope(other) for other in others], others)
        others = [other for other, fit in zip(others, fits, strict=True) if fit is not False]
        fits = [fit for fit in fits if fit is not False]
    if not others:
        return False if decisive and stated_none(asset, condition.kind) else None
    results = require([view(other) for other in others], others)
    if any(fit and result is decisive for fit, result in zip(fits, results, strict=True)):
        return decisive
    return None if None in results or None in fits else not decisive


def stated_none(asset: Asset, kind: str) -> bool:
    """Return whether the asset states that no asset of `kind` belongs to it."""
    return asset.facts.get(f"{kind}s") == ()


def _all(parts: Sequence[Judge]) -> Judge:
    """Join: one false decides, then one unknown."""
    first, *others = parts

    def judge(facts: Sequence[Facts], assets: Sequence[Asset]) -> Sequence[Result]:
        results = first(facts, assets)
        for part in others:
            pairs = zip(results, part(facts, assets), strict=True)
            results = [b if a else a if a is False or b is not False else b for a, b in pairs]
        return results

    return judge


def _any(parts: Sequence[Judge]) -> Judge:
    """Join: one true decides, then one unknown."""
    first, *others = parts

    def judge(facts: Sequence[Facts], assets: Sequence[Asset]) -> Sequence[Result]:
        results = first(facts, assets)
        for part in others:
            pairs = zip(results, part(facts, assets), strict=True)
            results = [b if a is False or b else a for a, b in pairs]
        return results

    return judge


def _not(parts: Sequence[Judge]) -> Judge:
    (part,) = parts
    return lambda facts, assets: [None if r is None else not r for r in part(facts, assets)]


def _if(parts: Sequence[Judge]) -> Judge:
    condition, then = parts
    return _any([_not([condition]), then])


_JOINS: dict[str, Callable[[Sequence[Judge]], Judge]] = {
    "all": _all,
    "any": _any,
    "not": _not,
    "if": _if,
}


def _leaf(leaf: Leaf, world: World) -> Judge:
    """Return the function for one comparison; what cannot be compared is unknown."""
    name, expected = leaf.fact, leaf.value
    if name.startswith("authority."):
        stated = world.inventory.authority.facts.get(name.removeprefix("authority."))
        test = _test(leaf, world)
        return lambda facts, assets: [test(stated, own) for own in facts]
    operator = OPERATORS[leaf.operator]
    plain = not leaf.transforms and leaf.other is None and leaf.operator != "exists"
    fixed = world.as_of if expected == AS_OF else expected
    if plain and not operator.many and fixed != ():
        # The commonest comparisons: a fact as it stands with a value as it stands.
        compare, kinds = operator.test, _kinds(fixed)
        return lambda facts, assets: [
            compare(value, fixed) if (value := own.get(name)).__class__ in kinds else None
            for own in facts
        ]
    test = _test(leaf, world)
    return lambda facts, assets: [test(own.get(name), own) for own in facts]


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
    """Return whether two values may be compared; nothing is like anything, as it is in no list."""
    first = left[0] if isinstance(left, tuple) and left else left
    return first in (None, ()) or right in (None, ()) or first.__class__ in _kinds(right)


def _kinds(right: object) -> tuple[type, ...]:
    """Return the types that may be compared with a value: true is not 1, and a text is not a date."""
    first = right[0] if isinstance(right, tuple) else right
    if hasattr(first, "fullmatch"):
        return (str,)
    numbers = PYTHON_TYPES["number"]
    return numbers if first.__class__ in numbers else (first.__class__,)


def _age_test(leaf: Leaf, world: World) -> Callable[[Value | None, Facts], bool | None]:
    """Return the comparison of an age: months are calendar months before the as-of day."""
    length = leaf.value
    assert isinstance(length, Duration)
    limit = length.oldest(world.as_of)
    # An age at most a year old is a day no earlier than a year ago: the sides change places.
    compare = OPERATORS[leaf.operator].test
    steps = [TRANSFORMS[word].apply for word in leaf.transforms if word != "age"]
    as_of = world.as_of

    def test(value: Value | None, facts: Facts) -> bool | None:
        for step in steps:
            value = None if value is None else step(value)
        if not isinstance(value, date) or value > as_of:
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


_RESULTS = {True: Status.PASS, False: Status.FAIL, None: Status.UNKNOWN}
_MISFITS = {False: Status.NOT_APPLICABLE, None: Status.UNKNOWN}
_BLOCK = 256
_NEW: Callable[[type[Finding], Iterable[object]], Finding] = tuple.__new__

Only = Mapping[str, Container[str]]
"""Kind of asset -> the ids of those to judge; a kind that is left out is judged whole."""


def judge(policies: Sequence[Policy], world: World, only: Only | None = None) -> list[Finding]:
    """Return the findings: one for each control and each asset of its kind that exists.

    They stand in the order of the policies' controls, and within a control in inventory order.
    `only` narrows them to what a comparison needs.
    """
    ready = prepare(policies, world)
    for kind, views in ready.items():
        assets = world.assets(kind, only.get(kind) if only else None)
        # Some assets at a time, so that their facts are at hand for all of the controls at once.
        for start in range(0, len(assets), _BLOCK):
            block = assets[start : start + _BLOCK]
            known = [world.scope(asset) for asset in block]
            for view, group in views.items():
                facts = [view(asset) for asset in block]
                for item in group:
                    item.findings.extend(_findings(item, world, block, known, facts))
    judged = (item for views in ready.values() for group in views.values() for item in group)
    by_control = {item.control.id: item.findings for item in judged}
    return [f for policy in policies for c in policy.controls for f in by_control[c.id]]


def _findings(
    item: Judged,
    world: World,
    assets: Sequence[Asset],
    known: Sequence[Facts],
    facts: Sequence[Facts],
) -> Iterable[Finding]:
    """Return the findings of one control; the loops over all assets are those of C."""
    policy, control, when, require, waivers, _ = item
    fits: Iterable[Result] = repeat(True) if when is None else when(known, assets)
    counts: Iterable[scores.Counted] = repeat(None)
    if require is None:
        results, counts = _counted(item, world, assets, fits, facts)
    else:
        results = [_RESULTS[met] for met in require(facts, assets)]
        if when is not None:
            both = zip(fits, results, strict=True)
            results = [result if fit else _MISFITS[fit] for fit, result in both]
    statuses = results
    excuses: Iterable[Waiver | date | None] = repeat(None)
    if (waivers or control.grace is not None) and Status.FAIL in results:
        excuses = [
            excused(control, asset, own, waivers, world.as_of) if result is Status.FAIL else None
            for asset, own, result in zip(assets, facts, results, strict=True)
        ]
        statuses = [
            Status.WAIVED if excuse else result
            for result, excuse in zip(results, excuses, strict=True)
        ]
    same = repeat(policy), repeat(control)
    rows = zip(*same, assets, results, statuses, excuses, counts, strict=False)
    return map(_NEW, repeat(Finding), rows)


def _counted(
    item: Judged,
    world: World,
    assets: Sequence[Asset],
    fits: Iterable[bool | None],
    facts: Sequence[Facts],
) -> tuple[list[Status], list[scores.Counted]]:
    """Return the results of a measure or a score, and what was counted."""
    results: list[Status] = []
    counts: list[scores.Counted] = []
    for fit, own, asset in zip(fits, facts, assets, strict=False):
        result, count = _MISFITS.get(fit, Status.UNKNOWN), None
        if fit:
            others = points_of(world, item.policy, asset)
            result, count = scores.judged(item.control.require, own, others)  # type: ignore[arg-type]
        results.append(result)
        counts.append(count)
    return results, counts


def points_of(world: World, policy: Policy, asset: Asset) -> scores.PointsOf:
    """Return the function that gives the points of a policy's other scores on the same asset."""
    controls = {control.id: control for control in policy.controls}

    def points(name: str) -> Fraction | None:
        control = controls.get(name)
        if control is None or not isinstance(control.require, Score):
            return None
        if control.when is not None:
            (fits,) = compile_condition(control.when, world, world.scope)(
                [world.scope(asset)], [asset]
            )
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
