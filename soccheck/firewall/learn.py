"""Firewall facts as evidence: configurations, gathered or named by the inventory, to facts of assets.

What cannot be read or decided is evidence with a problem, never a value. A ruleset that many machines
share is analysed once.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

from soccheck.errors import SoccheckError
from soccheck.facts.catalogue import FACTS as CATALOGUE
from soccheck.firewall import readers
from soccheck.firewall.engine.atoms import Atoms
from soccheck.firewall.engine.spans import Spans
from soccheck.firewall.engine.ways import constants, everything
from soccheck.firewall.fact_names import FACTS, LearnedFact
from soccheck.firewall.facts import facts
from soccheck.firewall.model import Ruleset, span_all
from soccheck.firewall.queries import Zone
from soccheck.firewall.readers.base import Text
from soccheck.firewall.readers.linux import machine as linux
from soccheck.firewall.sides import NetworkSides, on_sides
from soccheck.model import Asset, Configuration, Evidence, EvidenceByAsset, Inventory, Value

ANALYSED = 512
"""Analyses kept, so that what machines share is worked out once."""
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
NAMES = tuple(f"firewall.{name}" for name in FACTS)
"""Every fact a configuration can tell, by its full name."""


# -- one asset -------------------------------------------------------------------------------------


def _of(asset: Asset, configuration: Configuration, sides: NetworkSides) -> dict[str, Evidence]:
    """Return the evidence of one configuration: every fact, with a value or a problem."""
    found: Mapping[str, LearnedFact] = {}
    problem = configuration.problem
    machine = other = None
    if problem is None:
        try:
            ruleset = read_whole(configuration)
            zones = sides.zones(asset)
            on_sides(ruleset, zones)  # a name unknown to this machine may be known to its like
            kept = {name: zones[name] for name in ("internet", "admins") if name in zones}
            # A host forwards what it publishes; a firewall forwards what it is there for.
            across = True if asset.kind == "firewall" else None
            machine = _Machine(ruleset)
            other, found = _analysed(machine, tuple(kept.items()), across)
        except SoccheckError as error:
            problem = (
                "unparsed",
                f"{error.message}; {error.hint}" if error.hint else error.message,
            )
    out: dict[str, Evidence] = {}
    base = Evidence(
        value=None, basis=configuration.basis, when=configuration.when, origin=configuration.origin
    )
    for name in NAMES:
        if (asset.kind, name) not in CATALOGUE:
            continue
        fact = found.get(name)
        if fact is not None and fact.value is not None:
            shown = fact.shown[:MOST_SHOWN]
            if machine is not None and other is not None and machine is not other:
                shown = tuple(machine.renamed(line, other) for line in shown)
            out[name] = replace(base, value=_value(fact), shown=shown)
            continue
        code, detail = problem or ("undecided", "; ".join(fact.shown[:3]) if fact else "")
        origin = f"{configuration.origin}: {detail}" if detail else configuration.origin
        out[name] = replace(base, problem=code, origin=origin[:1000])
    return out


def _value(fact: LearnedFact) -> Value:
    assert fact.value is not None
    return tuple(fact.value) if isinstance(fact.value, list) else fact.value


# -- the ruleset, read and analysed once for all that share it ---------------------------------------

_COUNTED = re.compile(r"^(\[|:\S+ \S+ \[)[0-9]+:[0-9]+\]", re.MULTILINE)
_COUNTERS = re.compile(r'("(?:packets|bytes)": ?)[0-9]+')
_MADE = re.compile(r"^(# (?:Generated|Completed)\b.*?) on .*$", re.MULTILINE)


def read_whole(configuration: Configuration, vendor: str | None = None) -> Ruleset:
    """Return the ruleset of a configuration; raises `SoccheckError` when it cannot be read."""
    texts = [Text(*text) for text in configuration.texts]
    rules = tuple((t.name, steady(t.content)) for t in texts if not linux.is_around(t.content))
    ruleset = _ruleset(rules, vendor)
    if configuration.whole:
        # All that is loaded was asked for: what nothing speaks of is not there.
        ruleset = replace(ruleset, families=frozenset({4, 6}), incomplete={})
    if ruleset.vendor == "linux":
        ruleset = linux.around(ruleset, texts)
    return ruleset


def steady(text: str) -> str:
    """Return a listing of rules without what changes while they stay the same: counters and times."""
    return _COUNTERS.sub(r"\g<1>0", _COUNTED.sub(r"\g<1>0:0]", _MADE.sub(r"\1", text)))


@lru_cache(ANALYSED)
def _ruleset(texts: tuple[tuple[str, str], ...], vendor: str | None) -> Ruleset:
    return readers.read([Text(*text) for text in texts], vendor)


class _Machine:
    """A ruleset on a machine; equal to another when no rule tells their own addresses apart.

    The rules' constants cut the addresses into cells. Where two machines have addresses in the same
    cells, every packet to the one has its like to the other, so that all but the addresses is alike.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.cells = {f: _cells(ruleset, f, spans) for f, spans in ruleset.local.items()}
        shape = tuple(
            (family, tuple(sorted(cells)), _filled(ruleset, family, cells))
            for family, cells in sorted(self.cells.items())
        )
        incomplete = tuple(sorted(ruleset.incomplete))
        self._key = (id(ruleset.chains), ruleset.untrusted, shape, ruleset.families, incomplete)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Machine) and self._key == other._key

    def renamed(self, line: str, of: _Machine) -> str:
        """Return a line about packets to another, equal machine as it is for this one."""
        if "-> " not in line:
            return line
        for family, cells in of.cells.items():
            for cell, spans in cells.items():
                # Packets are not shown to the loopback, which every machine has, if there is another.
                own = [s for s in self.cells[family][cell] if s not in linux.LOOPBACK[family]]
                mine = _text(family, (own or self.cells[family][cell])[0][0])
                for low, _ in spans:
                    theirs = _text(family, low)
                    for form in ("-> {}:", "-> [{}]:", "-> {} "):
                        line = line.replace(form.format(theirs), form.format(mine))
        return line


def _text(family: int, number: int) -> str:
    return str((IPv4Address if family == 4 else IPv6Address)(number))


def _cells(ruleset: Ruleset, family: int, spans: Spans) -> dict[int, list[tuple[int, int]]]:
    """Return a machine's own addresses by the cell they lie in."""
    cuts = _cuts(_Chains(ruleset), family)
    found: dict[int, list[tuple[int, int]]] = {}
    for low, high in spans:
        for cell in range(bisect_right(cuts, low), bisect_right(cuts, high) + 1):
            first = max(low, cuts[cell - 1] if cell else 0)
            last = min(high, cuts[cell] - 1) if cell < len(cuts) else high
            found.setdefault(cell, []).append((first, last))
    return found


def _filled(
    ruleset: Ruleset, family: int, cells: Mapping[int, Sequence[tuple[int, int]]]
) -> tuple[int, ...]:
    """Return the cells in which every address is the machine's own."""
    cuts = (0, *_cuts(_Chains(ruleset), family), span_all(family)[0][1] + 1)
    return tuple(
        cell
        for cell, spans in sorted(cells.items())
        if sum(high - low + 1 for low, high in spans) == cuts[cell + 1] - cuts[cell]
    )


class _Chains:
    """A ruleset's chains as a key of a cache: by identity, and kept as long as the key is."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset

    def __hash__(self) -> int:
        return id(self.ruleset.chains)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Chains) and self.ruleset.chains is other.ruleset.chains


@lru_cache(2 * ANALYSED)
def _cuts(chains: _Chains, family: int) -> tuple[int, ...]:
    """Return where the rules cut the destination addresses of a family."""
    ruleset = replace(chains.ruleset, local={})
    atoms = Atoms(family, [*everything(ruleset), *constants(ruleset, family)])
    return tuple(atoms.numbers["dst"].starts)[1:]


@lru_cache(ANALYSED)
def _analysed(
    machine: _Machine, zones: tuple[tuple[str, Zone], ...], across: bool | None
) -> tuple[_Machine, Mapping[str, LearnedFact]]:
    """Return the facts of a ruleset under their full names, and the machine that packets are shown to."""
    found = facts(machine.ruleset, on_sides(machine.ruleset, dict(zones)), across)
    return machine, {f"firewall.{name}": fact for name, fact in found.items()}
