"""Judge: every control on every asset in its scope gives exactly one finding. Pure, and three-valued.

A condition is compiled once (`compile`); `explain` walks the same comparisons to say why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from soccheck.assess import scores
from soccheck.assess.compile import compile_condition
from soccheck.assess.evidence import Facts, Judge, View, World
from soccheck.facts.persons import is_nobody
from soccheck.model import (
    Asset,
    Control,
    Finding,
    Measure,
    Policy,
    Score,
    Status,
    Waiver,
)

_RESULTS = {True: Status.PASS, False: Status.FAIL, None: Status.UNKNOWN}
_EXCUSED = {Waiver: Status.WAIVED, date: Status.GRACE}
_MISFITS = {False: Status.NOT_APPLICABLE, None: Status.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """Represents a control ready to judge: its conditions, its facts, what may excuse a failure."""

    policy: Policy
    control: Control
    view: View
    when: Judge | None
    require: Judge | None
    waivers: Mapping[str, Waiver]
    in_grace: Judge | None


def judge(policies: Sequence[Policy], world: World) -> list[Finding]:
    """Return the findings: one for each control and each asset of its kind that exists.

    They stand in the order of the policies' controls, and within a control in inventory order. Those
    on assets that owe one of that kind and state none come last.
    """
    findings = []
    for item in _prepared(policies, world):
        findings += [_finding(item, world, asset) for asset in world.assets(item.control.asset)]
        findings += [_not_stated(item, asset) for asset in owing(item.control, world)]
    return findings


def owing(control: Control, world: World) -> list[Asset]:
    """Return the assets that owe one of the control's kind, and to which none belongs.

    A part of a unit (`parent`) that owes and has one itself is counted with that unit.
    """
    expected = control.expects
    if expected is None:
        return []
    fits = compile_condition(expected.when, world, world.scope)
    owners = {
        asset.id: asset
        for asset in world.assets(expected.kind)
        if fits(world.scope(asset), asset) is not False
    }
    stated = {name for name, asset in owners.items() if world.related(asset, control.asset)}

    def covered(asset: Asset) -> bool:
        above = owners.get(str(asset.facts.get("parent")))
        return asset.id in stated or (above is not None and covered(above))

    return [asset for asset in owners.values() if not covered(asset)]


def _not_stated(item: _Prepared, asset: Asset) -> Finding:
    return Finding(
        policy=item.policy,
        control=item.control,
        asset=asset,
        result=Status.UNKNOWN,
        status=Status.UNKNOWN,
    )


def _prepared(policies: Iterable[Policy], world: World) -> Iterator[_Prepared]:
    """Yield the controls with their conditions compiled; those that accept the same share a view."""
    views: dict[tuple[object, ...], View] = {}
    waivers: dict[str, dict[str, Waiver]] = {}
    for waiver in world.inventory.waivers:
        # What nobody approved, or for no reason, accepts nothing.
        said = not (is_nobody(waiver.approver) or is_nobody(waiver.reason))
        if said and waiver.granted <= world.as_of <= waiver.expires:
            waivers.setdefault(waiver.control, {}).update(dict.fromkeys(waiver.assets, waiver))
    for policy in policies:
        for control in policy.controls:
            key = (control.accept, control.max_age)
            if key not in views:
                views[key] = View(world, control.accept, control.max_age)
            view, require = views[key], None
            if not isinstance(control.require, Measure | Score):
                require = compile_condition(control.require, world, view)
            yield _Prepared(
                policy=policy,
                control=control,
                view=view,
                when=compile_condition(control.when, world, world.scope) if control.when else None,
                require=require,
                waivers=waivers.get(control.id, {}),
                in_grace=_in_grace(control, world),
            )


def _in_grace(control: Control, world: World) -> Judge | None:
    """Return the function that says whom the time to comply is given to; nothing where it is to all."""
    when = control.grace.when if control.grace is not None else None
    return compile_condition(when, world, world.scope) if when is not None else None


def _finding(item: _Prepared, world: World, asset: Asset) -> Finding:
    """Return the finding of a control on an asset: what was measured, and what excuses a failure."""
    control, facts = item.control, item.view(asset)
    fits = True if item.when is None else item.when(world.scope(asset), asset)
    counted: scores.Counted = None
    if not fits:
        result = _MISFITS[fits]
    elif item.require is not None:
        result = _RESULTS[item.require(facts, asset)]
    else:
        assert isinstance(control.require, Measure | Score)
        others = points_of(world, item.policy, asset)
        result, counted = scores.judged(control.require, facts, others)
    excuse = None
    if result is Status.FAIL:
        excuse = item.waivers.get(asset.id) or _grace(item, world, asset, facts)
    return Finding(
        policy=item.policy,
        control=control,
        asset=asset,
        result=result,
        status=_EXCUSED[type(excuse)] if excuse is not None else result,
        excuse=excuse,
        counted=counted,
    )


def points_of(world: World, policy: Policy, asset: Asset) -> scores.PointsOf:
    """Return the function that gives the points of a policy's other scores on the same asset."""
    controls = {control.id: control for control in policy.controls}

    def points(name: str) -> Fraction | None:
        control = controls.get(name)
        if control is None or not isinstance(control.require, Score):
            return None
        if control.when is not None:
            fits = compile_condition(control.when, world, world.scope)
            if not fits(world.scope(asset), asset):
                return None
        view = View(world, control.accept, control.max_age)
        return scores.points(control.require, view(asset), points)

    return points


def _grace(item: _Prepared, world: World, asset: Asset, facts: Facts) -> date | None:
    """Return the last day of the grace that covers an asset on the as-of day, if any does.

    Who is not surely covered (`when`) has none.
    """
    if item.in_grace is not None and not item.in_grace(world.scope(asset), asset):
        return None
    until = _ends(item.control, facts)
    return until if until is not None and world.as_of <= until else None


def _ends(control: Control, facts: Facts) -> date | None:
    """Return the last day of the time to comply that a control gives to whom it covers."""
    grace = control.grace
    if grace is None or grace.since is None or grace.period is None:
        return grace.until if grace is not None else None
    since = facts.get(grace.since)
    return grace.period.after(since) if isinstance(since, date) else None


def excused_until(control: Control, world: World, asset: Asset) -> date | None:
    """Return the last day of the time to comply that a control gives an asset, whether it fails or not."""
    covers = _in_grace(control, world)
    if covers is not None and not covers(world.scope(asset), asset):
        return None
    return _ends(control, View(world, control.accept, control.max_age)(asset))
