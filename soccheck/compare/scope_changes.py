"""The ways in which less, or something else, is judged than before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial

from soccheck.assess.assessment import Assessment
from soccheck.compare import choices, origins
from soccheck.compare.attributes import CALLED, POSITION, STATED
from soccheck.compare.former import Former
from soccheck.compare.names_taken import names_taken
from soccheck.compare.scope import Scope, ScopedAsset, ScopedControl, ScopedWaiver, scope_of
from soccheck.compare.scope_change import ScopeChange
from soccheck.compare.statements import of_attestations, of_claims
from soccheck.model import Asset, Location
from soccheck.policy import edits, flat
from soccheck.policy.edits import Direction


def of_scope(assessment: Assessment, base: Former) -> Iterator[ScopeChange]:
    """Yield how the scope differs, where the former side tells its own."""
    if base.scope is not None:
        now = scope_of(assessment)
        yield from _evidence(base, base.scope, now)
        yield from _stated(assessment, base.scope)
        if base.scope.authority is not None and now.authority is not None:
            yield from _placed(
                assessment,
                base,
                assessment.inventory.authority,
                base.scope.authority,
                now.authority,
            )
        yield from _assets(assessment, base, base.scope, now)
        yield from names_taken(assessment, base.scope, now)
        yield from _waivers(base.scope, now)
        yield from _controls(base.scope, now, assessment.as_of)
        yield from of_claims(base.scope, now)
        yield from of_attestations(assessment, base, base.scope, now)
    for path in base.lacking:
        # Policies that were elsewhere may have asked for more.
        yield ScopeChange(what="policies_new", subject=path, direction=Direction.CHANGED)


def _evidence(base: Former, was: Scope, now: Scope) -> Iterator[ScopeChange]:
    """Yield that there is no evidence any more, or other evidence where the change brings it along."""
    before, after = (str(side.evidence or "") for side in (was, now))
    at = Location(path=base.bundle, line=1, column=1) if base.bundle is not None else None
    if was.evidence is not None and now.evidence is None:
        subject = base.bundle or base.name
        yield ScopeChange(
            what="evidence_removed", subject=subject, before=before, at=at, former=True
        )
    elif base.bundle is not None and was.evidence != now.evidence:
        yield ScopeChange(
            what="evidence_changed" if was.evidence is not None else "evidence_added",
            subject=base.bundle,
            before=before,
            after=after,
            at=at,
            direction=Direction.CHANGED,
        )


def _stated(assessment: Assessment, base: Scope) -> Iterator[ScopeChange]:
    """Yield another day that the statements hold for: all of them are as fresh as that day."""
    was, is_ = base.stated, assessment.inventory.stated
    if was is not None and was != is_:
        yield ScopeChange(
            what="stated_moved",
            subject=assessment.inventory.authority.id,
            before=was.isoformat(),
            after=is_.isoformat(),
            at=assessment.inventory.authority.where("stated"),
            direction=Direction.LOOSER if is_ > was else Direction.CHANGED,
        )


def _assets(
    assessment: Assessment, base: Former, scope: Scope, now: Scope
) -> Iterator[ScopeChange]:
    for name, was in scope.assets.items():
        is_ = now.assets.get(name)
        asset = assessment.inventory.find(name)
        if asset is None:
            yield ScopeChange(
                what="asset_removed", subject=name, before=was.kind, at=was.at, former=True
            )
        elif is_ is None or (was.exists(base.as_of) and not is_.exists(assessment.as_of)):
            yield ScopeChange(what="asset_ended", subject=name, before=was.kind, at=asset.at)
        else:
            yield from _days(assessment, asset, was, is_)
            yield from _placed(assessment, base, asset, was, is_)
            if was.comes(base.as_of) and is_.comes(assessment.as_of):
                yield from (change for change, _ in _edited(asset, was.coming, is_.coming))
    for name in sorted(now.assets.keys() - scope.assets.keys()):
        is_ = now.assets[name]
        if is_.comes(assessment.as_of):
            yield ScopeChange(
                what="asset_coming",
                subject=name,
                after=str(is_.start),
                at=is_.at,
                direction=Direction.CHANGED,
            )


def _days(
    assessment: Assessment, asset: Asset, was: ScopedAsset, is_: ScopedAsset
) -> Iterator[ScopeChange]:
    """Yield days that leave an asset out sooner, or let it in later: tomorrow it is in no figure.

    Let in sooner, it may be said to be the machine that answered before it was there.
    """
    if is_.end is not None and (was.end is None or is_.end < was.end):
        yield ScopeChange(
            what="asset_ends",
            subject=asset.id,
            before=str(was.end or ""),
            after=str(is_.end),
            at=asset.where("valid.to"),
        )
    if is_.start is not None and (was.start is None or is_.start > was.start):
        yield ScopeChange(
            what="asset_begins",
            subject=asset.id,
            before=str(was.start or ""),
            after=str(is_.start),
            at=asset.where("valid.from"),
        )
    is_sooner = was.start is not None and (is_.start is None or is_.start < was.start)
    if is_sooner and assessment.bundle is not None:
        yield ScopeChange(
            what="asset_edited",
            subject=asset.id,
            before=f"valid.from: {was.start}",
            after=f"valid.from: {is_.start}" if is_.start is not None else "",
            at=asset.where("valid.from"),
            direction=Direction.CHANGED,
        )


def _placed(
    assessment: Assessment, base: Former, asset: Asset, was: ScopedAsset, is_: ScopedAsset
) -> Iterator[ScopeChange]:
    """Yield that an asset is another kind, of a lower level, or stands elsewhere."""
    if is_.kind != was.kind:
        yield ScopeChange(
            what="asset_kind", subject=asset.id, before=was.kind, after=is_.kind, at=is_.at
        )
    if was.level is not None and (is_.level is None or is_.level < was.level):
        yield ScopeChange(
            what="level_lowered",
            subject=asset.id,
            before=str(was.level),
            after=str(is_.level or ""),
            at=asset.where("dossier.proposed_level"),
        )
    for change, fact in _edited(asset, was.facts, is_.facts):
        # A stored side has no facts to judge by.
        if base.judged is None or fact in POSITION:
            yield change
        elif way := choices.moved(
            base.judged, assessment, partial(_former_asset, base), asset, fact
        ):
            yield replace(change, direction=way)
    yield from origins.passed_off(asset, was, is_)


def _former_asset(base: Former, asset: Asset) -> Asset | None:
    """Return an asset as the former side has it, where that was judged anew."""
    if asset.kind == "authority":
        return base.judged.inventory.authority if base.judged is not None else None
    were = {name: former for former, name in base.renamed.items()}
    former = were.get(asset.id, asset.id)
    return base.judged.inventory.find(former) if base.judged is not None else None


def _edited(
    asset: Asset, was: Mapping[str, str], is_: Mapping[str, str]
) -> Iterator[tuple[ScopeChange, str]]:
    """Yield that facts which no finding tells of say something else, each with the fact."""
    for fact in sorted((was.keys() | is_.keys()) - CALLED):
        before, after = was.get(fact, ""), is_.get(fact, "")
        if before != after and not (fact.endswith(STATED) and after):
            name = fact.removesuffix(STATED)
            yield (
                ScopeChange(
                    what="asset_edited",
                    subject=asset.id,
                    before=f"{fact}: {before}" if before else "",
                    after=f"{fact}: {after}" if after else "",
                    at=asset.where(name),
                    direction=Direction.CHANGED,
                ),
                name,
            )


def _waivers(base: Scope, now: Scope) -> Iterator[ScopeChange]:
    for name, is_ in now.waivers.items():
        was = base.waivers.get(name)
        if was is None:
            reach = f"{is_.control}: {', '.join(sorted(is_.assets))}"
            yield ScopeChange(what="waiver_added", subject=name, after=reach, at=is_.at)
            continue
        if was.control != is_.control:
            yield ScopeChange(
                what="waiver_moved",
                subject=name,
                before=was.control,
                after=is_.control,
                at=is_.at,
            )
        more = is_.assets - was.assets
        if more:
            yield ScopeChange(
                what="waiver_widened",
                subject=name,
                before=", ".join(sorted(was.assets)),
                after="+ " + ", ".join(sorted(more)),
                at=is_.at,
            )
        if is_.expires > was.expires or is_.granted < was.granted:
            yield ScopeChange(
                what="waiver_extended",
                subject=name,
                before=f"{was.granted}..{was.expires}",
                after=f"{is_.granted}..{is_.expires}",
                at=is_.at,
            )
        yield from _waiver_edited(name, was, is_)


def _waiver_edited(name: str, was: ScopedWaiver, is_: ScopedWaiver) -> Iterator[ScopeChange]:
    """Yield that a waiver that stands says something else of who accepts it, and why."""
    for word in ("approver", "ticket", "reason", "granted"):
        before, after = getattr(was, word), getattr(is_, word)
        # Granted sooner it reaches further, which is said.
        if before != after and (word != "granted" or is_.granted > was.granted):
            yield ScopeChange(
                what="waiver_edited",
                subject=name,
                before=f"{word}: {before}" if before else "",
                after=f"{word}: {after}" if after else "",
                at=is_.at,
                direction=Direction.CHANGED,
            )


def _controls(base: Scope, now: Scope, day: date) -> Iterator[ScopeChange]:
    for name, was in base.controls.items():
        yield from _control(name, was, now.controls.get(name))
    for name, was in base.coming.items():
        is_ = now.coming.get(name)
        if is_ is None and was.start is not None and was.start <= day:
            is_ = now.controls.get(was.id)  # it has come into force since
        yield from _control(name, was, is_)
    for name, was in (base.ended or {}).items():
        if was.end is not None and was.end < day:
            yield from _control(name, was, (now.ended or {}).get(name))


def _control(name: str, was: ScopedControl, is_: ScopedControl | None) -> Iterator[ScopeChange]:
    if is_ is None:
        yield ScopeChange(
            what="control_dropped", subject=name, before=was.policy, at=was.at, former=True
        )
        return
    for edit in edits.compared(was.items, is_.items):
        if not was.named and edit.item.split()[0] in flat.TEXTS and not edit.before:
            continue  # a stored result of before these were compared, which is said
        before, after = (
            f"{edit.item}: {text}" if text else "" for text in (edit.before, edit.after)
        )
        yield ScopeChange(
            what="control_edited",
            subject=name,
            before=before,
            after=after or ("" if edit.item in was.items and edit.before else edit.item),
            at=is_.at,
            direction=edit.direction,
        )
