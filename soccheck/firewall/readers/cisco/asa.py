"""Cisco ASA running-config to the rule model.

Sources: Cisco ASA Series CLI Configuration Guides (access rules, NAT, management access). An
access list decides on the real destination, after NAT (8.3 and later). Without a list on the
entering interface the security levels decide. Management access stands beside the lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from soccheck.errors import ReadError
from soccheck.firewall.model import (
    ANY,
    Action,
    Base,
    Chain,
    Expr,
    Named,
    Note,
    Rule,
    Ruleset,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.readers.base import Text, established
from soccheck.firewall.readers.cisco.asa_interfaces import AsaInterfaces
from soccheck.firewall.readers.cisco.asa_levels import apart, barred, by_level
from soccheck.firewall.readers.cisco.asa_logging import ACROSS, AsaLog, log_of_input
from soccheck.firewall.readers.cisco.asa_management import AsaManagement
from soccheck.firewall.readers.cisco.asa_nat import AsaTranslations
from soccheck.firewall.readers.cisco.asa_tunnels import asa_tunnels
from soccheck.firewall.readers.cisco.entries import entry
from soccheck.firewall.readers.cisco.groups import Groups
from soccheck.firewall.readers.cisco.lines import Command, parse
from soccheck.firewall.readers.cisco.matches import Dialect
from soccheck.firewall.readers.cisco.routing import speakers
from soccheck.firewall.readers.cisco.tunnels import passing
from soccheck.firewall.readers.learned import Speaker, perhaps_outside
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.vocabulary import load
from soccheck.phrase import Phrase, echo, phrase

VOCABULARY = load(__package__, "asa.toml")
NO_FILTER = ("ethertype", "webtype", "advanced")
"""Kinds of access lists that judge no packet of a network (`advanced` is of another system)."""
OF_THE_LOG = ("deny-flow-max", "alert-interval")
"""What stands in place of a list's name where a line is of the log of all."""

LOGIN = ("aaa authentication match ", "aaa authentication include ")
"""Lines by which users log in to pass, each with the interface they come in by as its fifth word."""


def detect(content: str) -> bool:
    """Tell whether a text is an ASA configuration."""
    return bool(
        re.search(r"^ASA Version |^: Hardware: +(ASA|FPR)", content[:20000], re.M)
        or (
            re.search(r"^ nameif \S+", content, re.M)
            and re.search(r"^access-list \S+ (extended|remark|standard) ", content, re.M)
        )
    )


def read(texts: Sequence[Text], ledger: Ledger) -> Ruleset:
    """Read one configuration; raises `ReadError`."""
    if len(texts) > 1:
        raise ReadError(texts[1].at(1), phrase("one ASA configuration at a time"))
    root = parse(texts[0], ledger, (": end", "end"))
    return _Asa(root, ledger).ruleset()


class _Asa:
    """One configuration while it is read."""

    def __init__(self, root: Command, ledger: Ledger) -> None:
        self.root = root
        self.ledger = ledger
        self.where = root.where
        self.notes: list[Note] = []
        _version(root)
        self.dialect = Dialect(asa=True)
        Groups(self.dialect).read(root)
        self.ports = AsaInterfaces()
        self.ports.read(root)
        own = self.ports.own
        self.dialect.interface = lambda name: (
            some_of(*own[name]) if name in own else Unknown(phrase("address of {name}", name=name))
        )
        self.same_inter = root.last("same-security-traffic permit inter-interface") is not None
        self.same_intra = root.last("same-security-traffic permit intra-interface") is not None
        self.log = AsaLog(root)
        self.log.read()
        self.lists: dict[str, tuple[Where, list[Rule]]] = {}
        self._access_lists()
        self.overriding: list[Rule] = []
        self.bound: dict[tuple[str, str], tuple[str, Where]] = {}
        """List and line by direction (or `global`) and interface; the last line counts."""
        self.controlled: list[Rule] = []
        self._access_groups()

    def ruleset(self) -> Ruleset:
        """Return the ruleset."""
        where = self.where
        known = established(where)
        management = AsaManagement(self.root, self.ports, self.dialect, self.ledger)
        access = management.rules(where)
        answered, logged = log_of_input(self.log, access, where)
        back = AsaTranslations(self.root, self.dialect, self.ports.own, self.ledger).rules()
        listed = {name: rules for name, (_, rules) in self.lists.items()}
        carried, managed = asa_tunnels(self.root, self.ports, listed)
        entering, leaving = self._entering(), self._leaving()
        chains = {
            f"access-list {name}": Chain(
                name=f"access-list {name}", rules=tuple(rules), where=place
            )
            for name, (place, rules) in self.lists.items()
        }
        for name, hook, priority, policy, rules in (
            ("nat", "prerouting", 0, Action.ACCEPT, back),
            ("input", "input", 0, Action.DROP, [known, *self.controlled, *managed, *answered]),
            ("entering", "forward", 0, Action.DROP, [known, *carried, *entering]),
            ("leaving", "forward", 10, Action.ACCEPT, [known, *carried, *leaving]),
        ):
            base = Base(
                hook=hook,
                priority=priority,
                policy=policy,
                new_only=name == "nat",
                policy_log=self.log.keeps(ACROSS) if name == "entering" else logged,
            )
            chains[name] = Chain(name=name, rules=tuple(rules), where=where, base=base)
        return Ruleset(
            vendor="asa",
            chains=chains,
            families=frozenset({4, 6}),
            zones={name: (name,) for name in self.ports.levels},
            untrusted=self.ports.untrusted(),
            perhaps_untrusted=perhaps_outside(self._speakers(), self.ports.nets),
            devices=self.ports.devices(),
            unlisted=self.ports.unlisted(),
            incomplete=self._incomplete(),
            notes=(*self.notes, *(n for o in self.dialect.objects for n in o.notes)),
            consoles=tuple(management.consoles),
            unkept=tuple(self.log.unkept),
        )

    def _speakers(self) -> Iterator[Speaker]:
        yield from self.ports.tunneled
        outward = frozenset(self.ports.untrusted())
        yield from speakers(self.root, self.ports.hardware(), outward)

    def _incomplete(self) -> dict[int, tuple[Note, ...]]:
        """Return what of IPv6 is not told: where its strangers come from, if by no default route."""
        if not self.ports.six or self.ports.ways[6]:
            return {}
        text = phrase("{where}: no IPv6 default route names the outer interface", where=self.where)
        return {6: (Note(kind="left out", where=self.where, text=text),)}

    def _access_lists(self) -> None:
        comments: dict[str, str] = {}
        cleared = {}
        for line in self.root.each("clear configure access-list"):
            if not line:
                line.doubtful(echo(line.text))  # all lists, and what binds them
                continue
            cleared[line.rest()[-1]] = line.where
        for words in self.root.each("access-list"):
            name = words.word()
            if name in cleared and words.where < cleared[name]:
                words.rest()
                continue
            if name in OF_THE_LOG:
                if not words.word().isdecimal():
                    words.doubtful(echo(words.text))
                continue
            if words.peek() == "line":
                continue  # where it stands among the others a running configuration does not say so
            _, rules = self.lists.setdefault(name, (words.where, []))
            kind = words.peek()
            if kind == "remark":
                comments[name] = " ".join(words.rest()[1:])
                continue
            if kind in NO_FILTER:
                words.rest()
                self.notes.append(Note(kind="left out", where=words.where, text=echo(words.text)))
                continue
            if words.skip("standard"):
                verb = words.word() if words else ""
                words.words[words.at : words.at] = [verb, "ip", "any4"]
            else:
                words.skip("extended")
            rule = entry(words, self.dialect, 0, self.ledger, comments.pop(name, ""))
            if rule is not None:
                logged = rule.log or rule.action is Action.DROP
                rules.append(replace(rule, log=logged and self.log.of_entry(words.words)))

    def _access_groups(self) -> None:
        for words in self.root.each("access-group"):
            name = words.word()
            direction = words.word()
            interface = words.word() if words.skip("interface") else ""
            known = interface in self.ports.levels or (interface and not self.ports.listed)
            fits = known if direction in ("in", "out") else direction == "global" and not interface
            if not fits:  # that of no interface may be meant for one, in other letters
                words.doubtful(phrase("not a direction and an interface"))
                continue
            if words.skip("per-user-override"):
                self._overriding(words, interface)
            if words.skip("control-plane"):
                # It can only stop what a service of the device lets in.
                match = all_of(Named("iif", (interface,)), Unknown(echo(words.text)))
                self.controlled.append(
                    Rule(match=match, action=Action.DROP, where=words.where, text=words.text)
                )
                continue
            self.bound[direction, interface] = (name, words.where)

    def _overriding(self, words: Command, interface: str) -> None:
        """Take what lets the list of a user come before that of the interface.

        Users are those who log in to pass, and those of a VPN, whom `vpn-filter` alone may judge.
        Source: Firewall CLI Configuration Guide, "Access Rules"; without users it changes nothing.
        """
        ways = (*LOGIN, "webvpn", "crypto map")
        if any(line.text.startswith(ways) for line in self.root.below):
            text = phrase(
                "{line}: the list of a user comes before that of the interface", line=words.text
            )
            self.overriding.append(passing(Named("iif", (interface,)), words.where, text))

    def _entering(self) -> list[Rule]:
        out = [
            *self.overriding,
            *self._proven(),
            *barred(self.ports),
            *apart(self.ports.levels, self.same_inter, self.same_intra, self.log.keeps(ACROSS)),
        ]
        common = self.bound.get(("global", ""))
        for (direction, interface), (name, where) in self.bound.items():
            if direction != "in":
                continue
            match = Named("iif", (interface,))
            text = echo(f"access-group {name} in interface {interface}")
            out.append(self._bound(match, name, where, text))
            if common is None:
                out.append(self.log.denies(match, name, where))
        if common is not None:
            name, where = common
            out.append(self._bound(ANY, name, where, f"access-group {name} global"))
            out.append(self.log.denies(ANY, name, where))
        out += by_level(self.ports.levels, self.same_inter, self.same_intra)
        return out

    def _proven(self) -> Iterator[Rule]:
        """Yield what stops users until they log in (Command Reference, `aaa authentication match`)."""
        for line in self.root.below:
            if line.text.startswith(LOGIN) and len(line.words) > 4:
                match = all_of(Named("iif", (line.words[4],)), Unknown(echo(line.text)))
                yield Rule(match=match, action=Action.DROP, where=line.where, text=line.text)

    def _leaving(self) -> list[Rule]:
        out: list[Rule] = []
        for (direction, interface), (name, where) in self.bound.items():
            if direction == "out":
                match = Named("oif", (interface,))
                text = echo(f"access-group {name} out interface {interface}")
                out.append(self._bound(match, name, where, text))
                out.append(self.log.denies(match, name, where))
        return out

    def _bound(self, match: Expr, name: str, where: Where, text: Phrase | str) -> Rule:
        if name not in self.lists:
            self.notes.append(
                Note(
                    kind="undefined",
                    where=where,
                    text=phrase("access-list {name} is not defined", name=name),
                )
            )
            return Rule(match=match, action=Action.UNKNOWN, where=where, text=text)
        target = f"access-list {name}"
        return Rule(match=match, action=Action.JUMP, target=target, where=where, text=text)


def _version(root: Command) -> None:
    """Refuse a system whose lists judge by other addresses; raises `ReadError`."""
    line = root.last("ASA Version")
    if line is not None:
        found = re.match(r"(\d+)\.(\d+)", " ".join(line.rest()))
        if found and (int(found[1]), int(found[2])) < (8, 3):
            raise ReadError(
                line.where,
                phrase("an ASA before 8.3 judges by translated addresses, which is not modelled"),
            )
