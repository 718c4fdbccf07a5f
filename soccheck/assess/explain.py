"""Say why a finding is what it is: the comparisons that decided it, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from soccheck.assess.calendar_tests import of_the_calendar
from soccheck.assess.evidence import BASES, Chosen, Judge, View, World
from soccheck.assess.trace import Compared, Tracer
from soccheck.facts import services
from soccheck.facts.catalogue import GROWING, lookup
from soccheck.model import (
    Asset,
    Basis,
    Evidence,
    Figure,
    Finding,
    Leaf,
    Location,
    Measure,
    Provenance,
    Score,
    Status,
)
from soccheck.phrase import Phrase, series

MOST_SHOWN = 3
"""Lines of what shows a value that are printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Represents one comparison that decided a finding: the fact, its evidence, and the outcome.

    `leaf` is none for the counts of a measure. `met` is true, false, or none for unknown; `context`
    marks the `if` side of an if/then, which says when the requirement holds.
    """

    asset: Asset
    fact: str
    chosen: Chosen
    leaf: Leaf | None
    met: bool | None
    context: bool = False
    negated: bool = False

    def where(self) -> Location:
        """Return where the inventory declares the fact, or where the asset begins."""
        return self.asset.where(self.fact)

    def source(self) -> Provenance | None:
        """Return who says so, for a fact the inventory declares or whose file it names."""
        stated = self.chosen.basis in (Basis.DECLARED, Basis.IMPORTED)
        return self.asset.source(self.fact) if stated else None

    def shown(self) -> tuple[Phrase, ...]:
        """Return what shows the value; of services those that are asked for."""
        lines = self.chosen.shown
        if (
            self.leaf is None
            or self.leaf.operator != "none_of"
            or not isinstance(self.leaf.value, tuple)
        ):
            return lines
        wanted = set(services.among((str(s).partition(": ")[0] for s in lines), self.leaf.value))
        return tuple(line for line in lines if str(line).partition(": ")[0] in wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """Represents the why of a finding.

    `about` is the fact (or kind of asset) concerned, `extra` a date or what else there is.
    `reason` is empty, or a code: `missing`, `stale`, `later`, `basis`, `scope`, `scope_unrelated`,
    `no_related`, `uncomparable`, `undecided`, `future`, `foretold`, `aged`, `nothing_counted`,
    `overcounted`, `approximate`, `criteria`, `contradicted`, or a probe's problem.
    """

    reason: str
    about: str
    extra: Phrase | str
    observed: tuple[Observed, ...]
    drift: tuple[Evidence, ...]
    basis: Basis | None


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
        control, asset, world = finding.control, finding.asset, self.world
        if asset.kind != control.asset:
            return _summed("owed", control.asset, ())
        key = (control.accept, control.max_age)
        view = self._views.get(key)
        if view is None:
            view = self._views[key] = View(world, control.accept, control.max_age)
        # Where it was judged its scope fits: there is nothing to say of that.
        if control.when is not None and finding.result in (Status.NOT_APPLICABLE, Status.UNKNOWN):
            scope = Tracer(world, world.scope, self._judges)
            fits, compared = scope.walk(control.when, asset)
            seen = _observed(compared, world)
            if fits is False:
                return _summed("", "", seen)
            if fits is None:
                unknown = [item for item in seen if item.met is None]
                if not unknown:
                    return _summed("scope_unrelated", scope.unrelated, seen)
                return _summed("scope", unknown[0].fact, unknown)
        if isinstance(control.require, Measure | Score):
            return _counted(control.require, finding, view)
        tracer = Tracer(world, view, self._judges)
        result, compared = tracer.walk(control.require, asset)
        seen = _observed(compared, world)
        if result is None:
            if tracer.unrelated:
                return _summed("no_related", tracer.unrelated, seen)
            code, about, extra = _unknown_reason(seen, world.as_of)
            return _summed(code, about, seen, extra)
        return _summed("", "", seen)

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
    total = seen[1].chosen.value
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
    """Return the comparisons with their evidence; of two facts the other where it is not known."""
    seen = []
    for item in compared:
        seen.append(_evidence(item, item.leaf.fact, world))
        if item.leaf.other is not None:
            other = _evidence(item, item.leaf.other, world)
            if other.chosen.value is None:
                seen.append(other)
    return seen


def _evidence(item: Compared, name: str, world: World) -> Observed:
    """Return the evidence of a fact; what is said once stands with the authority."""
    asset = item.asset
    chosen = item.view.choose(asset, name)
    if item.entry is not None and _listed(asset.kind, name):
        told = item.entry.get(name)
        chosen = replace(
            chosen, value=told, reason=chosen.reason if told is not None else "missing"
        )
    if name.startswith("authority."):
        asset, name = world.inventory.authority, name.removeprefix("authority.")
    return Observed(
        asset=asset,
        fact=name,
        chosen=chosen,
        leaf=item.leaf,
        met=item.met,
        context=item.context,
        negated=item.negated,
    )
