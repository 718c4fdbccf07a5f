"""Port forwards and 1:1 NAT of `config.xml`; a forward may let through what it sends on.

Sources: pfSense documentation, "Port Forwards", "Accessing Port Forwards from Local Networks";
pf.conf(5), `rdr pass`. What reflection does depends on the version: it is unknown where it is on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from soccheck.firewall.model import (
    Action,
    All,
    Expr,
    In,
    Not,
    Rewrite,
    Rule,
    Unknown,
    all_of,
    span_all,
)
from soccheck.firewall.readers.base import of_family, untranslated
from soccheck.firewall.readers.objects import paired
from soccheck.firewall.readers.pf.config_interfaces import literal
from soccheck.firewall.readers.pf.config_rules import FAMILY, PfRules
from soccheck.firewall.readers.pf.xml import Node
from soccheck.firewall.spans import Spans, span
from soccheck.phrase import Phrase, phrase

SWITCHES = ("disablenatreflection", "enablebinatreflection")
"""What says for all translations whether they reflect: of forwards it turns that off, of 1:1 on."""


@dataclass(slots=True)
class Forwards:
    """The translations of one configuration."""

    rules: PfRules
    nat: list[Rule] = field(default_factory=list)
    passed: list[Rule] = field(default_factory=list)
    """What a forward that passes lets through, before any filter rule."""

    def read(self) -> None:
        """Fill the lists."""
        root, ledger = self.rules.root, self.rules.ledger
        for system in root.all("system"):
            for switch in SWITCHES:
                system.on(switch)  # without a translation they switch nothing
        for node in root.all("nat", "rule"):
            if self.rules.on(node):
                rules = self._forward(node)
                if node.record.left():
                    # What nobody read may let the packet past the filter, too.
                    sent = replace(rules[0], match=In("dnat", span(1)), action=Action.UNKNOWN)
                    self.passed.append(replace(sent, rewrite=None, family=0, implicit=True))
                self._reflect(node, rules, off=SWITCHES[0])
                self.nat += [ledger.costs(node.record, r, rewrites=True) for r in rules]
        for node in root.all("nat", "onetoone"):
            if self.rules.on(node):
                rules = self._one_to_one(node)
                self._reflect(node, rules, on=SWITCHES[1])
                self.nat += [ledger.costs(node.record, r, rewrites=True) for r in rules]
        for kind in ("npt", "onetoone"):
            for node in root.all("OPNsense", "Firewall", "Filter", kind, "rule"):
                # It translates what comes in, too: its words are left unread where it is on.
                if "enabled" in node and not node.on("enabled"):
                    node.pass_over()
        for node in root.all("installedpackages", "miniupnpd", "config"):
            if node.on("enable"):
                node.record.doubtful(phrase("UPnP and NAT-PMP open ports by themselves"))
            else:
                node.pass_over()

    def _reflect(self, node: Node, rules: list[Rule], *, on: str = "", off: str = "") -> None:
        """Add what reflection may do with packets of other interfaces to the outer address.

        A proxy, or a forward that passes, lets them past the filter there, too. A switch of the system says
        what holds for an entry that does not say it: one that turns it `on`, or one that turns it `off`.
        """
        says = node.text("natreflection")
        systems = list(self.rules.root.all("system"))
        general = any(s.on(on) for s in systems) if on else not any(s.on(off) for s in systems)
        if says == "disable" or not (general or says in ("enable", "purenat", "1")):
            return
        side = self.rules.interfaces.match(node.text("interface"))
        for rule in rules:
            if rule.rewrite is None:
                continue
            perhaps = Unknown(phrase("NAT reflection of {line}", line=rule.text))
            parts = rule.match.parts if isinstance(rule.match, All) else (rule.match,)
            match = all_of(Not(side), *(p for p in parts if p != side), perhaps)
            self.nat.append(replace(rule, match=match, implicit=True))
            sent = [In(name, spans, rule.family if name == "dst" else 0)
                    for name, spans in rule.rewrite.values.items()]  # fmt: skip
            match = all_of(In("dnat", span(1)), Not(side), *sent, perhaps)
            self.passed.append(
                replace(rule, match=match, action=Action.UNKNOWN, rewrite=None, implicit=True)
            )

    def _one_to_one(self, node: Node) -> list[Rule]:
        """Return the way in of a 1:1 translation: there are as many outer addresses as inner ones."""
        outside, inner, far = node.text("external"), node.first("source"), node.first("destination")
        parts = [self.rules.interfaces.match(node.text("interface"))]
        # One that is no `binat` holds one way only (OPNsense, "One-to-one").
        node.record.choice("type", {"binat": True}, "binat", False)
        said = node.record.choice("ipprotocol", FAMILY, "", 0)
        if said and "ipprotocol" in node:
            parts.append(of_family(said))
        if far is not None and not far.on("any"):
            parts.append(Unknown(phrase("the far side of the 1:1 NAT")))
            far.pass_over()
        known = literal(outside)
        goal = literal(inner.text("address")) if inner is not None else None
        text = phrase("1:1 NAT of {outside}", outside=outside)
        if known is None or goal is None or known.family != goal.family:
            return [untranslated(all_of(*parts), node.where, text, f) for f in (4, 6)]
        base = Rule(
            match=all_of(*parts),
            action=Action.REWRITE,
            where=node.where,
            family=known.family,
            text=text,
        )
        (low, high), first = goal.spans[0], known.spans[0][0]
        return [
            replace(
                base,
                match=all_of(*parts, In("dst", out, known.family)),
                rewrite=Rewrite(values={"dst": into}),
            )
            for out, into in paired(span(first, first + high - low), goal.spans)
        ]

    def _forward(self, node: Node) -> list[Rule]:
        target, local = node.text("target"), node.text("local-port")
        text = phrase("port forward to {target} {local}", target=target, local=local)
        sides = [node.first(tag) for tag in ("source", "destination")]
        parts = self.rules.parts(node, sides)
        outside = sides[1].text("port") if sides[1] is not None else ""
        # OPNsense's own rule for a forward (`Register rule`) lets through just what it sends on, too.
        passes = node.text("associated-rule-id") == "pass" or node.text("pass") in ("pass", "rule")
        if node.on("nordr"):
            return [Rule(match=all_of(*parts), action=Action.ACCEPT, where=node.where, text=text)]
        goal: Expr | None = literal(target)
        if goal is None and self.rules.aliases.knows(target):
            goal = self.rules.aliases.addresses.find(target, node.where)
        if goal is None:
            parts.append(
                Unknown(phrase("the target {target}, which nothing defines", target=target))
            )
        ports: dict[str, Spans] = {}
        if local and local != outside:
            single = local.isdecimal() and "-" not in outside
            ports["dport"] = span(int(local)) if single else span(0, 65535)
        # An alias may hold addresses of either family.
        goals = (
            {goal.family: goal.spans} if isinstance(goal, In) else {f: span_all(f) for f in (4, 6)}
        )
        comment = " ".join(node.record.values.get("descr", ()))
        found = []
        for family, inside in goals.items():
            values = {"dst": inside, **ports}
            match, rewrite = all_of(of_family(family), *parts), Rewrite(values=values)
            found.append(Rule(match=match, action=Action.REWRITE, where=node.where, text=text,
                              family=family, rewrite=rewrite, comment=comment))  # fmt: skip
            if passes:
                self._passed(node, parts, values, family, text)
        return found

    def _passed(
        self,
        node: Node,
        parts: list[Expr],
        values: Mapping[str, Spans],
        family: int,
        text: Phrase | str,
    ) -> None:
        """Let through what a forward that also passes has sent on (`rdr pass`, pf.conf(5))."""
        sent: list[Expr] = [p for p in parts if not _is_of(p, ("dst", "dport", "dtype"))]
        sent += [In(name, spans, family if name == "dst" else 0) for name, spans in values.items()]
        twins = [n for n in self.rules.root.all("nat", "rule") if n is not node and _same(n, node)]
        if twins:
            sent.append(Unknown(phrase("which of the forwards to the same place it was")))
        match = all_of(In("dnat", span(1)), *sent)
        rule = Rule(
            match=match,
            action=Action.ACCEPT,
            where=node.where,
            text=phrase("{line}, which passes", line=text),
        )
        self.passed.append(rule)


def _same(one: Node, other: Node) -> bool:
    """Tell whether two forwards lead to the same place."""
    keys = ("target", "local-port")
    return all(one.record.values.get(k) == other.record.values.get(k) for k in keys)


def _is_of(expr: Expr, fields: tuple[str, ...]) -> bool:
    """Tell whether an expression speaks of one of these fields."""
    if isinstance(expr, In):
        return expr.field in fields
    if isinstance(expr, Not):
        return _is_of(expr.part, fields)
    return any(_is_of(part, fields) for part in getattr(expr, "parts", ()))
