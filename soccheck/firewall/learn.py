"""Firewall facts as evidence: configurations, gathered or named by the inventory, to facts of assets.

What cannot be read or decided is evidence with a problem, never a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from soccheck.errors import SoccheckError
from soccheck.facts.catalogue import FACTS as CATALOGUE
from soccheck.firewall.fact_names import FACTS, LearnedFact
from soccheck.firewall.machines import analysed, machine_of
from soccheck.firewall.sides import NetworkSides, on_sides
from soccheck.model import Asset, Configuration, Evidence, EvidenceByAsset, Inventory, Value

MOST_SHOWN = 64


def learn(
    configurations: Mapping[str, Configuration], inventory: Inventory, evidence: EvidenceByAsset
) -> EvidenceByAsset:
    """Return the evidence with what the configurations say added to it.

    Where a probe's own reading of the same answers, of the same moment, says otherwise, the whole
    ruleset decides; what it leaves open stays as the probe has it. Older and newer evidence stays, too:
    which is the freshest is for the day of the audit to say.
    """
    sides = NetworkSides(inventory)
    found = {name: dict(answers) for name, answers in evidence.items()}
    for name, configuration in configurations.items():
        asset = inventory.find(name)
        if asset is None:
            continue
        known = found.setdefault(name, {})
        for fact, new in _of(asset, configuration, sides).items():
            others = known.get(fact, ())
            same = [e for e in others if (e.basis, e.when) == (new.basis, new.when)]
            if same and (
                new.problem or (fact in _COARSE and any(e.value is not None for e in same))
            ):
                continue
            known[fact] = [*(e for e in others if e not in same), new]
    return found


_COARSE = ("firewall.active", "firewall.default_inbound", "firewall.default_inbound_ipv6")
"""Facts of one word that a probe learns too; where it did, its word stands."""
NAMES = {name: f"firewall.{name}" for name in FACTS}
"""Every fact a configuration can tell, with its full name."""


# -- one asset -------------------------------------------------------------------------------------


def _of(asset: Asset, configuration: Configuration, sides: NetworkSides) -> dict[str, Evidence]:
    """Return the evidence of one configuration: every fact, with a value or a problem."""
    found: Mapping[str, LearnedFact] = {}
    problem = configuration.problem
    if problem is None:
        try:
            found = _facts(asset, configuration, sides)
        except SoccheckError as error:
            detail = f"{error.message}; {error.hint}" if error.hint else error.message
            problem = ("unparsed", detail)
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
        code, detail = problem or ("undecided", "; ".join(fact.shown[:3]) if fact else "")
        origin = f"{configuration.origin}: {detail}" if detail else configuration.origin
        out[full] = replace(base, problem=code, origin=origin[:1000])
    return out


def _facts(
    asset: Asset, configuration: Configuration, sides: NetworkSides
) -> Mapping[str, LearnedFact]:
    """Return the facts of one configuration; raises `SoccheckError` when it cannot be read."""
    machine = machine_of(configuration)
    zones = sides.zones(asset)
    on_sides(machine.ruleset, zones)  # a name unknown to this machine may be known to its like
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
