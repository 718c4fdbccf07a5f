"""What hosts have from `defaults:` and from their group: what they are, written once for many.

Only what describes a machine can be given so. How it fares (that its antivirus runs, that its firewall
is on) is said of each machine or asked of it: one line must not make a thousand of them compliant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from soccheck.facts.catalogue import of_kind
from soccheck.inventory.facts_of import Statements
from soccheck.inventory.relations import suggestion
from soccheck.model import Asset, Location, Problem, Provenance, Value
from soccheck.phrase import phrase, plain
from soccheck.sources.schema_faults import to_add
from soccheck.sources.source import Source

KIND = "host"
GIVEN = frozenset(
    (
        *("role", "systems", "networks", "organization", "tags", "note"),
        *("os.family", "os.name", "antivirus.product"),
        *("ssh.address", "ssh.port", "ssh.user", "ssh.jump"),
    )
)
"""The facts that a group or the defaults may give: what a machine is, and how it is reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Giver:
    """Represents what a group, or the defaults (of no name), gives to hosts."""

    name: str
    asset: Asset


def read_giver(source: Source, *path: str) -> tuple[Giver, Statements]:
    """Return what the mapping at `path` gives, and what was stated there; faults are kept with it."""
    node: Any = source.data
    for step in path:
        node = node[step]
    statements = Statements(source, KIND)
    statements.take(node)
    name = path[1] if len(path) > 1 else ""
    asset = statements.asset(name, source.where(*path))
    for fact in asset.facts:
        if fact not in GIVEN:
            text = phrase("{fact} is said of each host, not of a group", fact=fact)
            hint = phrase(
                "move it to the hosts it is true of, or collect it: a group says what its hosts are, "
                "not how they fare"
            )
            statements.problems.append(Problem(asset.where(fact), text, hint))
    return Giver(name=name, asset=asset), statements


def applied(
    hosts: Mapping[str, Asset], groups: Mapping[str, Giver], defaults: Giver | None
) -> tuple[dict[str, Asset], list[Problem]]:
    """Return the hosts with what their group and the defaults give them, and the faults.

    A host's own statement counts before its group's, and a group's before the defaults'.
    """
    problems: list[Problem] = []
    made = {}
    for name, host in hosts.items():
        group = host.facts.get("group")
        if group is not None and group not in groups:
            text = phrase("no group {name}", name=repr(group))
            problems.append(Problem(host.where("group"), text, suggestion(str(group), groups)))
            continue
        givers = [groups[str(group)]] if group is not None else []
        givers += [defaults] if defaults is not None else []
        made[name] = _with(host, givers) if givers else host
        problems += _missing(made[name])
    return made, problems


def _with(host: Asset, givers: list[Giver]) -> Asset:
    facts: dict[str, Value] = dict(host.facts)
    places: dict[str, Location] = {}
    provenance: list[Provenance] = []
    given: dict[str, str] = {}
    for giver in givers:
        for fact, value in giver.asset.facts.items():
            if fact in facts:
                continue
            facts[fact] = value
            places[fact] = giver.asset.where(fact)
            given[fact] = giver.name
            source = giver.asset.source(fact)
            provenance += [replace(source, prefix=fact)] if source is not None else []
    return replace(
        host,
        facts=facts,
        elsewhere=places,
        given=given,
        provenance=(*host.provenance, *provenance),
    )


_REQUIRED = {n: f for n, f in of_kind(KIND).items() if f.required and "." not in n}


def _missing(host: Asset) -> Iterator[Problem]:
    """Yield what every host must state, and this one has from nowhere."""
    for name, fact in _REQUIRED.items():
        if name not in host.facts:
            text = phrase("{key} is missing", key=repr(name))
            hint = to_add(name, fact.type, fact.values, plain(fact.meaning))
            yield Problem(host.at, text, hint)
