"""The fact catalogue: every named, typed value an inventory, a probe, an import or a policy may speak of.

A dotted name is a path into the asset's YAML: `dossier.status` is the key `status` under `dossier`.
The facts themselves are rows of the files in `table/`.
"""

from __future__ import annotations

from soccheck.facts.fact import Fact
from soccheck.facts.table import (
    authority,
    common,
    egovernment,
    endpoints,
    fleets,
    machines,
    measures,
    organizations,
    rulesets,
    systems,
)

_ALL = (
    *common.FACTS,
    *authority.FACTS,
    *egovernment.FACTS,
    *organizations.FACTS,
    *systems.FACTS,
    *machines.FACTS,
    *measures.FACTS,
    *rulesets.FACTS,
    *endpoints.FACTS,
    *fleets.FACTS,
)


def _by_kind() -> dict[str, dict[str, Fact]]:
    kinds: dict[str, dict[str, Fact]] = {}
    for fact in _ALL:
        for kind in fact.kinds:
            of_this_kind = kinds.setdefault(kind, {})
            if fact.name in of_this_kind:
                raise AssertionError(f"two entries for {fact.name} of {kind}")
            of_this_kind[fact.name] = fact
    return kinds


_BY_KIND = _by_kind()
FACTS = {(kind, name): fact for kind, found in _BY_KIND.items() for name, fact in found.items()}
"""The catalogue: (kind, fact name) -> fact. The kind `authority` holds what is said once."""

RULESET = frozenset(fact.name for fact in rulesets.FACTS)
"""Facts that only a ruleset shows."""

SHOWN_BY_RULESETS = (
    *("firewall.active", "firewall.default_inbound", "firewall.default_inbound_ipv6"),
    *("firewall.input_chain", "firewall.input_chain_ipv6", "firewall.logs_denied"),
    *(fact.name for fact in rulesets.FACTS),
)
"""Everything the firewall engine establishes; an inventory may declare the first of them, too."""

GROWING = frozenset(("antivirus.signatures_age", "upkeep.uptime"))
"""Lengths of time that are longer by a day on the next."""

STATEMENT = frozenset(("source", "illustrative"))
"""Keys that any mapping may carry beside facts: who says so, and that it is made up."""


def of_kind(kind: str) -> dict[str, Fact]:
    """Return the facts an asset of `kind` can have, by name."""
    return _BY_KIND.get(kind, {})


def lookup(kind: str, name: str) -> Fact | None:
    """Return the fact a condition on `kind` names; `authority.x` is the authority's fact x."""
    if name.startswith("authority."):
        return FACTS.get(("authority", name.removeprefix("authority.")))
    return FACTS.get((kind, name))
