"""The VPN gateways of a PAN-OS device: GlobalProtect, IKE, GRE.

Sources: GlobalProtect Administrator's Guide; PAN-OS Administrator's Guide, "Reference: Port Number Usage".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from soccheck.firewall.model import TCP, UDP, Action, Expr, In, Rule, Unknown, all_of, some_of
from soccheck.firewall.readers.paloalto.interfaces import LOCAL, PanSides
from soccheck.firewall.readers.paloalto.tree import PanNode
from soccheck.firewall.spans import span, union
from soccheck.phrase import Phrase, echo, phrase


def on(proto: int, *ports: int) -> Expr:
    """Return "to one of these ports of a protocol"."""
    return all_of(In("proto", span(proto)), In("dport", union((p, p) for p in ports)))


PORTAL = (on(TCP, 443),)
GATEWAY = (on(TCP, 443), on(UDP, 4501))
BESIDE = some_of(on(TCP, 80, 4443), on(UDP, 500, 4500), In("proto", span(50)))
"""What a portal or a gateway may listen on beside: redirection, moved management, other clients."""
IKE = some_of(on(UDP, 500, 4500), In("proto", span(50)))


def _rule(node: PanNode, match: Expr, text: Phrase) -> Rule:
    return Rule(match=match, action=Action.ACCEPT, where=node.where, text=text)


class PanGateways:
    """The gateways of one device."""

    def __init__(self, root: PanNode, sides: PanSides) -> None:
        self.root = root
        self.sides = sides

    def rules(self) -> Iterator[Rule]:
        """Yield what lets packets to them, once a security rule has."""
        for vsys in self.root.entries("vsys"):
            yield from self._global_protect(vsys)
        yield from self._tunnels()

    def _global_protect(self, vsys: PanNode) -> Iterator[Rule]:
        outer = vsys.at("global-protect")
        if outer is None:
            return
        for table, path, listeners in (
            ("global-protect-portal", ("portal-config", "local-address"), PORTAL),
            ("global-protect-gateway", ("local-address",), GATEWAY),
        ):
            for node in outer.entries(table):
                text = echo(f"GlobalProtect {table.rpartition('-')[2]} {node.word}")
                yield from self._listener(node, node.at(*path), listeners, text)
                beside = all_of(LOCAL, BESIDE, Unknown(text))
                yield _rule(node, beside, text)

    def _listener(
        self, node: PanNode, place: PanNode | None, listeners: Sequence[Expr], text: Phrase
    ) -> Iterator[Rule]:
        """Yield a listener at the interface that a `local-address` names, or wherever it may be."""
        name = place.get("interface") if place is not None else ""
        if place is not None:
            place.whole("ip")  # one of its addresses, all of which are taken to answer
        known = name in self.sides.ports
        here = (
            self.sides.at([name])
            if known
            else Unknown(phrase("{text}: at which address", text=text))
        )
        yield _rule(node, all_of(LOCAL, here, some_of(*listeners)), text)

    def _tunnels(self) -> Iterator[Rule]:
        for node in self.root.entries("network", "ike", "gateway"):
            if node.flag("disabled"):
                node.pass_over()
                continue
            yield from self._listener(
                node, node.at("local-address"), [IKE], echo(f"IKE {node.word}")
            )
        for table, listeners in (
            ("global-protect-gateway", (*GATEWAY, IKE)),
            ("global-protect-site-to-site", (*GATEWAY, IKE)),
            ("gre", (In("proto", span(47)),)),
        ):
            for node in self.root.entries("network", "tunnel", table):
                text = echo(f"{table} {node.word}")
                yield from self._listener(node, node.at("local-address"), listeners, text)
