"""The digest of what somebody says beside the assets, wherever it stands: another one says something else."""

from __future__ import annotations

import hashlib
import json

from soccheck.facts import values
from soccheck.model import Attestation, Claim, Inventory, Lookup, Part
from soccheck.policy import flat


def attested(item: Attestation) -> str:
    """Return the digest of all that an attestation says, wherever it stands."""
    said = [
        *(item.signer, item.role, item.number or "", item.path or "", item.sha256 or ""),
        *(str(item.start), str(item.end), *sorted(item.assets)),
        *(f"{name}: {values.encode(value)}" for name, value in sorted(item.facts.items())),
        *(["illustrative"] if item.illustrative else []),
    ]
    return hashlib.sha256("\0".join(said).encode()).hexdigest()


def claimed(claim: Claim, inventory: Inventory) -> str:
    """Return the digest of all that a claim says, wherever it stands, and of the day it is checked on."""
    day = claim.as_of or inventory.documents[claim.document].date
    said = (
        *(claim.says, claim.document, claim.place or "", str(day or "")),
        *(f"{name}: {figure}" for name, figure in sorted(claim.figures.items())),
        _part(claim.whole) if claim.whole is not None else "",
        *(f"{name}: {_lookup(item)}" for name, item in sorted(claim.inventory.items())),
    )
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _part(part: Part) -> str:
    return json.dumps([part.label, str(part.figure), [*map(_part, part.parts)], part.listed])


def _lookup(item: Lookup) -> str:
    when = flat.condition(item.when) if item.when is not None else ""
    return json.dumps([item.fact, item.asset, item.count_of, item.add, when])
