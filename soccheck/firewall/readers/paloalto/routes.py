"""Static routes of PAN-OS: which interfaces lead outside, and what would only be sent back there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from soccheck.firewall.model import Action, In, Named, Not, Rule, Where, all_of
from soccheck.firewall.readers.base import implied, of_family
from soccheck.firewall.readers.learned import Speaker, is_way_out
from soccheck.firewall.readers.paloalto.interfaces import WORLD, PanSides, Port
from soccheck.firewall.readers.paloalto.tree import PanNode, names_of
from soccheck.firewall.spans import Spans, address, complement, intersect, union
from soccheck.phrase import phrase

NOWHERE = ("discard", "next-vr", "next-lr", "none")
"""Next hops that leave by no interface of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One static route."""

    family: int
    goal: Spans
    """Where it leads; nothing where that is the name of an object."""
    way: str
    """The interface it leaves by; empty where none is named."""
    hops: tuple[Spans, ...]
    everywhere: bool
    where: Where


class Routes:
    """The static routes of all virtual and logical routers."""

    def __init__(self, root: PanNode, sides: PanSides) -> None:
        self.sides = sides
        routers = _routers(root)
        self.routes = [route for node in routers for route in self._of(node)]
        self.plain = len(routers) == 1 and not _learns(routers[0]) and not _steers(root)
        """True where packets to a connected network leave by its interface and by no other."""

    def _of(self, router: PanNode) -> Iterator[Route]:
        table = router.at("routing-table")
        for key, family in (("ip", 4), ("ipv6", 6)):
            for node in table.entries(key, "static-route") if table is not None else ():
                found = self._route(node, family)
                if found is not None:
                    yield found

    def _route(self, node: PanNode, family: int) -> Route | None:
        """Return a route, or None for one that leaves by no interface of its own."""
        hop = node.at("nexthop")
        if hop is not None and any(key in hop for key in NOWHERE):
            for key in ("destination", "interface"):
                node.words(key)
            hop.pass_over()
            return None
        texts = [t for k in ("ip-address", "ipv6-address") for t in (hop.words(k) if hop else ())]
        hops = tuple(found for text in texts if (found := _exact(text)))
        goal = node.get("destination", WORLD[family])
        spans = _exact(goal)
        near = (p.name for p in self.sides.ports.values() for h in hops if _on_link(p, h, family))
        return Route(
            family=family,
            goal=spans,
            way=node.get("interface") or next(near, ""),
            hops=hops,
            everywhere=is_way_out(goal),
            where=node.where,
        )

    def untrusted(self) -> tuple[str, ...]:
        """Return where default routes lead; nothing where one of them leads who knows where."""
        ways = [port.name for port in self.sides.ports.values() if port.outward]
        # A tunnel or a bundle of ways lies on other interfaces, which are outside, too.
        ways += [
            "" if route.way.startswith(("tunnel", "sdwan")) else route.way
            for route in self.routes
            if route.everywhere
        ]
        return tuple(dict.fromkeys(ways)) if all(ways) else ()

    def leading(self) -> Iterator[Speaker]:
        """Yield the routes to the name of an object, which may be one of the world."""
        for route in self.routes:
            if not route.goal:
                yield Speaker(where=route.where, text="static-route", side=route.way)

    def sent_back(self) -> Iterator[Rule]:
        """Yield the rules for what a default route would send back where it came from.

        The built-in rule for packets within a zone lets it through, yet it reaches nothing that was not
        reached before. Networks behind the interface that its gateway is not in count as reached.
        """
        for name in self.untrusted():
            port = self.sides.ports.get(name)
            for family in (4, 6):
                behind = self._behind(port, name, family) if port is not None else ()
                match = all_of(
                    of_family(family),
                    Named("iif", (name,)),
                    Named("oif", (name,)),
                    Not(In("dst", behind, family)),
                )
                text = phrase(
                    "sent back by {name}, where it came from: it reaches nothing behind the device",
                    name=name,
                )
                where = self.sides.root.where if port is None else port.node.where
                yield implied(match, Action.DROP, where, text, family=family)

    def no_way(self) -> Iterator[Rule]:
        """Yield the rules for packets by an interface that no route to them leaves by."""
        if not self.plain:
            return
        routed = [port for port in self.sides.ports.values() if port.kind == "layer3"]
        for port in routed:
            for family in (4, 6):
                if family in port.changing:
                    continue
                near = [net for p in routed if p is not port for f, net in p.nets if f == family]
                goals = [net for f, net in port.nets if f == family]
                goals += [r.goal for r in self.routes if r.family == family and self._by(r, port)]
                if any(not goal for goal in goals):
                    continue
                match = all_of(
                    of_family(family),
                    Named("iif", tuple(p.name for p in routed)),
                    Named("oif", (port.name,)),
                    Not(In("dst", union(s for g in goals for s in _less(g, near)), family)),
                )
                text = phrase("no route leads there by {name}", name=port.name)
                yield implied(match, Action.DROP, port.node.where, text, family=family)

    def _by(self, route: Route, port: Port) -> bool:
        return route.way in ("", port.name) or route.way not in self.sides.ports

    def _behind(self, port: Port, name: str, family: int) -> Spans:
        routes = [r for r in self.routes if r.family == family and r.way == name]
        hops = [hop for route in routes if route.everywhere for hop in route.hops]
        nets = [net for f, net in port.nets if f == family]
        own = [] if len(nets) == 1 else [n for n in nets if not any(intersect(n, h) for h in hops)]
        own += [route.goal for route in routes if not route.everywhere]
        return union(s for net in own for s in net)


def _routers(root: PanNode) -> list[PanNode]:
    """Return the routers of the engine in use, or of either where the configuration does not say which.

    Source: PAN-OS Networking Administrator's Guide, "Advanced Routing": logical routers replace virtual ones.
    """
    old = list(root.entries("network", "virtual-router"))
    new = [
        vrf for outer in root.entries("network", "logical-router") for vrf in outer.entries("vrf")
    ]
    setting = root.at("deviceconfig", "setting")
    if setting is None or "advanced-routing" not in setting:
        return [*old, *new]
    used, other = (new, old) if setting.flag("advanced-routing") else (old, new)
    if other and not used:
        setting.record.doubtful(phrase("no router of the routing engine in use"))
    elif used:
        for node in other:
            node.pass_over()
    return used or other


def _exact(text: str) -> Spans:
    """Return the addresses of a text; nothing for a name."""
    try:
        return address(text)[1]
    except ValueError:
        return ()


def _less(goal: Spans, near: list[Spans]) -> Spans:
    """Return a route's networks without those that are connected elsewhere, which come first."""
    inner = union(s for net in near if intersect(net, goal) != goal for s in net)
    return intersect(goal, complement(inner, goal[-1][1]))


def _learns(router: PanNode) -> bool:
    """Tell whether a router learns routes from others."""
    protocols = names_of(router, "protocol")
    return any(names_of(router, "protocol", name, "enable") != ["no"] for name in protocols) or any(
        key in router.inner for key in ("bgp", "ospf", "ospfv3", "rip")
    )


def _steers(root: PanNode) -> bool:
    """Tell whether rules forward packets past the routing table."""
    places = [*names_of(root, "vsys"), ""]
    return any(
        names_of(
            root, *(("vsys", place) if place else ("policy", "panorama")), base, "pbf", "rules"
        )
        for place in places
        for base in ("rulebase", "pre-rulebase", "post-rulebase")
    )


def _on_link(port: Port, hop: Spans, family: int) -> bool:
    return any(f == family and intersect(net, hop) for f, net in port.nets)
