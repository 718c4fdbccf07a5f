"""Which assets of a bundle turn out to be one machine: what it says is then proof of neither of them."""

from __future__ import annotations

from typing import Any

from soccheck.bundle.soundness import Json


def twins(assets: dict[str, Any]) -> dict[str, str]:
    """Return, by asset, why it is taken for the machine that another asset is, too.

    One machine has one host key, whatever its addresses, and answers at one place, whoever logs in.
    """
    by_trait: dict[str, list[str]] = {}
    for name, entry in assets.items():
        if any(record["answers"] or record["facts"] for record in entry["probes"].values()):
            for trait in _traits(entry):
                by_trait.setdefault(trait, []).append(name)
    found: dict[str, str] = {}
    for trait, names in by_trait.items():
        for name in names:
            others = ", ".join(other for other in names if other != name)
            if others:
                found.setdefault(name, f"{others} answered with the same {trait}")
    return found


def _traits(entry: Json) -> list[str]:
    scheme, _, place = entry["origin"].partition("://")
    traits = [f"address {place.partition('@')[2] or place}"] if scheme == "ssh" and place else []
    return [*traits, f"host key {entry['host_key']}"] if "host_key" in entry else traits
