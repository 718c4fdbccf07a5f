"""Requirements that every asset in their scope meets: such a control counts passes, and checks nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from soccheck.facts.catalogue import lookup
from soccheck.model import Condition, Control, Group, Leaf, Measure, Quantifier, Score
from soccheck.policy.pattern import Pattern

_EVERYTHING = frozenset((".*", ".+", "(?s).*", "(?s).+", r"[\s\S]*", r"[\s\S]+", r"[^\n]*"))
_COUNTED = ("int", "number", "count", "share", "duration", "age")


def is_vacuous(control: Control) -> bool:
    """Return whether what a control requires follows from its scope, or from the facts' own types."""
    require = control.require
    if isinstance(require, Score):
        return require.target <= 0 or _counts_itself(require.measure)
    if isinstance(require, Measure):
        return require.target <= 0 or _counts_itself(require)
    return _always(require, control.asset, tuple(_stated(control.when)))


def _counts_itself(measure: Measure | None) -> bool:
    return measure is not None and measure.passed is not None and measure.passed == measure.of


def _stated(when: Condition | None) -> Iterator[Leaf]:
    """Yield the comparisons that hold for every asset in the scope."""
    if isinstance(when, Leaf):
        yield when
    elif isinstance(when, Group) and when.join == "all":
        for part in when.parts:
            yield from _stated(part)


def _always(node: Condition, kind: str, scope: Sequence[Leaf]) -> bool:
    if isinstance(node, Leaf):
        return _met(node, kind, scope)
    if isinstance(node, Quantifier):
        return _always(node.require, node.kind, tuple(_stated(node.when)))
    if node.join == "all":
        return all(_always(part, kind, scope) for part in node.parts)
    if node.join == "any":
        return any(_always(part, kind, scope) for part in node.parts) or _covers(node.parts)
    if node.join == "if":
        premise, then = node.parts
        return _always(then, kind, (*scope, *_stated(premise)))
    return False


def _met(leaf: Leaf, kind: str, scope: Sequence[Leaf]) -> bool:
    """Return whether a comparison holds for whatever stands in the scope."""
    fact = lookup(kind, leaf.fact)
    if leaf.operator == "exists" and leaf.value is True:
        told = (item.fact for item in scope if (item.operator, item.value) != ("exists", False))
        return leaf.fact in told or (fact is not None and fact.required)
    if any(_implies(item, leaf) for item in scope):
        return True
    value = leaf.value
    if isinstance(value, Pattern):
        return value.pattern in _EVERYTHING
    if leaf.other is not None:
        return leaf.other == leaf.fact and leaf.operator in ("eq", "gte", "lte")
    if fact is None or leaf.transforms:
        return False
    if leaf.operator == "gte" and fact.type in _COUNTED:
        return isinstance(value, int | float) and value <= 0
    if leaf.operator == "in" and isinstance(value, tuple) and not fact.many:
        whole = (True, False) if fact.type == "bool" else fact.values
        return bool(whole) and {str(v) for v in whole} <= {str(v) for v in value}
    return False


def _implies(given: Leaf, leaf: Leaf) -> bool:
    """Return whether one comparison of a scope holds only where another one does."""
    if (given.fact, given.transforms) != (leaf.fact, leaf.transforms):
        return False
    if (given.operator, given.value, given.other) == (leaf.operator, leaf.value, leaf.other):
        return True
    if leaf.operator != "in" or not isinstance(leaf.value, tuple) or given.other is not None:
        return False
    values = {"eq": (given.value,), "in": given.value}.get(given.operator)
    return isinstance(values, tuple) and all(value in leaf.value for value in values)


def _covers(parts: Sequence[Condition]) -> bool:
    """Return whether one of two alternatives always holds: on or off, stated or not."""
    leaves = [part for part in parts if isinstance(part, Leaf) and not part.transforms]
    said = {(leaf.fact, leaf.operator, leaf.value) for leaf in leaves if leaf.other is None}
    return any(
        value is True and (fact, operator, False) in said
        for fact, operator, value in said
        if operator in ("eq", "exists")
    )
