"""Why findings are unknown, in a few kinds that each ask for another step. Language-free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from soccheck.assess.answers import SILENT
from soccheck.assess.assessment import Assessment
from soccheck.assess.detail import Detail
from soccheck.assess.evidence import View
from soccheck.facts.catalogue import RULESET
from soccheck.model import Asset, Condition, Control, Finding, Group, Leaf, Measure, Score


class Cause(StrEnum):
    """What stands in the way of an answer."""

    NOT_STATED = "not_stated"
    NO_RULESET = "no_ruleset"
    NOT_LISTED = "not_listed"
    OUTDATED = "outdated"
    SILENT = "silent"
    UNREAD = "unread"
    NOT_ACCEPTED = "not_accepted"
    DOUBTED = "doubted"
    UNDECIDED = "undecided"


_CAUSES = {
    **dict.fromkeys(("missing", "scope"), Cause.NOT_STATED),
    **dict.fromkeys(("owed", "no_related", "scope_unrelated"), Cause.NOT_LISTED),
    **dict.fromkeys(("stale", "later", "future", "foretold", "aged"), Cause.OUTDATED),
    **dict.fromkeys(("attestation_expired",), Cause.OUTDATED),
    **dict.fromkeys(SILENT, Cause.SILENT),
    "basis": Cause.NOT_ACCEPTED,
    **dict.fromkeys(("same_machine", "nameless", "moved", "foreign"), Cause.DOUBTED),
    "contradicted": Cause.DOUBTED,
    **dict.fromkeys(("attestation_changed", "attestation_unsigned"), Cause.DOUBTED),
    **dict.fromkeys(("uncomparable", "undecided", "nothing_counted"), Cause.UNDECIDED),
    **dict.fromkeys(("overcounted", "not_the_share", "approximate", "criteria"), Cause.UNDECIDED),
}
"""Code of a finding's reason -> cause; every other code is a probe's, which could not read the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknowns:
    """Represents the unknown findings of one cause: how many, on which assets, for want of what.

    `about` counts them by what they are about, the most frequent first: a fact, or a kind of asset.
    """

    cause: Cause
    count: int
    assets: tuple[Asset, ...]
    about: Mapping[str, int] = field(default_factory=dict)


def cause(detail: Detail) -> Cause:
    """Return the cause of an unknown finding."""
    if detail.reason == "missing" and detail.about in RULESET:
        return Cause.NO_RULESET
    return _CAUSES.get(detail.reason, Cause.UNREAD)


def unknowns(assessment: Assessment, findings: Iterable[Finding]) -> tuple[Unknowns, ...]:
    """Return the causes of unknown findings, the most frequent first.

    Of findings that are unknown for the very same facts and values one is explained, for all of them.
    """
    assets: dict[Cause, dict[str, Asset]] = {}
    about: dict[Cause, Counter[str]] = {}
    asked: dict[str, _Looked | None] = {}
    known: dict[object, tuple[Cause, str]] = {}
    for finding in findings:
        control = finding.control
        if control.id not in asked:
            asked[control.id] = _looked(control, assessment)
        key = _likeness(finding, asked[control.id], assessment)
        told = known.get(key) if key is not None else None
        if told is None:
            detail = assessment.detail(finding)
            told = cause(detail), detail.about
            if key is not None:
                known[key] = told
        why, what = told
        assets.setdefault(why, {})[finding.asset.id] = finding.asset
        if why not in about:
            about[why] = Counter()
        about[why][what] += 1
    found = [
        Unknowns(
            cause=why,
            count=about[why].total(),
            assets=tuple(assets[why].values()),
            about=dict(about[why].most_common()),
        )
        for why in Cause
        if why in about
    ]
    return tuple(sorted(found, key=lambda item: -item.count))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """Represents what a control looks at: facts of its scope, those it requires, and of related assets.

    `counts` says whether what is declared is evidence for it on the day; where it is not, all that matters
    of a required fact is whether it is stated.
    """

    scope: tuple[str, ...]
    required: tuple[str, ...]
    related: tuple[tuple[str, tuple[str, ...]], ...]
    counts: bool


def _looked(control: Control, assessment: Assessment) -> _Looked | None:
    """Return what a control looks at; nothing where it counts, or looks farther than that."""
    if isinstance(control.require, Measure | Score):
        return None
    scope: dict[str, None] = {}
    required: dict[str, None] = {}
    related: dict[tuple[str, tuple[str, ...]], None] = {}
    understood = _gather(control.require, required, related)
    if control.when is not None:
        understood &= _gather(control.when, scope, related)
    names = (*scope, *required, *(name for _, inside in related for name in inside))
    if not understood or any(name.startswith("authority.") for name in names):
        return None
    view = View(assessment.world, control.accept, control.max_age)
    return _Looked(
        scope=tuple(scope),
        required=tuple(required),
        related=tuple(related),
        counts=view.declared_counts,
    )


def _gather(
    condition: Condition,
    names: dict[str, None],
    related: dict[tuple[str, tuple[str, ...]], None],
) -> bool:
    """Take in the facts a condition looks at; return whether it looks no farther than at related ones."""
    if isinstance(condition, Leaf):
        names |= dict.fromkeys((condition.fact, *([condition.other] if condition.other else [])))
        return True
    if isinstance(condition, Group):
        return all(_gather(part, names, related) for part in condition.parts)
    inside: dict[str, None] = {}
    farther: dict[tuple[str, tuple[str, ...]], None] = {}
    _gather(condition.require, inside, farther)
    if condition.when is not None:
        _gather(condition.when, inside, farther)
    if condition.records is not None:
        names |= {condition.records: None, **inside}
    else:
        names[f"{condition.kind}s"] = None  # that it is stated to have none
        related[condition.kind, tuple(inside)] = None
    return not farther


def _likeness(finding: Finding, looked: _Looked | None, assessment: Assessment) -> object | None:
    """Return what findings with one explanation share: the control, and what is stated of all it looks at.

    Nothing where more than that decides: what machines answered.
    """
    asset, world = finding.asset, assessment.world
    if looked is None or asset.kind != finding.control.asset or world.evidence.get(asset.id):
        return None
    others = []
    for kind, names in looked.related:
        for other in world.related(asset, kind):
            if world.evidence.get(other.id):
                return None
            others.append(tuple([other.facts.get(name) for name in names]))
        others.append((kind,))
    facts = asset.facts
    return (
        finding.control.id,
        tuple([facts.get(name) for name in looked.scope]),
        tuple([facts.get(name) if looked.counts else name in facts for name in looked.required]),
        tuple(others),
    )
