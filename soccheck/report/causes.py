"""Why findings are unknown, in a few kinds that each ask for another step. Language-free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from soccheck.assess.answers import SILENT
from soccheck.assess.assessment import Assessment
from soccheck.assess.explain import Detail
from soccheck.facts.catalogue import RULESET
from soccheck.model import Asset, Finding


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
    **dict.fromkeys(("same_machine", "moved", "foreign", "contradicted"), Cause.DOUBTED),
    **dict.fromkeys(("attestation_changed", "attestation_unsigned"), Cause.DOUBTED),
    **dict.fromkeys(("uncomparable", "undecided", "nothing_counted"), Cause.UNDECIDED),
    **dict.fromkeys(("overcounted", "approximate", "criteria"), Cause.UNDECIDED),
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
    """Return the causes of unknown findings, the most frequent first."""
    assets: dict[Cause, dict[str, Asset]] = {}
    about: dict[Cause, Counter[str]] = {}
    told = [
        (cause(detail), detail.about, finding.asset)
        for finding in findings
        for detail in (assessment.detail(finding),)
    ]
    for why, what, asset in told:
        assets.setdefault(why, {})[asset.id] = asset
        about.setdefault(why, Counter())[what] += 1
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
