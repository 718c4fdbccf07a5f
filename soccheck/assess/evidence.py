"""What the judging of one run draws on: the assets that exist, and the evidence that decides a fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from soccheck.assess.answers import latest, unlike
from soccheck.assess.attested import with_attested
from soccheck.assess.drift import written
from soccheck.facts.catalogue import FACTS
from soccheck.model import (
    Asset,
    Basis,
    Duration,
    Evidence,
    EvidenceByAsset,
    Inventory,
    Value,
)
from soccheck.phrase import Phrase

Facts = Mapping[str, Value]
Result = bool | None
Judge = Callable[[Facts, Asset], Result]
"""Judges one asset, with the facts that may be used."""

_NOTHING: Facts = {}
_DISTRUSTED = frozenset(
    ("same_machine", "nameless", "moved", "foreign", "not_derived", "same_ruleset")
)
"""Problems of answers that may be another machine's, or were never given."""
BASES = tuple(Basis)
"""The strongest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Represents the evidence that decides a fact, or why there is none, and what it contradicts.

    `when` is the day of the evidence; `drift` the weaker evidence that says something else;
    `passed_over` why stronger evidence has no say: a code as in `reason`, and its `detail`; `shown`
    what shows the value.
    """

    value: Value | None = None
    basis: Basis | None = None
    when: date | None = None
    origin: Phrase | str | None = None
    reason: str | None = None
    detail: Phrase | str | None = None
    drift: tuple[Evidence, ...] = ()
    passed_over: tuple[str, Phrase | str | None] | None = None
    shown: tuple[Phrase, ...] = ()


class World:
    """Holds what the judging of one run draws on: the inventory, the evidence and the as-of day."""

    def __init__(self, inventory: Inventory, evidence: EvidenceByAsset, as_of: date) -> None:
        self.inventory = inventory
        self.gathered = evidence
        self.evidence = with_attested(evidence, inventory, as_of)
        self.as_of = as_of
        # What a scope asks (a role, a level) is what is known of the asset, however long ago it was
        # said: the denominator comes from the inventory, and only a requirement asks for fresh evidence.
        # Nor is it what somebody attests: what an asset is stands in the inventory, where it is reviewed.
        self.scope = View(self, tuple(b for b in BASES if b is not Basis.ATTESTED), None)
        self._gone = {asset.id for asset in inventory if not self.exists(asset)}
        self._since: dict[int, date] = {}

    def observed_since(self, kind: str, name: str) -> date:
        """Return the day before which an observation of a fact is no evidence of it any more."""
        days = FACTS[kind, name].observed_days
        if days not in self._since:
            self._since[days] = Duration(days=days).oldest(self.as_of)
        return self._since[days]

    def has_outdated(self, asset: Asset) -> bool:
        """Return whether the latest observation of some fact of an asset is no evidence any more."""
        for name, answers in self.evidence.get(asset.id, {}).items():
            told = [
                a.when.date() for a in answers if a.basis is Basis.OBSERVED and a.problem is None
            ]
            past = [day for day in told if day <= self.as_of]
            if past and max(past) < self.observed_since(asset.kind, name):
                return True
        return False

    def exists(self, asset: Asset) -> bool:
        """Return whether the asset exists on the as-of day."""
        start, end = asset.facts.get("valid.from"), asset.facts.get("valid.to")
        return not (
            (isinstance(start, date) and start > self.as_of)
            or (isinstance(end, date) and end < self.as_of)
        )

    def assets(self, kind: str) -> list[Asset]:
        """Return the assets of `kind` that exist on the as-of day."""
        return [a for a in self.inventory.assets.get(kind, {}).values() if self.exists(a)]

    def related(self, asset: Asset, kind: str) -> Sequence[Asset]:
        """Return the assets of `kind` that belong to `asset` and exist on the as-of day."""
        others = self.inventory.related(asset, kind)
        return [o for o in others if o.id not in self._gone] if self._gone else others


class View:
    """Gives the facts of an asset as a control may use them: its bases, no older than its max_age."""

    def __init__(self, world: World, accept: Sequence[Basis], max_age: Duration | None) -> None:
        self.world = world
        self.accept = accept
        self.oldest = max_age.oldest(world.as_of) if max_age else None
        stated = world.inventory.stated
        self.declared_is_stale = self.oldest is not None and stated < self.oldest
        # A state that must be recent must also have been stated by then: what an inventory says of a
        # later day is no evidence of this one. Without max_age it is the statement's own dates that count.
        self.declared_is_later = self.oldest is not None and stated > world.as_of
        usable = not (self.declared_is_stale or self.declared_is_later)
        self.declared_counts = Basis.DECLARED in accept and usable
        self._merged: dict[str, Facts] = {}

    def __call__(self, asset: Asset) -> Facts:
        """Return the facts, flat: the asset's own mapping where nothing stronger is known."""
        if not self.world.evidence.get(asset.id):
            return asset.facts if self.declared_counts else _NOTHING
        merged = self._merged.get(asset.id)
        if merged is None:
            facts = dict(asset.facts) if self.declared_counts else {}
            for name in self.world.evidence[asset.id]:
                value = self.choose(asset, name).value
                if value is None:
                    facts.pop(name, None)
                else:
                    facts[name] = value
            merged = self._merged[asset.id] = facts
        return merged

    def day_of(self, asset: Asset, name: str) -> date:
        """Return the day on which the value of a fact was so, by the as-of day: stated, or seen."""
        when = None
        if self.world.evidence.get(asset.id):
            when = self.choose(asset, name).when
        return min(when or self.world.inventory.stated, self.world.as_of)

    def choose(self, asset: Asset, name: str) -> Chosen:
        """Return the evidence that decides a fact: the strongest accepted basis, then the freshest."""
        if name.startswith("authority."):
            authority = self.world.inventory.authority
            value = authority.facts.get(name.removeprefix("authority."))
            when = self.world.inventory.stated
            reason = None if value is not None else "missing"
            return Chosen(value=value, basis=Basis.DECLARED, when=when, reason=reason)
        answers = self.world.evidence.get(asset.id, {}).get(name, ())
        declared = asset.facts.get(name)
        passed = _PassedOver()
        if answers:
            chosen = self._answered(asset, name, answers, passed)
            if chosen is not None:
                return chosen
        if declared is not None and self.declared_counts:
            if passed.contradicts(declared, self.world.inventory.stated):
                return passed.stale()
            when = self.world.inventory.stated
            return Chosen(value=declared, basis=Basis.DECLARED, when=when, passed_over=passed.why)
        if passed.why is not None:
            reason, detail = passed.why
            return Chosen(reason=reason, detail=detail)
        if declared is None and not answers:
            return Chosen(reason="missing")
        if declared is not None and Basis.DECLARED in self.accept:
            code = "later" if self.declared_is_later else "stale"
            return Chosen(reason=code, detail=self.world.inventory.stated.isoformat())
        bases = {answer.basis.value for answer in answers} | (
            {"declared"} if declared is not None else set()
        )
        return Chosen(reason="basis", detail=", ".join(sorted(bases)))

    def _answered(
        self, asset: Asset, name: str, answers: Sequence[Evidence], passed: _PassedOver
    ) -> Chosen | None:
        """Return the answer that decides a fact, if any does; why a stronger one has no say is noted."""
        for basis in self.accept:
            if basis is Basis.DECLARED:
                continue
            of_basis = sorted((a for a in answers if a.basis is basis), key=lambda a: a.when)
            if not of_basis:
                continue
            past = [a for a in of_basis if a.when.date() <= self.world.as_of]
            told = [a for a in past if a.problem is None]
            failed = [a for a in past if a.problem is not None]
            if not past:
                passed.note("later", of_basis[0].when.date().isoformat())
            elif any(a.problem in _DISTRUSTED for a in failed):
                # Not surely this asset said so: nothing weaker takes the place of an answer in doubt.
                last = next(a for a in reversed(failed) if a.problem in _DISTRUSTED)
                return Chosen(reason=last.problem, detail=last.origin)
            elif not told and (basis is Basis.ATTESTED or failed[-1].problem == "not_understood"):
                # It ran out, is not what was signed, or says something that nobody understood: what is
                # only declared does not take its place.
                return Chosen(reason=failed[-1].problem, detail=failed[-1].origin)
            elif not told:
                passed.note(str(failed[-1].problem), failed[-1].origin)
            elif self._is_stale(asset, name, told[-1]):
                passed.outdated.append(told[-1])
                passed.note("stale", told[-1].when.date().isoformat())
            elif (unsettled := _unsettled(told, failed)) is not None:
                return unsettled
            elif passed.contradicts(told[-1].value, told[-1].when.date()):
                return passed.stale()
            else:
                return self._decided(asset, name, told[-1], answers, passed.why)
        return None

    def _is_stale(self, asset: Asset, name: str, answer: Evidence) -> bool:
        """Return whether an answer is older than the control takes, or than the fact stays observed."""
        day = answer.when.date()
        if self.oldest is not None and day < self.oldest:
            return True
        return answer.basis is Basis.OBSERVED and day < self.world.observed_since(asset.kind, name)

    def _decided(
        self,
        asset: Asset,
        name: str,
        last: Evidence,
        answers: Sequence[Evidence],
        passed_over: tuple[str, Phrase | str | None] | None,
    ) -> Chosen:
        """Return the evidence that decides a fact, with the weaker that says something else."""
        declared = asset.facts.get(name)
        known = [a for a in answers if a.value is not None and a.when.date() <= self.world.as_of]
        others = [a for a in known if a.value != last.value]
        weaker = [a for a in others if BASES.index(a.basis) > BASES.index(last.basis)]
        if declared is not None and declared != last.value:
            weaker.append(self._declared(asset, name, declared))
        return Chosen(
            value=last.value,
            basis=last.basis,
            when=last.when.date(),
            origin=last.origin,
            drift=tuple(weaker),
            passed_over=passed_over,
            shown=last.shown,
        )

    def _declared(self, asset: Asset, name: str, value: Value) -> Evidence:
        when = datetime.combine(self.world.inventory.stated, time(), UTC)
        return Evidence(value=value, basis=Basis.DECLARED, when=when, origin=str(asset.where(name)))


class _PassedOver:
    """Notes which evidence stronger than what decides has no say: why the first, and what was outdated."""

    def __init__(self) -> None:
        self.why: tuple[str, Phrase | str | None] | None = None
        self.outdated: list[Evidence] = []

    def note(self, code: str, detail: Phrase | str | None) -> None:
        """Note why stronger evidence has no say; what was noted before stands."""
        self.why = self.why or (code, detail)

    def contradicts(self, value: Value | None, day: date) -> bool:
        """Return whether something outdated said otherwise after weaker evidence of that day.

        What a machine showed to be wrong is not right again because nobody has looked since.
        """
        return any(day <= a.when.date() and unlike(value, a.value) for a in self.outdated)

    def stale(self) -> Chosen:
        """Return that what would decide is too old, and what is left was contradicted by it."""
        return Chosen(reason="stale", detail=self.outdated[0].when.date().isoformat())


def _unsettled(told: Sequence[Evidence], failed: Sequence[Evidence]) -> Chosen | None:
    """Return why the latest answers of one basis leave a fact unknown, if they do; `told` is not empty."""
    last = latest(told, failed)
    if last.unread is not None:
        return Chosen(reason=last.unread.problem, detail=last.unread.origin)
    if last.contradict:
        both = (f"{written(a.value)} ({a.origin})" for a in last.said if a.value is not None)
        return Chosen(reason="contradicted", detail="; ".join(sorted(both)))
    return None
