"""The interfaces that `ip -j addr` shows: their states, addresses, and the bridges they are ports of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from soccheck.firewall.interface import Interface
from soccheck.firewall.model import LOOPBACK, Action, Named, Ruleset, all_of
from soccheck.firewall.readers.base import implied
from soccheck.firewall.spans import Spans, address, union
from soccheck.phrase import phrase

Link: TypeAlias = Mapping[str, Any]
BRIDGED = ("prerouting", "forward", "postrouting")
"""Hooks that frames between the ports of a bridge go round, unless br_netfilter shows them these."""


def addresses(link: Link) -> Iterator[tuple[int, Spans]]:
    """Yield the addresses of an interface; raises `ValueError` or `KeyError` for what is none."""
    for info in link.get("addr_info", ()):
        yield address(info["local"])


def devices(links: Sequence[Link], ways: Mapping[int, Sequence[str]]) -> tuple[Interface, ...]:
    """Return the interfaces of a listing; `ways` are those that default routes leave by, per family.

    What comes in by a port of a bridge or a bond is seen as coming in by that, and is asked of it. Whether
    IPv6 is on, no listing of addresses says.
    """
    over = _masters(links)
    found = []
    for link in links:
        name = str(link["ifname"])
        if name in LOOPBACK:
            continue
        own: dict[int, Spans] = {}
        for family, spans in addresses(link):
            own[family] = union((*own.get(family, ()), *spans))
        flags = link.get("flags")
        found.append(
            Interface(
                name=name,
                names=(*over.get(name, ()), *map(str, link.get("altnames", ()))),
                up=(not flags or "UP" in flags) and not any(name in p for p in over.values()),
                addresses=own,
                default_route=frozenset(family for family, names in ways.items() if name in names),
                point_to_point="POINTOPOINT" in (flags or ()),
            )
        )
    return tuple(found)


def is_link(link: Link) -> bool:
    """Return whether a link is told by name, and its flags, where they are told, by words."""
    flags = link.get("flags", [])
    words = isinstance(flags, list) and all(isinstance(flag, str) for flag in flags)
    return isinstance(link["ifname"], str) and bool(link["ifname"]) and words


def _masters(links: Sequence[Link]) -> dict[str, list[str]]:
    """Return the bridges and bonds that take what their ports get, with those.

    A VRF (a master without ARP) shows the filter its ports too, and a switch that is down is Open
    vSwitch's: of those the ports are interfaces of their own.
    """
    flags = {str(link["ifname"]): set(link.get("flags", ())) for link in links}
    found: dict[str, list[str]] = {}
    for link in links:
        master = str(link.get("master", ""))
        if "UP" in flags.get(master, ()) and not {"MASTER", "NOARP"} <= flags[master]:
            found.setdefault(master, []).append(str(link["ifname"]))
    return found


def bridged(ruleset: Ruleset, links: Sequence[Link]) -> Ruleset:
    """Return the ruleset with what it does not say: frames between two ports of a bridge may go by it."""
    flags = {str(link["ifname"]): set(link.get("flags", ())) for link in links}
    masters = {
        m: ports
        for m, ports in _masters(links).items()
        if len(ports) > 1 and "MASTER" not in flags[m]
    }
    if not masters:
        return ruleset
    chains = dict(ruleset.chains)
    for name, chain in chains.items():
        if chain.base is not None and chain.base.hook in BRIDGED:
            added = [
                implied(
                    all_of(Named("iif", (bridge,)), Named("oif", (bridge,))),
                    Action.UNKNOWN,
                    chain.where,
                    phrase(
                        "between two ports of {bridge}, which this filter may not see",
                        bridge=bridge,
                    ),
                )
                for bridge in masters
            ]
            chains[name] = replace(chain, rules=(*added, *chain.rules))
    return replace(ruleset, chains=chains)
