"""A map: what the columns of a list mean. A YAML file that holds to the schema `import-map`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from soccheck.errors import UsageError
from soccheck.facts.catalogue import FACTS
from soccheck.facts.fact import Fact
from soccheck.imports.dates import DateRule
from soccheck.imports.table import FileForm
from soccheck.model import Text, Value
from soccheck.phrase import phrase
from soccheck.policy import pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRule:
    """Represents how one fact is read: from which column, and what its entries mean.

    `words` are the entries, folded, that have a meaning; `const` what every row states; `when` a fact
    of the same row that must be true.
    """

    fact: Fact
    columns: tuple[str, ...] = ()
    words: Mapping[str, Value] | None = None
    date: DateRule | None = None
    reference: bool = False
    split: str | None = None
    const: Value | None = None
    when: str | None = None
    empty_unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Represents a column that says whose a row is, and what of an asset it is compared with."""

    columns: tuple[str, ...]
    match: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """Represents rows that are passed over, or alone are entries: those whose whole cell matches."""

    columns: tuple[str, ...]
    matches: pattern.Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Represents the column that says when a row's machine last reported."""

    columns: tuple[str, ...]
    date: DateRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposes:
    """Represents how an asset that the inventory lacks is proposed; facts `only_new` are not of others."""

    columns: tuple[str, ...]
    prefix: str
    facts: Mapping[str, Value]
    only_new: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportMap:
    """Represents what a list's columns mean."""

    id: str
    version: str
    title: Text
    note: Text | None
    verified: str
    source: tuple[str, ...]
    kind: str
    options: FileForm
    sheets: tuple[str, ...]
    until_empty: bool
    file_name: tuple[str, ...]
    above: tuple[str, ...]
    key: tuple[Key, ...]
    skip: tuple[Skip, ...]
    only: tuple[Skip, ...]
    fill: tuple[str, ...]
    skip_hidden: bool
    seen: Seen | None
    selected: bool
    complete: bool
    absent: tuple[str, ...]
    proposes: Proposes | None
    rules: tuple[FactRule, ...]

    @property
    def required(self) -> list[tuple[str, ...]]:
        """Return the columns, by their names, without which a table is not this list."""
        keys = [key.columns for key in self.key]
        only = [each.columns for each in self.only]
        return [*keys, *only, *([self.seen.columns] if self.seen else [])]

    @property
    def columns(self) -> list[tuple[str, ...]]:
        """Return all columns that are read, each with its names."""
        skips = [skip.columns for skip in (*self.skip, *self.only)]
        fills = [(name,) for name in self.fill]
        proposed = [self.proposes.columns] if self.proposes else []
        rules = [rule.columns for rule in self.rules if rule.columns]
        return list(dict.fromkeys([*self.required, *rules, *skips, *fills, *proposed]))


def for_evidence(found: ImportMap) -> list[str]:
    """Return the facts of a map that no evidence may state: what an asset is stands in the inventory.

    What a system is, who answers for it and what belongs to it decide scopes: the denominator.
    """
    if found.kind == "system":
        return [rule.fact.name for rule in found.rules]
    scoping = [rule.fact for rule in found.rules if rule.fact.required or rule.fact.type == "ref"]
    named = [
        r.fact
        for r in found.rules
        if r.fact.name.startswith(("name.", "valid.", "ssh.", "addresses"))
    ]
    return [fact.name for fact in (*scoping, *named)]


_MACHINES = ("host", "firewall", "endpoint")
"""Kinds whose state machines and consoles show; of the others an inventory states what units report."""
_CALLED = ("name.", "valid.", "ssh.")
_IS = frozenset(
    (
        *("note", "tags", "formerly", "group", "addresses", "os.family", "os.name"),
        *("antivirus.product", "vendor", "product", "host_name", "url"),
        *("firewall.untrusted", "firewall.admin_prefixes"),
    )
)


def for_inventory(found: ImportMap) -> tuple[ImportMap, tuple[str, ...]]:
    """Return a map without what a machine was seen to do, which is evidence alone, and those facts.

    Declared, it would count without the day on which it was seen. Raises `UsageError` where the map
    states nothing else.
    """
    if found.kind not in _MACHINES:
        return found, ()
    kept = tuple(rule for rule in found.rules if _of_an_inventory(rule.fact))
    seen = [rule.fact.name for rule in found.rules if rule not in kept]
    proposes = found.proposes
    if proposes is not None:
        given = proposes.facts
        is_ = {name: v for name, v in given.items() if _of_an_inventory(FACTS[found.kind, name])}
        seen += [name for name in given if name not in is_]
        proposes = replace(proposes, facts=is_)
    told = tuple(dict.fromkeys(seen))
    if not kept:
        names = ", ".join(told[:5])
        text = phrase(
            "the map states what was seen, which is evidence and not declared: {facts}", facts=names
        )
        raise UsageError(text, hint=phrase("give -o evidence.json"))
    return replace(found, rules=kept, proposes=proposes), told


def _of_an_inventory(fact: Fact) -> bool:
    """Return whether a fact of a machine says who or what it is, and not how it was found."""
    named = fact.name.startswith(_CALLED) or fact.name in _IS
    return named or fact.required or fact.type == "ref"


def targets(found: ImportMap) -> tuple[str, ...]:
    """Return what a map may be used for: `evidence`, `inventory`."""
    try:
        for_inventory(found)
    except UsageError:
        return ("evidence",)
    return ("inventory",) if for_evidence(found) else ("evidence", "inventory")
