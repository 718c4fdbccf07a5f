"""A ruleset on a machine, read and analysed once for all machines that share it.

The rules' constants cut the addresses into cells. Where two machines have their own addresses in the
same cells, every packet to the one has its like to the other: all but the addresses is alike.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import TypeAlias

from soccheck.firewall import readers
from soccheck.firewall.engine.atoms import Atoms
from soccheck.firewall.engine.constants import constants, everything
from soccheck.firewall.fact_names import LearnedFact
from soccheck.firewall.facts import facts
from soccheck.firewall.model import Action, Ruleset, span_all
from soccheck.firewall.readers.base import Text
from soccheck.firewall.readers.linux import machine as linux
from soccheck.firewall.spans import Spans
from soccheck.firewall.zones import Zone, Zones
from soccheck.model import Configuration
from soccheck.phrase import Phrase

KEPT = 512
"""Rulesets and analyses kept, so that what machines share is worked out once."""

Cells: TypeAlias = Mapping[int, tuple[tuple[int, int], ...]]
"""A machine's own addresses of one family, by the number of the cell they lie in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparableRuleset:
    """The texts of a ruleset, without what changes while the rules stay the same."""

    texts: tuple[tuple[str, str], ...]
    vendor: str | None
    whole: bool
    """True where all that is loaded was asked for: what nothing speaks of is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A ruleset on a machine; equal to another when no rule tells the two apart."""

    rules: ComparableRuleset
    untrusted: tuple[str, ...]
    filled: tuple[tuple[int, tuple[int, ...], tuple[int, ...]], ...]
    """Per family the cells that hold own addresses, and those that hold nothing else."""
    around: tuple[object, ...]
    """What else of a machine tells packets apart: interfaces that are down, bridges, routes not shown."""
    ruleset: Ruleset = field(compare=False, repr=False)
    cells: Mapping[int, Cells] = field(compare=False, repr=False)

    def renamed(self, line: Phrase, of: Machine) -> Phrase:
        """Return a line about packets to another, equal machine as it is for this one."""
        if of is self:
            return line
        values = ((name, self._renamed_in(value, of)) for name, value in line.values)
        return Phrase(line.text, tuple(values))

    def _renamed_in(self, value: object, of: Machine) -> object:
        if isinstance(value, Phrase):
            return self.renamed(value, of)
        return self._renamed(value, of) if isinstance(value, str) else value

    def _renamed(self, line: str, of: Machine) -> str:
        if "-> " not in line:
            return line
        for family, cells in of.cells.items():
            for cell, spans in cells.items():
                # Packets are not shown to the loopback, which every machine has, if there is another.
                own = [s for s in self.cells[family][cell] if s not in linux.LOOPBACK[family]]
                mine = _text(family, (own or self.cells[family][cell])[0][0])
                for low, _ in spans:
                    theirs = _text(family, low)
                    for form in ("-> {}:", "-> [{}]:"):
                        line = line.replace(form.format(theirs), form.format(mine))
                    if line.endswith(f"-> {theirs}"):
                        line = line.removesuffix(theirs) + mine
        return line


def _text(family: int, number: int) -> str:
    return str((IPv4Address if family == 4 else IPv6Address)(number))


# -- reading ---------------------------------------------------------------------------------------

_COUNTED = re.compile(r"^(\[|:\S+ \S+ \[)[0-9]+:[0-9]+\]", re.MULTILINE)
_COUNTERS = re.compile(r'("(?:packets|bytes)": ?)[0-9]+')
_MADE = re.compile(r"^(# (?:Generated|Completed)\b.*?) on .*$", re.MULTILINE)


def steady(text: str) -> str:
    """Return a listing of rules without what changes while they stay the same: counters and times."""
    return _COUNTERS.sub(r"\g<1>0", _COUNTED.sub(r"\g<1>0:0]", _MADE.sub(r"\1", text)))


def read_whole(configuration: Configuration, vendor: str | None = None) -> Ruleset:
    """Return the ruleset of a configuration; raises `SoccheckError` when it cannot be read."""
    return _on_machine(comparable(configuration, vendor), configuration)


def machine_of(configuration: Configuration) -> Machine:
    """Return a configuration's ruleset with where its machine's addresses lie; raises as `read_whole`."""
    rules = comparable(configuration)
    ruleset = _on_machine(rules, configuration)
    cells = {family: _cells(rules, family, own) for family, own in ruleset.local.items()}
    return Machine(
        rules=rules,
        untrusted=ruleset.untrusted,
        filled=tuple(
            (family, tuple(sorted(found)), _filled(rules, family, found))
            for family, found in sorted(cells.items())
        ),
        around=_around(ruleset),
        ruleset=ruleset,
        cells=cells,
    )


def _around(ruleset: Ruleset) -> tuple[object, ...]:
    devices = ((d.name, d.names, d.up, d.families) for d in ruleset.devices)
    added = (
        (chain.name, str(rule.text))
        for chain in ruleset.chains.values()
        for rule in chain.rules
        if rule.implicit and rule.action is Action.UNKNOWN
    )
    perhaps = ((name, str(why)) for name, why in ruleset.perhaps_untrusted.items())
    return (*devices, *added, *perhaps, ruleset.unlisted is None)


def comparable(configuration: Configuration, vendor: str | None = None) -> ComparableRuleset:
    """Return the texts of a configuration's rules, as they stand while nothing is changed."""
    texts = tuple((n, steady(c)) for n, c in configuration.texts if not linux.is_around(c))
    return ComparableRuleset(texts=texts, vendor=vendor, whole=configuration.whole)


@lru_cache(KEPT)
def read_rules(rules: ComparableRuleset) -> Ruleset:
    """Return the ruleset of some texts, on no machine; raises `SoccheckError`."""
    ruleset = readers.read([Text(*text) for text in rules.texts], rules.vendor)
    if rules.whole:
        return replace(ruleset, families=frozenset({4, 6}), incomplete={})
    return ruleset


def _on_machine(rules: ComparableRuleset, configuration: Configuration) -> Ruleset:
    ruleset = read_rules(rules)
    if ruleset.vendor != "linux":
        return ruleset
    return linux.around(ruleset, [Text(*text) for text in configuration.texts])


# -- cells -----------------------------------------------------------------------------------------


@lru_cache(2 * KEPT)
def _cuts(rules: ComparableRuleset, family: int) -> tuple[int, ...]:
    """Return where the rules cut the destination addresses of a family."""
    ruleset = replace(read_rules(rules), local={})
    atoms = Atoms(family, [*everything(ruleset), *constants(ruleset, family)])
    return tuple(atoms.numbers["dst"].starts)[1:]


def _cells(rules: ComparableRuleset, family: int, spans: Spans) -> Cells:
    """Return a machine's own addresses by the cell they lie in."""
    cuts = _cuts(rules, family)
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    for low, high in spans:
        for cell in range(bisect_right(cuts, low), bisect_right(cuts, high) + 1):
            first = max(low, cuts[cell - 1] if cell else 0)
            last = min(high, cuts[cell] - 1) if cell < len(cuts) else high
            found[cell] = (*found.get(cell, ()), (first, last))
    return found


def _filled(rules: ComparableRuleset, family: int, cells: Cells) -> tuple[int, ...]:
    """Return the cells in which every address is the machine's own."""
    cuts = (0, *_cuts(rules, family), span_all(family)[0][1] + 1)
    return tuple(
        cell
        for cell, spans in sorted(cells.items())
        if sum(high - low + 1 for low, high in spans) == cuts[cell + 1] - cuts[cell]
    )


# -- analysing -------------------------------------------------------------------------------------


@lru_cache(KEPT)
def analysed(
    machine: Machine, zones: tuple[tuple[str, Zone], ...], across: bool | None
) -> tuple[Machine, Mapping[str, LearnedFact]]:
    """Return the facts of a ruleset by name, and the machine that packets are shown to."""
    return machine, facts(machine.ruleset, Zones(machine.ruleset, dict(zones)), across)
