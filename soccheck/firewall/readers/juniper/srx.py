"""Juniper SRX `show configuration | display set` to the rule model.

Sources: Junos OS Security Policies, NAT and Interfaces user guides. Traffic between zones needs a
policy; what no policy takes meets global policies, then `default-policy` (deny unless set). To the
device itself only what `host-inbound-traffic` of the zone or interface names gets through. IPv6 is
dropped unless `family inet6 mode flow-based` is set.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field

from soccheck.errors import ReadError
from soccheck.firewall.model import (
    ANY,
    Action,
    Base,
    Chain,
    Expr,
    In,
    Named,
    Not,
    Note,
    Rule,
    Ruleset,
    Unknown,
    Where,
    all_of,
    some_of,
)
from soccheck.firewall.readers.base import Text, checked, implied, of_family, readable
from soccheck.firewall.readers.juniper.nat import Translations
from soccheck.firewall.readers.juniper.services import built_in, host, term
from soccheck.firewall.readers.objects import Objects, turned
from soccheck.firewall.spans import address

GROUPED = ("security", "applications", "firewall", "interfaces")
"""Parts of a configuration group that bear on what gets through, wherever it is applied."""


def detect(content: str) -> bool:
    """Tell whether a text is a set-style configuration of an SRX."""
    head = content[:200000]
    return bool(re.search(r"^set (version|security|system|interfaces|groups) ", head, re.M))


@dataclass(slots=True)
class _Policy:
    """One policy while its lines are read."""

    name: str
    pair: tuple[str, str]
    where: Where
    lines: list[tuple[list[str], Where, str]] = field(default_factory=list)


class _Srx:
    """One configuration while it is read."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.zones: dict[str, list[str]] = {}
        self.books: dict[str, Objects] = {"global": Objects("address")}
        self.attached: dict[str, str] = {}
        self.apps = Objects("application", fallback=built_in)
        self.terms: dict[str, dict[str, list[tuple[list[str], Where]]]] = {}
        self.policies: dict[tuple[str, str, str], _Policy] = {}
        self.inactive: set[tuple[str, ...]] = set()
        self.default = Action.DROP
        self.v6 = False
        self.inbound: dict[tuple[str, str], list[tuple[str, Where, str]]] = {}
        self.nat = Translations()
        self.order: list[str] = []
        self.notes: list[Note] = []
        self.filters: list[Rule] = []
        self.unclear: list[Note] = []
        self.routes: dict[int, list[str]] = {4: [], 6: []}

    def read(self) -> Ruleset:
        """Return the ruleset."""
        for line, raw in self.text.numbered():
            text = raw.strip()
            if not text or text.startswith(("#", "##")):
                continue
            where = self.text.at(line)
            try:
                words = shlex.split(text) if '"' in text else text.split()
            except ValueError as error:
                raise ReadError(where, f"cannot read the line: {error}") from error
            if words[0] == "deactivate":
                self.inactive.add(tuple(words[1:]))
            elif words[0] != "set" or len(words) < 3:
                raise ReadError(where, f"not a line of `display set`: {text[:60]!r}")
            elif words[1] in ("logical-systems", "tenants") or (
                words[1] == "groups" and words[3:4] != [] and words[3] in GROUPED
            ):
                note = Note(kind="left out", where=where, text=f"{where}: {text}")
                self.unclear.append(note)
        for line, raw in self.text.numbered():
            text = raw.strip()
            if text.startswith("set "):
                words = shlex.split(text) if '"' in text else text.split()
                if not any(tuple(words[1 : 1 + len(i)]) == i for i in self.inactive):
                    where = self.text.at(line)
                    with readable(where, text):
                        self._line(words[1:], where, text)
        return self._ruleset()

    def _line(self, words: list[str], where: Where, text: str) -> None:
        head = words[:2]
        if head == ["security", "zones"] and words[2:3] == ["security-zone"] and len(words) > 4:
            self._zone(words[3], words[4:], where, text)
        elif head == ["security", "address-book"] and len(words) > 4:
            if words[3] == "attach":
                self.attached[words[5]] = words[2]
            else:
                self._address(words[2], words[3:], where)
        elif head == ["security", "policies"]:
            self._policy(words[2:], where, text)
        elif head == ["security", "nat"]:
            self.nat.take(words[2:], where, text)
        elif words[:5] == ["security", "forwarding-options", "family", "inet6", "mode"]:
            self.v6 = words[5] == "flow-based"
        elif words[0] == "applications":
            self._application(words[1:], where)
        elif words[0] == "routing-options" and "next-hop" in words[:-1]:
            for family, whole in ((4, "0.0.0.0/0"), (6, "::/0")):
                if whole in words:
                    hop = words[words.index("next-hop") + 1]
                    self.routes[family].append(hop if re.match(r"[a-z]+-", hop) else "")
        elif words[0] == "interfaces" and "filter" in words:
            # A stateless filter can only stop more than the policies do.
            unit = f"{words[1]}.{words[3]}" if words[2:3] == ["unit"] else words[1]
            match = all_of(Named("iif", (unit,)), Unknown(text))
            self.filters.append(Rule(match=match, action=Action.DROP, where=where, text=text))

    def _zone(self, zone: str, words: list[str], where: Where, text: str) -> None:
        self.zones.setdefault(zone, [])
        if words[0] == "interfaces":
            name = words[1]
            if name not in self.zones[zone]:
                self.zones[zone].append(name)
            if words[2:3] == ["host-inbound-traffic"]:
                self.inbound.setdefault((zone, name), []).append((" ".join(words[3:]), where, text))
        elif words[0] == "host-inbound-traffic":
            self.inbound.setdefault((zone, ""), []).append((" ".join(words[1:]), where, text))
        elif words[0] == "address-book":
            self.attached[zone] = f"zone {zone}"
            self._address(f"zone {zone}", words[1:], where)

    def _address(self, book: str, words: list[str], where: Where) -> None:
        objects = self.books.setdefault(book, Objects("address"))
        kind, name, rest = words[0], words[1], words[2:]
        if kind == "address-set":
            place, members = objects.groups.get(name, (where, []))
            if rest and rest[0] in ("address", "address-set"):
                members = [*members, rest[1]]
            objects.groups[name] = (place, members)
            return
        if not rest or rest[0] == "description":
            return
        try:
            if rest[0] == "range-address":
                family, spans = address(f"{rest[1]}-{rest[3]}")
                objects.leaves[name] = In("src", spans, family)
            elif rest[0] in ("dns-name", "wildcard-address"):
                objects.leaves[name] = Unknown(f"address {name} by {' '.join(rest)}")
            else:
                family, spans = address(rest[0] if rest[0] != "ip-prefix" else rest[1])
                objects.leaves[name] = In("src", spans, family)
        except (ValueError, IndexError) as error:
            raise ReadError(where, f"address {name!r}: {error}") from error

    def _application(self, words: list[str], where: Where) -> None:
        if words[0] == "application-set" and len(words) >= 4:
            place, members = self.apps.groups.get(words[1], (where, []))
            self.apps.groups[words[1]] = (place, [*members, words[3]])
        elif words[0] == "application" and len(words) >= 3:
            terms = self.terms.setdefault(words[1], {})
            if words[2] == "term":
                terms.setdefault(words[3], []).append((words[4:], where))
            else:
                terms.setdefault("", []).append((words[2:], where))

    def _applications(self) -> None:
        for name, terms in self.terms.items():
            self.apps.leaves[name] = some_of(*(term(name, lines) for lines in terms.values()))

    def _policy(self, words: list[str], where: Where, text: str) -> None:
        if words[0] == "default-policy":
            self.default = Action.ACCEPT if words[1] == "permit-all" else Action.DROP
        elif words[0] == "from-zone" and words[4:5] == ["policy"]:
            key = (words[1], words[3], words[5])
            policy = self.policies.setdefault(key, _Policy(words[5], (words[1], words[3]), where))
            policy.lines.append((words[6:], where, text))
        elif words[0] == "global" and words[1:2] == ["policy"]:
            key = ("", "", words[2])
            policy = self.policies.setdefault(key, _Policy(words[2], ("", ""), where))
            policy.lines.append((words[3:], where, text))

    def _find(self, zones: Sequence[str], name: str, where: Where) -> Expr:
        if name in ("any", "any-ipv4", "any-ipv6"):
            return ANY if name == "any" else of_family(int(name[-1]))
        books = [
            self.books[self.attached[z]]
            for z in zones
            if z in self.attached and self.attached[z] in self.books
        ]
        for book in books:
            if name in book.leaves or name in book.groups:
                return book.find(name, where)
        if re.fullmatch(r"[0-9a-fA-F.:]+/\d+", name):
            family, spans = address(name)
            return In("src", spans, family)
        return self.books["global"].find(name, where)

    def _policy_rule(self, policy: _Policy) -> Rule:
        sides: dict[str, list[Expr]] = {"src": [], "dst": [], "app": []}
        zones = {"from": [policy.pair[0]], "to": [policy.pair[1]]}
        flips: set[str] = set()
        action, log, comment = None, False, ""
        extra: list[Expr] = []
        if not policy.pair[0]:
            zones = {"from": [], "to": []}
        for words, where, _ in policy.lines:
            if words[:1] == ["match"]:
                key, value = words[1], words[2] if len(words) > 2 else ""
                if key == "source-address":
                    sides["src"].append(self._find(zones["from"], value, where))
                elif key == "destination-address":
                    sides["dst"].append(turned(self._find(zones["to"], value, where), "dst"))
                elif key == "application":
                    sides["app"].append(self.apps.find(value, where))
                elif key in ("from-zone", "to-zone"):
                    zones[key.partition("-")[0]].append(value)
                elif key.endswith("-excluded"):
                    flips.add("src" if key.startswith("source") else "dst")
                elif value != "any":
                    extra.append(Unknown(f"{key} {value}"))
            elif words[:1] == ["then"]:
                if words[1] == "permit":
                    action = Action.ACCEPT
                elif words[1] in ("deny", "reject"):
                    action = Action.DROP
                elif words[1] == "log":
                    log = True
            elif words[:1] == ["description"]:
                comment = words[1]
            elif words[:1] == ["scheduler-name"]:
                extra.append(Unknown(f"schedule {words[1]}"))
        if action is None:
            raise ReadError(policy.where, f"policy {policy.name} says neither permit nor deny")
        text = f"policy {policy.name} from {policy.pair[0] or 'any'} to {policy.pair[1] or 'any'}"
        match = all_of(
            self._interfaces("iif", zones["from"]),
            self._interfaces("oif", zones["to"]),
            *(_flip(some_of(*sides[s]), s in flips) for s in ("src", "dst")),
            some_of(*sides["app"]),
            *extra,
        )
        return Rule(
            match=match, action=action, where=policy.where, text=text, log=log, comment=comment
        )

    def _interfaces(self, name: str, zones: Sequence[str]) -> Expr:
        if not zones or "any" in zones:
            return ANY
        if "junos-host" in zones and name == "oif":
            return Unknown("policy to junos-host")
        return Named(name, tuple(i for z in zones for i in self.zones.get(z, ())))

    def _management(self) -> list[Rule]:
        out: list[Rule] = []
        own = {name for (_, name) in self.inbound if name}
        for (zone, name), lines in self.inbound.items():
            # What an interface names replaces what its zone names.
            names = (name,) if name else tuple(i for i in self.zones[zone] if i not in own)
            if not names:
                continue
            except_ = [w.split()[1] for w, _, _ in lines if w.endswith(" except")]
            for words, where, text in lines:
                found = words.split()
                if len(found) < 2 or words.endswith(" except"):
                    continue
                match = host(found[0], found[1], except_)
                out.append(
                    Rule(
                        match=all_of(Named("iif", names), match),
                        action=Action.ACCEPT,
                        where=where,
                        text=text,
                    )
                )
        return out

    def _ruleset(self) -> Ruleset:
        self._applications()
        for found, name in ((self.zones, "zones"), (self.policies, "policies")):
            if not found:
                # A part of a configuration must not look like one that allows nothing.
                text = f"no line of `security {name}` in the input"
                self.unclear.append(Note(kind="not given", where=self.text.at(1), text=text))
        where = self.text.at(1)
        known = implied(In("ct", ((1, 2),)), Action.ACCEPT, where, "sessions already allowed")
        six = implied(
            of_family(6), Action.DROP, where, "family inet6 is not in flow mode", family=6
        )
        forward = [known] if self.v6 else [six, known]
        ordered = sorted(self.policies.values(), key=lambda p: not p.pair[0])
        for policy_ in ordered:
            with readable(policy_.where, policy_.name):
                forward.append(self._policy_rule(policy_))
        chains = {}
        for hook, policy, rules in (
            ("prerouting", Action.ACCEPT, self.nat.rules(self.zones)),
            ("filters", Action.ACCEPT, self.filters),
            ("input", Action.DROP, [known, *self._management()]),
            ("forward", self.default, forward),
        ):
            place = "prerouting" if hook == "filters" else hook
            base = Base(
                hook=place,
                priority=-1 if hook == "filters" else 0,
                policy=policy,
                new_only=hook == "prerouting",
            )
            chains[hook] = Chain(name=hook, rules=tuple(rules), where=where, base=base)
        # Where a family's way out is not named, any interface may be the outer one.
        families = (4, 6) if self.v6 else (4,)
        named = all(self.routes[f] and all(self.routes[f]) for f in families)
        untrusted = [i for f in families for i in self.routes[f]] if named else []
        notes = [n for o in (*self.books.values(), self.apps) for n in o.notes]
        return checked(
            Ruleset(
                vendor="srx",
                chains=chains,
                families=frozenset({4, 6}),
                zones={z: tuple(i) for z, i in self.zones.items()},
                untrusted=tuple(dict.fromkeys(untrusted)),
                notes=(*self.notes, *notes),
                incomplete={4: tuple(self.unclear[:1]), 6: tuple(self.unclear[:1])}
                if self.unclear
                else {},
            )
        )


def _flip(expr: Expr, flip: bool) -> Expr:
    return Not(expr) if flip else expr


def read(texts: Sequence[Text]) -> Ruleset:
    """Read one configuration; raises `ReadError`."""
    if len(texts) > 1:
        raise ReadError(texts[1].at(1), "one SRX configuration at a time")
    return _Srx(texts[0]).read()
