"""Conditions, compiled into functions that judge one asset: true, false, or None for unknown.

What is the same for every asset, such as the day before which a date is too old, is worked out once;
`explain` walks the same comparisons to say why.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from typing import cast

from soccheck.assess.calendar_tests import day_test, of_the_calendar
from soccheck.assess.evidence import Facts, Judge, Result, View, World
from soccheck.facts.catalogue import GROWING
from soccheck.model import Asset, Condition, Leaf, Quantifier, Value
from soccheck.policy.operators import OPERATORS, PYTHON_TYPES, TRANSFORMS
from soccheck.policy.pattern import Pattern
from soccheck.policy.right_side import AS_OF


def compile_condition(condition: Condition, world: World, view: View) -> Judge:
    """Return the function that judges a condition on an asset with the facts it is given."""
    if isinstance(condition, Leaf):
        judge = _leaf(condition, world)
        # A scope asks what is so on the as-of day, however long ago it was said.
        aged = None if view is world.scope else _aged(condition, world, view)
        return judge if aged is None else _as_stated(judge, aged)
    if isinstance(condition, Quantifier):
        quantified = _quantified if condition.records is None else _of_records
        return quantified(condition, world, view)
    parts = [compile_condition(part, world, view) for part in condition.parts]
    return _JOINS[condition.join](parts)


def _quantified(condition: Quantifier, world: World, view: View) -> Judge:
    """Judge `every` (one false decides) or `some` (one true decides).

    Over nothing it is unknown, as what is not listed may still be there; only `some` of what the
    asset itself states to be none (`systems: []`) is false.
    """
    decisive = condition.quantity == "some"
    when = compile_condition(condition.when, world, world.scope) if condition.when else None
    require = compile_condition(condition.require, world, view)

    def judge(facts: Facts, asset: Asset) -> Result:
        results: list[Result] = []
        for other in world.related(asset, condition.kind):
            fits = True if when is None else when(world.scope(other), other)
            if fits is not False:
                # What may not be meant decides nothing.
                results.append(require(view(other), other) if fits else None)
        if not results:
            return False if decisive and stated_none(asset, condition.kind) else None
        if decisive in results:
            return decisive
        return None if None in results else not decisive

    return judge


def _of_records(condition: Quantifier, world: World, view: View) -> Judge:
    """Judge `every` or `some` entry of a list the asset states; a list that is stated is whole."""
    name = condition.records
    assert name is not None
    decisive = condition.quantity == "some"
    when = compile_condition(condition.when, world, world.scope) if condition.when else None
    require = compile_condition(condition.require, world, view)

    def judge(facts: Facts, asset: Asset) -> Result:
        entries = records(facts, name)
        if entries is None:
            return None
        results: list[Result] = []
        for entry in entries:
            fits = True if when is None else when(entry, asset)
            if fits is not False:
                results.append(require(entry, asset) if fits else None)
        if decisive in results:
            return decisive
        return None if None in results else not decisive

    return judge


def records(facts: Facts, name: str) -> list[Facts] | None:
    """Return the facts as each entry of a list has them, its own first; nothing without the list."""
    listed = facts.get(name)
    if not isinstance(listed, tuple):
        return None
    others = {key: value for key, value in facts.items() if not key.startswith(f"{name}.")}
    entries = cast("tuple[tuple[tuple[str, Value], ...], ...]", listed)
    return [{**others, **{f"{name}.{key}": v for key, v in entry}} for entry in entries]


def stated_none(asset: Asset, kind: str) -> bool:
    """Return whether the asset states that no asset of `kind` belongs to it."""
    return asset.facts.get(f"{kind}s") == ()


def _all(parts: Sequence[Judge]) -> Judge:
    """Join: one false decides, then one unknown."""

    def judge(facts: Facts, asset: Asset) -> Result:
        joined: Result = True
        for part in parts:
            result = part(facts, asset)
            if result is False:
                return False
            if result is None:
                joined = None
        return joined

    return judge


def _any(parts: Sequence[Judge]) -> Judge:
    """Join: one true decides, then one unknown."""

    def judge(facts: Facts, asset: Asset) -> Result:
        joined: Result = False
        for part in parts:
            result = part(facts, asset)
            if result:
                return True
            if result is None:
                joined = None
        return joined

    return judge


def _not(parts: Sequence[Judge]) -> Judge:
    (part,) = parts

    def judge(facts: Facts, asset: Asset) -> Result:
        result = part(facts, asset)
        return None if result is None else not result

    return judge


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
    name = leaf.fact
    test = _test(leaf, world)
    if name.startswith("authority."):
        stated = _fact(name, {}, world)
        return lambda facts, asset: test(stated, facts)
    return lambda facts, asset: test(facts.get(name), facts)


def _test(leaf: Leaf, world: World) -> Callable[[Value | None, Facts], bool | None]:
    """Return the comparison of a value with the leaf's right side."""
    compare = OPERATORS[leaf.operator].test
    if of_the_calendar(leaf):
        return day_test(leaf, world.as_of, world.as_of)
    fixed = world.as_of if leaf.value == AS_OF else leaf.value
    if leaf.operator == "exists":
        return lambda value, facts: compare(value, fixed)
    steps = [TRANSFORMS[word].apply for word in leaf.transforms]
    authority, other = world.inventory.authority.facts, leaf.other
    of_fixed = _kinds(fixed)

    def test(value: Value | None, facts: Facts) -> bool | None:
        if value is None:
            return None
        right, kinds = fixed, of_fixed
        if other is not None:
            head, _, tail = other.partition(".")
            right = authority.get(tail) if head == "authority" else facts.get(other)
            kinds = _kinds(right)
        for step in steps:
            value = step(value)
        if value is None or right is None or not (_is_one_of(value, kinds) or right == ()):
            return None
        return compare(value, right)

    return test


def _is_one_of(value: object, kinds: Collection[type]) -> bool:
    """Return whether a value, or what a list has, is of these types; an empty list is of any."""
    first = value[0] if isinstance(value, tuple) and value else value
    return first.__class__ in kinds or first in (None, ())


def _kinds(right: object) -> tuple[type, ...]:
    """Return the types that may be compared with a value: true is not 1, and a text is not a date."""
    first = right[0] if isinstance(right, tuple) and right else right
    if isinstance(first, Pattern):
        return (str,)
    numbers = PYTHON_TYPES["number"]
    return numbers if first.__class__ in numbers else (first.__class__,)


def _as_stated(judge: Judge, aged: Judge) -> Judge:
    """Judge an age on the as-of day and on the day it was stated: what turned in between is unknown.

    Signatures that were fresh when the inventory was written may have been renewed since, or not.
    """

    def both(facts: Facts, asset: Asset) -> Result:
        result = judge(facts, asset)
        return result if result is not None and aged(facts, asset) is result else None

    return both


def _aged(leaf: Leaf, world: World, view: View) -> Judge | None:
    """Return the function that judges an age at its other end; nothing for what has no age.

    A day is judged on the day it was stated. A length of time that grows is what it was then, and is
    judged as what it has become by the as-of day.
    """
    name = leaf.fact
    if of_the_calendar(leaf):
        tests: dict[date, Callable[[Value | None, Facts], bool | None]] = {}

        def on_its_day(facts: Facts, asset: Asset) -> Result:
            when = view.day_of(asset, name)
            if when not in tests:
                # In another time zone it may have been the next day already.
                latest = when if when == world.as_of else when + timedelta(days=1)
                tests[when] = day_test(leaf, when, latest)
            return tests[when](_fact(name, facts, world), facts)

        return on_its_day
    if name not in GROWING or leaf.operator == "exists":
        return None
    test = _test(leaf, world)

    def by_now(facts: Facts, asset: Asset) -> Result:
        value = facts.get(name)
        if isinstance(value, timedelta):
            value += world.as_of - view.day_of(asset, name)
        return test(value, facts)

    return by_now


def _fact(name: str, facts: Facts, world: World) -> Value | None:
    if name.startswith("authority."):
        return world.inventory.authority.facts.get(name.removeprefix("authority."))
    return facts.get(name)
