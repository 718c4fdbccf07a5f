"""The sides of a firewall: an inventory's networks as zones, seen from an asset and over a ruleset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from soccheck.errors import UsageError
from soccheck.firewall.engine.atoms import matches
from soccheck.firewall.engine.constants import everything
from soccheck.firewall.model import LOOPBACK, All, Expr, Named, Not, Ruleset, Some
from soccheck.firewall.uplinks import beside, called
from soccheck.firewall.zones import Zone, Zones, outside
from soccheck.model import Asset, Inventory
from soccheck.phrase import phrase


class NetworkSides:
    """The sides of a firewall, as an inventory's networks tell them."""

    def __init__(self, inventory: Inventory) -> None:
        self.networks = inventory.assets.get("network", {})

    def zones(self, asset: Asset | None = None) -> dict[str, Zone]:
        """Return the networks with address ranges, `internet` and `admins`, seen from an asset."""
        named = {n: Zone(name=n, prefixes=self._prefixes(n)) for n in self.networks}
        zones = {name: zone for name, zone in named.items() if zone.prefixes}
        strange = [n for n, a in self.networks.items() if a.facts.get("untrusted") is True]
        interfaces = _texts(asset, "firewall.untrusted")
        strange_nets = self._joined(strange)
        if strange_nets or interfaces:
            inside = [n for n, a in self.networks.items() if n not in strange and _is_inside(a)]
            zones["internet"] = Zone(
                name="internet",
                prefixes=strange_nets,
                interfaces=interfaces,
                internet=True,
                inside=self._joined(inside),
            )
        trusted, ranges = (_texts(asset, f"firewall.admin_{n}") for n in ("networks", "prefixes"))
        if not trusted and not ranges:
            of = {n: a.facts.get("type") for n, a in self.networks.items()}
            trusted = tuple(name for name, kind in of.items() if kind == "management")
        managing = (*self._joined(trusted), *ranges)
        if managing:
            zones["admins"] = Zone(name="admins", prefixes=tuple(dict.fromkeys(managing)))
        return zones

    def _joined(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(p for name in names for p in self._prefixes(name)))

    def _prefixes(self, name: str) -> tuple[str, ...]:
        return _texts(self.networks.get(name), "prefixes")


def _is_inside(network: Asset) -> bool:
    """Tell whether a network, by its type, is none that may lead to the Internet."""
    return network.facts.get("type") not in (None, "wan", "edge", "internet")


def _texts(asset: Asset | None, fact: str) -> tuple[str, ...]:
    value = asset.facts.get(fact) if asset is not None else None
    return tuple(map(str, value)) if isinstance(value, tuple) else ()


def on_sides(ruleset: Ruleset, zones: Mapping[str, Zone]) -> Zones:
    """Return zones over a ruleset: which interfaces lead to the Internet is its own to say, unless said.

    What is said may be a part of them: those that the ruleset shows beside are perhaps of that side.
    Raises `UsageError` where one is said that the ruleset does not know: nothing would come in by it.
    """
    named = dict(zones)
    side = named.get("internet")
    if side is not None and side.interfaces:
        _check(ruleset, side.interfaces)
        stated = called(ruleset, side.interfaces)
        more = beside(ruleset, stated, side.inside)
        named["internet"] = replace(side, interfaces=stated, perhaps=more)
    elif side is not None:
        named["internet"] = outside(ruleset, side)
    return Zones(ruleset, named)


def _check(ruleset: Ruleset, names: Iterable[str]) -> None:
    known = _known(ruleset)
    unknown = [n for n in names if not any(matches(n, k) or matches(k, n) for k in known)]
    if unknown:
        shown = ", ".join(map(repr, unknown))
        hint = phrase("write it as the ruleset does; for a Linux machine give `ip -j addr` too")
        raise UsageError(
            phrase("untrusted side: no interface {shown} that packets come in by", shown=shown),
            hint=hint,
        )


def _known(ruleset: Ruleset) -> set[str]:
    """Return the interfaces, or patterns of them, that packets of a ruleset may come in by."""
    carrying, dead = [], set[str]()
    for device in ruleset.devices:
        if any(device.carries(f) for f in ruleset.families):
            carrying += [device.name, *device.names]
        else:
            dead.add(device.name)
    if ruleset.devices and ruleset.unlisted is None:
        return set(carrying)
    found = {*carrying, *ruleset.untrusted}
    found.update(name for names in ruleset.zones.values() for name in names)
    todo: list[Expr] = everything(ruleset)
    while todo:
        expr = todo.pop()
        if isinstance(expr, Named):
            found.update(expr.names)
        elif isinstance(expr, All | Some):
            todo.extend(expr.parts)
        elif isinstance(expr, Not):
            todo.append(expr.part)
    return found - {*LOOPBACK, *dead, "*", ""}
