"""What was learnt elsewhere than from the inventory, and the bundle it came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from soccheck.model.status import Basis
from soccheck.model.values import Value
from soccheck.phrase import Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Represents one answer about a fact from elsewhere than the inventory. OSCAL: observation.

    `problem` says why there is no value (`unreachable`, `denied`, `unparsed`, ...). `shown` is what
    shows it, a line each: for a list, the line of an item begins with it (`tcp/22: ...`). `since` is when
    asking began, where that took time; `when`, when the answer was there.
    """

    value: Value | None
    basis: Basis
    when: datetime
    origin: Phrase | str
    problem: str | None = None
    shown: tuple[Phrase, ...] = ()
    since: datetime | None = None


EvidenceByAsset = Mapping[str, Mapping[str, Sequence[Evidence]]]
"""Evidence by asset id, then by fact name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Represents a packet filter's configuration as it was gathered, to be analysed.

    `texts` are (name, content) of its parts. `whole` says that no other part is in force, what is not
    among them not being loaded; `problem` is a code and what went wrong, where there is nothing to read.
    `key_kind` is the kind of host key that the machine showed: two keys of one kind are two machines'.
    """

    texts: tuple[tuple[str, str], ...]
    basis: Basis
    when: datetime
    origin: str
    whole: bool = False
    problem: tuple[str, str] | None = None
    key_kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleInfo:
    """Represents the evidence bundle a run was judged by: its manifest's digest, times and coverage.

    `failed` is how many of its `assets` could not be asked; `current` says whether it was collected
    for the inventory as it is now. `answered` of the inventory's `machines` have an answer; `missing`
    are those the bundle does not speak of, `strangers` those of the bundle that the inventory does not
    have. Of the `altered` some fact does not follow from its raw answer; of the `unproved` some raw answer
    was redacted. `tool` wrote the bundle. `oldest` is the day of the oldest answer; `signer` signed it,
    where that was checked.
    """

    digest: str
    tool: str
    started: datetime
    ended: datetime
    assets: int
    failed: int
    complete: bool
    current: bool
    machines: int
    answered: int
    missing: tuple[str, ...]
    strangers: tuple[str, ...]
    altered: tuple[str, ...]
    unproved: tuple[str, ...]
    oldest: date
    signer: str | None
