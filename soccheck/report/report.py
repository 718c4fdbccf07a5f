"""What a renderer is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from soccheck.assess.assessment import Assessment
from soccheck.compare.former import Former, Key
from soccheck.compare.gate import GateResult
from soccheck.model import DocumentHead


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAs:
    """Represents the run that the history keeps a report's assessment as, and the head of its chain."""

    run: int
    chain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingSince:
    """Represents since which day a finding fails, by the runs that are kept.

    `at_least` says that it failed in the first of them already; `unseen` is since when nobody could see
    whether it still does.
    """

    day: date
    at_least: bool = False
    unseen: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendMonth:
    """Represents a month of the history: its last run, and passed and total of each policy's headline.

    `first` is its first day; without a run it has no figures. `unknown` are the policies of which
    nobody knew anything then.
    """

    first: date
    run: int | None = None
    headlines: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()

    def share(self, policy: str) -> tuple[int, int]:
        """Return passed and total of which a share can be told: of nothing where nothing was known."""
        return (0, 0) if policy in self.unknown else self.headlines.get(policy, (0, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Represents what is reported: an assessment and, where a change was judged, what the gate says.

    `place` writes a path from the top of the repository, as pipelines want it. `shipped` are the digests
    of the policies and profiles that come with soccheck, where that is known. `period` are the first
    and the last day reported on, and `previous` the findings of the period before. `sender` is whose
    yearly letter it is, `head` what the command line states of an official document beside the inventory;
    `blank` is told each thing such a document leaves blank, for want of a statement. `kept` is the run
    of the history, where there is one; `since` tells of findings, by control and asset, since when they
    fail, and `trend` of months how much was met, the earliest first. `later` gives the assessments of the
    later days on which controls begin, where they can be made.
    """

    assessment: Assessment
    gate: GateResult | None = None
    place: Callable[[str], str] = str
    shipped: frozenset[str] | None = None
    period: tuple[date, date] | None = None
    previous: Former | None = None
    sender: str = "owner"
    head: DocumentHead | None = None
    blank: Callable[[str], object] = str
    kept: KeptAs | None = None
    since: Mapping[Key, FailingSince] = field(default_factory=dict)
    trend: Sequence[TrendMonth] = ()
    later: Callable[[], Iterable[Assessment]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Represents how a report for readers is laid out; formats for machines pass it over.

    `width` is in terminal columns. `details` asks for every finding where page one is the default.
    `limit` is in rows: of the worst on page one, of a control in the long form and in Markdown (0: all,
    none: as many as the form has by itself). `by` asks for a row an asset, a unit or a control in place of
    page one.
    """

    width: int = 80
    color: bool = False
    limit: int | None = None
    details: bool = False
    by: str | None = None

    def rows(self, usual: int) -> int:
        """Return how many rows to show: as asked for, else as usual; 0 is all."""
        return usual if self.limit is None else self.limit
