"""A Linux machine's links and their IPv6 addresses, as `ip -j addr` lists them (ip-address(8)).

`ipv6.address` is
true   an address of the Internet is in use (not tentative, failed, deprecated, tunnelled, out of its time) on
       a link that is not down, and is no bridge to the machine's own containers and virtual machines;
false  there is none;
and unknown where one stands only on a link that nobody is beside (the loopback, a dummy, by its name or as it
asks for no neighbour), on a port of a bridge or a bond, or is of a range that no registry hands out.
`ipv6.tunnel`  an automatic tunnel's interface is up, or an address of one is in use; else false.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from soccheck.probes.base import Answer, Learnt
from soccheck.probes.ipv6_addresses import nobodys, public, tunnelled
from soccheck.probes.itself import parsed
from soccheck.probes.shared import objects

FACTS = ("ipv6.address", "ipv6.tunnel")
Link = Mapping[str, Any]
_STATES = ("UP", "UNKNOWN", "DOWN", "DORMANT", "LOWERLAYERDOWN", "NOTPRESENT", "TESTING")
_SCOPES = ("global", "link", "site", "host")
_NOT_IN_USE = ("tentative", "dadfailed", "deprecated")
_FLAGS = frozenset(
    (
        *(*_NOT_IN_USE, "temporary", "secondary", "dynamic", "home", "nodad", "mngtmpaddr"),
        *("noprefixroute", "autojoin", "mcautojoin", "optimistic", "stable-privacy"),
    )
)
"""What iproute2 says of an address by a key of its own; other bits stand in `ifa_flags`."""
_INWARD = re.compile(
    r"(?:docker|podman|cni-podman|cni|lxcbr|lxdbr|incusbr|virbr)[0-9]+(?:@|\Z)|br-[0-9a-f]{12}\Z|veth|vnet[0-9]|flannel|cali|cilium"
)
"""Links to a machine's own containers and virtual machines, as Docker, libvirt and others name them."""


def learn(answer: Answer, learnt: Learnt) -> None:
    """Read addresses and tunnels."""
    listed = links(answer)
    if listed is None or not all(
        _whole_address(one) for link in listed.values() for one in link["addr_info"]
    ):
        learnt.blame(answer, *FACTS)
        return
    used = {
        name: {_parsed(address) for address in link["addr_info"] if _in_use(address)}
        for name, link in listed.items()
        if is_up(link)
    }
    outward = {
        name: found
        for name, addresses in used.items()
        if (found := {one for one in addresses if public(one)}) and not inward(name)
    }
    if outward and all(beside_nobody(listed[name]) for name in outward):
        detail = f"only {min(outward)} has a global address, which nobody is beside"
        learnt.fail("unparsed", detail, "ipv6.address")
    if outward and all(
        beside_nobody(listed[name]) or _is_port(listed[name], listed) for name in outward
    ):
        detail = f"only {min(outward)} has a global address, and is a port of another link"
        learnt.fail("unparsed", detail, "ipv6.address")
    if odd := nobodys(one for found in outward.values() for one in found):
        detail = f"no registry is known to hand out {odd}, its global address"
        learnt.fail("unparsed", detail, "ipv6.address")
    learnt.say("ipv6.address", bool(outward))
    in_tunnels = any(tunnelled(one) for addresses in used.values() for one in addresses)
    learnt.say("ipv6.tunnel", in_tunnels or any(_automatic(link) for link in listed.values()))


def links(answer: Answer) -> dict[str, Link] | None:
    """Return the links by their names, or nothing where one is not told as `ip` tells of every one.

    Of what is said of their addresses nothing is asked: that is another question.
    """
    listed = objects(answer)
    if not listed or not all(_whole(link) for link in listed):
        return None
    found: dict[str, Link] = {str(link["ifname"]): link for link in listed}
    return found if len(found) == len(listed) else None


def is_up(link: Link) -> bool:
    """Return whether a link may carry packets; many tell no state of their own."""
    return link["operstate"] in ("UP", "UNKNOWN")


def inward(name: str) -> bool:
    """Return whether a link leads to what runs on the machine itself."""
    return bool(_INWARD.match(name))


def beside_nobody(link: Link) -> bool:
    """Return whether a link has no neighbours: the loopback; a card that asks for none is no real one."""
    name, flags = link["ifname"], link["flags"]
    alone = name == "lo" or "LOOPBACK" in flags or re.match(r"dummy[0-9]", name)
    return bool(alone) or (link.get("link_type") == "ether" and "NOARP" in flags)


def _is_port(link: Link, listed: Mapping[str, Link]) -> bool:
    """Return whether another link takes in what a link hears: a bridge, a bond, but no VRF."""
    master = listed.get(str(link.get("master")))
    return master is not None and "NOARP" not in master["flags"]


def _whole(link: Link) -> bool:
    """Return whether a link has what `ip` tells of every one: without it, it may be down or another's."""
    name, listed = link.get("ifname"), link.get("addr_info")
    return (
        isinstance(name, str)
        and bool(name)
        and isinstance(link.get("flags"), list)
        and link.get("operstate") in _STATES
        and isinstance(listed, list)
        and all(isinstance(one, dict) for one in listed)
    )


def _whole_address(address: Mapping[str, Any]) -> bool:
    if address.get("family") != "inet6":
        return address.get("family") == "inet"
    flags = {key for key, value in address.items() if isinstance(value, bool) or key in _FLAGS}
    return (
        parsed(str(address.get("local"))) is not None
        and address.get("scope") in _SCOPES
        and flags <= _FLAGS
        and "ifa_flags" not in address
        and all(type(address[flag]) is bool for flag in flags)
    )


def _in_use(address: Mapping[str, Any]) -> bool:
    times = (address.get(f"{kind}_life_time") for kind in ("valid", "preferred"))
    idle = any(address.get(flag) for flag in _NOT_IN_USE) or 0 in times
    return address.get("family") == "inet6" and address.get("scope") == "global" and not idle


def _parsed(address: Mapping[str, Any]) -> ipaddress.IPv6Address:
    return ipaddress.IPv6Address(str(address.get("local")))


def _automatic(link: Link) -> bool:
    """Return whether an interface is an automatic tunnel that is up; sit0 exists, down, by itself."""
    named = re.match(r"(teredo|isatap|tun6to4|6to4)", str(link.get("ifname")))
    sit = link.get("link_type") == "sit" and link.get("ifname") != "sit0"
    return "UP" in link.get("flags", ()) and bool(named or sit)
