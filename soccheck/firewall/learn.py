"""Firewall facts as evidence: configurations, gathered or named by the inventory, to facts of assets.

What cannot be read or decided is evidence with a problem, never a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from soccheck.errors import SoccheckError, UsageError
from soccheck.facts.catalogue import FACTS as CATALOGUE
from soccheck.firewall.copies import without_copies
from soccheck.firewall.fact_names import FACTS, LearnedFact
from soccheck.firewall.machines import analysed, machine_of
from soccheck.firewall.owner import another_maker
from soccheck.firewall.sides import NetworkSides, on_sides
from soccheck.model import Asset, Configuration, Evidence, EvidenceByAsset, Inventory, Value
from soccheck.phrase import Phrase, phrase, series, shortened

MOST_SHOWN = 64
MOST_SAID = 1000
"""Characters of what is told of a fact without a value."""


def learn(
    configurations: Mapping[str, Configuration],
    inventory: Inventory,
    evidence: EvidenceByAsset,
    asked: Mapping[str, Configuration] | None = None,
) -> EvidenceByAsset:
    """Return the evidence with what the configurations say added to it; `asked` are other machines' own.

    The ruleset alone says what a ruleset shows: what else a bundle says of the same moment, as those of
    earlier releases do, goes. Older and newer evidence stays: which is the freshest is for the day of the
    audit to say.
    """
    sides = NetworkSides(inventory)
    found = {name: dict(answers) for name, answers in evidence.items()}
    for name, configuration in without_copies(configurations, inventory, asked).items():
        asset = inventory.find(name)
        if asset is None:
            continue
        known = found.setdefault(name, {})
        for fact, new in _of(asset, configuration, sides).items():
            moment = (new.basis, new.when)
            others = [e for e in known.get(fact, ()) if (e.basis, e.when) != moment]
            known[fact] = [*others, new]
    return found


NAMES = {name: f"firewall.{name}" for name in FACTS}
"""Every fact a configuration can tell, with its full name."""


# -- one asset -------------------------------------------------------------------------------------


def _of(asset: Asset, configuration: Configuration, sides: NetworkSides) -> dict[str, Evidence]:
    """Return the evidence of one configuration: every fact, with a value or a problem."""
    found: Mapping[str, LearnedFact] = {}
    problem: tuple[str, Phrase | str] | None = configuration.problem
    if problem is None:
        try:
            found = _facts(asset, configuration, sides)
        except SoccheckError as error:
            problem = (
                "unparsed",
                series([error.said, *([error.hint] if error.hint else [])], "; "),
            )
    out: dict[str, Evidence] = {}
    base = Evidence(
        value=None, basis=configuration.basis, when=configuration.when, origin=configuration.origin
    )
    for name, full in NAMES.items():
        if (asset.kind, full) not in CATALOGUE:
            continue
        fact = found.get(name)
        if fact is not None and fact.value is not None:
            out[full] = replace(base, value=_value(fact), shown=fact.shown)
            continue
        code, detail = problem or ("undecided", series(fact.shown[:3], "; ") if fact else "")
        out[full] = replace(base, problem=code, origin=_told(configuration.origin, detail))
    return out


def _told(origin: str, detail: Phrase | str) -> Phrase | str:
    """Return why there is no value, after where it was looked for; not longer than is read."""
    if isinstance(detail, str):
        return f"{origin}: {detail}"[:MOST_SAID] if detail else origin
    return (
        phrase("{said}: {what}", said=origin, what=shortened(detail, MOST_SAID))
        if detail
        else origin
    )


def _facts(
    asset: Asset, configuration: Configuration, sides: NetworkSides
) -> Mapping[str, LearnedFact]:
    """Return the facts of one configuration; raises `SoccheckError` when it cannot be read."""
    machine = machine_of(configuration)
    other = another_maker(asset, machine.ruleset)
    if other:
        raise UsageError(other, hint=phrase("it is another device's, or the inventory is wrong"))
    # A name unknown to this machine may be known to its like, and so may its interfaces differ.
    zones = on_sides(machine.ruleset, sides.zones(asset)).given
    kept = {name: zones[name] for name in ("internet", "admins") if name in zones}
    # A host forwards what it publishes; a firewall forwards what it is there for.
    across = True if asset.kind == "firewall" else None
    like, found = analysed(machine, tuple(kept.items()), across)
    return {
        name: replace(fact, shown=tuple(machine.renamed(s, like) for s in fact.shown[:MOST_SHOWN]))
        for name, fact in found.items()
    }


def _value(fact: LearnedFact) -> Value:
    assert fact.value is not None
    return tuple(fact.value) if isinstance(fact.value, list) else fact.value
