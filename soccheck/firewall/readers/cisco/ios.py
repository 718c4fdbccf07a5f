"""Cisco IOS / IOS-XE running-config to the rule model.

Sources: Cisco IOS Security Configuration Guide (access lists), IP Addressing: NAT (order of
operations: an entering list sees the packet before NAT, a leaving one after). Lists keep no state.
An IPv6 list ends with an implicit permit of neighbour discovery ahead of its implicit deny.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from soccheck.errors import ReadError
from soccheck.firewall.model import (
    ANY,
    ICMPV6,
    TCP,
    UDP,
    Action,
    Base,
    Chain,
    Expr,
    In,
    Interface,
    Named,
    Note,
    Rewrite,
    Rule,
    Ruleset,
    Unknown,
    Where,
    all_of,
    some_of,
    span_all,
)
from soccheck.firewall.names import port
from soccheck.firewall.readers.base import Text, checked, implied, of_family, readable
from soccheck.firewall.readers.cisco.access_lists import Dialect, Groups, Words, entry
from soccheck.firewall.spans import Spans, address, span


def detect(content: str) -> bool:
    """Tell whether a text is an IOS configuration."""
    if re.search(r"^ASA Version ", content[:20000], re.M) or re.search(r"^ nameif ", content, re.M):
        return False
    return bool(re.search(r"^interface \S+", content, re.M)) and bool(
        re.search(
            r"^version \d+\.\d+|^ip access-list |^ipv6 access-list |^access-list \d+ ",
            content,
            re.M,
        )
    )


class _Ios:
    """One configuration while it is read."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.dialect = Dialect(asa=False)
        self.groups = Groups(self.dialect)
        self.lists: dict[str, tuple[Where, int, list[tuple[Words, str]]]] = {}
        self.bound: list[tuple[str, int, str, str, Where]] = []
        self.nat: list[tuple[Words, str]] = []
        self.outside: list[str] = []
        self.own: dict[str, Spans] = {}
        self.interfaces: dict[int, dict[str, None]] = {4: {}, 6: {}}
        self.lines: list[tuple[Where, dict[str, list[str]]]] = []
        self.unclear_web = ""
        self.web: dict[int, bool] = {}
        self.web_where = text.at(1)
        self.outward: list[str] = []
        """Where default routes lead; the empty text where only a next hop is named."""
        self.notes: list[Note] = []
        self.unclear: list[Note] = []
        self.chains: dict[str, Chain] = {}

    def read(self) -> Ruleset:
        """Return the ruleset."""
        block: list[str] = []
        ended = False
        where = self.text.at(1)
        for number, raw in self.text.numbered():
            text, where = raw.rstrip(), self.text.at(number)
            if text == "end":
                ended = True
            if not text or text.startswith("!"):
                block = [] if text.startswith("!") and not raw.startswith(" ") else block
                continue
            words = Words(text.split(), where)
            with readable(where, text):
                if text.startswith(" "):
                    self._inside(block, words, text.strip())
                else:
                    block = text.split()
                    self._top(words, text)
        if not ended:
            raise ReadError(where, "the configuration is cut off: it does not end with `end`")
        return self._ruleset()

    def _top(self, words: Words, text: str) -> None:
        found = words.words
        where = words.where
        if found[:2] == ["ip", "access-list"] and len(found) >= 4:
            if found[2] in ("standard", "extended"):
                self.lists.setdefault(found[3], (where, 4, []))
        elif found[:2] == ["ipv6", "access-list"] and len(found) >= 3:
            self.lists.setdefault(found[2], (where, 6, []))
        elif found[0] == "access-list" and len(found) >= 3:
            held = self.lists.setdefault(found[1], (where, 4, []))
            held[2].append((Words(found[2:], where), text))
        elif found[0] == "object-group" and len(found) >= 3:
            if found[1] in ("network", "service"):
                self.groups.open(found[1], found[2], where)
        elif text.startswith(
            ("ip nat inside source static", "ip nat outside", "ip nat inside dest")
        ):
            self.nat.append((words, text))
        elif found[:4] == ["ip", "route", "0.0.0.0", "0.0.0.0"]:
            self.outward.append(found[4] if found[4][0].isalpha() else "")
        elif found[:3] == ["ipv6", "route", "::/0"]:
            self.outward.append(found[3] if found[3][0].isalpha() and ":" not in found[3] else "")
        elif found[0] == "line" and found[1:2] == ["vty"]:
            self.lines.append((where, {}))
        elif text in ("ip http server", "no ip http server"):
            self.web[80], self.web_where = not text.startswith("no"), where
        elif text in ("ip http secure-server", "no ip http secure-server"):
            self.web[443], self.web_where = not text.startswith("no"), where
        elif text.startswith("ip http access-class"):
            self.unclear_web = text
        elif found[0] == "zone-pair":
            self.unclear.append(
                Note(kind="left out", where=where, text=f"{where}: zone-based firewall")
            )

    def _inside(self, block: Sequence[str], words: Words, text: str) -> None:
        if not block:
            return
        found = words.words
        if block[0] == "interface":
            self._interface(block[1], words)
        elif block[1:2] == ["access-list"] and len(block) >= 3:
            name = block[3] if block[0] == "ip" and len(block) > 3 else block[2]
            if name in self.lists:
                kind = "standard" if block[2] == "standard" else ""
                if found[0].isdigit():
                    found = found[1:]
                elif found[0] == "sequence":
                    found = found[2:]
                self.lists[name][2].append(
                    (Words([*([kind] if kind else []), *found], words.where), text)
                )
        elif block[0] == "object-group" and len(block) >= 3:
            self.groups.line(block[1], block[2], "", words)
        elif block[:2] == ["line", "vty"]:
            self.lines[-1][1].setdefault(" ".join(found[:2]), []).extend(found[2:])
            if found[:2] == ["ipv6", "access-class"]:
                self.lines[-1][1]["ipv6 access-class"] = found[2:]
            elif found[0] == "access-class":
                self.lines[-1][1]["access-class"] = found[1:]

    def _interface(self, name: str, words: Words) -> None:
        found = words.words
        if found[0] in ("ip", "ipv6") and not name.startswith("Loopback"):
            # Any command may enable the family there; by a loopback nothing comes in.
            self.interfaces[4 if found[0] == "ip" else 6][name] = None
        if found[:2] == ["ip", "access-group"] and len(found) >= 4:
            self.bound.append((found[2], 4, found[3], name, words.where))
        elif found[:2] == ["ipv6", "traffic-filter"] and len(found) >= 4:
            self.bound.append((found[2], 6, found[3], name, words.where))
        elif found[:3] == ["ip", "nat", "outside"]:
            self.outside.append(name)
        elif found[:2] == ["ip", "address"] and len(found) >= 4 and found[2][0].isdigit():
            self.own[name] = address(found[2])[1]
        elif found[:1] == ["zone-member"]:
            self.unclear.append(
                Note(kind="left out", where=words.where, text=f"{words.where}: zone-based firewall")
            )

    def _ruleset(self) -> Ruleset:
        where = self.text.at(1)
        for name, (place, family, entries) in self.lists.items():
            self.chains[f"access-list {name}"] = Chain(
                name=f"access-list {name}",
                rules=tuple(self._rules(name, family, entries, place)),
                where=place,
            )
        for name, hook, priority, rules in (
            ("entering", "prerouting", -200, self._filters("in")),
            ("nat", "prerouting", -100, self._translations()),
            ("input", "input", 0, self._management()),
            ("leaving", "forward", 0, self._filters("out")),
        ):
            base = Base(
                hook=hook,
                priority=priority,
                policy=Action.ACCEPT,
                new_only=name == "nat",
                decides=name == "entering",
            )
            self.chains[name] = Chain(name=name, rules=tuple(rules), where=where, base=base)
        objects = (self.dialect.addresses, self.dialect.services)
        return checked(
            Ruleset(
                vendor="ios",
                chains=self.chains,
                families=frozenset({4, 6}),
                untrusted=self._untrusted(),
                devices=self._devices(),
                notes=(*self.notes, *(n for o in objects for n in o.notes)),
                incomplete={4: tuple(self.unclear[:1]), 6: tuple(self.unclear[:1])}
                if self.unclear
                else {},
            )
        )

    def _devices(self) -> tuple[Interface, ...]:
        names = {name: None for listed in self.interfaces.values() for name in listed}
        return tuple(
            Interface(
                name=name, families=frozenset(f for f in (4, 6) if name in self.interfaces[f])
            )
            for name in names
        )

    def _untrusted(self) -> tuple[str, ...]:
        """Return where default routes lead; nothing where one of them leads who knows where."""
        listed = {name for names in self.interfaces.values() for name in names}
        ways = [name for name in self.outward if name != "Null0"]
        sure = all(name in listed if listed else name for name in ways)
        return tuple(dict.fromkeys(ways)) if sure else ()

    def _rules(
        self, name: str, family: int, entries: Sequence[tuple[Words, str]], place: Where
    ) -> list[Rule]:
        out: list[Rule] = []
        number = int(name) if name.isdigit() else 0
        comment = ""
        for words, text in entries:
            standard = 0 < number < 100 or 1300 <= number < 2000
            if words.peek() == "standard":
                words.take()
                standard = True
            if words.peek() == "remark":
                comment = " ".join(words.words[1:])
                continue
            if words.peek() in ("dynamic", "evaluate"):
                out.append(
                    Rule(match=Unknown(text), action=Action.ACCEPT, where=words.where, text=text)
                )
                continue
            with readable(words.where, text):
                words = _standard(words) if standard else words
            with readable(words.where, text):
                rule = entry(words, self.dialect, family, text)
            if rule is not None:
                out.append(
                    Rule(
                        match=rule.match,
                        action=rule.action,
                        where=rule.where,
                        text=text,
                        family=family,
                        log=rule.log,
                        comment=comment,
                    )
                )
                comment = ""
        if family == 6:
            nd = all_of(of_family(6), In("proto", span(ICMPV6)), In("itype", span(135, 136)))
            out.append(
                implied(
                    nd, Action.ACCEPT, place, "implicit permit of neighbour discovery", family=6
                )
            )
        if out:
            out.append(
                implied(
                    of_family(family), Action.DROP, place, f"implicit deny of {name}", family=family
                )
            )
        return out

    def _filters(self, direction: str) -> list[Rule]:
        out: list[Rule] = []
        field = "iif" if direction == "in" else "oif"
        for name, family, way, interface, where in self.bound:
            if way != direction:
                continue
            match = all_of(of_family(family), Named(field, (interface,)))
            text = f"interface {interface}: access list {name} {direction}"
            if name not in self.lists:
                # NOTE: IOS lets everything through a list that is not defined.
                self.notes.append(
                    Note(kind="undefined", where=where, text=f"access-list {name} is not defined")
                )
                continue
            out.append(
                Rule(
                    match=match,
                    action=Action.JUMP,
                    target=f"access-list {name}",
                    where=where,
                    text=text,
                    family=family,
                )
            )
        return out

    def _translations(self) -> list[Rule]:
        out: list[Rule] = []
        side: Expr = Named("iif", tuple(self.outside)) if self.outside else ANY
        for words, text in self.nat:
            found = [w for w in words.words[5:] if w not in ("extendable", "no-alias")]
            try:
                out.append(self._static(found, side, words.where, text))
            except (ValueError, IndexError, KeyError):
                match = all_of(side, Unknown(f"a translation not followed: {text}"))
                any_ = Rewrite(values={"dst": span_all(4), "dport": ((0, 65535),)}, text=text)
                out.append(
                    Rule(
                        match=match,
                        action=Action.REWRITE,
                        rewrite=any_,
                        where=words.where,
                        text=text,
                        family=4,
                    )
                )
        return out

    def _static(self, found: list[str], side: Expr, where: Where, text: str) -> Rule:
        values: dict[str, Spans] = {"dtype": span(0)}
        parts: list[Expr] = [side]
        if "source" not in text or found[0] == "network" or "route-map" in found:
            raise ValueError(text)
        if found[0] in ("tcp", "udp"):
            proto, inside, real = TCP if found[0] == "tcp" else UDP, found[1], port(found[2])
            outside, rest = found[3], found[4:]
            if outside == "interface":
                outside, rest = found[4], found[5:]
            parts += [In("proto", span(proto)), In("dport", span(port(rest[0])))]
            values["dport"] = span(real)
            rest = rest[1:]
        else:
            inside, outside, rest = found[0], found[1], found[2:]
            if outside == "interface":
                outside, rest = found[2], found[3:]
        if rest:
            raise ValueError(text)
        goal = self.own[outside] if outside[0].isalpha() else address(outside)[1]
        values["dst"] = address(inside)[1]
        parts.append(In("dst", goal, 4))
        return Rule(
            match=all_of(*parts),
            action=Action.REWRITE,
            where=where,
            text=text,
            family=4,
            rewrite=Rewrite(values=values, text=text),
        )

    def _management(self) -> list[Rule]:
        out: list[Rule] = []
        shells: list[Expr] = []
        for where, settings in self.lines:
            methods = settings.get("transport input", ["unknown"])
            ports = {"ssh": [22], "telnet": [23], "all": [22, 23], "none": []}
            served = sorted({p for m in methods for p in ports.get(m, [22, 23])})
            if not served:
                continue
            match = all_of(In("proto", span(TCP)), some_of(*(In("dport", span(p)) for p in served)))
            if methods == ["unknown"]:
                match = all_of(match, Unknown("transport input is not given"))
            shells.append(match)
            for family, key in ((4, "access-class"), (6, "ipv6 access-class")):
                limited = settings.get(key)
                both = all_of(of_family(family), match)
                text = f"line vty: {key} {' '.join(limited or ['none'])}"
                if limited and limited[0] in self.lists:
                    out.append(
                        Rule(
                            match=both,
                            action=Action.JUMP,
                            where=where,
                            text=text,
                            target=f"access-list {limited[0]}",
                            family=family,
                        )
                    )
                else:
                    out.append(
                        Rule(
                            match=both, action=Action.ACCEPT, where=where, text=text, family=family
                        )
                    )
        closed = all_of(In("proto", span(TCP)), In("dport", span(22, 23)))
        out.append(implied(closed, Action.DROP, self.text.at(1), "no vty line serves this"))
        for number, on in self.web.items():
            match = all_of(In("proto", span(TCP)), In("dport", span(number)))
            if on and self.unclear_web:
                match = all_of(match, Unknown(self.unclear_web))
            action = Action.ACCEPT if on else Action.DROP
            out.append(
                Rule(
                    match=match,
                    action=action,
                    where=self.web_where,
                    text=f"web server on {number}: {'on' if on else 'off'}",
                )
            )
            if on and self.unclear_web:
                out.append(
                    Rule(
                        match=match, action=Action.DROP, where=self.web_where, text=self.unclear_web
                    )
                )
        return out


def _standard(words: Words) -> Words:
    """Write a standard entry (a source only) as an extended one."""
    found = words.words
    source = found[1:2]
    rest = found[2:]
    if source in (["any"],):
        pass
    elif source == ["host"] or (rest[:1] and re.fullmatch(r"[\d.]+", rest[0])):
        source, rest = found[1:3], found[3:]
    else:
        source = ["host", *source]
    return Words([found[0], "ip", *source, "any", *rest], words.where)


def read(texts: Sequence[Text]) -> Ruleset:
    """Read one configuration; raises `ReadError`."""
    if len(texts) > 1:
        raise ReadError(texts[1].at(1), "one IOS configuration at a time")
    return _Ios(texts[0]).read()
