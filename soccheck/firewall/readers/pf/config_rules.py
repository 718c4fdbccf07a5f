"""The rules that pfSense and OPNsense make of `config.xml`: filter rules and port forwards.

Floating rules come first, then those of interface groups and of each interface (all of them quick but
floating ones without `quick`), then deny. Sources: pfSense documentation (Rule methodology, Port forwards);
OPNsense documentation, "Rules" and "Rules [new]"; OPNsense `Firewall/Filter.xml` and `FilterRuleField.php`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from soccheck.errors import worded
from soccheck.firewall.model import (
    ANY,
    TCP,
    UDP,
    Action,
    Expr,
    In,
    Not,
    Rule,
    Unknown,
    all_of,
    some_of,
)
from soccheck.firewall.names import icmp, port_range, protocol
from soccheck.firewall.readers.base import of_family
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.objects import asks, leaving, moved, turned
from soccheck.firewall.readers.pf.aliases import SELF, Aliases
from soccheck.firewall.readers.pf.config_interfaces import PfInterfaces, literal
from soccheck.firewall.readers.pf.pfctl_match import ICMP_NAMES
from soccheck.firewall.readers.pf.xml import Node
from soccheck.firewall.spans import address, span
from soccheck.phrase import echo, phrase

FAMILY = {"inet": 4, "inet6": 6, "inet46": 0, "": 4}
ACTIONS: Mapping[str, Action] = {
    "pass": Action.ACCEPT, "": Action.ACCEPT, "block": Action.DROP, "reject": Action.DROP,
    "match": Action.CONTINUE,
}  # fmt: skip
CONDITIONS = ("sched", "os", "tagged", "gateway_group", "vlanprio", "max-src-conn-rate")
WITH_PORTS = ("tcp", "udp", "tcp/udp")
"""Protocols with which a rule's ports count; with others both systems leave them out."""
LINK_LOCAL = In("src", address("fe80::/10")[1], 6)
FLOATING, OF_GROUP, OWN = 2, 3, 4
"""In which order rules decide (OPNsense `FilterRuleField.php`; pfSense `filter_rules_generate`)."""
WAYS = {"": ("in",), "in": ("in",), "out": ("out",), "any": ("in", "out")}


class PfPlace(NamedTuple):
    """Where a rule stands among the others."""

    level: int
    group: int
    legacy: int
    sequence: int
    number: int


@dataclass(slots=True)
class PfRules:
    """The rules of one configuration, in the order they apply."""

    root: Node
    ledger: Ledger
    interfaces: PfInterfaces
    aliases: Aliases
    quick: dict[str, list[tuple[PfPlace, Rule]]] = field(
        default_factory=lambda: {"in": [], "out": []}
    )
    """Rules by the way on which they decide."""
    last: dict[str, list[tuple[PfPlace, Rule]]] = field(
        default_factory=lambda: {"in": [], "out": []}
    )
    """Rules that decide only where no later one matches."""
    count: int = 0
    skips: bool = False
    """True where rules are left out whose gateway is down (pfSense's and OPNsense's `skip_rules_gw_down`)."""

    def read(self) -> None:
        """Fill the lists."""
        self.skips = any(node.on("skip_rules_gw_down") for node in self.root.all("system"))
        for node in self.root.all("filter", "rule"):
            if self.on(node):
                self._put(node, self._rule(node), new=False)
        for node in self.root.all("OPNsense", "Firewall", "Filter", "rules", "rule"):
            if self.on(node):
                self._put(node, self._new_rule(node), new=True)

    def ordered(self, way: str) -> list[Rule]:
        """Return the filter rules as they decide on the way `in` or `out`, where all else passes."""
        lists = (self.quick[way], self.last[way])
        quick, last = (sorted(found, key=lambda f: f[0]) for found in lists)
        return [rule for _, rule in (*quick, *reversed(last))]

    def on(self, node: Node) -> bool:
        """Tell whether a rule is on; one that is off is accounted for."""
        off = node.on("disabled") or ("enabled" in node and node.text("enabled") == "0")
        if off:
            node.pass_over()
        return not off

    def _put(self, node: Node, rule: Rule, *, new: bool) -> None:
        """Put a rule where it decides: floating, then of groups, then of interfaces, the new ones first."""
        names = node.text("interface")
        floating = node.on("floating") or "," in names or not names
        level = FLOATING if floating else OF_GROUP if self.interfaces.is_group(names) else OWN
        order = self.interfaces.sequence(names) if level == OF_GROUP else 0
        sequence = node.text("sequence") if new else ""
        if sequence and not sequence.isdecimal():
            node.record.doubtful(echo(f"sequence {sequence}"))
        number = int(sequence) if sequence.isdecimal() else 0
        # Legacy rules of one interface are quick unless they say no, floating ones only if they say yes.
        says = node.text("quick")
        quick = says in ("yes", "1") or (says == "" and (new or not floating))
        if not self.root.strict and not floating:
            quick = True
        self.count += 1
        where = PfPlace(level, order, 0 if new else 1, number, self.count)
        ways = node.record.choice("direction", WAYS, "", WAYS["any"])
        found = self.ledger.costs(node.record, rule)
        if ways != WAYS["in"] and not floating and not self.root.strict:
            # Only floating rules of pfSense have a direction ("Floating Rules").
            ways, doubt = WAYS["any"], Unknown(phrase("a rule on the way out"))
            found = replace(found, match=all_of(found.match, doubt))
        for way in ways:
            one = found if way == "in" else _outward(found)
            (self.quick if quick else self.last)[way].append((where, one))

    def _finish(self, node: Node, kind: str, text: str, parts: list[Expr]) -> Rule:
        record = node.record
        if kind not in ACTIONS:
            record.doubtful(phrase("type {kind}", kind=kind))
        if node.text("gateway") and self.skips:
            parts = [
                *parts,
                Unknown(
                    phrase(
                        "left out while the gateway {gateway} is down", gateway=node.text("gateway")
                    )
                ),
            ]
        return Rule(
            match=all_of(*parts),
            action=ACTIONS.get(kind, Action.UNKNOWN),
            where=node.where,
            text=text,
            log=node.on("log"),
            comment=" ".join(record.values.get("descr", record.values.get("description", ()))),
        )

    def _rule(self, node: Node) -> Rule:
        kind = node.text("type")
        sides = [node.first(tag) for tag in ("source", "destination")]
        shown = [kind or "pass", node.text("interface"), node.text("ipprotocol"), node.text("protocol"),
                 _shown(sides[0]), "to", _shown(sides[1])]  # fmt: skip
        return self._finish(node, kind, " ".join(filter(None, shown)), self.parts(node, sides))

    def _new_rule(self, node: Node) -> Rule:
        """Return a rule of OPNsense's model, whose sides are leaves of their own."""
        kind = node.text("action")
        parts = [*self._common(node, 4), self.interfaces.match(node.text("interface"))]
        flipped = self.interfaces.match(node.text("interface"))
        if node.text("interfacenot") == "1":
            parts[-1] = Not(flipped)
        shown = [kind, node.text("interface"), node.text("ipprotocol"), node.text("protocol")]
        for side, name, ports in (("source", "src", "sport"), ("destination", "dst", "dport")):
            value = node.text(f"{side}_net") or "any"
            found = some_of(*(self._address(v, name, node) for v in value.split(",")))
            parts.append(Not(found) if node.text(f"{side}_not") == "1" else found)
            port = node.text(f"{side}_port")
            if port:
                parts.append(self._port(port, ports, node))
            shown += [value + (f":{port}" if port else ""), "to"]
        parts += [Unknown(echo(f"{tag} {node.text(tag)}")) for tag in CONDITIONS if node.text(tag)]
        return self._finish(node, kind, " ".join(filter(None, shown[:-1])), parts)

    def _common(self, node: Node, blank: int) -> list[Expr]:
        """Return family and protocol; `blank` is the family of a rule that says none, 0 for both."""
        family = node.record.choice("ipprotocol", {**FAMILY, "": blank}, "", 0)
        parts: list[Expr] = [of_family(family)] if family else []
        try:
            parts += self._service(node)
        except ValueError as error:
            parts.append(Unknown(worded(error)))
        return parts

    def parts(self, node: Node, sides: list[Node | None]) -> list[Expr]:
        """Return what a rule, or a port forward, matches."""
        parts = self._common(node, 0 if self.root.strict else 4)
        side = self.interfaces.match(node.text("interface"))
        parts.append(Not(side) if node.on("interfacenot") else side)
        for found, name in zip(sides, ("src", "dst"), strict=True):
            parts.append(self._side(found, name, node))
        ported = any(s is not None and s.text("port") for s in sides)
        if ported and not self.root.strict and not node.text("protocol"):
            parts.append(In("proto", span(TCP)))  # and its ports are left out (`filter.inc`)
        parts += [Unknown(echo(f"{tag} {node.text(tag)}")) for tag in CONDITIONS if node.text(tag)]
        return parts

    def _service(self, node: Node) -> list[Expr]:
        proto, kinds = node.text("protocol").lower(), node.text("icmptype")
        if proto in ("", "any"):
            return []
        if proto == "tcp/udp":
            return [In("proto", ((TCP, TCP), (UDP, UDP)))]
        out: list[Expr] = [In("proto", span(protocol(proto)))]
        if proto == "icmp" and node.text("ipprotocol") != "inet":
            out = [In("proto", ((1, 1), (58, 58)))]
        if kinds and kinds != "any":
            found = [icmp(ICMP_NAMES.get(k, k), 4) for k in kinds.split(",")]
            out.append(some_of(*(In("itype", span(k)) for k, _ in found)))
        return out

    def _side(self, node: Node | None, name: str, rule: Node) -> Expr:
        if node is None:
            rule.record.doubtful(phrase("no {name} is named", name=name))
            return ANY
        parts: list[Expr] = []
        value = node.text("address") or node.text("network")
        anything = ("any" in node and node.on("any")) or value == "any"
        flipped = node.on("not")
        if not anything and value:
            found = self._address(value, name, rule)
            if flipped and not self.root.strict and value in self.interfaces.virtual:
                # Each of the networks is denied on its own: `{ !A !B }` is any (`filter.inc`).
                found = Unknown(phrase("not {name} with its virtual addresses", name=value))
            parts.append(Not(found) if flipped else found)
        elif not anything:
            parts.append(Unknown(phrase("a {name} in a form not followed", name=name)))
        ports = node.text("port")
        if ports and rule.text("protocol").lower() in WITH_PORTS:
            parts.append(self._port(ports, "sport" if name == "src" else "dport", rule))
        left = node.record.left()
        node.record.done = True
        for word in left:
            rule.record.doubtful(f"{node.tag}: {word}")
        return all_of(*parts)

    def _address(self, value: str, name: str, rule: Node) -> Expr:
        known = literal(value)
        if value == "any":
            return ANY
        if known is not None:
            return turned(known, name)
        if self.aliases.knows(value):
            return turned(self.aliases.addresses.find(value, rule.where), name)
        if value in SELF:
            return In("dtype", span(1)) if name == "dst" else Unknown(phrase("an own address"))
        if value in self.interfaces.nodes:
            inside = self.interfaces.network(value, name)
            if self.root.strict and value == rule.text("interface"):
                link = all_of(
                    LINK_LOCAL,
                    Unknown(phrase("the link of {name}, with versions since 22.1", name=value)),
                )
                return some_of(inside, turned(link, name))
            return inside
        if value.endswith("ip") and value[:-2] in self.interfaces.nodes:
            return self.interfaces.address(value[:-2], name)
        return turned(self.aliases.addresses.find(value, rule.where), name)

    def _port(self, value: str, name: str, rule: Node) -> Expr:
        try:
            return some_of(*(In(name, (port_range(v),)) for v in value.split(",")))
        except ValueError:
            return moved(self.aliases.ports.find(value, rule.where), name)


def _outward(rule: Rule) -> Rule:
    """Return a rule as it decides on the way out, after what outbound NAT does to the source."""
    match = leaving(rule.match)
    if asks(match, "src"):
        match = all_of(match, Unknown(phrase("whether the source is translated before")))
    return replace(rule, match=match)


def _shown(node: Node | None) -> str:
    if node is None:
        return "?"
    values = {tag: " ".join(words) for tag, words in node.record.values.items()}
    side = values.get("address") or values.get("network") or "any"
    port = values.get("port")
    flip = "!" if "not" in values else ""
    return f"{flip}{side}{':' + port if port else ''}"
