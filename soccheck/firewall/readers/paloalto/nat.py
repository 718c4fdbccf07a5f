"""PAN-OS NAT: rewrites of the destination, and what a security rule sees of a packet that was rewritten.

Source: PAN-OS Networking Administrator's Guide, "NAT". A NAT rule matches zones and addresses as they were
on arrival, and the first that matches decides. A security rule matches the addresses and ports before the
translation, and the zone that the translated packet goes to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from soccheck.firewall.model import (
    ANY,
    NEVER,
    PORTS,
    Action,
    All,
    Expr,
    In,
    Not,
    Rewrite,
    Rule,
    Some,
    Unknown,
    all_of,
    some_of,
)
from soccheck.firewall.readers.base import of_family, untranslated
from soccheck.firewall.readers.objects import turned
from soccheck.firewall.readers.paloalto.expressions import (
    EVERY_PORT,
    exactly,
    pairs,
    ports_of,
    speaks_of,
)
from soccheck.firewall.readers.paloalto.interfaces import PanSides, PanZone
from soccheck.firewall.readers.paloalto.objects import PanNames
from soccheck.firewall.readers.paloalto.tree import PanNode
from soccheck.firewall.spans import Spans, intersect, span, union
from soccheck.phrase import Phrase, echo, phrase

MOST_TWINS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """Packets that one translation made, as they look after it and as they were before."""

    goal: Spans
    outside: Spans
    incoming: Expr
    names: frozenset[str]
    """The interfaces they came in by; none for any."""
    moved: Spans = ()
    """Their ports after it, where it changes them."""
    before: Spans = EVERY_PORT
    """Their ports before it, where it changes them."""

    def match(self) -> Expr:
        """Return "the packet is one of these"."""
        parts = [In("dnat", span(1)), In("dst", self.goal, 4), self.incoming]
        return all_of(*parts, *([In("dport", self.moved)] if self.moved else []))

    def before_it(self, expr: Expr) -> Expr:
        """Return what an expression on the packet before the translation says of those after it."""
        expr = substituted(expr, "dst", self.outside)
        return substituted(expr, "dport", self.before) if self.moved else expr

    def meets(self, other: Image) -> bool:
        """Tell whether a packet may be of both, as far as it shows afterwards."""
        near = not self.names or not other.names or bool(self.names & other.names)
        ports = intersect(self.moved or EVERY_PORT, other.moved or EVERY_PORT)
        return near and bool(intersect(self.goal, other.goal)) and bool(ports)


def substituted(expr: Expr, name: str, spans: Spans) -> Expr:
    """Return an expression with a field known to lie in a set, of IPv4."""
    if isinstance(expr, In) and expr.field == name:
        if expr.family == 6:
            return NEVER
        common = intersect(expr.spans, spans)
        if not common:
            return NEVER
        return (
            ANY
            if common == union(spans)
            else Unknown(phrase("the {name} before a translation", name=name))
        )
    if isinstance(expr, Not):
        inner = substituted(expr.part, name, spans)
        return ANY if inner == NEVER else NEVER if inner == ANY else Not(inner)
    if isinstance(expr, All | Some):
        parts = [substituted(part, name, spans) for part in expr.parts]
        both = isinstance(expr, All)
        if (NEVER if both else ANY) in parts:
            return NEVER if both else ANY
        return all_of(*parts) if both else some_of(*(p for p in parts if p != NEVER))
    return expr


@dataclass(slots=True)
class PanTranslations:
    """The translations of all virtual systems."""

    sides: PanSides
    rules: list[Rule] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    unfollowed: bool = False
    """True where some packet may have been rewritten in a way that is not known."""

    def seen(self, target: Expr, service: Expr) -> Expr:
        """Return what a security rule that names a destination and a service takes."""
        plain = all_of(target, service)
        if self.unfollowed:
            after = all_of(In("dnat", span(1)), Unknown(phrase("the address before a translation")))
            return some_of(all_of(In("dnat", span(0)), plain), after)
        moving = [image for image in self.images if image.moved]
        if not self.images or (target == ANY and not (moving and speaks_of(service, "dport"))):
            return plain
        parts: list[Expr] = [all_of(In("dnat", span(0)), plain)]
        for image in self.images:
            found = image.before_it(plain)
            twins = [o for o in self.images if o is not image and o.meets(image)]
            if twins:
                also = [o.before_it(plain) for o in twins[:MOST_TWINS]]
                either = some_of(found, *also)
                sure = [all_of(found, *also)] if len(twins) <= MOST_TWINS else []
                doubt = all_of(either, Unknown(phrase("which of two translations to one address")))
                found = NEVER if either == NEVER else some_of(*sure, doubt)
            if found != NEVER:
                parts.append(all_of(image.match(), found))
        return some_of(*parts)

    def read(self, vsys: str, nodes: Iterable[PanNode], names: PanNames) -> None:
        """Add the rules of one virtual system, in their order."""
        for node in nodes:
            if node.flag("disabled"):
                node.pass_over()
                continue
            for rule in self._rule(vsys, node, names):
                found = node.ledger.costs(node.record, rule, rewrites=True)
                self.unfollowed = self.unfollowed or (found is not rule)
                self.rules.append(found)

    def _rule(self, vsys: str, node: PanNode, names: PanNames) -> list[Rule]:
        source = self.sides.of(vsys, node.words("from"))
        goal = self.sides.of(vsys, node.words("to"))
        device = node.get("to-interface", "any")
        outgoing = self.sides.towards(goal)
        if device != "any":
            outgoing = all_of(outgoing, self.sides.towards([PanZone("", "", "", (device,))]))
        service = names.service(node.words("service") or ["any"], node.where)
        target = turned(names.source(node.words("destination"), node.where), "dst")
        sender = names.source(node.words("source"), node.where)
        incoming = self.sides.named("iif", source)
        parts = [incoming, outgoing, sender, service]
        # A source translation in both directions changes more than what comes in there.
        both = "source-translation" in node.record.values
        node.record.within = ANY if both or not source else incoming
        text = phrase("nat rule {name}", name=node.word)
        kind = node.get("nat-type", "ipv4")
        back: list[Rule] = []
        if kind != "ipv4":
            self.unfollowed = True
            for key in ("source-translation", "destination-translation"):
                node.whole(key)
            return [untranslated(all_of(incoming, target), node.where, text, 6)]
        translation = node.at("source-translation")
        if translation is not None:
            back = self._back(node, translation, goal, sender, names)
        changed = node.at("destination-translation")
        if "dynamic-destination-translation" in node:
            node.whole("dynamic-destination-translation")
            self.unfollowed = True
            return [untranslated(all_of(*parts, target), node.where, text), *back]
        if changed is None:
            match = all_of(*parts, target)
            rule = Rule(match=match, action=Action.ACCEPT, where=node.where, text=text, family=4)
            return [rule, *back]
        return [*self._destination(node, changed, parts, target, names, source), *back]

    def _destination(
        self, node: PanNode, changed: PanNode, parts: list[Expr], target: Expr, names: PanNames,
        source: Sequence[PanZone],
    ) -> list[Rule]:  # fmt: skip
        text = phrase("nat rule {name}", name=node.word)
        outside = exactly(target)
        inside = exactly(
            turned(names.source(changed.words("translated-address"), node.where), "dst")
        )
        port = changed.get("translated-port")
        moved = span(int(port)) if port.isdecimal() and int(port) <= PORTS else ()
        if port and not moved:
            changed.record.doubtful(echo(f"translated-port {port}"))
        left = changed.left()
        changed.pass_over()
        if outside is None or inside is None or left:
            self.unfollowed = True
            return [untranslated(all_of(*parts, target), node.where, text)]
        names_ = frozenset(name for zone in source for name in zone.ports)
        before = ports_of(parts[3])
        out = []
        for there, here in pairs(outside, inside):
            values: dict[str, Spans] = {"dst": here, **({"dport": moved} if moved else {})}
            own = union(s for p in self.sides.ports.values() for s in p.own(4))
            changing = any(4 in p.changing for p in self.sides.ports.values())
            if not intersect(here, own) and not changing:
                values["dtype"] = span(0)
            self.images.append(
                Image(goal=here, outside=there, incoming=parts[0], names=names_, moved=moved,
                      before=before)
            )  # fmt: skip
            out.append(
                Rule(
                    match=all_of(*parts, In("dst", there, 4)),
                    action=Action.REWRITE,
                    rewrite=Rewrite(values=values),
                    where=node.where,
                    text=text,
                    family=4,
                )
            )
        return out

    def _back(
        self,
        node: PanNode,
        translation: PanNode,
        goal: Sequence[PanZone],
        sender: Expr,
        names: PanNames,
    ) -> list[Rule]:
        """Return the rewrites that a static source translation in both directions adds by itself."""
        static = translation.at("static-ip")
        for key in ("dynamic-ip-and-port", "dynamic-ip"):
            translation.whole(key)
        left = translation.left()
        if static is None:
            translation.pass_over()
            return [self._anything(node, text) for text in left]
        both = static.flag("bi-directional")
        found = exactly(names.source(static.words("translated-address"), node.where))
        left += static.left()
        static.pass_over()
        translation.pass_over()
        if not both:
            return [self._anything(node, text) for text in left]
        inside = exactly(sender)
        if found is None or inside is None or left:
            return [self._anything(node, phrase("both directions"))]
        text = phrase("nat rule {name}, the other direction", name=node.word)
        incoming = self.sides.named("iif", goal)
        unsure = some_of(incoming, Unknown(phrase("by which interfaces the other direction holds")))
        out = []
        for there, here in pairs(found, inside):
            self.images.append(Image(goal=here, outside=there, incoming=ANY, names=frozenset()))
            out.append(
                Rule(
                    match=all_of(unsure, In("dst", there, 4)),
                    action=Action.REWRITE,
                    rewrite=Rewrite(values={"dst": here}),
                    where=node.where,
                    text=text,
                    family=4,
                    implicit=True,
                )
            )
        return out

    def _anything(self, node: PanNode, why: Phrase | str) -> Rule:
        self.unfollowed = True
        return untranslated(
            of_family(4), node.where, phrase("nat rule {name}: {why}", name=node.word, why=why)
        )
