"""Conditions, compiled into functions that judge many assets at once: true, false, or None for unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from soccheck.assess.evidence import Facts, Judge, Result, View, World
from soccheck.model import Asset, Condition, Duration, Group, Leaf, Quantifier, Value
from soccheck.policy.conditions import AS_OF
from soccheck.policy.operators import OPERATORS, PYTHON_TYPES, TRANSFORMS
from soccheck.policy.pattern import Pattern


def compile_condition(condition: Condition, world: World, view: View) -> Judge:
    """Return the function that judges a condition on many assets at once.

    For each asset it gives true, false, or None for unknown; the loops are comprehensions, which
    cost a third of a call for each asset.
    """
    if isinstance(condition, Leaf):
        known = world.judges.get(id(condition))
        if known is None:
            known = world.judges[id(condition)] = condition, _leaf(condition, world)
        return known[1]
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
    fits: Sequence[Result] = ()
    if when is not None:
        fits = when([world.scope(other) for other in others], others)
        others = [other for other, fit in zip(others, fits, strict=True) if fit is not False]
        fits = [fit for fit in fits if fit is not False]
    if not others:
        return False if decisive and stated_none(asset, condition.kind) else None
    results = require([view(other) for other in others], others)
    if when is not None:  # what may not be meant decides nothing
        results = [result if fit else None for result, fit in zip(results, fits, strict=True)]
    return decisive if decisive in results else None if None in results else not decisive


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
    fixed = world.as_of if leaf.value == AS_OF else leaf.value
    if leaf.operator == "exists":
        return lambda value, facts: compare(value, fixed)
    steps = [TRANSFORMS[word].apply for word in leaf.transforms]
    authority, other = world.inventory.authority.facts, leaf.other

    def test(value: Value | None, facts: Facts) -> bool | None:
        right: object = fixed
        if value is None:
            return None
        for step in steps:
            value = step(value)
        if other is not None:
            head, _, tail = other.partition(".")
            right = authority.get(tail) if head == "authority" else facts.get(other)
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
    if isinstance(first, Pattern):
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
