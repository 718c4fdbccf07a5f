"""Services as facts and policies write them: `tcp/22`, `udp/8000-8010`, `icmpv6/2`, `tcp`.

In a fact, `maybe ` before one says that it could not be excluded.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass

MAYBE = "maybe "
_NUMBER = "(0|[1-9][0-9]{0,4})"
_WRITTEN = re.compile(rf"(tcp|udp|sctp|dccp|udplite|icmp|icmpv6)(?:/{_NUMBER}(?:-{_NUMBER})?)?")
_LAST = 65535


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Service:
    """Represents a run of ports, or of ICMP types, of a protocol."""

    protocol: str
    first: int
    last: int

    def overlaps(self, other: Service) -> bool:
        """Return whether something is both."""
        return (
            self.protocol == other.protocol
            and self.first <= other.last
            and other.first <= self.last
        )


@functools.lru_cache(maxsize=4096)  # the same few stand in every policy and at every firewall
def read(text: str) -> Service | None:
    """Return the service a text names, or nothing."""
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return None
    first = int(match[2] or 0)
    last = int(match[3] or match[2] or _LAST)
    return Service(protocol=match[1], first=first, last=last) if first <= last <= _LAST else None


def checked(text: str) -> str | None:
    """Return a text that names a service, or nothing when it names none."""
    return text if read(text.removeprefix(MAYBE)) is not None else None


def among(items: Iterable[str], services: Iterable[str]) -> list[str]:
    """Return the items, `maybe` ones too, that are one of the services at least in part.

    What cannot be read, on either side, may be anything.
    """
    wanted = [read(text.removeprefix(MAYBE)) for text in services]
    return [
        item
        for item in items
        if (mine := read(item.removeprefix(MAYBE))) is None
        or any(one is None or mine.overlaps(one) for one in wanted)
    ]


def none_of(items: Iterable[str], services: Iterable[str]) -> bool | None:
    """Return whether none of the services is among the items; nothing when only a maybe is."""
    found = among(items, services)
    if not found:
        return True
    return None if all(item.startswith(MAYBE) for item in found) else False


def cover(services: Iterable[str], others: Iterable[str]) -> bool:
    """Return whether the services are, between them, all that the others are."""
    runs = sorted(found for text in services if (found := read(text)) is not None)
    return all((other := read(text)) is not None and _within(other, runs) for text in others)


def _within(service: Service, runs: Iterable[Service]) -> bool:
    """Return whether runs, sorted, leave nothing of a service out."""
    first = service.first
    for run in runs:
        if run.protocol == service.protocol and run.first <= first <= run.last:
            first = run.last + 1
    return first > service.last
