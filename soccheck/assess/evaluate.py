"""Judge: every control on every asset in its scope gives exactly one finding. Pure, and three-valued.

A condition is compiled once (`compiled`); `trace` walks the same leaves to say why.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import repeat
from typing import NamedTuple

from soccheck.assess import scores
from soccheck.assess.compile import compile_condition
from soccheck.assess.evidence import Facts, Judge, Result, View, World
from soccheck.model import Asset, Control, Finding, Measure, Policy, Score, Status, Waiver


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


def judge(policies: Sequence[Policy], world: World) -> list[Finding]:
    """Return the findings: one for each control and each asset of its kind that exists.

    They stand in the order of the policies' controls, and within a control in inventory order.
    """
    ready = prepare(policies, world)
    for kind, views in ready.items():
        assets = world.assets(kind)
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
    """Return the findings of one control; some assets at a time."""
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
    rows = zip(assets, results, statuses, excuses, counts, strict=False)
    return [
        Finding(
            policy=policy,
            control=control,
            asset=asset,
            result=result,
            status=status,
            excuse=excuse,
            counted=counted,
        )
        for asset, result, status, excuse, counted in rows
    ]


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

    def points(name: str) -> Fraction | None:
        control = next((control for control in policy.controls if control.id == name), None)
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
