"""The sides of a firewall by name: interfaces, address ranges, and what a ruleset itself calls so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from soccheck.firewall.model import Expr, In, Named, Ruleset, Unknown, all_of, some_of
from soccheck.firewall.names import INTERNET, addresses
from soccheck.firewall.spans import Spans, address, union
from soccheck.phrase import Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A side of the firewall: interfaces, address ranges, or both (then both must hold)."""

    name: str
    interfaces: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    internet: bool = False
    """True when the sources are every global address, beside `prefixes`."""
    perhaps: tuple[tuple[str, Phrase], ...] = ()
    """Interfaces beside `interfaces` that may be of it, each with why."""
    inside: tuple[str, ...] = ()
    """Prefixes of networks that are known to be none of it."""

    @property
    def side_is_untold(self) -> bool:
        """Tell whether it is the Internet, and nothing says by which interface it comes in."""
        return self.internet and not self.interfaces

    def spans(self, family: int) -> Spans:
        """Return its own addresses of a family."""
        found = (address(prefix) for prefix in self.prefixes)
        return union(s for f, spans in found if f == family for s in spans)


@dataclass(frozen=True, slots=True)
class Zones:
    """Zones by name, over what the ruleset itself calls so; `internet` is always known."""

    ruleset: Ruleset
    given: Mapping[str, Zone] = field(default_factory=dict)

    def internet(self) -> Zone:
        """Return the untrusted side: given, else where default routes lead, else any interface."""
        if "internet" in self.given:
            return self.given["internet"]
        return outside(self.ruleset, Zone(name="internet", internet=True))

    def admins(self) -> Zone | None:
        """Return the side administrators come from, where somebody named it."""
        return self.given.get("admins")

    def find(self, name: str) -> Zone | None:
        """Return a zone by name, or None."""
        if name.lower() == "internet":
            return self.internet()
        for known in (name, *self._spelt(name)):
            if known in self.given:
                return self.given[known]
            if known in self.ruleset.zones:
                return Zone(name=known, interfaces=self.ruleset.zones[known])
        device = self.ruleset.called(name)
        if any(device == listed.name for listed in self.ruleset.devices):
            return Zone(name=name, interfaces=(device,))
        return None

    def _spelt(self, name: str) -> list[str]:
        """Return the one zone that differs from a name in capitals alone, if there is just one."""
        found = [z for z in (*self.given, *self.ruleset.zones) if z.lower() == name.lower()]
        return found if len(set(found)) == 1 else []

    def known(self) -> list[str]:
        """Return what may be named as a side, apart from addresses."""
        devices = (device.name for device in self.ruleset.devices)
        return sorted({"internet", "any", "host", *self.given, *self.ruleset.zones, *devices})


def outside(ruleset: Ruleset, zone: Zone) -> Zone:
    """Return a zone on the interfaces that a ruleset itself says to lead to the Internet."""
    perhaps = tuple(ruleset.perhaps_untrusted.items())
    return replace(zone, interfaces=ruleset.untrusted, perhaps=perhaps)


def zone_expr(zone: Zone, address_field: str, interface_field: str) -> Expr:
    """Return "the packet is on that side of the firewall"."""
    parts: list[Expr] = []
    if zone.interfaces:
        doubts = (
            all_of(Named(interface_field, (name,)), Unknown(why)) for name, why in zone.perhaps
        )
        parts.append(some_of(Named(interface_field, zone.interfaces), *doubts))
    if zone.internet:
        side: Expr = some_of(*(In(address_field, s, f) for f, s in INTERNET.items()))
        if zone.prefixes:
            side = some_of(side, addresses(address_field, list(zone.prefixes)))
        parts.append(side)
    elif zone.prefixes:
        parts.append(addresses(address_field, list(zone.prefixes)))
    return all_of(*parts)
