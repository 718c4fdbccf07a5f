"""What facts choose by which policies judge one thing or another: whether an edit makes them ask less."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from soccheck.assess import evaluate
from soccheck.assess.assessment import Assessment
from soccheck.assess.compile import compile_condition, records
from soccheck.assess.evidence import View
from soccheck.model import Asset, Condition, Control, Group, Leaf, Quantifier, Status
from soccheck.policy import flat
from soccheck.policy.edits import Direction


class _Choice(NamedTuple):
    """Represents a condition that chooses what is asked of assets of a kind, by the facts it names.

    Where it holds more is asked, if `asks`, and else less. `own` says that it is judged of the asset
    alone. In a `scope` it is judged by what is declared or seen, however old.
    """

    control: Control
    kind: str
    condition: Condition
    names: frozenset[str]
    asks: bool
    own: bool
    scope: bool


Pairs = Sequence[tuple[Asset, Asset]]
"""Assets as they were, and as they are."""


def moved(
    before: Assessment,
    now: Assessment,
    was: Callable[[Asset], Asset | None],
    asset: Asset,
    fact: str,
) -> Direction | None:
    """Return whether less is asked by what a fact of an asset says now, or more; nothing for the same.

    `was` gives an asset as it was. What was not known and is stated asks no less: its findings tell
    what came of it.
    """

    def pairs(kind: str, names: Iterable[str], *, own: bool) -> Pairs:
        """Return the assets of a kind that are judged by the fact."""
        of_all = asset.kind == "authority" and f"authority.{fact}" in names
        if not of_all and (fact not in names or (own and kind != asset.kind)):
            return []
        chosen = [asset] if own and not of_all else now.world.assets(kind)
        return [(former, one) for one in chosen if (former := was(one)) is not None]

    ways, leanings = set(), set()
    for choice in _choices(before, now):
        if found := pairs(choice.kind, choice.names, own=choice.own):
            leanings |= _leaning(choice, was(asset), asset, fact)
            for former, one in found:
                ways |= _way(choice, _holds(choice, before, former), _holds(choice, now, one))
                if _spoken_of(choice, now, one) < _spoken_of(choice, before, former):
                    ways.add(Direction.LOOSER)
    for control in _controls(before, now):
        when = control.grace.when if control.grace is not None else None
        names = (
            {control.grace.since} if control.grace is not None and control.grace.since else set()
        )
        names |= set(named(when)) if when is not None else set()
        own = when is None or _is_own(when)
        if _is_given_longer(before, now, control, pairs(control.asset, names, own=own)):
            ways.add(Direction.LOOSER)
    if Direction.LOOSER in ways and not _is_reached(before, now, was(asset), asset, fact):
        return Direction.LOOSER
    if ways:
        return Direction.STRICTER
    return leanings.pop() if len(leanings) == 1 else None


def _leaning(choice: _Choice, was: Asset | None, asset: Asset, fact: str) -> set[Direction]:
    """Return towards which side of a limit a number moves, though it may not have come so far."""
    before, now = (_number(one, fact) for one in (was, asset))
    nodes = list(_nodes(choice.condition))
    turned = any(isinstance(node, Group) and node.join == "not" for node in nodes)
    if before is None or now is None or turned:
        return set()
    found = set()
    for leaf in nodes:
        if isinstance(leaf, Leaf) and leaf.fact == fact and leaf.operator in _MORE:
            nearer = (now > before) is _MORE[leaf.operator]
            found.add(Direction.STRICTER if nearer is choice.asks else Direction.LOOSER)
    return found


def _number(asset: Asset | None, fact: str) -> float | None:
    value = asset.facts.get(fact) if asset is not None else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


_MORE = {"gt": True, "gte": True, "lt": False, "lte": False}
"""Operators of an order -> whether a larger value is nearer to meeting them."""


def _is_given_longer(before: Assessment, now: Assessment, control: Control, pairs: Pairs) -> bool:
    """Return whether an asset has more time to comply than it had, whether it needs it or not."""
    for former, asset in pairs:
        then, until = (
            evaluate.excused_until(control, side.world, one)
            for side, one in ((before, former), (now, asset))
        )
        if until is not None and until >= now.as_of and (then is None or until > then):
            return True
    return False


def _is_reached(
    before: Assessment, now: Assessment, was: Asset | None, asset: Asset, fact: str
) -> bool:
    """Return whether a fact says now what a control requires of it: what was to come need not be told.

    Of an approved system no day is asked on which it will be.
    """
    for control in now.controls.values():
        finding = now.finding(control.id, asset.id)
        if finding is None or finding.result is Status.NOT_APPLICABLE:
            continue
        for leaf in _required(control):
            if leaf.fact == fact and leaf.other is None:
                choice = _choice(control, control.asset, leaf, asks=True, scope=False)
                if _holds(choice, now, asset) and not (was and _holds(choice, before, was)):
                    return True
    return False


def _required(control: Control) -> Iterator[Leaf]:
    """Yield the comparisons that must all hold for a control to be met."""
    nodes: list[object] = [control.require]
    while nodes:
        node = nodes.pop()
        if isinstance(node, Leaf):
            yield node
        elif isinstance(node, Group) and node.join == "all":
            nodes += node.parts


def _way(choice: _Choice, was: bool | None, is_: bool | None) -> set[Direction]:
    if was is is_ or was is None:
        return {Direction.STRICTER} if was is not is_ and is_ is choice.asks else set()
    return {Direction.LOOSER} if was is choice.asks or is_ is None else {Direction.STRICTER}


def _holds(choice: _Choice, side: Assessment, asset: Asset) -> bool | None:
    view = _view(choice, side)
    return compile_condition(choice.condition, side.world, view)(view(asset), asset)


def _view(choice: _Choice, side: Assessment) -> View:
    control, world = choice.control, side.world
    return world.scope if choice.scope else View(world, control.accept, control.max_age)


def _spoken_of(choice: _Choice, side: Assessment, asset: Asset) -> int:
    """Return of how many entries of a list a condition on every entry speaks; none of another."""
    node = choice.condition
    if not isinstance(node, Quantifier) or node.when is None or node.records is None or choice.asks:
        return 0
    entries = records(_view(choice, side)(asset), node.records) or ()
    fits = compile_condition(node.when, side.world, side.world.scope)
    return sum(fits(entry, asset) is not False for entry in entries)


def _choices(*sides: Assessment) -> Iterator[_Choice]:
    """Yield what chooses in the controls of either side: an edit of both is no way to ask less."""
    seen = set()
    for control in _controls(*sides):
        for choice in _of_control(control):
            what = choice.kind, flat.condition(choice.condition), choice.asks, choice.scope
            key = (what, control.accept, control.max_age)
            if key not in seen:
                seen.add(key)
                yield choice


def _controls(*sides: Assessment) -> Iterator[Control]:
    for side in sides:
        yield from side.controls.values()
        yield from (control for policy in side.coming for control in policy.controls)


def _of_control(control: Control) -> Iterator[_Choice]:
    if control.expects is not None:
        yield _choice(control, control.expects.kind, control.expects.when, asks=True, scope=True)
    for condition, scope in ((control.when, True), (control.require, False)):
        if isinstance(condition, Leaf | Group | Quantifier):
            asks = not scope  # whose scope it is no longer in is told by the finding
            yield from _inside(control, control.asset, condition, asks=asks, scope=scope)


def _inside(
    control: Control, kind: str, node: Condition, *, asks: bool, scope: bool
) -> Iterator[_Choice]:
    """Yield what chooses in a condition of which it asks more that it must hold, if `asks`."""
    if isinstance(node, Leaf):
        if node.other is not None:
            yield _choice(control, kind, node, asks=not asks, scope=scope)
    elif isinstance(node, Quantifier):
        if node.records is not None:
            yield _of_entries(control, kind, node, asks=not asks, scope=scope)
            return
        if node.when is not None:
            more = (node.quantity == "every") is asks
            yield _choice(control, node.kind, node.when, asks=more, scope=True)
            yield from _inside(control, node.kind, node.when, asks=not more, scope=True)
        yield from _inside(control, node.kind, node.require, asks=asks, scope=scope)
    elif node.join == "if":
        premise, then = node.parts
        yield _choice(control, kind, premise, asks=asks, scope=scope)
        yield from _inside(control, kind, premise, asks=not asks, scope=scope)
        yield from _inside(control, kind, then, asks=asks, scope=scope)
    else:
        for part in node.parts:
            inner = asks if node.join != "not" else not asks
            yield from _inside(control, kind, part, asks=inner, scope=scope)


def _choice(
    control: Control, kind: str, condition: Condition, *, asks: bool, scope: bool
) -> _Choice:
    if isinstance(condition, Leaf) and condition.other is not None:
        names = frozenset((condition.other,))
    else:
        names = frozenset(named(condition))
    return _Choice(control, kind, condition, names, asks, _is_own(condition), scope)


def _is_own(condition: Condition) -> bool:
    """Return whether a condition is judged of an asset alone."""
    return not any(
        isinstance(node, Quantifier) and node.records is None for node in _nodes(condition)
    )


def _of_entries(
    control: Control, kind: str, node: Quantifier, *, asks: bool, scope: bool
) -> _Choice:
    """Return the choice that a condition on the entries of a list makes: of which of them it speaks."""
    leaves = [leaf for leaf in _nodes(node.require) if isinstance(leaf, Leaf)]
    names = {leaf.other for leaf in leaves if leaf.other is not None}
    if node.when is not None:
        names |= set(named(node.when))
    return _Choice(control, kind, node, frozenset(names), asks, _is_own(node), scope)


def named(condition: Condition) -> Iterator[str]:
    """Yield the facts that a condition names."""
    for node in _nodes(condition):
        if isinstance(node, Leaf):
            yield node.fact
            if node.other is not None:
                yield node.other


def _nodes(condition: Condition) -> Iterable[Condition]:
    yield condition
    if isinstance(condition, Group):
        for part in condition.parts:
            yield from _nodes(part)
    elif isinstance(condition, Quantifier):
        if condition.when is not None:
            yield from _nodes(condition.when)
        yield from _nodes(condition.require)
