"""Network cards, by which one machine is known whatever keys and names it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from soccheck.probes.base import answers_of
from soccheck.probes.shared import LINKS, objects

Json = dict[str, Any]
K = TypeVar("K", str, tuple[str, str])
"""What names an asset: its id, or with the inventory it is of."""

_MADE = re.compile(
    r"veth|docker|br-|virbr|vnet|vmnet|vboxnet|tap|tun|cali|cni|flannel|podman|lxc|lxd|kube|nodelocaldns|dummy|vrrp"
)
"""How the names of links begin that containers, virtual machines and tunnels make: they come and go."""
_SHARED = re.compile(
    r"00:00:5e:00:0[12]:|02:42:|00:50:56:c0:00:|0a:00:27:00:00:|02:00:4c:4f:4f:50|(?:00:){5}00|(?:ee:){5}ee"
    r"|00:05:9a:3c:7a:00|02:50:41:00:00:0|00:09:0f:(?:fe|09|aa):00:01|50:50:54:50:30:30|20:41:53:59:4e:ff"
)
"""Hardware addresses that many machines have: VRRP's (RFC 9568), those Docker makes of an IPv4 address, and
the constant ones of VMware's and VirtualBox's host networks, Microsoft's loopback and Calico's gateway, of
the VPN clients AnyConnect, GlobalProtect and FortiClient, and of Windows' dial-up adapters (seen in records
of many machines; the vendors' documents say so of GlobalProtect alone)."""


def cards(entry: Json) -> Iterator[frozenset[str]]:
    """Yield, by each record that tells them, the hardware addresses that are a machine's own."""
    for record in entry["probes"].values():
        answer = record["answers"].get(LINKS.name, {})
        if "output" not in answer:
            continue
        listed = objects(answers_of({"answers": {LINKS.name: answer}})[LINKS.name]) or []
        told = [
            str(link.get("MacAddress") or link.get("address") or "").lower().replace("-", ":")
            for link in listed
            if (link.get("link_type") == "ether" and not _MADE.match(str(link.get("ifname"))))
            or link.get("MacAddress")
        ]
        if found := frozenset(one for one in told if one and not _SHARED.match(one)):
            yield found


def were_asked(entry: Json) -> bool:
    """Return whether an asset was asked for its cards, whatever it told."""
    return any(LINKS.name in record["answers"] for record in entry["probes"].values())


def are_untold(entry: Json) -> bool:
    """Return whether no card of an asset is known: it told none, they were redacted, or nobody asked."""
    return not any(cards(entry))


def holders(assets: Mapping[K, Json]) -> dict[str, list[K]]:
    """Return, by card, the assets that have it."""
    found: dict[str, list[K]] = {}
    for name, entry in assets.items():
        for card in sorted(frozenset().union(*cards(entry))):
            found.setdefault(card, []).append(name)
    return found


def shared(assets: Mapping[K, Json]) -> Iterator[tuple[str, list[K]]]:
    """Yield cards, and the assets that have them, where one asset has no card that another lacks.

    Cards are added to a machine; what many machines have beside their own (a VPN client's) tells nothing.
    """
    sets = {(name, told) for name, entry in assets.items() for told in cards(entry)}
    having: dict[str, list[tuple[K, frozenset[str]]]] = {}
    for name, told in sets:
        for card in told:
            having.setdefault(card, []).append((name, told))
    for name, told in sorted(sets, key=lambda one: (one[0], sorted(one[1]))):
        rarest = min(sorted(told), key=lambda card: len(having[card]))
        alike: list[K] = [name]
        alike += sorted({other for other, had in having[rarest] if told <= had} - {name})
        if len(alike) > 1:
            yield f"network cards {', '.join(sorted(told))}", alike
