"""The whole flow: load, take the evidence, let the firewall engine learn from rulesets, judge.

Every command that judges calls this; nothing else repeats the steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from soccheck.assess.assessment import Assessment
from soccheck.bundle import bundle as bundles
from soccheck.bundle import whose
from soccheck.errors import InputError
from soccheck.inventory import load as inventories
from soccheck.model import BundleInfo, Configuration, EvidenceByAsset, Inventory, Policy
from soccheck.policy import load as editions

NamedPath = tuple[Path, str]
"""A file or folder, and how its path is printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenEvidence:
    """Represents the evidence a run is given: the answers, and what a report says of their bundle.

    `rulesets` are those that machines answered: a file that is a copy of one of them is no other's.
    """

    answers: EvidenceByAsset = field(default_factory=dict)
    about: BundleInfo | None = None
    rulesets: Mapping[str, Configuration] = field(default_factory=dict)


def load(
    folder: NamedPath,
    policies: Iterable[NamedPath],
    profiles: Iterable[NamedPath] = (),
    only: Sequence[str] = (),
) -> tuple[Inventory, list[Policy]]:
    """Return the inventory in a folder and every edition of the policies, of those in `only` if any.

    Raises `UsageError` for what is not there, and `InputError` with the faults of both together.
    """
    return both(
        lambda: inventories.load(*folder),
        lambda: editions.among(editions.load(policies, profiles), only),
    )


def both(
    inventory_of: Callable[[], Inventory], policies_of: Callable[[], list[Policy]]
) -> tuple[Inventory, list[Policy]]:
    """Return the inventory and the policies; raises `InputError` with the faults of both together."""
    problems: list[object] = []
    found: list[Policy] = []
    inventory = None
    try:
        found = policies_of()
    except InputError as error:
        problems += error.problems
    try:
        inventory = inventory_of()
    except InputError as error:
        problems += error.problems
    if inventory is None or problems:
        raise InputError(problems)
    return inventory, found


def take(
    bundle: bundles.Json | None, inventory: Inventory, signer: str | None = None
) -> GivenEvidence:
    """Return what a bundle holds for an inventory: what machines answered, and what rulesets say.

    `signer` is who signed it, where that was checked. Raises `InputError` when an asset has become
    another kind.
    """
    if bundle is None:
        return GivenEvidence()
    from soccheck.bundle import taken  # all parsers of answers, only where there is a bundle

    again = taken.read_again(bundle, inventory)
    answers = taken.by_asset(bundle, inventory, again)
    doubts = whose.doubts(bundle, inventory)
    gathered = {
        name: replace(ruleset, problem=doubts[name]) if name in doubts else ruleset
        for name, ruleset in _rulesets({n: bundle["assets"][n] for n in answers}).items()
    }
    return GivenEvidence(
        answers=learned(gathered, inventory, answers),
        about=taken.info(bundle, inventory, again, signer),
        rulesets=gathered,
    )


def judge(
    inventory: Inventory,
    policies: Iterable[Policy],
    as_of: date,
    given: GivenEvidence | None = None,
    *,
    in_force_on: date | None = None,
) -> Assessment:
    """Return the assessment by the editions in force on a day, of all there is evidence of.

    `in_force_on` judges by the editions of another day than `as_of`, to tell what age alone does.
    """
    given = given or GivenEvidence()
    evidence = learned(inventory.configurations, inventory, given.answers, given.rulesets)
    known = tuple(policies)
    day = in_force_on or as_of
    now, coming = editions.in_force(known, day), editions.coming(known, day)
    ended = editions.ended(known, day)
    return Assessment(inventory, now, as_of, evidence, given.about, coming, ended)


def later(
    inventory: Inventory,
    policies: Iterable[Policy],
    as_of: date,
    given: GivenEvidence | None = None,
) -> Iterator[Assessment]:
    """Yield the assessment of each later day on which controls come into force, by those alone."""
    known = tuple(policies)
    for day, ids in editions.beginning(known, as_of).items():
        yield judge(inventory, editions.of_controls(known, ids), day, given)


def learned(
    rulesets: Mapping[str, Configuration],
    inventory: Inventory,
    evidence: EvidenceByAsset,
    asked: Mapping[str, Configuration] | None = None,
) -> EvidenceByAsset:
    """Return the evidence with what the firewall engine learns from rulesets, beside those asked for."""
    if not rulesets:
        return evidence
    from soccheck.firewall.learn import learn  # the engine, only where there is a ruleset

    return learn(rulesets, inventory, evidence, asked or {})


def _rulesets(entries: Mapping[str, bundles.Json]) -> dict[str, Configuration]:
    """Return the rulesets, by asset, that a bundle's entries hold."""
    entries = {n: e for n, e in entries.items() if e["probes"].keys() & bundles.RULESETS}
    if not entries:
        return {}
    from soccheck.firewall.from_bundle import configuration  # the engine, only where there is one

    read = {name: configuration(entry) for name, entry in entries.items()}
    return {name: ruleset for name, ruleset in read.items() if ruleset is not None}
