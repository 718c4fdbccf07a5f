"""What attestations are evidence of on a day: a value where one holds, else why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from soccheck.assess.answers import unlike
from soccheck.assess.drift import written
from soccheck.facts.persons import is_nobody
from soccheck.model import Attestation, Basis, Evidence, EvidenceByAsset, Inventory, Value


def with_attested(gathered: EvidenceByAsset, inventory: Inventory, as_of: date) -> EvidenceByAsset:
    """Return the evidence with what the inventory's attestations say as of a day.

    One that holds decides over those that ran out, whose file was changed or that nobody signed; two
    that hold and say unlike things decide nothing.
    """
    if not inventory.attestations:
        return gathered
    told: dict[str, dict[str, list[Attestation]]] = {}
    for item in inventory.attestations:
        for asset in item.assets:
            for fact in item.facts:
                told.setdefault(asset, {}).setdefault(fact, []).append(item)
    merged = {asset: dict(facts) for asset, facts in gathered.items()}
    for asset, facts in told.items():
        for fact, items in facts.items():
            of_fact = merged.setdefault(asset, {})
            of_fact[fact] = (*of_fact.get(fact, ()), _evidence(items, fact, as_of))
    return merged


def _evidence(items: Sequence[Attestation], fact: str, as_of: date) -> Evidence:
    """Return what the attestations of one fact of one asset say together."""
    begun = [item for item in items if item.start <= as_of]
    if not begun:
        first = min(items, key=lambda item: item.start)
        return _answer(first, first.facts[fact])
    signed = [item for item in begun if not is_nobody(item.signer)]
    holding = [item for item in signed if item.end >= as_of and item.changed is None]
    if holding:
        last = max(holding, key=lambda item: item.start)
        if not any(unlike(item.facts[fact], last.facts[fact]) for item in holding):
            return _answer(last, last.facts[fact])
        both = sorted(f"{written(item.facts[fact])} ({_origin(item)})" for item in holding)
        return _answer(last, None, ("contradicted", "; ".join(both)))
    last = max(begun, key=lambda item: item.end)
    if last.end < as_of:
        return _answer(last, None, ("attestation_expired", last.end.isoformat()))
    if is_nobody(last.signer):
        return _answer(last, None, ("attestation_unsigned", last.signer))
    return _answer(last, None, ("attestation_changed", str(last.changed)))


def _origin(item: Attestation) -> str:
    return f"{item.document}, {item.role} {item.signer}, {item.at}"


def _answer(
    item: Attestation, value: Value | None, problem: tuple[str, str] | None = None
) -> Evidence:
    when = datetime.combine(item.start, time(), UTC)
    code, origin = problem or (None, _origin(item))
    return Evidence(value=value, basis=Basis.ATTESTED, when=when, origin=origin, problem=code)
