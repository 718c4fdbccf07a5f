"""An interface of a firewall: who can come in and go out by it. Every reader fills the same record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from soccheck.firewall.spans import Spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """An interface of the device: who can come in and go out by it.

    What is down carries no packet; what is for management only forwards none.
    """

    name: str
    names: tuple[str, ...] = ()
    """Other names that rules know it by."""
    up: bool = True
    families: frozenset[int] = frozenset({4, 6})
    """The families that are on."""
    addresses: Mapping[int, Spans] = field(default_factory=dict)
    """Its own addresses per family, as far as they are fixed."""
    default_route: frozenset[int] = frozenset()
    """The families whose default route leaves by it."""
    zone: str = ""
    management_only: bool = False
    point_to_point: bool = False
    outward: bool = False
    """It is said to lead out (a role), whatever the routes are."""

    def carries(self, family: int) -> bool:
        """Tell whether packets of a family come in or go out by it."""
        return self.up and family in self.families
