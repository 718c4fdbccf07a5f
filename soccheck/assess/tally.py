"""A figure in which every unit can be named: passed of all that apply, and the worst of its parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from soccheck.assess.evidence import BASES
from soccheck.model import WORST_FIRST, Asset, Basis, Figure, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Represents a figure a report prints: passed of all that apply, and what stands behind it.

    `members` are the parts counted: an asset and its status. A measure's tally counts machines, not
    assets, in `passed` and `total`; `shares` are members that state only a share, which has no
    numerator to add. `uncounted` is how much of the total nobody said passes or not, and `unsized` how many
    members are in no total, as nobody said how many there are: what is left out must not raise a share.
    `keys` names the members of a headline: ids of assets or, for the authority's, of controls; `subject`
    is how many findings on its whole subject have which status, those of other controls and of machines
    that belong to none of its units too. `strays` are servers that may be part of any unit, as they do not
    say of which, and do not pass. `lacking` are members of which no finding says that they are
    unknown, as nothing that is asked of them is listed: they are in `total`, and in no count of findings.
    """

    passed: int
    total: int
    members: tuple[tuple[Asset, Status], ...]
    bases: tuple[tuple[Basis, int], ...] = ()
    counts: bool = False
    shares: tuple[Figure, ...] = ()
    uncounted: int = 0
    unsized: int = 0
    keys: tuple[str, ...] = ()
    subject: Mapping[Status, int] | None = None
    lacking: tuple[Asset, ...] = ()
    strays: tuple[Asset, ...] = ()

    def having(self, status: Status) -> int:
        """Return how many members have `status`; of a headline, how many findings on its subject."""
        if self.subject is not None:
            return self.subject.get(status, 0)
        return [member for _, member in self.members].count(status)

    @property
    def has_unknown(self) -> bool:
        """Whether a member is unknown, or a finding on the subject."""
        return Status.UNKNOWN in (*(status for _, status in self.members), *(self.subject or ()))

    @property
    def share(self) -> tuple[int, int]:
        """Passed and total, of which a share can be told: nothing where all is unknown, or the whole is."""
        if self.unsized:
            return (0, 0)
        return of_known(self.passed, self.total, (status for _, status in self.members))

    @property
    def status(self) -> Status:
        """The worst of what is counted; nothing assessed is unknown, never green."""
        return worst((*(status for _, status in self.members), *(self.subject or ())))


def of_known(passed: int, total: int, statuses: Iterable[Status]) -> tuple[int, int]:
    """Return passed and total where any status is known; else nothing: a share of the unknown is none."""
    return (passed, total) if set(statuses) - {Status.UNKNOWN} else (0, 0)


def worst(statuses: Iterable[Status]) -> Status:
    """Return the roll-up: fail, unknown, waived, grace, pass, in that order; of nothing it is unknown."""
    present = set(statuses)
    for status in WORST_FIRST:
        if status in present:
            return status
    return Status.UNKNOWN


def ordered(bases: Mapping[Basis | None, int]) -> tuple[tuple[Basis, int], ...]:
    """Return how many findings stand on each basis, the strongest first."""
    return tuple((basis, bases[basis]) for basis in BASES if bases.get(basis))
