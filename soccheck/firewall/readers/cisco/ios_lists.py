"""The access lists of IOS: numbered and named ones, in the order of their sequence numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from soccheck.firewall.model import (
    ANY,
    CT,
    ICMPV6,
    Action,
    Chain,
    In,
    Rule,
    Unknown,
    Where,
    all_of,
)
from soccheck.firewall.readers.base import implied, of_family
from soccheck.firewall.readers.cisco.entries import entry
from soccheck.firewall.readers.cisco.lines import Command
from soccheck.firewall.readers.cisco.matches import Dialect
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.spans import span
from soccheck.phrase import echo, phrase

ANSWERS = In("ct", span(CT["established"]))
PROTOCOLS = ("tcp", "udp", "icmp")
"""Protocols of which a reflexive list takes the answers to what it has seen, and no more."""


class Lists:
    """Every list by name, its rules with what IOS adds to them."""

    def __init__(self, root: Command, dialect: Dialect, ledger: Ledger, *, kept: bool) -> None:
        self.kept = kept
        """Whether what entries log is kept."""
        self.dialect = dialect
        self.ledger = ledger
        self.places: dict[str, tuple[Where, int, bool]] = {}
        """Line, family and whether it is a standard list."""
        self.lines: dict[str, list[tuple[int, Command]]] = {}
        for line in root.each("access-list"):
            name = line.word()
            number = int(name) if name.isdecimal() else 0
            self._open(name, line, 4, standard=0 < number < 100 or 1300 <= number < 2000)
            self.lines[name].append((0, line))
        for line in root.each("ip access-list"):
            kind = line.word()
            if kind in ("standard", "extended"):
                self._block(line, 4, standard=kind == "standard")
            else:
                line.at -= 1
        for line in root.each("ipv6 access-list"):
            self._block(line, 6, standard=False)
        self._delete(root)
        self.rules = {name: self._rules(name) for name in self.lines}

    def chains(self) -> dict[str, Chain]:
        """Return the lists as chains."""
        return {
            f"access-list {name}": Chain(
                name=f"access-list {name}", rules=tuple(rules), where=self.places[name][0]
            )
            for name, rules in self.rules.items()
        }

    def _delete(self, root: Command) -> None:
        """Take what deletes a list: only what stands behind it is of that list."""
        for command in ("no ip access-list", "no access-list", "no ipv6 access-list"):
            for line in root.each(command):
                name = line.rest()[-1] if line else ""
                if name in self.lines:
                    left = [one for one in self.lines[name] if one[1].where > line.where]
                    self.lines[name] = left

    def _open(self, name: str, line: Command, family: int, *, standard: bool) -> None:
        self.places.setdefault(name, (line.where, family, standard))
        self.lines.setdefault(name, [])

    def _block(self, line: Command, family: int, *, standard: bool) -> None:
        name = line.word()
        self._open(name, line, family, standard=standard)
        for inner in line.below:
            number = 0
            if inner.peek().isdecimal():
                number = int(inner.word())
            elif inner.skip("sequence"):
                number = int(inner.word()) if inner.peek().isdecimal() else 0
            self.lines[name].append((number, inner))

    def _rules(self, name: str) -> list[Rule]:
        place, family, standard = self.places[name]
        out: list[Rule] = []
        comment = ""
        for words in _in_order(self.lines[name]):
            if words.skip("remark"):
                comment = " ".join(words.rest())
            elif words.peek() in ("no", "default"):
                # It takes an entry away that may stand anywhere.
                words.done = True
                text = phrase("not followed: {line}", line=words.text)
                undone = implied(ANY, Action.UNKNOWN, words.where, text, family=family)
                out.insert(0, undone)
            elif words.peek() in ("dynamic", "evaluate"):
                match = ANSWERS if self._reflects(words) else Unknown(echo(words.text))
                out.append(
                    Rule(match=match, action=Action.ACCEPT, where=words.where, text=words.text)
                )
                words.done = True
            else:
                if standard:
                    _extend(words)
                rule = entry(words, self.dialect, family, self.ledger, comment)
                comment = ""
                if rule is not None:
                    out.append(replace(rule, log=rule.log and self.kept))
        return [*out, *self._added(name, family, place)] if out else []

    def _reflects(self, words: Command) -> bool:
        """Tell whether a line takes just answers: what belongs to connections that other lines remembered.

        Those of protocols with ports, or with numbers of questions, alone: of others all packets of a host
        that was spoken to come in. Source: Security Configuration Guide, "Reflexive Access Lists".
        """
        wanted = ["reflect", *words.words[-1:]]
        lines = (line.words for lines in self.lines.values() for _, line in lines)
        found = [line for line in lines if wanted in map(list, pairwise(line))]
        named = [word for line in found for word in line if word in PROTOCOLS]
        return words.peek() == "evaluate" and bool(found) and len(named) == len(found)

    def _added(self, name: str, family: int, place: Where) -> list[Rule]:
        """Return what ends every list that has an entry."""
        text = phrase("implicit deny of {name}", name=name)
        deny = implied(of_family(family), Action.DROP, place, text, family=family)
        if family == 4:
            return [deny]
        nd = all_of(of_family(6), In("proto", span(ICMPV6)), In("itype", span(135, 136)))
        text = phrase("implicit permit of neighbour discovery")
        return [implied(nd, Action.ACCEPT, place, text, family=6), deny]


def _in_order(found: list[tuple[int, Command]]) -> list[Command]:
    """Return the entries as the device tries them: one without a number stands ten behind the last."""
    numbered: list[tuple[int, Command]] = []
    last = 0
    for number, words in found:
        numbered.append((number or last + 10, words))
        last = max(last, numbered[-1][0])
    return [words for _, words in sorted(numbered, key=lambda one: one[0])]


def _extend(words: Command) -> None:
    """Write a standard entry (a source only) as an extended one."""
    verb, found = words.words[words.at : words.at + 1], words.words[words.at + 1 :]
    if found[:1] in (["any"], ["host"], ["object-group"]):
        length = 1 if found[0] == "any" else 2
        source, rest = found[:length], found[length:]
    elif len(found) > 1 and re.fullmatch(r"[\d.]+", found[1]):
        source, rest = found[:2], found[2:]
    else:
        source, rest = ["host", *found[:1]], found[1:]
    words.words[words.at :] = [*verb, "ip", *source, "any", *rest]
