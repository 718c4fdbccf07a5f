"""Cisco ASA running-config to the rule model.

Sources: Cisco ASA Series CLI Configuration Guides (access rules, NAT, management access). An
access list decides on the real destination, after NAT (8.3 and later). Without a list on the
entering interface the security levels decide. Management access stands beside the lists.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from soccheck.errors import ReadError
from soccheck.firewall.model import (
    ANY,
    Action,
    Base,
    Chain,
    Expr,
    In,
    Named,
    Note,
    Rule,
    Ruleset,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.names import number
from soccheck.firewall.readers.base import Text, checked, implied, readable
from soccheck.firewall.readers.cisco.access_lists import (
    Dialect,
    Groups,
    Words,
    entry,
    service,
    side,
)
from soccheck.firewall.readers.cisco.asa_management import Interface, Management
from soccheck.firewall.readers.cisco.asa_nat import Translations
from soccheck.firewall.spans import address

ESTABLISHED = In("ct", ((1, 2),))


def detect(content: str) -> bool:
    """Tell whether a text is an ASA configuration."""
    return bool(
        re.search(r"^ASA Version |^: Hardware: +(ASA|FPR)", content[:20000], re.M)
        or (
            re.search(r"^ nameif \S+", content, re.M)
            and re.search(r"^access-list \S+ (extended|remark|standard) ", content, re.M)
        )
    )


class _Asa:
    """One configuration while it is read."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.dialect = Dialect(asa=True)
        self.groups = Groups(self.dialect)
        self.interfaces: dict[str, Interface] = {}
        self.own: dict[str, list[Expr]] = {}
        self.lists: dict[str, list[Rule]] = {}
        self.listed: dict[str, Where] = {}
        self.bound: list[tuple[str, str, str, Where]] = []
        self.nat: list[tuple[int, Words, str]] = []
        self.later: list[tuple[Words, str]] = []
        self.untrusted: dict[int, list[str]] = {4: [], 6: []}
        self.v6 = False
        self.same_inter = False
        self.same_intra = False
        self.notes: list[Note] = []
        self.pending: list[tuple[str, Words, str]] = []
        self.comment: dict[str, str] = {}
        self._hard: dict[str, str] = {}

    def read(self) -> Ruleset:
        """Return the ruleset."""
        block: list[str] = []
        ended = False
        for line, raw in self.text.numbered():
            text = raw.rstrip()
            where = self.text.at(line)
            if text.strip() in (": end", "end"):
                ended = True
            if not text or text.startswith((":", "!")):
                block = []
                continue
            words = Words(text.split(), where)
            with readable(where, text):
                if text.startswith(" "):
                    self._inside(block, words, text.strip())
                else:
                    block = text.split()
                    self._top(words, text)
        if not ended:
            raise ReadError(where, "the configuration is cut off: it does not end with `: end`")
        return self._ruleset()

    def _top(self, words: Words, text: str) -> None:
        found = list(words.words)
        where = words.where
        keyword = found[0]
        if keyword == "object-group" and len(found) >= 3:
            kind = "port" if found[1] == "service" and len(found) > 3 else found[1]
            if kind in ("network", "service", "port", "protocol", "icmp-type"):
                self.groups.open(kind, found[2], where)
        elif keyword == "access-list":
            self.pending.append(("access-list", words, text))
        elif keyword == "access-group":
            if len(found) >= 5 and found[3] == "interface":
                if "control-plane" in found:
                    self.notes.append(Note(kind="left out", where=where, text=text))
                else:
                    self.bound.append((found[1], found[2], found[4], where))
            elif found[2:3] == ["global"]:
                self.bound.append((found[1], "global", "", where))
            else:
                raise ReadError(where, f"cannot read {text!r}")
        elif keyword == "nat":
            self.nat.append((3 if "after-auto" in found else 1, words, text))
        elif keyword == "name" and len(found) >= 3:
            self.dialect.names[found[2]] = found[1]
        elif keyword in ("http", "ssh", "telnet", "icmp", "crypto", "snmp-server", "dhcpd"):
            self.later.append((words, text))
        elif keyword == "route" and found[2:4] in (["0.0.0.0", "0.0.0.0"], ["0", "0"]):
            self.untrusted[4].append(found[1])
        elif keyword == "ipv6" and found[1:2] == ["route"] and "::/0" in found:
            self.untrusted[6].append(found[2])
        elif text.startswith("same-security-traffic permit inter-interface"):
            self.same_inter = True
        elif text.startswith("same-security-traffic permit intra-interface"):
            self.same_intra = True
        elif keyword == "router" and len(found) > 1:
            self.later.append((words, text))

    def _inside(self, block: Sequence[str], words: Words, text: str) -> None:
        if not block:
            return
        if block[0] == "interface":
            self._interface(block[1], words)
        elif block[0] == "object" and len(block) >= 3:
            self._object(block[1], block[2], words, text)
        elif block[0] == "object-group" and len(block) >= 3:
            kind = "port" if block[1] == "service" and len(block) > 3 else block[1]
            if kind in ("user", "security"):
                return
            self.groups.line(kind, block[2], block[3] if len(block) > 3 else "", words)
        elif block[0] == "webvpn" and words.peek() == "enable":
            self.later.append((Words(["webvpn", *words.words], words.where), text))

    def _interface(self, hardware: str, words: Words) -> None:
        found = words.words
        name = next((n for n, i in self.interfaces.items() if self._hard.get(n) == hardware), "")
        self.v6 = self.v6 or found[0] == "ipv6"
        if found[0] == "nameif":
            level = 100 if found[1] == "inside" else 0
            self.interfaces[found[1]] = Interface(found[1], level, words.where)
            self._hard[found[1]] = hardware
        elif found[0] == "security-level" and name:
            self.interfaces[name].level = number(found[1], 100)
        elif found[:2] == ["ip", "address"] and name and len(found) >= 4 and found[2][0].isdigit():
            self.own.setdefault(name, []).append(In("src", address(found[2])[1], 4))
        elif found[:2] == ["ipv6", "address"] and name and "/" in found[2]:
            self.own.setdefault(name, []).append(In("src", address(found[2].split("/")[0])[1], 6))

    def _incomplete(self) -> dict[int, tuple[Note, ...]]:
        """Return what of IPv6 is not told: where its strangers come from, if by no default route."""
        if not self.v6 or self.untrusted[6]:
            return {}
        where = self.text.at(1)
        text = f"{where}: no IPv6 default route names the outer interface"
        return {6: (Note(kind="left out", where=where, text=text),)}

    def _object(self, kind: str, name: str, words: Words, text: str) -> None:
        word = words.take()
        leaves = self.dialect.addresses.leaves
        try:
            if kind == "network" and word == "nat":
                parts = [*words.words[:1], "object", name, *words.words[1:]]
                self.nat.append((2, Words(["nat", *parts], words.where), text))
            elif kind == "network" and word in ("host", "subnet", "range"):
                if word == "host":
                    leaves[name] = side(
                        Words(["host", *words.words], words.where), self.dialect, "src", 0
                    )
                elif word == "range":
                    family, spans = address(f"{words.take()}-{words.take()}")
                    leaves[name] = In("src", spans, family)
                else:
                    leaves[name] = side(words, self.dialect, "src", 0)
            elif kind == "network" and word == "fqdn":
                leaves[name] = Unknown(f"object {name} by name: {text}")
            elif kind == "service" and word == "service":
                self.dialect.services.leaves[name] = service(words, self.dialect)
            elif word != "description":
                raise ReadError(words.where, f"cannot read the object: {text!r}")
        except ValueError as error:
            raise ReadError(words.where, str(error)) from error

    # What is read must be put together only when every object is known.

    def _ruleset(self) -> Ruleset:
        self.dialect.interface = lambda name: (
            some_of(*self.own[name]) if name in self.own else Unknown(f"address of {name}")
        )
        for _, words, text in self.pending:
            with readable(words.where, text):
                self._entry(words, text)
        chains = {
            f"access-list {name}": Chain(
                name=f"access-list {name}", rules=tuple(rules), where=self.listed[name]
            )
            for name, rules in self.lists.items()
        }
        where = self.text.at(1)
        access = Management(self.later, self.interfaces, self.dialect).read(where)
        back = Translations(self.nat, self.dialect, self.own, where).rules()
        for name, hook, priority, policy, rules in (
            ("nat", "prerouting", 0, Action.ACCEPT, back),
            ("input", "input", 0, Action.DROP, [self._known(where), *access]),
            ("entering", "forward", 0, Action.DROP, [self._known(where), *self._entering()]),
            ("leaving", "forward", 10, Action.ACCEPT, [self._known(where), *self._leaving()]),
        ):
            base = Base(
                hook=hook,
                priority=priority,
                policy=policy,
                new_only=name == "nat",
                policy_log=name == "entering",
            )
            chains[name] = Chain(name=name, rules=tuple(rules), where=where, base=base)
        objects = (
            self.dialect.addresses,
            self.dialect.services,
            self.dialect.ports,
            self.dialect.protocols,
            self.dialect.icmp_types,
        )
        return checked(
            Ruleset(
                vendor="asa",
                chains=chains,
                families=frozenset({4, 6}),
                zones={name: (name,) for name in self.interfaces},
                untrusted=tuple(dict.fromkeys([*self.untrusted[4], *self.untrusted[6]])),
                incomplete=self._incomplete(),
                notes=(*self.notes, *(n for o in objects for n in o.notes)),
            )
        )

    def _known(self, where: Where) -> Rule:
        return implied(ESTABLISHED, Action.ACCEPT, where, "connections already allowed")

    def _entry(self, words: Words, text: str) -> None:
        words.take()
        name = words.take()
        self.listed.setdefault(name, words.where)
        rules = self.lists.setdefault(name, [])
        if words.peek() == "line":
            words.take(), words.take()
        kind = words.peek()
        if kind == "remark":
            self.comment[name] = " ".join(words.words[1:])
            return
        if kind in ("ethertype", "webtype", "deny-flow-max", "alert-interval"):
            self.notes.append(Note(kind="left out", where=words.where, text=text))
            return
        if kind == "standard":
            words.take()
            verb = words.take()
            words.words = [verb, "ip", "any4", *words.words]
        elif kind == "extended":
            words.take()
        rule = entry(words, self.dialect, 0, text)
        if rule is not None:
            rules.append(_commented(rule, self.comment.pop(name, "")))

    def _list(self, name: str, where: Where) -> str:
        if name not in self.lists:
            self.notes.append(
                Note(kind="undefined", where=where, text=f"access-list {name} is not defined")
            )
            self.lists[name] = []
            return ""
        return f"access-list {name}"

    def _entering(self) -> list[Rule]:
        out: list[Rule] = []
        common = [b for b in self.bound if b[1] == "global"]
        for name, direction, interface, where in self.bound:
            if direction != "in":
                continue
            match = Named("iif", (interface,))
            text = f"access-group {name} in interface {interface}"
            out.append(self._bound(match, name, where, text))
            if not common:
                out.append(implied(match, Action.DROP, where, f"implicit deny of {name}", log=True))
        for name, _, _, where in common:
            out.append(self._bound(ANY, name, where, f"access-group {name} global"))
            out.append(implied(ANY, Action.DROP, where, f"implicit deny of {name}", log=True))
        for high in self.interfaces.values():
            lower = tuple(
                low.name
                for low in self.interfaces.values()
                if low.level < high.level
                or (low.level == high.level and low.name != high.name and self.same_inter)
                or (low.name == high.name and self.same_intra)
            )
            if lower:
                match_ = all_of(Named("iif", (high.name,)), Named("oif", lower))
                out.append(
                    implied(
                        match_,
                        Action.ACCEPT,
                        high.where,
                        f"security-level {high.level} of {high.name}",
                    )
                )
        return out

    def _bound(self, match: Expr, name: str, where: Where, text: str) -> Rule:
        target = self._list(name, where)
        if not target:
            return Rule(match=match, action=Action.UNKNOWN, where=where, text=text)
        return Rule(match=match, action=Action.JUMP, target=target, where=where, text=text)

    def _leaving(self) -> list[Rule]:
        out: list[Rule] = []
        for name, direction, interface, where in self.bound:
            if direction == "out":
                match = Named("oif", (interface,))
                text = f"access-group {name} out interface {interface}"
                out.append(self._bound(match, name, where, text))
                out.append(implied(match, Action.DROP, where, f"implicit deny of {name}", log=True))
        return out


def _commented(rule: Rule, comment: str) -> Rule:
    if not comment:
        return rule
    return Rule(
        match=rule.match,
        action=rule.action,
        where=rule.where,
        text=rule.text,
        family=rule.family,
        log=rule.log,
        comment=comment,
    )


def read(texts: Sequence[Text]) -> Ruleset:
    """Read one configuration; raises `ReadError`."""
    if len(texts) > 1:
        raise ReadError(texts[1].at(1), "one ASA configuration at a time")
    return _Asa(texts[0]).read()
