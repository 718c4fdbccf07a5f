"""The why of a finding: the comparisons that decided it, each with its evidence."""

from __future__ import annotations

from dataclasses import dataclass

from soccheck.assess.evidence import Chosen
from soccheck.facts import services
from soccheck.model import Asset, Basis, Evidence, Leaf, Location, Provenance
from soccheck.phrase import Phrase

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
    `overcounted`, `not_the_share`, `approximate`, `criteria`, `contradicted`, or a probe's problem.
    """

    reason: str
    about: str
    extra: Phrase | str
    observed: tuple[Observed, ...]
    drift: tuple[Evidence, ...]
    basis: Basis | None
