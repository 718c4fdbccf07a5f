"""Services as facts and policies write them: `tcp/22`, `udp/8000-8010`, `icmpv6/2`, `tcp`, `any`.

In a fact, `maybe ` before one says that it could not be excluded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

MAYBE = "maybe "
_WRITTEN = re.compile(
    r"(any|tcp|udp|sctp|dccp|udplite|icmp|icmpv6)(?:/([0-9]{1,5})(?:-([0-9]{1,5}))?)?"
)
_LAST = 65535


class Service(NamedTuple):
    """Represents a run of ports (or of ICMP types) of a protocol; `any` is every protocol."""

    protocol: str
    first: int
    last: int

    def overlaps(self, other: Service) -> bool:
        """Return whether something is both."""
        same = self.protocol == other.protocol or "any" in (self.protocol, other.protocol)
        return same and self.first <= other.last and other.first <= self.last


def read(text: str) -> Service | None:
    """Return the service a text names, or nothing."""
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return None
    first = int(match[2] or 0)
    last = int(match[3] or match[2] or _LAST)
    return Service(match[1], first, last) if first <= last <= _LAST else None


def checked(text: str) -> str | None:
    """Return a text that names a service, or nothing when it names none."""
    return text if read(text.removeprefix(MAYBE)) is not None else None


def among(items: Iterable[str], services: Iterable[str]) -> list[str]:
    """Return the items, `maybe` ones too, that are one of the services at least in part."""
    wanted = [found for text in services if (found := read(text.removeprefix(MAYBE))) is not None]
    return [
        item
        for item in items
        if (mine := read(item.removeprefix(MAYBE))) is None or any(map(mine.overlaps, wanted))
    ]


def none_of(items: Iterable[str], services: Iterable[str]) -> bool | None:
    """Return whether none of the services is among the items; nothing when only a maybe is."""
    found = among(items, services)
    if not found:
        return True
    return None if all(item.startswith(MAYBE) for item in found) else False
