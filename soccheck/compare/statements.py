"""What somebody says beside the assets: claims, which are checked, and attestations, which decide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from soccheck.assess.assessment import Assessment
from soccheck.compare.former import Former
from soccheck.compare.scope import Scope
from soccheck.compare.scope_change import ScopeChange
from soccheck.compare.statement_digests import attested
from soccheck.policy.edits import Direction


def of_claims(base: Scope, now: Scope) -> Iterator[ScopeChange]:
    """Yield figures of reports that are checked no more, or that say something else."""
    for name, was in base.claims.items():
        is_ = now.claims.get(name)
        if is_ is None:
            yield ScopeChange(what="claim_removed", subject=name, at=was.at, former=True)
        elif is_.digest != was.digest:
            yield ScopeChange(
                what="claim_edited", subject=name, at=is_.at, direction=Direction.CHANGED
            )


def of_attestations(
    assessment: Assessment, base: Former, was: Scope, now: Scope
) -> Iterator[ScopeChange]:
    """Yield the attestations that are new, say something else, or are gone: somebody's word decides.

    Without one, what it contradicted decides, or what is declared.
    """
    before = {name: item.digest for name, item in was.attestations.items()} | _renamed(base)
    for name, is_ in now.attestations.items():
        if before.get(name) != is_.digest:
            what = "attestation_edited" if name in before else "attestation_added"
            yield ScopeChange(what=what, subject=name, at=is_.at, direction=Direction.CHANGED)
    replaced = _replaced(assessment, base)
    for name, gone in was.attestations.items():
        if name not in now.attestations and name not in replaced:
            yield ScopeChange(what="attestation_removed", subject=name, at=gone.at, former=True)


def _renamed(base: Former) -> dict[str, str]:
    """Return what former attestations say, as digests, with the ids that their assets have today."""
    if base.judged is None or not base.renamed:
        return {}
    found = {}
    for item in base.judged.inventory.attestations:
        assets = tuple(base.renamed.get(asset, asset) for asset in item.assets)
        found[item.id] = attested(replace(item, assets=assets))
    return found


def _replaced(assessment: Assessment, base: Former) -> set[str]:
    """Return the former attestations that had run out, and of all of which a later one speaks."""
    if base.judged is None:
        return set()
    spoken = {
        (asset, fact)
        for item in assessment.inventory.attestations
        if item.end >= assessment.as_of
        for asset in item.assets
        for fact in item.facts
    }
    return {
        item.id
        for item in base.judged.inventory.attestations
        if item.end < base.as_of
        and all(
            (base.renamed.get(asset, asset), fact) in spoken
            for asset in item.assets
            for fact in item.facts
        )
    }
