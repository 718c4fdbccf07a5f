"""The gate: the side compared with, read from git as sparingly as can be, and the verdict on a change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from soccheck.assess import evaluate
from soccheck.assess import explain as trace
from soccheck.assess.assessment import Assessment, with_rulesets
from soccheck.assess.evidence import View, World
from soccheck.compare import former as snapshot
from soccheck.compare.changes import BAD, Comparison, State
from soccheck.compare.former import Key, Snapshot
from soccheck.errors import UsageError
from soccheck.model import (
    Asset,
    BundleInfo,
    Condition,
    EvidenceByAsset,
    Finding,
    Group,
    Inventory,
    Measure,
    Policy,
    Quantifier,
    Score,
    Severity,
    Status,
    Waiver,
)
from soccheck.policy.edits import Direction

# -- the former side -------------------------------------------------------------------------------


class Former(NamedTuple):
    """Represents what the former side is judged by; none of an `inventory` makes everything new.

    `bundle` is the file of the evidence where the change itself can edit it.
    """

    inventory: Inventory | None
    policies: Sequence[Policy]
    evidence: EvidenceByAsset
    about: BundleInfo | None = None
    bundle: str | None = None


def former(name: str, assessment: Assessment, side: Former) -> Snapshot:
    """Return the former side of an assessment, judged as of the same day.

    Only what may differ is judged again: assets, policies and waivers that both sides share are the
    same objects.
    """
    day = assessment.as_of
    if side.inventory is None:
        scope = snapshot.Scope({}, {}, {}, snapshot.of_bundle(side.about))
        return Snapshot(name, day, {}, scope, bundle=side.bundle)
    world = World(side.inventory, with_rulesets(side.inventory, side.evidence), day)
    only = _affected(assessment, world, side.policies)
    views: dict[object, View] = {}
    findings = {
        (f.control.id, f.asset.id): snapshot.former(f, trace.basis(f, world, views))
        for f in evaluate.judge(side.policies, world, only)
    }
    scope = snapshot.scope(world, side.policies, side.about)
    return Snapshot(name, day, findings, scope, only, side.bundle)


def _affected(
    assessment: Assessment, base: World, policies: Sequence[Policy]
) -> dict[str, set[str]]:
    """Return, by kind, the assets whose findings may differ; a kind left out may differ whole."""
    now = assessment.inventory
    mine = {control.id: control for policy in policies for control in policy.controls}
    yours = {c.id: c for policy in assessment.policies for c in policy.controls}
    one, other = now.authority, base.inventory.authority
    told = _told_otherwise(assessment.world.evidence, base.evidence)
    if one.facts != other.facts or now.stated != base.inventory.stated or told & {one.id, other.id}:
        return {}
    found = _changed(now, base.inventory, told)
    related: dict[tuple[str, tuple[str, ...]], set[str]] = {}  # many controls ask about the same
    for name in {**mine, **yours}:
        control = mine.get(name, yours.get(name))
        if control is None or mine.get(name) is not yours.get(name):
            for side in (mine.get(name), yours.get(name)):
                if side is not None:
                    found.pop(side.asset, None)
        elif control.asset in found:
            for path in {*_quantified(control.when), *_quantified(control.require)}:
                key = control.asset, path
                if key not in related:
                    related[key] = _by_relation(*key, now, base.inventory, told)
                found[control.asset] |= related[key]
    for waiver in _edited(now.waivers, base.inventory.waivers):
        for assets in found.values():
            assets.update(waiver.assets)
    return found


def _told_otherwise(now: EvidenceByAsset, base: EvidenceByAsset) -> set[str]:
    """Return the ids of the assets that the evidence of both sides says different things of."""
    return {name for name in {**now, **base} if now.get(name, {}) != base.get(name, {})}


def _changed(now: Inventory, base: Inventory, told: set[str]) -> dict[str, set[str]]:
    """Return the ids of the assets that are not the very same on both sides, kind by kind."""
    changed = {}
    for kind, mine in base.assets.items():
        yours = now.assets[kind]
        moved = {name for name, asset in mine.items() if yours.get(name) is not asset}
        moved |= told & mine.keys()
        changed[kind] = moved | (yours.keys() - mine.keys())
    return changed


def _by_relation(
    kind: str, path: tuple[str, ...], now: Inventory, base: Inventory, told: set[str]
) -> set[str]:
    """Return the ids of the assets of `kind` whose related assets along `path` differ."""
    return {
        name
        for name, asset in base.assets[kind].items()
        if not _same_related(asset, path, now, base, told)
    }


def _same_related(
    asset: Asset, path: tuple[str, ...], now: Inventory, base: Inventory, told: set[str]
) -> bool:
    """Return whether the assets related to `asset`, step by step along `path`, are the very same."""
    mine, yours = base.related(asset, path[0]), now.related(asset, path[0])
    if len(mine) != len(yours) or any(a is not b for a, b in zip(mine, yours, strict=True)):
        return False
    if told and any(a.id in told for a in mine):
        return False
    return len(path) == 1 or all(_same_related(a, path[1:], now, base, told) for a in mine)


def _quantified(condition: Condition | Measure | Score | None) -> Iterable[tuple[str, ...]]:
    """Yield the chains of kinds that a condition's quantifiers walk."""
    if isinstance(condition, Group):
        for part in condition.parts:
            yield from _quantified(part)
    elif isinstance(condition, Quantifier):
        below = [*_quantified(condition.when), *_quantified(condition.require)]
        yield (condition.kind,)
        for path in below:
            yield (condition.kind, *path)


def _edited(now: Iterable[Waiver], base: Iterable[Waiver]) -> list[Waiver]:
    """Return the waivers, of either side, that the other side has not or has otherwise."""
    mine, yours = ({_reach(waiver): waiver for waiver in side} for side in (base, now))
    return [
        w for one, other in ((mine, yours), (yours, mine)) for k, w in one.items() if k not in other
    ]


def _reach(waiver: Waiver) -> tuple[object, ...]:
    return waiver.control, waiver.assets, waiver.granted, waiver.expires


def shared(policies: Iterable[Policy], others: Iterable[Policy]) -> list[Policy]:
    """Return `policies`, each replaced by that of `others` with the same files behind it."""
    known = {(other.path, other.digest): other for other in others}
    return [known.get((policy.path, policy.digest), policy) for policy in policies]


# -- the verdict -----------------------------------------------------------------------------------

_STATUSES = {status.value: status for status in BAD}
_SEVERITIES = {severity.value: severity for severity in Severity}


class Rule(NamedTuple):
    """Represents what stops a change: findings by status, severity and newness, or `kind` otherwise."""

    text: str
    kind: str
    statuses: tuple[Status, ...] = (Status.FAIL,)
    severities: tuple[Severity, ...] = tuple(Severity)
    new: bool = False

    def fits(self, finding: Finding, is_new: bool) -> bool:
        """Return whether a finding is one that stops."""
        return (
            self.kind == "finding"
            and finding.status in self.statuses
            and finding.control.severity in self.severities
            and (is_new or not self.new)
        )


def rules(texts: Iterable[str]) -> list[Rule]:
    """Return the rules of `--fail-on`: any of a comma's parts stops, all of a plus's words must fit."""
    found = [_rule(part.strip()) for text in texts for part in text.split(",")]
    return found or [_rule("new")]


def _rule(text: str) -> Rule:
    if text in ("scope", "expired-waiver"):
        return Rule(text, text)
    statuses, severities, new = [], [], False
    for word in text.split("+"):
        if word in _STATUSES:
            statuses.append(_STATUSES[word])
        elif word in _SEVERITIES:
            severities.append(_SEVERITIES[word])
        elif word == "new":
            new = True
        else:
            known = ", ".join([*_STATUSES, *_SEVERITIES, "new", "scope", "expired-waiver"])
            hint = f"known: {known}; new+high is a new finding of high severity or worse"
            raise UsageError(f"--fail-on: {word!r} is not known, or not together", hint=hint)
    order = list(Severity)
    # The least of the severities named: `high` means high or worse.
    last = max((order.index(severity) for severity in severities), default=len(order) - 1)
    return Rule(text, "finding", tuple(statuses) or (Status.FAIL,), tuple(order[: last + 1]), new)


class Verdict(NamedTuple):
    """Represents the judgement on a change: the exit code, and what each rule that fits found."""

    code: int
    stopped: Mapping[str, int]
    findings: tuple[Finding, ...]
    comparison: Comparison


def judge(assessment: Assessment, comparison: Comparison, wanted: Sequence[Rule]) -> Verdict:
    """Return 1 where a rule fits, else 3 for a new unknown finding or nothing assessed, else 0.

    `findings` are those to show: the new ones that are not met, and all that a rule fits.
    """
    stopped: dict[str, int] = {}
    shown: dict[Key, Finding] = {}
    plain = [rule for rule in wanted if rule.kind == "finding"]
    new_unknown = False
    for finding in assessment.findings:
        if finding.status not in BAD:
            continue
        key = finding.control.id, finding.asset.id
        is_new = comparison.moved.get(key) is State.NEW
        fitting = [rule for rule in plain if rule.fits(finding, is_new)]
        for rule in fitting:
            stopped[rule.text] = stopped.get(rule.text, 0) + 1
        if is_new or fitting:
            shown[key] = finding
        new_unknown = new_unknown or (is_new and finding.status is Status.UNKNOWN)
    for rule in wanted:
        count = 0
        if rule.kind == "scope":
            count = sum(change.direction is not Direction.STRICTER for change in comparison.scope)
            count += not comparison.scope_known  # what cannot be told is not taken for unchanged
        elif rule.kind == "expired-waiver":
            count = len(expired(assessment.inventory, assessment.as_of))
        if count:
            stopped[rule.text] = count
    nothing = all(f.status is Status.NOT_APPLICABLE for f in assessment.findings)
    code = 1 if stopped else 3 if new_unknown or nothing else 0
    return Verdict(code, stopped, tuple(shown.values()), comparison)


def expired(inventory: Inventory, day: date) -> list[Waiver]:
    """Return the waivers that ran out before `day`."""
    return [waiver for waiver in inventory.waivers if waiver.expires < day]
