"""Which findings a report is narrowed to: of whose assets, by which controls, and how they turned out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from soccheck.assess.evidence import World
from soccheck.model import KINDS, Asset, Basis, Severity, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Represents what a report is narrowed to; of one kind of word any fits, and all kinds must.

    The first five say what is reported on, and exit codes follow them. The last three only say what is
    shown of it: a report on what passes is no reason to end with 0.
    """

    organizations: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    controls: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    statuses: tuple[Status, ...] = ()
    bases: tuple[Basis, ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything is left out."""
        return any(getattr(self, field.name) for field in fields(self))

    def subjects(self, world: World) -> frozenset[str] | None:
        """Return the ids of the assets that are reported on; nothing where that is all of them.

        A system brings what belongs to it; so does each system of a level.
        """
        if not (self.organizations or self.assets or self.systems or self.levels):
            return None
        of_systems = frozenset(self._of_systems(world))
        return frozenset(
            asset.id for asset in _all(world) if self._fits(asset) and asset.id in of_systems
        )

    def _fits(self, asset: Asset) -> bool:
        if self.assets and asset.id not in self.assets:
            return False
        unit = str(asset.facts.get("organization", ""))
        return not self.organizations or not {asset.id, unit}.isdisjoint(self.organizations)

    def _of_systems(self, world: World) -> Iterator[str]:
        """Yield the assets that are, or belong to, a system asked for; all where none is."""
        for system in world.assets("system"):
            level = system.facts.get("dossier.proposed_level")
            named = not self.systems or system.id in self.systems
            if named and (not self.levels or level in self.levels):
                yield system.id
                for kind in KINDS:
                    yield from (asset.id for asset in world.related(system, kind))
        if not self.systems and not self.levels:
            yield from (asset.id for asset in _all(world))


def _all(world: World) -> Iterator[Asset]:
    """Yield every asset, the authority as well: it is judged by controls of its own."""
    yield world.inventory.authority
    yield from world.inventory
