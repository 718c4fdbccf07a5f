"""What is wrong with attestations as of a day: run out, changed, by nobody, contradicted, asked by none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from soccheck.assess.answers import unlike
from soccheck.assess.drift import used
from soccheck.facts.persons import is_nobody
from soccheck.model import Attestation, Basis, Inventory, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationRemark:
    """Represents one remark on an attestation: a code, what it is about, and whether it is only a warning.

    Codes: `expired`, `expiring`, `changed`, `no_signer`, `contradicted`, `not_asked`, `not_accepted`.
    """

    attestation: Attestation
    code: str
    about: str = ""
    warning: bool = False


def lint(
    inventory: Inventory, policies: Iterable[Policy], as_of: date, soon: date
) -> Iterator[AttestationRemark]:
    """Yield what is wrong with the attestations as of a day; `soon` is until when an end is near.

    The policies are all editions, in force or not.
    """
    editions = list(policies)
    asked, accepted = used(editions), used(_accepting(editions))
    for item in inventory.attestations:
        if is_nobody(item.signer):
            yield AttestationRemark(attestation=item, code="no_signer", about=item.signer)
        if item.changed is not None:
            yield AttestationRemark(attestation=item, code="changed", about=item.changed)
        if item.end < as_of:
            yield AttestationRemark(attestation=item, code="expired", about=str(item.end))
        elif item.start <= as_of and item.end < soon:
            yield AttestationRemark(
                attestation=item, code="expiring", about=str(item.end), warning=True
            )
        for fact in item.facts:
            if fact not in asked:
                yield AttestationRemark(
                    attestation=item, code="not_asked", about=fact, warning=True
                )
            elif fact not in accepted:
                yield AttestationRemark(attestation=item, code="not_accepted", about=fact)
        for other in _against(item, inventory, as_of):
            yield AttestationRemark(attestation=item, code="contradicted", about=other)


def _accepting(policies: Iterable[Policy]) -> list[Policy]:
    """Return the policies with those of their controls that accept what is attested."""
    return [
        replace(p, controls=tuple(c for c in p.controls if Basis.ATTESTED in c.accept))
        for p in policies
    ]


def _against(item: Attestation, inventory: Inventory, as_of: date) -> Iterator[str]:
    """Yield the attestations that hold at the same time and say something else of the same asset."""
    if not item.start <= as_of <= item.end:
        return
    for other in inventory.attestations:
        if other is item or not other.start <= as_of <= other.end:
            continue
        shared = set(item.assets) & set(other.assets)
        facts = item.facts.keys() & other.facts.keys()
        if shared and any(unlike(item.facts[name], other.facts[name]) for name in facts):
            yield other.id
