"""Default routes that others may tell: by which interfaces a routing protocol may bring one.

A routing protocol may bring a default route beside the static one, by any peer that no filter forbids it to;
filters are not followed. So an interface it runs over is perhaps one that leads to the Internet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from soccheck.firewall.model import EVERY, Where
from soccheck.firewall.spans import Spans, address, intersect
from soccheck.phrase import Phrase, phrase

Networks = Mapping[str, Iterable[tuple[int, Spans]]]
"""The networks of each interface, with their families."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A line by which a routing protocol runs."""

    where: Where
    text: str
    side: str = ""
    """The interface, the peer or the networks it runs over; empty where that is not told."""


def is_way_out(goal: str) -> bool:
    """Tell whether a prefix is the world, or a half of it; the Internet of IPv6 is 2000::/3."""
    return goal.partition("/")[2] in ("0", "1", "2", "3")


def perhaps_outside(speakers: Iterable[Speaker], nets: Networks) -> dict[str, Phrase]:
    """Return the interfaces that a default route may be learned by, each with why.

    A side that is on the network of none may be reached by any.
    """
    out: dict[str, Phrase] = {}
    for speaker in speakers:
        why = phrase(
            "{where}: {line}: a default route may lead there",
            where=speaker.where,
            line=speaker.text,
        )
        for name in _over(speaker.side, nets) or (EVERY,):
            out.setdefault(name, why)
    return out


def _over(side: str, nets: Networks) -> list[str]:
    if side in nets:
        return [side]
    try:
        family, found = address(side)
    except ValueError:
        return []
    return [n for n, of in nets.items() if any(f == family and intersect(s, found) for f, s in of)]
