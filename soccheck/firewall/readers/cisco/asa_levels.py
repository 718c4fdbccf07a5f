"""The security levels of an ASA: what they let pass, and what they keep apart.

Sources: Firewall CLI Configuration Guide, "Access Rules" (without a list, to lower ones); Command Reference,
`same-security-traffic`, which is off by default.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from soccheck.firewall.model import Action, Named, Rule, Where, all_of
from soccheck.firewall.readers.base import implied
from soccheck.firewall.readers.cisco.asa_interfaces import AsaInterfaces
from soccheck.phrase import phrase

Levels = Mapping[str, tuple[int, Where]]
"""The level of each interface by its name, and its line."""


def by_level(levels: Levels, inter: bool, intra: bool) -> list[Rule]:
    """Return what passes to a lower level, and to the same one where the switches say so."""
    out = []
    for high, (level, where) in levels.items():
        lower = tuple(
            low
            for low, (other, _) in levels.items()
            if other < level
            or (other == level and low != high and inter)
            or (low == high and intra)
        )
        if lower:
            match = all_of(Named("iif", (high,)), Named("oif", lower))
            text = phrase("security-level {level} of {high}", level=level, high=high)
            out.append(implied(match, Action.ACCEPT, where, text))
    return out


def apart(levels: Levels, inter: bool, intra: bool, log: bool) -> list[Rule]:
    """Return what stops packets between interfaces of one level, and back, whatever lists say."""
    out = []
    for name, (level, where) in levels.items():
        alike = tuple(
            other
            for other, (at, _) in levels.items()
            if at == level and not (intra if other == name else inter)
        )
        if alike:
            match = all_of(Named("iif", (name,)), Named("oif", alike))
            text = phrase(
                "no same-security-traffic permit for security-level {level} of {name}",
                level=level,
                name=name,
            )
            out.append(implied(match, Action.DROP, where, text, log=log))
    return out


def barred(ports: AsaInterfaces) -> Iterator[Rule]:
    """Yield what stops what one interface opens to another (Command Reference, `forward interface`)."""
    names = ports.hardware()
    for name, line in ports.barred:
        other = names.get("".join(line.rest()))
        if other is None:
            line.doubtful(phrase("{name}: no such interface", name=line.text))
            continue
        match = all_of(Named("iif", (name,)), Named("oif", (other,)))
        yield Rule(match=match, action=Action.DROP, where=line.where, text=line.text)
