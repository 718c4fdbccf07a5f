"""Say why a finding is what it is: the comparisons that decided it, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from soccheck.assess.calendar_tests import of_the_calendar
from soccheck.assess.detail import MOST_SHOWN, Detail, Observed
from soccheck.assess.evidence import BASES, Chosen, Judge, View, World
from soccheck.assess.trace import Compared, Tracer
from soccheck.facts.catalogue import GROWING, lookup
from soccheck.model import (
    Asset,
    Basis,
    Condition,
    Control,
    Figure,
    Finding,
    Leaf,
    Measure,
    Score,
    Status,
    Value,
)
from soccheck.phrase import Phrase, series


class _Walked(NamedTuple):
    """Represents the outcome of a condition, what decided it, and the kind that nothing related is of."""

    met: bool | None
    compared: Sequence[Compared]
    unrelated: str


class Explainer:
    """Says why findings of one world have their results.

    What the findings of a control have in common, its view of the facts and its comparisons, is
    made once.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self._views: dict[object, View] = {}
        self._judges: dict[Leaf, Judge] = {}

    def detail(self, finding: Finding) -> Detail:
        """Return why `finding` has its result."""
        control, world = finding.control, self.world
        if finding.asset.kind != control.asset:
            return _summed("owed", control.asset, ())
        scope = self._scope(finding)
        if scope is not None:
            seen = _observed(scope.compared, world)
            if scope.met is False:
                return _summed("", "", seen)
            unknown = [item for item in seen if item.met is None]
            if not unknown:
                return _summed("scope_unrelated", scope.unrelated, seen)
            return _summed("scope", unknown[0].fact, unknown)
        if isinstance(control.require, Measure | Score):
            return _counted(control.require, finding, self._view(control))
        walked = self._walked(control.require, finding, self._view(control))
        seen = _observed(walked.compared, world)
        if walked.met is None:
            if walked.unrelated:
                return _summed("no_related", walked.unrelated, seen)
            code, about, extra = _unknown_reason(seen, world.as_of)
            return _summed(code, about, seen, extra)
        return _summed("", "", seen)

    def unmet(self, finding: Finding) -> Iterator[tuple[str, str, Value | None, Compared]]:
        """Yield the comparisons that are not met or not known; none of a measure's counts.

        They are those of `detail`, and what is not known beside what fails. Each is told by the
        asset, its fact, and the value that does not meet it.
        """
        for item in self._compared(finding):
            if item.met is True or item.context:
                continue
            for name in _told_by(item):
                asset, fact = _of_asset(item.asset, name, self.world)
                value = _chosen(item, name).value if item.met is False else None
                yield asset.id, fact, value, item

    def _compared(self, finding: Finding) -> Sequence[Compared]:
        require = finding.control.require
        if finding.asset.kind != finding.control.asset:
            return ()
        scope = self._scope(finding)
        if scope is not None:
            return scope.compared
        if isinstance(require, Measure | Score):
            return ()
        view = self._view(finding.control)
        return self._walked(require, finding, view, with_open=True).compared

    def _view(self, control: Control) -> View:
        key = (control.accept, control.max_age)
        view = self._views.get(key)
        if view is None:
            view = self._views[key] = View(self.world, control.accept, control.max_age)
        return view

    def _scope(self, finding: Finding) -> _Walked | None:
        """Return the walk of the scope where it does not fit, or where that is not known."""
        when = finding.control.when
        # Where it was judged its scope fits: there is nothing to say of that.
        if when is None or finding.result not in (Status.NOT_APPLICABLE, Status.UNKNOWN):
            return None
        walked = self._walked(when, finding, self.world.scope)
        return walked if walked.met is not True else None

    def _walked(
        self, condition: Condition, finding: Finding, view: View, *, with_open: bool = False
    ) -> _Walked:
        tracer = Tracer(self.world, view, self._judges, with_open=with_open)
        met, compared = tracer.walk(condition, finding.asset)
        return _Walked(met=met, compared=compared, unrelated=tracer.unrelated)

    def basis(self, finding: Finding) -> Basis | None:
        """Return the weakest basis a finding stands on; an unknown one stands on none."""
        if finding.result is Status.UNKNOWN:
            return None
        if not self.world.evidence:
            return Basis.DECLARED
        return self.detail(finding).basis


def _summed(reason: str, about: str, seen: Sequence[Observed], extra: Phrase | str = "") -> Detail:
    """Return the detail, with the weakest basis that took part: the figure is no surer than that."""
    bases = [item.chosen.basis for item in seen if item.chosen.basis is not None]
    weakest = max(bases, key=BASES.index, default=None)
    drift = tuple(weaker for item in seen for weaker in item.chosen.drift)
    return Detail(
        reason=reason, about=about, extra=extra, observed=tuple(seen), drift=drift, basis=weakest
    )


def _unknown_reason(seen: Sequence[Observed], as_of: date) -> tuple[str, str, Phrase | str]:
    """Return the code, the fact and the particulars of the first thing that is not known."""
    unknown = [item for item in seen if item.met is None]
    for item in sorted(unknown, key=lambda item: item.chosen.reason is None):
        if item.chosen.reason:
            return item.chosen.reason, item.fact, item.chosen.detail or ""
        if item.leaf is not None and (of_the_calendar(item.leaf) or item.fact in GROWING):
            return _of_age(item, as_of)
        if item.leaf is not None and item.leaf.operator == "none_of":
            return "undecided", item.fact, series(item.shown()[:MOST_SHOWN], "; ")
        return "uncomparable", item.fact, ""
    return "uncomparable", "", ""


def _of_age(item: Observed, as_of: date) -> tuple[str, str, str]:
    """Return why an age is not known: its day was yet to come when it was stated, or it aged since."""
    value, when = item.chosen.value, item.chosen.when or as_of
    days = [day for day in (value if isinstance(value, tuple) else (value,)) if type(day) is date]
    if any(day > as_of for day in days):
        return "future", item.fact, ""
    yet_to_come = any((day - when).days > 1 for day in days)
    return "foretold" if yet_to_come else "aged", item.fact, when.isoformat()


def counted_facts(require: Measure | Score) -> tuple[str, ...]:
    """Return the facts a measure or a score is worked out from."""
    if isinstance(require, Score):
        if require.by == "ratio" and require.measure is not None:
            return counted_facts(require.measure)
        return (require.points,) if require.points else ()
    return tuple(name for name in (require.passed, require.of, require.share) if name)


def _counted(require: Measure | Score, finding: Finding, view: View) -> Detail:
    asset = finding.asset
    met = {Status.PASS: True, Status.FAIL: False}.get(finding.result)
    names = counted_facts(require)
    seen = [
        Observed(asset=asset, fact=name, chosen=view.choose(asset, name), leaf=None, met=met)
        for name in names
    ]
    stated = [item for item in seen if item.chosen.value is not None]
    if met is not None:
        return _summed("", "", _deciding(stated, finding))
    if isinstance(require, Score) and not names:
        return _summed("criteria", ", ".join(require.of), ())
    shares = [item for item in stated if isinstance(item.chosen.value, Figure)]
    if shares and finding.counted is not None:
        return _summed("approximate", shares[0].fact, shares, str(shares[0].chosen.value))
    missing = [item for item in seen[:2] if item.chosen.value is None]
    # A share only stands in: that it is not stated is no fault, that it is too old says more.
    others = [item for item in seen if item.chosen.reason not in (None, "missing")]
    if missing:
        item = (others or missing)[0]
        return _summed(item.chosen.reason or "missing", item.fact, seen, item.chosen.detail or "")
    if isinstance(require, Score) and require.by == "stated":
        return _summed("overcounted", names[0], seen)
    passed, total = (item.chosen.value for item in seen[:2])
    if shares and isinstance(passed, int) and isinstance(total, int) and 0 <= passed <= total > 0:
        return _summed("not_the_share", shares[0].fact, seen, f"{passed}/{total}")
    return _summed("nothing_counted" if total == 0 else "overcounted", seen[1].fact, seen)


def _deciding(stated: list[Observed], finding: Finding) -> list[Observed]:
    """Return the counts that decided, or the share that stood in for them."""
    by_share = isinstance(finding.counted, Figure)
    return [item for item in stated if isinstance(item.chosen.value, Figure) == by_share]


def _listed(kind: str, name: str) -> bool:
    """Return whether a fact is said of each entry of a list."""
    parent = lookup(kind, name.rpartition(".")[0])
    return parent is not None and parent.type == "records"


def _observed(compared: Iterable[Compared], world: World) -> list[Observed]:
    """Return the comparisons with their evidence."""
    return [_evidence(item, name, world) for item in compared for name in _told_by(item)]


def _told_by(item: Compared) -> tuple[str, ...]:
    """Return the facts that a comparison is told by; of two the other where it is not known."""
    other = item.leaf.other
    if other is None or _chosen(item, other).value is not None:
        return (item.leaf.fact,)
    return item.leaf.fact, other


def _chosen(item: Compared, name: str) -> Chosen:
    """Return the evidence of a fact, or of that of an entry of a list."""
    chosen = item.view.choose(item.asset, name)
    if item.entry is None or not _listed(item.asset.kind, name):
        return chosen
    told = item.entry.get(name)
    return replace(chosen, value=told, reason=chosen.reason if told is not None else "missing")


def _evidence(item: Compared, name: str, world: World) -> Observed:
    """Return a comparison with the evidence of one of its facts."""
    asset, fact = _of_asset(item.asset, name, world)
    return Observed(
        asset=asset,
        fact=fact,
        chosen=_chosen(item, name),
        leaf=item.leaf,
        met=item.met,
        context=item.context,
        negated=item.negated,
    )


def _of_asset(asset: Asset, name: str, world: World) -> tuple[Asset, str]:
    """Return whose fact it is: what is said once stands with the authority."""
    if name.startswith("authority."):
        return world.inventory.authority, name.removeprefix("authority.")
    return asset, name
